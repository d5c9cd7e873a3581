"""Start the dashboard's server from Python, as `habitue serve` does."""

from __future__ import annotations

import errno
import os
import socket
from importlib import resources
from typing import TYPE_CHECKING

from habitue.errors import RequestError

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


def refuse_taken(host: str, port: int) -> None:
    """Say that the dashboard cannot listen there, before it is said to.

    Args:
        host: Address to listen on.
        port: Port to listen on.

    Raises:
        RequestError: Another program listens there, or this machine does not let us.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as refused:
        if refused.errno == errno.EADDRINUSE:
            raise RequestError("port_taken", port=str(port), next=str(port % 65535 + 1)) from None
        raise RequestError(
            "port_refused", host=host, port=str(port), why=refused.strerror
        ) from None


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
