"""A sample shop as files, its truth beside them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from habitue.data.samples.lines import SCHEMA, to_arrow
from habitue.data.samples.shop import END, START, SampleShop, make_shop
from habitue.data.samples.truth import Tally, Truth
from habitue.errors import RequestError
from habitue.later import Later
from habitue.schema import word

xlsxwriter = Later("xlsxwriter")

SHEET_LINES: Final = 1_048_575
"""What a sheet of Excel holds, its header apart."""

Progress = Callable[[int, int], None]
"""Told how many lines are written, and of how many."""
_Write = Callable[[int, pa.RecordBatch], None]


class SampleFormat(StrEnum):
    """What a sample shop can be written as."""

    PARQUET = "parquet"
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class WrittenShop:
    """Where a sample shop went.

    Attributes:
        sources: The files to ingest, in order: one per part, or one workbook with two sheets.
        truth: What is true of it; also in `truth.json` and `truth.parquet` (its customers).
    """

    sources: tuple[Path, ...]
    truth: Truth


def write_shop(
    folder: Path,
    lines: int = 100_000,
    *,
    seed: int = 1,
    start: dt.date = START,
    end: dt.date = END,
    format: SampleFormat | str = SampleFormat.PARQUET,  # noqa: A002 - the word of the command line
    progress: Progress | None = None,
) -> WrittenShop:
    """Make a sample shop and write it: `orders/` to ingest, and the truth outside of it.

    Lines are drawn and written a batch at a time. Files appear under their name once whole.

    Args:
        folder: Where to; made when missing. Files of the same name are replaced.
        lines: Lines of both parts together.
        seed: The same seed writes the same bytes.
        start: First day.
        end: Last day.
        format: `parquet`, `csv` or `xlsx`.
        progress: Called after every batch.

    Raises:
        RequestError: What `make_shop` refuses, an unknown format, or more lines than a sheet
            of a workbook holds.

    Examples:
        >>> from tempfile import mkdtemp
        >>> written = write_shop(Path(mkdtemp()), 2_000, format="csv")
        >>> [path.name for path in written.sources]
        ['part-1.csv', 'part-2.csv']
    """
    chosen = word("format", format, SampleFormat)
    shop = make_shop(lines, seed=seed, start=start, end=end)
    orders = folder / "orders"
    orders.mkdir(parents=True, exist_ok=True)
    if chosen is SampleFormat.XLSX:
        _check_sheets(shop)
        paths = [orders / "shop.xlsx"]
    else:
        paths = [orders / f"part-{part + 1}.{chosen}" for part in shop.PARTS]
    begun = [path.with_name(path.name + ".part") for path in paths]
    tally, done = Tally(shop.plan), 0
    with _writer(chosen, begun, shop) as write:
        for part in shop.PARTS:
            for drawn, repeated in shop.drawn(part):
                tally.add(drawn, repeated=repeated)
                batch = to_arrow(drawn, shop.plan)
                write(part, batch)
                done += batch.num_rows
                if progress:
                    progress(done, lines)
    for path, whole in zip(begun, paths, strict=True):
        path.replace(whole)
    truth = shop.close(tally)
    pa.parquet.write_table(truth.customers, folder / "truth.parquet")
    told = json.dumps(truth.to_dict(), indent=2, ensure_ascii=False)
    (folder / "truth.json").write_text(told + "\n", encoding="utf-8")
    return WrittenShop(tuple(paths), truth)


@contextmanager
def _writer(chosen: SampleFormat, paths: list[Path], shop: SampleShop) -> Iterator[_Write]:
    if chosen is SampleFormat.XLSX:
        with _workbook(paths[0], shop) as write:
            yield write
        return
    opened = pa.parquet.ParquetWriter if chosen is SampleFormat.PARQUET else pa.csv.CSVWriter
    with ExitStack() as stack:
        writers = [stack.enter_context(opened(path, SCHEMA)) for path in paths]
        yield lambda part, batch: writers[part].write_batch(batch)


@contextmanager
def _workbook(path: Path, shop: SampleShop) -> Iterator[_Write]:
    # Row by row to the disk: memory does not grow with the workbook.
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    # A workbook says when it was made: here the shop's own last day, so that bytes are equal.
    book.set_properties({"created": dt.datetime.combine(shop.end, dt.time())})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    names = [f"{first:%Y-%m-%d} {last:%Y-%m-%d}" for first, last in map(shop.days, shop.PARTS)]
    sheets = [book.add_worksheet(name) for name in names]
    rows = [1 for _ in sheets]

    def write(part: int, batch: pa.RecordBatch) -> None:
        if rows[part] == 1:
            sheets[part].write_row(0, 0, SCHEMA.names)
        columns = [column.to_pylist() for column in batch.columns]
        for row, line in enumerate(zip(*columns, strict=True), rows[part]):
            for column, value in enumerate(line):
                match value:
                    case str():
                        # As text even when it reads like a number: ids keep their zeros.
                        sheets[part].write_string(row, column, value)
                    case dt.datetime():
                        sheets[part].write_datetime(row, column, value, moment)
                    case int() | float():
                        sheets[part].write_number(row, column, value)
        rows[part] += batch.num_rows

    yield write
    book.close()


def _check_sheets(shop: SampleShop) -> None:
    longest = max(map(shop.part_lines, shop.PARTS))
    if longest > SHEET_LINES:
        raise RequestError("sample_too_big_for_xlsx", lines=longest, most=SHEET_LINES)
