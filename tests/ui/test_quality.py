"""The quality tab: nothing asked before it is opened, the verdict first, every control obeyed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import Open, control
from tests.ui.fake import FakeWorkspace
from tests.ui.fake_quality import quality

from habitue.charts.quality_words import Words
from habitue.data.quality.asked import Screening
from habitue.texts import LANGS, Lang, text

REPORT = quality(Screening())


def opened(at: AppTest, lang: Lang = "fr") -> AppTest:
    """Open the tab, as a click on it would."""
    at.session_state["data.tabs"] = text("quality.tab_quality", lang)
    return at.run()


@pytest.mark.parametrize("lang", LANGS)
def test_the_verdict_and_its_reasons_stand_first(open_screen: Open, lang: Lang) -> None:
    at = opened(open_screen("data", lang), lang)
    words = Words(lang=lang, currency=None)
    assert not at.exception
    box = at.error[0].value if at.error else at.warning[0].value
    assert words.verdict(REPORT)[0] in box
    for one in REPORT.reasons:
        assert words.title(one) in box
    titles = [one.label for one in at.expander if one.key and one.key.startswith("quality.")]
    assert len(titles) == len(REPORT.findings)
    for one, label in zip(REPORT.findings, titles, strict=True):
        assert words.title(one) in label
    assert len(at.get("plotly_chart")) == 5


def test_nothing_is_asked_before_the_tab_is_opened(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen("data")
    assert workspace.screened == []
    opened(at)
    assert workspace.screened == [Screening()]


def test_a_finding_opens_to_what_it_changes_and_a_sample(open_screen: Open) -> None:
    at = opened(open_screen("data", "en"), "en")
    at.session_state["quality.missing_customer"] = True
    at.run()
    said = " ".join(one.value for one in at.markdown)
    for part in ("what", "changes", "done", "where"):
        assert text(f"quality.label_{part}", "en") in said
    rows = [one.value for one in at.dataframe if "order_id" in one.value.columns]
    assert [set(one["order_id"]) for one in rows] == [{"f0", "f1"}]


def test_winsorising_and_bounds_reach_the_workspace(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = opened(open_screen("data"))
    before = [one.value for one in at.markdown]
    control(at, "quality.winsorise_at").set_value(Decimal("0.9")).run()
    assert workspace.screened[-1].winsorise_at == Decimal("0.9")
    assert [one.value for one in at.markdown] != before
    control(at, "quality.quantity_bound").set_value(10.0).run()
    assert workspace.screened[-1].quantity_bound == Decimal("10.0")
    assert any("quantity_high" in str(one.key) for one in at.expander)
