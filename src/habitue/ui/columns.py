"""The data dictionary on screen: what each column of the store means."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from habitue.ui.language import lang, t
from habitue.ui.meanings import says_all
from habitue.workspace.dictionary import about, data_dictionary


def show(wanted: str) -> None:
    """Describe the columns that speak of what is looked for, table by table.

    Args:
        wanted: Words to look for, accents and capitals aside; empty keeps every column.
    """
    found = matching(data_dictionary(lang()), wanted)
    st.markdown(t("dictionary.words"))
    if not found.num_rows:
        st.info(t("dictionary.none"), icon=":material/lightbulb:")
    named = {name: t(f"dictionary.{name}") for name in found.column_names}
    for table in pc.unique(found["table"]).to_pylist():
        st.subheader(f"`{table}`", anchor=False)
        st.markdown(about(table, lang()))
        st.dataframe(
            found.filter(pc.field("table") == table).drop("table"),
            hide_index=True,
            column_config=named,
            key=f"help.{table}",
            alt=about(table, lang()),
        )


def matching(rows: pa.Table, wanted: str) -> pa.Table:
    """Keep the rows that hold every word looked for, in whichever column.

    Args:
        rows: Of the dictionary.
        wanted: The words.
    """
    holds = [says_all(" ".join(row.values()), wanted) for row in rows.to_pylist()]
    return rows.filter(pa.array(holds, pa.bool_()))
