"""Scores of a million customers, and the pages of their list; beside pandas and openretailscience.

    uv run python benchmarks/segments.py [--customers 1000000] [--peer PYTHON]

`--peer` is the interpreter of an environment that holds openretailscience, which asks for an
older DuckDB than ours. Every side starts from the same Parquet file of orders. Run it on a quiet
machine; what counts is the ratio.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from habitue.core.view import Facts
from habitue.results import Check, Shop
from habitue.schema import Filters, Kind
from habitue.workspace import Workspace
from habitue.workspace.engine import Local

AS_OF = dt.date(2011, 12, 9)
AMOUNTS = ", ".join(
    f"({'paid' if kind is Kind.PRODUCT else '0'})::DECIMAL(18, 4) AS amount_{kind.value}, "
    f"{int(kind is Kind.PRODUCT)}::BIGINT AS lines_{kind.value}"
    for kind in Kind
)
ORDERS = f"""
SELECT setseed(0.5);
CREATE TABLE orders AS
SELECT lpad(i::VARCHAR, 9, '0') AS order_id, lpad(customer::VARCHAR, 7, '0') AS customer_id,
       (DATE '2011-12-09' - day)::TIMESTAMP AS ordered_at, DATE '2011-12-09' - day AS ordered_on,
       'France' AS country, NULL::VARCHAR AS channel, 1::DECIMAL(18, 4) AS units,
       1::BIGINT AS lines, NULL::DECIMAL(18, 4) AS cost, {AMOUNTS}
FROM (
    SELECT i, CASE WHEN i < n THEN i ELSE floor(n * random() ^ 2)::BIGINT END AS customer,
           floor(730 * random() ^ 1.5)::INTEGER AS day, round(exp(3 + random() * 4), 2) AS paid
    FROM (SELECT range AS i, CUSTOMERS AS n FROM range(3 * CUSTOMERS))
);
CREATE TABLE returns AS
SELECT 'C' || order_id AS order_id, customer_id, ordered_at AS returned_at,
       ordered_on AS returned_on, country, units, lines, cost, COLUMNS('amount_'),
       COLUMNS('lines_') FROM orders WHERE order_id::BIGINT % 12 = 0;
CREATE TABLE matches AS
SELECT order_id, customer_id, order_id AS return_id, ordered_on AS returned_on, 'product' AS kind,
       units AS quantity, amount_product AS amount, amount_product AS returned,
       1::BIGINT AS return_lines FROM orders LIMIT 0;
CREATE TABLE customers AS
SELECT customer_id, min(ordered_at) AS acquired_at, min(ordered_on) AS acquired_on,
       arg_min(order_id, (ordered_at, order_id)) AS first_order_id, 'France' AS country,
       NULL::VARCHAR AS channel, NULL::VARCHAR AS product, NULL::VARCHAR AS category
FROM orders GROUP BY customer_id;
"""
PANDAS = """
import sys, time, pandas as pd
start = time.perf_counter()
orders = pd.read_parquet(sys.argv[1], columns=["customer_id", "order_id", "ordered_on", "paid"])
read = time.perf_counter()
rfm = orders.groupby("customer_id").agg(
    recency=("ordered_on", "max"), frequency=("order_id", "nunique"), monetary=("paid", "sum"))
rfm["recency"] = (pd.Timestamp("2011-12-10") - pd.to_datetime(rfm["recency"])).dt.days
rfm["r"] = pd.qcut(rfm["recency"], 5, labels=[5, 4, 3, 2, 1])
rfm["f"] = pd.qcut(rfm["frequency"].rank(method="first"), 5, labels=[1, 2, 3, 4, 5])
rfm["m"] = pd.qcut(rfm["monetary"], 5, labels=[1, 2, 3, 4, 5])
end = time.perf_counter()
print(f"pandas: read {read - start:.2f} s, score {end - read:.2f} s")
"""
PEER = """
import sys, time, datetime as dt, ibis
from openretailscience.segmentation.rfm import RFMSegmentation
orders = ibis.duckdb.connect().read_parquet(sys.argv[1]).select(
    "customer_id", transaction_id="order_id", transaction_date="ordered_on", unit_spend="paid")
orders = orders.cache()
start = time.perf_counter()
RFMSegmentation(orders, current_date=dt.date(2011, 12, 10), r_segments=5, f_segments=5,
                m_segments=5).table.cache().count().execute()
print(f"openretailscience: score {time.perf_counter() - start:.2f} s")
"""


def shop_on(folder: Path, customers: int) -> Workspace:
    """Write the tables of a store by hand, and open a workspace on them."""
    with duckdb.connect() as writer:
        for statement in ORDERS.replace("CUSTOMERS", str(customers)).split(";")[:-1]:
            writer.execute(statement)
        files = {}
        for name in Facts._fields:
            files[name] = folder / f"{name}.parquet"
            writer.execute(f"COPY {name} TO '{files[name]}'")
        writer.execute(
            f"COPY (SELECT customer_id, order_id, ordered_on, amount_product::DOUBLE AS paid "
            f"FROM orders) TO '{folder / 'peer.parquet'}'"
        )
    engine = Local(files, in_memory_bytes=10**12)
    shop = Shop(
        snapshot="benchmark", sources=(), preset="standard", currency="EUR",
        first_day=AS_OF - dt.timedelta(days=729), last_day=AS_OF, lines=3 * customers,
        countries=(("France", 3 * customers),), kinds=("product",), has_cost=False,
        has_anonymous=False, wholesale_factor=3.0,
    )  # fmt: skip
    nothing = Check(raw={}, excluded=(), kept={}, with_customer={}, no_customer={}, warnings=())
    return Workspace(engine, Facts(*(engine.table(name) for name in Facts._fields)), shop, nothing)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--customers", type=int, default=1_000_000)
    asked.add_argument("--peer", help="interpreter with openretailscience")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shop = shop_on(folder, told.customers)
        filters = shop.settle(Filters())

        start = time.perf_counter()
        shop._look(filters)  # noqa: SLF001 - timed apart from what is measured
        print(f"the view every screen shares: {time.perf_counter() - start:.2f} s")

        start = time.perf_counter()
        ask = shop._segment_ask(filters, "table", None, {})  # noqa: SLF001 - scores alone
        scored = shop._scored(ask)  # noqa: SLF001 - scores alone
        print(f"ours: score {time.perf_counter() - start:.2f} s, {scored.customers} customers")

        start = time.perf_counter()
        shop.segments(filters)
        print(f"segments, a second date scored for priority: {time.perf_counter() - start:.2f} s")
        start = time.perf_counter()
        shop.segments(filters, rules="grid")
        print(f"another rule set: {1000 * (time.perf_counter() - start):.0f} ms")

        waits = []
        for sort in ("monetary", "customer_id", "frequency", "recency_days"):
            for offset in (0, 50, told.customers // 2):
                for search in ("", "1234"):
                    start = time.perf_counter()
                    shop.rfm_page(filters, sort=sort, offset=offset, search=search)
                    waits.append(1000 * (time.perf_counter() - start))
        p95 = statistics.quantiles(waits, n=20)[-1]
        print(f"a page: median {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms")

        for code, python in ((PANDAS, sys.executable), (PEER, told.peer)):
            if python:
                subprocess.run([python, "-c", code, str(folder / "peer.parquet")], check=True)


if __name__ == "__main__":
    main()
