"""Every figure of the Overview on Online Retail II, computed twice, under many filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from tests.truth.arithmetic import UNIT, Ledger
from tests.truth.comparing import agree

from habitue.workspace import Workspace

pytestmark = pytest.mark.data

MODES = ("include", "exclude", "neutralise")
FRANCE = ("France", "Germany")
ASKED: list[dict[str, Any]] = [
    *({"returns": mode} for mode in MODES),
    *({"returns": mode, "as_of": dt.date(2010, 12, 9)} for mode in MODES),
    *({"grain": grain} for grain in ("week", "quarter", "year")),
    {"grain": "week", "as_of": dt.date(2011, 3, 6), "returns": "neutralise"},
    {"grain": "year", "keep_truncated": True, "as_of": dt.date(2010, 12, 31)},
    {"countries": FRANCE, "returns": "neutralise", "min_order": Decimal(100)},
    {"countries": ("EIRE", "United Kingdom"), "returns": "exclude", "grain": "quarter"},
    {"min_order": Decimal("303.85")},
    *({"customer_type": kind, "start": dt.date(2011, 1, 1)} for kind in ("new", "returning")),
    {"customer_type": "returning", "returns": "neutralise", "start": dt.date(2010, 6, 15)},
    {"customer_type": "retail"},
    {"customer_type": "wholesale", "returns": "neutralise"},
    {"customer_type": "wholesale", "wholesale_factor": 1.5, "as_of": dt.date(2010, 9, 30)},
    {"kinds": ("product",)},
    {"kinds": ("shipping", "manual"), "returns": "neutralise"},
    {"kinds": ("product", "voucher"), "min_order": Decimal(50), "anonymous": False},
    {"anonymous": False, "returns": "exclude"},
    {"start": dt.date(2010, 12, 10), "end": dt.date(2011, 2, 17), "grain": "week"},
    {"start": dt.date(2011, 2, 1), "end": dt.date(2011, 2, 28), "returns": "neutralise"},
    {"start": dt.date(2010, 3, 1), "as_of": dt.date(2011, 6, 30), "end": dt.date(2011, 9, 1)},
    {"as_of": dt.date(2009, 12, 1)},
    {"as_of": dt.date(2010, 2, 28), "grain": "week", "customer_type": "retail"},
    {
        "returns": "neutralise", "countries": FRANCE, "customer_type": "new",
        "start": dt.date(2010, 4, 1), "as_of": dt.date(2011, 10, 31), "kinds": ("product",),
        "min_order": Decimal(20), "grain": "quarter",
    },
]  # fmt: skip


def plain(asked: dict[str, Any]) -> dict[str, Any]:
    changed = dict(asked)
    if "min_order" in changed:
        changed["min_order"] = int(changed["min_order"] * UNIT)
    return changed


def _named(asked: dict[str, Any]) -> str:
    return "-".join(f"{name}={value}" for name, value in asked.items()).replace(" ", "")


@pytest.mark.parametrize("asked", ASKED, ids=_named)
def test_every_figure_is_found_again(
    asked: dict[str, Any],
    shops: Callable[[str], Workspace],
    ledgers: Callable[[str], Ledger],
) -> None:
    agree(shops("standard").overview(**asked), ledgers("standard").ask(**plain(asked)))


@pytest.mark.parametrize("mode", MODES)
def test_plain_preset_too(
    mode: str, shops: Callable[[str], Workspace], ledgers: Callable[[str], Ledger]
) -> None:
    agree(shops("plain").overview(returns=mode), ledgers("plain").ask(returns=mode))
