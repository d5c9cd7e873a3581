"""A DuckDB connection that draws nothing."""

from __future__ import annotations

from contextlib import suppress

import duckdb


def quiet(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep DuckDB from drawing a progress bar of its own, at a prompt or in a notebook.

    Args:
        connection: The connection to hush.
    """
    # Without ipywidgets a notebook has no bar, and DuckDB refuses even to switch it off.
    with suppress(duckdb.InvalidInputException):
        connection.execute("SET enable_progress_bar = false")
