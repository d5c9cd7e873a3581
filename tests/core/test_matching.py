"""Which purchase each return cancels, held against a stack in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import Line, line, opened, tables
from tests.truth.arithmetic import RULES, UNIT, Match, judge, matched
from tests.truth.shops import lines, raw


def _found(rows: Sequence[Line]) -> list[Match]:
    opened(rows)
    return [
        Match(
            row["order_id"], row["return_id"], row["returned_on"], row["kind"],
            int(row["quantity"] * UNIT), int(row["amount"] * UNIT), int(row["returned"] * UNIT),
            bool(row["return_lines"]),
        )
        for row in tables(["matches"])["matches"]
    ]  # fmt: skip


@given(rows=lines(most=20), share=st.sampled_from(("1", "0.77", "0.3333")))
@settings(max_examples=30, deadline=None)
def test_every_match_is_found_again(rows: list[Line], share: str) -> None:
    if share != "1":
        for row in rows:
            if row.amount is not None:
                exact = (row.amount * Decimal(share)).quantize(Decimal("0.0001"))
                object.__setattr__(row, "amount", exact)
    opening = line("0", "z", "2010-01-01")
    expected = matched(judge(raw([opening, *rows]), RULES["standard"]))
    found = _found([opening, *rows])
    assert sorted(one[:-1] for one in found) == sorted(one[:-1] for one in expected)
    # Which piece of a return line carries its count is nobody's business, that one does is.
    firsts = Counter(one.return_id for one in found if one.first)
    assert firsts == Counter(one.return_id for one in expected if one.first)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param([3, -1, -1, -1], [1, 1, 1], id="one by one"),
        pytest.param([3, -4], [3], id="no more than bought"),
        pytest.param([-1, 3], [], id="never forward"),
        pytest.param([1, 1, 1, -2], [1, 1], id="the latest two"),
        pytest.param([5, -2, 3, -4, -2], [2, 3, 1, 2], id="through a hole"),
        pytest.param([2, -3, 2, -3], [2, 2], id="what found nothing is not carried on"),
        pytest.param([0.5, -0.25, -0.5], [0.25, 0.25], id="halves"),
    ],
)
def test_quantities(events: list[float], expected: list[float]) -> None:
    rows = [
        line(f"C{n}" if quantity < 0 else f"{n}", "a", f"2011-01-{n + 1:02}", quantity=quantity)
        for n, quantity in enumerate(events)
    ]
    met = sorted(tables_of(rows), key=lambda row: (row["returned_on"], -int(row["order_id"])))
    assert [float(row["quantity"]) for row in met] == expected


def tables_of(rows: Sequence[Line]) -> list[dict[str, Any]]:
    opened(rows)
    return tables(["matches"])["matches"]
