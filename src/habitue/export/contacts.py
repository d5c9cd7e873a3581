"""E-mails and phones from a second file, joined by customer id for one export, then forgotten."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from habitue.errors import SourceError
from habitue.packaged import folder, told

_YES: Final = (
    "yes", "y", "true", "1", "oui", "o", "vrai", "x", "granted", "subscribe", "subscribed",
    "optin", "accepted", "accepte",
)  # fmt: skip
_NO: Final = (
    "no", "n", "false", "0", "non", "faux", "denied", "unsubscribe", "unsubscribed", "optout",
    "refused", "refuse",
)  # fmt: skip
_WIDER: Final = {
    "consent_ad_user_data": "consent_ads",
    "consent_ad_personalization": "consent_ads",
    "consent_ads": "consent",
    "consent_email": "consent",
    "consent_sms": "consent",
}
"""Which consent speaks where the one asked for has no column."""
_DELIMITERS: Final = ";,\t|"

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contact data, one row per customer.

    Attributes:
        rows: `customer_id` and the fields of `contacts.yaml` that the file has, all text.
        repeated: Rows left out because their customer came before.
        unread: Columns of the file that no field claims.
    """

    rows: pa.Table
    repeated: int = 0
    unread: tuple[str, ...] = ()

    def beside(self, customers: pa.Array | pa.ChunkedArray, field: str) -> pa.Array | None:
        """Give a field for each customer of a list, null where the file does not know them.

        Args:
            customers: Their ids.
            field: Of the contacts.

        Returns:
            The values, or None where the file has no such column.
        """
        if field not in self.rows.column_names:
            return None
        return self.rows[field].combine_chunks().take(self._places(customers))

    def consents(self, customers: pa.Array | pa.ChunkedArray, field: str) -> list[Answer] | None:
        """Read a consent for each customer of a list, from the nearest column that speaks of it.

        Args:
            customers: Their ids.
            field: Which consent.

        Returns:
            The answers, or None where no column speaks of consent.
        """
        while field not in self.rows.column_names:
            if field not in _WIDER:
                return None
            field = _WIDER[field]
        found = self.beside(customers, field)
        assert found is not None
        return [answer(value) for value in found.to_pylist()]

    def known(self, customers: pa.Array | pa.ChunkedArray) -> pa.Array:
        """Say which customers of a list the file knows."""
        return pc.is_valid(self._places(customers))

    def _places(self, customers: pa.Array | pa.ChunkedArray) -> pa.Array:
        ids = customers.combine_chunks() if isinstance(customers, pa.ChunkedArray) else customers
        return pc.index_in(ids, value_set=self.rows["customer_id"])


def answer(value: str | None) -> Answer:
    """Read a consent.

    Examples:
        >>> answer("Oui"), answer("unsubscribed"), answer("?")
        ('yes', 'no', 'unknown')
    """
    word = _bare(value or "")
    if word in _YES:
        return "yes"
    return "no" if word in _NO else "unknown"


def read(path: Path | str, content: bytes | None = None) -> Contacts:
    """Read a contact file, CSV or Excel. Nothing of it is kept beyond the answer.

    Args:
        path: The file; its ending tells its format.
        content: Its bytes, where it was uploaded and is no file here.

    Raises:
        SourceError: The file is not there, cannot be read, or has no customer id.
    """
    name = Path(path).name
    try:
        held = Path(path).read_bytes() if content is None else content
    except OSError:
        raise SourceError("source_missing", path=str(path)) from None
    rows = _sheet(held, name) if name.lower().endswith((".xlsx", ".xls")) else _lines(held, name)
    return of(rows, name=name)


def of(rows: pa.Table, *, name: str = "contacts") -> Contacts:
    """Take contacts out of a table, by the names of its columns.

    Args:
        rows: Columns named as `contacts.yaml` lists; others are passed over.
        name: What messages call it.

    Raises:
        SourceError: No column holds the customer id.

    Examples:
        >>> found = of(pa.table({"Client": ["007", "007"], "E-mail": ["a@b.fr", "c@d.fr"]}))
        >>> found.rows["email"].to_pylist(), found.repeated
        (['a@b.fr'], 1)
    """
    headers = {_bare(one): one for one in reversed(rows.column_names)}
    claimed: dict[str, str] = {}
    for field, names in _synonyms().items():
        here = [headers[one] for one in map(_bare, names) if one in headers]
        here = [one for one in here if one not in claimed.values()]
        if here:
            claimed[field] = here[0]
    if "customer_id" not in claimed:
        raise SourceError("contacts_no_id", path=name, columns=rows.column_names)
    texts = pa.table({field: _text(rows[column]) for field, column in claimed.items()})
    texts = texts.filter(pc.is_valid(texts["customer_id"]))
    ids = texts["customer_id"]
    first = pc.equal(pc.index_in(ids, value_set=ids), pa.array(range(len(ids)), pa.int32()))
    unread = tuple(one for one in rows.column_names if one not in claimed.values())
    whole = texts.filter(first).combine_chunks()
    return Contacts(whole, repeated=len(ids) - whole.num_rows, unread=unread)


def _lines(held: bytes, name: str) -> pa.Table:
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = held.decode("cp1252", "replace")
    header = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    names = [one.strip().strip('"') for one in header.rstrip("\r").split(delimiter)]
    try:
        return csv.read_csv(
            pa.BufferReader(text.encode()),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as refusal:
        reason = str(refusal).splitlines()[0]
        raise SourceError("contacts_unreadable", path=name, reason=reason) from None


def _sheet(held: bytes, name: str) -> pa.Table:
    import fastexcel  # noqa: PLC0415 - only for workbooks

    try:
        book = fastexcel.read_excel(held)
        batch = book.load_sheet(0, dtypes="string").to_arrow()
    except fastexcel.FastExcelError as refusal:
        reason = str(refusal).splitlines()[0]
        raise SourceError("contacts_unreadable", path=name, reason=reason) from None
    return pa.Table.from_batches([batch])


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    trimmed = pc.utf8_trim_whitespace(column.cast(pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


@cache
def _synonyms() -> dict[str, list[str]]:
    found: dict[str, list[str]] = told(folder("habitue.export") / "contacts.yaml")
    return found


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    return "".join(one for one in plain if one.isalnum())
