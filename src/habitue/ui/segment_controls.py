"""What a reader chooses on the Segments screen: names, recipe, thresholds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import streamlit as st

from habitue import glossary
from habitue.core.segments.rules import RULE_SETS, RuleSet, rule_set
from habitue.core.segments.scoring import CLASSES, CutPoints, Scoring
from habitue.errors import RequestError
from habitue.schema import Basis
from habitue.texts import money, text
from habitue.ui import state, typed
from habitue.ui.language import lang, t

if TYPE_CHECKING:
    from habitue.schema import Filters

_OWN: Final = "own"
_MEASURES: Final = ("recency", "frequency", "monetary")
_YAML: Final = ("yaml", "yml")
_Thresholds = Literal["quantiles", "frozen", "typed", "file"]
_WAYS: Final[tuple[_Thresholds, ...]] = ("quantiles", "frozen", "typed", "file")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the reader asked for.

    Attributes:
        filters: Those of the sidebar, with the screen's own.
        rules: The rule set.
        scoring: The recipe.
    """

    filters: Filters
    rules: RuleSet
    scoring: Scoring


def show(asked: Filters) -> Choice:
    """Draw the controls above the table.

    Args:
        asked: The filters of the sidebar.

    Raises:
        RequestError: A file or a threshold cannot be.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="segments.reading"):
        named = st.selectbox(
            t("segments.rules"),
            [*RULE_SETS, _OWN],
            format_func=_rules_name(),
            help=t("segments.rules_help"),
            width=270,
            **_kept("rules"),
        )
        basis = st.segmented_control(
            t("segments.basis"),
            list(Basis),
            default=Basis.NET,
            format_func=_named("basis"),
            required=True,
            help=glossary.help_text("rfm_values", lang()),
            **_kept("basis"),
        )
        how = st.selectbox(
            t("segments.thresholds"),
            _WAYS,
            format_func=_named("thresholds"),
            help=glossary.help_text("rfm_scores", lang()),
            width=250,
            **_kept("thresholds"),
        )
        classes, window, margin = _options()
    if basis is Basis.MARGIN and (margin is not None or not state.shop().has_cost):
        st.caption(t("segments.basis_same"))
    rules = _rules(named)
    filters = asked if margin is None else asked.but(margin_rate=margin)
    plain = Scoring(classes=classes, basis=Basis(basis), window_days=window)
    return Choice(filters, rules, _scoring(how, Choice(filters, rules, plain)))


def _options() -> tuple[int | None, int | None, Decimal | None]:
    with st.popover(t("segments.options"), icon=":material/tune:"):
        classes = st.segmented_control(
            t("segments.classes"),
            sorted(CLASSES, reverse=True),
            help=t("segments.classes_help"),
            **_kept("classes"),
        )
        window = st.number_input(
            t("segments.window"),
            min_value=1,
            value=None,
            step=30,
            placeholder=t("segments.window_all"),
            help=t("segments.window_help"),
            **_kept("window"),
        )
        rate = st.number_input(
            t("segments.margin_rate"),
            min_value=0.0,
            max_value=100.0,
            value=None,
            step=1.0,
            format="%.1f",
            placeholder=t("segments.margin_rate_cost") if state.shop().has_cost else "30",
            icon=":material/percent:",
            help=glossary.help_text("margin", lang()),
            **_kept("margin_rate"),
        )
    return classes, window, typed.share(rate)


def _rules(named: str) -> RuleSet:
    if named != _OWN:
        return rule_set(named)
    given = st.file_uploader(
        t("segments.rules_file"),
        _YAML,
        help=t("segments.rules_file_help"),
        max_upload_size=1,
        key="segments.rules_file",
    )
    if given is None:
        st.caption(t("segments.rules_file_none"))
        return rule_set(RULE_SETS[0])
    return rule_set(_text_of(given))


def _scoring(how: _Thresholds, plain: Choice) -> Scoring:
    match how:
        case "quantiles":
            return plain.scoring
        case "frozen":
            return _frozen(plain)
        case "typed":
            return _typed(plain)
        case "file":
            given = st.file_uploader(
                t("segments.scoring_file"),
                _YAML,
                max_upload_size=1,
                help=t("segments.scoring_file_help"),
                key="segments.scoring_file",
            )
            return plain.scoring if given is None else Scoring.read(_text_of(given))


def _frozen(plain: Choice) -> Scoring:
    """Take the thresholds of another day."""
    shop = state.shop()
    last = plain.filters.as_of or shop.last_day
    day: dt.date = st.date_input(
        t("segments.frozen_on"),
        value=max(shop.first_day, last - dt.timedelta(days=365)),
        min_value=shop.first_day,
        max_value=last,
        format="DD/MM/YYYY",
        help=t("segments.frozen_on_help"),
        width=230,
        **_kept("frozen_on"),
    )
    cuts = _cuts_of(plain, plain.filters.but(as_of=day))
    return plain.scoring if cuts is None else plain.scoring.frozen(cuts)


def _typed(plain: Choice) -> Scoring:
    """Let the reader type thresholds, starting from those of the shop."""
    found = _cuts_of(plain, plain.filters)
    typed: dict[str, str] = {}
    with st.container(horizontal=True, key="segments.typed"):
        for measure in _MEASURES:
            start = [] if found is None else getattr(found, measure)
            typed[measure] = st.text_input(
                t(f"segments.typed_{measure}"),
                value=", ".join(f"{value:f}" if isinstance(value, Decimal) else str(value)
                                for value in dict.fromkeys(_rounded(start))),
                help=t(f"segments.typed_{measure}_help"),
                width=260,
                key=f"segments.typed.{measure}",
            )  # fmt: skip
    scoring = Scoring.of(basis=plain.scoring.basis, window_days=plain.scoring.window_days, **typed)
    if scoring.cuts is not None and scoring.cuts.classes < max(plain.rules.classes, 3):
        st.caption(t("segments.typed_fewer", classes=scoring.cuts.classes))
    return scoring


def _cuts_of(plain: Choice, filters: Filters) -> CutPoints | None:
    with st.spinner(t("ui.computing")):
        return state.workspace().segments(
            filters, rules=plain.rules, scoring=plain.scoring
        ).cuts  # fmt: skip


def _rounded(values: Any) -> list[Any]:
    return [round(value, 2) if isinstance(value, Decimal) else value for value in values]


def _text_of(given: Any) -> str:
    try:
        # A file of one line is still text, not a path.
        return str(given.getvalue().decode("utf-8")) + "\n"
    except UnicodeDecodeError:
        raise RequestError("file_unreadable", path=given.name) from None


def _rules_name() -> Any:
    reader = lang()
    return lambda name: text(f"segments.rules_{name}", reader)


def _named(name: str) -> Any:
    reader = lang()
    return lambda one: text(f"segments.{name}_{one}", reader)


def _kept(name: str) -> dict[str, Any]:
    return {"key": f"segments.{name}", "persist_state": "session"}


def notes(choice: Choice, currency: str | None) -> list[str]:
    """Say what the screen's own choices add to the basis of its figures.

    Args:
        choice: What the reader asked for.
        currency: ISO code of the shop's money.
    """
    recipe = choice.scoring
    said = [t("segments.note_rules", rules=rules_name(choice.rules))]
    if recipe.basis is not Basis.NET:
        said.append(t("segments.note_basis", basis=t(f"segments.basis_{recipe.basis}").lower()))
    if recipe.window_days is not None:
        said.append(t("segments.note_window", count=recipe.window_days))
    if recipe.cuts is not None:
        said.append(cut_note(recipe.cuts, currency))
    return said


def cut_note(cuts: CutPoints, currency: str | None) -> str:
    """Say where thresholds come from, and what they are.

    Args:
        cuts: The thresholds.
        currency: ISO code of the shop's money.
    """
    facts: dict[str, Any] = {
        "recency": list(cuts.recency),
        "frequency": list(cuts.frequency),
        "monetary": [money(value, currency, lang()) for value in cuts.monetary],
    }
    if cuts.taken_on is None:
        return t("segments.note_typed", **facts)
    return t("segments.note_frozen", day=cuts.taken_on, **facts)


def rules_name(rules: RuleSet) -> str:
    """Name a rule set.

    Args:
        rules: The set.
    """
    return t(f"segments.rules_{rules.id}") if rules.id in RULE_SETS else rules.id
