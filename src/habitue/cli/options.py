"""Options that several commands share, in families: a command takes a family by its type.

Their help is in the `cli` catalogue, under `option_<name>`.
"""

# No `from __future__ import annotations`: Typer reads the annotations of the dataclasses' fields.
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from habitue.cli.misuse import MisuseError
from habitue.errors import RequestError
from habitue.schema import (
    WHOLESALE_FACTOR,
    CustomerType,
    Filters,
    Grain,
    Kind,
    Preset,
    ReturnsMode,
)

if TYPE_CHECKING:
    from habitue.data.mapping import Mapping
    from habitue.workspace import Workspace

STORE_VARIABLE: Final = "HABITUE_STORE"
DEFAULT_STORE: Final = Path(".habitue")
_FLAGS: Final = {
    "as_of": "--as-of", "start": "--from", "end": "--to",
    "min_order": "--min-order", "kinds": "--kinds", "margin_rate": "--margin",
}  # fmt: skip

_where = partial(typer.Option, rich_help_panel="where")
_reading = partial(typer.Option, rich_help_panel="reading")
_view = partial(typer.Option, rich_help_panel="view")
_serving = partial(typer.Option, rich_help_panel="serving")
_output = partial(typer.Option, rich_help_panel="output")


Sources = Annotated[list[str], typer.Argument(metavar="source")]
"""Files, folders or engine URLs."""


class Anonymous(StrEnum):
    """Whether lines without a customer count in revenue views."""

    INCLUDE = "include"
    EXCLUDE = "exclude"


class Dates(StrEnum):
    """What dates such as 03/04/2024 begin with."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


@dataclass(frozen=True, kw_only=True)
class Where:
    """Which store."""

    store: Annotated[Path, _where("--store", metavar="dir", envvar=STORE_VARIABLE)] = DEFAULT_STORE


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How sources are read."""

    mapping: Annotated[Path | None, _reading("--mapping", metavar="file")] = None
    preset: Annotated[Preset, _reading("--preset")] = Preset.STANDARD
    table: Annotated[str | None, _reading("--table", metavar="name")] = None
    currency: Annotated[str | None, _reading("--currency", metavar="code")] = None
    dates: Annotated[Dates | None, _reading("--dates")] = None

    def roles(self) -> "Mapping | None":
        """Read the mapping, when a file or an answer is given.

        Raises:
            MappingError: The file is no mapping, or an answer contradicts it.
        """
        from habitue.data.mapping import Mapping  # noqa: PLC0415 - pydantic, not needed for help

        said: dict[str, object] = {}
        if self.currency is not None:
            said["currency"] = self.currency.strip().upper()
        if self.dates is not None:
            said["day_first"] = self.dates is Dates.DAY_FIRST
        if self.mapping is None:
            return Mapping.of(said) if said else None
        return Mapping.of(Mapping.read(self.mapping).model_dump(exclude_defaults=True) | said)


@dataclass(frozen=True, kw_only=True)
class Data(Reading, Where):
    """Which data a question is about: a store's snapshot, or a table where it lives."""

    snapshot: Annotated[str | None, _where("--snapshot", metavar="id")] = None
    engine: Annotated[str | None, _where("--engine", metavar="url")] = None

    def workspace(self) -> "Workspace":
        """Open it.

        Raises:
            MisuseError: An engine without a table.
            HabitueError: It cannot be opened.
        """
        from habitue import workspace  # noqa: PLC0415 - a second of engines, not needed for help

        if self.engine is None:
            return workspace.open_store(self.store, snapshot=self.snapshot)
        if self.table is None:
            raise MisuseError("lacking", "habitue", word="--table")
        return workspace.open_engine(
            self.engine, table=self.table, mapping=self.roles(), preset=self.preset
        )


@dataclass(frozen=True, kw_only=True)
class View:
    """What is seen of it: the attributes of `Filters`, under the names of the command line."""

    as_of: Annotated[str | None, _view("--as-of", metavar="day")] = None
    start: Annotated[str | None, _view("--from", metavar="day")] = None
    end: Annotated[str | None, _view("--to", metavar="day")] = None
    country: Annotated[list[str] | None, _view("--country", metavar="name")] = None
    returns: Annotated[ReturnsMode, _view("--returns")] = ReturnsMode.INCLUDE
    min_order: Annotated[str | None, _view("--min-order", metavar="amount")] = None
    customer_type: Annotated[CustomerType | None, _view("--customer-type")] = None
    wholesale_factor: Annotated[float, _view("--wholesale-factor", metavar="number")] = (
        WHOLESALE_FACTOR
    )
    kinds: Annotated[list[str] | None, _view("--kinds", metavar=",".join(Kind))] = None
    anonymous: Annotated[Anonymous, _view("--anonymous")] = Anonymous.INCLUDE
    grain: Annotated[Grain, _view("--grain")] = Grain.MONTH
    keep_truncated: Annotated[bool, _view("--keep-truncated")] = False
    margin: Annotated[str | None, _view("--margin", metavar="rate")] = None

    def filters(self) -> Filters:
        """Read the words; a refusal names the option, not the attribute behind it.

        Raises:
            RequestError: A date, a number or a word is not one.
        """
        kinds = None if self.kinds is None else [
            kind.strip() for given in self.kinds for kind in given.split(",")
        ]  # fmt: skip
        try:
            return Filters.of(
                as_of=self.as_of, start=self.start, end=self.end, countries=self.country,
                returns=self.returns, min_order=self.min_order, customer_type=self.customer_type,
                wholesale_factor=self.wholesale_factor, kinds=kinds,
                anonymous=self.anonymous is Anonymous.INCLUDE, grain=self.grain,
                keep_truncated=self.keep_truncated, margin_rate=self.margin,
            )  # fmt: skip
        except RequestError as refusal:
            if (name := refusal.facts.get("name")) in _FLAGS:
                facts = refusal.facts | {"name": _FLAGS[str(name)]}
                raise RequestError(refusal.key, **facts) from None
            raise


@dataclass(frozen=True, kw_only=True)
class Serving:
    """Where the dashboard listens."""

    host: Annotated[str, _serving("--host", metavar="address")] = "localhost"
    port: Annotated[int, _serving("--port", metavar="number", min=1, max=65535)] = 8501
    no_browser: Annotated[bool, _serving("--no-browser")] = False


@dataclass(frozen=True, kw_only=True)
class Output:
    """How the answer is written, and where to."""

    format: Annotated[Format | None, _output("--format")] = None
    output: Annotated[Path | None, _output("--output", "-o", metavar="file")] = None

    def chosen(self) -> Format:
        """The format asked for; else the one that the file's name speaks of; else a table."""
        if self.format is not None:
            return self.format
        suffix = self.output.suffix.lower().removeprefix(".") if self.output else ""
        return Format(suffix) if suffix in set(Format) else Format.TABLE
