"""What a command answers, on its way to stdout or to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

from habitue.cli.options import Format, Output
from habitue.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from habitue.cli.pages import Spelled
    from habitue.cli.terminal import Terminal
    from habitue.texts import Lang

_BINARY: Final = frozenset({Format.PARQUET, Format.XLSX})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer in all its forms.

    Attributes:
        rows: Gives the answer as a table, its columns a contract.
        tree: Its JSON, where that is more than a list of rows.
        page: How it reads on a terminal; rows laid out when None.
        spelled: Columns of those rows that a reader is told in words.
        notes: What to know of it, in a language: sentences for stderr.
    """

    rows: Callable[[], pa.Table]
    tree: dict[str, Any] | None = None
    page: Callable[[Terminal], str] | None = None
    spelled: Spelled = field(default_factory=dict)
    notes: Callable[[Lang], list[str]] | None = None


def write(answer: Answer, output: Output, terminal: Terminal) -> None:
    """Write an answer in the format and to the place asked for.

    Args:
        answer: What to write.
        output: Format and place; a dash is stdout.
        terminal: Who reads.

    Raises:
        RequestError: The file cannot be written, or a terminal would be shown binary.
    """
    from habitue.export import formats  # noqa: PLC0415 - pyarrow, not needed for help

    chosen = output.chosen()
    with _sink(output.output, binary=chosen in _BINARY) as sink:
        match chosen:
            case Format.TABLE:
                from habitue.cli.pages import laid_out  # noqa: PLC0415 - only for people

                page = answer.page or (lambda to: laid_out(answer.rows(), to, answer.spelled))
                sink.write(page(terminal).encode())
            case Format.JSON if answer.tree is not None:
                formats.json_tree(answer.tree, sink)
            case Format.JSON:
                formats.json_rows(answer.rows(), sink)
            case Format.CSV:
                formats.csv(answer.rows(), sink)
            case Format.PARQUET:
                formats.parquet(answer.rows(), sink)
            case Format.XLSX:
                formats.xlsx(answer.rows(), sink)
    for sentence in answer.notes(terminal.lang) if answer.notes else ():
        terminal.write(sentence)


@contextmanager
def _sink(place: Path | None, *, binary: bool) -> Iterator[IO[bytes]]:
    if place is None or str(place) == "-":
        if binary and sys.stdout.isatty():
            raise RequestError("binary_to_terminal")
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as refusal:
            # Python would try once more while closing stdout.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise RequestError(
                "output_unwritable", path="stdout", reason=refusal.strerror
            ) from None
        return
    # A file appears whole or not at all; a device or a named pipe is written to as it is.
    special = place.exists() and not place.is_file()
    fresh = place if special else place.with_name(f".{place.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            yield file
        if not special:
            fresh.replace(place)
    except OSError as refusal:
        raise RequestError("output_unwritable", path=place, reason=refusal.strerror) from None
    finally:
        if not special:
            fresh.unlink(missing_ok=True)
