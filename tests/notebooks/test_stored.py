"""What a stored notebook must be: light, whole, each chart followed by its reading."""

from __future__ import annotations

import re

import pytest
from tests.notebooks.conftest import FOLDER, NAMES, PLOTLY, said, stored


def _charts(cell: object) -> int:
    return sum(PLOTLY in one.get("data", {}) for one in getattr(cell, "outputs", []))


@pytest.mark.parametrize("name", NAMES)
def test_it_is_light_and_was_run_from_top_to_bottom(name: str) -> None:
    notebook = stored(name)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert (FOLDER / f"{name}.ipynb").stat().st_size < 300_000
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert not any(one.output_type in {"error", "stream"} for cell in code for one in cell.outputs)
    kinds = {kind for cell in code for one in cell.outputs for kind in one.get("data", {})}
    assert kinds <= {PLOTLY, "text/markdown", "text/plain"}


@pytest.mark.parametrize("name", NAMES)
def test_it_names_no_place_of_a_machine(name: str) -> None:
    text = (FOLDER / f"{name}.ipynb").read_text("utf-8")
    assert not re.search(r"/(home|root|work|tmp|Users)/|[A-Z]:\\\\", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_is_interpreted_in_figures(name: str) -> None:
    cells = [cell for cell in stored(name).cells if cell.cell_type == "code"]
    drawn = [place for place, cell in enumerate(cells) if _charts(cell)]

    assert drawn
    for place in drawn:
        following = [
            one.data.get("text/markdown", "")
            for cell in cells[place : place + 3]
            for one in cell.outputs
        ]
        reading = next((one for one in following if one.startswith("**Lecture")), "")
        assert len(re.findall(r"\d", reading)) > 10, cells[place].source


def test_the_exploration_has_six_to_eight_charts() -> None:
    assert 6 <= sum(_charts(cell) for cell in stored("01_exploration").cells) <= 8


def test_the_exploration_defines_what_it_measures() -> None:
    told = "\n".join(one for cell in said(stored("01_exploration")) for one in cell)
    typed = "\n".join(
        cell.source for cell in stored("01_exploration").cells if cell.cell_type == "markdown"
    )

    defined = set(re.findall(r"^> \*\*.+?\*\* \((D\d+\w?)\)", told, re.MULTILINE))
    assert defined >= {
        "D2", "D5c", "D6", "D9", "D10", "D11", "D11b", "D12", "D16", "D17", "D18", "D19", "D24",
        "D25", "D26",
    }  # fmt: skip
    assert all(told.count(word) >= len(defined) for word in ("*Formule", "*Unité", "*Exemple"))
    for term in ("Taux de valeurs manquantes", "Doublon exact", "Commande répétée", "Panier"):
        assert f"**{term}**" in typed or f"{term}\N{NO-BREAK SPACE}:" in typed, term


@pytest.mark.parametrize("name", NAMES)
def test_its_french_is_well_set(name: str) -> None:
    typed = [cell.source for cell in stored(name).cells if cell.cell_type == "markdown"]
    words = re.sub(r"`[^`]*`", "", "\n".join(typed))
    assert not re.search(r"\w'\w| [;?!»%]|« ", words)
