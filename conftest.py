"""Examples in docstrings and in the README run in a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem

pytest_plugins = ["tests.browsing"]


@pytest.fixture(autouse=True)
def _examples_write_elsewhere(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(request.node, DoctestItem):
        monkeypatch.chdir(tmp_path)
