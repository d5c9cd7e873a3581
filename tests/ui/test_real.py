"""The real shop behind the screens: golden figures on the cards, and how long a reader waits."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from tests.ui.conftest import app

from habitue.ui import state
from habitue.workspace.ingesting import ingest

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def store(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    ingest([online_retail], store=folder)
    return folder


def test_golden_figures_on_the_cards(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(state.STORE_VARIABLE, str(store))
    at = app("en")
    at.query_params["returns"] = "exclude"
    at.run()
    assert not at.exception
    shown = {card.label: card.value for card in at.metric}
    assert shown["North Star: 90-day revenue"] == r"£857.80"
    assert shown["Active customers"] == "5,869"
    assert shown["Orders"] == "39,988"
    assert shown["Net revenue"] == "£20.5M"
    assert any("£415.40" in one.value and "n = 5,272" in one.value for one in at.markdown)


def test_a_rerun_is_quick(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(state.STORE_VARIABLE, str(store))
    at = app("fr").run()
    waits = []
    for _ in range(20):
        began = time.perf_counter()
        at.run()
        waits.append(time.perf_counter() - began)
    assert not at.exception
    # The middle one: this machine may be busy with other tests. The benchmark holds the p95.
    assert statistics.median(waits) < 0.2
