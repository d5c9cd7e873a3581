"""The trust card: how well these predictions would have done on this very shop (D34)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from habitue.core.clv.answers import Trust
from habitue.core.clv.backtest import backtest
from habitue.schema import Filters, Grain, Outlook
from habitue.workspace.clv_desk import EPOCH, ValueAsk, ValueDesk

SCORES: Final = pa.schema(
    [
        ("cut", pa.date32()), ("method", pa.string()), ("unit", pa.string()),
        ("customers", pa.int64()), ("predicted", pa.float64()), ("actual", pa.float64()),
        ("error", pa.float64()), ("mae", pa.float64()), ("mae_median", pa.float64()),
        ("rank", pa.float64()), ("coverage", pa.float64()), ("low", pa.float64()),
        ("high", pa.float64()),
    ]
)  # fmt: skip
_DECILES: Final = pa.schema(
    [
        ("decile", pa.int64()), ("customers", pa.int64()), ("predicted", pa.float64()),
        ("actual", pa.float64()), ("predicted_money", pa.float64()),
        ("actual_money", pa.float64()),
    ]
)  # fmt: skip
_COVERAGE: Final = pa.schema(
    [
        ("cut", pa.date32()), ("unit", pa.string()), ("customers", pa.float64()),
        ("low", pa.float64()), ("high", pa.float64()), ("actual", pa.float64()),
        ("holds", pa.bool_()),
    ]
)  # fmt: skip


class TrustQuestions(ValueDesk):
    """How far predictions may be trusted."""

    def trust(
        self,
        filters: Filters | None = None,
        outlook: Outlook | None = None,
        **asked: Any,
    ) -> Trust:
        """Fit up to past days, predict what followed, and compare with four rules of thumb.

        Money is what baskets add up to: a back-test needs no margin.

        Args:
            filters: What to look at.
            outlook: Days ahead that matter, a shorter window being tested where the history
                does not hold them, and the model; the rate changes nothing.
            asked: Attributes of `Filters` and of `Outlook`, as words, in place of either.

        Raises:
            RequestError: The filters, the horizon or the model cannot be.
            ContentError: There is nobody, or no time, to learn from.
        """
        ask = self._value_ask(filters, outlook, asked)
        plain = ValueAsk(
            ask.filters.but(margin_rate=None, grain=Grain.MONTH),
            replace(ask.outlook, annual_rate=Outlook().annual_rate),
        )
        return self._remembered(("trust", *plain), lambda: self._trust(plain))

    def _trust(self, ask: ValueAsk) -> Trust:
        forecaster = self._forecaster(ask)
        test = backtest(forecaster, ask.cut, ask.outlook.horizon_days)
        inside = {(one.cut, one.unit): one for one in test.coverage}
        scores = []
        for one in test.scores:
            row = one._asdict() | {"cut": _date(one.cut), "error": _known(one.error),
                                   "rank": _known(one.rank)}  # fmt: skip
            if one.method == "model":
                band = inside[one.cut, one.unit]
                row |= {"coverage": band.customers, "low": band.low, "high": band.high}
            scores.append(row)
        return Trust(
            test=test,
            title=forecaster.fitted(ask.cut).title,
            currency=self._shop.currency,
            horizon_days=ask.outlook.horizon_days,
            scores=pa.Table.from_pylist(scores, schema=SCORES),
            deciles=pa.Table.from_pylist([one._asdict() for one in test.deciles], schema=_DECILES),
            coverage=pa.Table.from_pylist(
                [
                    one._asdict() | {"cut": _date(one.cut), "holds": one.holds}
                    for one in test.coverage
                ],
                schema=_COVERAGE,
            ),
        )


def _date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=day)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
