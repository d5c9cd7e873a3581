"""`habitue doctor`: what is there, what is missing, what to do about it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from habitue.cli.answer import Answer, write
from habitue.cli.families import with_families
from habitue.cli.options import Output, Where
from habitue.cli.terminal import Terminal
from habitue.errors import HabitueError, StoreError

if TYPE_CHECKING:
    import pyarrow as pa

_CHROMIUM: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
_REQUIREMENT: Final = re.compile(r"(?P<name>[\w.-]+)(\[(?P<extras>[\w,-]+)\])?")
_WANTED_BY: Final = re.compile(r"""extra == ['"]([\w-]+)""")


class Verdict(StrEnum):
    """What an examination found."""

    OK = "ok"
    OPTIONAL = "optional"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined.

    Attributes:
        check: What was looked at.
        verdict: Whether it is well; only what is broken stops the work.
        detail: What was found.
        remedy: What to do, when something is.
    """

    check: str
    verdict: Verdict
    detail: str
    remedy: str | None = None


@with_families
def doctor(terminal: Terminal, where: Where, output: Output) -> None:
    """Examine the installation and the store; exit 1 when something needed is broken."""
    findings = [
        Finding("habitue", Verdict.OK, metadata.version("habitue")),
        Finding("python", Verdict.OK, f"{platform.python_version()} ({platform.system()})"),
        *packages(terminal),
        images(terminal),
        store(where.store, terminal),
        *folders(where.store, terminal),
        language(terminal),
    ]
    answer = Answer(rows=lambda: _rows(findings), page=lambda reader: _page(findings, reader))
    write(answer, output, terminal)
    if any(one.verdict is Verdict.BROKEN for one in findings):
        raise typer.Exit(1)


def packages(terminal: Terminal) -> Iterator[Finding]:
    """Look for every package that ours declares, and for those of each extra."""
    for name in sorted(_needs("habitue", extra=None)):
        version = _version(name)
        if version is None:
            remedy = terminal.text("cli.doctor_reinstall")
            yield Finding(name, Verdict.BROKEN, terminal.text("cli.doctor_missing"), remedy)
        else:
            yield Finding(name, Verdict.OK, version)
    for extra in sorted(metadata.metadata("habitue").get_all("Provides-Extra") or ()):
        needed = sorted(_needs("habitue", extra=extra))
        lacking = [name for name in needed if _version(name) is None]
        if lacking:
            told = terminal.text("cli.doctor_extra_lacking", names=lacking)
            remedy = terminal.text("cli.doctor_extra", extra=extra)
            yield Finding(f"[{extra}]", Verdict.OPTIONAL, told, remedy)
        else:
            versions = ", ".join(f"{name} {_version(name)}" for name in needed)
            yield Finding(f"[{extra}]", Verdict.OK, versions)


def images(terminal: Terminal) -> Finding:
    """Look for the browser that draws images of charts."""
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        remedy = terminal.text("cli.doctor_chromium")
        return Finding("chromium", Verdict.OPTIONAL, terminal.text("cli.doctor_missing"), remedy)
    return Finding("chromium", Verdict.OK, found)


def store(path: Path, terminal: Terminal) -> Finding:
    """Look whether the store's current snapshot is whole."""
    from habitue.data.store import Store  # noqa: PLC0415 - pydantic, not needed for help

    home = Store(path)
    if not home.exists():
        remedy = terminal.text("cli.doctor_store_none_remedy")
        return Finding(
            "store",
            Verdict.OPTIONAL,
            terminal.text("cli.doctor_store_none", path=str(path)),
            remedy,
        )
    try:
        current = home.current()
    except StoreError as error:
        return _broken("store", error, terminal)
    if not home.holds(current.id):
        damaged = StoreError("store_damaged", path=str(path), part=current.id)
        return _broken("store", damaged, terminal)
    count = len(home.snapshots())
    told = terminal.text("cli.doctor_store", count=count, path=str(path), snapshot=current.id)
    return Finding("store", Verdict.OK, told)


def folders(store_path: Path, terminal: Terminal) -> Iterator[Finding]:
    """Look whether the folders that we write to can be written to."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed for help

    needed = {
        "folder:store": store_path,
        "folder:temporary": Path(tempfile.gettempdir()),
        "folder:cache": user_cache_path("habitue", appauthor=False),
    }
    for name, folder in needed.items():
        there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            free = shutil.disk_usage(there).free // 1_000_000_000
            yield Finding(
                name, Verdict.OK, terminal.text("cli.doctor_free", path=str(folder), free=free)
            )
        else:
            # Only `fetch` needs the cache.
            verdict = Verdict.OPTIONAL if name == "folder:cache" else Verdict.BROKEN
            told = terminal.text("cli.doctor_unwritable", path=str(there))
            yield Finding(name, verdict, told, terminal.text("cli.doctor_unwritable_remedy"))


def language(terminal: Terminal) -> Finding:
    """Say which language was chosen, and whether the terminal can show its letters."""
    encoding = sys.stderr.encoding or "ascii"
    detail = f"{terminal.lang} ({encoding})"
    try:
        "é\N{RIGHT SINGLE QUOTATION MARK}€".encode(encoding)
    except UnicodeEncodeError:
        return Finding("language", Verdict.OPTIONAL, detail, terminal.text("cli.doctor_encoding"))
    return Finding("language", Verdict.OK, detail)


def _broken(name: str, error: HabitueError, terminal: Terminal) -> Finding:
    return Finding(name, Verdict.BROKEN, error.what(terminal.lang), error.hint(terminal.lang))


def _needs(package: str, *, extra: str | None) -> set[str]:
    """Name what a package requires, always or for one of its extras, through extras of others."""
    names: set[str] = set()
    for requirement in metadata.requires(package) or ():
        found = _REQUIREMENT.match(requirement)
        assert found is not None
        wanted_by = _WANTED_BY.search(requirement)
        if (wanted_by and wanted_by[1]) != extra:
            continue
        names.add(found["name"])
        for inner in filter(None, (found["extras"] or "").split(",")):
            if extra is not None and _version(found["name"]) is not None:
                names |= _needs(found["name"], extra=inner)
    return names


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _rows(findings: list[Finding]) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - not needed for help

    shape = pa.schema([(name, pa.string()) for name in ("check", "verdict", "detail", "remedy")])
    return pa.Table.from_pylist([asdict(one) for one in findings], schema=shape)


def _page(findings: list[Finding], terminal: Terminal) -> str:
    from habitue.cli.pages import Column, drawn  # noqa: PLC0415 - only where a person reads

    columns = [
        Column(terminal.text(f"cli.column_{name}")) for name in ("check", "verdict", "detail")
    ]
    rows = []
    for one in findings:
        rows.append((one.check, terminal.text(f"cli.verdict_{one.verdict}"), one.detail))
        if one.remedy:
            rows.append(("", "", f"→ {one.remedy}"))
    return drawn(columns, rows)
