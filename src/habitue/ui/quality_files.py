"""What of the quality report can be taken away: the findings, and the sample of each."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from habitue.export.formats import csv_bytes
from habitue.export.tables import MIME, About, file_of
from habitue.schema import Filters
from habitue.ui import access, says, segment_table, state
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.quality_words import Words
    from habitue.data.quality.report import Finding, Quality


def findings(report: Quality, words: Words) -> None:
    """Offer the findings as files.

    Args:
        report: What was found.
        words: Names its columns.
    """
    if not report.findings or access.view_only():
        return
    with st.container(horizontal=True, key="quality.files"):
        access.download(
            t("quality.download_findings_csv"),
            partial(csv_bytes, report.table),
            key="quality.findings.csv",
            file_name="habitue-quality.csv",
            mime="text/csv",
            icon=":material/download:",
        )
        access.download(
            t("quality.download_findings_xlsx"),
            partial(_workbook, report, words),
            key="quality.findings.xlsx",
            file_name="habitue-quality.xlsx",
            mime=MIME["xlsx"],
            icon=":material/download:",
        )


def sample(finding: Finding, rows: pa.Table, words: Words) -> None:
    """Show some rows of a finding, and offer them as a file.

    Args:
        finding: What they are of.
        rows: Lines, orders, customers or days.
        words: Names their columns.
    """
    people = [name for name in rows.column_names if name.startswith("customer_id")]
    says.aside(t("quality.sample_title", n=rows.num_rows))
    st.dataframe(
        segment_table.rounded(words.read(access.masked(rows, *people) if people else rows)),
        hide_index=True,
        column_config=words.columns(rows),
        key=f"quality.sample.{finding.name}",
        alt=words.title(finding),
    )
    label, key = t("quality.download_sample"), f"quality.sample.{finding.name}.csv"
    name = f"habitue-{finding.name.replace('_', '-')}.csv"
    if people:
        access.customers(
            label, "quality", Filters(), lambda: (rows.num_rows, csv_bytes(rows)), key=key,
            file_name=name, mime="text/csv", icon=":material/download:",
        )  # fmt: skip
        return
    access.download(
        label, partial(csv_bytes, rows), key=key, file_name=name, mime="text/csv",
        icon=":material/download:",
    )  # fmt: skip


def _workbook(report: Quality, words: Words) -> bytes:
    shop = state.shop()
    verdict, opening = words.verdict(report)
    return file_of(
        report.table,
        "xlsx",
        About(
            name="habitue-quality",
            title=t("quality.title"),
            lang=lang(),
            as_of=shop.last_day,
            facts={"snapshot": shop.snapshot, "sources": list(shop.sources)},
            told=(
                (t("quality.file_about"), ", ".join(shop.sources)),
                (verdict, opening),
                *((words.title(one), words.part(one, "what")) for one in report.findings),
            ),
            columns=words.columns(report.table),
            terms=(),
        ),
    )[1]
