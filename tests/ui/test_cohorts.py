"""What a reader finds on the Cohorts screen, a small shop behind it."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest
from tests.lines import Line, line, opened
from tests.ui.conftest import Open

from habitue.charts.look import Look
from habitue.schema import Measure, Per, Refunds, Retention
from habitue.texts import Lang, text
from habitue.ui import cohort_table
from habitue.ui.cohort_controls import Choice
from habitue.workspace import Workspace

_SERIAL = itertools.count()


def bought(customers: int = 40) -> list[Line]:
    """Customers of nine months, each back every few weeks, some for good; one comes last."""
    lines = []
    for number in range(customers):
        born = dt.date(2011, 1, 3) + dt.timedelta(days=7 * (number % 32))
        for visit in range(1 + number % 4):
            day = born + dt.timedelta(days=visit * (20 + number % 3 * 15))
            lines.append(
                line(
                    f"{number}.{visit}", f"c{number}", day.isoformat(),
                    price=10 + number, country=["France", "Spain", "$x$ *y*"][number % 3],
                )
            )  # fmt: skip
    return [line("0", "first", "2010-12-05"), *lines, line("end", "last", "2011-12-09")]


def shop(lines: list[Line]) -> Any:
    desk: Any = opened(lines)
    # A snapshot of its own: what one test caches, another must not see.
    desk.snapshot = f"cohorts-{next(_SERIAL)}"
    return desk


@pytest.fixture
def visit(open_screen: Open) -> Any:
    def opened_on(lines: list[Line] | None = None, lang: Lang = "en", **address: Any) -> AppTest:
        desk = shop(bought() if lines is None else lines)
        at = open_screen("cohorts", lang, workspace=desk, address=address or None)
        assert not at.exception, at.exception[0].value
        return at

    return opened_on


def said(at: AppTest) -> str:
    return " | ".join(one.value for one in at.markdown).replace("\N{NO-BREAK SPACE}", " ")


def drawn(at: AppTest) -> dict[str, str]:
    """The figures on screen, as they went to the browser."""
    return {chart.proto.id: chart.proto.spec for chart in at.get("plotly_chart")}


def words_of(spec: str) -> str:
    """The words of a figure, their lines joined."""
    read = json.dumps(json.loads(spec), ensure_ascii=False)
    return read.replace("<br>", " ").replace("\N{NO-BREAK SPACE}", " ")


def table_of(at: AppTest) -> str:
    (found,) = [spec for name, spec in drawn(at).items() if "chart.cohorts." in name]
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_screen_reads_itself_out(visit: Any, lang: Lang) -> None:
    at = visit(lang=lang)
    assert at.title[0].value == text("cohorts.title", lang)
    assert "M+3" in said(at)
    assert "n = " in said(at)
    assert all(chart.proto.alt for chart in at.get("plotly_chart"))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_holds_by_construction_is_no_finding(visit: Any, lang: Lang) -> None:
    at = visit(lang=lang, grain="quarter", **{"as-of": "2011-03-31"})
    assert {"fr": "par construction", "en": "by construction"}[lang] in said(at)
    assert not any(word in said(at) for word in ("intervalle à 95 % :", "95% interval:", "**100"))


CONTROLS = [
    ("cohorts.measure", Measure.REVENUE),
    ("cohorts.measure", Measure.CUSTOMERS),
    ("cohorts.measure", Measure.MARGIN),
    ("cohorts.measure", Measure.CONTRIBUTION),
    ("cohorts.measure", Measure.ORDERS),
    ("cohorts.measure", Measure.AOV),
    ("cohorts.retention", Retention.ON_OR_AFTER),
    ("cohorts.retention", Retention.BY),
    ("cohorts.ages", "elapsed"),
    ("cohorts.breakdown", "country"),
    ("cohorts.breakdown", "basket_band"),
    ("cohorts.keep_truncated", True),
    ("cohorts.rebased", True),
    ("cohorts.from_one", True),
    ("cohorts.event", dt.date(2011, 5, 1)),
]


@pytest.mark.parametrize(("control", "value"), CONTROLS, ids=str)
def test_every_control_changes_the_table(visit: Any, control: str, value: Any) -> None:
    at = visit()
    before = table_of(at)
    at.get_by_key(control).set_value(value).run()
    assert not at.exception
    assert table_of(at) != before


@pytest.mark.parametrize(
    "measure", [Measure.REVENUE, Measure.MARGIN, Measure.CONTRIBUTION, Measure.ORDERS]
)
def test_what_money_is_divided_by_and_added_up(visit: Any, measure: Measure) -> None:
    at = visit()
    at.get_by_key("cohorts.measure").set_value(measure).run()
    seen = {table_of(at)}
    for per in (Per.COHORT, Per.BUYER):
        at.get_by_key("cohorts.per").set_value(per).run()
        assert not at.exception
        seen.add(table_of(at))
    at.get_by_key("cohorts.per").set_value(Per.COHORT).run()
    at.get_by_key("cohorts.cumulative").set_value(True).run()
    seen.add(table_of(at))
    assert len(seen) == 4


def test_refunds_move_to_their_order(visit: Any) -> None:
    back = line("C1", "c3", "2011-09-01", quantity=-1, price=13, country="France")
    at = visit([*bought(), back])
    assert "cohorts.refunds" not in {one.key for one in at.get("button_group")}
    at.get_by_key("cohorts.measure").set_value(Measure.REVENUE).run()
    before = table_of(at)
    at.get_by_key("cohorts.refunds").set_value(Refunds.AT_ORDER).run()
    assert not at.exception
    assert table_of(at) != before
    assert "stay where they were made" in table_of(at).replace("<br>", " ")


def test_an_event_sets_cohorts_side_by_side(visit: Any) -> None:
    at = visit(event="2011-05-01")
    assert any("chart.cohort-event" in name for name in drawn(at))


def test_an_event_out_of_sight_is_said_and_the_table_stays(visit: Any) -> None:
    at = visit(event="2011-11-01", **{"as-of": "2011-09-30"})
    assert not at.exception
    (told,) = [one.value for one in at.warning]
    assert "1 Nov 2011" in told.replace("\N{NO-BREAK SPACE}", " ")
    assert "M+3" in said(at)
    assert not any("chart.cohort-event" in name for name in drawn(at))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_an_event_with_nobody_on_one_side_says_so(visit: Any, lang: Lang) -> None:
    at = visit(lang=lang, event="2011-03-01", **{"from": "2011-04-01"})
    assert not at.exception
    (figure,) = [spec for name, spec in drawn(at).items() if "chart.cohort-event" in name]
    assert {"fr": "rien à comparer", "en": "nothing to compare"}[lang] in words_of(figure)


@pytest.mark.parametrize(("lang", "one"), [("fr", "1 cohorte"), ("en", "1 cohort")])
def test_one_cohort_is_counted_as_one(visit: Any, lang: Lang, one: str) -> None:
    at = visit(lang=lang, **{"from": "2011-02-01", "to": "2011-02-28"})
    figures = [words_of(spec) for spec in drawn(at).values()]
    # The table, and the lines of every cohort.
    assert sum(f"{one}, " in words or f"{one}. " in words for words in figures) == 2
    assert not any(f"{one}s" in words for words in figures)


def test_a_choice_that_would_change_nothing_is_not_shown(visit: Any) -> None:
    at = visit()
    assert {one.key for one in at.get("button_group")} >= {"cohorts.measure", "cohorts.retention"}
    keys = [one.key for one in at.toggle]
    assert "cohorts.cumulative" not in keys
    at.get_by_key("cohorts.measure").set_value(Measure.AOV).run()
    groups = {one.key for one in at.get("button_group")}
    assert "cohorts.per" not in groups
    assert "cohorts.retention" not in groups
    assert "cohorts.cumulative" in [one.key for one in at.toggle]
    # No channel and no category in these lines; the three countries can split.
    assert set(at.get_by_key("cohorts.breakdown").options) == {
        text(f"cohorts.breakdown_{name}", "en")
        for name in ("country", "customer_type", "basket_band")
    }


def test_a_cost_of_acquisition_says_when_it_is_paid_back(visit: Any) -> None:
    at = visit()
    assert "repaid" not in said(at)
    at.get_by_key("cohorts.cac").set_value(4.0).run()
    assert "acquisition cost of 4.00 is repaid at **M+0** (day " in said(at)
    at.get_by_key("cohorts.cac").set_value(90_000.0).run()
    assert "is not yet repaid" in said(at)
    at.get_by_key("cohorts.margin_rate").set_value(60.0).run()
    assert not at.exception


def test_a_file_of_costs_wins_over_the_number_and_stays(visit: Any) -> None:
    at = visit()
    at.get_by_key("cohorts.cac").set_value(4.0).run()
    drawn_with_number = drawn(at)
    months = "\n".join(f"2011-{month:02d},50,10" for month in range(1, 13))
    file = at.get_by_key("cohorts.cac_file")
    file.upload("costs.csv", f"month,spend,overhead\n{months}\n".encode()).run()
    assert not at.exception
    assert drawn(at) != drawn_with_number
    assert any("12 lines of costs" in one.value for one in at.markdown)
    at.get_by_key("cohorts.cac_file").clear().run()
    assert any("12 lines of costs" in one.value for one in at.markdown)
    at.get_by_key("cohorts.cac_forget").click().run()
    assert drawn(at) == drawn_with_number


def test_a_file_that_holds_no_costs_is_named(visit: Any) -> None:
    at = visit()
    at.get_by_key("cohorts.cac_file").upload("clicks.csv", b"month,clicks\n2011-01,3\n").run()
    assert not at.exception
    assert any("clicks.csv" in one.value for one in at.error)


LINKS: list[tuple[str, str, Any]] = [
    ("measure", "revenue", Measure.REVENUE),
    ("retention", "by", Retention.BY),
    ("ages", "elapsed", "elapsed"),
    ("breakdown", "basket_band", "basket_band"),
    ("keep-truncated", "true", True),
    ("side", "false", False),
    ("margin-rate", "0.6", 60.0),
    ("cac", "4.00", 4.0),
]
COSTS = [("order-cost", "2.5", 2.5), ("fee-rate", "0.029", 2.9)]


@pytest.mark.parametrize(("param", "word", "value"), LINKS, ids=[one[0] for one in LINKS])
def test_a_view_comes_back_by_its_link(visit: Any, param: str, word: str, value: Any) -> None:
    """A choice is written in the address, and the address sets it in another session."""
    name = f"cohorts.{param.replace('-', '_')}"
    at = visit()
    assert param not in at.query_params
    at.get_by_key(name).set_value(value).run()
    assert at.query_params[param] == word
    other = visit()
    other.query_params[param] = [word]
    other.run()
    assert not other.exception
    assert other.get_by_key(name).value == value
    assert other.query_params[param] == word


@pytest.mark.parametrize(("param", "word", "value"), COSTS, ids=[one[0] for one in COSTS])
def test_costs_of_orders_come_back_by_their_link(
    visit: Any, param: str, word: str, value: float
) -> None:
    at = visit(**{"measure": "contribution", param: word})
    assert at.get_by_key(f"cohorts.{param.replace('-', '_')}").value == pytest.approx(value)
    assert at.query_params[param] == word


def test_what_money_is_divided_by_is_in_the_link(visit: Any) -> None:
    at = visit()
    at.query_params |= {"measure": ["revenue"], "per": ["cohort"], "cumulative": ["true"]}
    at.run()
    assert at.get_by_key("cohorts.per").value == Per.COHORT
    assert at.get_by_key("cohorts.cumulative").value is True


def test_a_link_that_cannot_be_is_named_and_the_rest_holds(visit: Any) -> None:
    at = visit()
    at.query_params |= {"measure": ["hats"], "ages": ["elapsed"], "breakdown": ["channel"]}
    at.run()
    assert not at.exception
    assert at.get_by_key("cohorts.ages").value == "elapsed"
    told = " ".join(one.value for one in at.warning)
    assert "hats" in told
    assert "channel" in told
    assert "measure" not in at.query_params


def test_margin_follows_the_rate_typed(visit: Any) -> None:
    at = visit()
    at.get_by_key("cohorts.measure").set_value(Measure.MARGIN).run()
    before = table_of(at)
    at.get_by_key("cohorts.margin_rate").set_value(60.0).run()
    assert table_of(at) != before


def test_contribution_takes_off_what_is_typed_and_says_so(visit: Any) -> None:
    at = visit()
    assert "cohorts.order_cost" not in {one.key for one in at.number_input}
    at.get_by_key("cohorts.measure").set_value(Measure.CONTRIBUTION).run()
    assert "hence the margin" in words_of(table_of(at))
    at.get_by_key("cohorts.order_cost").set_value(2.5).run()
    at.get_by_key("cohorts.fee_rate").set_value(2.9).run()
    at.get_by_key("cohorts.cac").set_value(4.0).run()
    assert not at.exception
    told = "margin less 2.50 per order, fees of 2.9%, acquisition at age 0"
    assert told in words_of(table_of(at))
    assert (at.query_params["order-cost"], at.query_params["fee-rate"]) == ("2.5", "0.029")
    assert "Contribution margin" in said(at)


def test_the_left_columns_can_be_put_away(visit: Any) -> None:
    at = visit()
    assert len(drawn(at)) == 3
    at.get_by_key("cohorts.side").set_value(False).run()
    assert len(drawn(at)) == 2


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("tab", ["curves", "focus", "second", "spread", "early"])
@pytest.mark.parametrize("grain", ["month", "quarter"])
def test_every_tab_opens(visit: Any, tab: str, lang: Lang, grain: str) -> None:
    at = visit(lang=lang, grain=[grain])
    at.session_state["cohorts.tabs"] = text(f"cohorts.tab_{tab}", lang)
    at.run()
    assert not at.exception
    wanted = {"curves": 1, "early": 1}.get(tab, 2)
    assert len(drawn(at)) == 2 + wanted


def test_groups_are_chosen_and_compared(visit: Any) -> None:
    at = visit()
    at.get_by_key("cohorts.breakdown").set_value("country").run()
    assert not at.exception
    assert any("cohort-groups" in name for name in drawn(at))
    first = table_of(at)
    at.get_by_key("cohorts.group").set_value(1).run()
    assert table_of(at) != first


@pytest.mark.parametrize(
    "lines",
    [
        [line("1", "a", "2011-01-05")],
        [line("1", "a", "2011-01-05"), line("2", "a", "2011-01-06")],
        [line("1", "a", "2011-01-05"), line("2", "b", "2011-12-09")],
        [line("1", "a", "2011-01-31"), line("2", "a", "2011-02-28")],
        [line("1", "a", "2011-01-05"), line("C2", "a", "2011-03-05", quantity=-1)],
    ],
    ids=["one order", "one customer", "two cohorts of one", "a month to the day", "all returned"],
)
@pytest.mark.parametrize("tab", ["curves", "focus", "second", "spread", "early"])
def test_hardly_any_data_is_words_and_no_crash(visit: Any, lines: list[Line], tab: str) -> None:
    at = visit(lines)
    at.session_state["cohorts.tabs"] = text(f"cohorts.tab_{tab}", "en")
    at.run()
    assert not at.exception
    for measure in Measure:
        at.get_by_key("cohorts.measure").set_value(measure).run()
        assert not at.exception
    at.get_by_key("cohorts.breakdown").set_value("basket_band").run()
    assert not at.exception


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_stock_of_old_customers_alone_is_not_said_to_be_unseen(visit: Any, lang: Lang) -> None:
    alone, none = (text(f"cohorts.reading_{name}", lang) for name in ("first_alone", "none"))
    at = visit([line("1", "a", "2011-01-05"), line("2", "a", "2011-03-20")], lang=lang)
    assert alone in [one.value for one in at.markdown]
    at.get_by_key("cohorts.keep_truncated").set_value(True).run()
    assert not {alone, none} & {one.value for one in at.markdown}
    at = visit([line("1", "a", "2011-01-05"), line("2", "a", "2011-01-20")], lang=lang)
    assert none in [one.value for one in at.markdown]


def test_filters_that_leave_nothing_say_so(visit: Any) -> None:
    at = visit(**{"min-order": ["999999"]})
    assert [one.value for one in at.subheader] == [text("cohorts.nothing_title", "en")]
    assert not drawn(at)


def test_the_workbook_holds_the_numbers_of_the_screen() -> None:
    desk: Workspace = opened(bought())
    table = desk.cohort_table(cac=25.0, keep_truncated=True)
    look = Look(lang="fr", currency="GBP", basis="Retours inclus · Vu au 9 déc. 2011")
    choice = Choice(table.filters, table.reading, 25.0, None, True)
    shown = cohort_table.Shown(choice, table, "all", look)
    book = openpyxl.load_workbook(io.BytesIO(cohort_table._workbook(shown, "Rétention")))
    matrix, about, data = (book[name] for name in ("Tableau", "À propos", "Données"))
    assert book.sheetnames[1] == "À propos"
    assert matrix.freeze_panes == "B5"
    assert data.freeze_panes == "A2"
    assert len(matrix._charts) == 1
    assert matrix.conditional_formatting
    words = [str(cell.value) for row in about.iter_rows() for cell in row if cell.value]
    assert "Retours inclus" in words
    assert any("(D18)" in word for word in words)
    header, *rows = data.values
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert len(found) == table.cells.num_rows
    for got, want in zip(found, table.cells.to_pylist(), strict=True):
        for name, value in got.items():
            expected = want[name]
            if isinstance(expected, (float, Decimal)):
                assert value == pytest.approx(float(expected), rel=1e-12)
            elif isinstance(expected, dt.date):
                assert value.date() == expected
            else:
                assert value == expected, name
    ages = {cell.value: cell.column for cell in matrix[4] if isinstance(cell.value, int)}
    running = [row for row in table.cells.to_pylist() if not row["observed"]]
    names = {matrix.cell(row, 1).value: row for row in range(5, matrix.max_row + 1)}
    for row in running:
        name = shown.words.cohort(row["cohort"])
        (at,) = [place for told, place in names.items() if told and told.rstrip("*†") == name]
        cell = matrix.cell(at, ages[row["age"]])
        assert cell.value is None
        assert cell.fill.patternType is not None
    for row in table.average.to_pylist():
        got = matrix.cell(names["Moyenne"], ages[row["age"]]).value
        assert got == pytest.approx(row["value"], rel=1e-12)
        middle = matrix.cell(names["Médiane des cohortes"], ages[row["age"]]).value
        assert middle == pytest.approx(row["median"], rel=1e-12)


def test_equal_tables_give_equal_bytes() -> None:
    table = opened(bought()).cohort_table()
    look = Look(lang="en", currency=None)
    choice = Choice(table.filters, table.reading, None, None, True)
    shown = cohort_table.Shown(choice, table, "all", look)
    assert cohort_table._workbook(shown, "a") == cohort_table._workbook(shown, "a")
