"""The command line: `habitue`. Draws and prints; computes and queries nothing.

app         the tree of commands, and what a run ends with
commands/   one file per command
options     options that several commands share
question    a command that answers a table, in one line
answer      what a command answers, on its way to stdout or a file
formats     table, csv, json, parquet, xlsx
terminal    everything else, on its way to stderr
manual      help pages, and docs/cli.md
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
AGAIN_SECONDS = 3.0
"""When a Ctrl-C that a library swallowed is heard again."""


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        args: The words after `habitue`; those of the process when None.

    Returns:
        0 when done, 1 when the data or the request is wrong, 2 when the command line is,
        130 when interrupted.
    """
    with _listening() as heard:
        try:
            # Imported here so that Ctrl-C is heard while modules load, which takes most of a run.
            from habitue.cli.app import run  # noqa: PLC0415

            return run(sys.argv[1:] if args is None else list(args))
        except KeyboardInterrupt:
            return INTERRUPTED
        except RuntimeError:
            # An engine that Ctrl-C stops in a query raises an error of its own.
            if heard:
                return INTERRUPTED
            raise


@contextmanager
def _listening() -> Iterator[list[int]]:
    """Note every Ctrl-C, beside what it does, and repeat it while the run goes on all the same.

    A thread of a program leaves signals alone.
    """
    heard: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield heard
        return

    repeats = hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is signal.SIG_DFL

    def note(number: int, frame: Any) -> None:
        heard.append(number)
        if repeats:
            signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    if repeats:
        signal.signal(signal.SIGALRM, note)
    try:
        yield heard
    finally:
        if repeats:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, before)
