"""The quality report on a terminal: the verdict, then the findings, the worst first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from habitue.charts.quality_words import Words
from habitue.cli.answer import Answer
from habitue.cli.options import Format, Output
from habitue.cli.quality_options import Rows
from habitue.texts import money, number

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from habitue.cli.terminal import Terminal
    from habitue.data.quality.report import Quality

_WIDTH = 100


def page(report: Quality, terminal: Terminal) -> str:
    """Lay the report out.

    Args:
        report: What was found.
        terminal: Who reads.
    """
    from habitue.cli.pages import NOTHING, Column, drawn  # noqa: PLC0415 - only where a person reads

    words = Words(lang=terminal.lang, currency=report.currency)
    verdict, opening = words.verdict(report)
    told = [f"{verdict}. {opening}"]
    told += ["- " + words.reason(one) for one in report.reasons]
    rows = [
        [
            words.say(f"severity_{one.severity}"),
            words.title(one),
            words.count(one),
            NOTHING if one.left_out is None else number(one.left_out, terminal.lang),
            NOTHING if one.amount is None else money(one.amount, report.currency, terminal.lang),
        ]
        for one in report.findings
    ]
    columns = [
        Column(words.say("column_severity")),
        Column(words.say("column_finding")),
        Column(words.say("column_count"), right=True),
        Column(words.say("column_left_out"), right=True),
        Column(words.say("column_amount"), right=True),
    ]
    parts = ["\n".join(textwrap.fill(one, _WIDTH, subsequent_indent="  ") for one in told)]
    if rows:
        parts.append(drawn(columns, rows).rstrip("\n"))
    if report.winsorised.num_rows:
        parts.append(_winsorised(report, words))
    return "\n\n".join(parts) + "\n"


def answer(
    report: Quality,
    rows: Rows,
    samples: Callable[[], dict[str, pa.Table]],
    output: Output,
) -> Answer:
    """Give the report in all its forms; JSON is the whole of it where findings are asked for.

    Args:
        report: What was found.
        rows: Which of its tables files hold; not the waterfall, which is no part of it.
        samples: Gives some rows of each finding.
        output: What is to be written.
    """
    if rows is not Rows.FINDINGS:
        return Answer(rows=lambda: getattr(report, rows.value))
    is_tree = output.chosen() is Format.JSON
    return Answer(
        rows=lambda: report.table,
        tree=report.to_dict(samples()) if is_tree else None,
        page=lambda reader: page(report, reader),
    )


def _winsorised(report: Quality, words: Words) -> str:
    lines = [words.winsorised(row) for row in report.winsorised.to_pylist()]
    return "\n".join([words.say("winsorised_title"), *(f"- {one}" for one in lines)])
