"""The holdout: always the same side, about the share asked for, nobody moves when others come."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from habitue.errors import RequestError
from habitue.export.holdout import held_out, salt_of

IDS = [f"{place:05d}" for place in range(20_000)]


def _sides(ids: list[str], share: float, salt: str = "salt") -> dict[str, bool]:
    found = held_out(pa.array(ids), share=share, salt=salt).to_pylist()
    return dict(zip(ids, found, strict=True))


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5])
@pytest.mark.parametrize("salt", ["a", "b"])
def test_the_share_is_within_binomial_bounds(share: float, salt: str) -> None:
    held = sum(_sides(IDS, share, salt).values())
    low, high = stats.binom.interval(0.9999, len(IDS), share)
    assert low <= held <= high


def test_salts_draw_independently() -> None:
    one, other = _sides(IDS, 0.5, "a"), _sides(IDS, 0.5, "b")
    agree = sum(one[name] == other[name] for name in IDS)
    assert 0.48 < agree / len(IDS) < 0.52


@given(st.lists(st.text(max_size=8), unique=True), st.lists(st.text(max_size=8), unique=True))
def test_nobody_moves_when_customers_are_added(some: list[str], more: list[str]) -> None:
    both = _sides(list(dict.fromkeys(more + some)), 0.3)
    assert all(both[name] == side for name, side in _sides(some, 0.3).items())


def test_a_larger_share_keeps_everyone_a_smaller_one_kept() -> None:
    small, large = _sides(IDS, 0.1), _sides(IDS, 0.2)
    assert all(large[name] for name, held in small.items() if held)


def test_no_holdout_holds_nobody() -> None:
    assert not any(_sides(IDS[:500], 0.0).values())


@pytest.mark.parametrize("share", [-0.1, 1.0, 2.0])
def test_shares_that_cannot_be_are_refused(share: float) -> None:
    with pytest.raises(RequestError, match="holdout share"):
        held_out(pa.array(["a"]), share=share, salt="s")


def test_a_store_s_salt_is_made_once(tmp_path: Path) -> None:
    first = salt_of(tmp_path / "one")
    assert first == salt_of(tmp_path / "one")
    assert len(first) == 64
    assert first != salt_of(tmp_path / "two")
    assert [one.name for one in (tmp_path / "one").iterdir()] == ["holdout.salt"]
