"""Customer lifetime value: models of purchase and spend, their intervals, the closed form.

    >>> from habitue.core.clv import BGNBD
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(float(model.expected_purchases(39, frequency=2, recency=30.43, T=38.86)), 3)
    1.226

`BGNBD.fit(frequency, recency, T)` and its siblings give a frozen model with its parameters, their
standard errors, its log-likelihood, its findings in words, and what it expects of customers.
"""

from habitue.core.clv.apart import Apart
from habitue.core.clv.backtest import BackTest, backtest
from habitue.core.clv.bg_nbd import BGNBD
from habitue.core.clv.choice import choose
from habitue.core.clv.closed_form import ClosedForm, Retention, geometric_retention
from habitue.core.clv.dependence import Dependence, SpendBand, SpendByBand, dependence
from habitue.core.clv.fitted import Evidence, Finding
from habitue.core.clv.forecast import Calendar, Forecaster
from habitue.core.clv.gamma_gamma import GammaGamma
from habitue.core.clv.intervals import Band, Intervals, intervals
from habitue.core.clv.mbg_nbd import MBGNBD
from habitue.core.clv.nbd import NBD, Poisson
from habitue.core.clv.occasions import Occasions
from habitue.core.clv.pareto_nbd import ParetoNBD
from habitue.core.clv.purchase import PurchaseModel
from habitue.core.clv.spend import ConstantSpend, SpendModel
from habitue.core.clv.summary import patterns, summary

__all__ = [
    "BGNBD",
    "MBGNBD",
    "NBD",
    "Apart",
    "BackTest",
    "Band",
    "Calendar",
    "ClosedForm",
    "ConstantSpend",
    "Dependence",
    "Evidence",
    "Finding",
    "Forecaster",
    "GammaGamma",
    "Intervals",
    "Occasions",
    "ParetoNBD",
    "Poisson",
    "PurchaseModel",
    "Retention",
    "SpendBand",
    "SpendByBand",
    "SpendModel",
    "backtest",
    "choose",
    "dependence",
    "geometric_retention",
    "intervals",
    "patterns",
    "summary",
]
