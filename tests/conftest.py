"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def require(switch: str, reason: str) -> None:
    """Skip with the reason, or fail where the switch says that the thing must be there."""
    if os.environ.get(switch) == "1":
        pytest.fail(f"{switch}=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data folder, which stands beside the project and is not part of it."""
    folder = Path(__file__).parents[2] / "shared"
    if not (folder / "data").is_dir():
        require("HABITUE_REQUIRE_DATA", f"the reference data is not at {folder}")
    return folder


@pytest.fixture(scope="session")
def online_retail(shared: Path) -> Path:
    """Online Retail II as Parquet: 1,067,371 lines."""
    return shared / "data" / "online_retail_II.parquet"
