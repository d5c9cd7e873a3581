"""What the Data screen tells of the source, as a list of plain facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from habitue.charts.read_words import remark_in_words
from habitue.texts import money, number
from habitue.ui.language import lang, t, verbatim

if TYPE_CHECKING:
    from habitue.results import Check, Shop


def source(shop: Shop, check: Check) -> None:
    """Tell where the data comes from and how much of it there is.

    Args:
        shop: What the snapshot holds.
        check: Its quality report.
    """
    known = {
        "sources": ", ".join(shop.sources),
        "days": t("ui.fact_days_value", first=shop.first_day, last=shop.last_day),
        "lines": number(check.rows["lines"], lang()),
        **_made(check),
        "kept": number(check.kept["lines"], lang()),
        "orders": number(check.kept["orders"], lang()),
        "customers": number(check.with_customer["customers"], lang()),
        "countries": number(len(shop.countries), lang()),
        "gross": money(check.kept["gross"], shop.currency, lang()),
        "returns": money(check.kept["returns"], shop.currency, lang()),
        "amount": money(check.kept["amount"], shop.currency, lang()),
        "currency": shop.currency or t("ui.fact_currency_unknown"),
        "profile": t("ui.fact_profile_none")
        if shop.profile is None
        else t("ui.fact_profile_value", title=shop.profile[0], version=shop.profile[2]),
        "tax": t(f"ui.fact_tax_{shop.tax or 'unsaid'}"),
        "preset": t(f"ui.preset_{shop.preset}"),
        "snapshot": shop.snapshot,
    }
    with st.container(border=True, key="facts"):
        st.table(
            {t(f"ui.fact_{name}"): verbatim(value) for name, value in known.items()},
            border="horizontal",
        )


def _made(check: Check) -> dict[str, str]:
    made = sum(lines for _, lines, _ in check.made)
    return {"made": number(made, lang())} if made else {}


def warnings(check: Check) -> None:
    """Tell what deserves a look before the figures are trusted.

    Args:
        check: The quality report.
    """
    if not check.warnings:
        st.markdown(t("ui.no_warnings"))
    for key, found in check.warnings:
        st.warning(verbatim(remark_in_words(key, found, lang())), icon=":material/report:")
