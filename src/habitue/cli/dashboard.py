"""Open the dashboard."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from habitue.cli.options import Serving
    from habitue.cli.terminal import Terminal


def opened(terminal: Terminal, store: Path, serving: Serving) -> None:
    """Serve a store's dashboard until stopped.

    Args:
        terminal: Who reads.
        store: Folder of the store.
        serving: Where to listen.

    Raises:
        RequestError: Nothing can listen there.
    """
    # By its name: the dashboard is a sibling of the command line, and neither imports the other.
    dashboard = import_module("habitue.ui.launch")
    dashboard.refuse_taken(serving.host, serving.port)
    terminal.say("cli.serving", host=serving.host, port=str(serving.port))
    if dashboard.is_open(serving.host):
        terminal.say("cli.serving_open", host=serving.host)
    dashboard.launch(store, host=serving.host, port=serving.port, headless=serving.no_browser)
