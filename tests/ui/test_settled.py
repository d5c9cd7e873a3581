"""What start-up made is set aside once, and garbage is not set aside with it."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from types import ModuleType

import pytest

from habitue.ui import settled


class Knot:
    """Holds itself: only a round of collection frees it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settled, "_imported", 0)
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("again")
def test_what_is_held_is_set_aside_once_and_again_when_modules_come_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settled.settle()
    held = gc.get_freeze_count()
    assert held > len(sys.modules)
    assert not settled.settle()
    monkeypatch.setitem(sys.modules, "habitue_late", ModuleType("habitue_late"))
    assert settled.settle()
    assert gc.get_freeze_count() >= held


@pytest.mark.usefixtures("again")
def test_a_cycle_left_behind_is_freed_before() -> None:
    knot = weakref.ref(Knot())
    assert settled.settle()
    assert knot() is None
