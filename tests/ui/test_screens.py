"""The screens beside the Overview, and what every screen file must be."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from tests.ui.conftest import Open, control

from habitue import glossary
from habitue.errors import RequestError
from habitue.texts import Lang, text
from habitue.ui import launch
from habitue.ui.meanings import matches

UI = Path(launch.__file__).parent


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_data_tells_the_source_and_the_waterfall(open_screen: Open, lang: Lang) -> None:
    at = open_screen("data", lang)
    assert not at.exception
    told = {str(name): str(value) for name, value in at.table[0].value.itertuples()}
    assert told[text("ui.fact_sources", lang)] == r"online\_retail\_II.xlsx"
    assert told[text("ui.fact_lines", lang)].replace("\N{NARROW NO-BREAK SPACE}", ",") == (
        "1,067,371"
    )
    assert len(at.get("plotly_chart")) == 2
    assert text("ui.no_warnings", lang) in [one.value for one in at.markdown]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_holds_every_definition(open_screen: Open, lang: Lang) -> None:
    at = open_screen("help", lang)
    assert not at.exception
    assert len(at.expander) == len(glossary.entries(lang))


def test_help_is_searched_without_accents_or_capitals(open_screen: Open) -> None:
    at = open_screen("help")
    at.text_input(key="help.search").set_value("RETENTION agregee").run()
    assert [one.key for one in at.expander][:1] == ["help.D18"]
    at.text_input(key="help.search").set_value("zzz").run()
    assert not at.expander
    assert at.info[0].value == text("ui.help_none", "fr")


def test_help_is_found_by_its_id() -> None:
    assert [one.id for one in glossary.entries("en") if matches(one, " d12 ")] == ["D12"]


def test_only_screens_that_work_are_in_the_navigation() -> None:
    entry = (UI / "app.py").read_text("utf-8")
    named = {line.split('"')[1] for line in entry.splitlines() if "st.Page(" in line}
    on_disk = {f"screens/{one.name}" for one in (UI / "screens").glob("[!_]*.py")}
    assert named == on_disk


@pytest.mark.parametrize("screen", sorted((UI / "screens").glob("*.py")), ids=lambda one: one.stem)
def test_a_screen_reads_like_a_table_of_contents(screen: Path) -> None:
    assert len(screen.read_text("utf-8").splitlines()) < 80


def test_launch_serves_the_store_with_the_shipped_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda args, **_: asked.append(args))
    monkeypatch.setenv("HABITUE_STORE", "elsewhere")
    launch.launch(tmp_path, host="0.0.0.0", port=9000, headless=True)
    [[command, entry, *flags]] = asked
    assert command == "run"
    assert flags == ["--server.address=0.0.0.0", "--server.port=9000", "--server.headless=true"]
    assert (Path(entry).parent / ".streamlit" / "config.toml").is_file()
    assert os.environ["HABITUE_STORE"] == str(tmp_path)


def test_a_port_that_is_taken_is_refused_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(RequestError) as refused:
            launch.refuse_taken("127.0.0.1", port)
    assert refused.value.key == "port_taken"
    assert f"--port {port + 1}" in refused.value.hint("en")
    launch.refuse_taken("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(RequestError) as refused:
        launch.refuse_taken("192.0.2.1", 8501)
    assert refused.value.key == "port_refused"


@pytest.mark.parametrize(
    ("host", "auth", "told"),
    [
        ("localhost", {}, False),
        ("127.0.0.1", {}, False),
        ("::1", {}, False),
        ("0.0.0.0", {}, True),
        ("0.0.0.0", {"client_id": "x"}, False),
    ],
)
def test_a_dashboard_open_to_other_machines_is_known(
    monkeypatch: pytest.MonkeyPatch, host: str, auth: dict[str, str], told: bool
) -> None:
    monkeypatch.setattr("habitue.ui.access.secrets", lambda: {"auth": auth})
    assert launch.is_open(host) is told


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_address_leads_to_one_definition_and_on_to_its_kin(
    open_screen: Open, lang: Lang
) -> None:
    at = open_screen("help", lang, address={"definition": ["D12"], "lang": [lang]})
    assert not at.exception
    found = glossary.entry("D12", lang)
    [only] = at.expander
    assert found.term in only.label
    assert only.proto.expanded
    kin = control(at, "help.see.D12")
    assert [*kin.options] == [glossary.entry(one, lang).term for one in found.see]
    kin.set_value(found.see[0]).run()
    assert at.query_params["definition"] == found.see[0]
    assert glossary.entry(found.see[0], lang).term in at.expander[0].label
    at.text_input(key="help.search").set_value("").run()
    assert "definition" not in at.query_params
    assert len(at.expander) == len(glossary.entries(lang))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_question_has_a_screen(open_screen: Open, lang: Lang) -> None:
    at = open_screen("help", lang)
    at.session_state["help.tabs"] = text("help.tab_questions", lang)
    at.run()
    assert not at.exception
    links = at.get("page_link")
    assert len(links) == len(at.code) == 9
    assert {one.proto.page for one in links} <= {one.stem for one in (UI / "screens").glob("*.py")}
