"""Time a slider of the Scenarios screen on the server: the whole rerun that a move causes.

    uv run python benchmarks/slider.py STORE [TAB...]

A browser moves the slider of a served dashboard, a step at a time, on every tab with levers moved;
the server times each run of its script: controls, figures and the spec of the chart included. What
the browser draws is not counted.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

TABS = ("By month", "Retention", "Levers", "Sensitivity", "Two levers", "Compare", "Forecast")
MOVED = {"levers": {"retention": "+5%", "discount": "10%", "elasticity": 1.5}}
STEPS = 24
WAIT = 120_000
TIMED = """
import json, sys, time
from streamlit.runtime.scriptrunner import script_runner
plain, out = script_runner.ScriptRunner._run_script, open(sys.argv[1], "a", buffering=1)
def timed(self, asked):
    clock, busy = time.perf_counter(), time.thread_time()
    try:
        return plain(self, asked)
    finally:
        told = {"clock": time.perf_counter() - clock, "busy": time.thread_time() - busy}
        out.write(json.dumps(told) + "\\n")
script_runner.ScriptRunner._run_script = timed
from habitue.cli import main
main(sys.argv[2:])
"""


def main(store: str, tabs: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "runs")
        book.touch()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = ["serve", "--store", store, "--no-browser", "--port", str(port)]
        server = subprocess.Popen(
            [sys.executable, "-c", TIMED, str(book), *words],
            env=os.environ | {"HABITUE_STORE": store},
            stdout=subprocess.DEVNULL,
        )
        try:
            home = f"http://localhost:{port}"
            awaited(f"{home}/_stcore/health")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox"]
                )
                page = browser.new_context(locale="en-GB").new_page()
                page.set_default_timeout(WAIT)
                page.goto(f"{home}/scenarios?scenario={quote(json.dumps(MOVED))}")
                for tab in tabs:
                    slid(page, book, tab)
                browser.close()
        finally:
            server.terminate()
            server.wait()


def slid(page: Page, book: Path, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()
    thumb = page.locator(".st-key-scenario-basket").get_by_role("slider")
    thumb.focus()
    rested(page, book)
    runs = []
    for step in range(STEPS):
        before = len(lines(book))
        thumb.press("ArrowRight" if step < STEPS / 2 else "ArrowLeft")
        while len(lines(book)) == before:
            page.wait_for_timeout(20)
        rested(page, book)
        runs += [json.loads(line) for line in lines(book)[before:]]
    told = []
    for name, kind in (("processor", "busy"), ("clock", "clock")):
        taken = sorted(1000 * run[kind] for run in runs)
        late = taken[round(0.95 * (len(taken) - 1))]
        told.append(f"{name} median {median(taken):.0f}, p95 {late:.0f}, worst {taken[-1]:.0f}")
    print(f"{tab}, n = {len(runs)}, in ms: {'; '.join(told)}", flush=True)


def lines(book: Path) -> list[str]:
    return book.read_text("utf-8").splitlines()


def rested(page: Page, book: Path) -> None:
    """Wait until the server has had nothing to run for a while."""
    seen = -1
    while seen != (seen := len(lines(book))):
        page.wait_for_timeout(400)


def awaited(address: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or list(TABS))
