"""What an action brought: treated against held out, with its interval (D39)."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from habitue.errors import RequestError, SourceError

_Z: Final = 1.959963984540054
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One measure, treated against held out, per customer.

    Attributes:
        treated: Mean of the treated.
        held: Mean of the held out.
        difference: What the action brought per treated customer.
        low: Lower bound of the difference, 95 %.
        high: Upper bound.
        total: The difference times the treated customers.
    """

    treated: float
    held: float
    difference: float
    low: float
    high: float
    total: float

    @property
    def sure(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What became of a list.

    Attributes:
        list_name: The list.
        start: First day counted, the day after the export's picture.
        end: Last day counted.
        treated: Customers treated.
        held: Customers held out.
        buyers: Share who ordered.
        orders: Orders.
        revenue: Money, net under the returns mode.
    """

    list_name: str
    start: dt.date
    end: dt.date
    treated: int
    held: int
    buyers: Effect
    orders: Effect
    revenue: Effect


def read_audience(path: Path | str, content: bytes | None = None) -> pa.Table:
    """Read the audience file of a past export.

    Args:
        path: The file.
        content: Its bytes, where it was uploaded and is no file here.

    Raises:
        SourceError: It is not there, or not an audience file.
    """
    try:
        held = Path(path).read_bytes() if content is None else content
    except OSError:
        raise SourceError("source_missing", path=str(path)) from None
    wanted = {
        "customer_id": pa.string(), "group": pa.string(), "list_name": pa.string(),
        "as_of": pa.date32(),
    }  # fmt: skip
    try:
        rows = csv.read_csv(
            pa.BufferReader(held),
            convert_options=csv.ConvertOptions(
                column_types=wanted, include_columns=list(wanted), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        raise SourceError("audience_unreadable", path=Path(path).name) from None
    if not rows.num_rows:
        raise SourceError("audience_unreadable", path=Path(path).name)
    return rows


def compare(audience: pa.Table, since: pa.Table, *, start: dt.date, end: dt.date) -> ReadBack:
    """Compare what both groups did since.

    The groups were drawn by chance, so the difference of their means is the effect of the action.
    Its interval is Welch's, which lets the groups differ in size and spread; for the share who
    ordered it is Newcombe's, made of both Wilson intervals.

    Args:
        audience: Out of `read_audience`.
        since: `customer_id`, `orders`, `revenue` of whoever did something from `start` to `end`.
        start: First day counted.
        end: Last day counted.

    Raises:
        RequestError: One of the groups has fewer than two customers.
    """
    place = pc.index_in(audience["customer_id"], value_set=since["customer_id"])
    orders = _floats(since["orders"], place)
    revenue = _floats(since["revenue"], place)
    treated = np.asarray(pc.equal(audience["group"], "treated").to_pylist(), dtype=bool)
    size, held = int(treated.sum()), int((~treated).sum())
    if size < _FEWEST or held < _FEWEST:
        raise RequestError("readback_no_holdout", treated=size, held=held)
    bought = orders > 0
    return ReadBack(
        list_name=str(audience["list_name"][0].as_py()),
        start=start,
        end=end,
        treated=size,
        held=held,
        buyers=_shares(int(bought[treated].sum()), size, int(bought[~treated].sum()), held),
        orders=_means(orders[treated], orders[~treated]),
        revenue=_means(revenue[treated], revenue[~treated]),
    )


def _floats(column: pa.ChunkedArray, place: pa.ChunkedArray) -> np.ndarray:
    found = column.cast(pa.float64()).combine_chunks().take(place.combine_chunks())
    plain: np.ndarray = pc.fill_null(found, 0.0).to_numpy(zero_copy_only=False)
    return plain


def _means(treated: np.ndarray, held: np.ndarray) -> Effect:
    from scipy import stats  # noqa: PLC0415 - half a second of scipy

    difference = float(treated.mean() - held.mean())
    spread = [float(one.var(ddof=1)) / one.size for one in (treated, held)]
    error = math.sqrt(sum(spread))
    if error:
        freedom = sum(spread) ** 2 / sum(
            one**2 / (group.size - 1) for one, group in zip(spread, (treated, held), strict=True)
        )
        error *= float(stats.t.ppf(0.975, freedom))
    return Effect(
        treated=float(treated.mean()),
        held=float(held.mean()),
        difference=difference,
        low=difference - error,
        high=difference + error,
        total=difference * treated.size,
    )


def _shares(bought: int, size: int, bought_held: int, held: int) -> Effect:
    """Compare two shares (Newcombe 1998, method 10)."""
    one, other = bought / size, bought_held / held
    low_one, high_one = _wilson(bought, size)
    low_other, high_other = _wilson(bought_held, held)
    difference = one - other
    return Effect(
        treated=one,
        held=other,
        difference=difference,
        low=difference - math.hypot(one - low_one, high_other - other),
        high=difference + math.hypot(high_one - one, other - low_other),
        total=difference * size,
    )


def _wilson(successes: int, n: int) -> tuple[float, float]:
    share, square = successes / n, _Z**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return middle - half, middle + half
