"""Money that a row says of its whole order, put where it belongs: into lines, exact to the digit.

A discount of the order is taken off its lines in proportion; shipping, fees and refunds that stand
in the row of a sale become lines of their own; several currencies become one. All of it is done in
whole ten-thousandths, so that what is shared out adds up to what there was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from habitue.data.currencies import sign_of
from habitue.data.sources import casting, sql
from habitue.data.sources.formats import OF_ORDERS
from habitue.data.sources.lines import COLUMNS, columns_of
from habitue.schema import FEE_CODE, SHIPPING_CODE, Made, Role

if TYPE_CHECKING:
    import duckdb

    from habitue.data.mapping import Mapping
    from habitue.data.sources.formats import Read

_WIDE: Final = "DECIMAL(28, 4)"
_RATE: Final = "DECIMAL(18, 8)"
_MONEY: Final = ("price", "amount", "cost", "discount")
_EVERYDAY: Final = 10**10
"""Ten thousand times as much is the most that a decimal of money holds."""
_NONE: Final = "CAST(NULL AS HUGEINT)"
_ALWAYS_OF_ORDERS: Final = (Role.ORDER_SUBTOTAL, Role.ORDER_DISCOUNT, Role.ORDER_TOTAL)


@dataclass(frozen=True, slots=True)
class Worked:
    """The lines of a part with the money of its orders in its place.

    Attributes:
        select: The SELECT of its lines, in the order of `columns_of`.
        made: Lines made, by what for.
        apart: Orders that do not add up.
        tables: Temporary tables to drop once the lines are inserted.
    """

    select: str
    made: dict[Made, int]
    apart: int
    tables: tuple[str, ...]


def worked(
    con: duckdb.DuckDBPyConnection, typed: str, read: Read, mapping: Mapping, offset: int
) -> Worked:
    """Put the money of whole orders into lines.

    Args:
        con: Where a temporary table is made.
        typed: The SELECT of the part's typed lines and what stands apart.
        read: The part.
        mapping: Says what is of the order, and how it is to be taken.
        offset: Lines before this part.
    """
    mark = uuid4().hex
    typed_rows, orders, shares, money = (
        sql.name(f"{what}_{mark}") for what in ("typed", "orders", "shares", "money")
    )
    # Without an order id, a row can only speak of itself.
    key: tuple[str, ...] = ("order_id",) if Role.ORDER in read.columns else ("_row",)
    blocks = mapping.fill_down and _is_scattered(con, read)
    if blocks:
        key = ("order_id", "block")
    # Lines are wide and windows dear: what concerns orders is worked out on few columns.
    for table, made in (
        (typed_rows, _with_goods(typed, mapping, blocks=blocks)),
        (orders, _orders(typed_rows, read, mapping, key)),
        (shares, _shares(typed_rows, orders, key)),
        (money, _money_of_rows((typed_rows, orders, shares), read, mapping, key)),
    ):
        con.execute(f"CREATE TEMP TABLE {table} AS {made}")
    table = f"{typed_rows} JOIN {money} USING (_row)"
    sources: list[tuple[Made | None, str]] = [
        (None, _row_lines(table, mapping)),
        *((made, _extra_lines(table, read, mapping, role, code))
          for made, role, code in ((Made.SHIPPING, Role.SHIPPING, SHIPPING_CODE),
                                   (Made.FEE, Role.FEE, FEE_CODE)) if role in read.columns),
        *((Made.REFUND, one) for one in _refunds(table, read, mapping)),
    ]  # fmt: skip
    union = " UNION ALL ".join(
        f"SELECT *, {number} AS kind, "  # noqa: S608 - our own names
        f"CAST({sql.value(made) if made else 'NULL'} AS VARCHAR) AS made FROM ({one})"
        for number, (made, one) in enumerate(sources)
    )
    counts = dict(
        con.execute(
            f"SELECT made, count(*) FROM ({union}) WHERE made IS NOT NULL GROUP BY made"  # noqa: S608 - as above
        ).fetchall()
    )
    apart = con.execute(
        f"SELECT count(DISTINCT order_id) FROM {orders} WHERE wanted <> taken"  # noqa: S608 - our own name
    ).fetchall()[0][0]
    first = f"(SELECT coalesce(max(_row) + 1, 0) FROM {money})"  # noqa: S608 - our own name
    # Rows of the source know their place: only the lines made are sorted and numbered.
    places = {"= 0": "_row", "<> 0": f"{first} - 1 + row_number() OVER (ORDER BY _row, kind)"}
    placed = " UNION ALL ".join(
        f"SELECT *, {place} + {offset + 1} AS position FROM ({union}) WHERE kind {kind}"  # noqa: S608 - as above
        for kind, place in places.items()
    )
    picked = ", ".join(_final(name, mapping) for name in columns_of(mapping))
    select = (
        f"SELECT {picked} FROM (SELECT *, "  # noqa: S608 - quoted by sql
        f"{sql.value(read.part.label)} AS part FROM ({placed})) ORDER BY position"
    )
    lines_made = {made: int(counts[made]) for made in Made if made in counts}
    return Worked(select, lines_made, int(apart), (typed_rows, orders, shares, money))


def _final(name: str, mapping: Mapping) -> str:
    """Give a column as it is stored: in one currency, rounded to the digits money keeps."""
    if not mapping.rates:
        return sql.name(name)
    if name == "currency":
        return f"{sql.value(mapping.currency)} AS currency"
    if name not in _MONEY:
        return sql.name(name)
    among = (mapping.currency or "", *mapping.rates)
    cases = " ".join(
        f"WHEN upper(trim(currency)) IN ({sql.values((code, *sign_of(code, among)))}) "
        f"THEN CAST('{rate}' AS {_RATE})"
        for code, rate in mapping.rates.items()
    )
    rate = f"CASE {cases} ELSE CAST(1 AS {_RATE}) END"
    # Two decimals of 18 digits would be multiplied in 64 bits, which a million overflows.
    return f"TRY_CAST(CAST({name} AS {_WIDE}) * {rate} AS {casting.MONEY}) AS {name}"


def _whole(money: str) -> str:
    """Count money in ten-thousandths."""
    # Everyday money is multiplied as a machine integer, in a twentieth of the time.
    small = f"CAST(CAST({money} * 10000 AS BIGINT) AS HUGEINT)"
    great = f"CAST(CAST({money} AS DECIMAL(30, 4)) * 10000 AS HUGEINT)"
    return f"CASE WHEN abs({money}) < {_EVERYDAY} THEN {small} ELSE {great} END"


def _money(whole: str) -> str:
    return f"CAST(CAST({whole} AS DECIMAL(30, 0)) * 0.0001 AS {casting.MONEY})"


def _part_of(total: str, count: str, out_of: str) -> str:
    """Share out: `total` x `count` / `out_of`, halves up; all of them wholes, none below zero."""
    return f"((2 * {total} * {count} + {out_of}) // (2 * {out_of}))"


def _is_scattered(con: duckdb.DuckDBPyConnection, read: Read) -> bool:
    """Tell whether some order stands in rows that are not neighbours; most files have none."""
    found = sql.only_row(
        con,
        "SELECT count(*) FROM (SELECT 1 "  # noqa: S608 - quoted by sql
        f"FROM {read.relation} GROUP BY {sql.name(Role.ORDER)} "
        "HAVING max(_row) - min(_row) + 1 <> count(*))",
    )
    return bool(found[0])


def _with_goods(typed: str, mapping: Mapping, *, blocks: bool) -> str:
    """Take each line's own discount off, and tell the goods, which share that of the order."""
    amount = _whole("amount")
    if mapping.subtract_discount:
        off = f"abs(coalesce({_whole('discount')}, 0))"
        amount = f"({amount} - sign({amount}) * {off})"
    numbered = typed
    if blocks:
        differs = "order_id IS DISTINCT FROM lag(order_id) OVER (ORDER BY _row)"
        starts = f"SELECT *, CASE WHEN {differs} THEN 1 ELSE 0 END AS start FROM ({typed})"  # noqa: S608 - built by lines
        numbered = f"SELECT *, sum(start) OVER (ORDER BY _row) AS block FROM ({starts})"  # noqa: S608 - as above
    sold = (
        "mark IS DISTINCT FROM 'not_a_sale' AND unreadable IS NULL AND NOT gives "
        f"AND product IS DISTINCT FROM {sql.value(SHIPPING_CODE)}"
    )
    goods = f"CASE WHEN {amount} > 0 AND {sold} THEN {amount} ELSE 0 END"
    return f"SELECT *, {amount} AS whole, {goods} AS goods FROM ({numbered})"  # noqa: S608 - as above


def _stands_once(role: Role, mapping: Mapping) -> bool:
    """Tell whether an amount is the order's, whichever of its rows repeat it."""
    return role in _ALWAYS_OF_ORDERS or role.value not in mapping.per_line


def _orders(rows: str, read: Read, mapping: Mapping, key: tuple[str, ...]) -> str:
    """Add up what each order holds, and find the row that counts for each of its amounts."""
    firsts = {
        role: f'min(CASE WHEN "{role}_apart" IS NOT NULL THEN _row END)'
        for role in OF_ORDERS
        if role in read.columns and _stands_once(role, mapping)
    }

    def total(role: Role, without: str, *, size: bool = False) -> str:
        if role not in read.columns:
            return without
        value = f'abs("{role}_apart")' if size else f'"{role}_apart"'
        whole = _whole(f"arg_min({value}, _row)") if role in firsts else f"sum({_whole(value)})"
        return f"coalesce({whole}, {without})"

    pieces = _pieces(read)
    sums = {
        "goods_all": "sum(goods)",
        "piecewise": "false" if pieces is None else f"bool_or(coalesce({pieces} > 0, false))",
        "subtotal": total(Role.ORDER_SUBTOTAL, _NONE),
        "discounted": total(Role.ORDER_DISCOUNT, _NONE, size=True),
        "paid": total(Role.ORDER_TOTAL, _NONE),
        "shipped": total(Role.SHIPPING, "0"),
        "charged": total(Role.FEE, "0"),
        "refunded": total(Role.REFUND, "0", size=True),
    } | {f"first_{role}": first for role, first in firsts.items()}
    named = ", ".join(key if "order_id" in key else (*key, "min(order_id) AS order_id"))
    picked = ", ".join(f"{value} AS {name}" for name, value in sums.items())
    summed = f"SELECT {named}, {picked} FROM {rows} GROUP BY {', '.join(key)}"  # noqa: S608 - our own names
    wanted = "coalesce(goods_all - subtotal, discounted, 0)"
    if mapping.shipping_inside:
        wanted = f"({wanted}) + shipped"
    taken = "greatest(0, least(wanted, goods_all))"
    shared = f"SELECT *, {wanted} AS wanted FROM ({summed})"  # noqa: S608 - as above
    shared = f"SELECT *, {taken} AS taken FROM ({shared})"  # noqa: S608 - as above
    counted = "(goods_all - taken + shipped + charged)"
    back = (
        "CASE WHEN paid > 0 "
        f"THEN {_part_of('least(refunded, paid)', f'greatest({counted}, 0)', 'paid')} "
        "ELSE refunded END"
    )
    summed = f"SELECT *, {counted} AS counted, {back} AS given FROM ({shared})"  # noqa: S608 - as above
    # Pieces say more than a sum, which also tells of shipping once all is given back.
    back = f"CASE WHEN piecewise AND NOT ({_whole_order('given')}) THEN 0 ELSE given END"
    return f"SELECT *, {back} AS back FROM ({summed})"  # noqa: S608 - as above


def _shares(rows: str, orders: str, key: tuple[str, ...]) -> str:
    """Give each line its part of its order's discount, where there is one."""
    partition = ", ".join(f"{rows}.{name}" for name in key)
    far = (
        f"sum(goods) OVER (PARTITION BY {partition} ORDER BY {rows}._row ROWS UNBOUNDED PRECEDING)"
    )
    goods = (
        f"SELECT {rows}._row AS _row, goods, goods_all, taken, {far} AS goods_far "  # noqa: S608 - our own names
        f"FROM {rows} JOIN {orders} ON {_same(rows, orders, key)} WHERE taken > 0 AND goods > 0"
    )
    share = (
        f"{_part_of('taken', 'goods_far', 'goods_all')} "
        f"- {_part_of('taken', '(goods_far - goods)', 'goods_all')}"
    )
    return f"SELECT _row, {share} AS share FROM ({goods})"  # noqa: S608 - as above


def _money_of_rows(
    tables: tuple[str, str, str], read: Read, mapping: Mapping, key: tuple[str, ...]
) -> str:
    """Take the share off each line, and leave an amount of the order on the row that counts."""
    rows, orders, shares = tables
    pieces = []
    for role in OF_ORDERS:
        value = _whole(f'"{role}_apart"') if role in read.columns else _NONE
        if role in read.columns and _stands_once(role, mapping):
            value = f"CASE WHEN {rows}._row = first_{role} THEN {value} END"
        pieces.append(f"{value} AS of_{role}")
    return (
        f"SELECT {rows}._row AS _row, coalesce(share, 0) AS share, "  # noqa: S608 - our own names
        f"whole - coalesce(share, 0) AS net, counted, back, {', '.join(pieces)} "
        f"FROM {rows} JOIN {orders} ON {_same(rows, orders, key)} "
        f"LEFT JOIN {shares} ON {rows}._row = {shares}._row"
    )


def _same(rows: str, orders: str, key: tuple[str, ...]) -> str:
    return " AND ".join(f"{rows}.{name} IS NOT DISTINCT FROM {orders}.{name}" for name in key)


def _columns(table: str, where: str, **given: str) -> str:
    """Give the SELECT of lines that take from their row what is not given."""
    picked = ", ".join(
        f"{given.get(name, sql.name(name))} AS {sql.name(name)}"
        for name in (*COLUMNS, "mark", "_row")
        if name not in ("part", "position")
    )
    return f"SELECT {picked} FROM {table} WHERE {where}"  # noqa: S608 - our own names


def _row_lines(table: str, mapping: Mapping) -> str:
    """Give the rows of the source themselves, at what was paid for them."""
    discount = "discount"
    if not mapping.shipping_inside:
        added = f"coalesce(abs(discount), 0) + {_money('share')}"
        discount = f"CASE WHEN share > 0 THEN {added} ELSE discount END"
    return _columns(table, "true", amount=_money("net"), discount=discount)


def _extra_lines(table: str, read: Read, mapping: Mapping, role: Role, code: str) -> str:
    """Give a line for each amount that was paid beside the goods."""
    piece = _piece(f"of_{role}", read, role, code)
    return _columns(table, f"of_{role} <> 0", **piece, **_of_order(mapping))


def _of_order(mapping: Mapping) -> dict[str, str]:
    """Keep what a row says of its order, even where the row itself is no line."""
    return {"mark": "mark_of_order"} if mapping.order_rows else {}


def _piece(whole: str, read: Read, role: Role, code: str) -> dict[str, str]:
    """Write an amount beside the goods as one piece, so that giving it back finds it (D9)."""
    return _NOTHING | {
        "amount": _money(whole),
        "price": _money(f"abs({whole})"),
        "quantity": f"CAST(sign({whole}) AS {casting.MONEY})",
        "product": sql.value(code),
        "description": sql.value(read.columns[role]),
    }


_NOTHING: Final = dict.fromkeys(
    ("quantity", "price", "cost", "discount", "category", "unreadable"), "NULL"
)


def _refunds(table: str, read: Read, mapping: Mapping) -> list[str]:
    """Give the return lines for what the rows of sales say was given back."""
    dated: dict[str, Any] = {"moment": f'coalesce("{Role.REFUND_MOMENT}_apart", moment)'}
    dated |= _of_order(mapping)
    of_orders = Role.REFUND in read.columns
    if of_orders and "refund" in mapping.per_line:
        return [_refunds_of_lines(table, dated)]
    lines = _refunds_of_orders(table, read, dated) if of_orders else []
    pieces = _pieces(read)
    if pieces is None:
        return lines
    where = f"{pieces} > 0 AND net > 0"
    if of_orders:
        where += f" AND NOT ({_whole_order('back')})"

    def back(whole: str) -> str:
        return _money(f"-{_part_of(whole, _whole(pieces), _whole('quantity'))}")

    cost = f"CASE WHEN cost >= 0 THEN {back(_whole('cost'))} END"
    line = _columns(table, where, amount=back("net"), quantity=f"-({pieces})", cost=cost,
                    discount="NULL", unreadable="NULL", **dated)  # fmt: skip
    return [*lines, line]


def _pieces(read: Read) -> str | None:
    """Count the pieces of a line of goods that came back; None where nothing tells them."""
    if Role.REFUNDED_QUANTITY in read.columns:
        pieces = f'abs("{Role.REFUNDED_QUANTITY}_apart")'
    elif Role.NET_QUANTITY in read.columns:
        pieces = f'quantity - "{Role.NET_QUANTITY}_apart"'
    else:
        return None
    return f"CASE WHEN quantity > 0 AND goods > 0 THEN least({pieces}, quantity) END"


def _whole_order(back: str) -> str:
    """Tell an order of which all that was counted is given back."""
    return f"{back} > 0 AND {back} >= counted AND counted > 0"


def _refunds_of_lines(table: str, dated: dict[str, Any]) -> str:
    whole = "CASE WHEN abs(of_refund) = net THEN -quantity END"
    return _columns(table, "of_refund <> 0", amount=_money("-abs(of_refund)"), quantity=whole,
                    cost="CASE WHEN abs(of_refund) = net THEN -cost END",
                    discount="NULL", unreadable="NULL", **dated)  # fmt: skip


def _refunds_of_orders(table: str, read: Read, dated: dict[str, Any]) -> list[str]:
    """Undo each line of an order given back whole; else one line for the sum, of no product."""
    undone = _whole_order("back")
    lines = [
        _columns(table, f"{undone} AND goods > 0 AND net > 0", amount=_money("-net"),
                 quantity="-quantity", cost="-cost", discount="NULL", **dated)
    ]  # fmt: skip
    for role, code in ((Role.SHIPPING, SHIPPING_CODE), (Role.FEE, FEE_CODE)):
        if role in read.columns:
            piece = _piece(f"(-of_{role})", read, role, code)
            lines.append(_columns(table, f"{undone} AND of_{role} <> 0", **dated, **piece))
    name = sql.value(read.columns[Role.REFUND])
    rest = f"of_refund <> 0 AND back > CASE WHEN {undone} THEN counted ELSE 0 END"
    amount = _money(f"-(back - CASE WHEN {undone} THEN counted ELSE 0 END)")
    lines.append(_columns(table, rest, amount=amount, product="NULL", description=name,
                          **dated, **_NOTHING))  # fmt: skip
    return lines
