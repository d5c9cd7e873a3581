"""What each platform takes, as YAML files in `export/profiles`: versioned, with source and date.

Platforms change silently. A file says where its rules were read and when, and whether from the
platform's own page or from memory, which the pre-flight repeats to the user.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from habitue.errors import RequestError
from habitue.export.identifiers import RULES
from habitue.packaged import every, folder


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Source(_Frozen):
    """Where the rules come from.

    Attributes:
        url: Page of the platform.
        read: Day the page was read.
        basis: Whether the rules are those of the page, those of copies of the platform's template
            (`template`), or recalled and to be checked.
    """

    url: str
    read: dt.date
    basis: Literal["page", "template", "recalled"]


class Slot(_Frozen):
    """One column of the file.

    Attributes:
        header: As the platform spells it.
        field: Of the contacts or of the customer table; None leaves the column empty.
        rule: How its values are written, one of `identifiers.RULES`.
        hashed: Whether they leave as SHA-256.
        identifies: Whether the platform can find a customer by it.
        last: Whether it stands after the user's own columns.
    """

    header: str
    field: str | None = None
    rule: str = "plain"
    hashed: bool = False
    identifies: bool = False
    last: bool = False

    @model_validator(mode="after")
    def _known(self) -> Slot:
        if self.rule not in RULES:
            raise ValueError(self.rule)
        return self


class Consent(_Frozen):
    """What the platform asks of consent.

    Attributes:
        required: Columns of the contacts that must say yes for a row to leave.
        splits: Columns that divide the list into files of their own, as the platform takes one
            answer for a whole upload.
        words: How a yes, a no and an unknown are written, where a column carries them.
    """

    required: tuple[str, ...] = ()
    splits: tuple[str, ...] = ()
    words: dict[Literal["yes", "no", "unknown"], str] = {}


class Limits(_Frozen):
    """What one file may hold.

    Attributes:
        rows: Most rows in a file, its header aside; None when not known.
        megabytes: Largest file, in millions of bytes.
        minimum: Fewest rows that the platform accepts or uses.
    """

    rows: int | None = None
    megabytes: int | None = None
    minimum: int = 1


class Profile(_Frozen):
    """A destination.

    Attributes:
        name: What the command line calls it.
        label: What people call it.
        version: Of this file; part of every manifest.
        source: Where its rules come from.
        format: `csv`, `xlsx`, `parquet` or `json`.
        kind: `ads`, `email`, `crm` or `file`.
        columns: In order. Empty for a plain file: the user's choice of columns is the file.
        extra: Whether the user's columns may follow.
        consent: What is asked of it.
        limits: What one file may hold.
        bom: Whether a CSV starts with a byte order mark.
        delimiter: Between the cells of a CSV.
        decimal_comma: Whether numbers are written the French way.
        plus_option: Whether phones may be asked with or without their plus.
        lint: Whether list names are looked through for words that platforms flag.
        notes: Keys of the `export` catalogue with what to know before uploading.
    """

    name: str
    label: str
    version: int
    source: Source | None = None
    format: Literal["csv", "xlsx", "parquet", "json"] = "csv"
    kind: Literal["ads", "email", "crm", "file"]
    columns: tuple[Slot, ...] = ()
    extra: bool = False
    consent: Consent = Consent()
    limits: Limits = Limits()
    bom: bool = False
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal_comma: bool = False
    plus_option: bool = False
    lint: bool = False
    notes: tuple[str, ...] = ()

    @property
    def header(self) -> tuple[str, ...]:
        """The platform's own columns, in order."""
        return tuple(column.header for column in self.columns)

    @property
    def identifiers(self) -> tuple[Slot, ...]:
        """The columns by which the platform can find a customer."""
        return tuple(column for column in self.columns if column.identifies)

    @property
    def needs_contacts(self) -> bool:
        """Whether it is of no use without e-mails or phones."""
        own = {"customer_id"}
        return bool(self.identifiers) and not any(one.field in own for one in self.identifiers)

    def with_plus(self, plus: bool | None) -> Profile:
        """Give the profile with phones asked with or without their plus.

        Args:
            plus: Which; None leaves the platform's latest rule.

        Raises:
            RequestError: The platform has only one form.
        """
        if plus is None:
            return self
        if not self.plus_option:
            raise RequestError("plus_fixed", profile=self.name)
        rule = "phone_e164" if plus else "phone_digits"
        columns = tuple(
            one.model_copy(update={"rule": rule}) if one.rule.startswith("phone_") else one
            for one in self.columns
        )
        return self.model_copy(update={"columns": columns})


@cache
def profiles() -> dict[str, Profile]:
    """Give every profile by its name, plain files first.

    Examples:
        >>> profiles()["google-ads"].header
        ('Email', 'Phone', 'First Name', 'Last Name', 'Country', 'Zip')
    """
    found = [Profile.model_validate(one) for one in every(folder("habitue.export", "profiles"))]
    order = ("file", "ads", "email", "crm")
    return {
        one.name: one for one in sorted(found, key=lambda one: (order.index(one.kind), one.name))
    }


def profile(name: str) -> Profile:
    """Give one profile.

    Args:
        name: What the command line calls it.

    Raises:
        RequestError: There is no such profile.
    """
    try:
        return profiles()[name]
    except KeyError:
        raise RequestError("unknown_profile", name=name, known=list(profiles())) from None
