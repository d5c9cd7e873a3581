"""What a reader finds on the Overview."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from tests.ui.conftest import Open, app, control
from tests.ui.fake import FakeWorkspace

from habitue.errors import RequestError
from habitue.results import BaselineClv, NorthStar
from habitue.texts import Lang, text
from habitue.ui import state
from habitue.ui.language import verbatim

FRENCH = {
    "Clients actifs": "5 869",
    "North Star : CA à 90 jours": "857,80 £",
    "CLV de base, par client": "2 795,92 £",
    "CA par client et par âge": "139,56 £",
    "Clients profilés RFM": "5 869",
    text("overview.card_revenue", "fr"): "19,3 M£",
    "Commandes": "39 988",
    "Panier moyen": "512,45 £",
}
ENGLISH = {
    "Active customers": "5,869",
    "North Star: 90-day revenue": "£857.80",
    "Baseline CLV, per customer": "£2,795.92",
    "Revenue per cohort age": "£139.56",
    "RFM customers": "5,869",
    "Net revenue": "£19.3M",
    "Orders": "39,988",
    "Average basket": "£512.45",
}


def _plain(words: str) -> str:
    """Ordinary spaces, whatever the language puts between digits."""
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def _beside(at: AppTest) -> str:
    return _plain(" | ".join(one.value for one in at.markdown))


@pytest.mark.parametrize(("lang", "cards"), [("fr", FRENCH), ("en", ENGLISH)])
def test_cards_show_the_figures(open_screen: Open, lang: Lang, cards: dict[str, str]) -> None:
    at = open_screen(lang=lang)
    assert not at.exception
    assert {_plain(card.label): _plain(card.value) for card in at.metric} == cards


def test_mean_median_and_trimmed_mean_stand_together_with_n(open_screen: Open) -> None:
    said = _beside(open_screen(lang="en"))
    assert "median **£842.74** · trimmed mean **£1,521.94** · n = 5,869 customers" in said
    assert "median **£415.40** · n = 5,272 customers observed" in said
    assert "of 5,869 customers ever seen" in said


def test_each_card_explains_itself_with_the_reader_s_own_figures(open_screen: Open) -> None:
    helps = {card.label: _plain(card.proto.help) for card in open_screen(lang="en").metric}
    assert all("Example" in said for said in helps.values()), helps.keys()
    assert "£857.80" in helps["North Star: 90-day revenue"]
    assert "5,272" in helps["North Star: 90-day revenue"]


def test_nothing_observed_is_said_and_never_a_zero(open_screen: Open) -> None:
    nothing: dict[str, Any] = {
        "north_star": NorthStar(value=None, median=None, n=0, waiting=28),
        "baseline_clv": BaselineClv(
            mean=None, median=None, trimmed_mean=None, n=0, top_decile_share=None
        ),
        "by_age": (),
        "by_age_mean": None,
        "aov": None,
    }
    at = open_screen(lang="en", workspace=FakeWorkspace(**nothing))
    assert not at.exception
    assert [card.value for card in at.metric].count("Not observed yet") == 4
    assert "28 customers still wait for their 90th day" in _beside(at)
    assert text("overview.no_age", "en") in [one.value for one in at.markdown]


def test_a_refusal_is_said_with_its_remedy(open_screen: Open) -> None:
    refusal = RequestError("unknown_country", country="Atlantis", known=["France"])
    at = open_screen(workspace=FakeWorkspace(refusal=refusal))
    assert not at.exception
    assert at.error[0].value == verbatim(refusal.what("fr"))
    assert at.info[0].value == verbatim(refusal.hint("fr"))


def test_a_view_without_anything_says_what_to_do(open_screen: Open) -> None:
    at = open_screen(workspace=FakeWorkspace(orders=0, returned=Decimal(0)))
    assert not at.exception
    assert [one.value for one in at.subheader] == [text("ui.nothing_title", "fr")]
    assert not at.metric


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_empty_store_shows_the_first_steps(monkeypatch: pytest.MonkeyPatch, lang: Lang) -> None:
    monkeypatch.setattr(state, "is_empty", lambda: True)
    at = app(lang).run()
    assert not at.exception
    assert [one.value for one in at.subheader] == [text("ui.first_title", lang)]
    assert at.code[0].value == "habitue demo"
    at.button(key="first_steps.bring").click().run()
    assert at.title[0].value == text("ui.data_title", lang)


def test_the_store_served_is_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv(state.STORE_VARIABLE, str(tmp_path))
    assert str(state.store_path()) == str(tmp_path)
    assert state.is_empty()


def test_unmatched_returns_are_told(open_screen: Open) -> None:
    fake = FakeWorkspace(unmatched_lines=312, unmatched_returns=Decimal("-4510.20"))
    at = open_screen(lang="en", workspace=fake)
    assert any("312 return lines" in one.value for one in at.info)


def test_five_charts_each_with_words_for_who_cannot_see_them(open_screen: Open) -> None:
    at = open_screen(lang="en")
    charts = at.get("plotly_chart")
    assert len(charts) == 5
    assert all(chart.proto.alt for chart in charts)


def test_a_chart_s_data_is_built_only_once_opened(open_screen: Open) -> None:
    at = open_screen()
    assert not at.dataframe
    at.session_state["data.revenue"] = True
    at.run()
    assert not at.exception
    assert at.dataframe[0].value.shape == (25, 9)
    assert len(at.get("download_button")) == 1


def test_the_same_question_is_computed_once(open_screen: Open, workspace: FakeWorkspace) -> None:
    at = open_screen()
    at.run()
    open_screen()
    assert len(workspace.asked) == 1


def test_changing_language_keeps_the_figures_and_the_filters(
    open_screen: Open, workspace: FakeWorkspace
) -> None:
    at = open_screen(address={"returns": ["exclude"], "from": ["2011-01-01"]})
    control(at, "language").set_value("en").run()
    assert not at.exception
    assert at.title[0].value == "Overview"
    assert at.query_params["lang"] == "en"
    assert at.query_params["returns"] == "exclude"
    assert {asked.start for asked in workspace.asked} == {dt.date(2011, 1, 1)}


def test_the_address_chooses_the_language_over_the_browser(open_screen: Open) -> None:
    assert open_screen(lang="fr", address={"lang": ["en"]}).title[0].value == "Overview"
    assert open_screen(lang="fr", address={"lang": ["xx"]}).title[0].value == text(
        "overview.title", "fr"
    )


@pytest.mark.parametrize("image", ["png", "svg"])
def test_the_image_button_gives_the_format_chosen(open_screen: Open, image: str) -> None:
    at = open_screen()
    control(at, "image").set_value(image).run()
    assert f'"format": "{image}"' in at.get("plotly_chart")[0].proto.config
