"""Every figure a second time, in plain Python over whole numbers. Shares nothing with `src`.

Money is counted in ten-thousandths, so that sums are exact and comparisons may be too.
Written from the definitions alone, as slowly and as plainly as they read.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any, Final, NamedTuple

KINDS: Final = ("product", "shipping", "discount", "manual", "voucher")
UNIT: Final = 10_000
RULES: Final = {
    "standard": ("unreadable", "repeated_order", "test", "not_a_sale", "cancelled", "status",
                 "price_not_positive"),
    # What the source says of an order counts; what a product code says does not.
    "plain": ("unreadable", "cancelled", "status", "no_customer", "duplicate_line",
              "price_not_positive"),
}  # fmt: skip
NOT_A_SALE: Final = ("BANK CHARGES", "AMAZONFEE", "ADJUST", "ADJUST2", "B", "CRUK", "S")


class Raw(NamedTuple):
    """A line as it came; money and quantities in ten-thousandths."""

    part: str
    position: int
    order_id: str | None
    customer_id: str | None
    moment: dt.datetime | None
    product: str | None
    quantity: int | None
    price: int | None
    amount: int | None
    country: str | None
    status: str | None
    unreadable: str | None
    rest: tuple[Any, ...] = ()


class Judged(NamedTuple):
    line: Raw
    is_return: bool
    kind: str
    reason: str | None


def judge(lines: Sequence[Raw], rules: Sequence[str]) -> list[Judged]:
    """Give each line its one reason (D6) and its kind (D2)."""
    repeated = repeats(lines) if "repeated_order" in rules else set()
    seen: set[tuple[Any, ...]] = set()

    def again(line: Raw) -> bool:
        what = (line.order_id, content(line))
        if what in seen:
            return True
        seen.add(what)
        return False

    tests: dict[str, Callable[[Raw], bool]] = {
        "unreadable": lambda line: (
            line.unreadable is not None or None in (line.order_id, line.moment, line.amount)
        ),
        "repeated_order": lambda line: line.position in repeated,
        "test": lambda line: (line.product or "").startswith("TEST"),
        "not_a_sale": lambda line: line.product in NOT_A_SALE,
        "cancelled": lambda line: (line.status or "").lower() == "voided",
        "status": lambda line: (line.status or "").lower() == "cancelled",
        "no_customer": lambda line: line.customer_id is None,
        "duplicate_line": again,
        "price_not_positive": lambda line: (
            line.price <= 0 if line.price is not None else line.amount == 0
        ),
    }
    chosen = [(rule, tests[rule]) for rule in rules]
    judged = []
    for line in lines:
        reason = None
        for rule, test in chosen:
            if test(line):
                reason = rule
                break
        judged.append(Judged(line, is_return(line), kind_of(line.product or ""), reason))
    return judged


def content(line: Raw) -> tuple[Any, ...]:
    """All but where the line stands, and under which order."""
    return line[3:]


def is_return(line: Raw) -> bool:
    negative = (line.quantity or 0) < 0 or (line.amount or 0) < 0
    return negative or (line.order_id or "").startswith("C")


def kind_of(product: str) -> str:
    if product in ("POST", "DOT", "C2", "C3"):
        return "shipping"
    if product == "D":
        return "discount"
    if product in ("M", "m"):
        return "manual"
    return "voucher" if product.startswith("gift_") else "product"


def repeats(lines: Sequence[Raw]) -> set[int]:
    """Positions of the later copies of orders that stand in several blocks."""
    by_order = defaultdict(list)
    for line in lines:
        if line.order_id is not None:
            by_order[line.order_id].append(line)
    later: set[int] = set()
    for rows in by_order.values():
        blocks: list[Counter[Any]] = []
        before: Raw | None = None
        for row in rows:
            if before is None or (row.part, row.position) != (before.part, before.position + 1):
                blocks.append(Counter())
            blocks[-1][content(row)] += 1
            before = row
        if len(blocks) == 1:
            continue
        times = sum(blocks, Counter())
        copies = [
            k
            for k in range(2, 65)
            if all(
                n % k == 0 and max(block[what] for block in blocks) * k <= n
                for what, n in times.items()
            )
        ]
        if not copies:
            continue
        kept: Counter[Any] = Counter()
        for row in rows:
            what = content(row)
            kept[what] += 1
            if kept[what] > times[what] // max(copies):
                later.add(row.position)
    return later


@dataclass(slots=True)
class Document:
    """An order, or the returns under one id."""

    order_id: str
    is_return: bool
    customer: str | None
    moment: dt.datetime
    country: str | None
    money: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)

    @property
    def day(self) -> dt.date:
        return self.moment.date()


class Match(NamedTuple):
    """What one return line takes from one purchase line."""

    order_id: str
    return_id: str
    returned_on: dt.date
    kind: str
    quantity: int
    amount: int
    returned: int
    first: bool


def documents(judged: Iterable[Judged]) -> list[Document]:
    """Kept lines by order id, purchases and returns apart (D3)."""
    found: dict[tuple[str, bool], Document] = {}
    for line, back, kind, reason in judged:
        if reason is not None:
            continue
        assert line.order_id is not None
        assert line.moment is not None
        assert line.amount is not None
        key = line.order_id, back
        if key not in found:
            found[key] = Document(line.order_id, back, line.customer_id, line.moment, line.country)
        document = found[key]
        document.moment = min(document.moment, line.moment)
        document.customer = _least(document.customer, line.customer_id)
        document.country = _least(document.country, line.country)
        document.money[kind] += line.amount
        document.lines[kind] += 1
    return list(found.values())


def matched(judged: Iterable[Judged]) -> list[Match]:
    """Put purchases on a stack per customer and product; let returns take from the top (D9)."""
    stacks = defaultdict(list)
    for one in judged:
        line = one.line
        if one.reason is None and line.customer_id and line.product and line.quantity:
            stacks[line.customer_id, line.product].append(one)
    found = []
    for events in stacks.values():
        if not any(one.is_return for one in events):
            continue
        events.sort(key=lambda one: (one.line.moment, one.is_return, one.line.order_id,
                                     _last(one.line.price), one.line.quantity,
                                     one.line.amount))  # fmt: skip
        stack: list[list[Any]] = []
        for line, back, kind, _ in events:
            quantity, amount = line.quantity, line.amount
            assert quantity is not None
            assert amount is not None
            assert line.order_id is not None
            assert line.moment is not None
            if not back and quantity > 0:
                stack.append([line, quantity])
            if not back or quantity > 0:
                continue
            done = 0
            while done < -quantity and stack:
                bought, left = stack[-1]
                taken = min(left, -quantity - done)
                found.append(Match(
                    bought.order_id, line.order_id, line.moment.date(), kind, taken,
                    _share(bought.amount, left, bought.quantity)
                    - _share(bought.amount, left - taken, bought.quantity),
                    _share(-amount, done + taken, -quantity) - _share(-amount, done, -quantity),
                    not done,
                ))  # fmt: skip
                done += taken
                stack[-1][1] -= taken
                if not stack[-1][1]:
                    stack.pop()
    return found


def _share(amount: int, part: int, whole: int) -> int:
    """Amount of a part of a quantity, to the nearest ten-thousandth, halves up."""
    return math.floor(Fraction(amount * part, whole) + Fraction(1, 2))


def _least(one: str | None, other: str | None) -> str | None:
    return min((v for v in (one, other) if v is not None), default=None)


def _last(price: int | None) -> tuple[bool, int]:
    return price is None, price or 0


# Periods -----------------------------------------------------------------------------------


@cache
def first_of(day: dt.date, grain: str) -> dt.date:
    if grain == "week":
        return dt.date.fromisocalendar(day.isocalendar().year, day.isocalendar().week, 1)
    if grain == "quarter":
        return dt.date(day.year, {1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 4, 7: 7, 8: 7, 9: 7}
                       .get(day.month, 10), 1)  # fmt: skip
    return dt.date(day.year, 1 if grain == "year" else day.month, 1)


@cache
def following(first: dt.date, grain: str) -> dt.date:
    """First day of the next period: step into it, then back to its start."""
    steps = {"week": 7, "month": 31, "quarter": 92, "year": 366}
    return first_of(first + dt.timedelta(days=steps[grain]), grain)


def periods(start: dt.date, end: dt.date, grain: str) -> list[dt.date]:
    found = [first_of(start, grain)]
    while (after := following(found[-1], grain)) <= end:
        found.append(after)
    return found


@cache
def a_year_before(day: dt.date, grain: str) -> dt.date:
    if grain == "week":
        return day - dt.timedelta(days=364)
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return dt.date(day.year - 1, 2, 28)


# Figures -----------------------------------------------------------------------------------


class Movement(NamedTuple):
    customer: str | None
    moment: dt.datetime
    gross: int
    returned: int

    @property
    def day(self) -> dt.date:
        return self.moment.date()


class Ledger:
    """A shop's kept lines, ready to be asked."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        kept = documents(judged)
        self.sales = sorted((one for one in kept if not one.is_return),
                            key=lambda one: (one.moment, one.order_id))  # fmt: skip
        self.backs = [one for one in kept if one.is_return]
        self.matches = matched(judged)
        days = [one.line.moment.date() for one in judged if one.reason is None and one.line.moment]
        self.first_day, self.last_day = min(days), max(days)
        self.first: dict[str, Document] = {}
        for order in self.sales:
            if order.customer is not None:
                self.first.setdefault(order.customer, order)

    def ask(self, **asked: Any) -> dict[str, Any]:
        return Answer(self, **asked).figures()


class Answer:
    """One set of filters, applied step by step."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        as_of: dt.date | None = None,
        start: dt.date | None = None,
        end: dt.date | None = None,
        countries: Sequence[str] = (),
        returns: str = "include",
        min_order: int | None = None,
        customer_type: str | None = None,
        kinds: Sequence[str] = KINDS,
        anonymous: bool = True,
        grain: str = "month",
        wholesale_factor: float = 3.0,
        keep_truncated: bool = False,
    ) -> None:
        self.ledger, self.returns, self.kinds, self.grain = ledger, returns, kinds, grain
        self.keep_truncated = keep_truncated
        self.as_of = as_of or ledger.last_day
        self.start = max(start or ledger.first_day, ledger.first_day)
        self.end = min(end or self.as_of, self.as_of)
        self.born = {who: order for who, order in ledger.first.items() if order.day <= self.as_of}
        by_size = customer_type in ("retail", "wholesale")
        big = self._wholesale(wholesale_factor) if by_size else set()
        self._money = {
            (one.order_id, one.is_return): sum(one.money[kind] for kind in kinds)
            for one in (*ledger.sales, *ledger.backs)
        }
        types: dict[str | None, Callable[[str], bool]] = {
            None: lambda _: True,
            "new": lambda who: self.born[who].day >= self.start,
            "returning": lambda who: self.born[who].day < self.start,
            "wholesale": lambda who: who in big,
            "retail": lambda who: who not in big,
        }
        wanted = types[customer_type]

        def passes(one: Document) -> bool:
            if one.customer is None:
                someone = anonymous and customer_type is None
            else:
                someone = customer_type is None or (one.customer in self.born
                                                    and wanted(one.customer))  # fmt: skip
            return (
                someone
                and one.day <= self.as_of
                and any(one.lines[kind] for kind in kinds)
                and (not countries or one.country in countries)
            )

        self.cancelled: Counter[str] = Counter()
        if returns == "neutralise":
            for match in ledger.matches:
                if match.kind in kinds and match.returned_on <= self.as_of:
                    self.cancelled[match.order_id] += match.amount
        self.sales = [
            one
            for one in ledger.sales
            if passes(one) and (min_order is None or self.money(one) >= min_order)
        ]
        self.backs = [one for one in ledger.backs if passes(one)]
        self.counted = [one for one in self.sales
                        if self.money(one) == 0 or self.basket(one) != 0]  # fmt: skip
        self.movements = [
            Movement(one.customer, one.moment, self.money(one), -self.cancelled[one.order_id])
            for one in self.sales
        ]
        if returns == "include":
            self.movements += [
                Movement(one.customer, one.moment, 0, self.money(one)) for one in self.backs
            ]
        self.base = {
            one.customer: one
            for one in self.sales
            if one.customer is not None and self.born[one.customer] is one and self.shown(one.day)
        }

    def _wholesale(self, factor: float) -> set[str]:
        baskets: dict[str, list[int]] = defaultdict(list)
        for one in self.ledger.sales:
            whole = sum(one.money.values())
            if one.day <= self.as_of and one.customer is not None and whole > 0:
                baskets[one.customer].append(whole)
        every = [basket for mine in baskets.values() for basket in mine]
        if not every:
            return set()
        line = Fraction(factor) * Fraction(statistics.median(every))
        return {who for who, mine in baskets.items() if Fraction(sum(mine), len(mine)) >= line}

    def money(self, one: Document) -> int:
        return self._money[one.order_id, one.is_return]

    def basket(self, one: Document) -> int:
        return self.money(one) - self.cancelled[one.order_id]

    def shown(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def figures(self) -> dict[str, Any]:
        counted = [one for one in self.counted if self.shown(one.day)]
        moves = [one for one in self.movements if self.shown(one.day)]
        baskets = sum(self.basket(one) for one in counted)
        ever = len({one.customer for one in self.counted} - {None})
        by_age = self._by_age()
        return {
            "start": self.start,
            "end": self.end,
            "active_customers": len({one.customer for one in counted} - {None}),
            "customers_ever": ever,
            "orders": len(counted),
            "revenue": sum(one.gross + one.returned for one in moves),
            "gross": sum(one.gross for one in moves),
            "returned": sum(one.returned for one in moves),
            **self._unmatched(),
            "aov": Fraction(baskets, len(counted)) if counted else None,
            "north_star": self._north_star(),
            "baseline_clv": self._baseline(),
            "by_age": by_age,
            "by_age_mean": sum(point[3] for point in by_age) / len(by_age) if by_age else None,
            "rfm_customers": ever,
            "by_period": self._by_period(),
            "returns": self._returns(sum(one.gross for one in moves)),
            "north_star_by_cohort": self._star_by_cohort(),
        }

    def _unmatched(self) -> dict[str, int]:
        if self.returns != "neutralise":
            return {"unmatched_returns": 0, "unmatched_lines": 0}
        backs = {one.order_id: one for one in self.backs if self.shown(one.day)}
        met = [one for one in self.ledger.matches
               if one.return_id in backs and one.kind in self.kinds]  # fmt: skip
        return {
            "unmatched_returns": sum(map(self.money, backs.values()))
            + sum(one.returned for one in met),
            "unmatched_lines": sum(one.lines[kind] for one in backs.values() for kind in self.kinds)
            - sum(one.first for one in met),
        }

    def _of_base(self) -> dict[str, list[Movement]]:
        found: dict[str, list[Movement]] = {who: [] for who in self.base}
        for one in self.movements:
            if one.customer in found:
                found[one.customer].append(one)
        return found

    def _early(self) -> dict[str, int]:
        """Revenue in [first order, first order + 90 days), of customers seen for that long."""
        quarter = dt.timedelta(days=90)
        return {
            who: sum(
                one.gross + one.returned
                for one in moves
                if self.base[who].moment <= one.moment < self.base[who].moment + quarter
            )
            for who, moves in self._of_base().items()
            if self.base[who].day + quarter <= self.as_of
        }

    def _north_star(self) -> dict[str, Any]:
        early = list(self._early().values())
        return {
            "value": _mean(early),
            "median": statistics.median(early) / UNIT if early else None,
            "n": len(early),
            "waiting": len(self.base) - len(early),
        }

    def _baseline(self) -> dict[str, Any]:
        values = sorted(
            sum(one.gross + one.returned for one in moves) for moves in self._of_base().values()
        )
        n = len(values)
        if not n:
            return dict.fromkeys(("mean", "median", "trimmed_mean", "top_decile_share"), None) | {
                "n": 0
            }
        low, high, top = (_quantile(values, p) for p in (0.05, 0.95, 0.9))
        # 5 % of fewer than 20 customers is nobody.
        middle = [v for v in values if low <= v <= high] if n >= 20 else values
        return {
            "mean": _mean(values),
            "median": statistics.median(values) / UNIT,
            "trimmed_mean": _mean(middle),
            "n": n,
            "top_decile_share": (
                sum(v for v in values if v >= top) / sum(values) if sum(values) else None
            ),
        }

    def _by_age(self) -> list[tuple[int, int, int, float]]:
        cohorts: dict[dt.date, list[str]] = defaultdict(list)
        for who, first in self.base.items():
            cohorts[first_of(first.day, self.grain)].append(who)
        if not self.keep_truncated and self.ledger.first:
            earliest = min(one.day for one in self.ledger.first.values())
            cohorts.pop(first_of(earliest, self.grain), None)
        spent: Counter[tuple[str, dt.date]] = Counter()
        for who, moves in self._of_base().items():
            for one in moves:
                # What came back from before the first order counts at age 0.
                born = first_of(self.base[who].day, self.grain)
                spent[who, max(first_of(one.day, self.grain), born)] += one.gross + one.returned
        sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for born, members in cohorts.items():
            age, period = 0, born
            while (after := following(period, self.grain)) - dt.timedelta(days=1) <= self.as_of:
                cell = sums[age]
                cell[0] += 1
                cell[1] += len(members)
                cell[2] += sum(spent[who, period] for who in members)
                age, period = age + 1, after
        return [
            (age, n, customers, money / customers / UNIT)
            for age, (n, customers, money) in sorted(sums.items())
        ]

    def _by_period(self) -> list[dict[str, Any]]:
        grain, rows = self.grain, []
        back = {a_year_before(self.start, grain): None}
        lowest, highest = next(iter(back)), a_year_before(self.end, grain)
        orders, moves = defaultdict(list), defaultdict(list)
        before: Counter[dt.date] = Counter()
        for one in self.counted:
            if self.shown(one.day):
                orders[first_of(one.day, grain)].append(one)
        for move in self.movements:
            if self.shown(move.day):
                moves[first_of(move.day, grain)].append(move)
            if lowest <= move.day <= highest:
                before[first_of(move.day, grain)] += move.gross + move.returned
        for first in periods(self.start, self.end, grain):
            last = following(first, grain) - dt.timedelta(days=1)
            mine, money = orders[first], moves[first]
            who = {one.customer for one in mine if one.customer is not None}
            new = {c for c in who if first_of(self.born[c].day, grain) == first}

            def total(chosen: Iterable[Movement]) -> int:
                return sum(one.gross + one.returned for one in chosen)

            known = [one for one in money if one.customer is not None]
            of_new = [one for one in known if one.customer in self.born
                      and first_of(self.born[one.customer].day, grain) == first]  # fmt: skip
            since = a_year_before(max(first, self.start), grain)
            year_ago = first_of(a_year_before(first, grain), grain)
            rows.append({
                "period": first,
                "over": last <= self.as_of,
                "whole": last <= self.end and first >= self.start,
                "active_customers": len(who),
                "new_customers": len(new),
                "orders": len(mine),
                "revenue": total(money),
                "gross": sum(one.gross for one in money),
                "returned": sum(one.returned for one in money),
                "revenue_new": total(of_new),
                "revenue_returning": total(known) - total(of_new),
                "revenue_anonymous": total(one for one in money if one.customer is None),
                "revenue_previous_year": before[year_ago]
                if since >= self.ledger.first_day else None,
                "aov": Fraction(sum(map(self.basket, mine)), len(mine)) if mine else None,
            })  # fmt: skip
        return rows

    def _returns(self, gross: int) -> list[dict[str, Any]]:
        money: Counter[str] = Counter()
        lines: Counter[str] = Counter()
        for one in self.backs:
            if self.shown(one.day):
                money.update(one.money)
                lines.update(one.lines)
        return [
            {"kind": kind, "lines": lines[kind], "amount": money[kind],
             "share_of_gross": money[kind] / gross if gross else None}
            for kind in KINDS if kind in self.kinds and lines[kind]
        ]  # fmt: skip

    def _star_by_cohort(self) -> list[dict[str, Any]]:
        early, cohorts = self._early(), defaultdict(list)
        for who, first in self.base.items():
            cohorts[first_of(first.day, self.grain)].append(who)
        return [
            {"cohort": cohort, "n": len(members), "value": _mean([early[who] for who in members])}
            for cohort, members in sorted(cohorts.items())
            if all(who in early for who in members)
        ]


def tally(judged: Iterable[Judged]) -> dict[str, dict[str, int]]:
    """Count the waterfall: raw, every reason, kept, kept with a customer (D6)."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    ids: Mapping[str, set[tuple[str, str]]] = defaultdict(set)
    for line, back, _, reason in judged:
        names = ["raw", reason] if reason else ["raw", "kept"]
        if not reason and line.customer_id is not None:
            names.append("with_customer")
        for name in names:
            found[name]["lines"] += 1
            found[name]["amount"] += line.amount or 0
            found[name]["returns" if back else "gross"] += line.amount or 0
            if name == "raw" or not back:
                ids[name] |= {("orders", line.order_id)} if line.order_id else set()
                ids[name] |= {("customers", line.customer_id)} if line.customer_id else set()
    for name, both in ids.items():
        found[name].update(which for which, _ in both)
    return {name: dict(counts) for name, counts in found.items()}


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) / UNIT if values else None


def _quantile(values: Sequence[int], share: float) -> float:
    """Between the two neighbours, in proportion; `values` sorted."""
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)
