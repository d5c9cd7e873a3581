"""The segments on screen: what they say, the table with its playbook, the files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from habitue import glossary
from habitue.charts import segment_bars
from habitue.charts.segment_words import Words
from habitue.core.segments.explain import explained
from habitue.errors import ContentError
from habitue.export.tables import MIME, About, file_of
from habitue.export.writing import Form
from habitue.texts import percent, text
from habitue.ui import access, exhibit, says, state
from habitue.ui.language import lang, t, told
from habitue.ui.segment_controls import Choice, cut_note, rules_name

if TYPE_CHECKING:
    import pyarrow as pa

    from habitue.charts.look import Look
    from habitue.core.segments.answers import Segments

Rows = Callable[[], "pa.Table"]
_FORMS: Final[tuple[Form, ...]] = ("xlsx", "csv", "parquet")
_SEGMENT_TERMS: Final = ("segment_row", "rfm_values", "rfm_scores", "rfm_segment", "margin", "aov")
_LIST_TERMS: Final = ("rfm_values", "rfm_scores", "rfm_segment")
_PERCENTS: Final = ("customer_share", "revenue_share", "lapse_rate", "comeback_rate", "p_order_90d")
_COLUMNS: Final = (
    "rfm_segment", "priority", "recoverable", "customers", "customer_share", "revenue",
    "revenue_share", "margin", "aov", "mean_recency_days", "mean_value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What the screen is about.

    Attributes:
        choice: What the reader chose.
        seen: The answer.
        look: The reader's language, currency and basis.
    """

    choice: Choice
    seen: Segments
    look: Look

    @property
    def words(self) -> Words:
        """Names of what is shown."""
        return Words(self.look, self.seen.rules)

    @property
    def about(self) -> tuple[object, ...]:
        """What a drawing depends on."""
        return (self.choice, self.look)


def nothing() -> None:
    """Say that nobody is left, and what would bring some back.

    Raises:
        EnoughSaidError: Always; there is nothing else to show.
    """
    with st.container(border=True, key="segments.nothing"):
        st.subheader(t("segments.nothing_title"), anchor=False)
        st.markdown(t("segments.nothing_words"))
    raise says.EnoughSaidError


def notes(shown: Shown) -> None:
    """Tell what makes the scores weaker than they seem, before anything is read off them.

    Args:
        shown: What the screen is about.
    """
    for key, facts in shown.seen.notes:
        st.info(text(f"segments.{key}", lang(), **facts), icon=":material/lightbulb:")


def reading(shown: Shown) -> None:
    """Say in a few sentences what the table shows, from its own figures.

    Args:
        shown: What the screen is about.
    """
    seen, words, look = shown.seen, shown.words, shown.look
    rows = seen.table.to_pylist()
    first = max(rows, key=lambda row: row["revenue"])
    said = [
        told(
            "segments.reading", name=words.name(first["rfm_segment"]), customers=first["customers"],
            share=percent(first["customer_share"], lang()),
            revenue_share=percent(first["revenue_share"] or 0.0, lang()),
        )
    ]  # fmt: skip
    ranked = [row for row in rows if row["priority"] == 1]
    if ranked:
        top = ranked[0]
        said.append(
            told(
                "segments.reading_priority", name=words.name(top["rfm_segment"]),
                recoverable=look.money(top["recoverable"]), at_stake=look.money(top["at_stake"]),
            )
        )  # fmt: skip
    st.markdown(" ".join(said))


def show(shown: Shown) -> None:
    """Draw the two pictures, the table and its files.

    Args:
        shown: What the screen is about.
    """
    seen, look = shown.seen, shown.look
    left, right = st.columns(2)
    with left:
        exhibit.show(state.drawn("shares", shown.about, lambda: segment_bars.shares(seen, look)))
    with right:
        if any(row["priority"] for row in seen.table.to_pylist()):
            exhibit.show(
                state.drawn("priorities", shown.about, lambda: segment_bars.priorities(seen, look))
            )
        else:
            says.empty("segments.no_priority")
    st.header(t("segments.table"))
    predicted = _predicted(shown)
    _table(shown, predicted)
    _playbook(shown)
    files("table", shown, lambda: beside(seen.table, predicted), _SEGMENT_TERMS)
    with st.expander(t("segments.meaning"), icon=":material/menu_book:", key="segments.meaning"):
        for slug in ("segment_row", "rfm_segment"):
            found = glossary.entry(slug, lang())
            st.markdown(f"**{found.term}** · {glossary.help_text(slug, lang())}")
        st.markdown(t("segments.priority_formula"))
        st.markdown(
            told(
                "segments.outside",
                inside=look.money(seen.base.revenue, decimals=2),
                outside=look.money(seen.base.outside, decimals=2),
            )
        )


def _predicted(shown: Shown) -> pa.Table | None:
    """Give the mean predicted values, when they are wanted and there is enough to learn from."""
    if not st.toggle(
        t("segments.with_clv"),
        key="segments.with_clv",
        help=glossary.help_text("predicted_clv", lang()),
        persist_state="session",
    ):
        return None
    choice = shown.choice
    try:
        with st.spinner(t("ui.computing")):
            return state.workspace().segment_clv(
                choice.filters, rules=choice.rules, scoring=choice.scoring
            )
    except ContentError as refusal:
        st.info(refusal.what(lang()), icon=":material/lightbulb:")
        return None


def beside(table: pa.Table, predicted: pa.Table | None) -> pa.Table:
    """Put the predicted values beside the segments.

    Args:
        table: One row per segment.
        predicted: The same rows, or nothing.
    """
    if predicted is None:
        return table
    for name in predicted.column_names[1:]:
        table = table.append_column(name, predicted[name])
    return table


def _table(shown: Shown, predicted: pa.Table | None) -> None:
    words, seen = shown.words, shown.seen
    plain = beside(seen.table.select(list(_COLUMNS)), predicted)
    table = words.translated(plain, "rfm_segment")
    st.dataframe(
        rounded(table, money_digits=0),
        hide_index=True,
        column_config={name: _column(name) for name in table.column_names},
        key="segments.rows",
        alt=t("segments.table"),
        height="content",
        placeholder="\N{EN DASH}",
    )
    base, look = seen.base, shown.look
    st.caption(
        t(
            "segments.total",
            count=base.customers,
            orders=base.orders,
            revenue=look.money(base.revenue, decimals=2),
            margin=look.money(base.margin, decimals=2),
        )
    )


def _playbook(shown: Shown) -> None:
    """Say in a sentence what to do with each segment, the first priority first."""
    seen, words = shown.seen, shown.words
    rows = [row for row in seen.table.to_pylist() if row["customers"]]
    rows.sort(key=lambda row: (row["priority"] is None, row["priority"]))
    said = [
        told(
            "segments.playbook",
            name=words.name(row["rfm_segment"]),
            sentence=seen.rules.named(row["rfm_segment"]).playbook(lang()),
        )
        for row in rows
    ]
    with st.expander(t("segments.playbook_title"), icon=":material/checklist:", expanded=True,
                     key="segments.playbook"):  # fmt: skip
        st.markdown("\n".join(f"1. {line}" for line in said))


def rounded(table: pa.Table, *, money_digits: int = 2) -> Any:
    """Give numbers with as many digits as a screen has room for; files keep them exact."""
    import pyarrow as pa  # noqa: PLC0415 - beside its use
    import pyarrow.compute as pc  # noqa: PLC0415

    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type) or pa.types.is_floating(field.type):
            digits = 4 if field.name in _PERCENTS else money_digits
            plain = pc.round(table[field.name].cast(pa.float64()), ndigits=digits)
            table = table.set_column(place, field.name, plain)
    return table


def _column(name: str) -> Any:
    label = t(f"segments.column_{name}")
    if name == "rfm_segment":
        return st.column_config.TextColumn(label, pinned=True)
    if name in _PERCENTS:
        return st.column_config.NumberColumn(label, format="percent")
    helped = t(f"segments.help_{name}") if name in {"recoverable", "priority"} else None
    return st.column_config.NumberColumn(label, format="localized", help=helped)


def files(
    name: str,
    shown: Shown,
    rows: Rows,
    terms: tuple[str, ...] = _LIST_TERMS,
    *,
    people: bool = False,
) -> None:
    """Offer a table as a file, written once it is asked for.

    Args:
        name: What the table is, `table` or `customers`.
        shown: What the screen is about.
        rows: Gives the table.
        terms: Glossary entries that explain its columns.
        people: Whether its rows are customers, whose leaving is written down.
    """
    if access.view_only():
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"segments.files.{name}"):
        for form in _FORMS:
            written = partial(_file, name, shown, rows, terms, form)
            look: dict[str, Any] = {
                "file_name": f"habitue-{name}.{'xlsx' if form == 'xlsx' else form + '.zip'}",
                "mime": MIME[form],
                "icon": ":material/download:",
                "key": f"segments.{name}.{form}",
            }
            label = t(f"segments.download_{form}")
            if people:
                access.customers(label, "rfm", shown.choice.filters, written, **look)
            else:
                access.download(label, partial(_content, written), **look)
        st.caption(t("segments.files_hint"))


def _file(
    name: str, shown: Shown, rows: Rows, terms: tuple[str, ...], form: Form
) -> tuple[int, bytes]:
    found = rows()
    return found.num_rows, file_of(found, form, about(name, shown, found.column_names, terms))[1]


def _content(written: Callable[[], tuple[int, bytes]]) -> bytes:
    return written()[1]


def about(name: str, shown: Shown, columns: list[str], terms: tuple[str, ...]) -> About:
    """Say what a file rests on.

    Args:
        name: What the table is.
        shown: What the screen is about.
        columns: Its columns.
        terms: Glossary entries that explain them.
    """
    seen, choice = shown.seen, shown.choice
    facts = {
        "filters": choice.filters.asked(),
        "rule_set": seen.rules.id,
        "scoring": seen.scoring.to_yaml() if seen.cuts is None
        else seen.scoring.frozen(seen.cuts).to_yaml(),
        "snapshot": state.shop().snapshot,
        "sources": list(state.shop().sources),
    }  # fmt: skip
    read = [(t("segments.basis_label"), shown.look.basis)]
    read.append((t("segments.rules"), rules_name(seen.rules)))
    if seen.cuts is not None:
        read.append((t("segments.thresholds"), cut_note(seen.cuts, seen.currency)))
    return About(
        name=f"habitue-{name}",
        title=t(f"segments.file_{name}"),
        lang=lang(),
        as_of=seen.as_of,
        facts=facts,
        told=tuple(read),
        columns={one: t(f"segments.column_{one}") for one in columns},
        terms=terms,
    )


def codes(shown: Shown) -> None:
    """Explain codes on the reader's own data, and let the thresholds be kept.

    Args:
        shown: What the screen is about.
    """
    seen = shown.seen
    cuts = seen.cuts
    assert cuts is not None
    best, worst = str(cuts.classes) * 3, "111"
    picked = st.text_input(
        t("segments.code"), value=best, max_chars=3, key="segments.code", width=200,
        help=t("segments.code_help"),
    )  # fmt: skip
    wanted = [picked] if _is_code(picked, cuts.classes) else []
    for code in dict.fromkeys([*wanted, best, worst]):
        name = shown.words.name(seen.rules.of(code, cuts.classes).name)
        st.markdown(f"**{explained(code, cuts, seen.currency, lang())}** · {name}")
    st.caption(cut_note(cuts, seen.currency))
    with st.container(horizontal=True, key="segments.keep"):
        st.download_button(
            t("segments.save_scoring"), seen.scoring.frozen(cuts).to_yaml(),
            file_name=f"habitue-scoring-{seen.as_of}.yaml", mime="text/yaml", on_click="ignore",
            icon=":material/ac_unit:", help=t("segments.save_scoring_help"), key="segments.save",
        )  # fmt: skip
        st.download_button(
            t("segments.save_rules"), seen.rules.to_yaml(),
            file_name=f"habitue-rules-{seen.rules.id}.yaml", mime="text/yaml", on_click="ignore",
            icon=":material/edit_note:", help=t("segments.save_rules_help"),
            key="segments.save_rules",
        )  # fmt: skip


def _is_code(picked: str, classes: int) -> bool:
    return len(picked) == 3 and all(digit in "12345"[:classes] for digit in picked)  # noqa: PLR2004 - R, F, M
