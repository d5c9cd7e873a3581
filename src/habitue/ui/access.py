"""The gate: who is here when login is set up, and what they may do. Without login, everything.

Login is Streamlit's own (OpenID Connect): it is set up by an `[auth]` section in its secrets. The
roles stand beside it, under `[roles]` (see `roles.Roles`), and are read again at every run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import streamlit as st
from streamlit.errors import (
    StreamlitAuthError,
    StreamlitMissingAuthlibError,
    StreamlitSecretNotFoundError,
)

from habitue.errors import HabitueError, MissingExtraError, RequestError
from habitue.export.preflight import mask
from habitue.ui import says, state
from habitue.ui.language import t, told
from habitue.ui.roles import Role, Roles

if TYPE_CHECKING:
    from habitue.schema import Filters

_AUTH: Final = "auth"
_ROLES: Final = "roles"
_SHARED: Final = ("redirect_uri", "cookie_secret", "expose_tokens")
"""What `[auth]` says for all its providers together."""


def role() -> Role | None:
    """Give the role of whoever is here; None for somebody who may not come in.

    Raises:
        RequestError: The secrets or their roles cannot be read.
    """
    said = secrets()
    if not said.get(_AUTH):
        return Role.ADMIN
    person = _person()
    if not person.get("is_logged_in"):
        return None
    return Roles.of(said.get(_ROLES) or {}).role_of(person)


def needs_login() -> bool:
    """Tell whether readers must log in.

    Raises:
        RequestError: The secrets cannot be read.
    """
    return bool(secrets().get(_AUTH))


def may(wanted: Role) -> bool:
    """Tell whether whoever is here may do what a role may.

    Args:
        wanted: The least role that may.

    Raises:
        RequestError: The secrets or their roles cannot be read.
    """
    found = role()
    return found is not None and found >= wanted


def need(wanted: Role) -> None:
    """Refuse what whoever is here may not do: the last look before it is done.

    Args:
        wanted: The least role that may.

    Raises:
        RequestError: They may not.
    """
    if not may(wanted):
        raise RequestError("role_forbids", role=t(f"access.role_{wanted.word}"))


def who() -> str | None:
    """Name whoever is logged in, for the log of exports; None without login."""
    person = _person()
    name = person.get("email") or person.get("preferred_username") or person.get("sub")
    return None if name is None else str(name)


def gate() -> None:
    """Let in who may come in; to the others, say why not and what to do.

    Raises:
        EnoughSaidError: They may not, and there is nothing else to show.
        RequestError: The secrets or their roles cannot be read.
    """
    if role() is not None:
        return
    with st.container(border=True, key="access"):
        if _person().get("is_logged_in"):
            st.subheader(t("access.no_role_title"), anchor=False)
            st.markdown(told("access.no_role_words", who=who() or ""))
            _leaving()
        else:
            st.subheader(t("access.login_title"), anchor=False)
            st.markdown(t("access.login_words"))
            for name in _providers():
                by = t("access.login") if name is None else told("access.login_by", provider=name)
                if st.button(
                    says.on_primary(by),
                    icon=":material/login:", type="primary", key=f"login.{name or ''}",
                ):  # fmt: skip
                    _login(name)
    raise says.EnoughSaidError


def badge() -> None:
    """Say who is here and as what, with the way out; nothing without login."""
    try:
        found = role() if secrets().get(_AUTH) else None
    except HabitueError:
        return  # the gate has said it
    if found is None:
        return
    words = told("access.logged_in", who=who() or "", role=t(f"access.role_{found.word}"))
    st.markdown(f":small[:gray[{words}]]")
    _leaving()


def download(label: str, data: Callable[[], bytes], *, key: str, **look: Any) -> None:
    """Draw a download button where whoever is here may take files away; nothing elsewhere.

    Args:
        label: On the button.
        data: Writes the file once it is asked for.
        key: Of the button.
        look: Everything else that `st.download_button` takes.
    """
    if may(Role.EXPORTER):
        st.download_button(label, data, key=key, on_click="ignore", **look)


def customers(
    label: str,
    what: str,
    filters: Filters,
    data: Callable[[], tuple[int, bytes]],
    *,
    key: str,
    **look: Any,
) -> None:
    """Draw a download button for a table of customers; that it left is written down.

    Args:
        label: On the button.
        what: Which table, for the log.
        filters: What was looked at.
        data: Gives the rows' number, and the file, once it is asked for.
        key: Of the button.
        look: Everything else that `st.download_button` takes.
    """
    person = who()

    def noted() -> bytes:
        rows, content = data()
        named = look["file_name"], content
        state.workspace().note_table(what, named, rows, filters, who=person)
        return content

    download(label, noted, key=key, **look)


def view_only() -> bool:
    """Tell, and say, where files could stand that whoever is here may not take."""
    if may(Role.EXPORTER):
        return False
    st.markdown(f":material/visibility: :small[:gray[{t('access.view_only')}]]")
    return True


def masked(rows: pa.Table, *columns: str) -> pa.Table:
    """Hide most of the customers' ids from those who may only look.

    Args:
        rows: What the screen shows.
        columns: Where ids stand; `customer_id` when none is named.
    """
    if may(Role.EXPORTER):
        return rows
    for name in columns or ("customer_id",):
        hidden = [mask(one) for one in rows[name].to_pylist()]
        place = rows.schema.get_field_index(name)
        rows = rows.set_column(place, name, pa.array(hidden, pa.string()))
    return rows


def masked_id(customer: str) -> str:
    """Hide most of one customer's id from those who may only look.

    Args:
        customer: The id.
    """
    return customer if may(Role.EXPORTER) else str(mask(customer))


def id_search(label: str, *, key: str, **look: Any) -> str:
    """Draw a search by customer id; for those who may only look, nothing: it would unmask ids.

    Args:
        label: Of the field.
        key: Of the field.
        look: Everything else that `st.text_input` takes.

    Returns:
        What is searched; empty for everybody.
    """
    if not may(Role.EXPORTER):
        return ""
    return st.text_input(label, key=key, **look) or ""


def _leaving() -> None:
    st.button(t("access.logout"), icon=":material/logout:", key="logout", on_click=st.logout)


def _login(provider: str | None) -> None:
    try:
        st.login(provider)
    except StreamlitMissingAuthlibError:
        raise MissingExtraError("missing_extra", extra="auth", package="Authlib") from None
    except StreamlitAuthError:
        raise RequestError("login_unset") from None


def _providers() -> list[str | None]:
    """Name the ways in; None is the only one, when `[auth]` names none."""
    section = secrets()[_AUTH]
    if section.get("client_id"):
        return [None]
    return [name for name, one in section.items()
            if name not in _SHARED and isinstance(one, Mapping)]  # fmt: skip


def _person() -> dict[str, Any]:
    return dict(st.user.to_dict())


def secrets() -> dict[str, Any]:
    """Give Streamlit's secrets; without any, nothing.

    Raises:
        RequestError: They cannot be read, which lets nobody in.
    """
    try:
        return dict(st.secrets.to_dict())
    except StreamlitSecretNotFoundError:
        files = [one for one in st.get_option("secrets.files") if Path(one).exists()]
        if files:
            raise RequestError("secrets_unread", path=files[0]) from None
        return {}
