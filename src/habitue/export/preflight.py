"""What stands between a list and its upload: counted, and said, before a file is built."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.compute as pc

from habitue.errors import RequestError
from habitue.export.contacts import Answer, Contacts
from habitue.export.identifiers import SIEVES, iso_country, prepared
from habitue.export.lists import OWN_COLUMNS, STANDARD_COLUMNS, Drawn, Order, slug
from habitue.export.profiles import Profile, Slot

SAMPLE: Final = 3
_SHOWN: Final = 2
_FLAGGED: Final = re.compile(
    r"(?i)\b(high|low)[ -]?income|hauts? revenus?|faibles? revenus?|salaire|salary|credit|cr[ée]dit"
    r"|debt|dette|wealth|riche|pauvre|poor\b|bankrupt|faillite|health|sant[ée]|malad|disease|cancer"
    r"|diab[eè]t|pregnan|enceinte|depress|d[ée]press|disab|handicap|obes|ob[ée]s|hiv\b|vih\b"
    r"|religio|musulman|muslim|jui[fv]|jewish|chr[ée]tien|christian|gay\b|lesbi|trans\b|ethnic"
    r"|ethni|race\b|syndica|union member|politi|conviction|criminal|minors?\b|mineurs?\b"
)
"""Words that make a platform look twice at an audience: health, money troubles, beliefs, origin."""

Level = Literal["stop", "warn", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know before uploading.

    Attributes:
        key: Name in the `export` catalogue.
        level: Whether it stops the export, deserves a look, or is only said.
        facts: Values for the sentence.
    """

    key: str
    level: Level
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One file's rows, in the form of the platform.

    Attributes:
        stem: File name without its ending.
        rows: What will be written.
        customers: Their ids, in the same order.
    """

    stem: str
    rows: pa.Table
    customers: pa.Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """One list, ready or not.

    Attributes:
        drawn: The list.
        profile: The destination.
        ready: What each file would hold; more than one where consent splits the list.
        left_out: Rows left out by reason, those that the list itself left out first.
        invalid: Values that are no identifier, by column.
        rows: Rows that would leave.
        sample: Three of them, masked.
        findings: What to know, the gravest first.
    """

    drawn: Drawn
    profile: Profile
    ready: tuple[Ready, ...]
    left_out: dict[str, int]
    invalid: dict[str, int]
    rows: int
    sample: pa.Table
    findings: tuple[Finding, ...]

    @property
    def stopped(self) -> bool:
        """Whether nothing useful would leave."""
        return any(one.level == "stop" for one in self.findings)


def check(
    drawn: Drawn, order: Order, profile: Profile, contacts: Contacts | None = None
) -> Preflight:
    """Put a list in its platform's form, and count what falls out on the way.

    Args:
        drawn: The list.
        order: What is asked.
        profile: The destination.
        contacts: E-mails and phones, where a file gave them.

    Raises:
        RequestError: A column asked for is not there.
    """
    left = {
        "elsewhere": drawn.elsewhere, "silent": drawn.silent, "holdout": drawn.held.num_rows,
    }  # fmt: skip
    rows = drawn.treated.sort_by("customer_id").combine_chunks()
    source = _Source(rows, contacts, order.country)
    plain, invalid = _columns(source, profile)
    if profile.identifiers:
        rows, plain, left["refused"], left["unknown_consent"] = _consenting(
            source, rows, plain, profile
        )
        rows, plain, left["without_identifier"] = _identified(rows, plain, profile)
        rows, plain, left["duplicate"] = _distinct(rows, plain, profile)
    chosen = _chosen(rows, order, profile)
    wide = _beside(plain, chosen)
    ids = rows["customer_id"].combine_chunks()
    ready = _split(wide, ids, drawn, profile, contacts)
    findings = _findings(drawn, order, profile, contacts, rows=rows.num_rows, left=left)
    return Preflight(
        drawn=drawn,
        profile=profile,
        ready=ready,
        left_out={reason: count for reason, count in left.items() if count},
        invalid={header: count for header, count in invalid.items() if count},
        rows=rows.num_rows,
        sample=masked(wide.slice(0, SAMPLE)),
        findings=findings,
    )


class _Source:
    """Where the platform's fields come from: the contacts first, then the customer table."""

    def __init__(self, rows: pa.Table, contacts: Contacts | None, country: str | None) -> None:
        self.rows, self.contacts = rows, contacts
        self._default = iso_country(country) if country else None
        self._countries: list[str | None] | None = None

    def values(self, name: str) -> list[str | None]:
        """Give one field as texts, null where it is not known."""
        if name == "value":
            name = "clv_12m" if "clv_12m" in self.rows.column_names else "revenue"
        if name.startswith("consent") and (said := self.consents(name)) is not None:
            return list(said)
        found = None if self.contacts is None else self.contacts.beside(self.ids, name)
        own = self.rows[name].cast(pa.string()) if name in self.rows.column_names else None
        if found is None and own is None:
            return [None] * self.rows.num_rows
        if found is None or own is None:
            held = own if found is None else found
            assert held is not None
            return list(held.to_pylist())
        return list(pc.coalesce(found, own.combine_chunks()).to_pylist())

    @property
    def ids(self) -> pa.Array:
        return self.rows["customer_id"].combine_chunks()

    def consents(self, name: str) -> list[Answer] | None:
        return None if self.contacts is None else self.contacts.consents(self.ids, name)

    def countries(self) -> list[str | None]:
        if self._countries is None:
            named = self.values("country")
            self._countries = [
                (iso_country(one) if one else None) or self._default for one in named
            ]
        return self._countries


def _columns(source: _Source, profile: Profile) -> tuple[list[tuple[Slot, pa.Array]], Counter[str]]:
    found, invalid = [], Counter[str]()
    for slot in profile.columns:
        if slot.field is None:
            found.append((slot, pa.nulls(source.rows.num_rows, pa.string())))
            continue
        said = source.values(slot.field)
        if slot.field.startswith("consent"):
            words = profile.consent.words
            told = [words.get(one or "unknown") for one in said]  # type: ignore[call-overload]  # an Answer
        else:
            pairs = zip(said, source.countries(), strict=True)
            told = [
                prepared(one, rule=slot.rule, hashed=slot.hashed, country=country)
                for one, country in pairs
            ]
            if slot.rule not in SIEVES:
                invalid[slot.header] += sum(
                    one is not None and made is None for one, made in zip(said, told, strict=True)
                )
        found.append((slot, pa.array(told, pa.string())))
    return found, invalid


Columns = list[tuple[Slot, pa.Array]]


def _consenting(
    source: _Source, rows: pa.Table, plain: Columns, profile: Profile
) -> tuple[pa.Table, Columns, int, int]:
    """Keep those who may be written to: no platform gets a refusal, some want a yes."""
    count = rows.num_rows
    refused, unknown = [False] * count, [False] * count
    asked = profile.consent.required or ("consent",)
    for name in asked:
        said: list[Answer] = source.consents(name) or ["unknown"] * count
        refused = [before or one == "no" for before, one in zip(refused, said, strict=True)]
        if profile.consent.required:
            unknown = [
                before or one == "unknown" for before, one in zip(unknown, said, strict=True)
            ]
    stays = pa.array(
        [not (no or maybe) for no, maybe in zip(refused, unknown, strict=True)], pa.bool_()
    )
    out = sum(refused)
    return (*_kept(rows, plain, stays), out, count - out - _true(stays))


def _identified(rows: pa.Table, plain: Columns, profile: Profile) -> tuple[pa.Table, Columns, int]:
    stays = pa.array([False] * rows.num_rows, pa.bool_())
    for slot, values in plain:
        if slot in profile.identifiers:
            stays = pc.or_(stays, pc.is_valid(values))
    return (*_kept(rows, plain, stays), rows.num_rows - _true(stays))


def _distinct(rows: pa.Table, plain: Columns, profile: Profile) -> tuple[pa.Table, Columns, int]:
    """Keep the first customer of each address: platforms count people, not accounts."""
    keys = [
        pc.fill_null(values, "") for slot, values in plain
        if slot in profile.identifiers and slot.field != "customer_id"
    ]  # fmt: skip
    if not keys:
        return rows, plain, 0
    joined = pc.binary_join_element_wise(*keys, "\x1f")
    own = pc.equal(joined, "\x1f" * (len(keys) - 1))
    first = pc.index_in(joined, value_set=joined)
    stays = pc.or_(own, pc.equal(first, pa.array(range(len(joined)), pa.int32())))
    return (*_kept(rows, plain, stays), rows.num_rows - _true(stays))


def _kept(rows: pa.Table, plain: Columns, stays: pa.Array) -> tuple[pa.Table, Columns]:
    return rows.filter(stays), [(slot, values.filter(stays)) for slot, values in plain]


def _chosen(rows: pa.Table, order: Order, profile: Profile) -> pa.Table:
    """Give the user's columns, in their order; by default what a plain file should hold."""
    for name in order.columns:
        if name not in rows.column_names:
            raise RequestError("list_column", column=name, known=rows.column_names)
    if order.columns:
        return rows.select(list(order.columns)) if profile.extra else rows.select([])
    if profile.columns:
        return rows.select([])
    here = [name for name in STANDARD_COLUMNS if name in rows.column_names]
    return rows.select(
        [name for name in here if rows[name].null_count < rows.num_rows or name in OWN_COLUMNS]
    )


def _beside(plain: Columns, chosen: pa.Table) -> pa.Table:
    first = [(slot.header, values) for slot, values in plain if not slot.last]
    middle = list(zip(chosen.column_names, chosen.columns, strict=True))
    last = [(slot.header, values) for slot, values in plain if slot.last]
    names, columns = zip(*first, *middle, *last, strict=True)
    return pa.Table.from_arrays(list(columns), names=list(names))


def _split(
    wide: pa.Table, ids: pa.Array, drawn: Drawn, profile: Profile, contacts: Contacts | None
) -> tuple[Ready, ...]:
    stem = slug(drawn.plan.name)
    said: list[Answer] | None = None
    for name in profile.consent.splits:
        said = None if contacts is None else contacts.consents(ids, name)
    if said is None or "no" not in said:
        return (Ready(stem=stem, rows=wide, customers=ids),)
    agrees = pa.array([one == "yes" for one in said], pa.bool_())
    return tuple(
        Ready(stem=name, rows=wide.filter(side), customers=ids.filter(side))
        for name, side in ((stem, agrees), (f"{stem}-no-personalization", pc.invert(agrees)))
        if _true(side)
    )


def _findings(
    drawn: Drawn,
    order: Order,
    profile: Profile,
    contacts: Contacts | None,
    *,
    rows: int,
    left: dict[str, int],
) -> tuple[Finding, ...]:
    found = [
        *_sizes(order, profile, contacts, rows),
        *_names(drawn, profile),
        *_contacts(drawn, profile, contacts, left),
        *(Finding(key=note, level="note") for note in profile.notes),
    ]
    order_of = ("stop", "warn", "note")
    return tuple(sorted(found, key=lambda one: order_of.index(one.level)))


def _sizes(
    order: Order, profile: Profile, contacts: Contacts | None, rows: int
) -> Iterator[Finding]:
    least = profile.limits.minimum
    if profile.needs_contacts and contacts is None:
        yield _found("no_contacts", "stop", profile=profile.label)
    elif not rows:
        yield _found("empty", "stop")
    elif rows < least:
        yield _found("below_minimum", "stop", rows=rows, minimum=least, profile=profile.label)
    if order.match_rate is not None and rows:
        matched = round(rows * order.match_rate)
        if matched < least:
            yield _found("matched_low", "warn", count=matched, minimum=least)
        else:
            yield _found("matched", "note", count=matched)


def _names(drawn: Drawn, profile: Profile) -> Iterator[Finding]:
    if profile.lint and (flagged := _FLAGGED.search(drawn.plan.name)):
        yield _found("list_name", "warn", word=flagged.group(0), profile=profile.label)
    if profile.source is not None and profile.source.basis == "recalled":
        yield _found("profile_recalled", "note", profile=profile.label, url=profile.source.url)


def _contacts(
    drawn: Drawn, profile: Profile, contacts: Contacts | None, left: dict[str, int]
) -> Iterator[Finding]:
    if contacts is None:
        return
    if profile.consent.required and left.get("unknown_consent"):
        yield _found("no_consent", "warn", count=left["unknown_consent"])
    if contacts.repeated:
        yield _found("contacts_repeated", "warn", count=contacts.repeated)
    treated = drawn.treated
    unknown = treated.num_rows - _true(contacts.known(treated["customer_id"]))
    if unknown and profile.columns:
        yield _found("contacts_missing", "note", count=unknown)


def _found(key: str, level: Level, **facts: Any) -> Finding:
    return Finding(key=f"found_{key}", level=level, facts=facts)


def masked(rows: pa.Table) -> pa.Table:
    """Hide most of each text of a few rows, so that they can be shown on a screen.

    Args:
        rows: A sample.

    Examples:
        >>> masked(pa.table({"Email": ["jane@shop.fr"], "orders": [3]})).to_pylist()
        [{'Email': 'ja•••fr', 'orders': 3}]
    """
    columns = [
        pa.array([mask(one) for one in column.to_pylist()], pa.string())
        if pa.types.is_string(column.type) and name not in _SHOWN_WHOLE
        else column
        for name, column in zip(rows.column_names, rows.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, names=rows.column_names)


_SHOWN_WHOLE: Final = frozenset(
    {"list_name", "action_code", "rfm_segment", "rfm_score", "cohort_month", "playbook", "country",
     "Country", "Country/Region", "Tags"}
)  # fmt: skip


def mask(value: str | None) -> str | None:
    """Hide most of a text.

    Examples:
        >>> mask("jane@shop.fr"), mask("123"), mask(None)
        ('ja•••fr', '1•••', None)
    """
    if value is None:
        return None
    if len(value) <= 2 * _SHOWN:
        return f"{value[:1]}•••"
    return f"{value[:_SHOWN]}•••{value[-_SHOWN:]}"


def _true(flags: pa.Array) -> int:
    return int(pc.sum(flags).as_py() or 0)
