"""Typed lines of an engine's table as an expression: the lines stay where they are.

The columns must have types already: an engine's own casts differ in what they accept, so text is
refused where a date or a number is meant. Files and `load` have no such limit.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import ibis

from habitue.data.mapping.model import suggestion
from habitue.data.sources.casting import MONEY_LIMIT
from habitue.errors import EngineError, MappingError
from habitue.schema import MONEY_DIGITS, MONEY_SCALE, Role

if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from habitue.data.mapping import Mapping

_IDS: Final = {Role.ORDER: "order_id", Role.CUSTOMER: "customer_id"}
_NUMBERS: Final = (Role.QUANTITY, Role.PRICE, Role.AMOUNT, Role.COST, Role.DISCOUNT)
_MONEY: Final = f"decimal({MONEY_DIGITS}, {MONEY_SCALE})"
_WIDE: Final = "decimal(38, 8)"
_READING_ORDER: Final = (Role.ORDER, Role.MOMENT, Role.PRODUCT, Role.CUSTOMER, Role.QUANTITY)


def ordered(table: ir.Table, columns: AnyMapping[Role, str]) -> ir.Table:
    """Put a table's rows in the order in which they count as read."""
    return table.order_by([table[columns[role]] for role in _READING_ORDER if role in columns])


def typed_expression(
    table: ir.Table, mapping: Mapping, *, order_by: Sequence[str] = (), part: str | None = None
) -> ir.Table:
    """Give the typed lines of an engine's table, to be computed there.

    Args:
        table: Order lines, with dates as dates and numbers as numbers.
        mapping: Column of each role.
        order_by: Columns that say in which order the lines were written, for `position`;
            without them, order id, moment and product decide.
        part: What `part` says; the table's name when not given.

    Raises:
        MappingError: A required role has no column, or a column is not in the table.
        EngineError: A column holds text where a date or a number is meant, or the mapping asks
            for more than naming columns.

    Examples:
        >>> import datetime as dt
        >>> import pyarrow as pa
        >>> from habitue.data.mapping import Mapping
        >>> rows = [{"who": 12346.0, "day": dt.date(2011, 12, 9), "paid": 2.1}]
        >>> lines = ibis.memtable(pa.Table.from_pylist(rows))
        >>> typed = typed_expression(lines, Mapping(customer="who", moment="day", amount="paid"))
        >>> typed.select("order_id", "customer_id", "amount").to_pyarrow().to_pylist()
        [{'order_id': '12346/2011-12-09', 'customer_id': '12346', 'amount': Decimal('2.1000')}]
    """
    columns = mapping.columns
    _refuse_absent(table, mapping)
    if mapping.shaping:
        raise EngineError("engine_shaping", name=table.get_name(), keys=list(mapping.shaping))
    text = {role: _text(table[name]) for role, name in columns.items()
            if role not in _NUMBERS and role is not Role.MOMENT}  # fmt: skip
    number: dict[Role, ir.DecimalValue] = {
        role: _number(table, columns[role]) for role in _NUMBERS if role in columns
    }
    moment = _moment(table, columns[Role.MOMENT])
    amount = number.get(Role.AMOUNT)
    if amount is None:
        amount = _bounded(number[Role.QUANTITY].cast(_WIDE) * number[Role.PRICE].cast(_WIDE))
    day = moment.date().cast("string")
    order = text.get(Role.ORDER, text[Role.CUSTOMER] + "/" + day)
    keys = [table[name] for name in order_by] or [
        table[columns[role]] for role in _READING_ORDER if role in columns
    ]
    values = {_IDS.get(role, role.value): value for role, value in (text | number).items()}
    values |= {
        "part": ibis.literal(part or table.get_name()),
        "position": ibis.row_number().over(ibis.window(order_by=keys)) + 1,
        "order_id": order,
        "moment": moment,
        "amount": amount.cast(_MONEY),
    }
    if mapping.currency is not None:
        values["currency"] = ibis.literal(mapping.currency)
    values["unreadable"] = _unreadable(table, columns, number, moment, amount)
    nothing = {name: ibis.null(type_) for name, type_ in _TYPES.items() if name not in values}
    return table.select(**{name: (values | nothing)[name] for name in _TYPES})


_TYPES: Final = {
    "part": "string",
    "position": "int64",
    "order_id": "string",
    "customer_id": "string",
    "moment": "timestamp",
    "product": "string",
    "description": "string",
    "quantity": _MONEY,
    "price": _MONEY,
    "amount": _MONEY,
    "country": "string",
    "cost": _MONEY,
    "discount": _MONEY,
    "channel": "string",
    "currency": "string",
    "category": "string",
    "status": "string",
    "unreadable": "string",
}


def _refuse_absent(table: ir.Table, mapping: Mapping) -> None:
    if mapping.missing():
        raise MappingError(
            "mapping_missing",
            roles=[role.value for role in mapping.missing()],
            file=table.get_name(),
            found=list(table.columns),
            suggestion=suggestion(mapping.columns, mapping.missing()),
        )
    for name in mapping.columns.values():
        if name not in table.columns:
            near = get_close_matches(name, table.columns, n=1, cutoff=0)[0]
            raise MappingError("mapping_no_such_column", name=name, file=table.get_name(),
                               near=near, found=list(table.columns))  # fmt: skip


def _text(column: ir.Value) -> ir.StringValue:
    """Write a value as text: whole floats without `.0`, blanks as null."""
    if column.type().is_floating():
        whole = column.cast("int64").cast("string")
        is_whole = column == column.floor()
        return ibis.cases((column.isnan(), ibis.null("string")), (is_whole, whole),
                          else_=column.cast("string"))  # fmt: skip
    text = column.cast("string")
    return ibis.ifelse(text.strip() == "", ibis.null("string"), text)


def _number(table: ir.Table, name: str) -> ir.DecimalValue:
    column = table[name]
    if not column.type().is_numeric():
        raise _untyped(table, name)
    if column.type().is_floating():
        column = ibis.ifelse(column.isnan() | column.isinf(), ibis.null(column.type()), column)
    return _bounded(column)


def _bounded(number: ir.NumericValue) -> ir.DecimalValue:
    return ibis.ifelse(number.abs() <= MONEY_LIMIT, number, ibis.null(number.type())).cast(_MONEY)


def _moment(table: ir.Table, name: str) -> ir.TimestampValue:
    column = table[name]
    if not (column.type().is_timestamp() or column.type().is_date()):
        raise _untyped(table, name)
    return column.cast("timestamp")


def _untyped(table: ir.Table, name: str) -> EngineError:
    kind = str(table[name].type())
    return EngineError("engine_untyped", column=name, name=table.get_name(), kind=kind)


def _unreadable(
    table: ir.Table,
    columns: AnyMapping[Role, str],
    number: AnyMapping[Role, ir.DecimalValue],
    moment: ir.TimestampValue,
    amount: ir.DecimalValue,
) -> ir.StringValue:
    """Name the first role whose value is needed or was there, and cannot be read."""
    tests: list[tuple[ir.BooleanValue, str]] = []
    if Role.ORDER in columns:
        tests.append((_text(table[columns[Role.ORDER]]).isnull(), Role.ORDER.value))
    tests.append((moment.isnull(), Role.MOMENT.value))
    for role, value in number.items():
        optional = role in (Role.COST, Role.DISCOUNT) or (
            role is not Role.AMOUNT and Role.AMOUNT in columns
        )
        written = table[columns[role]].notnull()
        tests.append((value.isnull() & written if optional else value.isnull(), role.value))
    tests.append((amount.isnull(), Role.AMOUNT.value))
    return ibis.cases(*tests, else_=ibis.null("string"))
