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

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130


def main(args: Sequence[str] | None = None) -> int:
    """Run one command line.

    Args:
        args: The words after `habitue`; those of the process when None.

    Returns:
        0 when done, 1 when the data or the request is wrong, 2 when the command line is,
        130 when interrupted.
    """
    try:
        # Imported here so that Ctrl-C is heard while modules load, which takes most of a run.
        from habitue.cli.app import run  # noqa: PLC0415

        return run(sys.argv[1:] if args is None else list(args))
    except KeyboardInterrupt:
        return INTERRUPTED
