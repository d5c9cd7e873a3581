"""The Data screen: bring, look, map, import, follow, go back; each state as a reader meets it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from tests.data.exports import SHOPIFY, STRIPE
from tests.ui import shapes
from tests.ui.conftest import app, control

from habitue import schema
from habitue.data.mapping import Mapping
from habitue.data.store import Store
from habitue.texts import LANGS, Lang, has_text, text
from habitue.ui import access, received, state, wizard_options
from habitue.ui.roles import Role
from habitue.workspace import background, ingest, intake

MIME = "text/csv"
ODD = Mapping(customer="alpha", moment="beta", quantity="gamma", price="delta")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    monkeypatch.setenv(state.STORE_VARIABLE, str(folder))
    return folder


@pytest.fixture
def filled(store: Path, tmp_path: Path) -> Path:
    path = tmp_path / "first.csv"
    path.write_bytes(shapes.unknown())
    ingest([path], store=store, mapping=ODD)
    return store


def _screen(lang: Lang = "fr", tab: str | None = None) -> AppTest:
    at = app(lang).run()
    at.switch_page("screens/data.py").run()
    if tab is not None:
        _open(at, lang, tab)
    return at


def _open(at: AppTest, lang: Lang, tab: str) -> None:
    at.session_state["data.tabs"] = text(f"intake.tab_{tab}", lang)
    at.run()


def _send(at: AppTest, name: str, content: bytes) -> None:
    control(at, "bring.files.0").set_value([(name, content, MIME)])
    at.run()


def _settle(at: AppTest, store: Path) -> None:
    """Wait for the work in the background, as the screen does by asking again."""
    task = background.writing(str(store.resolve()))
    if task is not None:
        task.wait(60)
    at.run()


def _said(at: AppTest) -> str:
    kinds = (at.markdown, at.warning, at.error, at.info, at.caption)
    return "\n".join(str(one.value) for kind in kinds for one in kind)


@pytest.mark.parametrize("lang", LANGS)
def test_every_key_of_a_mapping_has_a_place_in_the_wizard(lang: Lang) -> None:
    for key in set(Mapping.model_fields) - wizard_options._COLUMNS - wizard_options._ASKED:
        assert has_text(f"intake.option_{key}", lang), key
    for role in schema.Role:
        assert has_text(f"check.role_{role}", lang), role


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_store_leads_straight_to_bringing_data(store: Path, lang: Lang) -> None:
    at = _screen(lang)
    assert not at.exception
    assert text("intake.first_words", lang) in _said(at)
    assert not at.tabs
    assert control(at, "bring.demo_button").label == text("intake.demo", lang)
    assert len(at.file_uploader) == 2


def test_one_click_makes_the_sample_shop(store: Path) -> None:
    at = _screen("en")
    control(at, "bring.demo_button").click().run()
    _settle(at, store)
    assert not at.exception
    assert Store(store).exists()
    assert "Import done" in _said(at)
    assert text("intake.tab_snapshots", "en") in [one.label for one in at.tabs]


def test_a_french_file_is_asked_about_its_dates_then_imported(filled: Path) -> None:
    before = Store(filled).current().id
    at = _screen("fr", "bring")
    _send(at, "ventes.csv", shapes.french())
    assert not at.exception
    assert "01/01/2023" in "".join(one.value for one in at.warning)
    assert "bring.ingest" not in [one.key for one in at.button]
    order = next(one for one in at.radio if one.label == text("intake.day_first", "fr"))
    order.set_value("day_month").run()
    status = next(one for one in at.multiselect if one.label == text("intake.statuses", "fr"))
    status.set_value(["annulée"]).run()
    control(at, "bring.check").click().run()
    at.session_state["ingesting.checked"][1].wait(60)
    at.run()
    assert "27 seraient gardées" in _said(at)
    assert len(at.get("plotly_chart")) == 2
    assert Store(filled).current().id == before
    control(at, "bring.ingest").click().run()
    _settle(at, filled)
    assert not at.exception
    manifest = Store(filled).current()
    assert manifest.waterfall.kept.lines == 27
    assert manifest.origins[0].name == "ventes.csv"
    assert manifest.mapping["day_first"] is True
    assert "Import terminé" in _said(at)
    control(at, "ingested.undo").click().run()
    assert Store(filled).current().id == before
    assert not at.exception


def test_tax_is_chosen_once_and_moves_the_column(store: Path) -> None:
    at = _screen("fr")
    _send(at, "both.csv", shapes.both_taxes())
    assert not at.exception
    tax = next(one for one in at.radio if one.label == text("intake.tax", "fr"))
    assert tax.value == "included"
    assert "toutes taxes comprises" in _said(at)
    tax.set_value("excluded").run()
    assert "hors taxes" in _said(at)
    select = next(one for one in at.selectbox if str(one.key).endswith(".role.amount"))
    assert select.value == "Montant HT"
    control(at, "bring.ingest").click().run()
    _settle(at, store)
    manifest = Store(store).current()
    assert manifest.waterfall.kept.amount == 200
    assert manifest.mapping["tax"] == "excluded"
    assert "Lu comme" in str([one.value for one in at.table])


def test_customers_known_by_name_alone_are_warned_of(store: Path) -> None:
    at = _screen("en")
    _send(at, "both.csv", shapes.both_taxes())
    assert "told apart by name alone" in "".join(one.value for one in at.warning)


def test_a_sign_that_currencies_share_is_asked(store: Path) -> None:
    at = _screen("en")
    _send(at, "kr.csv", shapes.crowns())
    assert "SEK" in "".join(one.value for one in at.warning)
    assert "bring.ingest" not in [one.key for one in at.button]
    typed = next(one for one in at.text_input if one.label == text("intake.currency", "en"))
    typed.set_value("nok").run()
    control(at, "bring.ingest").click().run()
    _settle(at, store)
    assert Store(store).current().currency == "NOK"


def test_what_a_dollar_is_gets_asked_and_saved(store: Path) -> None:
    at = _screen("en")
    _send(at, "dollars.csv", shapes.crowns().replace(b" kr", b" $"))
    assert "USD, CAD" in "".join(one.value for one in at.warning)
    assert "bring.ingest" not in [one.key for one in at.button]
    select = next(one for one in at.selectbox if str(one.key).endswith(".sign.$"))
    select.set_value("CAD").run()
    control(at, "bring.ingest").click().run()
    _settle(at, store)
    manifest = Store(store).current()
    assert (manifest.currency, manifest.mapping["currency"]) == ("CAD", "CAD")


def test_headers_nobody_knows_lack_a_role_until_it_is_chosen(store: Path) -> None:
    at = _screen("en")
    _send(at, "odd.csv", shapes.unknown())
    assert not at.exception
    assert text("intake.nobody_known", "en") in _said(at)
    assert "A column is missing for" in _said(at)
    for role, column in {"customer": "alpha", "moment": "beta", "quantity": "gamma",
                         "price": "delta"}.items():  # fmt: skip
        select = next(one for one in at.selectbox if str(one.key).endswith(f".role.{role}"))
        select.set_value(column).run()
    assert "A column is missing for" not in _said(at)
    control(at, "bring.ingest").click().run()
    _settle(at, store)
    amounts = [(one % 4 + 1) * (one % 3 + 2) for one in range(20)]
    assert Store(store).current().waterfall.kept.amount == sum(amounts)


def test_a_saved_mapping_is_taken_up(store: Path) -> None:
    at = _screen("en")
    control(at, "bring.mapping").set_value(("m.yaml", ODD.to_yaml().encode(), "text/yaml"))
    _send(at, "odd.csv", shapes.unknown())
    assert text("intake.from_file", "en") in _said(at)
    assert not control(at, "bring.ingest").disabled


@pytest.mark.parametrize("lang", LANGS)
def test_what_cannot_be_read_is_said_and_nothing_is_stored(store: Path, lang: Lang) -> None:
    at = _screen(lang)
    _send(at, "stray.xlsx", shapes.sprawling())
    assert not at.exception
    assert "stray.xlsx" in at.error[0].value
    assert "bring.ingest" not in [one.key for one in at.button]
    assert not store.exists()


def test_a_mapping_that_fits_nothing_fails_in_words_and_the_wizard_stays(filled: Path) -> None:
    at = _screen("en", "bring")
    _send(at, "odd.csv", shapes.unknown())
    for role, column in {"customer": "alpha", "moment": "alpha", "amount": "beta"}.items():
        next(one for one in at.selectbox if str(one.key).endswith(f".role.{role}")).set_value(
            column
        ).run()
    before = Store(filled).current().id
    control(at, "bring.ingest").click().run()
    _settle(at, filled)
    assert not at.exception
    assert at.error
    assert Store(filled).current().id == before
    assert control(at, "bring.ingest") is not None


def test_while_another_imports_everybody_sees_it_and_cannot_start(filled: Path) -> None:
    gate = threading.Event()

    def slow(progress: background.Progress) -> None:
        progress(1, 4, "orders.csv")
        gate.wait(60)

    background.start_writing(str(filled.resolve()), slow)
    try:
        at = _screen("en", "snapshots")
        assert text("intake.running", "en") in _said(at)
        _open(at, "en", "bring")
        _send(at, "ventes.csv", shapes.unknown())
        assert text("intake.running", "en") in _said(at)
        # Below the buttons too: whoever pressed one is far from the top of the page.
        _send(at, "shopify.csv", SHOPIFY.text().encode())
        assert control(at, "bring.ingest").disabled
        assert _said(at).count(text("intake.running", "en")) == 2
    finally:
        gate.set()


def test_snapshots_are_listed_and_one_click_goes_back(filled: Path, tmp_path: Path) -> None:
    first = Store(filled).current().id
    path = tmp_path / "second.csv"
    path.write_bytes(shapes.unknown(12))
    second = ingest([path], store=filled, mapping=ODD).manifest.id
    at = _screen("en", "snapshots")
    assert not at.exception
    assert "second.csv" in _said(at)
    keys = [one.key for one in at.button]
    assert f"snapshot.use.{first}" in keys
    assert f"snapshot.use.{second}" not in keys
    control(at, f"snapshot.use.{first}").click().run()
    assert Store(filled).current().id == first
    assert f"snapshot.use.{second}" in [one.key for one in at.button]


def test_going_back_while_the_store_is_written_is_refused(filled: Path, tmp_path: Path) -> None:
    first = Store(filled).current().id
    path = tmp_path / "second.csv"
    path.write_bytes(shapes.unknown(12))
    second = ingest([path], store=filled, mapping=ODD).manifest.id
    at = _screen("en", "snapshots")
    with Store(filled).writing("abc"):
        control(at, f"snapshot.use.{first}").click().run()
    assert not at.exception
    assert "Another process is writing" in at.error[0].value
    assert Store(filled).current().id == second


def test_who_may_only_look_sees_the_source_and_no_more(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "role", lambda: Role.EXPORTER)
    at = _screen("en")
    assert [one.label for one in at.tabs] == [
        text(f"quality.tab_{name}", "en") for name in ("source", "quality")
    ]


def test_databases_are_picked_by_name_and_their_address_is_not_shown(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "shop.duckdb")) as con:
        con.execute(
            "CREATE TABLE lines AS SELECT 'O' || i AS order_id, 'C' || i % 3 AS customer_id, "
            "DATE '2024-01-01' + CAST(i AS INTEGER) AS order_date, 2 AS quantity, "
            "CAST(5 AS DECIMAL(9, 2)) AS unit_price FROM range(40) t(i)"
        )
    url = f"duckdb:///{tmp_path / 'shop.duckdb'}"
    monkeypatch.setenv(f"{received.ENGINE_VARIABLE}ENTREPOT", url)
    monkeypatch.setenv(f"{received.ENGINE_VARIABLE}OTHER", "postgresql://ann:secret@db/sales")
    assert list(received.engines()) == ["entrepot", "other"]
    at = _screen("en")
    control(at, "bring.way").set_value("database").run()
    assert not at.exception
    assert "secret" not in str(control(at, "bring.engine").options)
    control(at, "bring.engine").set_value("entrepot").run()
    control(at, "bring.table").set_value("lines").run()
    assert not at.exception
    control(at, "bring.ingest").click().run()
    _settle(at, store)
    assert Store(store).current().waterfall.kept.amount == 40 * 10


@pytest.mark.parametrize("lang", LANGS)
def test_statuses_that_the_export_leaves_out_are_said(store: Path, lang: Lang) -> None:
    at = _screen(lang)
    _send(at, "payments.csv", STRIPE.text().encode())
    assert text("intake.statuses_too", lang, statuses="Failed") in _said(at)
    (chosen,) = (one for one in at.multiselect if one.label == text("intake.statuses", lang))
    chosen.set_value(["Failed"]).run()
    assert "Failed" not in _said(at)


def test_the_size_limit_is_stated_and_set(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(intake.LIMIT_VARIABLE, "7")
    at = _screen("en")
    assert "7 MB" in at.file_uploader[0].label
    monkeypatch.setenv(intake.LIMIT_VARIABLE, "lots")
    at.run()
    assert "lots" in at.error[0].value
