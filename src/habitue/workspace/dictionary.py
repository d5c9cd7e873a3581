"""The data dictionary: every column of the store, its type, meaning, unit and values.

python -m habitue.workspace.dictionary > docs/data-dictionary.md

Columns and types are those of the expressions that write the tables, so a column added there
appears here, and a test asks for its meaning. Nothing is executed.
"""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pyarrow as pa

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.core.orders import amount_of, lines_of
from habitue.data.cleaning import Rules, classify
from habitue.data.sources.formats import NUMBERS
from habitue.data.sources.lines import BROKEN_ROW, COLUMNS
from habitue.schema import Kind, Made, Reason, Role
from habitue.texts import Lang, has_text, text

_FIELDS: Final = ("table", "column", "type", "meaning", "unit", "values")
_SQL: Final = {"VARCHAR": "string", "BIGINT": "int64", "TIMESTAMP": "timestamp"}
_UNITS: Final = {
    "quantity": "pieces",
    "units": "pieces",
    "price": "money_each",
    "position": "rank",
    "orders": "orders",
}
"""What a column counts, where its type alone does not say."""
_WORDS: Final[dict[str, object]] = {
    "kinds": ", ".join(Kind),
    "reasons": ", ".join(Reason),
    "purposes": ", ".join(Made),
    "unreadable": ", ".join((BROKEN_ROW, Role.ORDER, Role.MOMENT, *NUMBERS)),
}
"""Closed lists of values, as files spell them."""


def data_dictionary(lang: Lang = "en") -> pa.Table:
    """Describe every column of every table of the store.

    Args:
        lang: Language of the words; names and values stay as files spell them.

    Returns:
        One row per column, tables in the order they are made: `table`, `column`, `type`,
        `meaning`, `unit`, `values`. `unit` is empty for what counts nothing.

    Examples:
        >>> rows = data_dictionary().to_pylist()
        >>> next(row["meaning"] for row in rows if row["column"] == "ordered_on")
        'Day of the order.'
    """
    rows = [
        [table, column, _type(kind, lang), _meaning(table, column, lang),
         _unit(column, kind, lang), _values(table, column, kind, lang)]
        for table, schema in _schemas().items()
        for column, kind in schema.items()
    ]  # fmt: skip
    return pa.table(dict(zip(_FIELDS, map(list, zip(*rows, strict=True)), strict=True)))


def about(table: str, lang: Lang = "en") -> str:
    """Say what one row of a table is.

    Args:
        table: Its name.
        lang: Language of the sentence.

    Examples:
        >>> about("customers")
        'One row per customer with an order: what never changes about them.'
    """
    return text(f"dictionary.table_{table}", lang)


def markdown(lang: Lang = "en") -> str:
    """Lay the dictionary out as one Markdown page."""
    heads = [text(f"dictionary.{name}", lang) for name in _FIELDS[1:]]
    parts = [f"# {text('dictionary.title', lang)}", text("dictionary.lead", lang)]
    for table in _schemas():
        parts += [f"## {table}", about(table, lang)]
        mine = [row for row in data_dictionary(lang).to_pylist() if row["table"] == table]
        cells = [[f"`{row['column']}`", *(row[name] for name in _FIELDS[2:])] for row in mine]
        parts.append("\n".join(_line(row) for row in (heads, ["---"] * len(heads), *cells)))
    return "\n\n".join(parts) + "\n"


def _schemas() -> dict[str, ibis.Schema]:
    """Columns of each table, read off the expressions that an ingest executes."""
    typed = {name: _SQL.get(kind, kind.lower()) for name, kind in COLUMNS.items()}
    lines = _like("lines", classify(ibis.table(typed, name="typed_lines"), Rules()))
    orders = _like("orders", gathering.orders(lines))
    returns = _like("returns", gathering.returns(lines))
    made = {
        "lines": lines,
        "orders": orders,
        "returns": returns,
        "matches": matching.matches(lines),
        "customers": gathering.customers(orders, lines),
        "activity": gathering.activity(orders, returns),
    }
    return {name: table.schema() for name, table in made.items()}


def _like(name: str, table: ir.Table) -> ir.Table:
    return ibis.table(table.schema(), name=name)


def _type(kind: dt.DataType, lang: Lang) -> str:
    if isinstance(kind, dt.Decimal):
        return text("dictionary.type_decimal", lang, digits=kind.precision, scale=kind.scale)
    return text(f"dictionary.type_{kind}", lang)


def _meaning(table: str, column: str, lang: Lang) -> str:
    for kind in Kind:
        named = text(f"filters.kind_{kind}", lang).lower()
        if column == amount_of(kind):
            return text("dictionary.amount_of_kind", lang, kind=named)
        if column == lines_of(kind):
            return text("dictionary.lines_of_kind", lang, kind=named)
    own = f"dictionary.{table}_{column}"
    return text(own if has_text(own, lang) else f"dictionary.{column}", lang)


def _unit(column: str, kind: dt.DataType, lang: Lang) -> str:
    match kind:
        case _ if column in _UNITS:
            name = _UNITS[column]
        case dt.Decimal():
            name = "money"
        case dt.Integer():
            name = "lines"
        case dt.Timestamp():
            name = "moment"
        case dt.Date():
            name = "day"
        case _:
            return ""
    return text(f"dictionary.unit_{name}", lang)


def _values(table: str, column: str, kind: dt.DataType, lang: Lang) -> str:
    family = column.partition("_")[0] + "_of_kind"
    for name in (f"{table}_{column}", column, f"{table}_{family}", family):
        if has_text(f"dictionary.values_{name}", lang):
            return text(f"dictionary.values_{name}", lang, count=None, **_WORDS)
    return text(f"dictionary.values_any_{kind}", lang)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
