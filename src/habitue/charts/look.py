"""What every chart shares: the reader's language, colours, names and scales."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from habitue.charts.palette import SCREEN, Palette
from habitue.texts import Lang, money, number, text

if TYPE_CHECKING:
    import plotly.graph_objects as go
    import pyarrow as pa

WORD_SIZE: Final = 13
TITLE_WIDTH: Final = 42
"""Characters that fit a telephone's width: Plotly never wraps by itself, so titles keep to it."""
WORDS_WIDTH: Final = 56
_FLAT: Final = 1e-6
"""A range below this is a point: amounts are exact to a hundredth of a cent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a chart is to be drawn, whatever its subject.

    Attributes:
        lang: Language of its words and numbers.
        currency: ISO code of its money, or None.
        basis: The filters in force, in words: printed under the chart, hence in its image.
        palette: Its colours.
    """

    lang: Lang
    currency: str | None
    basis: str = ""
    palette: Palette = SCREEN

    def money(self, value: Any, *, decimals: int = 0, compact: bool = False) -> str:
        """Write an amount the way the reader does."""
        return money(value, self.currency, self.lang, decimals=decimals, compact=compact)

    def number(self, value: float) -> str:
        """Write a count the way the reader does."""
        return number(value, self.lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure with what stands in for it.

    Attributes:
        name: Its subject in one word, for file names and keys.
        title: What is measured.
        figure: The drawing.
        alt: What it shows, for someone who does not see it.
        table: Its data, under the column names that files keep.
        columns: Those names in the reader's language.
        least_width: Pixels under which its words would run into each other; a narrower screen
            scrolls it. 0 where any width will do.
    """

    name: str
    title: str
    figure: go.Figure
    alt: str
    table: pa.Table
    columns: dict[str, str]
    least_width: int = 0


def column_names(table: pa.Table, lang: Lang) -> dict[str, str]:
    """Name the columns of a table in the reader's language."""
    return {name: text(f"charts.column_{name}", lang) for name in table.column_names}


def toolbar(name: str, image: str = "png") -> dict[str, Any]:
    """Configure Plotly's own buttons: keep the image at print resolution, drop what confuses.

    Args:
        name: File name of the image, without its ending.
        image: `png` or `svg`.

    Examples:
        >>> toolbar("revenue", "svg")["toImageButtonOptions"]["format"]
        'svg'
    """
    return {
        "displaylogo": False,
        "responsive": True,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
        "toImageButtonOptions": {"format": image, "filename": f"habitue-{name}", "scale": 3},
    }


def key(*entries: tuple[str, str, str]) -> tuple[str, ...]:
    r"""Name the series in their own colour, in lines under the title.

    Args:
        entries: Mark, name and colour of each.

    Examples:
        >>> key(("■", "new", "#B25E09"))
        ('<span style="color:#B25E09">■\xa0new</span>',)
    """
    lines: list[list[str]] = []
    room = 0
    for mark, name, colour in entries:
        room -= len(name) + 5
        if room < 0 or not lines:
            lines.append([])
            room = WORDS_WIDTH - len(name) - 5
        lines[-1].append(f'<span style="color:{colour}">{mark}\N{NO-BREAK SPACE}{name}</span>')
    return tuple("   ".join(line) for line in lines)


def round_ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Give the round values within a range, zero among them when it is in the range.

    Args:
        low: Least value drawn.
        high: Greatest value drawn.
        about: How many are wanted, more or less.

    Examples:
        >>> round_ticks(0, 1_166_460)
        [0.0, 250000.0, 500000.0, 750000.0, 1000000.0]
        >>> round_ticks(-3, 9)
        [-2.5, 0.0, 2.5, 5.0, 7.5]
    """
    span = high - low
    if span < _FLAT:
        return [0.0 if low <= 0 <= high else low]
    rough = span / about
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if rough <= unit * factor)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [round(step * position, 10) for position in range(first, last + 1)]
