"""The trust card: how these predictions would have done here, and who wins (D34)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from habitue import glossary
from habitue.charts import clv_trust
from habitue.texts import number, percent
from habitue.ui import exhibit, says, state
from habitue.ui.language import lang, t, told, verbatim

if TYPE_CHECKING:
    from habitue.core.clv.answers import Trust
    from habitue.ui.value_shown import Shown


def show(shown: Shown) -> None:
    """Draw the card, or say why there is none.

    Args:
        shown: What the screen is about.
    """
    choice, look = shown.choice, shown.look
    found = state.workspace().trust(choice.filters, choice.outlook)
    if found.test.refusal is not None:
        st.warning(verbatim(found.test.refusal.say(lang())), icon=":material/report:")
        return
    unit = st.segmented_control(
        t("value.unit"), ["orders", "money"], default="orders", key="value.unit", required=True,
        format_func={one: t(f"value.unit_{one}") for one in ("orders", "money")}.__getitem__,
        help=glossary.help_text("trust_card", lang()), persist_state="session",
    )  # fmt: skip
    measured = str(unit)
    _verdict(found, measured)
    left, right = st.columns(2)
    with left:
        exhibit.show(
            state.drawn(
                "errors", (shown.about, measured),
                lambda: clv_trust.errors(found, look, unit=measured),
            )
        )  # fmt: skip
    with right:
        exhibit.show(
            state.drawn(
                "deciles", (shown.about, measured),
                lambda: clv_trust.deciles(found, look, unit=measured),
            )
        )  # fmt: skip
    says.aside(t("value.trust_note"))


def _verdict(found: Trust, unit: str) -> None:
    test, reader = found.test, lang()
    wins = {metric: test.winner(metric, unit) for metric in ("total", "mae", "rank")}
    lost = [metric for metric, winner in wins.items() if winner != "model"]
    said = [
        told(f"value.wins_{metric}", method=t(f"value.method_{winner}"))
        for metric, winner in wins.items()
    ]
    rows = [one for one in found.scores.to_pylist() if one["unit"] == unit]
    model = {row["cut"]: row for row in rows if row["method"] == "model"}
    latest = model[max(model)]
    coverage = [row["coverage"] for row in model.values()]
    inside = sum(row["low"] <= row["actual"] <= row["high"] for row in model.values())
    facts: dict[str, Any] = {
        "model": found.title,
        "cut": latest["cut"],
        "days": test.window,
        "error": ("+" if (latest["error"] or 0.0) >= 0 else "")
        + percent(latest["error"] or 0.0, reader),
        "mae": number(latest["mae_median"], reader, decimals=2),
        "rank": number(latest["rank"] or 0.0, reader, decimals=2),
    }
    with st.container(border=True, key="value.verdict"):
        st.markdown(f"**{t('value.verdict_lost' if lost else 'value.verdict_won')}**")
        st.markdown("\n".join(f"- {one}" for one in said))
        st.markdown(told("value.verdict_latest", **facts))
        leaning = test.bias(unit)
        if leaning is not None:
            st.markdown(verbatim(leaning.say(reader)))
        st.markdown(
            told("value.verdict_cover", inside=inside, cuts=len(model),
                 share=percent(sum(coverage) / len(coverage), reader, decimals=0))
        )  # fmt: skip
