"""One picture of each screen, of the demo shop, in both languages.

python -m handbook.pictures
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from PIL import Image
from playwright.sync_api import Error, sync_playwright

import habitue
from habitue.texts import LANGS
from handbook.pages import DOCS

SCREENS: Final = (
    "overview", "cohorts", "segments", "value", "scenarios", "action_plan", "data", "help",
)  # fmt: skip
_SIZE: Final = {"width": 1440, "height": 900}
_PORT: Final = "8688"
_ADDRESS: Final = f"http://localhost:{_PORT}"
_COLOURS: Final = 128
_PATIENCE: Final = 120_000


def main() -> None:
    """Serve the demo shop, and look at it."""
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
            _shoot(_ADDRESS)
        finally:
            served.terminate()


def _shoot(address: str) -> None:
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for lang in LANGS:
            reader = browser.new_context(
                locale={"fr": "fr-FR", "en": "en-GB"}[lang], viewport=_SIZE
            )
            for screen in SCREENS:
                page = reader.new_page()
                _reach(page, f"{address}/{'' if screen == 'overview' else screen}")
                _settled(page)
                _keep(page.screenshot(), DOCS / "images" / f"{screen}-{lang}.png")
                page.close()
        browser.close()


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
    while quiet < 8:  # noqa: PLR2004 - four seconds without work
        page.wait_for_timeout(500)
        busy = page.locator("[data-testid=stSpinner], [data-testid=stSkeleton]").count()
        busy += page.locator("[data-testid=stStatusWidget]").count()
        quiet = 0 if busy else quiet + 1


def _keep(picture: bytes, path: Path) -> None:
    few = (
        Image.open(io.BytesIO(picture)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    )
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
