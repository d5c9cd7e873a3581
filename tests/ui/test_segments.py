"""The Segments screen on a sample shop: every control moves something, refusals are sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import app, control

from habitue.data.samples import write_shop
from habitue.texts import Lang, text
from habitue.ui import state
from habitue.workspace import Workspace, ingest, open_store

TABS = ("grid", "spread", "codes", "customers", "movement", "sizes", "rules")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("segments")
    ingest(
        write_shop(folder / "shop", 12_000, seed=5, format="csv").sources, store=folder / "store"
    )
    return folder / "store"


@pytest.fixture(scope="module")
def shop(store: Path) -> Workspace:
    return open_store(store)


def _open(store: Path, monkeypatch: pytest.MonkeyPatch, lang: Lang = "en") -> AppTest:
    monkeypatch.setenv(state.STORE_VARIABLE, str(store))
    at = app(lang).run()
    return at.switch_page("screens/segments.py").run()


def _tab(at: AppTest, name: str, lang: Lang = "en") -> AppTest:
    at.session_state["segments.tabs"] = text(f"segments.tab_{name}", lang)
    return at.run()


def _words(at: AppTest) -> str:
    return "\n".join(str(one.value) for one in [*at.markdown, *at.caption, *at.info])


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_screen_says_what_the_library_says(
    store: Path, shop: Workspace, monkeypatch: pytest.MonkeyPatch, lang: Lang
) -> None:
    at = _open(store, monkeypatch, lang)
    assert not at.exception
    seen = shop.segments()
    shown = at.dataframe[0].value
    assert list(shown["customers"]) == seen.table["customers"].to_pylist()
    assert list(shown["rfm_segment"]) == [one.title(lang) for one in seen.rules.segments]
    assert list(shown["revenue"]) == [round(one) for one in seen.table["revenue"].to_pylist()]
    best = max(seen.table.to_pylist(), key=lambda row: row["revenue"])
    assert f"**{seen.rules.named(best['rfm_segment']).title(lang)}**" in _words(at)


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", TABS)
def test_each_tab_opens(
    store: Path, monkeypatch: pytest.MonkeyPatch, name: str, lang: Lang
) -> None:
    at = _tab(_open(store, monkeypatch, lang), name, lang)
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("rules", "grid"), ("basis", "margin"), ("classes", 3), ("window", 60),
        ("thresholds", "frozen"), ("margin_rate", 55.0),
    ],
)  # fmt: skip
def test_every_control_moves_something(
    store: Path, monkeypatch: pytest.MonkeyPatch, key: str, value: object
) -> None:
    at = _open(store, monkeypatch)
    before = at.dataframe[0].value.to_csv() + _words(at)
    control(at, f"segments.{key}").set_value(value)
    at.run()
    assert not at.exception
    assert at.dataframe[0].value.to_csv() + _words(at) != before


def test_typed_thresholds_that_fall_are_refused_in_words(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _open(store, monkeypatch)
    control(at, "segments.thresholds").set_value("typed")
    at.run()
    typed = at.dataframe[0].value.to_csv()
    control(at, "segments.typed.recency").set_value("5, 10, 20, 40")
    at.run()
    assert at.dataframe[0].value.to_csv() != typed
    control(at, "segments.typed.recency").set_value("90, 30, 10, 5")
    at.run()
    assert not at.exception
    assert "must rise" in at.error[0].value


def test_customers_are_searched_and_paged_by_the_engine(
    store: Path, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _tab(_open(store, monkeypatch), "customers")
    whole, count = shop.rfm_page(limit=50)
    assert list(at.dataframe[-1].value["customer_id"]) == whole["customer_id"].to_pylist()
    assert text("segments.found", "en", count=count) in _words(at)
    wanted = whole["customer_id"][3].as_py()
    control(at, "segments.search").set_value(wanted)
    at.run()
    found, _ = shop.rfm_page(search=wanted)
    assert list(at.dataframe[-1].value["customer_id"]) == found["customer_id"].to_pylist()


def test_movement_choice_changes_the_reading(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = _tab(_open(store, monkeypatch), "movement")
    before = _words(at)
    control(at, "segments.how").set_value("recomputed")
    at.run()
    assert _words(at) != before


def test_a_code_is_explained_on_the_readers_data(
    store: Path, shop: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = _tab(_open(store, monkeypatch), "codes")
    control(at, "segments.code").set_value("215")
    at.run()
    assert "215 = " in _words(at)
    cuts = shop.segments().cuts
    assert cuts is not None
    assert str(cuts.recency[0]) in _words(at)


def test_nobody_to_score_says_so(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = _open(store, monkeypatch)
    at.query_params["min-order"] = "100000000"
    at.run()
    assert not at.exception
    assert text("segments.nothing_words", "en") in _words(at)


def test_predicted_value_is_added_on_demand(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = _open(store, monkeypatch)
    assert "clv_predicted" not in at.dataframe[0].value
    control(at, "segments.with_clv").set_value(True)
    at.run(timeout=60)
    assert not at.exception
    shown = "clv_predicted" in at.dataframe[0].value
    assert shown or any("customers" in one.value for one in at.info)
