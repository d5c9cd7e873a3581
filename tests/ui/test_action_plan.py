"""The Action plan over a small real shop: build, check, download, measure."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import app, control

from habitue.data.samples import write_shop
from habitue.export.parcel import Memory
from habitue.texts import Lang, percent, text
from habitue.workspace import Workspace, ingest, open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    ingest(list(write_shop(folder, 4_000, seed=5, format="csv").sources), store=folder / "store")
    return folder / "store"


@pytest.fixture
def shop(store: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("HABITUE_STORE", str(store))
    return open_store(store)


def _open(lang: Lang = "fr") -> AppTest:
    at = app(lang)
    at.run()
    at.switch_page("screens/action_plan.py").run()
    assert not at.exception
    return at


def _built(at: AppTest, name: str = "Réveil", **chosen: Any) -> AppTest:
    for key, value in chosen.items():
        at.multiselect(key=f"plan.{key}").set_value(value)
    at.text_input(key="plan.name").set_value(name).run()
    at.button(key="plan.add").click().run()
    assert not at.exception
    return at


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_screen_opens_with_actions_and_no_list(shop: Workspace, lang: Lang) -> None:
    at = _open(lang)
    assert [one.value for one in at.header] == [
        text(f"plan.{name}", lang)
        for name in ("actions", "lists", "check", "measure", "visuals", "log")
    ]  # fmt: skip
    ranked = shop.segments().table.sort_by("priority").to_pylist()
    assert ranked[0]["rfm_segment"]
    first = shop.segments().rules.named(ranked[0]["rfm_segment"]).title(lang)
    assert at.metric[0].label == text("plan.card", lang, rank=1, segment=first)
    assert text("plan.no_list", lang) in [one.value for one in at.markdown]


def test_a_list_is_built_and_checked(shop: Workspace) -> None:
    at = _built(_open(), segments=["Champions"])
    champions = shop.rfm(segments=["Champions"]).num_rows
    numbers = {one.label: one.value for one in at.metric}
    rows = int(numbers[text("plan.figure_rows", "fr")].replace("\N{NARROW NO-BREAK SPACE}", ""))
    held = int(numbers[text("plan.figure_held", "fr")])
    assert rows + held == champions
    assert not control(at, "plan.download").disabled


def test_a_recommended_action_becomes_its_list_in_two_clicks(shop: Workspace) -> None:
    at = _open()
    at.segmented_control(key="plan.top").set_value("count").run()
    at.toggle(key="plan.either").set_value(True).run()
    seen = shop.segments()
    best = seen.table.sort_by("priority").to_pylist()[0]
    named = seen.rules.named(best["rfm_segment"])
    at.button(key=f"plan.build.{named.id}").click().run()
    assert _draft(at) == best["customers"]
    share = best["year_revenue"] / sum(row["year_revenue"] for row in seen.table.to_pylist())
    assert any(percent(float(share), "fr") in one.value for one in at.markdown)
    at.button(key="plan.add").click().run()
    assert not at.exception
    heading = text("plan.held", "fr", rank=1, name=named.title("fr"), code="x").split(" · ")[0]
    assert any(one.value.startswith(heading) for one in at.markdown)


def test_every_control_changes_the_list(shop: Workspace) -> None:
    at = _built(_open(), name="A")
    # The salt of a shop is drawn by chance: of some twenty, a tenth may be nobody.
    at.slider(key="plan.holdout").set_value(50).run()
    half = _rows(at)
    at.slider(key="plan.holdout").set_value(0).run()
    everyone = _rows(at)
    assert everyone > half
    at.number_input(key="plan.silent").set_value(1).run()
    assert _rows(at) < everyone
    at.number_input(key="plan.silent").set_value(36)
    at.segmented_control(key="plan.top").set_value("count").run()
    at.number_input(key="plan.top_n").set_value(7).run()
    at.text_input(key="plan.name").set_value("B").run()
    at.button(key="plan.add").click().run()
    assert _rows(at, 1) == 0  # they are all in A already
    at.toggle(key="plan.exclusive").set_value(False).run()
    assert _rows(at, 1) == 7
    at.toggle(key="plan.exclusive").set_value(True)
    at.button(key="plan.up.1").click().run()
    assert _rows(at, 0) == 7
    at.button(key="plan.gone.0").click().run()
    assert len([one for one in at.metric if one.label == text("plan.figure_rows", "fr")]) == 1


def test_without_and_either_change_who_is_meant(shop: Workspace) -> None:
    at = _open()
    at.multiselect(key="plan.segments").set_value(["Champions"]).run()
    both = _draft(at)
    month = str(at.multiselect(key="plan.cohorts").options[0])
    at.multiselect(key="plan.cohorts").set_value([month]).run()
    assert _draft(at) <= both
    at.toggle(key="plan.either").set_value(True).run()
    assert _draft(at) >= both
    at.multiselect(key="plan.without").set_value(["Champions"]).run()
    assert _draft(at) < both + 1
    at.multiselect(key="plan.cohorts").set_value([]).run()
    assert _draft(at) == 0


def test_an_ad_platform_without_contacts_cannot_be_downloaded(shop: Workspace) -> None:
    at = _built(_open())
    at.selectbox(key="plan.profile").set_value("google-ads").run()
    assert control(at, "plan.download").disabled
    assert "Google Ads" in at.error[0].value


def test_the_app_and_the_library_give_the_same_bytes(
    shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit

    built: dict[str, Any] = {}
    monkeypatch.setattr(
        streamlit,
        "download_button",
        lambda _label, data, *, key, **_: built.update({key: data}),
    )
    asked: list[Any] = []
    export = Workspace.export

    def heard(self: Workspace, order: Any, to: Any, *rest: Any, **more: Any) -> Any:
        asked.append(order)
        return export(self, order, to, *rest, **more)

    monkeypatch.setattr(Workspace, "export", heard)
    _built(_open(), segments=["Loyal"])
    archive = zipfile.ZipFile(io.BytesIO(built["plan.download"]()))
    theirs = {name: archive.read(name) for name in archive.namelist()}
    memory = Memory()
    export(shop, asked[-1], memory, lang="fr")
    assert theirs == memory.files
    assert "reveil.csv" in theirs
    (header, *_lines) = csv.reader(io.StringIO(theirs["reveil.csv"].decode()))
    assert header == json.loads(theirs["reveil.manifest.json"])["columns"]


def _rows(at: AppTest, place: int = 0) -> int:
    found = [one.value for one in at.metric if one.label == text("plan.figure_rows", "fr")]
    return int(found[place].replace("\N{NARROW NO-BREAK SPACE}", ""))


def _draft(at: AppTest) -> int:
    (said,) = [one.value for one in at.markdown if " répond" in one.value]
    return int(said.split("**")[1].replace("\N{NARROW NO-BREAK SPACE}", ""))
