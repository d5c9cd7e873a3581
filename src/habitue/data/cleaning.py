"""Give every line its kind and, when it is left out, its one reason (D2, D6).

Written as ibis expressions, so that the same rules run on a file's lines in DuckDB and in
place on a warehouse's table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis import _

from habitue.schema import Kind, Preset, Reason

_CONTENT: Final = (
    "customer_id", "moment", "product", "description", "quantity", "price", "amount", "country",
    "cost", "discount", "channel", "currency", "category", "status", "unreadable",
)  # fmt: skip
"""All a line says. A copy that says something else, such as a later status, is no copy."""
_OF_READING: Final = ("mark",)
"""What reading says of a line and the store does not keep."""
_BETWEEN: Final = "\x1f"
"""The separator of units, which no field holds: `a|b` beside `c` is not `a` beside `b|c`."""

MAX_COPIES: Final = 64
"""An order found more often than this keeps what 64 copies leave."""

PRESETS: Final[dict[Preset, tuple[Reason, ...]]] = {
    Preset.STANDARD: (
        Reason.UNREADABLE,
        Reason.REPEATED_ORDER,
        Reason.TEST,
        Reason.NOT_A_SALE,
        Reason.CANCELLED,
        Reason.STATUS,
        Reason.PRICE_NOT_POSITIVE,
    ),
    Preset.PLAIN: (
        Reason.UNREADABLE,
        Reason.TEST,
        Reason.NOT_A_SALE,
        Reason.CANCELLED,
        Reason.STATUS,
        Reason.NO_CUSTOMER,
        Reason.DUPLICATE_LINE,
        Reason.PRICE_NOT_POSITIVE,
    ),
}

CODED: Final = {Preset.STANDARD: True, Preset.PLAIN: False}
"""Whether a preset takes product codes for tests and bookkeeping; what the source itself says of
an order, by a status, a cancellation, a test, is believed by both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which rules apply, in order, and the codes they look for.

    Attributes:
        reasons: Rules in the order they are tried; the first that matches gives the reason.
        by_codes: Whether product codes tell tests and what is no sale.
        cancellation_prefix: An order id that starts with it is a return; None means no mark.
        test_prefixes: Product codes that start with one of these are tests.
        not_a_sale: Product codes that are bookkeeping.
        drop_statuses: Order statuses that are not sales, compared without case.
        keep_statuses: The only order statuses that are sales; empty keeps all others.
        cancelled_statuses: Order statuses of what was called off.
        shipping: Product codes of shipping.
        discount: Product codes of discounts.
        manual: Product codes keyed in by hand.
        voucher_prefixes: Product codes that start with one of these are vouchers.
    """

    reasons: tuple[Reason, ...] = PRESETS[Preset.STANDARD]
    by_codes: bool = True
    cancellation_prefix: str | None = None
    test_prefixes: tuple[str, ...] = ()
    not_a_sale: tuple[str, ...] = ()
    drop_statuses: tuple[str, ...] = ()
    keep_statuses: tuple[str, ...] = ()
    cancelled_statuses: tuple[str, ...] = ()
    shipping: tuple[str, ...] = ()
    discount: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()
    voucher_prefixes: tuple[str, ...] = ()


def classify(typed: ir.Table, rules: Rules) -> ir.Table:
    """Add `is_return`, `kind` and `reason` to the typed lines.

    Args:
        typed: Lines as `docs/tables.md` shapes them; `mark`, a reason that the source itself
            gave, may be there, and `made`.
        rules: What to leave out, and how to tell kinds apart.

    Returns:
        The same lines, each with at most one reason; null means kept.
    """
    if "made" not in typed.columns:
        typed = typed.mutate(made=ibis.null(str))
    marked = typed.mutate(
        is_return=_is_return(typed, rules),
        kind=_kind(typed, rules),
    )
    tests: dict[Reason, ir.BooleanValue] = {
        Reason.UNREADABLE: marked.unreadable.notnull()
        | marked.order_id.isnull()
        | marked.moment.isnull()
        | marked.amount.isnull(),
        Reason.TEST: _starts_with(marked.product, rules.test_prefixes if rules.by_codes else ())
        | _is_marked(marked, Reason.TEST),
        Reason.NOT_A_SALE: _is_one_of(marked.product, rules.not_a_sale if rules.by_codes else ())
        | _is_marked(marked, Reason.NOT_A_SALE),
        Reason.CANCELLED: _has_status(marked, rules.cancelled_statuses)
        | _is_marked(marked, Reason.CANCELLED),
        Reason.STATUS: _has_status(marked, rules.drop_statuses) | _is_of_no_status(marked, rules),
        Reason.NO_CUSTOMER: marked.customer_id.isnull(),
        # A source without prices is judged on its amounts alone.
        Reason.PRICE_NOT_POSITIVE: (marked.price <= 0).fill_null(
            (marked.amount == 0) & marked.price.isnull()
        ),
    }
    lines = marked
    if Reason.REPEATED_ORDER in rules.reasons:
        repeated = repeated_positions(marked).mutate(is_repeated=True)
        lines = lines.left_join(repeated, "position").drop("position_right")
        tests[Reason.REPEATED_ORDER] = _.is_repeated.notnull()
    if Reason.DUPLICATE_LINE in rules.reasons:
        again = ibis.row_number().over(group_by=["order_id", *_CONTENT], order_by=["position"])
        lines = lines.mutate(copy_number=again)
        tests[Reason.DUPLICATE_LINE] = _.copy_number > 0
    lines = lines.mutate(
        reason=ibis.cases(
            *((tests[reason], reason.value) for reason in rules.reasons),
            else_=ibis.null(str),
        )
    )
    return lines.select(*(name for name in marked.columns if name not in _OF_READING), "reason")


def repeated_positions(lines: ir.Table) -> ir.Table:
    """Find the lines of orders that were exported more than once.

    A block is a run of neighbouring rows of one order within one part. An order stands `k` times
    when the number of times each of its lines occurs divides by `k`, and no single block holds
    more than one copy of any line: so repeated lines inside one block are purchases and stay,
    while a copy may be whole in one sheet and scattered in another. Only orders whose rows are
    not all neighbours are looked at, so the work is small on any size; lines made for an order,
    which stand below all rows, do not count as apart from it.

    Returns:
        One column, `position`, of the lines to leave out. The earliest copies are kept.
    """
    read = lines.filter(_.made.isnull()) if "made" in lines.columns else lines
    spread = read.group_by("order_id").agg(
        n=read.count(),
        low=read.position.min(),
        high=read.position.max(),
        first_part=read.part.min(),
        last_part=read.part.max(),
    )
    suspects = spread.filter((_.high - _.low + 1 != _.n) | (_.first_part != _.last_part))
    rows = _numbered_blocks(lines, suspects)
    per_block = rows.group_by("order_id", "content", "block").agg(times=rows.count())
    contents = per_block.group_by("order_id", "content").agg(
        total=per_block.times.sum(), in_one_block=per_block.times.max()
    )
    copies = _copies(contents)
    nth = ibis.row_number().over(group_by=["order_id", "content"], order_by="position")
    numbered = rows.mutate(nth=nth).join(contents, ["order_id", "content"])
    numbered = numbered.join(copies, "order_id")
    return numbered.filter(_.nth * _.copies >= _.total).select("position")


def _numbered_blocks(lines: ir.Table, suspects: ir.Table) -> ir.Table:
    """Give each suspect line the number of its block, and its content as one text."""
    rows = lines.semi_join(suspects, "order_id").mutate(
        content=ibis.literal(_BETWEEN).join(
            [_spelled(lines[name]) for name in (*_CONTENT, "mark") if name in lines.columns]
        )
    )
    before = ibis.window(group_by="order_id", order_by="position")
    starts = (
        (rows.position - rows.position.lag().over(before) != 1)
        | (rows.part != rows.part.lag().over(before))
    ).fill_null(True)
    rows = rows.select("order_id", "position", "content", start=ibis.ifelse(starts, 1, 0))
    running = ibis.cumulative_window(group_by="order_id", order_by="position")
    # Selected, not dropped from: ibis then writes the rows once for the two that ask for them.
    return rows.select("order_id", "position", "content", block=rows.start.sum().over(running))


def _copies(contents: ir.Table) -> ir.Table:
    """Count how many times each order stands, where that is more than once."""
    counts = ibis.range(2, MAX_COPIES + 1).unnest().name("copies").as_table()
    fits = contents.join(
        counts,
        [
            contents.total % counts.copies == 0,
            contents.in_one_block * counts.copies <= contents.total,
        ],
    )
    agreeing = fits.group_by("order_id", "copies").agg(agree=fits.count())
    sizes = contents.group_by("order_id").agg(size=contents.count())
    whole = agreeing.join(sizes, "order_id").filter(_.agree == _["size"])
    return whole.group_by("order_id").agg(copies=_.copies.max())


def _spelled(column: ir.Value) -> ir.StringValue:
    return column.cast("string").fill_null("")


def _is_return(lines: ir.Table, rules: Rules) -> ir.BooleanValue:
    negative = (lines.quantity < 0).fill_null(False) | (lines.amount < 0).fill_null(False)
    if rules.cancellation_prefix is None:
        return negative
    return negative | lines.order_id.startswith(rules.cancellation_prefix).fill_null(False)


def _kind(lines: ir.Table, rules: Rules) -> ir.StringValue:
    return ibis.cases(
        (_is_one_of(lines.product, rules.shipping), Kind.SHIPPING.value),
        (_is_one_of(lines.product, rules.discount), Kind.DISCOUNT.value),
        (_is_one_of(lines.product, rules.manual), Kind.MANUAL.value),
        (_starts_with(lines.product, rules.voucher_prefixes), Kind.VOUCHER.value),
        else_=Kind.PRODUCT.value,
    )


def _is_marked(lines: ir.Table, reason: Reason) -> ir.BooleanValue:
    """Tell the lines to which reading gave this reason already."""
    if "mark" not in lines.columns:
        return ibis.literal(False)
    return (lines.mark == reason.value).fill_null(False)


def _has_status(lines: ir.Table, statuses: tuple[str, ...]) -> ir.BooleanValue:
    return _is_one_of(lines.status.lower(), tuple(status.lower() for status in statuses))


def _is_of_no_status(lines: ir.Table, rules: Rules) -> ir.BooleanValue:
    """Tell the lines whose status is none of those that are sales; a blank one says nothing."""
    if not rules.keep_statuses:
        return ibis.literal(False)
    return (lines.status.notnull() & ~_has_status(lines, rules.keep_statuses)).fill_null(False)


def _starts_with(column: ir.StringValue, prefixes: tuple[str, ...]) -> ir.BooleanValue:
    found: ir.BooleanValue = ibis.literal(False)
    for prefix in prefixes:
        found |= column.startswith(prefix)
    return found.fill_null(False)


def _is_one_of(column: ir.StringValue, words: tuple[str, ...]) -> ir.BooleanValue:
    return column.isin(words).fill_null(False) if words else ibis.literal(False)
