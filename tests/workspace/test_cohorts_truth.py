"""Cohorts of Online Retail II: the golden figures, and every cell again in plain pandas."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from habitue.schema import Ages, Grain, Measure, Per, Retention

pytestmark = [pytest.mark.data, pytest.mark.slow]
AS_OF = pd.Timestamp("2011-12-09")
FREQUENCY = {"week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
BLOCK = {"week": 7, "month": 30, "quarter": 91, "year": 365}
# Plain SQL from the file itself: customer known, exact copies dropped, price above zero.
PLAIN = """
WITH kept AS (SELECT DISTINCT * FROM read_parquet($file)
              WHERE "Customer ID" IS NOT NULL AND "Price" > 0)
SELECT "Invoice" AS document, "Customer ID"::BIGINT::VARCHAR AS customer, "InvoiceDate" AS moment,
       round("Quantity" * "Price", 4) AS amount,
       starts_with("Invoice", 'C') OR "Quantity" < 0 AS is_return
FROM kept
"""
# The standard rules are judged elsewhere: here only the lines they kept count.
KEPT = """
SELECT order_id AS document, customer_id AS customer, moment, amount::DOUBLE AS amount, is_return
FROM read_parquet($file) WHERE reason IS NULL AND customer_id IS NOT NULL
"""


@pytest.fixture(scope="module")
def moves(
    folder: Callable[[str], Path], online_retail: Path
) -> Callable[[str], tuple[pd.DataFrame, pd.DataFrame]]:
    """Orders and money of known customers, each with the customer's first day."""

    @cache
    def made(preset: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        file = online_retail
        if preset == "standard":
            (file,) = folder(preset).glob("snapshots/*/lines.parquet")
        sql = PLAIN if preset == "plain" else KEPT
        lines = duckdb.execute(sql, {"file": str(file)}).df()
        lines["customer"] = lines["customer"].astype(str)
        documents = (
            lines.groupby(["is_return", "document"])
            .agg(customer=("customer", "min"), at=("moment", "min"), amount=("amount", "sum"))
            .reset_index()
        )
        documents["on"] = documents["at"].dt.normalize()
        orders = documents[~documents["is_return"]].sort_values(["customer", "at", "document"])
        born = orders.groupby("customer")["on"].min().rename("born")
        both = documents.merge(born, on="customer")  # who never ordered is in no cohort
        orders = both[~both["is_return"]].sort_values(["customer", "at", "document"])
        return orders.assign(number=orders.groupby("customer").cumcount() + 1), both

    return made


def period(days: Any, grain: str) -> Any:
    return days.dt.to_period(FREQUENCY[grain])


def aged(rows: Any, grain: str, ages: str) -> Any:
    cohort = period(rows["born"], grain)
    if ages == "calendar":
        here = period(rows["on"], grain)
        age = [(a - b).n for a, b in zip(here, cohort, strict=True)]
    else:
        age = ((rows["on"] - rows["born"]).dt.days // BLOCK[grain]).tolist()
    return rows.assign(cohort=cohort, age=[max(one, 0) for one in age])


def is_over(members: Any, age: int, grain: str, ages: str) -> bool:
    """Whether the age is over for every member, looked at one by one."""
    if ages == "calendar":
        return all((one + age).end_time.normalize() <= AS_OF
                   for one in period(members, grain).unique())  # fmt: skip
    last_days = members + pd.to_timedelta(BLOCK[grain] * (age + 1) - 1, unit="D")
    return bool((last_days <= AS_OF).all())


@pytest.mark.parametrize("preset", ["standard", "plain"])
@pytest.mark.parametrize("ages", list(Ages))
@pytest.mark.parametrize("grain", list(Grain))
def test_every_cell_is_found_again(
    preset: str, grain: Grain, ages: Ages, shop: Any, moves: Any
) -> None:
    bought: Any
    moved: Any
    bought, moved = (aged(one, grain, ages) for one in moves(preset))
    sizes = bought.groupby("cohort")["customer"].nunique()
    born = bought.drop_duplicates("customer").groupby("cohort")["born"]
    money = moved.groupby(["cohort", "age"])["amount"].sum()
    basket = bought.groupby(["cohort", "age"])["amount"].sum()
    orders = bought.groupby(["cohort", "age"]).size()
    buyers = bought.groupby(["cohort", "age"])["customer"].nunique()
    last = bought.groupby(["cohort", "customer"])["age"].max().reset_index()
    second = bought[bought["number"] == 2]
    found = {how: shop(preset).cohorts(grain=grain, ages=ages, retention=how).to_pylist()
             for how in Retention}  # fmt: skip
    seen = set()
    for on, after, by in zip(*(found[how] for how in Retention), strict=True):
        cohort = pd.Period(on["cohort"], FREQUENCY[grain])
        at = (cohort, on["age"])
        seen.add(at)
        assert on["customers"] == sizes[cohort]
        assert on["active"] == on["buyers"] == buyers.get(at, 0)
        mine = last[last["cohort"] == cohort]
        assert after["active"] == (mine["age"] >= on["age"]).sum()
        early = second[(second["cohort"] == cohort) & (second["age"] <= on["age"])]
        assert by["active"] == len(early)
        assert on["orders"] == orders.get(at, 0)
        assert float(on["revenue"]) == pytest.approx(money.get(at, 0.0), abs=1e-6)
        assert float(on["basket"]) == pytest.approx(basket.get(at, 0.0), abs=1e-6)
        assert on["margin"] == pytest.approx(0.3 * money.get(at, 0.0), abs=1e-6)
        observed = is_over(born.get_group(cohort), on["age"], grain, ages)
        assert on["observed"] is observed
        assert (on["rate"] is None) is not observed
        if observed:
            assert on["rate"] == buyers.get(at, 0) / sizes[cohort]
    assert set(money.index) <= seen


# Each matched part of a refund out of the month it was made in, into that of its order.
BOOKED = """
WITH born AS (SELECT customer_id, min(ordered_on) AS day FROM read_parquet($orders)
              WHERE customer_id IS NOT NULL GROUP BY 1),
made AS (
  SELECT customer_id, ordered_on AS day, amount FROM (
    SELECT customer_id, ordered_on, COLUMNS('^amount_') FROM read_parquet($orders))
    UNPIVOT (amount FOR kind IN (COLUMNS('^amount_')))
  UNION ALL
  SELECT customer_id, returned_on, amount FROM (
    SELECT customer_id, returned_on, COLUMNS('^amount_') FROM read_parquet($returns))
    UNPIVOT (amount FOR kind IN (COLUMNS('^amount_')))
  UNION ALL
  SELECT m.customer_id, m.returned_on, m.returned FROM read_parquet($matches) m
  UNION ALL
  SELECT m.customer_id, o.ordered_on, -m.returned FROM read_parquet($matches) m
  JOIN read_parquet($orders) o USING (order_id)
)
SELECT date_trunc('month', b.day)::DATE AS cohort,
       greatest(date_diff('month', b.day, m.day), 0) AS age, sum(amount) AS revenue
FROM made m JOIN born b USING (customer_id) GROUP BY ALL
"""


@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_refunds_booked_at_their_orders_are_found_again_in_plain_sql(
    preset: str, shop: Any, folder: Callable[[str], Path]
) -> None:
    (place,) = folder(preset).glob("snapshots/*")
    names = ("orders", "returns", "matches")
    files = {name: str(place / f"{name}.parquet") for name in names}
    expected = {(row[0], row[1]): row[2] for row in duckdb.execute(BOOKED, files).fetchall()}
    found = {
        (row["cohort"], row["age"]): row["revenue"]
        for row in shop(preset).cohorts(refunds="at_order").to_pylist()
    }
    assert {at: amount for at, amount in found.items() if amount} == {
        at: amount for at, amount in expected.items() if amount
    }
    made = shop(preset).cohorts().to_pylist()
    assert sum(found.values()) == sum(row["revenue"] for row in made)
    assert any(found[row["cohort"], row["age"]] != row["revenue"] for row in made)


@pytest.mark.parametrize("preset", ["standard", "plain"])
def test_the_golden_figures(preset: str, shop: Any, shared: Path) -> None:
    golden = json.loads((shared / "golden" / "online_retail_II.json").read_text())[preset]
    for keep, name in ((True, "all_cohorts"), (False, "without_first_cohort")):
        rows = shop(preset).pooled(returns="exclude", keep_truncated=keep).to_pylist()
        pooled = {row["age"]: [row["active"], row["customers"]] for row in rows}
        for age, counts in golden[f"pooled_retention_{name}"].items():
            assert pooled[int(age)] == counts
    if "cohort_sizes" in golden:
        cells = shop(preset).cohorts().to_pylist()
        sizes = {f"{row['cohort']:%Y-%m}": row["customers"] for row in cells}
        assert sizes == golden["cohort_sizes"]


@pytest.mark.parametrize("mode", ["include", "exclude", "neutralise"])
@pytest.mark.parametrize("grain", list(Grain))
def test_cells_add_up_to_the_overview(mode: str, grain: Grain, shop: Any) -> None:
    desk = shop("standard")
    kpis = desk.kpis(returns=mode, anonymous=False)
    cells = desk.cohorts(returns=mode, grain=grain).to_pylist()
    total = sum(row["revenue"] for row in cells)
    assert float(total) == pytest.approx(kpis.baseline_clv.mean * kpis.baseline_clv.n, abs=0.01)
    assert sum(row["orders"] for row in cells) == kpis.orders
    # What stays outside: customers who only ever brought goods back.
    outside = kpis.revenue - total
    assert outside == 0 if mode != "include" else outside < 0


def test_ages_agree_with_the_overview_s(shop: Any) -> None:
    desk = shop("standard")
    ours = desk.pooled(returns="exclude")["revenue_per_customer"].to_pylist()
    theirs = [point.revenue_per_customer for point in desk.kpis(returns="exclude").by_age]
    assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("measure", list(Measure))
def test_every_reading_of_every_cell_from_its_counts(measure: Measure, shop: Any) -> None:
    """Each per, incremental and cumulated, from sums made by pandas."""
    cells = shop("standard").cohorts().to_pandas()
    for name in ("revenue", "basket"):
        cells[name] = cells[name].astype(float)
    summed = cells.groupby("cohort")[["revenue", "margin", "orders", "basket"]].cumsum()
    observed = cells[cells["observed"] & ~cells["truncated"]]
    pool = observed.groupby("age")[["customers", "active", "buyers", "revenue", "margin",
                                    "orders", "basket"]].sum()  # fmt: skip
    count = observed.groupby("age").size()
    for per in Per:
        for cumulative in (False, True):
            table = shop("standard").cohort_table(measure=measure, per=per, cumulative=cumulative)
            got = table.cells["value"].to_pandas()
            mean = table.average.to_pandas().set_index("age")["value"]
            source = summed if cumulative else cells
            if measure is Measure.RETENTION:
                want, pooled = cells["rate"], pool["active"] / pool["customers"]
            elif measure is Measure.CUSTOMERS:
                want, pooled = cells["active"].astype(float), pool["active"] / count
            elif measure is Measure.AOV:
                want = source["basket"] / source["orders"]
                sums = pool.cumsum() if cumulative else pool
                pooled = sums["basket"] / sums["orders"]
            else:
                head = "customers" if cumulative else "buyers"
                below = {Per.COHORT: 1, Per.CUSTOMER: cells["customers"],
                         Per.BUYER: cells[head]}[per]  # fmt: skip
                # Without a cost given, what is contributed is the margin.
                name = "margin" if measure is Measure.CONTRIBUTION else measure.value
                want = (source[name] / below).astype(float)
                divisor = {Per.COHORT: count, Per.CUSTOMER: pool["customers"],
                           Per.BUYER: pool[head]}[per]  # fmt: skip
                each = pool[name] / divisor
                pooled = each.cumsum() if cumulative else each
            want = want.where(want.abs() != float("inf"))
            pd.testing.assert_series_equal(got, want, check_names=False, rtol=1e-9)
            pd.testing.assert_series_equal(mean, pooled, check_names=False, rtol=1e-9)
            middle = table.average.to_pandas().set_index("age")["median"]
            of_each = want[observed.index].groupby(observed["age"]).median()
            pd.testing.assert_series_equal(middle, of_each, check_names=False, rtol=1e-9)
