"""Look at sources before anything is stored: what is kept, and what the lines are worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from habitue.core import matching
from habitue.core import orders as gathering
from habitue.core.view import Facts
from habitue.data.quality.asked import Screening
from habitue.schema import Preset
from habitue.workspace.checking import classified
from habitue.workspace.opening import check_of
from habitue.workspace.quality import Ground, examined, sampled
from habitue.workspace.tables import counted_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import ibis.expr.types as ir

    from habitue.data.mapping import Mapping
    from habitue.data.quality.report import Quality
    from habitue.data.sources import Loaded
    from habitue.results import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Sources looked at.

    Attributes:
        check: The waterfall.
        quality: What the lines are worth.
        samples: Some rows of each finding, by its name.
        loaded: What is known of the sources.
    """

    check: Check
    quality: Quality
    samples: dict[str, pa.Table]
    loaded: Loaded


def screen(
    sources: Sequence[str | Path],
    *,
    mapping: Mapping | None = None,
    preset: str | Preset = Preset.STANDARD,
    table: str | None = None,
    screening: Screening | None = None,
    rows_per_sample: int = 10,
    progress: Callable[[int, int, str], None] | None = None,
) -> Screened:
    r"""Read and clean sources, count, and report on their quality; nothing is stored.

    Args:
        sources: Files or folders, or one engine URL.
        mapping: Roles to columns; recognised or guessed when None.
        preset: Name of the cleaning preset.
        table: Table to read when the source is an engine URL.
        screening: Bounds and the quantile to winsorise at.
        rows_per_sample: Rows shown of each finding, at most.
        progress: Called with (done, total, label) while reading.

    Raises:
        DataError: A source cannot be read or lacks a role.
        RequestError: No such preset.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> source = Path(mkdtemp()) / "orders.csv"
        >>> lines = ["order,customer,date,amount", "1,ann,2024-01-05,20", "2,bob,2024-02-01,30"]
        >>> source.write_text("\n".join(lines))
        66
        >>> screen([source]).quality.verdict.value
        'unusable'
    """
    asked = screening or Screening()
    with classified(sources, mapping=mapping, preset=preset, table=table, progress=progress) as (
        connection,
        lines,
        loaded,
    ):
        backend = ibis.duckdb.from_connection(connection)

        def keep(name: str, expression: ir.Table) -> ir.Table:
            backend.create_table(name, expression)
            found: ir.Table = backend.table(name)
            return found

        def run(expression: ir.Table) -> pa.Table:
            query = str(ibis.to_sql(expression, dialect="duckdb"))
            return connection.sql(query).to_arrow_table()

        orders = keep("orders", gathering.orders(lines))
        ground = Ground(
            lines=lines,
            facts=Facts(
                orders=orders,
                returns=keep("returns", gathering.returns(lines)),
                matches=keep("matches", matching.matches(lines)),
                customers=keep("customers", gathering.customers(orders, lines)),
            ),
            check=check_of(counted_in(connection), loaded.warnings),
            preset=str(preset),
            currency=loaded.currency,
            prefix=loaded.mapping.cancellation_prefix,
        )
        found = examined(run, ground, asked)
        samples = {
            one.name: sampled(run, ground, found, one.name, most=rows_per_sample)
            for one in found.findings
        }
    return Screened(check=ground.check, quality=found, samples=samples, loaded=loaded)
