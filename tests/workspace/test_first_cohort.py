"""D19: the left-truncated cohort is the one of the first acquisition, not of the first line."""

from __future__ import annotations

import datetime as dt

from tests.lines import line, opened

JAN, FEB = dt.date(2011, 1, 1), dt.date(2011, 2, 1)


def test_lines_before_anybody_is_acquired_make_no_cohort() -> None:
    desk = opened(
        [
            line("C0", "a", "2010-12-03", quantity=-1),
            line("1", None, "2010-12-20"),
            line("2", "a", "2011-01-05"),
            line("3", "b", "2011-02-05"),
            line("4", "b", "2011-03-05"),
            line("5", "b", "2011-04-30"),
        ]
    )
    assert desk.shop().first_day == dt.date(2010, 12, 3)
    truncated = {row["cohort"]: row["truncated"] for row in desk.cohorts().to_pylist()}
    assert truncated == {JAN: True, FEB: False}
    # Only February is left to pool: its one customer came back in March and in April.
    pool = desk.pooled().to_pylist()
    assert {row["customers"] for row in pool} == {1}
    assert [row["rate"] for row in pool] == [1.0, 1.0, 1.0]
    kept = desk.pooled(keep_truncated=True).to_pylist()
    assert kept[0]["customers"] == 2
    kpis = desk.kpis()
    assert kpis.truncated_cohort == JAN
    assert {point.customers for point in kpis.by_age} == {1}
