"""The page on imports: generated, whole, and what it shows works."""

from __future__ import annotations

from pathlib import Path

import yaml

from habitue.data.mapping import Mapping, profiles
from habitue.data.mapping.guide import markdown

PAGE = Path(__file__).parents[3] / "docs" / "import.md"


def test_the_page_is_in_sync() -> None:
    assert PAGE.read_text("utf-8") == markdown(), (
        "python -m habitue.data.mapping.guide > docs/import.md"
    )


def test_every_profile_trap_and_key_is_there() -> None:
    page = PAGE.read_text("utf-8")
    for profile in profiles():
        assert f"### {profile.title}\n" in page
        assert all(f"`{name}`" in page for names in profile.roles.values() for name in names)
    assert all(f"| `{key}` |" in page for key in Mapping.model_fields)


def test_what_it_shows_can_be_read() -> None:
    shown = PAGE.read_text("utf-8").split("```yaml\n")[1].partition("```")[0]
    mapping = Mapping.of(yaml.safe_load(shown))
    assert mapping.profile == "shopify-orders"
    assert mapping.shipping is None
