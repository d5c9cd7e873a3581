"""The report in its three formats holds the figures of the screens, and runs nothing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from pptx import Presentation

from habitue import glossary
from habitue.data.samples import write_shop
from habitue.errors import RequestError
from habitue.export.document import Document
from habitue.texts import LANGS, Lang, money
from habitue.workspace import Workspace, ingest, open_store


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("report")
    ingest(list(write_shop(folder, 4_000, seed=5, format="csv").sources), store=folder / "store")
    return open_store(folder / "store")


@pytest.fixture(scope="module", params=LANGS)
def told(shop: Workspace, request: pytest.FixtureRequest) -> tuple[Lang, Document]:
    return request.param, shop.document(lang=request.param)


def test_the_page_is_one_file_that_asks_for_nothing(
    shop: Workspace, told: tuple[Lang, Document]
) -> None:
    lang, document = told
    page = shop.report("html", lang=lang).decode()
    assert f'<html lang="{lang}">' in page
    ours = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"(?:src|href)=[\"'](?!#|data:)", ours)
    assert "default-src 'none'" in ours
    assert page.count("Plotly.newPlot(") == len([one for one in document.sections if one.plot])
    aov = money(shop.kpis().aov or 0, shop.kpis().currency, lang)
    assert aov in ours
    for name in ("pooled_retention", "rfm_segment"):
        assert glossary.entry(name, lang).short.replace("'", "&#x27;") in ours


def test_slides_have_native_charts_with_the_same_numbers(
    shop: Workspace, told: tuple[Lang, Document]
) -> None:
    lang, document = told
    deck = Presentation(io.BytesIO(shop.report("pptx", lang=lang)))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    plotted = [one for one in document.sections if one.plot is not None]
    assert len(charts) == len(plotted) >= 4
    for chart, section in zip(charts, plotted, strict=True):
        names, series = document.points(section)
        plot = chart.plots[0]
        assert list(plot.categories) == names
        for drawn, (title, values) in zip(plot.series, series, strict=True):
            assert drawn.name == title
            assert list(drawn.values) == pytest.approx(values)
    words = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes
             if shape.has_text_frame]  # fmt: skip
    assert any(glossary.entry("as_of", lang).term in one for one in words[-3:])


def test_the_workbook_has_numbers_charts_and_definitions(
    shop: Workspace, told: tuple[Lang, Document]
) -> None:
    lang, document = told
    book = openpyxl.load_workbook(io.BytesIO(shop.report("xlsx", lang=lang)))
    assert len(book.worksheets) == len(document.sections) + 1
    for sheet, section in zip(book.worksheets, document.sections, strict=False):
        assert len(sheet._charts) == (section.plot is not None)
        if section.table is None:
            continue
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        head = [one.title for one in section.columns]
        top = next(place for place, row in enumerate(rows) if row[: len(head)] == head)
        for row, line in zip(rows[top + 1 :], section.table.to_pylist(), strict=True):
            for cell, column in zip(row, section.columns, strict=False):
                wanted = line[column.name]
                if column.form not in {"text", "day", "month"} and wanted is not None:
                    assert cell == pytest.approx(float(wanted), abs=1e-9)
    definitions = [str(row[1]) for row in book.worksheets[-1].iter_rows(values_only=True)]
    assert any("D18" in one for one in definitions)


@pytest.mark.parametrize("form", ["html", "pptx", "xlsx"])
def test_the_same_request_gives_the_same_bytes(shop: Workspace, form: str) -> None:
    assert shop.report(form) == shop.report(form)


def test_filters_and_language_change_the_report(shop: Workspace) -> None:
    assert shop.report("html") != shop.report("html", returns="exclude")
    assert shop.report("html", lang="fr") != shop.report("html", lang="en")
    with pytest.raises(RequestError):
        shop.report("pdf")


@pytest.mark.slow
def test_slides_open_in_libreoffice(shop: Workspace, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "r.pptx"
    path.write_bytes(shop.report("pptx", lang="fr"))
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
