"""`habitue export`: a list of customers in the form of its destination (D38, D39)."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final

import typer

from habitue.cli.families import with_families
from habitue.cli.options import Data, View
from habitue.cli.terminal import Terminal
from habitue.errors import RequestError

if TYPE_CHECKING:
    from habitue.export.contacts import Contacts
    from habitue.export.lists import Order
    from habitue.export.preflight import Preflight
    from habitue.export.writing import Opener
    from habitue.schema import Filters
    from habitue.workspace import Workspace

_BINARY: Final = frozenset({"xlsx", "parquet"})
_FILES: Final = frozenset({".csv", ".xlsx", ".parquet", ".json"})
_HELD_OUT: Final = "10%"
_SILENT: Final = 36


@with_families
def export(
    *,
    terminal: Terminal,
    data: Data,
    view: View,
    profile: Annotated[str, typer.Argument(metavar="profile")],
    segment: Annotated[list[str] | None, typer.Option("--segment", metavar="name")] = None,
    cohort: Annotated[list[str] | None, typer.Option("--cohort", metavar="month")] = None,
    top: Annotated[str | None, typer.Option("--top", metavar="number")] = None,
    by: Annotated[str, typer.Option("--by", metavar="name")] = "revenue",
    name: Annotated[str | None, typer.Option("--name", metavar="name")] = None,
    action: Annotated[str, typer.Option("--action", metavar="name")] = "",
    scenario: Annotated[str | None, typer.Option("--scenario", metavar="name")] = None,
    lists: Annotated[Path | None, typer.Option("--lists", metavar="file")] = None,
    column: Annotated[list[str] | None, typer.Option("--column", metavar="name")] = None,
    holdout: Annotated[str, typer.Option("--holdout", metavar="rate")] = _HELD_OUT,
    silent: Annotated[int, typer.Option("--silent", metavar="number")] = _SILENT,
    contacts: Annotated[Path | None, typer.Option("--contacts", metavar="file")] = None,
    home_country: Annotated[str | None, typer.Option("--home-country", metavar="name")] = None,
    match_rate: Annotated[str | None, typer.Option("--match-rate", metavar="rate")] = None,
    phone_plus: Annotated[bool | None, typer.Option("--phone-plus/--no-phone-plus")] = None,
    salt: Annotated[str | None, typer.Option("--salt", metavar="text")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="file")] = None,
) -> None:
    """Write lists for a destination; their check goes to stderr."""
    from habitue.export import contacts as book  # noqa: PLC0415 - not needed for help

    filters, desk = view.filters(), data.workspace()
    choice: dict[str, Any] = {
        "segments": segment,
        "cohorts": cohort,
        "top": top,
        "by": by,
        "scenario": "",
    }
    if scenario is not None:
        choice |= _targeted(scenario, data, segment, cohort)
    more: dict[str, Any] = {
        "profile": profile, "columns": column or (), "holdout": share("--holdout", holdout),
        "silent_months": silent, "country": home_country, "plus": phone_plus,
        "match_rate": None if match_rate is None else share("--match-rate", match_rate),
    }  # fmt: skip
    order = _order(desk, filters, choice, more, name=name, action=action, lists=lists)
    found = None if contacts is None else book.read(contacts)
    flights = desk.preflight(order, filters, contacts=found, lang=terminal.lang, salt=salt)
    for flight in flights:
        _told(flight, terminal)
    if dry_run:
        return
    sent = _Sending(desk, order, filters, found, terminal=terminal, salt=salt)
    if output is None or str(output) == "-":
        sent.to_stdout(flights)
    elif output.suffix.lower() in _FILES:
        sent.to_file(output)
    else:
        sent.to_folder(output)


def _targeted(
    scenario: str, data: Data, segments: list[str] | None, cohorts: list[str] | None
) -> dict[str, Any]:
    """Take the customers of a scenario: one saved in the store, or a file."""
    from habitue.core.scenario.plan import Plan  # noqa: PLC0415 - not needed for help
    from habitue.workspace.scenario_files import Shelf  # noqa: PLC0415

    file = Path(scenario)
    plan = Plan.read(file) if file.is_file() else Shelf(data.store).read(scenario)
    return {
        "segments": segments or list(plan.segments),
        "cohorts": cohorts or [f"{day:%Y-%m}" for day in plan.cohorts],
        "scenario": plan.name or file.stem,
    }


def share(option: str, words: str) -> float:
    """Read a share, `10%` or `0.1`.

    Args:
        option: Which, for the refusal.
        words: As typed.

    Raises:
        RequestError: It is no number.

    Examples:
        >>> share("--holdout", "10%"), share("--holdout", "0.25")
        (0.1, 0.25)
    """
    plain = words.strip().replace(",", ".")
    try:
        return float(plain[:-1]) / 100 if plain.endswith("%") else float(plain)
    except ValueError:
        raise RequestError("not_a_number", name=option, value=words) from None


def _order(
    desk: Workspace,
    filters: Filters,
    choice: dict[str, Any],
    more: dict[str, Any],
    *,
    name: str | None,
    action: str,
    lists: Path | None,
) -> Order:
    from habitue.core.segments.scoring import read_yaml  # noqa: PLC0415 - not needed for help
    from habitue.export.lists import Order, Plan  # noqa: PLC0415
    from habitue.export.selection import OneOf, Rule, Top, all_of  # noqa: PLC0415

    if lists is not None:
        told = read_yaml(lists)
        if not isinstance(told, dict):
            raise RequestError("rule_unread", words=str(told))
        given = {key: value for key, value in more.items() if value not in (None, ())}
        return Order.of(given | told)
    rules: list[Rule] = []
    if segments := choice["segments"]:
        names = desk.segments(filters).rules
        rules.append(OneOf("rfm_segment", tuple(names.named(one).name for one in segments)))
    if cohorts := choice["cohorts"]:
        rules.append(OneOf("cohort_month", tuple(cohorts)))
    if (top := choice["top"]) is not None:
        number, among = share("--top", top), all_of(*rules)
        if top.strip().endswith("%"):
            rules = [Top(choice["by"], share=number, within=among)]
        else:
            rules = [Top(choice["by"], count=int(number), within=among)]
    named = choice["scenario"] or " ".join([*(segments or ()), *(cohorts or ())])
    plan = Plan(
        name=name or named or "list", rule=all_of(*rules), action=action,
        scenario=choice["scenario"],
    )  # fmt: skip
    return Order(plans=(plan,), **more | {"columns": tuple(more["columns"])})


class _Sending:
    """Writes the lists to where they were asked."""

    def __init__(
        self,
        desk: Workspace,
        order: Order,
        filters: Filters,
        contacts: Contacts | None,
        *,
        terminal: Terminal,
        salt: str | None,
    ) -> None:
        self._desk, self._order, self._filters = desk, order, filters
        self._contacts, self._terminal, self._salt = contacts, terminal, salt

    def to_stdout(self, flights: tuple[Preflight, ...]) -> None:
        from habitue.export.parcel import one_list, refuse_stopped  # noqa: PLC0415 - not for help

        if len(flights) > 1:
            raise RequestError("one_file_only", name=flights[1].drawn.plan.name)
        if flights[0].profile.format in _BINARY and sys.stdout.isatty():
            raise RequestError("binary_to_terminal")
        refuse_stopped(flights)
        sent = one_list(flights[0], sys.stdout.buffer)
        sys.stdout.buffer.flush()
        self._desk.note_lists(self._order, sent, self._filters)

    def to_file(self, path: Path) -> None:
        from habitue.export.lists import slug  # noqa: PLC0415 - not needed for help
        from habitue.export.parcel import folder  # noqa: PLC0415

        if len(self._order.plans) > 1:
            raise RequestError("one_file_only", name=self._order.plans[1].name)
        stem, lend = slug(self._order.plans[0].name), folder(path.parent)

        def renamed(name: str) -> AbstractContextManager[IO[bytes]]:
            return lend(path.stem + name.removeprefix(stem))

        self._write(renamed, path.parent)

    def to_folder(self, place: Path) -> None:
        self._write(place, place)

    def _write(self, to: Path | Opener, place: Path) -> None:
        sent = self._desk.export(
            self._order, to, self._filters, contacts=self._contacts, lang=self._terminal.lang,
            salt=self._salt,
        )  # fmt: skip
        self._terminal.say("cli.exported", count=sent.rows, place=os.fspath(place))


def _told(flight: Preflight, terminal: Terminal) -> None:
    drawn = flight.drawn
    terminal.say(
        "cli.export_list", name=drawn.plan.name, rows=flight.rows, chosen=drawn.chosen,
        held=drawn.held.num_rows,
    )  # fmt: skip
    for reason, count in flight.left_out.items():
        terminal.say("cli.export_left", reason=terminal.text(f"export.left_{reason}"), n=count)
    for header, count in flight.invalid.items():
        terminal.say("cli.export_invalid", column=header, n=count)
    for found in flight.findings:
        said = terminal.text(f"export.{found.key}", **found.facts)
        terminal.say(f"cli.export_{found.level}", words=said)
