"""Addresses of databases. Credentials go to the driver, never to a message or a manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from habitue.errors import EngineError, MissingExtraError, SourceError

if TYPE_CHECKING:
    import ibis

_URL: Final = re.compile(r"^[a-z][a-z0-9+]+://", re.IGNORECASE)
_EXTRAS: Final = {
    "duckdb": "duckdb", "postgresql": "postgres", "postgres": "postgres", "pyspark": "spark",
    "bigquery": "bigquery", "snowflake": "snowflake", "clickhouse": "clickhouse", "trino": "trino",
}  # fmt: skip
"""Schemes we speak, and the optional package that brings each driver."""


def is_url(source: str | Path) -> bool:
    """Tell an engine URL from a path.

    Examples:
        >>> is_url("postgresql://u:p@host/shop"), is_url("spark"), is_url("C:/shop.csv")
        (True, True, False)
    """
    text = str(source)
    return not isinstance(source, Path) and (
        text in ("spark", "pyspark") or _URL.match(text) is not None
    )


def public_name(url: str, table: str | None) -> str:
    """Name a table without user, password or query, for messages and manifests.

    Examples:
        >>> public_name("postgresql://ann:secret@db.shop:5432/sales?sslkey=x", "lines")
        'postgresql://db.shop/sales#lines'
    """
    parts = urlsplit(url if "://" in url else f"{url}://")
    place = Path(parts.path).name if parts.scheme == "duckdb" else parts.path.lstrip("/")
    where = "/".join(one for one in (parts.hostname, place) if one)
    return f"{parts.scheme}://{where}" + (f"#{table}" if table else "")


def scheme_of(url: str) -> str:
    """Give the kind of database an address names.

    Raises:
        SourceError: It is none we know.

    Examples:
        >>> scheme_of("postgresql://host/shop"), scheme_of("spark")
        ('postgresql', 'pyspark')
    """
    scheme = urlsplit(url).scheme if "://" in url else url
    scheme = "pyspark" if scheme == "spark" else scheme
    if scheme not in _EXTRAS:
        raise SourceError("engine_unknown", scheme=scheme, known=sorted(_EXTRAS))
    return scheme


def connect(url: str) -> ibis.BaseBackend:
    """Open the user's database.

    Raises:
        SourceError: The address is of no kind we know.
        MissingExtraError: The driver is not installed.
        EngineError: It refuses; its own words are not repeated, since they may hold a password.
    """
    import ibis  # noqa: PLC0415 - ibis costs 300 ms that file sources need not pay

    scheme = scheme_of(url)
    try:
        if "://" not in url or url.endswith("://"):
            return getattr(ibis, scheme).connect()
        return ibis.connect(url)
    except (ImportError, AttributeError):
        raise MissingExtraError("extra_missing", extra=_EXTRAS[scheme], scheme=scheme) from None
    except Exception as error:  # noqa: BLE001 - each driver has its own family of errors
        kind = type(error).__name__
        raise EngineError("engine_refused", name=public_name(url, None), kind=kind) from None
