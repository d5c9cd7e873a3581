"""The app without a browser and without data: a fake stands where the workspace does."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Protocol

import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.fake import FakeWorkspace

from habitue.texts import Lang
from habitue.ui import state


class Open(Protocol):
    """Opens a screen as a reader's browser would, in a language and at an address."""

    def __call__(
        self,
        screen: str = "overview",
        lang: Lang = "fr",
        *,
        workspace: FakeWorkspace | None = None,
        address: dict[str, list[str]] | None = None,
    ) -> AppTest: ...


@pytest.fixture
def workspace() -> FakeWorkspace:
    return FakeWorkspace()


@pytest.fixture
def open_screen(workspace: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> Open:
    behind = workspace

    def opened(
        screen: str = "overview",
        lang: Lang = "fr",
        *,
        workspace: FakeWorkspace | None = None,
        address: dict[str, list[str]] | None = None,
    ) -> AppTest:
        fake = workspace or behind
        monkeypatch.setattr("habitue.workspace.open_store", lambda _path: fake)
        monkeypatch.setattr(state, "is_empty", lambda: False)
        monkeypatch.setattr(state, "current_snapshot", lambda _path: fake.snapshot)
        at = app(lang)
        for name, values in (address or {}).items():
            at.query_params[name] = values
        at.run()
        if screen != "overview":
            at.switch_page(f"screens/{screen}.py").run()
        return at

    return opened


def app(lang: Lang = "fr") -> AppTest:
    """The entry file, not yet run, for a browser that speaks the language."""
    spec = find_spec("habitue.ui.app")
    assert spec is not None
    assert spec.origin is not None
    at = AppTest.from_file(spec.origin, default_timeout=30)
    at.context = {"locale": {"fr": "fr-FR", "en": "en-GB"}[lang]}
    return at


def control(at: AppTest, key: str) -> Any:
    """The widget of a key, of whatever kind it is."""
    return at.get_by_key(key)
