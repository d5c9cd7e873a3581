"""How revenue spreads over active customers at each age (D22), and 90-day revenue by cohort."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from habitue.charts.cohort_heatmap import SMALL, names_of
from habitue.charts.cohort_words import Words
from habitue.charts.drawing import dress
from habitue.charts.look import WORD_SIZE, Chart, Look, key, round_ticks
from habitue.charts.periods import tick_names
from habitue.charts.shades import scale
from habitue.core.cohorts.profile import BINS_PER_TENFOLD
from habitue.results import CohortTable

_MOST_LABELS: Final = 9
_QUARTILES: Final = ("p10", "p25", "p50", "p75", "p90")


def quartiles(spread: pa.Table, look: Look, words: Words, *, log: bool) -> Chart:
    """Draw a box per age: quartiles, tenth and ninetieth hundredths, and the mean.

    Args:
        spread: Quantiles of `Workspace.spread_by_age`, with at least one age.
        look: The reader's language and colours.
        words: How ages are named.
        log: Whether the axis of money is logarithmic.
    """
    rows = spread.to_pylist()
    ages = [row["age"] for row in rows]
    figure = go.Figure()
    figure.add_trace(
        go.Box(
            x=ages, q1=spread["p25"].to_pylist(), median=spread["p50"].to_pylist(),
            q3=spread["p75"].to_pylist(), lowerfence=spread["p10"].to_pylist(),
            upperfence=spread["p90"].to_pylist(), hoverinfo="skip", whiskerwidth=0.4,
            line={"color": look.palette.ink, "width": 1.4}, fillcolor=look.palette.haze,
        )
    )  # fmt: skip
    means = spread["mean"].to_pylist()
    figure.add_trace(
        go.Scatter(
            x=ages, y=means, mode="markers", hoverinfo="skip",
            marker={"symbol": "diamond", "size": 7, "color": look.palette.amber},
        )
    )  # fmt: skip
    said: dict[str, Any] = {
        name: words.pays().format(f"customdata[{place}]")
        for place, name in enumerate((*_QUARTILES, "mean"))
    }
    said["age"] = words.say(f"age_{words.grain}", age="%{x}")
    said["customers"] = "%{customdata[6]:,.0f}"
    # A point on each median carries the figures: a box has no words of its own language.
    figure.add_trace(
        go.Scatter(
            x=ages, y=spread["p50"].to_pylist(), mode="markers",
            marker={"size": 14, "opacity": 0, "color": look.palette.ink},
            customdata=[[*(row[name] for name in _QUARTILES), row["mean"], row["customers"]]
                        for row in rows],
            hovertemplate=words.say("hover_quartiles", **said) + "<extra></extra>",
        )
    )  # fmt: skip
    values = [row[name] for row in rows for name in (*_QUARTILES, "mean")]
    _money_axis(figure, values, look, log=log)
    _ages_axis(figure, ages, words)
    title = words.say("title_quartiles")
    dress(
        figure, look, title=title,
        subtitle=words.say(
            "quartiles_subtitle", first=rows[0]["customers"], last=rows[-1]["customers"],
            age=words.age(ages[-1]),
        ),
        series=key(
            ("▭", words.say("key_half"), look.palette.ink),
            ("┬", words.say("key_most"), look.palette.ink),
            ("◆", words.say("key_mean"), look.palette.amber),
        ),
        left=72, below=58,
    )  # fmt: skip
    return Chart(
        name="cohort-spread", title=title, figure=figure,
        alt=words.say(
            "quartiles_alt", first=look.money(rows[0]["p50"]), last=look.money(rows[-1]["p50"]),
            age=ages[-1],
        ),
        table=spread, columns=names_of(spread, look),
    )  # fmt: skip


def density(counts: pa.Table, look: Look, words: Words) -> Chart:
    """Shade, age by age, the share of active customers by size of what they spent.

    Args:
        counts: Counts by size of `Workspace.spread_by_age`, with at least one age.
        look: The reader's language and colours.
        words: How ages are named.
    """
    rows = [row for row in counts.to_pylist() if row["bin"] is not None]
    ages = sorted({row["age"] for row in counts.to_pylist()})
    totals = dict.fromkeys(ages, 0)
    for row in counts.to_pylist():
        totals[row["age"]] += row["customers"]
    low, high = min(row["bin"] for row in rows), max(row["bin"] for row in rows)
    z = np.zeros((high - low + 1, ages[-1] + 1))
    n = np.zeros_like(z)
    for row in rows:
        n[row["bin"] - low, row["age"]] = row["customers"]
        z[row["bin"] - low, row["age"]] = 100 * row["customers"] / totals[row["age"]]
    edges = [10 ** (one / BINS_PER_TENFOLD) for one in range(low, high + 2)]
    bands = [
        words.say("between", low=look.money(edges[place]), high=look.money(edges[place + 1]))
        for place in range(high - low + 1)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=z, y=np.arange(low, high + 2) / BINS_PER_TENFOLD, x=np.arange(ages[-1] + 2) - 0.5,
            customdata=n, text=[[band] * z.shape[1] for band in bands],
            colorscale=scale(look), showscale=False, xgap=1,
            hovertemplate=words.say(
                "hover_density", share=words.shares().format("z"),
                customers="%{customdata:,.0f}",
            ) + "<extra></extra>",
        )
    )  # fmt: skip
    tens = list(range(math.ceil(low / BINS_PER_TENFOLD), high // BINS_PER_TENFOLD + 1))
    figure.update_yaxes(
        tickvals=tens, ticktext=[look.money(10**ten, compact=True) for ten in tens],
        showgrid=False, zeroline=False,
    )  # fmt: skip
    _ages_axis(figure, ages, words)
    title = words.say("title_density")
    nothing = sum(row["customers"] for row in counts.to_pylist() if row["bin"] is None)
    dress(
        figure, look, title=title,
        subtitle=words.say("density_subtitle", n=sum(totals.values()))
        + (" " + words.say("density_nothing", n=nothing) if nothing else ""),
        left=72, below=58,
    )  # fmt: skip
    return Chart(
        name="cohort-density", title=title, figure=figure, alt=words.say("density_alt"),
        table=counts, columns=names_of(counts, look),
    )  # fmt: skip


def early_revenue(
    table: CohortTable, look: Look, *, group: str | None = "all", north_star: float | None = None
) -> Chart:
    """Rank time: 90-day revenue per new customer, cohort by cohort, the mean across.

    Args:
        table: The cohort table, with at least one cohort seen for 90 days in the group.
        look: The reader's language and colours.
        group: Which group of the breakdown.
        north_star: Mean over customers (D12), to be drawn across.
    """
    words = Words(table.reading, table.filters.grain, look)
    mine = (
        pc.is_null(table.profiles["group"])
        if group is None
        else pc.equal(table.profiles["group"], group)
    )
    profiles = table.profiles.filter(mine).select(["cohort", "customers", "early_value"])
    rows = [row for row in profiles.to_pylist() if row["early_value"] is not None]
    starts = [row["cohort"] for row in rows]
    values = [row["early_value"] for row in rows]
    figure = go.Figure(
        go.Bar(
            x=list(range(len(rows))), y=values,
            text=[words.cohort(start) for start in starts],
            customdata=[row["customers"] for row in rows], textposition="none",
            hovertemplate=words.say(
                "hover_early", value=words.pays(2).format("y"), customers="%{customdata:,.0f}"
            ) + "<extra></extra>",
            marker={
                "color": look.palette.ink,
                "line": {"width": 0.5, "color": look.palette.ink},
                "pattern": {
                    "shape": ["." if row["customers"] < SMALL else "" for row in rows],
                    "fillmode": "replace", "fgcolor": look.palette.ink, "size": 5,
                },
            },
        )
    )  # fmt: skip
    entries: list[tuple[str, str, str]] = []
    if north_star is not None:
        figure.add_hline(
            y=north_star, line={"color": look.palette.amber, "width": 1.5, "dash": "dash"}
        )
        entries.append(
            ("┅", words.say("early_mean", value=look.money(north_star, decimals=2)),
             look.palette.amber)
        )  # fmt: skip
    if any(row["customers"] < SMALL for row in rows):
        entries.append(("▒", words.say("key_small", n=SMALL), look.palette.grey))
    _money_axis(figure, values, look, log=False)
    ticks = tick_names(starts, words.grain, look.lang)
    figure.update_xaxes(
        tickvals=list(ticks), ticktext=list(ticks.values()), range=[-0.6, len(rows) - 0.4],
        showgrid=False,
    )  # fmt: skip
    title = words.say("title_early")
    dress(
        figure, look, title=title,
        subtitle=words.say(
            "early_subtitle", customers=sum(row["customers"] for row in rows), count=len(rows)
        ),
        series=key(*entries), left=72,
    )  # fmt: skip
    (low, low_at), (high, high_at) = (
        min(zip(values, starts, strict=True)),
        max(zip(values, starts, strict=True)),
    )
    return Chart(
        name="cohort-90-days", title=title, figure=figure,
        alt=words.say(
            "early_alt", low=look.money(low), low_at=words.cohort(low_at), high=look.money(high),
            high_at=words.cohort(high_at),
        ),
        table=profiles, columns=names_of(profiles, look),
    )  # fmt: skip


def _money_axis(figure: go.Figure, values: list[float], look: Look, *, log: bool) -> None:
    if log:
        above = [value for value in values if value > 0] or [1.0]
        low, high = math.log10(min(above)) - 0.1, math.log10(max(above)) + 0.1
        steps = (1, 2, 5) if high - low < 3 else (1,)  # noqa: PLR2004 - a factor of a thousand
        marks = [
            step * 10.0**ten
            for ten in range(math.floor(low), math.ceil(high) + 1)
            for step in steps
            if low <= math.log10(step) + ten <= high
        ]
        figure.update_yaxes(
            type="log", tickvals=marks, range=[low, high],
            ticktext=[look.money(mark, compact=True) for mark in marks],
        )  # fmt: skip
        return
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 1e-9)
    ticks = round_ticks(low, high)
    figure.update_yaxes(
        tickvals=ticks, ticktext=[look.money(tick, compact=True) for tick in ticks],
        range=[low * 1.05, high * 1.06],
    )  # fmt: skip


def _ages_axis(figure: go.Figure, ages: list[Any], words: Words) -> None:
    last = max(ages)
    step = next(
        step for step in (1, 2, 3, 6, 12, 26, 52, 1200) if (last + 1) / step <= _MOST_LABELS
    )
    shown = list(range(0, last + 1, step))
    figure.update_xaxes(
        tickvals=shown, ticktext=[words.look.number(age) for age in shown],
        title={"text": words.ages(), "standoff": 8,
               "font": {"size": WORD_SIZE, "color": words.look.palette.grey}},
        range=[-0.6, last + 0.6], showgrid=False,
    )  # fmt: skip
