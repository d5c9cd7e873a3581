"""What pages show is what comes out: shell lines, Python lines, YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from handbook.examples import Block, Desk, blocks, commands, written
from handbook.pages import DOCS

from habitue.cli.app import COMMANDS, tree
from habitue.cli.terminal import Terminal
from habitue.core.scenario.plan import Plan
from habitue.core.segments import rules
from habitue.data.mapping import Mapping
from habitue.export.lists import Order

PAGES = written()
SHELL = [one for page in PAGES for one in blocks(page, "bash", "console", "ini", "dockerfile")]
YAML = [one for page in PAGES for one in blocks(page, "yaml")]
RUN = [page for page in PAGES if blocks(page, "console", "python")]


def id_of(shown: Block | Path) -> str:
    page, line = (shown.page, f":{shown.line}") if isinstance(shown, Block) else (shown, "")
    return page.relative_to(DOCS).as_posix() + line


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("examples"))


@pytest.mark.parametrize("page", RUN, ids=id_of)
def test_examples_give_what_they_show(desk: Desk, page: Path) -> None:
    for block in blocks(page, "console", "python"):
        assert desk.replay(block) == block.body, "python -m handbook"


def accepted(words: list[str]) -> str:
    """Read a command line as the program would, without running it; give the command's name."""
    root = tree()
    context = root.make_context("habitue", words[:0], obj=Terminal("en"), resilient_parsing=True)
    if words[0].startswith("-"):
        root.make_context("habitue", [*words, "kpis"], obj=Terminal("en"), resilient_parsing=True)
        return words[0]
    command = root.commands[words[0]]
    command.make_context(command.name, [*words[1:]], parent=context)
    return words[0]


@pytest.mark.parametrize("block", SHELL, ids=id_of)
def test_command_lines_could_run(block: Block, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    for words in commands(block):
        accepted(words)


def test_every_command_is_shown_at_work() -> None:
    shown = {words[0] for block in SHELL for words in commands(block)}

    assert set(COMMANDS) - shown == {"fetch"}, "the only command that needs the network"


def test_a_wrong_command_line_would_be_seen() -> None:
    with pytest.raises(Exception, match="--retenton"):
        accepted(["scenario", "--retenton", "+5%"])
    with pytest.raises(KeyError):
        accepted(["kpi"])


@pytest.mark.parametrize("block", YAML, ids=id_of)
def test_yaml_says_what_its_first_line_names(block: Block) -> None:
    told = yaml.safe_load(block.body)
    match re.match(r"# (\w+)", block.body):
        case found if found and found[1] == "mapping":
            assert Mapping.of(told).missing() == ()
        case found if found and found[1] == "lists":
            assert Order.of(told).plans
        case found if found and found[1] == "scenario":
            assert Plan.of(told, "page").levers.moved()
        case found if found and found[1] == "rules":
            assert rules.read(told, "mine", "page").segments
        case _:
            pytest.fail("a first line such as # mapping")


def test_every_kind_of_yaml_is_shown() -> None:
    kinds = {re.match(r"# (\w+)", block.body)[1] for block in YAML}  # type: ignore[index]  # else the test above fails

    assert kinds == {"mapping", "lists", "scenario", "rules"}
