"""What charts of value share: their words, an axis of money, bars with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from habitue.charts.look import WORD_SIZE, round_ticks
from habitue.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    import pyarrow as pa

    from habitue.charts.look import Look


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the `value` catalogue, in the reader's language.

    Attributes:
        look: The reader's language and colours.
    """

    look: Look

    def say(self, key: str, /, **facts: Any) -> str:
        """Give a sentence of the catalogue."""
        return text(f"value.{key}", self.look.lang, **facts)

    def columns(self, table: pa.Table) -> dict[str, str]:
        """Name the columns of a table."""
        return {name: self.say(f"column_{name}") for name in table.column_names}

    def pays(self, decimals: int = 0) -> str:
        """Give the d3 template of money, `{}` standing for the variable."""
        before, after = self.look.money(1).split("1")
        return f"{before}%{{{{{{}}:,.{decimals}f}}}}{after}"


def money_axis(axis: Any, values: Sequence[float], look: Look) -> None:
    """Put round amounts on an axis that starts at zero.

    Args:
        axis: `figure.update_xaxes` or `figure.update_yaxes`.
        values: What is drawn.
        look: The reader's language and colours.
    """
    low, high = min(0.0, *values, 0.0), max(0.0, *values, 1e-9)
    ticks = round_ticks(low, high, about=4)
    axis(
        tickvals=ticks,
        ticktext=[look.money(tick, compact=True) for tick in ticks],
        range=[low * 1.05, high * 1.08],
    )


def number_axis(axis: Any, values: Sequence[float], look: Look) -> None:
    """Put round counts on an axis that starts at zero.

    Args:
        axis: `figure.update_xaxes` or `figure.update_yaxes`.
        values: What is drawn.
        look: The reader's language and colours.
    """
    high = max(0.0, *values, 1e-9)
    ticks = round_ticks(0.0, high)
    whole = [tick for tick in ticks if tick == int(tick)]  # counts know no halves
    axis(tickvals=whole, ticktext=[look.number(tick) for tick in whole], range=[0, high * 1.08])


def named(figure: go.Figure, words: str, look: Look, *, across: bool = True) -> None:
    """Name an axis.

    Args:
        figure: Changed in place.
        words: The name.
        look: The reader's language and colours.
        across: Whether it is the horizontal one.
    """
    title = {
        "text": words,
        "standoff": 8,
        "font": {"size": WORD_SIZE, "color": look.palette.grey},
    }
    (figure.update_xaxes if across else figure.update_yaxes)(title=title)
