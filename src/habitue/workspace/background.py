"""Work that goes on while its reader looks elsewhere: one ingest per store, told as it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Final

from habitue.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[int, int, str], None]
    Work = Callable[[Progress], Any]


@dataclass(slots=True)
class Task:
    """Work on a thread of its own.

    Attributes:
        told: How far it has come: done, total, label.
        answer: What it ended with.
        failure: What stopped it, for whoever waits to raise.
        over: Whether it has ended, either way.
    """

    told: tuple[int, int, str] = (0, 0, "")
    answer: Any = None
    failure: BaseException | None = None
    over: bool = False
    _thread: Thread | None = field(default=None, repr=False)

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        done, total, _ = self.told
        return min(done / total, 1.0) if total else 0.0

    def wait(self, seconds: float | None = None) -> None:
        """Wait until it is over, or so many seconds."""
        if self._thread is not None:
            self._thread.join(seconds)

    def result(self) -> Any:
        """Give its answer.

        Raises:
            BaseException: What stopped it.
        """
        if self.failure is not None:
            raise self.failure
        return self.answer

    def _start(self, work: Work) -> Task:
        # As a daemon: a server told to stop must not wait for an ingest, which leaves no trace.
        self._thread = Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()
        return self

    def _run(self, work: Work) -> None:
        def tell(done: int, total: int, label: str) -> None:
            self.told = (done, total, label)

        try:
            self.answer = work(tell)
        except BaseException as failure:  # noqa: BLE001 - raised again by whoever asks for the result
            self.failure = failure
        finally:
            self.over = True


_running: Final[dict[str, Task]] = {}
_lock: Final = Lock()


def start(work: Work) -> Task:
    """Start work that writes nothing.

    Args:
        work: Given something to tell its progress to, gives the answer.
    """
    return Task()._start(work)  # noqa: SLF001 - our own class


def start_writing(store: str, work: Work) -> Task:
    """Start work that writes a store; one at a time, whoever asks.

    Args:
        store: Folder of the store.
        work: Given something to tell its progress to, gives the answer.

    Raises:
        StoreError: Another is under way.
    """
    with _lock:
        if writing(store) is not None:
            raise StoreError("store_busy", path=store)
        _running[store] = Task()._start(work)  # noqa: SLF001 - our own class
        return _running[store]


def writing(store: str) -> Task | None:
    """Give the work that is writing a store in this process, if any is.

    Args:
        store: Folder of the store.
    """
    found = _running.get(store)
    return None if found is None or found.over else found
