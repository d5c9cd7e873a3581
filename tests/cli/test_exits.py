"""How a run ends: exit codes, one sentence, never a traceback."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from tests.cli.conftest import Run

import habitue
from habitue.cli import main
from habitue.errors import HabitueError
from habitue.texts import LANGS

ERRORS = Path(habitue.__file__).parent / "locale" / "en" / "errors.po"
NOT_FOR_HELP = (
    "duckdb", "ibis", "pyarrow", "numpy", "pandas", "scipy", "streamlit", "plotly", "rich",
    "pydantic", "sqlglot", "yaml",
)  # fmt: skip


def process(*words: str) -> list[str]:
    return [sys.executable, "-m", "habitue", *words]


def keys_and_facts() -> list[tuple[str, dict[str, object]]]:
    with ERRORS.open("rb") as file:
        told = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    found = []
    for name, what in told.items():
        key = name.removeprefix("errors.")
        if f"{name}_hint" in told:
            said = what + told[f"{name}_hint"]
            facts: dict[str, object] = {
                fact: "x" for _, fact, _, _ in Formatter().parse(said) if fact
            }
            found.append((key, facts))
    return found


def test_every_error_is_two_lines_and_no_traceback(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = keys_and_facts()
    assert len(cases) > 30
    for key, facts in cases:
        for lang in LANGS:

            def refuse(
                *_: object, key: str = key, facts: dict[str, object] = facts, **__: object
            ) -> None:
                raise HabitueError(key, **facts)

            monkeypatch.setattr("habitue.workspace.open_store", refuse)
            ended = run("kpis", "--lang", lang)
            assert ended.code == 1, key
            assert ended.out == "", key
            assert "Traceback" not in ended.err, key
            assert ended.err.startswith(HabitueError(key, **facts).what(lang)), key
            assert ended.err.count("\n") == ended.err.rstrip().count("\n") + 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["kpis", "--as-of", "2011-13-01"], "--as-of"),
        (["kpis", "--from", "soon"], "--from"),
        (["kpis", "--to", "later"], "--to"),
        (["kpis", "--kinds", "product,foo"], "--kinds"),
        (["kpis", "--min-order", "cheap"], "--min-order"),
        (["kpis", "--margin", "third"], "--margin"),
        (["kpis", "--store", "nowhere"], "nowhere"),
        (["snapshots", "--store", "nowhere"], "nowhere"),
        (["check", "nothing.csv"], "nothing.csv"),
        (["ingest", "nothing.csv", "--store", "fresh"], "nothing.csv"),
        (["check", "nothing.csv", "--mapping", "nothing.yaml"], "nothing.yaml"),
        (["demo", "--lines", "3", "--no-serve"], "1,000"),
    ],
)
def test_wrong_requests_name_what_was_typed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run(*words)

    assert ended.code == 1
    assert ended.out == ""
    assert named in ended.err.splitlines()[0]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["kpi"], ["kpi", "kpis"]),
        (["kpis", "--retruns", "include"], ["--retruns", "--returns", "habitue kpis --help"]),
        (["kpis", "--returns", "foo"], ["--returns", "foo", "neutralise"]),
        (["kpis", "--returns=foo"], ["--returns", "foo"]),
        (["kpis", "--as-of"], ["--as-of", "habitue kpis --help"]),
        (["kpis", "spare"], ["spare"]),
        (["ingest"], ["SOURCE", "habitue ingest --help"]),
        (["serve", "--port", "abc"], ["--port", "abc"]),
        (["serve", "--port", "70000"], ["--port", "70000"]),
        (["fetch", "foo"], ["foo", "online-retail-ii"]),
        (["kpis", "--format", "pdf"], ["--format", "parquet"]),
        (["kpis", "--lang", "de"], ["--lang", "fr, en"]),
        (["--foo"], ["--foo"]),
    ],
)
def test_misuse_is_two_and_speaks_the_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], named: list[str], lang: str
) -> None:
    monkeypatch.setenv("HABITUE_LANG", lang)
    ended = run(*words)

    assert ended.code == 2
    assert ended.out == ""
    assert all(word in ended.err for word in named)
    assert ("Aide\N{NO-BREAK SPACE}: " in ended.err) == (lang == "fr")


def test_help_of_everything(run: Run) -> None:
    assert run("--help").code == run().code == 0
    assert run().out == run("--help").out
    assert run("--version").out == f"habitue {habitue.__version__}\n"


def test_help_is_light() -> None:
    code = (
        "import sys; from habitue.cli import main; main(['--help']);"
        f"print([name for name in {NOT_FOR_HELP} if name in sys.modules], file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert ended.stderr.strip() == "[]"
    assert "kpis" in ended.stdout


def test_figures_are_found_without_pandas_or_drawing(store: Path) -> None:
    code = (
        "import sys; from habitue.cli import main;"
        f"main(['kpis', '--store', {str(store)!r}, '--format', 'json']);"
        "print([name for name in ('pandas', 'plotly', 'streamlit') if name in sys.modules],"
        "file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert ended.stderr.strip() == "[]"


def test_the_installed_command() -> None:
    command = Path(sys.executable).with_name("habitue")
    ended = subprocess.run(
        [command, "--help"], capture_output=True, text=True, check=True, timeout=60
    )

    assert "snapshots" in ended.stdout


def test_a_reader_that_leaves_harms_nothing(store: Path) -> None:
    words = process("kpis", "--store", str(store), "--format", "csv")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        assert ran.stdout
        assert ran.stderr
        ran.stdout.close()
        said = ran.stderr.read()
        assert ran.wait(60) == 0
    assert said == b""


def test_a_full_disk_is_one_sentence(store: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        words = process("kpis", "--store", str(store))
        ended = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 1
    assert ended.stderr.decode().count("\n") == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["movement", "--before", "soon"], "--before"),
        (["cohorts", "--event", "soon"], "--event"),
        (["clv", "--annual-rate", "soon"], "--annual-rate"),
    ],
)
def test_a_refused_value_names_its_option(
    run: Run, store: Path, words: list[str], named: str
) -> None:
    ended = run(*words, "--store", store)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"{named} is “soon”")


def test_a_share_may_be_written_in_percent(run: Run, store: Path) -> None:
    percent, plain = (
        run("cohorts", "--store", store, "--margin", rate, "--format", "csv").out
        for rate in ("30%", "0.3")
    )
    assert percent == plain
    assert "margin" in plain.partition("\n")[0]


def test_interrupted(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("habitue.workspace.open_store", interrupt)

    assert (run("kpis").code, run("kpis").err) == (130, "")
    assert main(["kpis"]) == 130


@pytest.fixture
def usual_control_c() -> Iterator[None]:
    """Python's own handler, whatever a library left there in this process."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("usual_control_c")
def test_control_c_that_an_engine_turns_into_an_error(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    monkeypatch.setattr("habitue.workspace.open_store", stopped)
    assert (run("kpis").code, run("kpis").err) == (130, "")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr("habitue.workspace.open_store", broken)
    with pytest.raises(RuntimeError):
        main(["kpis"])


@pytest.mark.usefixtures("usual_control_c")
def test_control_c_that_something_swallows_is_heard_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    swallowed = []

    def deaf(*_: object, **__: object) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            swallowed.append(1)
        time.sleep(60)

    monkeypatch.setattr("habitue.cli.AGAIN_SECONDS", 0.1)
    monkeypatch.setattr("habitue.workspace.open_store", deaf)
    begun = time.perf_counter()
    assert (run("kpis").code, swallowed) == (130, [1])
    assert time.perf_counter() - begun < 50
    assert signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_control_c_in_a_process(tmp_path: Path) -> None:
    words = ["demo", "--lines", "5000000", "--no-serve", "--store", str(tmp_path / "s")]
    code = "import sys; from habitue.cli import main; print('up', flush=True); sys.exit(main())"
    with subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as ran:
        assert ran.stdout
        assert ran.stderr
        assert ran.stdout.readline() == "up\n"
        time.sleep(1.5)
        ran.send_signal(signal.SIGINT)
        said = ran.stderr.read()
        assert ran.wait(60) == 130
    assert "Traceback" not in said
    assert not (tmp_path / "s" / "current").exists()


def test_a_plain_process(tmp_path: Path) -> None:
    words = process("kpis", "--store", str(tmp_path / "none"), "--lang", "en")
    ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)

    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines()[1].startswith("Hint: ")
