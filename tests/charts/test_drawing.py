"""A figure made at once is the one that was made piece by piece."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from habitue.charts import drawing
from habitue.charts.drawing import Trace, drawn, dress
from habitue.charts.look import Look

WORDS: dict[str, Any] = {
    "title": "What is measured", "subtitle": "On what basis " * 9, "series": ("one", "two"),
    "left": 70, "below": 58, "plot_height": 380,
}  # fmt: skip
NOTE: dict[str, Any] = {"text": "here", "x": 0, "y": 1, "showarrow": False}


def test_at_once_or_piece_by_piece_it_is_the_same(look: Look) -> None:
    bars = {"type": "bar", "x": [1, 2], "y": [3.0, -4.5], "marker": {"color": "#123456"}}
    pieces = go.Figure(go.Bar(x=[1, 2], y=[3.0, -4.5], marker={"color": "#123456"}))
    pieces.update_xaxes(tickvals=[1, 2], showgrid=False)
    pieces.update_yaxes(range=[-5, 4])
    pieces.add_annotation(**NOTE)
    dress(pieces, look, **WORDS)
    pieces.update_layout(barmode="stack")
    made = drawn(
        [bars], look, **WORDS, annotations=[NOTE], barmode="stack",
        xaxis={"tickvals": [1, 2], "showgrid": False}, yaxis={"range": [-5, 4]},
    )  # fmt: skip
    assert made == pieces


def test_room_above_moves_the_drawing_and_nothing_else(look: Look) -> None:
    plain, lower = (drawn([], look, **WORDS, above=room).layout for room in (0, 44))
    assert lower.margin.t == plain.margin.t + 44
    assert lower.height == plain.height + 44
    assert lower.margin.b == plain.margin.b


@pytest.mark.parametrize(
    "wrong", [{"xaxis": {"tickvalues": [1]}}, {"barmode": "heap"}, {"yaxis": {"range": "far"}}]
)
def test_in_tests_plotly_refuses_what_it_does_not_know(look: Look, wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"Invalid (property|value)"):
        drawn([], look, **WORDS, **wrong)


def test_unchecked_a_figure_is_the_same(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    words: dict[str, Any] = {
        **WORDS, "shapes": [{"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1}],
        "annotations": [NOTE], "xaxis": {"tickvals": [1, 2]}, "yaxis": {"range": [-5, 4]},
    }  # fmt: skip
    traces: list[Trace] = [
        {"type": "heatmap", "z": np.array([[1.5, np.nan]]), "text": [["a", ""]]},
        {"type": "scatter", "x": [1, None], "y": np.array([2.0, 3.0]), "customdata": [[1], [2]]},
    ]
    checked = drawn(traces, look, **words).to_json()
    monkeypatch.setattr(drawing, "CHECKED", False)
    assert json.loads(str(drawn(traces, look, **words).to_json())) == json.loads(str(checked))
