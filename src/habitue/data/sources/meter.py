"""How far a load has come: told to the caller while DuckDB works, from the caller's own thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Thread
from typing import Any, Final

import duckdb

Progress = Callable[[int, int, str], None]
_EVERY_SECONDS: Final = 0.2


class Meter:
    """Counts the bytes of the sources that are done.

    Args:
        con: The connection that works.
        total: Bytes of all sources.
        progress: Told `(done, total, label)`; None keeps silent and costs nothing.

    Attributes:
        meanwhile: Called in a thread of its own, once, with the next statement.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, total: int, progress: Progress | None
    ) -> None:
        self._con, self._total, self._progress = con, total, progress
        self._done = 0
        self.meanwhile: Callable[[], object] | None = None

    @contextmanager
    def running(self) -> Iterator[Meter]:
        """Have DuckDB follow its own progress meanwhile, without printing it."""
        if self._progress is None:
            yield self
            return
        try:
            self._con.execute(
                "SET enable_progress_bar_print = false; SET enable_progress_bar = true"
            )
        except duckdb.InvalidInputException:
            # A notebook without ipywidgets: DuckDB refuses to follow, and we go part by part.
            yield self
            return
        try:
            yield self
        finally:
            self._con.execute("SET enable_progress_bar = false; RESET enable_progress_bar_print")

    def starting(self, label: str) -> None:
        """Say what is being read, before any of it is done."""
        if self._progress is not None:
            self._progress(self._done, self._total, label)

    def again(self, size: int) -> None:
        """Take back `size` bytes, which will be read once more."""
        self._done = max(self._done - size, 0)

    def run(self, statement: str, size: int, label: str) -> list[tuple[Any, ...]]:
        """Run a statement that is worth `size` bytes, and fetch its rows."""
        if self.meanwhile is not None:
            Thread(target=self.meanwhile, daemon=True).start()
            self.meanwhile = None
        if self._progress is None:
            return self._con.execute(statement).fetchall()
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(lambda: self._con.execute(statement).fetchall())
            self._follow(answer, size, label)
        self._done = min(self._done + size, self._total)
        self._progress(self._done, self._total, label)
        return answer.result()

    def _follow(self, answer: Future[Any], size: int, label: str) -> None:
        assert self._progress is not None
        told = self._done
        try:
            while wait([answer], _EVERY_SECONDS).not_done:
                percent = max(self._con.query_progress(), 0)
                # DuckDB estimates anew as it goes; a bar must not run backwards.
                told = max(told, min(self._done + int(size * percent / 100), self._total))
                self._progress(told, self._total, label)
        except BaseException:
            self._con.interrupt()
            raise
