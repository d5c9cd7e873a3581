"""What a reader brings: files, or a table of a database whose address only the server knows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.errors import RequestError
from habitue.ui import access
from habitue.workspace import intake

if TYPE_CHECKING:
    from pathlib import Path

    from habitue.data.mapping import Mapping
    from habitue.data.sources.looking import Look

ENGINE_VARIABLE: Final = "HABITUE_ENGINE_"
"""What the names of variables that hold an engine's address start with."""
_SECTION: Final = "engines"
File = Any
"""A file sent, as Streamlit holds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is to be read.

    Attributes:
        files: Files sent.
        url: Address of a database; never shown.
        table: Its table.
        given: A mapping saved before.
        reading: How text is written, where the reader said so.
    """

    files: tuple[File, ...] = ()
    url: str | None = None
    table: str | None = None
    given: Mapping | None = None
    reading: tuple[tuple[str, str], ...] = ()

    @property
    def token(self) -> str:
        """Tell it from anything else that could be read, or read another way."""
        parts = [
            *(one.file_id for one in self.files), str(self.url), str(self.table),
            self.given.to_yaml() if self.given else "", repr(self.reading),
        ]  # fmt: skip
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    @contextmanager
    def opened(self) -> Iterator[Sequence[str | Path]]:
        """Lend what the workspace reads; files lie in a folder of their own meanwhile."""
        if self.url is not None:
            yield [self.url]
            return
        named = [(one.name, one) for one in self.files]
        with intake.received(named, limit_mb=limit_mb()) as paths:
            yield paths

    def look(self) -> Look:
        """Look at it."""
        from habitue.data.mapping import Mapping  # noqa: PLC0415 - pydantic, when something is read

        asked = (self.given or Mapping()).but(**dict(self.reading))
        with self.opened() as sources:
            return intake.look(sources, mapping=asked, table=self.table)


def limit_mb() -> int:
    """Give the megabytes that can be sent at a time: what the product says, else the server."""
    return intake.upload_limit() or int(st.get_option("server.maxUploadSize"))


def engines() -> dict[str, str]:
    """Give the addresses of the databases that can be read, by the name they were given.

    Raises:
        RequestError: The secrets cannot be read.
    """
    told = access.secrets().get(_SECTION) or {}
    if not isinstance(told, dict) or not all(isinstance(one, str) for one in told.values()):
        raise RequestError("engines_not_a_table")
    known = {
        name.removeprefix(ENGINE_VARIABLE).lower(): url
        for name, url in os.environ.items()
        if name.startswith(ENGINE_VARIABLE) and name != ENGINE_VARIABLE and url
    }
    return dict(sorted((known | told).items()))


@st.cache_data(ttl=60, max_entries=16, show_spinner=False)
def tables(url: str) -> tuple[str, ...]:
    """List the tables of a database.

    Args:
        url: Its address.
    """
    return intake.tables(url)
