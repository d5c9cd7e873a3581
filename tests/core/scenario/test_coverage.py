"""How often intervals hold the truth where it is known, each shop apart from the others."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from tests.core.scenario.made_up import HORIZONS, MOVERS, held

from habitue.texts import LANGS, text

SHOPS = 40


@pytest.mark.slow
def test_intervals_hold_the_truth_of_made_up_shops_as_the_handbook_prints() -> None:
    printed = (Path(__file__).parents[3] / "docs" / "backtest.md").read_text("utf-8")
    rows = {
        row[0]: [int(share) for share in row[1].split("% |")[:-1]]
        for row in re.findall(r"^\| (\w+) \|((?: \d+% \|){4}).*$", printed, re.MULTILINE)
    }
    assert list(rows) == list(MOVERS)
    found = {mover: held(mover, SHOPS) for mover in MOVERS}
    for mover, one in found.items():
        # A shop more or less, since another numpy may draw others.
        assert 100 * one.inside.mean(axis=0) == pytest.approx(rows[mover], abs=2.6), mover
        assert (one.inside.mean(axis=0) >= 0.85).all(), mover
    # Where nothing moves the months the prior is all there is; where something does, the spread
    # that the interval stands for is the one that is seen, within a quarter.
    for mover in ("lasting", "drifting"):
        one = found[mover]
        seen = np.sqrt((one.missed**2).mean(axis=0))
        assert one.spread.shape == (SHOPS, len(HORIZONS))
        assert (one.spread.mean(axis=0) > 0.75 * seen).all(), mover
    shares = [share for row in rows.values() for share in row]
    for lang in LANGS:
        said = re.findall(r"\d+", text("scenarios.trust_inside", lang).split(":")[-1])
        assert {str(min(shares)), str(max(shares))} <= set(said)
