"""The data dictionary says what the files hold, in both languages, and so does its page."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from babel.messages.pofile import read_po

import habitue
from habitue.data.store import TABLES, Store
from habitue.texts import LANGS, Lang
from habitue.workspace.dictionary import about, data_dictionary, markdown
from habitue.workspace.sample_shop import ingest_demo

ROOT = Path(__file__).parents[2]
LOCALE = Path(habitue.__file__).parent / "locale"
_ARROW = {
    "bool": "yes or no",
    "date32[day]": "date",
    "int64": "integer",
    "string": "text",
    "timestamp[us]": "date and time",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dictionary")
    ingest_demo(folder, lines=2_000)
    store = Store(folder)
    return store.files(store.current())


def _spelled(kind: str) -> str:
    if found := re.fullmatch(r"decimal128\((\d+), (\d+)\)", kind):
        return "exact decimal ({} digits, {} after the point)".format(*found.groups())
    return _ARROW[kind]


@pytest.mark.parametrize("table", TABLES)
def test_columns_and_types_are_those_of_the_files(files: dict[str, Path], table: str) -> None:
    said = [row for row in data_dictionary("en").to_pylist() if row["table"] == table]
    written = pq.read_schema(files[table])

    assert {row["column"]: row["type"] for row in said} == {
        one.name: _spelled(str(one.type)) for one in written
    }


@pytest.mark.parametrize("lang", LANGS)
def test_every_column_is_described(lang: Lang) -> None:
    rows = data_dictionary(lang).to_pylist()

    assert [*dict.fromkeys(row["table"] for row in rows)] == list(TABLES)
    assert all(about(table, lang) for table in TABLES)
    for row in rows:
        assert row["meaning"].endswith("."), row
        assert row["values"], row
        assert "{" not in "".join(row.values()), row
        assert bool(row["unit"]) == (
            row["type"] not in {"text", "texte", "yes or no", "oui ou non"}
        )


def test_values_are_those_of_the_code(files: dict[str, Path]) -> None:
    lines = pq.read_table(files["lines"], columns=["kind", "reason"])
    said = {
        row["column"]: row["values"]
        for row in data_dictionary("en").to_pylist()
        if row["table"] == "lines"
    }

    for name in ("kind", "reason"):
        found = {value for value in lines[name].unique().to_pylist() if value}
        assert found
        assert all(re.search(rf"\b{value}\b", said[name]) for value in found)


def test_both_catalogues_say_the_same_and_nothing_idle() -> None:
    keys = {}
    for lang in LANGS:
        with (LOCALE / lang / "dictionary.po").open("rb") as file:
            keys[lang] = {str(one.id): str(one.string) for one in read_po(file) if one.id}
    assert keys["fr"].keys() == keys["en"].keys()
    assert not re.search(r"'| [;:?!»%]|« ", "".join(keys["fr"].values()))
    # A meaning or a list of values is idle when the page would be the same without it.
    columns = {(row["table"], row["column"]) for row in data_dictionary("en").to_pylist()}
    asked = {
        *(name for pair in columns for name in ("_".join(pair), pair[1])),
        *(f"{part}_of_kind" for part in ("amount", "lines")),
        *(f"{table}_amount_of_kind" for table in TABLES),
    }
    for key in keys["en"]:
        name = key.removeprefix("dictionary.").removeprefix("values_")
        assert name in asked or re.match(
            r"(title|lead|tab_|words|none|table|column|type|meaning|unit|values)", name
        ) or name.startswith("any_"), key  # fmt: skip


def test_the_page_is_in_sync() -> None:
    page = (ROOT / "docs" / "data-dictionary.md").read_text("utf-8")
    assert page == markdown(), "python -m habitue.workspace.dictionary > docs/data-dictionary.md"
    rows = re.findall(r"^\| `", page, re.MULTILINE)
    assert len(rows) == data_dictionary().num_rows
