"""One writer: the app, the command line and the library give the same bytes for the same table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import streamlit as st
from tests.ui.conftest import app

from habitue.cli import main
from habitue.data.samples import write_shop
from habitue.export.formats import csv_bytes
from habitue.texts import text
from habitue.ui import state
from habitue.workspace import ingest, open_store

Files = Callable[..., dict[str, bytes]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bytes")
    ingest(list(write_shop(folder, 3_000, seed=3, format="csv").sources), store=folder / "store")
    return folder / "store"


@pytest.fixture
def files(store: Path, monkeypatch: pytest.MonkeyPatch) -> Files:
    """Open a screen, and press each of its buttons that gives a file of the kind asked for."""
    monkeypatch.setenv(state.STORE_VARIABLE, str(store))

    def pressed(screen: str, wanted: str, **opened: Any) -> dict[str, bytes]:
        found: dict[str, bytes] = {}

        def button(_label: str, data: Callable[[], bytes], **how: Any) -> bool:
            if wanted in how["key"]:
                found[how["file_name"]] = data()
            return False

        monkeypatch.setattr(st, "download_button", button)
        at = app("en").run().switch_page(f"screens/{screen}.py")
        for name, value in opened.items():
            at.session_state[name.replace("__", ".")] = value
        at.run()
        assert not at.exception, at.exception[0].value
        return found

    return pressed


def told(capsysbinary: pytest.CaptureFixture[bytes], store: Path, *words: str) -> bytes:
    assert main([*words, "--store", str(store), "--format", "csv"]) == 0
    return capsysbinary.readouterr().out


def test_cohorts(files: Files, store: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    library = csv_bytes(open_store(store).cohort_table().rows())
    assert told(capsysbinary, store, "cohorts", "--measure", "retention") == library
    assert files("cohorts", "csv.cohorts", **{"data.cohorts": True}) == {
        "habitue-cohorts.csv": library
    }


def test_segments_and_scores(
    files: Files, store: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    desk = open_store(store)
    clients = text("segments.tab_customers", "en")
    found = files("segments", ".csv", segments__tabs=clients)
    day = desk.shop().last_day
    for command, name, rows in (
        ("segments", "table", desk.segments().table),
        ("rfm", "customers", desk.rfm()),
    ):
        assert told(capsysbinary, store, command) == csv_bytes(rows)
        listed = rows
        if name == "customers":  # a list that leaves the screen says its day (D38)
            listed = rows.append_column("as_of", pa.array([day] * rows.num_rows))
        archive = zipfile.ZipFile(io.BytesIO(found[f"habitue-{name}.csv.zip"]))
        (held,) = (archive.read(one) for one in archive.namelist() if one.endswith(".csv"))
        assert held == csv_bytes(listed)


def test_values(files: Files, store: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    library = csv_bytes(open_store(store).clv())
    assert told(capsysbinary, store, "clv") == library
    found = files("value", "value.csv.customers", value__tabs=text("value.tab_customers", "en"))
    assert found == {"habitue-clv-customers.csv": library}
