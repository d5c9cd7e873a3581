"""What would fill the memory or the disk is refused before it does, in one sentence."""

from __future__ import annotations

import gzip
import io
import resource
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ui import shapes

from habitue.data.sources import sheets
from habitue.data.sources.files import DataFile, opened
from habitue.data.sources.part import MAX_COLUMNS
from habitue.data.sources.sheets import cut_short, refuse_sprawl
from habitue.errors import SourceError
from habitue.workspace import check
from habitue.workspace.intake import look, received


def _file(path: Path) -> DataFile:
    return DataFile(0, path.name, path, "workbook", path.stat().st_size)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_a_stray_cell_far_away_is_refused_by_a_look_and_by_an_ingest(tmp_path: Path) -> None:
    path = tmp_path / "stray.xlsx"
    path.write_bytes(shapes.sprawling())
    before = _peak_mb()
    for read in (look, check):
        with pytest.raises(SourceError) as refusal:
            read([path])
        assert refusal.value.key == "workbook_too_large"
        assert refusal.value.facts["cells"] == 200_000 * 2_000
    assert _peak_mb() - before < 300


@pytest.mark.parametrize("spelled", [b'r="%s"', b"r='%s'", b'r ="%s"', b'r = "%s"', b'r\n=\t"%s"'])
def test_however_the_reference_is_spelled(tmp_path: Path, spelled: bytes) -> None:
    cells = b"<row><c " + spelled % b"A1" + b"/><c " + spelled % b"XFD1000000" + b"/></row>"
    path = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"<sheetData>" + cells + b"</sheetData>")
    with pytest.raises(SourceError) as refusal:
        refuse_sprawl(_file(path))
    assert refusal.value.facts["cells"] == 16_384 * 1_000_000


@pytest.mark.parametrize(
    ("cell", "cells"),
    [
        (b'<c r="Z999999999"/>', 26 * 999_999_999),
        (b"<c r='c4000000000'/>", 3 * 4_000_000_000),
        (b'<row r="4000000000"><c/></row>', 4_000_000_000),
    ],
)
def test_a_narrow_sheet_that_never_ends(tmp_path: Path, cell: bytes, cells: int) -> None:
    path = tmp_path / "tall.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/elsewhere.part", b'<sheetData><c r="A1"/>' + cell + b"</sheetData>")
    with pytest.raises(SourceError) as refusal:
        refuse_sprawl(_file(path))
    assert refusal.value.facts["cells"] == cells


@pytest.mark.parametrize(("texts", "refused"), [(4_294_967_295, True), (150_000, False)])
def test_a_table_of_texts_that_promises_more_than_it_holds(
    tmp_path: Path, texts: int, refused: bool
) -> None:
    path = tmp_path / "texts.xlsx"
    held = b"<si><t>x</t></si>" * 150_000
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/sharedStrings.xml", b'<sst uniqueCount="%d">' % texts + held)
    if refused:
        with pytest.raises(SourceError):
            refuse_sprawl(_file(path))
    else:
        refuse_sprawl(_file(path))


def test_only_workbooks_whose_size_is_known_are_received(tmp_path: Path) -> None:
    for inside in ("content.xml", "xl/workbook.bin"):
        path = tmp_path / "sent.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, b"<x/>")
        with (
            path.open("rb") as content,
            pytest.raises(SourceError) as refusal,
            received([(path.name, content)], limit_mb=1),
        ):
            pass
        assert refusal.value.key == "upload_kind"


def test_a_reference_cut_between_two_blocks_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cut.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"x" * 98 + b'<c r="XFD1000000"/>')
    for size in range(100, 117):
        monkeypatch.setattr(sheets, "_BLOCK", size)
        with pytest.raises(SourceError):
            refuse_sprawl(_file(path))


@pytest.mark.parametrize(
    "tag",
    [
        b'<c r%s=%s"XFD1000000"/>',
        b'<row r%s=%s"4000000000"><c/></row>',
        b'<c z=">" r%s=%s"XFD1000000"/>',
        b'<c r="XFD%s%s1000000"/>',
        b'<sst uniqueCount%s=%s"4294967295"/>',
    ],
)
@pytest.mark.parametrize("length", [70, 3_000])
def test_padding_across_two_blocks_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tag: bytes, length: int
) -> None:
    padding = (b"0" if b"XFD%s" in tag else b" ") * length
    path = tmp_path / "padded.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"x" * 98 + tag % (padding, padding))
    for size in (120, 150, 1_000, 2_500, 1 << 20):
        monkeypatch.setattr(sheets, "_BLOCK", size)
        with pytest.raises(SourceError):
            refuse_sprawl(_file(path))


def test_a_wide_and_dense_workbook_is_taken(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Client", "Date", "Montant", *(f"x{at}" for at in range(60))])
    sheet.append(["A", "2024-01-31", 12, *range(60)])
    book.save(tmp_path / "wide.xlsx")
    assert len(look([tmp_path / "wide.xlsx"]).main.columns) == 63


def test_the_head_of_a_large_workbook_reads_like_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Client", "Date", "Montant"])
    for number in range(500):
        sheet.append([f"é{number}", "2024-01-31", number / 4])
    book.save(tmp_path / "large.xlsx")
    whole = look([tmp_path / "large.xlsx"]).main.rows
    monkeypatch.setattr(sheets, "_QUICK", 100)
    short = cut_short(_file(tmp_path / "large.xlsx"), 100, tmp_path)
    assert short.path != tmp_path / "large.xlsx"
    assert look([short.path]).main.rows == whole.slice(0, 99)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_million_columns_are_refused(tmp_path: Path, ending: str) -> None:
    names = [f"c{at}" for at in range(1_000_000 if ending == "csv" else 5_000)]
    path = tmp_path / f"wide.{ending}"
    if ending == "csv":
        path.write_text(",".join(names) + "\n" + ",".join("1" for _ in names) + "\n")
    else:
        pq.write_table(pa.table({name: [1] for name in names}), path)
    with pytest.raises(SourceError) as refusal:
        look([path])
    assert refusal.value.key == "too_many_columns"
    assert refusal.value.facts["columns"] > MAX_COLUMNS


def test_archives_share_the_room_they_may_unpack_to(tmp_path: Path) -> None:
    path, scratch = tmp_path / "two.zip", tmp_path / "scratch"
    scratch.mkdir()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.csv", "b.csv"):
            archive.writestr(name, "x,y\n" + "1,2\n" * 500_000)
    assert len(list(opened(0, path, scratch, room=5 << 20))) == 2
    for one in scratch.iterdir():
        one.unlink()
    with pytest.raises(SourceError) as refusal:
        list(opened(0, path, scratch, room=3 << 20))
    assert refusal.value.key == "archive_too_large"
    assert sum(one.stat().st_size for one in scratch.iterdir()) < 4 << 20


def test_a_bomb_is_refused_while_it_grows(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as out:
        for _ in range(300):
            out.write(b"0" * (1 << 20))
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(packed.getvalue())
    assert path.stat().st_size < 1 << 20
    with pytest.raises(SourceError) as refusal:
        look([path])
    assert refusal.value.key == "archive_too_large"


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b'<c r="A1"/>' * 100_000)
    written = path.read_bytes()
    size = (11 * 100_000).to_bytes(4, "little")
    path.write_bytes(written.replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(SourceError) as refusal:
        refuse_sprawl(_file(path))
    assert refusal.value.key == "source_truncated"


def test_a_parquet_file_of_a_billion_rows_in_few_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    rows = 40_000_000
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000, pa.int8()), ["1"])
    table = pa.table({"order": same, "customer": same, "date": same, "amount": same})
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        whole = pa.concat_tables([table] * (rows // 1_000)).combine_chunks()
        writer.write_table(whole, row_group_size=rows)
    assert path.stat().st_size < 1 << 20
    with pytest.raises(SourceError) as refusal:
        look([path])
    assert refusal.value.key == "archive_too_large"
