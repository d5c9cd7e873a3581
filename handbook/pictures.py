"""One picture of each screen, of the demo shop, in both languages.

`python -m handbook.pictures` takes them all anew; `--only WORD` those whose name holds a word.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Error, ViewportSize, sync_playwright

import habitue
from habitue.texts import LANGS, Lang, text
from handbook.pages import DOCS

SCREENS: Final = (
    "overview", "cohorts", "segments", "value", "scenarios", "action_plan", "data", "help",
)  # fmt: skip
WIZARD: Final = "wizard"
MOST_BYTES: Final = 150_000
_WIDTH: Final = 1440
_HEIGHTS: Final = {
    "overview": 1290, "cohorts": 1340, "segments": 1120, "value": 1290, "scenarios": 1130,
    "data": 1290, WIZARD: 1420,
}  # fmt: skip
"""Of the screens whose point would otherwise be cut; the others are as high as a laptop."""
_HEIGHT: Final = 900
_PORT: Final = "8688"
_ADDRESS: Final = f"http://localhost:{_PORT}"
_COLOURS: Final = (256, 128, 64)
_BETWEEN_LOOKS_MS = 500
_CALM_LOOKS = 8
"""Looks in a row without work going on, four seconds of them, after which a screen has settled."""
_PATIENCE: Final = 120_000
_FILE: Final = "\n".join(
    ["N° commande;Identifiant client;Date de commande;Produit;Quantité;Montant HT;Montant TTC"]
    + [f"F{at};C{at % 9};{1 + at % 27:02d}/{1 + at % 11:02d}/2026;Thé vert;{1 + at % 3};"
       f"{12 + at % 7},50 €;{15 + at % 7},00 €" for at in range(60)]
)  # fmt: skip
"""A file that asks one question: with tax or without."""


def main() -> None:
    """Serve the demo shop, and look at it."""
    asked = argparse.ArgumentParser(prog="python -m handbook.pictures", description=__doc__)
    asked.add_argument("--only", metavar="WORD", default="", help="pictures of this name, no more")
    word = asked.parse_args().only
    with tempfile.TemporaryDirectory(prefix="habitue-pictures-") as folder:
        store = Path(folder) / "store"
        habitue.demo(store)
        words = ["serve", "--store", str(store), "--no-browser", "--port", _PORT]
        served = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-c", "from habitue.cli import main; import sys; main(sys.argv[1:])",
             *words],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _shoot(_ADDRESS, word)
        finally:
            served.terminate()


def _shoot(address: str, word: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for lang in LANGS:
            reader = browser.new_context(
                locale={"fr": "fr-FR", "en": "en-GB"}[lang], viewport=_size("")
            )
            for screen in (*SCREENS, WIZARD):
                path = path_of(screen, lang)
                if word not in path.name:
                    continue
                page = reader.new_page()
                page.set_viewport_size(_size(screen))
                _reach(page, f"{address}/{_ADDRESSES.get(screen, screen)}")
                _settled(page)
                if screen == WIZARD:
                    _send(page, lang)
                if screen == "scenarios":
                    _try(page, lang)
                _keep(page.screenshot(), path)
                page.close()
        browser.close()


def path_of(screen: str, lang: Lang) -> Path:
    """Say where the picture of a screen stands.

    Args:
        screen: Its name.
        lang: Its language.
    """
    return DOCS / "images" / f"{screen}-{lang}.png"


_ADDRESSES: Final = {"overview": "", WIZARD: "data"}


def _send(page: Any, lang: Lang) -> None:
    """Bring a file, and show what was understood of it."""
    page.get_by_role("tab", name=text("intake.tab_bring", lang)).click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "ventes.csv", "mimeType": "text/csv", "buffer": _FILE.encode()}
    )
    page.get_by_role("heading", name=text("intake.roles", lang)).wait_for(timeout=_PATIENCE)
    _settled(page)
    page.get_by_role("radiogroup", name=text("intake.tax", lang)).scroll_into_view_if_needed()
    page.wait_for_timeout(500)


def _try(page: Any, lang: Lang) -> None:
    """Start from the first example: a scenario that changes nothing shows nothing."""
    page.get_by_text(text("scenarios.preset_retention_up", lang), exact=True).click()
    _settled(page)


def _size(screen: str) -> ViewportSize:
    return ViewportSize(width=_WIDTH, height=_HEIGHTS.get(screen, _HEIGHT))


def _reach(page: Any, address: str) -> None:
    """Open an address, waiting for the server to be up."""
    for _ in range(60):
        try:
            page.goto(address)
        except Error:
            page.wait_for_timeout(1000)
        else:
            return
    raise TimeoutError(address)


def _settled(page: Any) -> None:
    page.wait_for_selector("h1", timeout=_PATIENCE)
    quiet = 0
    while quiet < _CALM_LOOKS:
        page.wait_for_timeout(_BETWEEN_LOOKS_MS)
        busy = page.locator("[data-testid=stSpinner], [data-testid=stSkeleton]").count()
        busy += page.locator("[data-testid=stStatusWidget]").count()
        quiet = 0 if busy else quiet + 1


def _keep(picture: bytes, path: Path) -> None:
    """Write a picture in as many colours as its size allows."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in _COLOURS:
        _reduced(whole, colours).save(path, optimize=True)
        if path.stat().st_size < MOST_BYTES:
            break
    print(path.relative_to(DOCS), path.stat().st_size)


def _reduced(whole: Image.Image, colours: int) -> Image.Image:
    """Keep the colours of surfaces as they are, and cover the others, however few their points."""
    seen: Any = whole.getcolors(whole.width * whole.height)
    frequent = sorted(seen, reverse=True)[: colours // 2]
    surfaces = [part for _, colour in frequent for part in colour]
    others = whole.quantize(
        colours - len(surfaces) // 3, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    palette = Image.new("P", (1, 1))
    palette.putpalette(surfaces + (others.getpalette() or []))
    return whole.quantize(palette=palette, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
