"""A table where it lives answers exactly as a store made of the same lines."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import ibis
import pyarrow as pa
import pytest
from tests.contracts.conftest import SOCKETS
from tests.engines.conftest import TABLE
from tests.engines.servers import Postgres

from habitue import Workspace, open_engine
from habitue.data.mapping import Mapping
from habitue.errors import (
    ContentError,
    EngineError,
    HabitueError,
    MappingError,
    MissingExtraError,
    SourceError,
)
from habitue.schema import Filters

ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"returns": "exclude", "grain": "week", "anonymous": False},
    {"returns": "neutralise", "customer_type": "wholesale", "kinds": ["product"]},
    {"start": "2024-03-01", "end": "2025-02-28", "grain": "quarter", "min_order": "100"},
)


@contextmanager
def opened(url: str, table: str = TABLE, **how: Any) -> Iterator[Workspace]:
    workspace = open_engine(url, table=table, **how)
    try:
        yield workspace
    finally:
        workspace._engine.close()  # type: ignore[attr-defined]  # a store's engine has no such method


def assert_answers_as(workspace: Workspace, store: Workspace) -> None:
    for words in ASKED:
        filters = Filters.of(**words)
        there, here = workspace.overview(filters), store.overview(filters)
        assert there.kpis == here.kpis
        assert there.by_period.equals(here.by_period)
        assert there.north_star_by_cohort.equals(here.north_star_by_cohort)
        assert there.returns.equals(here.returns)
    assert workspace.check() == store.check()
    left, right = workspace.shop(), store.shop()
    for name in ("preset", "currency", "first_day", "last_day", "lines", "countries", "kinds",
                 "has_cost", "has_anonymous", "wholesale_factor"):  # fmt: skip
        assert getattr(left, name) == getattr(right, name), name


def test_duckdb_answers_as_the_store_and_its_file_is_untouched(
    duckdb_file: Path, store: Workspace
) -> None:
    before = duckdb_file.read_bytes()
    with opened(f"duckdb://{duckdb_file}", order_by=["line_no"]) as workspace:
        assert_answers_as(workspace, store)
        assert workspace.shop().sources == (f"duckdb://shop.db#{TABLE}",)
    assert duckdb_file.read_bytes() == before


@pytest.mark.engine
def test_postgres_answers_as_the_store_to_one_who_may_only_read(
    postgres: Postgres, store: Workspace
) -> None:
    before = _relations(postgres)
    with opened(postgres.url(user="reader"), order_by=["line_no"]) as workspace:
        assert_answers_as(workspace, store)
    assert _relations(postgres) == before


@pytest.mark.engine
@SOCKETS
def test_spark_answers_as_the_store(spark: str, store: Workspace) -> None:
    with opened(spark, "shop_lines", order_by=["line_no"]) as workspace:
        filters = Filters.of(returns="neutralise")
        there, here = workspace.overview(filters), store.overview(filters)
        assert there.kpis == here.kpis
        assert there.by_period.equals(here.by_period)
        assert workspace.check() == store.check()
        assert workspace.shop().sources == ("spark://#shop_lines",)


@pytest.mark.engine
def test_a_schema_is_written_once_and_answers_the_same(
    postgres: Postgres, store: Workspace
) -> None:
    public = _relations(postgres, "public")
    for _opening in range(2):
        with opened(postgres.url(), order_by=["line_no"], schema="derived") as workspace:
            mark = workspace.shop().snapshot
            assert_answers_as(workspace, store)
        assert _relations(postgres, "derived") == sorted(
            f"habitue_{mark}_{name}" for name in ("orders", "returns", "matches", "customers")
        )
    assert _relations(postgres, "public") == public
    ((orders,),) = postgres.sql(f'SELECT count(*) FROM derived."habitue_{mark}_orders"')
    assert orders == store.check().kept["orders"]


@pytest.mark.engine
def test_several_may_ask_at_once(postgres: Postgres, store: Workspace) -> None:
    with opened(postgres.url(), order_by=["line_no"]) as workspace, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda words: workspace.kpis(**words), ASKED))
    assert answers == [store.kpis(**words) for words in ASKED]


def test_without_an_order_of_lines_repeated_orders_stay(
    duckdb_file: Path, store: Workspace
) -> None:
    with opened(f"duckdb://{duckdb_file}") as workspace:
        reasons = {reason for reason, _lines, _amount in workspace.check().excluded}
        assert "repeated_order" in {one for one, _lines, _amount in store.check().excluded}
        assert "repeated_order" not in reasons
        assert int(workspace.check().kept["lines"]) > int(store.check().kept["lines"])


@pytest.mark.engine
def test_a_wrong_password_is_said_and_not_shown(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = postgres.url().replace(quote_plus(postgres.password), "not%40the+one")
    with pytest.raises(EngineError) as refusal:
        open_engine(url, table=TABLE)
    assert refusal.value.key == "engine_refused"
    _assert_hidden(refusal.value, caplog.text, "not%40the+one", "not@the one")


@pytest.mark.engine
def test_an_unreachable_host_is_said(postgres: Postgres) -> None:
    url = postgres.url().replace(str(postgres.port), "1")
    with pytest.raises(EngineError, match="cannot be opened") as refusal:
        open_engine(url, table=TABLE)
    _assert_hidden(refusal.value, "", postgres.password, quote_plus(postgres.password))


@pytest.mark.parametrize("host", ["[::1", "host:port", "host:99999"])
def test_an_address_that_cannot_be_read_is_not_repeated(host: str) -> None:
    secret = "hunter2"
    url = f"postgresql://ann:{secret}@{host}/shop"
    with pytest.raises(EngineError) as refusal:
        open_engine(url, table="lines")
    assert refusal.value.key == "engine_address"
    _assert_hidden(refusal.value, "", secret)


@pytest.mark.engine
def test_a_refusal_in_the_middle_is_one_sentence(postgres: Postgres) -> None:
    postgres.sql(f"CREATE TABLE short AS SELECT * FROM {_quoted(TABLE)} LIMIT 900")
    with opened(postgres.url(), "short") as workspace:
        postgres.sql("DROP TABLE short")
        with pytest.raises(EngineError, match="refuses the query") as refusal:
            workspace.kpis()
        assert len(refusal.value.what().splitlines()) == 1
        _assert_hidden(refusal.value, repr(workspace), postgres.password)
        # The connection lives on.
        with pytest.raises(EngineError, match="short"):
            workspace.kpis()


@pytest.mark.engine
def test_credentials_are_in_no_source(postgres: Postgres) -> None:
    with opened(postgres.url()) as workspace:
        assert workspace.shop().sources == (f"postgresql://127.0.0.1/postgres#{TABLE}",)
        assert postgres.password not in repr(workspace.shop()) + repr(workspace.check())


@pytest.mark.engine
@pytest.mark.parametrize(
    "name", ['prey"; DROP TABLE "prey"; --', "public.prey'); DROP TABLE prey; --", "pray", ""]
)
def test_an_absent_table_harms_nothing_and_names_near_ones(postgres: Postgres, name: str) -> None:
    with pytest.raises(EngineError) as refusal:
        open_engine(postgres.url(), table=name)
    assert refusal.value.key == "engine_no_table"
    assert "prey" in refusal.value.hint()
    assert postgres.sql("SELECT alive FROM prey") == [(True,)]


@pytest.mark.engine
def test_a_table_of_another_schema(postgres: Postgres, store: Workspace) -> None:
    postgres.sql(
        'CREATE SCHEMA IF NOT EXISTS "Élsewhere"',
        f'CREATE OR REPLACE VIEW "Élsewhere"."v" AS SELECT * FROM {_quoted(TABLE)}',
    )
    with opened(postgres.url(), "Élsewhere.v", order_by=["line_no"]) as workspace:
        assert workspace.kpis() == store.kpis()


@pytest.mark.parametrize(
    ("url", "extra"), [("postgresql://host/shop", "postgres"), ("trino://host/shop", "trino")]
)
def test_a_missing_driver_names_its_extra(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_words: object, **_more: object) -> None:
        raise ModuleNotFoundError(extra)

    monkeypatch.setattr(ibis, "connect", absent)
    with pytest.raises(MissingExtraError, match=rf"habitue\[{extra}\]"):
        open_engine(url, table="lines")


def test_an_absent_duckdb_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.db"):
        open_engine(f"duckdb://{tmp_path}/none.db", table="lines")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "shop.db").write_text("a,b\n1,2\n" * 2_000)
    with pytest.raises(EngineError, match="cannot be opened"):
        open_engine(f"duckdb://{tmp_path}/shop.db", table="lines")


_LINE = {"order": "1", "who": "a", "day": "2011-12-09", "paid": 3.0, "money": "EUR"}
_MAPPING = Mapping(
    order="order", customer="who", moment="day", amount="paid", currency_column="money"
)


@pytest.mark.parametrize(
    ("lines", "error", "key"),
    [
        ([], SourceError, "source_header_only"),
        ([_LINE | {"paid": None}], ContentError, "nothing_kept"),
        ([_LINE | {"paid": -3.0}], ContentError, "nothing_sold"),
        ([_LINE, _LINE | {"money": "£"}], ContentError, "currencies_mixed"),
    ],
)
def test_lines_that_make_no_shop_are_refused(
    lines: list[dict[str, object]], error: type[HabitueError], key: str, tmp_path: Path
) -> None:
    url = _duckdb(tmp_path, lines)
    with pytest.raises(error) as refusal:
        open_engine(url, table="lines", mapping=_MAPPING)
    assert refusal.value.key == key


def test_a_mapping_that_names_no_column_is_refused(tmp_path: Path) -> None:
    url = _duckdb(tmp_path, [_LINE])
    with pytest.raises(MappingError, match="whom"):
        open_engine(url, table="lines", mapping=_MAPPING.but(customer="whom"))


def test_the_smallest_shop(tmp_path: Path) -> None:
    lines = [_LINE, _LINE | {"order": None}, _LINE | {"paid": float("nan")}]
    with opened(_duckdb(tmp_path, lines), "lines", mapping=_MAPPING) as workspace:
        assert workspace.shop().currency == "EUR"
        assert workspace.kpis().revenue == 3
        assert workspace.check().warnings == (
            ("unreadable_lines", {"role": "amount", "count": 1}),
            ("unreadable_lines", {"role": "order", "count": 1}),
        )


def _duckdb(folder: Path, lines: list[dict[str, object]]) -> str:
    texts = pa.schema([(name, pa.float64() if name == "paid" else pa.string()) for name in _LINE])
    backend = ibis.duckdb.connect(folder / "shop.db")
    table = backend.create_table("raw", pa.Table.from_pylist(lines, schema=texts))
    backend.create_table("lines", table.mutate(day=table.day.cast("date")))
    backend.disconnect()
    return f"duckdb://{folder}/shop.db"


def _relations(server: Postgres, schema: str = "%") -> list[str]:
    """Every table and view the server knows, temporary ones too."""
    rows = server.sql(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        f"WHERE nspname LIKE '{schema}' AND relkind IN ('r', 'v', 'm', 'p', 'f')"
    )
    return sorted(name for (name,) in rows)


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _assert_hidden(error: HabitueError, logged: str, *secrets: str) -> None:
    told = "".join(traceback.format_exception(error))
    for lang in ("en", "fr"):
        told += error.say(lang)
    told += repr(error) + repr(error.facts) + logged
    for secret in secrets:
        assert secret not in told
