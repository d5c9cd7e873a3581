"""The package as somebody meets it in a notebook."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import habitue
from habitue.core.scenario.plan import Plan
from habitue.errors import RequestError, SourceError


def test_names_are_there_to_complete() -> None:
    assert set(habitue.__all__) <= set(dir(habitue))


def test_a_shop_says_which_it_is(tmp_path: Path) -> None:
    shop = habitue.demo(tmp_path / "shop", lines=2_000, seed=1)
    told, facts = repr(shop), shop.shop()
    assert facts.snapshot in told
    assert f"{facts.lines:,} lines" in told
    assert f"{facts.first_day} to {facts.last_day}" in told


def test_a_word_beside_filters_prevails(tmp_path: Path) -> None:
    shop = habitue.demo(tmp_path / "shop", lines=2_000, seed=1)
    wanted = shop.kpis(returns="exclude")
    assert wanted.revenue != shop.kpis().revenue
    assert shop.kpis(habitue.Filters(), returns="exclude") == wanted
    words: Any = {"returns": "exclude"}
    assert shop.kpis(words) == wanted
    with pytest.raises(RequestError, match="country"):
        shop.kpis(habitue.Filters(), country="France")
    one, day = shop.customers()["customer_id"][0].as_py(), shop.cohorts()["cohort"][0].as_py()
    assert shop.customer(one).customer_id == one
    text: Any = day.isoformat()
    assert shop.cell_customers(cohort=text, age=0) == shop.cell_customers(cohort=day, age=0)


def test_an_error_travels_between_processes() -> None:
    error = RequestError("not_a_date", name="as_of", value=dt.date(2011, 1, 1))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (RequestError, str(error))


def test_one_path_is_a_list_of_one(tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(
        "order_id,customer_id,date,quantity,unit_price\n1,a,2024-01-31,1,2\n2,b,2024-02-28,1,3\n"
    )
    one, listed = habitue.check(str(file))[0], habitue.check([file])[0]
    assert one == listed == habitue.check(file)[0]
    assert one.kept.lines == 2


def test_a_table_in_memory_is_no_source() -> None:
    table: Any = pa.table({"order_id": ["1"]})
    for sources in (table, [table]):
        with pytest.raises(SourceError, match="Parquet"):
            habitue.check(sources)


def test_filters_are_read_from_words_wherever_they_are_made() -> None:
    words: dict[str, Any] = {
        "returns": "exclude", "as_of": "2011-01-01", "countries": "France", "kinds": "product",
        "min_order": "12.50", "margin_rate": "30%", "grain": "quarter",
    }  # fmt: skip
    made = habitue.Filters(**words)
    assert made == habitue.Filters.of(**words)
    assert (made.countries, made.as_of) == (("France",), dt.date(2011, 1, 1))
    unknown: Any = "ignore"
    with pytest.raises(RequestError, match="ignore"):
        habitue.Filters(returns=unknown)


def test_words_do_for_a_segment_a_plan_and_a_horizon(tmp_path: Path) -> None:
    shop = habitue.demo(tmp_path / "shop", lines=2_000, seed=1)
    assert shop.rfm(segments="Champions") == shop.rfm(segments=["Champions"])
    assert shop.rfm(segments="Champions").num_rows < shop.rfm().num_rows
    told = {"horizon_months": 6, "levers": {"retention": "+5%"}}
    assert shop.scenario(told).plan == Plan.of(told, "test")
    for months in ("x", 2.5, 0, 13):
        wrong: Any = months
        with pytest.raises(RequestError, match=str(months)):
            shop.forecast(months=wrong)
    with pytest.raises(RequestError, match="foo"):
        shop.scenario({"cohorts": ["foo"]})
    month = shop.cohort_months()[0]
    assert shop.scenario({"cohorts": [f"{month:%Y-%m}"]}).plan == Plan(cohorts=(month,))


@pytest.mark.parametrize("lever", ["retention", "frequency", "discount", "margin", "annual_rate"])
def test_a_bare_number_above_one_is_not_taken_for_a_percentage(lever: str) -> None:
    with pytest.raises(RequestError, match="5"):
        Plan.of({"levers": {lever: 5}}, "test")
