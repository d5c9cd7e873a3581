"""An ingest on screen: started, followed by everybody, and undone."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from habitue import workspace
from habitue.charts.look import Look
from habitue.charts.read_words import read_in_words
from habitue.charts.waterfall import waterfall
from habitue.errors import HabitueError, StoreError
from habitue.ui import access, exhibit, facts, says, state
from habitue.ui.language import lang, t, told
from habitue.ui.roles import Role
from habitue.workspace import background, snapshots
from habitue.workspace.opening import check_of
from habitue.workspace.sample_shop import ingest_demo

if TYPE_CHECKING:
    from habitue.charts.waterfall import Measure
    from habitue.data.mapping import Mapping
    from habitue.results import Check
    from habitue.schema import Preset
    from habitue.ui.received import Sent
    from habitue.workspace import Ingested
    from habitue.workspace.background import Progress, Task

_MINE: Final = "ingesting.mine"
_CHECKED: Final = "ingesting.checked"
_ROUND: Final = "ingesting.round"
_MEASURES: Final[tuple[Measure, ...]] = ("lines", "amount")
_EVERY_SECONDS: Final = 0.5
_READ: Final = 0.999


@dataclass(slots=True)
class Mine:
    """The ingest that this reader started last.

    Attributes:
        task: The work; None where it was refused.
        before: Snapshot that was current before.
        refusal: Why it did not start.
        settled: Whether the screen has taken notice of its end.
    """

    task: Task | None
    before: str | None
    refusal: HabitueError | None = None
    settled: bool = False


def round_number() -> int:
    """Give the number of ingests that succeeded here: the uploader is emptied after each."""
    number: int = st.session_state.get(_ROUND, 0)
    return number


def busy() -> bool:
    """Tell whether something is being read: nothing else can be started meanwhile."""
    checking = st.session_state.get(_CHECKED)
    return _writing() is not None or (checking is not None and not checking[1].over)


def start(sent: Sent, mapping: Mapping, preset: Preset) -> None:
    """Start an ingest; the snapshot on view stays until the new one is whole.

    Args:
        sent: What to read.
        mapping: Column of each role.
        preset: The cleaning preset.
    """
    store = str(state.store_path())

    def work(progress: Progress) -> Ingested:
        with sent.opened() as sources:
            return workspace.ingest(
                sources, store=store, mapping=mapping, preset=preset, table=sent.table,
                progress=progress,
            )  # fmt: skip

    _start(work)


def start_demo() -> None:
    """Start making a sample shop."""
    store = str(state.store_path())
    _start(lambda progress: ingest_demo(store, reading=progress))


def start_check(sent: Sent, mapping: Mapping, preset: Preset) -> None:
    """Start counting what would be kept; nothing is stored.

    Args:
        sent: What to read.
        mapping: Column of each role.
        preset: The cleaning preset.
    """
    access.need(Role.ADMIN)

    def work(progress: Progress) -> tuple[Check, str | None]:
        with sent.opened() as sources:
            fall, loaded = workspace.check(
                sources, mapping=mapping, preset=preset, table=sent.table, progress=progress
            )
        return check_of(fall, loaded.warnings), loaded.currency

    st.session_state[_CHECKED] = ((sent.token, mapping, preset), background.start(work))


def news() -> None:
    """Tell how the ingest under way is coming along, or how the last one here ended."""
    if under_way("ingesting"):
        return
    mine: Mine | None = st.session_state.get(_MINE)
    if mine is None:
        return
    with says.plainly(lang()):
        _ended(mine)


def under_way(key: str) -> bool:
    """Tell how the ingest under way is coming along; give False where there is none.

    Args:
        key: Of the place on the screen: at its top, and below the button that was pressed.
    """
    running = _writing()
    if running is None:
        return False
    with st.container(border=True, key=key):
        st.markdown(t("intake.running"))
        _follow(running)
    return True


def checked(about: tuple[object, ...]) -> None:
    """Show what would be kept, where that was asked of the very same thing.

    Args:
        about: What is on screen: source, mapping, preset.
    """
    held = st.session_state.get(_CHECKED)
    if held is None:
        return
    asked, task = held
    if not task.over:
        _follow(task)
        return
    if asked != about:
        return
    with says.plainly(lang()):
        found, currency = task.result()
        st.markdown(
            told("intake.checked", kept=found.kept["lines"],
                 read=read_in_words(int(found.rows["lines"]), int(found.raw["lines"]), lang()),
                 orders=found.kept["orders"], customers=found.with_customer["customers"])
        )  # fmt: skip
        look = Look(lang=lang(), currency=currency)
        for column, measure in zip(st.columns(2), _MEASURES, strict=True):
            with column:
                exhibit.show(waterfall(found, measure, look))
        facts.warnings(found)


def _start(work: background.Work) -> None:
    before = None
    with suppress(StoreError):
        before = state.current_snapshot(state.store_path())
    try:
        access.need(Role.ADMIN)
        task = background.start_writing(str(state.store_path()), work)
    except HabitueError as refusal:
        st.session_state[_MINE] = Mine(None, before, refusal)
        return
    st.session_state[_MINE] = Mine(task, before)


def _writing() -> Task | None:
    return background.writing(str(state.store_path()))


@st.fragment(run_every=_EVERY_SECONDS)
def _follow(task: Task) -> None:
    share, label = task.share, task.told[2]
    words = told("intake.reading_now", label=label) if label else t("intake.beginning")
    st.progress(share, text=words if share < _READ else t("intake.building"))
    if task.over:
        st.rerun()


def _ended(mine: Mine) -> None:
    if mine.refusal is not None:
        raise mine.refusal
    assert mine.task is not None
    done: Ingested = mine.task.result()
    if not mine.settled:
        mine.settled = True
        st.session_state[_ROUND] = round_number() + 1
        st.session_state.pop(_CHECKED, None)
    manifest = done.manifest
    if manifest.id != state.current_snapshot(state.store_path()):
        return
    fall = manifest.waterfall
    with st.container(border=True, key="ingested"):
        key = "intake.recognised" if done.recognised else "intake.done"
        st.markdown(
            told(key, kept=fall.kept.lines, orders=fall.kept.orders,
                 read=read_in_words(fall.rows, fall.raw.lines, lang()),
                 customers=fall.with_customer.customers, first=manifest.first_day,
                 last=manifest.last_day)
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", key="ingested.then"):
            st.page_link("screens/overview.py", label=t("intake.see"), icon=":material/monitoring:")
            if mine.before is not None and mine.before != manifest.id:
                st.button(
                    t("intake.undo"), icon=":material/undo:", key="ingested.undo",
                    on_click=back, args=(mine.before,), help=t("intake.undo_help"),
                )  # fmt: skip


def back(snapshot: str) -> None:
    """Go back to a snapshot, for everybody.

    Args:
        snapshot: Its id.
    """
    st.session_state.pop(_MINE, None)
    try:
        access.need(Role.ADMIN)
        snapshots.go_back(state.store_path(), snapshot)
    except HabitueError as refusal:
        st.session_state[_MINE] = Mine(None, None, refusal)
