"""What a snapshot says of itself: where it comes from, what was left out, what it holds."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

FORMAT: Final = 2
"""Version of the snapshot's layout. A store of another format is refused, with the remedy."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Frozen):
    """One sheet, file or table, and the rows read from it."""

    name: str
    lines: int


class Origin(_Frozen):
    """One source: its name without folders or credentials, its content's checksum, its parts."""

    name: str
    sha256: str | None
    bytes: int
    parts: tuple[Part, ...]


class Tally(_Frozen):
    """Figures of a set of lines. Money is exact."""

    lines: int
    amount: Decimal
    gross: Decimal
    returns: Decimal
    orders: int
    products: int
    countries: int
    customers: int


class Exclusion(_Frozen):
    """What one reason took."""

    reason: str
    lines: int
    amount: Decimal


class MadeLines(_Frozen):
    """The lines made out of what rows say besides their sale, of one purpose."""

    purpose: str
    lines: int
    amount: Decimal


class Waterfall(_Frozen):
    """From the rows of the source to the lines kept, to the cent (D6).

    `raw` is every line before any rule: the rows and, `made` out of them, lines for shipping, fees
    and refunds; it counts ids as they came. `kept` and `with_customer` count orders and customers
    with at least one kept line that is not a return.
    """

    made: tuple[MadeLines, ...] = ()
    raw: Tally
    excluded: tuple[Exclusion, ...]
    kept: Tally
    with_customer: Tally

    @property
    def rows(self) -> int:
        """Rows read from the source."""
        return self.raw.lines - sum(one.lines for one in self.made)

    @property
    def no_customer(self) -> Exclusion:
        """Kept lines without a customer: not an exclusion, they count in revenue views."""
        return Exclusion(
            reason="no_customer",
            lines=self.kept.lines - self.with_customer.lines,
            amount=self.kept.amount - self.with_customer.amount,
        )


class TableFile(_Frozen):
    """One Parquet file of the snapshot."""

    rows: int
    bytes: int
    sha256: str


class ReadAs(_Frozen):
    """The profile of a known export by which the source was read."""

    name: str
    title: str
    version: int
    dated: dt.date


class Manifest(_Frozen):
    """The `manifest.json` of a snapshot.

    Attributes:
        id: Name of the snapshot, made from its content: the same input gives the same id.
        format: Version of the layout.
        created_at: When it was written, UTC.
        versions: Versions of the software that wrote it.
        origins: What it was read from.
        mapping: The mapping used, as its YAML would say it.
        profile: The profile it came from and its version; None when guessed or written by hand.
        preset: Name of the cleaning preset.
        currency: ISO code, or None.
        first_day: First day with a kept line.
        last_day: Last day with a kept line: the default `as_of`.
        countries: Country and number of orders, most orders first.
        kinds: Product kinds with at least one kept line.
        has_cost: Whether lines carry a cost.
        waterfall: From raw lines to kept ones.
        warnings: Keys into the `check` catalogue with their facts.
        files: The Parquet files, by table name.
    """

    id: str
    format: int = FORMAT
    created_at: dt.datetime
    versions: dict[str, str]
    origins: tuple[Origin, ...]
    mapping: dict[str, Any]
    profile: ReadAs | None = None
    preset: str
    currency: str | None
    first_day: dt.date
    last_day: dt.date
    countries: tuple[tuple[str, int], ...]
    kinds: tuple[str, ...]
    has_cost: bool
    waterfall: Waterfall
    warnings: tuple[tuple[str, dict[str, Any]], ...] = ()
    files: dict[str, TableFile]

    def write(self, path: Path) -> None:
        """Write the manifest as indented JSON, keys sorted, ending with a newline."""
        plain = self.model_dump(mode="json")
        path.write_text(
            json.dumps(plain, indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8"
        )

    @staticmethod
    def format_of(path: Path) -> object:
        """Read the version of the layout alone, which another version must be able to do.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is not JSON, or not a manifest.
        """
        plain = json.loads(path.read_bytes())
        if not isinstance(plain, dict) or "format" not in plain:
            raise ValueError(path)
        return plain["format"]

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest.

        Raises:
            OSError: The file cannot be read.
            ValueError: It is not JSON, or not a manifest.
        """
        return cls.model_validate_json(path.read_bytes())
