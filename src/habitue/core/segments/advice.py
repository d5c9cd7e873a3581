"""What the reader should know about the scores before acting on them, in words (D25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from habitue.core.segments.answers import Note
from habitue.core.segments.rows import Codes
from habitue.core.segments.rules import RuleSet

GROUP_OF: Final = 30
"""Customers a segment needs on average to be read as a group; fewer are a list of people."""
_MEASURES: Final = {"recency": "r_score", "frequency": "f_score", "monetary": "m_score"}


def notes(codes: Codes, rules: RuleSet, *, classes: int, frozen: bool) -> tuple[Note, ...]:
    """Look for what makes scores weaker than they seem.

    Args:
        codes: Sums by code.
        rules: The rule set.
        classes: How many classes the scores have.
        frozen: Whether the thresholds come from elsewhere.
    """
    rows = list(codes)
    customers = sum(row["customers"] for row in rows)
    if not customers:
        return (("note_nobody", {}),)
    found: list[Note] = []
    if customers == 1:
        found.append(("note_one_customer", {}))
    elif customers < classes:
        found.append(("note_fewer_than_classes", {"customers": customers, "classes": classes}))
    if customers > 1:
        for measure, score in _MEASURES.items():
            found += _unfilled(rows, measure, score, customers, classes, frozen=frozen)
    if all(row["monetary"] <= 0 for row in rows) and sum(row["monetary"] for row in rows) < 0:
        found.append(("note_all_negative", {}))
    groups = sum(1 for one in rules.segments if one.codes)
    if customers < groups * GROUP_OF:
        found.append(_fewer(customers, groups))
    return tuple(found)


def _unfilled(
    rows: list[Mapping[str, Any]],
    measure: str,
    score: str,
    customers: int,
    classes: int,
    *,
    frozen: bool,
) -> list[Note]:
    sizes: dict[int, int] = {}
    for row in rows:
        sizes[row[score]] = sizes.get(row[score], 0) + row["customers"]
    if len(sizes) == classes or customers < classes:
        return []
    most = max(sizes, key=lambda one: sizes[one])
    missing = [one for one in range(1, classes + 1) if one not in sizes]
    key = "note_empty_frozen" if frozen else "note_empty"
    return [
        (
            f"{key}_{measure}",
            {
                "filled": len(sizes), "classes": classes, "missing": missing,
                "share": round(100 * sizes[most] / customers), "most": most,
            },
        )
    ]  # fmt: skip


def _fewer(customers: int, groups: int) -> Note:
    facts = {"customers": customers, "groups": groups, "each": round(customers / groups, 1)}
    if customers < 6 * GROUP_OF or groups <= 6:  # noqa: PLR2004 - the smallest set has six names
        return ("note_too_small", facts)
    return ("note_fewer_groups", facts)
