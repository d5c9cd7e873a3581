"""Online Retail II gives the published figures, through ingest, store and questions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.truth.arithmetic import UNIT, Judged, Ledger, tally

from habitue.data.store import Store
from habitue.schema import CENT, Preset
from habitue.workspace import Workspace, check

pytestmark = pytest.mark.data
PRESETS = [preset.value for preset in Preset]


@pytest.fixture(scope="session")
def golden(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (shared / "golden" / "online_retail_II.json").read_text(), parse_float=Decimal
    )
    return found


def _cents(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.quantize(CENT) if isinstance(value, Decimal) else value
        for name, value in figures.items()
    }


def test_raw_lines_are_the_published_ones(
    golden: dict[str, Any], shops: Callable[[str], Workspace]
) -> None:
    raw = _cents(shops("standard").check().raw)
    expected = {name: golden["raw"][name] for name in raw}
    assert raw == expected


@pytest.mark.parametrize("preset", PRESETS)
def test_kept_lines_are_the_published_ones(
    preset: str, golden: dict[str, Any], shops: Callable[[str], Workspace]
) -> None:
    quality = shops(preset).check()
    kept, known = _cents(quality.kept), _cents(quality.with_customer)
    nobody = _cents(quality.no_customer)
    kept |= {"net": kept["amount"], "no_customer_lines": nobody["lines"]}
    kept |= {"no_customer_net": nobody["amount"]}
    known |= {"net": known["amount"]}
    expected = golden[preset]["kept"]
    assert {name: kept[name] for name in expected} == expected
    expected = golden[preset].get("with_customer", {})
    assert {name: known[name] for name in expected} == expected


def test_exclusions_are_the_published_ones(
    golden: dict[str, Any], shops: Callable[[str], Workspace]
) -> None:
    found = {
        reason: [lines, amount.quantize(CENT)]
        for reason, lines, amount in shops("standard").check().excluded
    }
    assert found == golden["standard"]["excluded"]


@pytest.mark.parametrize("preset", PRESETS)
def test_waterfall_closes_and_is_found_again(
    preset: str,
    shops: Callable[[str], Workspace],
    judgements: Callable[[str], list[Judged]],
) -> None:
    quality = shops(preset).check()
    excluded = {reason: (lines, amount) for reason, lines, amount in quality.excluded}
    assert quality.raw["lines"] == quality.kept["lines"] + sum(n for n, _ in excluded.values())
    assert quality.raw["amount"] == quality.kept["amount"] + sum(
        (amount for _, amount in excluded.values()), Decimal(0)
    )
    expected = tally(judgements(preset))
    for name, figures in (
        ("raw", quality.raw), ("kept", quality.kept), ("with_customer", quality.with_customer),
    ):  # fmt: skip
        same = expected[name].keys() & figures.keys()
        assert {"lines", "amount", "orders", "customers"} <= same
        for figure in same:
            unit = UNIT if figure in {"amount", "gross", "returns"} else 1
            assert figures[figure] * unit == expected[name][figure], (name, figure)
    reasons = expected.keys() - {"raw", "kept", "with_customer"}
    assert excluded.keys() == reasons
    for reason in reasons:
        lines, amount = excluded[reason]
        assert lines == expected[reason]["lines"]
        assert amount * UNIT == expected[reason]["amount"]


@pytest.mark.parametrize("preset", PRESETS)
def test_north_star_is_the_published_one(
    preset: str, golden: dict[str, Any], shops: Callable[[str], Workspace]
) -> None:
    star = shops(preset).kpis(returns="exclude").north_star
    expected = golden[preset]["north_star_returns_excluded"]
    assert star.n == expected["n"]
    assert round(Decimal(star.value or 0), 2) == expected["value"]
    assert round(Decimal(star.median or 0), 2) == expected["median"]


def test_cohort_sizes_are_the_published_ones(
    golden: dict[str, Any], stores: Callable[[str], Path], ledgers: Callable[[str], Ledger]
) -> None:
    store = Store(stores("plain"))
    customers = pq.read_table(store.table(store.current().id, "customers"))
    sizes = Counter(f"{day:%Y-%m}" for day in customers["acquired_on"].to_pylist())
    assert sizes == golden["plain"]["cohort_sizes"]
    firsts = ledgers("plain").first
    found = zip(*(customers[name].to_pylist() for name in
                  ("customer_id", "acquired_at", "first_order_id")), strict=True)  # fmt: skip
    assert sorted(found) == sorted(
        (who, order.moment, order.order_id) for who, order in firsts.items()
    )


def test_check_counts_what_ingest_counts(
    online_retail: Path, shops: Callable[[str], Workspace]
) -> None:
    fall, loaded = check([online_retail])
    quality = shops("standard").check()
    assert loaded.rows == quality.raw["lines"]
    assert fall.kept.amount == quality.kept["amount"]
    assert [(one.reason, one.lines, one.amount) for one in fall.excluded] == list(quality.excluded)
