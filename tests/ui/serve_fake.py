"""Serve the app with the fake workspace behind it: `python serve_fake.py PORT`."""

from __future__ import annotations

import sys
from pathlib import Path


def serve(port: int) -> None:
    from tests.ui.fake import FakeWorkspace

    import habitue.workspace
    from habitue.ui import launch, state

    fake = FakeWorkspace()
    habitue.workspace.open_store = lambda *_, **__: fake  # type: ignore[assignment]  # that is the fake
    state.is_empty = lambda: False
    state.current_snapshot = lambda path: fake.snapshot  # noqa: ARG005 - the signature's name
    launch.launch("nowhere", port=port, headless=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    serve(int(sys.argv[1]))
