"""From what the source held to what is counted, in lines or in money (D6)."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, column_names
from habitue.charts.read_words import read_in_words
from habitue.texts import percent, text

if TYPE_CHECKING:
    from habitue.results import Check

Measure = Literal["lines", "amount"]
_SMALLEST_SHARE: Final = Decimal("0.0005")
"""Below this a percentage with one decimal would read as zero."""


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    change: Decimal
    """What it adds; for a level, its height."""
    is_level: bool
    is_part: bool = False


def waterfall(check: Check, measure: Measure, look: Look) -> Chart:
    """Show what lies between the rows read and the lines kept, then who the kept lines are.

    Args:
        check: The quality report.
        measure: Lines, or money.
        look: The reader's language and colours.
    """
    steps = _steps(check, measure, look)
    figure = go.Figure()
    figure.add_trace(_bars(steps, measure, look))
    _name_changes(figure, steps, Decimal(check.raw[measure]), measure, look)
    ends = [float(start + step.change) for step, start in zip(steps, _starts(steps), strict=True)]
    figure.update_xaxes(visible=False, range=[min(0.0, *ends), max(0.0, *ends) * 1.03])
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(steps))),
        ticktext=["<br>".join(textwrap.wrap(step.name, 18)) for step in steps],
        showgrid=False,
        zeroline=False,
    )
    title = text(f"charts.waterfall_title_{measure}", look.lang)
    subtitle = text(
        f"charts.waterfall_subtitle_{measure}",
        look.lang,
        kept=_say(Decimal(check.kept[measure]), measure, look),
        raw=_say(Decimal(check.raw[measure]), measure, look),
        read=read_in_words(int(check.rows["lines"]), int(check.raw["lines"]), look.lang),
    )
    dress(
        figure,
        look,
        title=title,
        subtitle=subtitle,
        left=136,
        below=6,
        plot_height=42 * len(steps),
    )
    table = pa.Table.from_pylist(
        [{"step": step.name, measure: step.change} for step in steps],
        schema=pa.schema(
            [
                ("step", pa.string()),
                (measure, pa.decimal128(38, 4) if measure == "amount" else pa.int64()),
            ]
        ),
    )
    return Chart(
        name=f"waterfall-{measure}",
        title=title,
        figure=figure,
        alt=text(
            "charts.waterfall_alt",
            look.lang,
            title=title,
            steps="; ".join(f"{step.name} {_say(step.change, measure, look)}" for step in steps),
        ),
        table=table,
        columns=column_names(table, look.lang),
    )


def _steps(check: Check, measure: Measure, look: Look) -> list[_Step]:
    def named(key: str) -> str:
        return text(f"charts.{key}", look.lang)

    made = [
        _Step(named(f"made_{purpose}"), Decimal(lines if measure == "lines" else amount), False)
        for purpose, lines, amount in check.made
    ]
    taken = [
        _Step(named(f"reason_{reason}"), -Decimal(lines if measure == "lines" else amount), False)
        for reason, lines, amount in check.excluded
    ]
    steps = [
        _Step(named("waterfall_rows"), Decimal(check.rows[measure]), True),
        *made,
        *taken,
        _Step(named("waterfall_kept"), Decimal(check.kept[measure]), True),
    ]
    if check.no_customer["lines"]:
        steps += [
            _Step(named("waterfall_known"), Decimal(check.with_customer[measure]), True, True),
            _Step(named("waterfall_anonymous"), Decimal(check.no_customer[measure]), True, True),
        ]
    return steps


def _bars(steps: list[_Step], measure: Measure, look: Look) -> go.Bar:
    """Draw levels from zero, with their figure, and changes between the levels they link."""
    reach = max(abs(step.change) for step in steps if step.is_level)
    colours = [_colour(step, look) for step in steps]
    return go.Bar(
        orientation="h",
        y=list(range(len(steps))),
        base=[float(start) for start in _starts(steps)],
        x=[float(step.change) for step in steps],
        width=0.62,
        marker={
            "color": colours,
            "line": {
                "width": 1.5,
                "color": [
                    look.palette.grey if step.is_part else colour
                    for step, colour in zip(steps, colours, strict=True)
                ],
            },
        },
        text=[
            f"<b>{_say(step.change, measure, look)}</b>" if step.is_level else "" for step in steps
        ],
        textposition=["inside" if step.change * 2 > reach else "outside" for step in steps],
        insidetextanchor="end",
        insidetextfont={"size": WORD_SIZE},
        outsidetextfont={"size": WORD_SIZE, "color": look.palette.ink},
        constraintext="none",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _name_changes(
    figure: go.Figure, steps: list[_Step], raw: Decimal, measure: Measure, look: Look
) -> None:
    """Write each change in the empty space before its bar, which may be too thin to see."""
    for position, (step, start) in enumerate(zip(steps, _starts(steps), strict=True)):
        if not step.is_level:
            figure.add_annotation(
                text=_change(step.change, raw, measure, look),
                x=float(min(start, start + step.change)),
                y=position,
                xanchor="right",
                xshift=-4,
                showarrow=False,
                font={"size": WORD_SIZE},
            )


def _starts(steps: list[_Step]) -> list[Decimal]:
    level, starts = Decimal(0), []
    for step in steps:
        starts.append(Decimal(0) if step.is_level else level)
        level = step.change if step.is_level else level + step.change
    return starts


def _colour(step: _Step, look: Look) -> str:
    if step.is_part:
        return look.palette.haze
    if step.is_level:
        return look.palette.ink
    return look.palette.brick if step.change < 0 else look.palette.teal


def _change(change: Decimal, raw: Decimal, measure: Measure, look: Look) -> str:
    said = _say(change, measure, look)
    signed = said if change <= 0 else f"+{said}"
    if not raw or abs(change / raw) < _SMALLEST_SHARE:
        return signed
    return f"{signed} ({percent(float(change / raw), look.lang)})"


def _say(value: Decimal, measure: Measure, look: Look) -> str:
    return look.number(int(value)) if measure == "lines" else look.money(value)
