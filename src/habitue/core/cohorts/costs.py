"""What acquiring customers cost, month by month and channel by channel, and when it is repaid."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final, Self

from habitue.errors import RequestError

COLUMNS: Final = ("month", "channel", "spend", "overhead", "cac")
"""What a file of costs may hold; `cohort` is read as `month`."""
MAX_BYTES: Final = 1_000_000
"""A file of costs takes a line a month and channel; what is larger is not one."""
_MONTH: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?")
_DECEMBER: Final = 12
_SPACES: Final = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCost:
    """What one month cost, in all or in one channel.

    Attributes:
        month: Its first day.
        channel: Of the first order; None for what no channel owns.
        spend: Advertising, in the shop's money.
        overhead: What else acquiring took: agencies, tools, salaries, vouchers.
        cac: Instead of `spend`, what one new customer cost.
    """

    month: dt.date
    channel: str | None = None
    spend: Decimal | None = None
    overhead: Decimal | None = None
    cac: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    r"""What acquiring customers cost.

    Attributes:
        flat: What every new customer cost, whenever they came; None with `months`.
        months: What each month and channel cost.

    Examples:
        >>> costs = Acquisition.parsed("month,spend\n2011-01,1200\n", "costs.csv")
        >>> costs.months[0].month, costs.months[0].spend
        (datetime.date(2011, 1, 1), Decimal('1200'))
    """

    flat: Decimal | None = None
    months: tuple[MonthCost, ...] = ()

    @classmethod
    def of(cls, given: Self | float | Decimal | str | Path) -> Self:
        """Take a number, what one new customer cost, or read a file of costs.

        Raises:
            RequestError: It is neither, or the number is not above zero.
        """
        if isinstance(given, cls):
            return given
        if isinstance(given, Path):
            return cls.read(given)
        amount = _amount(str(given))
        if amount is None and isinstance(given, str) and given.strip():
            return cls.read(Path(given))
        if amount is None or amount <= 0:
            raise RequestError("cac_not_positive", value=given)
        return cls(flat=amount)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a CSV of costs.

        Raises:
            RequestError: It is not there, or `parsed` refuses it.
        """
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError:
            raise RequestError("file_unreadable", path=str(path)) from None
        return cls.decoded(content, path.name)

    @classmethod
    def decoded(cls, content: bytes, source: str) -> Self:
        """Read a CSV of costs as it was uploaded.

        Raises:
            RequestError: It is too large or no text, or `parsed` refuses it.
        """
        try:
            if len(content) > MAX_BYTES:
                raise RequestError("cac_file_large", source=source)
            return cls.parsed(content.decode("utf-8-sig"), source)
        except UnicodeDecodeError:
            raise RequestError("file_unreadable", path=source) from None

    @classmethod
    def parsed(cls, words: str, source: str) -> Self:
        """Read the text of a CSV: columns `month`, and `spend` or `cac`; `channel`, `overhead`.

        Commas, semicolons or tabs part the cells; numbers may have a decimal comma.

        Args:
            words: The text.
            source: What messages call it.

        Raises:
            RequestError: A column is missing, a cell cannot be read, or a month stands twice.
        """
        first = words.splitlines()[0] if words.strip() else ""
        delimiter = max(",;\t", key=first.count)
        lines = csv.reader(io.StringIO(words, newline=""), delimiter=delimiter)
        header = [name.strip().casefold() for name in next(lines, [])]
        header = ["month" if name == "cohort" else name for name in header]
        if "month" not in header or not {"spend", "cac"} & set(header):
            raise RequestError("cac_columns", source=source, allowed=list(COLUMNS))
        found: dict[tuple[dt.date, str | None], MonthCost] = {}
        for row, cells in enumerate(lines, start=2):
            if not any(cell.strip() for cell in cells):
                continue
            held = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
            one = _month_cost(held, source, row)
            if (one.month, one.channel) in found:
                raise RequestError("cac_month_twice", source=source, row=row, month=one.month)
            found[one.month, one.channel] = one
        if not found:
            raise RequestError("cac_columns", source=source, allowed=list(COLUMNS))
        return cls(months=tuple(found.values()))

    @property
    def by_channel(self) -> bool:
        """Whether a channel is named."""
        return any(one.channel is not None for one in self.months)

    @property
    def has_overhead(self) -> bool:
        """Whether more than advertising is told: the cost is then also given fully loaded."""
        return any(one.overhead is not None for one in self.months)


@dataclass(frozen=True, slots=True)
class Costed:
    """What the new customers of some months cost.

    Attributes:
        customers: How many they are.
        blended: Advertising over all of them; None where a month is not told.
        loaded: With everything else; None likewise.
    """

    customers: int
    blended: float | None
    loaded: float | None


Sizes = dict[tuple[dt.date, str], int]
"""New customers by month and channel; an empty channel is none, or one too small to be shown."""


def costed(
    costs: Acquisition, sizes: Sizes, months: Iterable[dt.date], channels: Sequence[str]
) -> Costed:
    """Share costs out over the customers of some months and channels.

    What a channel cost falls on its own customers. What no channel owns falls on all customers of
    its month alike.

    Args:
        costs: What months and channels cost.
        sizes: New customers by month and channel, all channels of the shop.
        months: First days of the months looked at.
        channels: The channels looked at; every one of the shop's for no breakdown by channel.
    """
    months = list(months)
    mine = sum(sizes.get((month, channel), 0) for month in months for channel in channels)
    if costs.flat is not None:
        return Costed(mine, float(costs.flat), float(costs.flat))
    told: dict[dt.date, list[MonthCost]] = {}
    for one in costs.months:
        told.setdefault(one.month, []).append(one)
    spent = loaded = Decimal(0)
    for month in months:
        here = {channel: sizes.get((month, channel), 0) for channel in channels}
        everybody = sum(count for (day, _), count in sizes.items() if day == month)
        if not any(here.values()):
            continue
        if month not in told:
            return Costed(mine, None, None)
        for one in told[month]:
            # Of what no channel owns, each customer of the month bears an equal part.
            bearing = sum(here.values()) if one.channel is None else here.get(one.channel, 0)
            among = everybody if one.channel is None else sizes.get((month, one.channel), 0)
            if not bearing:
                continue
            share = Decimal(bearing) / among
            paid = one.cac * bearing if one.cac is not None else (one.spend or 0) * share
            spent += paid
            loaded += paid + (one.overhead or 0) * share
    if not mine:
        return Costed(0, None, None)
    return Costed(mine, float(spent / mine), float(loaded / mine))


def payback(ages: Sequence[int], cumulative: Sequence[float | None], cac: float) -> int | None:
    """Find the first age at which a customer has earned back what it cost to acquire.

    Args:
        ages: Observed ages, increasing.
        cumulative: Cumulated margin per acquired customer at the end of each.
        cac: Cost of acquiring a customer, in the same money.

    Returns:
        The age; None while it is not reached.

    Examples:
        >>> payback([0, 1, 2], [8.0, 10.0, 11.5], cac=10.0)
        1
    """
    return next(
        (
            age
            for age, earned in zip(ages, cumulative, strict=True)
            if earned is not None and earned >= cac
        ),
        None,
    )


def payback_day(
    ends: Sequence[float], cumulative: Sequence[float | None], cac: float
) -> float | None:
    """Find the day on which it is earned back, as if margin came evenly within an age.

    Args:
        ends: Day on which each observed age ends, from age 0 on, counted from where age 0 starts.
        cumulative: Cumulated margin per acquired customer on each.
        cac: Cost of acquiring a customer, in the same money.

    Returns:
        The day; None while it is not reached.

    Examples:
        >>> payback_day([30.0, 60.0, 90.0], [8.0, 10.0, 14.0], cac=11.0)
        67.5
    """
    before, earned = 0.0, 0.0
    for end, value in zip(ends, cumulative, strict=True):
        if value is None:
            return None
        if value >= cac:
            return before + (end - before) * (cac - earned) / (value - earned)
        before, earned = end, value
    return None


def _month_cost(held: dict[str, str], source: str, row: int) -> MonthCost:
    amounts: dict[str, Decimal] = {}
    for name in ("spend", "overhead", "cac"):
        if told := held.get(name):
            amount = _amount(told)
            if amount is None or amount < 0:
                raise RequestError("cac_cell", source=source, row=row, column=name, value=told)
            amounts[name] = amount
    told = held.get("month", "")
    match = _MONTH.fullmatch(told)
    if match is None or int(match[1]) < dt.MINYEAR or not 1 <= int(match[2]) <= _DECEMBER:
        raise RequestError("cac_cell", source=source, row=row, column="month", value=told)
    month = dt.date(int(match[1]), int(match[2]), 1)
    if not {"spend", "cac"} & amounts.keys() or {"spend", "cac"} <= amounts.keys():
        raise RequestError("cac_spend_or_cac", source=source, row=row)
    return MonthCost(month=month, channel=held.get("channel") or None, **amounts)


def _amount(told: str) -> Decimal | None:
    """Read a number; one comma and no dot is a decimal comma."""
    plain = told.translate(_SPACES)
    if "." not in plain:
        plain = plain.replace(",", ".")
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
