"""The notebooks as they are stored, and as they come out when run."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = ("01_exploration", "process")
PLOTLY = "application/vnd.plotly.v1+json"
_TELL = "import json; print(json.dumps(chiffres, default=str))"


class Ran(NamedTuple):
    """A notebook that came to its end, and the figures it kept."""

    outputs: list[list[str]]
    figures: dict[str, Any]


Run = Callable[[str], Ran]


def stored(name: str) -> Any:
    source = (FOLDER / f"{name}.ipynb").read_text("utf-8")
    return nbformat.reads(source, as_version=4)  # type: ignore[no-untyped-call]  # nbformat types half of itself


def said(notebook: Any) -> list[list[str]]:
    """What each code cell says in words; a chart by its description."""
    return [
        [
            "".join(one.data.get("text/markdown") or one.data.get("text/plain") or "")
            if "data" in one
            else one.text
            for one in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def runner(store: Path, data: Path | None) -> Run:
    """Run notebooks on a file, or on the shop they make; each once, whoever asks."""

    @cache
    def run(name: str) -> Ran:
        notebook = stored(name)
        telling = nbformat.v4.new_code_cell(_TELL)  # type: ignore[no-untyped-call]  # the same
        notebook.cells.append(telling)
        client = NotebookClient(
            notebook, timeout=600, record_timing=False, resources={"metadata": {"path": FOLDER}}
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HABITUE_CAHIERS", str(store))
            patch.setenv("HABITUE_DATA", str(data or ""))
            client.execute()
        *outputs, [told] = said(notebook)
        return Ran(outputs, json.loads(told))

    return run


@pytest.fixture(scope="session")
def on_real_data(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(tmp_path_factory.mktemp("real"), online_retail)


@pytest.fixture(scope="session")
def on_the_demo(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return runner(tmp_path_factory.mktemp("demo"), None)
