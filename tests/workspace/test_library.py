"""The package as somebody meets it in a notebook."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import habitue
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
