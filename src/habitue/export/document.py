"""A report before it is a page, a slide or a sheet: one set of figures, written three ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

import pyarrow as pa

from habitue.texts import Lang, money, number, percent, spoken

Form = Literal["text", "count", "money", "percent", "decimal", "day", "month"]
NOTHING: Final = "\N{EN DASH}"
"""Stands where nothing was observed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in front.

    Attributes:
        label: What it is.
        value: Written for the reader.
        beside: n, period or comparison, in words.
    """

    label: str
    value: str
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a section's table.

    Attributes:
        name: In the table.
        title: For the reader.
        form: How its values are written.
    """

    name: str
    title: str
    form: Form = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart of a section's table, drawn natively in each format.

    Attributes:
        kind: `column` (over time), `bar` (ranked) or `line`.
        category: Column along the axis.
        values: Columns drawn.
        stacked: Whether series stand on each other.
    """

    kind: Literal["column", "bar", "line"]
    category: str
    values: tuple[str, ...]
    stacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One subject.

    Attributes:
        name: One word, for anchors and sheets' ids.
        title: What is measured.
        words: One idea per line, read off the figures.
        figures: Numbers in front.
        columns: Of the table.
        table: Its rows; None without a table.
        plot: Its chart, or None.
    """

    name: str
    title: str
    words: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    columns: tuple[Column, ...] = ()
    table: pa.Table | None = None
    plot: Plot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report.

    Attributes:
        title: What it is.
        basis: The filters in force, period and day of the picture.
        source: Where the data comes from.
        lang: Its language.
        currency: ISO code of its money, or None.
        sections: In reading order.
        closing: Last page: headings and lines of assumptions, exclusions, definitions.
        labels: Words of the layout itself.
    """

    title: str
    basis: str
    source: str
    lang: Lang
    currency: str | None
    sections: tuple[Section, ...]
    closing: tuple[tuple[str, tuple[str, ...]], ...]
    labels: dict[str, str] = field(default_factory=dict)

    def cell(self, value: Any, form: Form) -> str:
        """Write one value for the reader."""
        if value is None:
            return NOTHING
        if isinstance(value, (int, float, Decimal)) and form in _WRITTEN:
            return _WRITTEN[form](value, self.currency, self.lang)
        if form == "month":
            from babel.dates import format_date  # noqa: PLC0415 - babel costs 60 ms

            return str(format_date(value, "MMM y", locale=self.lang))
        return spoken(value, self.lang)

    def rows(self, section: Section) -> Iterator[list[str]]:
        """Give a section's table as the reader sees it."""
        if section.table is None:
            return
        for row in section.table.to_pylist():
            yield [self.cell(row[column.name], column.form) for column in section.columns]

    def points(self, section: Section) -> tuple[list[str], list[tuple[str, list[float | None]]]]:
        """Give a section's chart: categories, and each series by its title."""
        assert section.plot is not None
        assert section.table is not None
        by_name = {column.name: column for column in section.columns}
        plot, table = section.plot, section.table
        along = by_name[plot.category]
        names = [self.cell(value, along.form) for value in table[plot.category].to_pylist()]
        return names, [
            (
                by_name[name].title,
                [None if one is None else float(one) for one in table[name].to_pylist()],
            )
            for name in plot.values
        ]

    def form_of(self, section: Section) -> Form:
        """Give how the values of a section's chart are written."""
        assert section.plot is not None
        return next(one.form for one in section.columns if one.name == section.plot.values[0])


_WRITTEN: Final[dict[str, Callable[[Any, str | None, Lang], str]]] = {
    "money": lambda value, currency, lang: money(value, currency, lang, decimals=0),
    "percent": lambda value, _, lang: percent(float(value), lang),
    "decimal": lambda value, _, lang: number(value, lang, decimals=1),
    "count": lambda value, _, lang: number(value, lang),
}
