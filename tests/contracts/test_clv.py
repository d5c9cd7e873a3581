"""What value reads of a view is the same on every engine."""

from __future__ import annotations

import ibis.expr.types as ir
import pytest
from tests.contracts.conftest import AS_OF, SEEN, Bench

from habitue.core.clv.summary import occasions, patterns, summary, takings

CASES = ("occasions", "takings", "summary", "patterns")


def _asked(case: str, on: Bench, name: str) -> ir.Table:
    view = on.view(name)
    if case == "occasions":
        return occasions(view.orders)
    if case == "takings":
        return takings(view.movements)
    told = summary(view.orders.rename(ordered_on="on"), AS_OF)
    return told if case == "summary" else patterns(told)


@pytest.mark.parametrize("name", list(SEEN))
@pytest.mark.parametrize("case", CASES)
def test_the_same_rows_on_every_engine(
    case: str, name: str, bench: Bench, reference: Bench
) -> None:
    def rows(on: Bench) -> list[tuple[object, ...]]:
        found = on.engine.run(_asked(case, on, name)).to_pylist()
        return sorted(
            (tuple(round(one, 6) if isinstance(one, float) else one for one in row.values())
             for row in found),
            key=repr,
        )  # fmt: skip

    assert rows(bench) == rows(reference)
    assert (name == "nothing") == (not rows(reference))
