"""How well predictions would have done on this very shop, against rules of thumb (D34)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from habitue.core.clv.baselines import RULES
from habitue.core.clv.bias import Bias
from habitue.core.clv.fitted import Finding
from habitue.core.clv.fitting import Array
from habitue.core.clv.forecast import Forecaster
from habitue.core.clv.intervals import Intervals, intervals
from habitue.core.clv.occasions import Occasions
from habitue.core.clv.ranks import spearman
from habitue.core.money import month_ends

MODEL: Final = "model"
PUBLISHED: Final = "published"
"""The plain BG/NBD, which what is tested should beat."""
_PLAIN: Final = "bgnbd"
FEWEST_CUSTOMERS: Final = 200
FEWEST_REPEATERS: Final = 100
FEWEST_DAYS: Final = 270
"""History before a cut: nine months."""
ORIGINS: Final = 4
APART_DAYS: Final = 91
WINDOWS: Final = (183, 91)
"""Shorter windows to fall back on where the horizon has not been lived through yet."""
_DECILES: Final = 10
_LEVEL: Final = 0.95


class Score(NamedTuple):
    """How one method did at one cut.

    Attributes:
        cut: Last day seen, in days since 1 January 1970.
        method: `model`, `published` (the plain BG/NBD), or a rule of `baselines`.
        unit: `orders` or `money`.
        customers: Customers predicted.
        predicted: Sum over them.
        actual: What they did.
        mae: Mean absolute error per customer.
        mae_median: The same for the middle of the predictive distribution, which is what a mean
            absolute error rewards; a rule of thumb has no other prediction.
        rank: Spearman's correlation between predicted and actual; NaN when one does not vary.
    """

    cut: int
    method: str
    unit: str
    customers: int
    predicted: float
    actual: float
    mae: float
    mae_median: float
    rank: float

    @property
    def error(self) -> float:
        """Total error, predicted over actual less one; NaN when nothing happened."""
        return self.predicted / self.actual - 1 if self.actual else np.nan


class Coverage(NamedTuple):
    """Whether what happened fell inside the intervals of one cut.

    Attributes:
        cut: Last day seen.
        unit: `orders` or `money`.
        customers: Share of customers inside their own.
        low: Lower end of the total's.
        high: Upper end of it.
        actual: What all did.
    """

    cut: int
    unit: str
    customers: float
    low: float
    high: float
    actual: float

    @property
    def holds(self) -> bool:
        """Whether the total fell inside."""
        return self.low <= self.actual <= self.high


class Decile(NamedTuple):
    """Customers ranked by what the model expects of them at the latest cut, in tenths.

    Attributes:
        decile: 1 for those expected to order most.
        customers: How many.
        predicted: Mean orders expected.
        actual: Mean orders placed.
        predicted_money: Mean money expected.
        actual_money: Mean money spent.
    """

    decile: int
    customers: int
    predicted: float
    actual: float
    predicted_money: float
    actual_money: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """The rolling-origin back-test of a model.

    Attributes:
        model: Key of the purchase model.
        window: Days predicted at each cut; 0 when no test was possible.
        cuts: Last days seen, latest first.
        scores: One per cut, method and unit.
        coverage: One per cut and unit.
        deciles: At the latest cut.
        refusal: Why there is no test; None when there is one.
    """

    model: str
    window: int
    cuts: tuple[int, ...]
    scores: tuple[Score, ...]
    coverage: tuple[Coverage, ...]
    deciles: tuple[Decile, ...]
    refusal: Finding | None = None

    def winner(self, metric: str, unit: str = "orders") -> str:
        """Name the method that did best over the cuts.

        Args:
            metric: `total` (mean absolute total error), `mae` or `rank`.
            unit: `orders` or `money`.
        """
        return min(self._mean(metric, unit).items(), key=lambda one: one[1])[0]

    def bias(self, unit: str = "orders") -> Bias | None:
        """Say which way the model's totals were wrong, from the latest cut back.

        Args:
            unit: `orders` or `money`.
        """
        return Bias.of([s.error for s in self.scores if (s.method, s.unit) == (MODEL, unit)])

    def _mean(self, metric: str, unit: str) -> dict[str, float]:
        found: dict[str, list[float]] = {}
        for one in self.scores:
            if one.unit == unit:
                found.setdefault(one.method, []).append(_loss(one, metric))
        return {
            method: float(np.mean(np.nan_to_num(values, nan=np.inf)))
            for method, values in found.items()
        }


def backtest(forecaster: Forecaster, as_of: int, horizon: int, *, seed: int = 0) -> BackTest:
    """Fit up to several past days, predict the window after each, compare with what happened.

    Cuts are a quarter apart, the latest as recent as the window allows, each with nine months of
    history at least. Where the horizon has not been lived through, a shorter window is tested.

    Args:
        forecaster: The method tested, on the whole history.
        as_of: Last day seen.
        horizon: Days ahead that matter.
        seed: Of the intervals.
    """
    shop = forecaster.occasions
    for window in (horizon, *(short for short in WINDOWS if short < horizon)):
        latest = as_of - window
        cuts = tuple(
            cut
            for look in range(ORIGINS)
            if (cut := latest - look * APART_DAYS) - shop.born >= FEWEST_DAYS
        )
        if cuts:
            break
    refusal = _refusal(shop, as_of, cuts)
    if refusal is not None:
        return BackTest(
            model=forecaster.model, window=0, cuts=(), scores=(), coverage=(), deciles=(),
            refusal=refusal,
        )  # fmt: skip
    cuts = tuple(cut for cut in cuts if _enough(shop, cut))
    plain = None if forecaster.published else Forecaster(shop, _PLAIN)
    scores: list[Score] = []
    coverage: list[Coverage] = []
    deciles: tuple[Decile, ...] = ()
    for cut in cuts:
        tested = Origin.of(forecaster, cut, window, seed=seed)
        scores += [*tested.scores(MODEL), *tested.rules()]
        if plain is not None:
            scores += Origin.of(plain, cut, window, seed=seed).scores(PUBLISHED)
        coverage += tested.coverage()
        deciles = deciles or tested.deciles()
    return BackTest(
        model=forecaster.model, window=window, cuts=cuts, scores=tuple(scores),
        coverage=tuple(coverage), deciles=deciles,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One method at one cut: predicted and actual, in orders and in money.

    Attributes:
        forecaster: The method.
        cut: Last day seen.
        window: Days predicted after it.
        predicted: By unit, one per customer.
        actual: The same.
        bands: Intervals of both.
    """

    forecaster: Forecaster
    cut: int
    window: int
    predicted: dict[str, Array]
    actual: dict[str, Array]
    bands: Intervals

    @classmethod
    def of(cls, forecaster: Forecaster, cut: int, window: int, *, seed: int = 0) -> Origin:
        """Fit up to a cut, and predict the window after it.

        Args:
            forecaster: The method, on the whole history.
            cut: Last day seen.
            window: Days to predict, all of them lived through.
            seed: Of the intervals.
        """
        shop, seen = forecaster.occasions, forecaster.seen(cut)
        money = forecaster.spending(cut)
        orders, ends = forecaster.orders(cut, window), month_ends(window)
        ahead, baskets = forecaster.ahead(cut, ends), forecaster.baskets(cut, ends)
        history, spent = (seen.frequency, seen.recency, seen.T), money.model
        paid = spent.expected_spend(seen.frequency, seen.money)
        return cls(
            forecaster=forecaster,
            cut=cut,
            window=window,
            predicted={
                "orders": orders,
                "money": forecaster.fitted(cut).weighted_purchases(ahead, baskets, *history) * paid,
            },
            actual={
                unit: shop.between(cut, cut + window, money=unit == "money")[seen.who]
                for unit in ("orders", "money")
            },
            bands=intervals(
                forecaster.fitted(cut), *history, horizon_days=window, seed=seed, spend=spent,
                monetary_value=seen.money, level=_LEVEL, ahead=ahead, baskets=baskets,
                level_error=forecaster.level(cut, window).error,
            ),
        )  # fmt: skip

    def scores(self, method: str) -> list[Score]:
        """Score the method in both units, under a name."""
        middle = {"orders": self.bands.median_orders, "money": self.bands.median_value}
        return [
            _score(self.cut, method, unit, self.predicted[unit], actual, middle[unit])
            for unit, actual in self.actual.items()
        ]

    def rules(self) -> list[Score]:
        """Score the rules of thumb beside it."""
        shop, found = self.forecaster.occasions, []
        for unit, actual in self.actual.items():
            for name, rule in RULES.items():
                rough = rule(shop, self.cut, self.window, money=unit == "money")
                found.append(_score(self.cut, name, unit, rough, actual, rough))
        return found

    def coverage(self) -> list[Coverage]:
        """Say whether what happened fell inside, in both units."""
        found = []
        for unit, actual in self.actual.items():
            band, whole = (
                (self.bands.orders, self.bands.total_orders)
                if unit == "orders"
                else (self.bands.value, self.bands.total_value)
            )
            assert band is not None
            assert whole is not None
            inside = (band.low <= actual) & (actual <= band.high)
            found.append(
                Coverage(self.cut, unit, float(inside.mean()), float(whole.low),
                         float(whole.high), float(actual.sum()))
            )  # fmt: skip
        return found

    def deciles(self) -> tuple[Decile, ...]:
        """Rank customers by the orders expected, and compare tenth by tenth."""
        ranked = np.argsort(-self.predicted["orders"], kind="stable")
        return tuple(
            Decile(
                place, part.size,
                *(float(column[part].mean()) for column in (
                    self.predicted["orders"], self.actual["orders"],
                    self.predicted["money"], self.actual["money"],
                )),
            )
            for place, part in enumerate(np.array_split(ranked, _DECILES), start=1)
        )  # fmt: skip


def _loss(score: Score, metric: str) -> float:
    match metric:
        case "total":
            return abs(score.error)
        case "rank":
            return -score.rank
    return score.mae_median


def _score(  # noqa: PLR0917 - a row of the table, column by column
    cut: int, method: str, unit: str, predicted: Array, actual: Array, middle: Array
) -> Score:
    return Score(
        cut, method, unit, actual.size, float(predicted.sum()), float(actual.sum()),
        float(np.abs(predicted - actual).mean()), float(np.abs(middle - actual).mean()),
        spearman(predicted, actual),
    )  # fmt: skip


def _refusal(shop: Occasions, as_of: int, cuts: tuple[int, ...]) -> Finding | None:
    days = as_of - shop.born + 1
    if not cuts:
        return Finding("trust_short", {"days": days, "needed": FEWEST_DAYS + WINDOWS[-1]})
    if any(_enough(shop, cut) for cut in cuts):
        return None
    seen = shop.at(cuts[0])
    return Finding(
        "trust_few",
        {
            "customers": seen.who.size,
            "repeaters": int(np.count_nonzero(seen.frequency)),
            "needed": FEWEST_CUSTOMERS,
            "needed_repeaters": FEWEST_REPEATERS,
        },
    )


def _enough(shop: Occasions, cut: int) -> bool:
    seen = shop.at(cut)
    repeaters = np.count_nonzero(seen.frequency)
    return seen.who.size >= FEWEST_CUSTOMERS and int(repeaters) >= FEWEST_REPEATERS
