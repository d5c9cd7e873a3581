"""A sample shop, stored once, and a way to run a command line inside the test's process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from habitue.cli import main
from habitue.data.samples import write_shop
from habitue.workspace import ingest


@dataclass(frozen=True)
class Ran:
    """How a command line ended."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


Run = Callable[..., Ran]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `habitue` with some words, in English unless they say otherwise."""
    monkeypatch.setenv("HABITUE_LANG", "en")
    monkeypatch.delenv("HABITUE_STORE", raising=False)

    def ran(*words: object) -> Ran:
        capsysbinary.readouterr()
        code = main([str(word) for word in words])
        said = capsysbinary.readouterr()
        return Ran(code, said.out, said.err.decode())

    return ran


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("sample")
    return list(write_shop(folder, 3_000, seed=3, format="csv").sources)


@pytest.fixture(scope="session")
def store(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stored") / "store"
    ingest(sources, store=home)
    # A salt of its own would draw other sides in every run, and sometimes leave one empty.
    (home / "holdout.salt").write_text("the same in every run\n", "ascii")
    return home
