"""The cards of the Overview: a figure, what stands beside it, its trend, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from habitue import glossary
from habitue.charts.sparkline import cumulative_value, finished
from habitue.texts import money, number
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from decimal import Decimal

    from habitue.results import Kpis, Overview


def show(seen: Overview) -> None:
    """Draw the eight cards, as many in a row as the screen is wide.

    Args:
        seen: The Overview's figures.
    """
    with st.grid(4, min_column_width=205, gap="small", key="cards"):
        _active(seen)
        _north_star(seen)
        _baseline_clv(seen)
        _by_age(seen.kpis)
        _rfm(seen)
        _revenue(seen)
        _orders(seen)
        _aov(seen)


def _card(
    name: str, figure: str | None, beside: str, trend: list[float], /, **facts: object
) -> None:
    """Draw one card; a figure without observation says so instead of showing a zero."""
    with st.container(border=True, height="stretch", key=f"card.{name}"):
        st.metric(
            t(f"overview.card_{name}"),
            t("overview.unknown") if figure is None else verbatim(figure),
            help=_meaning(name, facts),
            chart_data=trend if len(trend) > 1 else None,
            chart_type="area",
            delta_color="blue",
        )
        st.markdown(f":small[:gray[{beside}]]")


def _meaning(name: str, facts: dict[str, object]) -> str:
    trend = t(f"overview.trend_{name}")
    return f"{glossary.help_text(name, lang(), **facts)}\n\n{trend}"


def _active(seen: Overview) -> None:
    kpis = seen.kpis
    _card(
        "active_customers",
        number(kpis.active_customers, lang()),
        told("overview.beside_active", count=kpis.customers_ever),
        finished(seen.by_period, "active_customers"),
        value=kpis.active_customers,
        ever=kpis.customers_ever,
    )


def _north_star(seen: Overview) -> None:
    star = seen.kpis.north_star
    value, median = _pay(seen.kpis, star.value), _pay(seen.kpis, star.median)
    _card(
        "north_star",
        value,
        told("overview.beside_north_star", count=star.n, median=median)
        if star.n
        else told("overview.beside_north_star_none", count=star.waiting),
        _floats(seen.north_star_by_cohort.column("value").to_pylist()),
        value=value,
        median=median,
        n=star.n,
        waiting=star.waiting,
    )


def _baseline_clv(seen: Overview) -> None:
    clv = seen.kpis.baseline_clv
    mean, median = _pay(seen.kpis, clv.mean), _pay(seen.kpis, clv.median)
    trimmed = _pay(seen.kpis, clv.trimmed_mean)
    _card(
        "baseline_clv",
        mean,
        told("overview.beside_baseline_clv", count=clv.n, median=median, trimmed_mean=trimmed)
        if clv.n
        else told("overview.beside_none"),
        cumulative_value(seen.kpis),
        value=mean,
        median=median,
        trimmed_mean=trimmed,
        n=clv.n,
    )


def _by_age(kpis: Kpis) -> None:
    if not kpis.by_age:
        _card("revenue_by_age", None, told("overview.beside_by_age_none"), [])
        return
    first, last = kpis.by_age[0], kpis.by_age[-1]
    _card(
        "revenue_by_age",
        _pay(kpis, kpis.by_age_mean),
        told("overview.beside_by_age", count=len(kpis.by_age), customers=first.customers),
        [point.revenue_per_customer for point in kpis.by_age],
        age=last.age,
        value=_pay(kpis, last.revenue_per_customer),
        customers=last.customers,
        cohorts=last.cohorts,
    )


def _rfm(seen: Overview) -> None:
    _card(
        "rfm_customers",
        number(seen.kpis.rfm_customers, lang()),
        told("overview.beside_rfm", day=seen.kpis.as_of),
        finished(seen.by_period, "new_customers"),
        n=seen.kpis.rfm_customers,
    )


def _revenue(seen: Overview) -> None:
    kpis = seen.kpis
    gross, returned = _pay(kpis, kpis.gross), _pay(kpis, kpis.returned)
    _card(
        "revenue",
        money(kpis.revenue, kpis.currency, lang(), compact=True),
        told("overview.beside_revenue", gross=gross, returned=returned),
        finished(seen.by_period, "revenue"),
        value=_pay(kpis, kpis.revenue),
        gross=gross,
        returned=returned,
    )


def _orders(seen: Overview) -> None:
    _card(
        "order",
        number(seen.kpis.orders, lang()),
        told("overview.beside_orders", count=seen.kpis.active_customers),
        finished(seen.by_period, "orders"),
    )


def _aov(seen: Overview) -> None:
    kpis = seen.kpis
    _card(
        "aov",
        _pay(kpis, kpis.aov),
        told("overview.beside_aov", count=kpis.orders),
        finished(seen.by_period, "aov"),
        value=_pay(kpis, kpis.aov),
        orders=kpis.orders,
    )


def _pay(kpis: Kpis, value: Decimal | float | None) -> str | None:
    return None if value is None else money(value, kpis.currency, lang())


def _floats(values: list[Any]) -> list[float]:
    return [float(value) for value in values if value is not None]
