"""The real data, ingested once for a file of tests, under either preset."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from habitue.workspace import Workspace, ingest, open_store


@pytest.fixture(scope="module")
def folder(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    @cache
    def made(preset: str) -> Path:
        place = tmp_path_factory.mktemp(preset)
        ingest([online_retail], store=place, preset=preset)
        return place

    return made


@pytest.fixture(scope="module")
def shop(folder: Callable[[str], Path]) -> Callable[[str], Workspace]:
    return cache(lambda preset: open_store(folder(preset)))
