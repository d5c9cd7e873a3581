"""An export on its way out: files, a manifest beside each list, and who was treated (D38, D39)."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import pyarrow as pa

from habitue.errors import RequestError
from habitue.export.lists import Order, slug
from habitue.export.preflight import Preflight
from habitue.export.profiles import Profile
from habitue.export.writing import Form, Opener, Shape, Written, most_bytes, write

MANIFEST_FORMAT: Final = 1
_ZIP_MADE: Final = (1980, 1, 1, 0, 0, 0)
_AUDIENCE: Final = Shape(form="csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """On what an export stands.

    Attributes:
        as_of: The day of the picture.
        snapshot: Id of the data.
        sources: Names of what the data was read from.
        filters: What the reader asked to see, as plain words.
        rule_set: Name of the segments' rules, or None.
        version: Of the software, and of its definitions.
    """

    as_of: dt.date
    snapshot: str
    sources: tuple[str, ...]
    filters: dict[str, object]
    rule_set: str | None
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What was written.

    Attributes:
        files: The lists' files, then manifests and audiences.
        rows: Rows in the lists' files.
    """

    files: tuple[Written, ...]
    rows: int


class Memory:
    """Holds files in memory, for a download.

    Attributes:
        files: Content by file name, in the order written.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def __call__(self, name: str) -> Iterator[IO[bytes]]:
        """Lend a place to write to."""
        sink = io.BytesIO()
        yield sink
        self.files[name] = sink.getvalue()

    def zipped(self) -> bytes:
        """Give all files in one archive; the same files give the same bytes."""
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                told = zipfile.ZipInfo(name, _ZIP_MADE)
                told.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(told, content)
        return held.getvalue()


def folder(place: Path) -> Opener:
    """Write into a folder; each file appears whole or not at all.

    Args:
        place: The folder, made when absent.
    """

    @contextmanager
    def lend(name: str) -> Iterator[IO[bytes]]:
        path = place / name
        fresh = path.with_name(f".{name}.{os.getpid()}")
        try:
            place.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as sink:
                yield sink
            fresh.replace(path)
        except OSError as refusal:
            raise RequestError(
                "output_unwritable", path=path, reason=refusal.strerror or str(refusal)
            ) from None
        finally:
            fresh.unlink(missing_ok=True)

    return lend


def pack(flights: tuple[Preflight, ...], order: Order, basis: Basis, opener: Opener) -> Parcel:
    """Write the files of every list that is ready.

    Beside each list stand `<list>.manifest.json`, and `<list>.audience.csv`: who was treated and
    who was held out, which the read-back needs and no platform does.

    Args:
        flights: The lists, checked.
        order: What was asked.
        basis: On what it stands.
        opener: Lends a place to write to.

    Raises:
        RequestError: A list cannot leave, or a file cannot be written.
    """
    refuse_stopped(flights)
    lists: list[Written] = []
    beside: list[Written] = []
    for flight in flights:
        shape = shape_of(flight.profile)
        stem = slug(flight.drawn.plan.name)
        files = [one for part in flight.ready for one in write(part.rows, shape, part.stem, opener)]
        lists += files
        told = manifest(flight, order, basis, tuple(files))
        beside.append(_text(f"{stem}.manifest.json", told, opener))
        beside += write(audience(flight), _AUDIENCE, f"{stem}.audience", opener)
    return Parcel(files=(*lists, *beside), rows=sum(one.rows for one in lists))


def refuse_stopped(flights: tuple[Preflight, ...]) -> None:
    """Refuse lists of which nothing useful would leave.

    Args:
        flights: The lists, checked.

    Raises:
        RequestError: One of them cannot leave; the message says why.
    """
    for flight in flights:
        if flight.stopped:
            found = next(one for one in flight.findings if one.level == "stop")
            raise RequestError(
                f"export_stopped_{found.key.removeprefix('found_')}",
                name=flight.drawn.plan.name, **found.facts,
            )  # fmt: skip


def one_list(flight: Preflight, sink: IO[bytes]) -> Parcel:
    """Write one list alone, to a place that takes one file: standard output.

    Args:
        flight: The list, checked.
        sink: Where to.

    Returns:
        What was written.

    Raises:
        RequestError: The list needs several files.
    """
    names: list[str] = []

    @contextmanager
    def lend(name: str) -> Iterator[IO[bytes]]:
        names.append(name)
        if len(names) > 1:
            raise RequestError("one_file_only", name=flight.drawn.plan.name)
        yield sink

    files = tuple(
        one
        for part in flight.ready
        for one in write(part.rows, shape_of(flight.profile), part.stem, lend)
    )
    return Parcel(files=files, rows=sum(one.rows for one in files))


def shape_of(profile: Profile) -> Shape:
    """Give how a profile's files are written."""
    form: Form = profile.format
    return Shape(
        form=form,
        delimiter=profile.delimiter,
        bom=profile.bom,
        decimal_comma=profile.decimal_comma,
        max_rows=profile.limits.rows,
        max_bytes=most_bytes(profile.limits.megabytes),
    )


def audience(flight: Preflight) -> pa.Table:
    """List who was treated and who was held out, under the shop's own ids."""
    treated = pa.concat_arrays([part.customers for part in flight.ready])
    held = flight.drawn.held["customer_id"].combine_chunks()
    groups = ["treated"] * len(treated) + ["holdout"] * len(held)
    return pa.table(
        {
            "customer_id": pa.concat_arrays([treated, held]),
            "group": pa.array(groups, pa.string()),
            "list_name": pa.array([flight.drawn.plan.name] * len(groups), pa.string()),
            "as_of": flight.drawn.rows["as_of"].slice(0, 1).combine_chunks().take(
                pa.array([0] * len(groups), pa.int32())
            ) if groups else pa.array([], pa.date32()),
        }
    ).sort_by("customer_id")  # fmt: skip


def manifest(
    flight: Preflight, order: Order, basis: Basis, files: tuple[Written, ...]
) -> dict[str, Any]:
    """Say what a list's files are and what they rest on; the same request gives the same words."""
    drawn, profile = flight.drawn, flight.profile
    return {
        "format": MANIFEST_FORMAT,
        "list": drawn.plan.name,
        "action_code": drawn.plan.code,
        "scenario": drawn.plan.scenario or None,
        "as_of": basis.as_of.isoformat(),
        "files": [
            {"name": one.name, "rows": one.rows, "bytes": one.bytes, "sha256": one.sha256}
            for one in files
        ],
        "columns": flight.ready[0].rows.column_names if flight.ready else [],
        "counts": {
            "customers": drawn.customers,
            "chosen": drawn.chosen,
            "rows": flight.rows,
            "left_out": flight.left_out,
            "invalid": flight.invalid,
        },
        "holdout": {"share": order.holdout, "customers": drawn.held.num_rows},
        "profile": {
            "name": profile.name,
            "version": profile.version,
            "source": None if profile.source is None else profile.source.model_dump(mode="json"),
        },
        "rule": drawn.plan.rule.words(),
        "filters": basis.filters,
        "rule_set": basis.rule_set,
        "silent_months": order.silent_months,
        "data": {"snapshot": basis.snapshot, "sources": list(basis.sources)},
        "definitions": basis.version,
    }


def _text(name: str, told: dict[str, Any], opener: Opener) -> Written:
    import hashlib  # noqa: PLC0415 - beside its one use

    content = (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode()
    with opener(name) as sink:
        sink.write(content)
    digest = hashlib.sha256(content).hexdigest()
    return Written(name=name, rows=0, bytes=len(content), sha256=digest)


Build = Callable[[Opener], Parcel]
"""Writes an export once it is asked for, and not before."""
