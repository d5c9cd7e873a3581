"""The site builds strictly, offline, in two languages."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from handbook.pages import DOCS
from handbook.site import BrokenSiteError, build


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("handbook") / "site"
    build(place)
    return place


def test_it_builds_strictly(site: Path) -> None:
    assert (site / "index.html").is_file()
    assert len([*site.rglob("index.html")]) > len([*(DOCS / "fr").rglob("*.md")]) * 2


def test_the_frame_speaks_the_language_of_the_page(site: Path) -> None:
    french = (site / "fr" / "index.html").read_text("utf-8")
    english = (site / "en" / "index.html").read_text("utf-8")

    assert '<html lang="fr"' in french
    assert '<html lang="en"' in english
    assert 'aria-label="Recherche"' in french
    assert 'aria-label="Search"' in english


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        fetched = re.findall(r"<(?:script|img|iframe)[^>]+src=\"(https?:)?//", text)
        linked = re.findall(
            r"<link[^>]+rel=\"(?:stylesheet|preconnect|icon)\"[^>]+\"https?://", text
        )
        assert fetched + linked == [], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(\"?(?:https?:)?//|@import", sheet.read_text("utf-8")), sheet


def test_broken_links_fail_the_build(tmp_path: Path) -> None:
    pages = tmp_path / "docs"
    shutil.copytree(DOCS, pages)
    page = pages / "en" / "index.md"
    page.write_text("# Home\n\n[page](nowhere.md)\n\n[anchor](guides/lists.md#nowhere)\n", "utf-8")

    with pytest.raises(BrokenSiteError) as broken:
        build(tmp_path / "site", pages)

    assert "page does not exist" in str(broken.value)
    assert "anchor does not exist" in str(broken.value)
