"""Login and roles: who comes in, what each may take, what is masked, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from tests.lines import opened
from tests.ui.conftest import Open, app, control
from tests.workspace import clv_shop

from habitue.data.samples import write_shop
from habitue.errors import RequestError
from habitue.texts import text
from habitue.ui import access, says
from habitue.ui.roles import Role, Roles
from habitue.workspace import Workspace, ingest, open_store

AUTH = {"redirect_uri": "x", "cookie_secret": "x", "client_id": "x", "server_metadata_url": "x"}
ROLES = {
    "admin": ["claire@shop.fr"],
    "exporter": ["paul@shop.fr", "crm"],
    "viewer": ["@shop.fr"],
    "claim": "groups",
}


class _Person:
    """Stands where `st.user` does."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told

    def to_dict(self) -> dict[str, Any]:
        return self.told


def _logged(email: str, **more: Any) -> dict[str, Any]:
    return {"is_logged_in": True, "email": email, **more}


@pytest.mark.parametrize(
    ("person", "role"),
    [
        (_logged("claire@shop.fr"), Role.ADMIN),
        (_logged(" Claire@SHOP.fr "), Role.ADMIN),
        (_logged("paul@shop.fr"), Role.EXPORTER),
        (_logged("anne@shop.fr"), Role.VIEWER),
        (_logged("anne@shop.fr", groups=["sales", "CRM"]), Role.EXPORTER),
        (_logged("anne@else.fr", groups="crm"), Role.EXPORTER),
        (_logged("claire@shop.fr", email_verified=False), None),
        (_logged("anne@evil.shop.fr"), None),
        (_logged("anne@shop.fr.evil.com"), None),
        (_logged("crm"), None),
        ({"is_logged_in": True, "sub": "123"}, None),
    ],
)
def test_the_most_particular_entry_decides(person: dict[str, Any], role: Role | None) -> None:
    assert Roles.of(ROLES).role_of(person) is role


def test_others_have_the_role_that_the_table_gives_them() -> None:
    open_house = Roles.of(ROLES | {"others": "viewer"})
    assert open_house.role_of(_logged("anne@else.fr")) is Role.VIEWER
    assert Roles.of({}).role_of(_logged("claire@shop.fr")) is None


def test_an_address_of_its_own_beats_the_group() -> None:
    roles = Roles.of(ROLES | {"viewer": ["anne@shop.fr"]})
    assert roles.role_of(_logged("anne@shop.fr", groups=["crm"])) is Role.VIEWER


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"boss": ["claire@shop.fr"]}, "unknown_word"),
        ({"admin": 3}, "roles_not_a_list"),
        ({"admin": ["crm"]}, "role_without_claim"),
        ({"others": "everyone"}, "unknown_word"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(told: dict[str, Any], key: str) -> None:
    with pytest.raises(RequestError) as refusal:
        Roles.of(told)
    assert refusal.value.key == key


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("access")
    home = folder / "store"
    ingest(write_shop(folder, 4_000, seed=5, format="csv").sources, store=home)
    return home


Enter = Callable[..., AppTest]


@pytest.fixture
def enter(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Enter:
    monkeypatch.setenv("HABITUE_STORE", str(shared))

    def entered(
        screen: str = "overview", person: dict[str, Any] | None = None, **secrets: Any
    ) -> AppTest:
        monkeypatch.setattr(st, "user", _Person(person or {}))
        at = app("en")
        at.default_timeout = 90
        at.secrets = secrets
        at.run()
        if screen != "overview":
            at.switch_page(f"screens/{screen}.py").run()
        assert not at.exception
        return at

    return entered


def _buttons(at: AppTest) -> set[str | None]:
    return {one.key for one in at.download_button}


def test_without_login_everything_is_allowed(enter: Enter) -> None:
    at = enter("action_plan")
    assert at.title
    assert "plan.report.html" in _buttons(at)
    assert text("plan.log", "en") in [one.value for one in at.header]


def test_nobody_comes_in_before_logging_in(enter: Enter) -> None:
    at = enter(auth=AUTH, roles=ROLES)
    assert not at.title
    assert not at.metric
    assert [one.value for one in at.subheader] == [text("access.login_title", "en")]
    assert control(at, "login.").label == says.on_primary(text("access.login", "en"))


def test_each_provider_has_its_button(enter: Enter) -> None:
    two = {"redirect_uri": "x", "cookie_secret": "x", "google": {}, "microsoft": {}}
    at = enter(auth=two)
    assert control(at, "login.google").label == says.on_primary("Log in with google")
    assert control(at, "login.microsoft").label == says.on_primary("Log in with microsoft")


def test_somebody_without_a_role_is_told_so(enter: Enter) -> None:
    at = enter(person=_logged("eve@else.fr"), auth=AUTH, roles=ROLES)
    assert not at.metric
    assert [one.value for one in at.subheader] == [text("access.no_role_title", "en")]
    assert "eve@else.fr" in at.main.markdown[0].value.replace("\\", "")
    assert control(at, "logout").label == text("access.logout", "en")


def test_without_a_table_of_roles_login_lets_nobody_in(enter: Enter) -> None:
    assert not enter(person=_logged("claire@shop.fr"), auth=AUTH).metric


def test_a_table_that_cannot_be_read_lets_nobody_in(enter: Enter) -> None:
    at = enter(person=_logged("claire@shop.fr"), auth=AUTH, roles={"boss": []})
    assert not at.metric
    assert "boss" in at.error[0].value


def test_broken_secrets_let_nobody_in(enter: Enter, tmp_path: Path) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth")
    old = st.get_option("secrets.files")
    st.config.set_option("secrets.files", [str(broken)])
    try:
        at = enter()
    finally:
        st.config.set_option("secrets.files", old)
    assert not at.metric
    assert str(broken) in at.error[0].value.replace("\\", "")


def test_a_viewer_looks_and_takes_nothing(enter: Enter) -> None:
    viewer = {"person": _logged("anne@shop.fr"), "auth": AUTH, "roles": ROLES}
    assert enter(**viewer).metric
    plan = enter("action_plan", **viewer)
    control(plan, "plan.name").set_value("Everyone").run()
    control(plan, "plan.add").click().run()
    assert not plan.exception
    assert plan.subheader[0].value == "Everyone"
    assert _buttons(plan) == set()
    assert text("plan.log", "en") not in [one.value for one in plan.header]
    assert any(text("access.view_only", "en") in one.value for one in plan.markdown)


def test_an_exporter_takes_lists_and_does_not_see_the_log(enter: Enter) -> None:
    at = enter("action_plan", person=_logged("paul@shop.fr"), auth=AUTH, roles=ROLES)
    control(at, "plan.name").set_value("Everyone").run()
    control(at, "plan.add").click().run()
    assert {"plan.download", "plan.report.html"} <= _buttons(at)
    assert text("plan.log", "en") not in [one.value for one in at.header]
    assert any("viewing and exporting" in one.value for one in at.sidebar.markdown)


@pytest.mark.parametrize("email", ["anne@shop.fr", "paul@shop.fr"])
def test_ids_are_masked_for_a_viewer_alone(enter: Enter, shared: Path, email: str) -> None:
    at = enter("segments", person=_logged(email), auth=AUTH, roles=ROLES)
    at.session_state["segments.tabs"] = text("segments.tab_customers", "en")
    at.run()
    assert not at.exception
    _masked_unless(email, control(at, "segments.list.1"), open_store(shared), at)


@pytest.mark.parametrize("email", ["anne@shop.fr", "paul@shop.fr"])
def test_so_are_those_of_the_value_screen(
    open_screen: Open, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    desk: Any = opened(clv_shop.lines())
    desk.snapshot = f"access-{email}"
    monkeypatch.setattr(access, "role", lambda: Roles.of(ROLES).role_of(_logged(email)))
    at = open_screen("value", "en", workspace=desk)
    at.session_state["value.tabs"] = text("value.tab_customers", "en")
    at.run(timeout=60)
    assert not at.exception
    _masked_unless(email, at.dataframe[0], desk, at)


def _masked_unless(email: str, table: Any, desk: Workspace, at: AppTest) -> None:
    everyone = set(desk.rfm()["customer_id"].to_pylist())
    shown = set(table.value["customer_id"])
    searches = [one for one in at.text_input if (one.key or "").endswith(".search")]
    if email == "paul@shop.fr":
        assert shown <= everyone
        assert searches
    else:
        assert not shown & everyone
        assert all("•••" in one for one in shown)
        assert not searches


def test_a_table_of_customers_that_leaves_is_written_down(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[Callable[[], bytes]] = []
    monkeypatch.setenv("HABITUE_STORE", str(shared))
    monkeypatch.setattr(st, "user", _Person(_logged("paul@shop.fr")))
    monkeypatch.setattr(st, "download_button", lambda _label, data, **_look: taken.append(data))
    monkeypatch.setattr(access, "role", lambda: Role.EXPORTER)
    desk = open_store(shared)
    monkeypatch.setattr("habitue.ui.state.workspace", lambda: desk)
    before = desk.exports().num_rows
    filters = desk.overview().kpis.filters
    access.customers(
        "x", "rfm", filters, lambda: (2, b"id\n1\n2\n"), key="k", file_name="habitue-customers.csv"
    )
    assert desk.exports().num_rows == before, "drawing the button is no export"
    assert taken[0]() == b"id\n1\n2\n"
    last = desk.exports().to_pylist()[0]
    assert (last["who"], last["what"], last["rows"]) == ("paul@shop.fr", "rfm", 2)
    assert last["file"] == "habitue-customers.csv"
    assert len(last["sha256"]) == 64


def test_masking_touches_ids_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = pa.table({"customer_id": ["12345", None], "orders": [1, 2]})
    monkeypatch.setattr(access, "role", lambda: Role.VIEWER)
    assert access.masked(rows).to_pylist() == [
        {"customer_id": "12•••45", "orders": 1},
        {"customer_id": None, "orders": 2},
    ]
    monkeypatch.setattr(access, "role", lambda: Role.EXPORTER)
    assert access.masked(rows) is rows
    access.need(Role.EXPORTER)
    with pytest.raises(RequestError, match="another role"):
        access.need(Role.ADMIN)
