"""The package as somebody meets it in a notebook."""

from __future__ import annotations

from pathlib import Path

import habitue


def test_names_are_there_to_complete() -> None:
    assert set(habitue.__all__) <= set(dir(habitue))


def test_a_shop_says_which_it_is(tmp_path: Path) -> None:
    shop = habitue.demo(tmp_path / "shop", lines=2_000, seed=1)
    told, facts = repr(shop), shop.shop()
    assert facts.snapshot in told
    assert f"{facts.lines:,} lines" in told
    assert f"{facts.first_day} to {facts.last_day}" in told
