"""Start the dashboard's server from Python, as `habitue serve` does."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_open(host: str) -> bool:
    """Tell whether other machines could read the dashboard without logging in.

    Args:
        host: Address to listen on.
    """
    if host == "localhost" or host.startswith("127.") or host == "::1":
        return False
    from habitue.ui.access import needs_login  # noqa: PLC0415 - streamlit, only when serving

    return not needs_login()


def launch(
    store: str | Path, *, host: str = "localhost", port: int = 8501, headless: bool = False
) -> None:
    """Serve a store's dashboard until stopped.

    The theme and the settings stand beside the entry file, where Streamlit finds them whoever
    starts it.

    Args:
        store: Folder of the store.
        host: Address to listen on.
        port: Port to listen on.
        headless: Whether to leave the browser closed.
    """
    from streamlit.web import cli  # noqa: PLC0415 - half a second, only when serving

    from habitue.ui.state import STORE_VARIABLE  # noqa: PLC0415 - imports streamlit too

    os.environ[STORE_VARIABLE] = str(store)
    entry = resources.files("habitue.ui") / "app.py"
    options = {"address": host, "port": port, "headless": str(headless).lower()}
    flags = [f"--server.{name}={value}" for name, value in options.items()]
    cli.main(["run", str(entry), *flags], standalone_mode=False)
