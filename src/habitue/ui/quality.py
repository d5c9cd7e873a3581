"""What the lines are worth: the verdict first, then each finding, opened for what it changes."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue.charts import quality_calendar, quality_missing, quality_spread
from habitue.charts.look import Look
from habitue.charts.quality_words import PARTS, Words
from habitue.data.quality.asked import Screening
from habitue.data.quality.report import Severity, Verdict
from habitue.texts import money, percent
from habitue.ui import exhibit, quality_files, says, segment_table, state
from habitue.ui.language import lang, t, verbatim

if TYPE_CHECKING:
    from habitue.charts.quality_spread import Spread
    from habitue.data.quality.report import Finding, Quality

_BOXES: Final = {
    Verdict.USABLE: (st.success, ":material/check_circle:"),
    Verdict.WITH_CARE: (st.warning, ":material/warning:"),
    Verdict.UNUSABLE: (st.error, ":material/error:"),
}
_ICONS: Final = {
    Severity.SERIOUS: ":material/error:",
    Severity.CARE: ":material/warning:",
    Severity.NOTE: ":material/info:",
}
_SHARES: Final = tuple(Decimal(one) for one in ("0.9", "0.95", "0.975", "0.99", "0.995", "0.999"))
_SPREADS: Final[tuple[Spread, ...]] = ("prices", "quantities")
_USUAL: Final = Decimal("0.99")
_WINSORISED: Final = ("level", "cap", "above", "difference", "aov", "aov_after", "clv", "clv_after")


def show() -> None:
    """Draw the report; nothing is asked for before this is called."""
    with says.plainly(lang()):
        asked = _asked()
        with st.spinner(t("ui.computing")):
            report = state.workspace().quality(asked)
        words = Words(lang=lang(), currency=report.currency)
        st.markdown(t("quality.words", lines=report.lines))
        _verdict(report, words)
        _findings(report, asked, words)
        _charts(report, asked)
        _winsorise(report, words)


def _asked() -> Screening:
    """Take the bounds from the fields below, which are drawn after what they change."""
    typed = st.session_state.get
    return Screening.of(
        price_bound=typed("quality.price_bound") or None,
        quantity_bound=typed("quality.quantity_bound") or None,
        winsorise_at=typed("quality.winsorise_at") or _USUAL,
    )


def _verdict(report: Quality, words: Words) -> None:
    box, icon = _BOXES[report.verdict]
    verdict, opening = words.verdict(report)
    reasons = [f"- {verbatim(words.reason(one))}" for one in report.reasons]
    box("\n".join([f"**{verdict}.** {opening}", "", *reasons]), icon=icon)


def _findings(report: Quality, asked: Screening, words: Words) -> None:
    st.header(t("quality.findings_title"))
    if not report.findings:
        st.markdown(t("quality.findings_none", looked=len(report.clean)))
    quality_files.findings(report, words)
    for one in report.findings:
        label = words.say("finding_label", title=words.title(one), counted=words.count(one))
        if one.amount is not None:
            carried = verbatim(money(one.amount, report.currency, lang()))
            label = words.say(
                "finding_label_amount", title=words.title(one), counted=words.count(one),
                amount=carried,
            )  # fmt: skip
        listing = st.expander(
            label, icon=_ICONS[one.severity], key=f"quality.{one.name}", on_change="rerun"
        )
        if listing.open:
            with listing:
                _finding(one, asked, words)
    if report.clean:
        says.aside(t("quality.clean_words", names=[words.name(one) for one in report.clean]))


def _finding(finding: Finding, asked: Screening, words: Words) -> None:
    st.badge(words.say(f"severity_{finding.severity}"))
    for part in PARTS:
        st.markdown(
            f"**{words.say(f'label_{part}')}** · {verbatim(words.part(finding, part))}"
        )  # fmt: skip
    rows = state.workspace().quality_sample(finding.name, asked)
    if rows.num_rows:
        quality_files.sample(finding, rows, words)


def _charts(report: Quality, asked: Screening) -> None:
    look = Look(lang=lang(), currency=report.currency)
    if not report.days.num_rows:
        return
    st.header(t("quality.time_title"))
    for column, draw in zip(
        st.columns([3, 2]), (quality_calendar.calendar, quality_calendar.weekdays), strict=True
    ):
        with column:
            _chart(draw.__name__, (asked, look), partial(draw, report, look))
    st.header(t("quality.range_title"))
    st.markdown(t("quality.range_words"))
    _bounds(report)
    columns = st.columns(2)
    for column, name in zip(columns, _SPREADS, strict=True):
        if getattr(report, name).num_rows:
            with column:
                _chart(name, (asked, look), partial(quality_spread.spread, report, name, look))
    st.header(t("quality.columns_title"))
    _chart("missing", (asked, look), partial(quality_missing.missing, report, look))


def _chart(name: str, about: tuple[object, ...], draw: Any) -> None:
    exhibit.show(state.drawn(f"quality.{name}", about, draw))


def _bounds(report: Quality) -> None:
    own = {"price_bound": report.price_fence, "quantity_bound": report.quantity_fence}
    with st.container(horizontal=True, key="quality.bounds"):
        for name, bound in own.items():
            st.number_input(
                t(f"quality.{name}"),
                min_value=0.01,
                value=None,
                step=1.0,
                format="%g",
                key=f"quality.{name}",
                persist_state="session",
                placeholder=t("quality.bound_none") if bound is None
                else t("quality.bound_own", bound=bound),
                width=280,
            )  # fmt: skip


def _winsorise(report: Quality, words: Words) -> None:
    if not report.winsorised.num_rows:
        return
    st.header(t("quality.winsorise_title"))
    st.markdown(t("quality.winsorise_words"))
    st.segmented_control(
        t("quality.winsorise_at"),
        _SHARES,
        default=_USUAL,
        format_func=lambda one: percent(float(one), lang(), decimals=1),
        key="quality.winsorise_at",
        required=True,
        persist_state="session",
    )
    for row in report.winsorised.to_pylist():
        st.markdown(f"- {verbatim(words.winsorised(row))}")
    table = words.read(report.winsorised.select(list(_WINSORISED)))
    exact = st.column_config.NumberColumn
    st.dataframe(
        segment_table.rounded(table),
        hide_index=True,
        column_config={
            name: label if name == "level" else exact(label, format="localized")
            for name, label in words.columns(table).items()
        },
        placeholder="\N{EN DASH}",
        key="quality.winsorised",
        alt=t("quality.winsorise_title"),
    )
