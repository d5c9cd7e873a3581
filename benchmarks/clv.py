"""Fit, predict and simulate beside lifetimes, in the same run, on the same customers.

    python benchmarks/clv.py [customers]

Peers fit on every row: lifetimes is timed on as many customers, unless there are more than
200,000, and pymc-marketing (its MAP fit, compilation included), which is no dependency, on at
most 100,000 where it is installed. To have it beside, in an environment to throw away:

    uv venv peers
    uv pip install --python peers -e . lifetimes pymc-marketing
    peers/bin/python benchmarks/clv.py 100_000
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from habitue.core.clv import BGNBD, MBGNBD, NBD, GammaGamma, ParetoNBD, intervals

Answer = TypeVar("Answer")
Array = NDArray[np.float64]
PEERS = {
    "bgnbd": "BetaGeoFitter",
    "mbgnbd": "ModifiedBetaGeoFitter",
    "paretonbd": "ParetoNBDFitter",
}
PEER_AT_MOST = 200_000
PYMC_AT_MOST = 100_000


def timed(what: str, run: Callable[..., Answer], *args: Any, **options: Any) -> Answer:
    start, busy = time.perf_counter(), time.process_time()
    answer = run(*args, **options)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{what:<44}{took:9.3f} s{busy:9.3f} s of processor", flush=True)
    return answer


def main(customers: int) -> None:
    random = np.random.default_rng(0)
    age = random.integers(30, 730, customers).astype(np.float64)
    x, t = BGNBD(r=0.66, alpha=63, a=0.3, b=2.4).simulate(age, seed=1)
    t = np.where(x > 0, np.clip(np.round(t), 1, age), 0)  # whole days, as orders have
    x = np.minimum(x, t)
    rate = random.gamma(3.7, 1 / 15, customers)
    z = np.where(x > 0, random.gamma(6.2 * np.maximum(x, 1)) / rate / np.maximum(x, 1), 0)
    print(f"{customers:,} customers, up to {x.max():.0f} repeats")
    spend = timed("Gamma-Gamma fit", GammaGamma.fit, x, z)
    for model in (NBD, BGNBD, MBGNBD, ParetoNBD):
        fitted = timed(f"{model.title} fit", model.fit, x, t, age)
        timed("  expected orders, 12 months", fitted.expected_purchases, 365, x, t, age)
        timed("  CLV, 12 months, discounted by month", clv, fitted, spend, (x, t, age), z)
        timed("  P(order in 90 days)", fitted.p_purchase_within, 90, x, t, age)
        timed("  residual value", fitted.residual_value, 0.1, x, t, age)
        few = [column[:6000] for column in (x, t, age)]
        asked = {"horizon_days": 365, "seed": 1, "spend": spend, "monetary_value": z[:6000]}
        timed("  intervals of 6,000 customers, with spend", intervals, fitted, *few, **asked)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GB")
    beside_lifetimes(*(column[:PEER_AT_MOST] for column in (x, t, age)))
    beside_pymc(*(column[:PYMC_AT_MOST] for column in (x, t, age, z)))


def clv(model: Any, spend: GammaGamma, history: tuple[Array, ...], z: Array) -> Array:
    return model.discounted_purchases(365, 0.1, *history) * spend.expected_spend(history[0], z)


def beside_lifetimes(x: Array, t: Array, age: Array) -> None:
    warnings.simplefilter("ignore")
    import lifetimes  # noqa: PLC0415 - warns on import

    print(f"lifetimes {lifetimes.__version__} and ours, {x.size:,} customers")
    for model in (BGNBD, MBGNBD, ParetoNBD):
        timed(f"{model.title} fit, ours", model.fit, x, t, age)
        theirs = getattr(lifetimes, PEERS[model.key])()
        try:
            timed(f"{model.title} fit, lifetimes", theirs.fit, x, t, age)
        except lifetimes.utils.ConvergenceError:
            print(f"{model.title} fit, lifetimes: did not converge")
            continue
        year = theirs.conditional_expected_number_of_purchases_up_to_time
        timed(f"{model.title} 12 months, lifetimes", year, 365, x, t, age)


def beside_pymc(x: Array, t: Array, age: Array, z: Array) -> None:
    try:
        import pymc_marketing  # noqa: PLC0415 - not a dependency: timed where installed
        from pymc_marketing import clv as peer  # noqa: PLC0415
    except ImportError:
        print("pymc-marketing is not installed here")
        return
    import pandas as pd  # noqa: PLC0415 - only where the peer is timed

    warnings.simplefilter("ignore")
    columns = {"customer_id": np.arange(x.size), "frequency": x, "recency": t, "T": age}
    data = pd.DataFrame(columns | {"monetary_value": z})
    print(f"pymc-marketing {pymc_marketing.__version__} and ours, {x.size:,} customers")
    for model, kind in ((BGNBD, peer.BetaGeoModel), (MBGNBD, peer.ModifiedBetaGeoModel),
                        (ParetoNBD, peer.ParetoNBDModel)):  # fmt: skip
        ours = timed(f"{model.title} fit, ours", model.fit, x, t, age)
        theirs = kind(data=data)
        timed(f"{model.title} fit, pymc-marketing MAP", theirs.fit, method="map", progressbar=False)
        year = theirs.expected_purchases(data=data, future_t=365).to_numpy().sum()
        said = ours.expected_purchases(365, x, t, age).sum()
        print(f"  orders of the next year, all customers: ours {said:,.0f}, theirs {year:,.0f}")
        print(f"  ours {rounded(ours.params)}, theirs {rounded(parameters(theirs))}")
    ours = timed("Gamma-Gamma fit, ours", GammaGamma.fit, x, z)
    theirs = peer.GammaGammaModel(data=data[data.frequency > 0])
    timed("Gamma-Gamma fit, pymc-marketing MAP", theirs.fit, method="map", progressbar=False)
    print(f"  ours {rounded(ours.params)}, theirs {rounded(parameters(theirs))}")


def parameters(model: Any) -> dict[str, float]:
    return {name: float(values.mean()) for name, values in model.fit_result.data_vars.items()}


def rounded(params: dict[str, float]) -> dict[str, float]:
    return {name: float(f"{value:.4g}") for name, value in params.items()}


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000)
