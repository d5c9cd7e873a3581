"""Every command and option is documented, in both languages, and docs/cli.md says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
import typer
from babel.messages.pofile import read_po
from tests.cli.conftest import Run

import habitue
from habitue.cli.app import COMMANDS, tree
from habitue.cli.question import question
from habitue.cli.terminal import Terminal, language_of
from habitue.schema import Filters, Reason, Role
from habitue.texts import LANGS, has_text
from habitue.workspace import Workspace
from handbook import manual

PACKAGE = Path(habitue.__file__).parent
ROOT = Path(__file__).parents[2]


def catalogue(subject: str, lang: str) -> dict[str, tuple[str, ...]]:
    with (PACKAGE / "locale" / lang / f"{subject}.po").open("rb") as file:
        messages = [message for message in read_po(file, locale=lang) if message.id]
    return {
        (one.id if isinstance(one.id, str) else one.id[0]): (
            (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
        )
        for one in messages
    }


@pytest.mark.parametrize("subject", ["cli", "check"])
def test_both_catalogues_say_the_same_things(subject: str) -> None:
    french, english = catalogue(subject, "fr"), catalogue(subject, "en")

    assert french.keys() == english.keys()
    for key in french:
        assert all(french[key]), key
        assert all(english[key]), key
        holes = [{*re.findall(r"{(\w+)}", one)} for one in (*french[key], *english[key])]
        assert set.union(*holes) - holes[0] <= {"count"}, key
        assert not re.search(r"'| [;?!»%]|« | :(\s|$)", "".join(french[key])), key


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_that_the_code_asks_for_exists(lang: str) -> None:
    asked = {
        key
        for file in (PACKAGE / "cli").rglob("*.py")
        for key in re.findall(r"\"((?:cli|check)\.[a-z_]+)\"", file.read_text())
    }
    warned = {
        f"check.{key}"
        for file in (PACKAGE / "data" / "sources").rglob("*.py")
        for key in re.findall(r"\(\"(\w+)\", \{", file.read_text())
    }
    listed = {f"check.role_{role}" for role in Role} | {f"check.reason_{one}" for one in Reason}

    assert warned
    for key in asked | warned | listed:
        assert has_text(key, "fr" if lang == "fr" else "en"), key


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_page(run: Run, command: str, lang: str) -> None:
    page = run(command, "--help", "--lang", lang).out
    params = tree().commands[command].params

    assert page.startswith(
        ("Usage: " if lang == "en" else "Utilisation\N{NO-BREAK SPACE}: ") + f"habitue {command}"
    )
    assert all(flag in page for param in params for flag in param.opts if flag.startswith("--"))
    assert ("Examples" if lang == "en" else "Exemples") in page
    assert max(map(len, page.splitlines())) <= 100
    assert command in run("--help").out


def test_the_manual_is_in_sync() -> None:
    made = manual.page("en")

    assert made == (ROOT / "docs" / "cli.md").read_text("utf-8"), "python -m handbook"
    assert all(f"## habitue {command}\n" in made for command in COMMANDS)


def test_language_of_a_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HABITUE_LANG", "fr")

    assert language_of(["kpis"]) == "fr"
    assert language_of(["kpis", "--lang", "en"]) == "en"
    assert language_of(["--lang=en", "kpis"]) == "en"
    assert language_of(["kpis", "--lang"]) == "fr"
    assert language_of(["kpis", "--lang", "de"]) == "fr"


def test_a_new_command_is_one_function(
    store: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    @question
    def orders(workspace: Workspace, filters: Filters, twice: bool = False) -> pa.Table:
        found = workspace.kpis(filters).orders
        return pa.table({"orders": [found] * (2 if twice else 1)})

    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(orders)
    command = typer.main.get_command(app)
    words = ["--store", str(store), "--format", "csv", "--twice", "--country", "France"]
    with command.make_context("orders", words, obj=Terminal("en")) as context:
        context.command.invoke(context)

    header, one, two = capsysbinary.readouterr().out.decode().split()
    assert header == "orders"
    assert one == two
    assert int(one) > 0


def test_what_stands_for_a_value_has_a_name_in_both_languages() -> None:
    unnamed = {
        param.metavar
        for command in tree().commands.values()
        for param in command.params
        if re.fullmatch(r"[a-z_]+", param.metavar or "")
        for lang in LANGS
        if not has_text(f"cli.metavar_{param.metavar}", lang)
    }
    assert unnamed == set()
