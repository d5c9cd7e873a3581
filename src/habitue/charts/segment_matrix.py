"""Squares of figures by segment: movements, and names that disagree; and the R x F grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import plotly.graph_objects as go
import pyarrow as pa

from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look
from habitue.charts.segment_words import Words
from habitue.charts.shades import scale
from habitue.core.segments.answers import Disagreement, Movement, Segments

_SQUARE: Final = 34
_NAMES_ROOM: Final = 132
_SLANTED_ROOM: Final = 112
_Cell = tuple[float | None, str, str]
"""Value that colours, words written, words under the finger."""


def grid(seen: Segments, look: Look) -> Chart:
    """Draw customers by recency and frequency scores, coloured by what each brought on average.

    Args:
        seen: The segments of a day, with customers.
        look: The reader's language and colours.
    """
    words, cuts = Words(look, seen.rules), seen.cuts
    assert cuts is not None
    sums: dict[tuple[int, int], list[float]] = {}
    for row in seen.by_code.to_pylist():
        found = sums.setdefault((row["r_score"], row["f_score"]), [0, 0.0])
        found[0] += row["customers"]
        found[1] += float(row["revenue"])
    scores = range(1, cuts.classes + 1)
    cells: dict[tuple[int, int], _Cell] = {}
    for (r, f), (customers, revenue) in sums.items():
        mean = revenue / customers
        cells[f - 1, r - 1] = (
            math.log10(max(mean, 1.0)),
            f"<b>{look.number(customers)}</b><br>{look.money(mean, compact=True)}",
            words.say(
                "grid_hover",
                r=words.meaning("recency", r, cuts),
                f=words.meaning("frequency", f, cuts),
                count=int(customers),
                mean=look.money(mean, decimals=2),
                revenue=look.money(revenue),
            ),
        )
    figure = _squares(cells, [f"R{one}" for one in scores], [f"F{one}" for one in scores], look)
    figure.update_xaxes(title=_axis(words.say("grid_x"), look))
    figure.update_yaxes(title=_axis(words.say("grid_y"), look), autorange=True)
    table = pa.Table.from_pylist(
        [
            {
                "r_score": r, "f_score": f, "customers": int(customers), "revenue": revenue,
                "mean_value": revenue / customers,
            }
            for (r, f), (customers, revenue) in sorted(sums.items())
        ]
    )  # fmt: skip
    dress(
        figure, look,
        title=words.say("grid_title"),
        subtitle=words.say("grid_subtitle", count=seen.base.customers),
        left=64, below=58, plot_height=72 * cuts.classes,
    )  # fmt: skip
    best, worst = cuts.classes - 1, 0
    return words.chart(
        "rfm-grid", figure, table,
        title=words.say("grid_title"),
        alt=words.say(
            "grid_alt",
            best=_count(cells, best), worst=_count(cells, worst), classes=cuts.classes,
        ),
    )  # fmt: skip


def movement(found: Movement, look: Look) -> Chart:
    """Draw who went where: a row per segment left, a column per segment reached.

    Args:
        found: The movement, with at least one pair.
        look: The reader's language and colours.
    """
    words = Words(look, found.rules)
    rows = found.table.to_pylist()
    order: list[str | None] = [one.name for one in found.rules.segments if one.codes] + [None]
    left = [name for name in order if any(row["from_segment"] == name for row in rows)]
    reached = [name for name in order if any(row["to_segment"] == name for row in rows)]
    cells: dict[tuple[int, int], _Cell] = {}
    for row in rows:
        old, new = row["from_segment"], row["to_segment"]
        share = row["share"]
        said = words.share(share) if share is not None else look.number(row["customers"])
        cells[left.index(old), reached.index(new)] = (
            share,
            f"{share * 100:.0f}" if share is not None else look.number(row["customers"]),
            words.say(
                "movement_hover",
                old=words.name(old, "newcomer"),
                new=words.name(new, "gone"),
                count=row["customers"],
                share=said,
                money=look.money(row["year_before"]),
            ),
        )
    figure = _squares(
        cells,
        [words.name(name, "gone") for name in reached],
        [words.name(name, "newcomer") for name in left],
        look,
    )
    stayed = sum(row["customers"] for row in rows if row["from_segment"] == row["to_segment"])
    known = sum(row["customers"] for row in rows if row["from_segment"] is not None)
    dress(
        figure, look,
        title=words.say("movement_title"),
        subtitle=words.say(
            f"movement_subtitle_{found.thresholds}",
            before=found.before, day=found.as_of, count=known,
        ),
        left=_NAMES_ROOM, below=_SLANTED_ROOM, plot_height=_SQUARE * len(left),
    )  # fmt: skip
    return words.chart(
        "movement", figure, words.translated(found.table, "from_segment", "to_segment"),
        title=words.say("movement_title"),
        alt=words.say(
            "movement_alt", before=found.before, day=found.as_of, stayed=stayed, count=known
        ),
    )  # fmt: skip


def disagreement(found: Disagreement, look: Look) -> Chart:
    """Draw how many customers bear each pair of names under two rule sets.

    Args:
        found: The comparison.
        look: The reader's language and colours.
    """
    first, second = Words(look, found.first), Words(look, found.second)
    rows = [row for row in found.table.to_pylist() if row["customers"]]
    left = [one.name for one in found.first.segments if one.codes]
    right = [one.name for one in found.second.segments if one.codes]
    cells: dict[tuple[int, int], _Cell] = {}
    for row in rows:
        one, other = row["first_segment"], row["second_segment"]
        mark = "●" if row["same"] else ""
        cells[left.index(one), right.index(other)] = (
            float(row["customers"]),
            f"{mark}{look.number(row['customers'])}",
            first.say(
                "disagreement_hover",
                first=first.name(one), second=second.name(other),
                count=row["customers"], money=look.money(row["revenue"]),
            ),
        )  # fmt: skip
    figure = _squares(
        cells, [second.name(name) for name in right], [first.name(name) for name in left], look
    )
    dress(
        figure, look,
        title=first.say("disagreement_title"),
        subtitle=first.say(
            "disagreement_subtitle",
            first=first.rule_name(), second=second.rule_name(),
            customers=found.customers, codes=found.codes, every=found.every_code,
        ),
        left=_NAMES_ROOM, below=_SLANTED_ROOM, plot_height=_SQUARE * len(left),
    )  # fmt: skip
    table = second.translated(first.translated(found.table, "first_segment"), "second_segment")
    return first.chart(
        "rule-sets", figure, table,
        title=first.say("disagreement_title"),
        alt=first.say(
            "disagreement_alt", first=first.rule_name(), second=second.rule_name(),
            count=found.customers,
        ),
    )  # fmt: skip


def _squares(
    cells: dict[tuple[int, int], _Cell], columns: Sequence[str], rows: Sequence[str], look: Look
) -> go.Figure:
    def laid(part: int, empty: Any) -> list[list[Any]]:
        return [
            [cells[row, column][part] if (row, column) in cells else empty
             for column in range(len(columns))]
            for row in range(len(rows))
        ]  # fmt: skip

    figure = go.Figure(
        go.Heatmap(
            z=laid(0, None), text=laid(1, ""), customdata=laid(2, ""),
            x=list(columns), y=list(rows), texttemplate="%{text}",
            hovertemplate="%{customdata}<extra></extra>", hoverongaps=False,
            colorscale=scale(look), showscale=False, xgap=2, ygap=2,
        )
    )  # fmt: skip
    slanted = max((len(name) for name in columns), default=0) > 3  # noqa: PLR2004 - R5 stands upright
    figure.update_xaxes(showgrid=False, zeroline=False, tickangle=-45 if slanted else 0)
    figure.update_yaxes(showgrid=False, zeroline=False, autorange="reversed")
    return figure


def _axis(title: str, look: Look) -> dict[str, Any]:
    return {
        "text": title,
        "font": {"size": WORD_SIZE, "color": look.palette.grey},
        "standoff": 8,
    }


def _count(cells: dict[tuple[int, int], _Cell], place: int) -> str:
    return (
        cells[place, place][1].split("</b>")[0].removeprefix("<b>")
        if (place, place) in cells
        else "0"
    )
