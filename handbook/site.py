"""The site: zensical builds it strictly, so that a link or an anchor that leads nowhere fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from handbook.pages import DOCS, ROOT

_CONFIG: Final = ROOT / "zensical.toml"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")


class BrokenSiteError(Exception):
    """The build found faults; the message lists them."""


def build(to: Path, docs: Path = DOCS) -> None:
    """Build the site from a copy, so that nothing but `to` is written.

    Args:
        to: Folder of the site, replaced.
        docs: The pages.

    Raises:
        BrokenSiteError: A link, an anchor or a page of the navigation is missing.
    """
    with tempfile.TemporaryDirectory(prefix="habitue-handbook-") as folder:
        desk = Path(folder)
        shutil.copy(_CONFIG, desk)
        shutil.copytree(docs, desk / "docs")
        shutil.copytree(ROOT / "handbook" / "theme", desk / "handbook" / "theme")
        done = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict"],
            cwd=desk, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise BrokenSiteError(_COLOUR.sub("", done.stdout + done.stderr))
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(desk / "site", to)
