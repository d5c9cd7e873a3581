"""A sample shop looks like a business, and its customers follow the process it claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest

from habitue.data.samples import START, SampleShop, make_shop
from habitue.data.samples.purchases import MODELS, CustomerModel
from habitue.data.samples.rhythm import Rhythm

LINES = 300_000


@pytest.fixture(scope="module")
def shop() -> SampleShop:
    return make_shop(LINES, seed=5)


@pytest.fixture(scope="module")
def sql(shop: SampleShop) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.register("file", shop.table())
        connection.register("truth", shop.truth.customers)
        connection.execute(
            """
            CREATE TABLE orders AS
            SELECT Invoice, any_value("Customer ID") AS customer, any_value(Country) AS country,
                min(InvoiceDate) AS moment, count(*) AS lines, sum(Quantity * Price) AS basket
            FROM (SELECT DISTINCT ON (Invoice, StockCode, Quantity) * FROM file)
            WHERE Quantity > 0 AND Price > 0
            GROUP BY Invoice
            """
        )
        yield connection


def _numbers(sql: duckdb.DuckDBPyConnection, query: str) -> list[float]:
    return [float(value) for value in sql.sql(query).fetchall()[0]]


def test_autumn_is_the_peak_and_weekends_are_quiet(sql: duckdb.DuckDBPyConnection) -> None:
    winter, autumn = _numbers(
        sql,
        """
        SELECT count(*) FILTER (month(moment) IN (1, 2)) / 4,
            count(*) FILTER (month(moment) IN (10, 11)) / 4
        FROM orders WHERE moment BETWEEN '2024-01-01' AND '2025-12-01'
        """,
    )
    assert 1.5 < autumn / winter < 2.6
    saturday, sunday, weekday = _numbers(
        sql,
        """
        SELECT count(*) FILTER (isodow(moment) = 6), count(*) FILTER (isodow(moment) = 7),
            count(*) FILTER (isodow(moment) < 6) / 5 FROM orders
        """,
    )
    assert saturday < 0.45 * weekday
    assert sunday < 0.8 * weekday


def test_the_shop_keeps_business_hours(sql: duckdb.DuckDBPyConnection) -> None:
    first, last, noon = _numbers(
        sql,
        """
        SELECT min(hour(InvoiceDate)), max(hour(InvoiceDate)),
            avg((hour(InvoiceDate) BETWEEN 10 AND 15)::INT) FROM file
        """,
    )
    assert (first, last) == (7, 20)
    assert noon > 0.7
    assert _numbers(
        sql, "SELECT count(*) FROM file WHERE strftime(InvoiceDate, '%d%m') = '2512'"
    ) == [0]


def test_wholesalers_are_few_and_weigh_a_third(sql: duckdb.DuckDBPyConnection) -> None:
    customers, revenue = _numbers(
        sql,
        """
        SELECT avg((type = 'wholesale')::INT), sum(gross) FILTER (type = 'wholesale') / sum(gross)
        FROM truth
        """,
    )
    assert 0.03 < customers < 0.09
    assert 0.25 < revenue < 0.5
    found, false = _numbers(
        sql,
        """
        WITH means AS (SELECT customer, avg(basket) AS mean FROM orders GROUP BY ALL),
        cut AS (SELECT 3 * median(basket) AS line FROM orders WHERE customer IS NOT NULL)
        SELECT avg((mean >= line)::INT) FILTER (type = 'wholesale'),
            avg((mean >= line)::INT) FILTER (type = 'retail')
        FROM means, cut, truth WHERE customer::VARCHAR = customer_id
        """,
    )
    assert found > 0.7, "the rule of the product finds them by their baskets"
    assert false < 0.05


def test_a_fifth_to_a_third_come_back_each_month(sql: duckdb.DuckDBPyConnection) -> None:
    rates = _numbers(
        sql,
        """
        WITH seen AS (SELECT DISTINCT customer, date_trunc('month', moment) AS month FROM orders
            WHERE customer IS NOT NULL),
        born AS (SELECT customer, min(month) AS cohort FROM seen GROUP BY ALL),
        ages AS (SELECT cohort, datediff('month', cohort, month) AS age FROM seen
            JOIN born USING (customer) WHERE cohort > '2023-12-01'),
        pooled AS (SELECT k, count(*) FILTER (age = k) / count(*) FILTER (age = 0) AS rate
            FROM ages, (SELECT unnest([1, 3, 6, 12]) AS k)
            WHERE cohort + to_months(k::INT) <= '2025-11-01' GROUP BY k)
        SELECT list(rate ORDER BY k)[1], list(rate ORDER BY k)[2], list(rate ORDER BY k)[3],
            list(rate ORDER BY k)[4] FROM pooled
        """,
    )
    assert all(0.15 < rate < 0.37 for rate in rates)
    assert rates[0] > rates[-1]


def test_shape_of_the_file(sql: duckdb.DuckDBPyConnection) -> None:
    per_order, anonymous, returned, home, countries = _numbers(
        sql,
        """
        SELECT (SELECT avg(lines) FROM orders WHERE customer IS NOT NULL),
            avg(("Customer ID" IS NULL)::INT), avg((Invoice LIKE 'C%')::INT),
            (SELECT avg((country = 'France')::INT) FROM orders), count(DISTINCT Country) FROM file
        """,
    )
    assert 17 < per_order < 27
    assert 0.2 < anonymous < 0.26
    assert 0.01 < returned < 0.03
    assert 0.72 < home < 0.88
    assert countries > 30
    first = sql.sql("SELECT country FROM orders GROUP BY ALL ORDER BY count(*) DESC LIMIT 3")
    assert first.fetchall() == [("France",), ("Belgium",), ("Germany",)]


def test_acquisition_varies_by_month(sql: duckdb.DuckDBPyConnection) -> None:
    low, high = _numbers(
        sql,
        """
        SELECT min(n), max(n) FROM (SELECT count(*) AS n FROM truth
            WHERE acquired_at BETWEEN '2023-12-01' AND '2025-12-01'
            GROUP BY date_trunc('month', acquired_at))
        """,
    )
    assert high > 1.8 * low


def test_customers_buy_at_the_rate_they_were_drawn_with(shop: SampleShop) -> None:
    rhythm = Rhythm(START, (shop.end - START).days + 1)
    truth = shop.truth.customers.to_pandas()
    new = truth[truth.acquired_at >= np.datetime64(START)]

    def busy(moments: object) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        days = np.asarray(moments, "datetime64[s]") - np.datetime64(START, "s")
        return rhythm.busy(days.astype(float) / 86_400)

    close = np.datetime64(shop.end + dt.timedelta(days=1), "s")
    expected = (
        new.rate_per_day * (busy(new.dropped_at.fillna(close)) - busy(new.acquired_at))
    ).sum()
    repeats = (new.orders - 1).sum()
    assert repeats > 2_000
    assert abs(repeats - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("model", MODELS, ids=[model.name for model in MODELS])
def test_customers_are_drawn_from_the_stated_law(shop: SampleShop, model: CustomerModel) -> None:
    truth = shop.truth.customers.to_pandas()
    new = truth[(truth.acquired_at >= np.datetime64(START)) & (truth.type == model.name)]
    mean, shape = model.r / model.alpha, model.r
    error = mean / np.sqrt(shape * len(new))
    assert abs(new.rate_per_day.mean() - mean) < 4 * error
    # Baskets are made of whole packs of real products: near what was meant, not equal to it.
    meant = (truth.mean_basket * truth.orders)[truth.type == model.name].sum()
    gross = float(truth.gross[truth.type == model.name].sum())
    assert abs(gross / meant - 1) < 0.12
