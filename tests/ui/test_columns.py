"""The data dictionary on the Help screen."""

from __future__ import annotations

import pytest
from tests.ui.conftest import Open

from habitue.data.store import TABLES
from habitue.texts import Lang, text
from habitue.ui.columns import matching
from habitue.workspace.dictionary import data_dictionary


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_help_describes_every_table(open_screen: Open, lang: Lang) -> None:
    at = open_screen("help", lang)
    at.session_state["help.tabs"] = text("dictionary.tab_columns", lang)
    at.run()
    assert not at.exception
    assert [one.value for one in at.subheader] == [f"`{table}`" for table in TABLES]
    assert sum(len(one.value) for one in at.dataframe) == data_dictionary(lang).num_rows
    assert not at.expander


def test_columns_are_searched(open_screen: Open) -> None:
    at = open_screen("help", "fr")
    at.session_state["help.tabs"] = text("dictionary.tab_columns", "fr")
    at.text_input(key="help.search").set_value("PREMIERE commande pays").run()
    assert [one.value for one in at.subheader] == ["`customers`"]
    at.text_input(key="help.search").set_value("zzz").run()
    assert at.info[0].value == text("dictionary.none", "fr")


def test_a_search_reads_every_cell() -> None:
    rows = data_dictionary("en")
    assert matching(rows, "") == rows
    assert matching(rows, "customers acquired_on").num_rows == 1
