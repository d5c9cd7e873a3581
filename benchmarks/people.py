"""Fifty people at once on one server: how long each waits, and what the server holds.

    uv run python benchmarks/people.py STORE [PEOPLE] [SECONDS]

Each person is a session of its own, over the socket that a browser would open: they arrive at a
screen with filters in the address, read for some seconds, turn to another screen, and from time to
time come back with other filters. A wait is from asking to the end of the server's script, every
chart made and sent; what the browser draws is not counted. One person alone goes through every
screen under every set of filters before, twice: the first time works all of it out.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

SCREENS = ("", "cohorts", "segments", "value", "scenarios", "action_plan")
FILTERS: tuple[dict[str, str], ...] = (
    {}, {"returns": "exclude"}, {"grain": "quarter"}, {"country": "France"}, {"min-order": "50"},
    {"customer-type": "retail"}, {"anonymous": "exclude"}, {"grain": "week"},
)  # fmt: skip
READS_SECONDS = 8.0
RETURNS = 0.25
"""How often a person comes back with other filters instead of turning to another screen."""
AIM_SECONDS = 1.0


async def person(url: str, seed: int, until: float, waits: list[float]) -> None:
    chance = random.Random(seed)
    await asyncio.sleep(chance.uniform(0, READS_SECONDS))
    while time.perf_counter() < until:
        asked = urlencode(chance.choice(FILTERS))
        async with connect(url, subprotocols=["streamlit"], max_size=None) as line:
            while time.perf_counter() < until:
                start = time.perf_counter()
                await _shown(line, chance.choice(SCREENS), asked)
                waits.append(time.perf_counter() - start)
                await asyncio.sleep(chance.expovariate(1 / READS_SECONDS))
                if chance.random() < RETURNS:
                    break


async def _shown(line: Any, screen: str, asked: str) -> None:
    """Ask for a screen, and read all that comes until its script is done."""
    wanted = BackMsg()
    wanted.rerun_script.page_name = screen
    wanted.rerun_script.query_string = asked
    await line.send(wanted.SerializeToString())
    while True:
        told = ForwardMsg()
        told.ParseFromString(await line.recv())
        kind = told.WhichOneof("type")
        assert kind != "page_not_found", screen
        if kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
            raise RuntimeError(told.delta.new_element.exception.message)
        if kind == "script_finished" and told.script_finished == (
            ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
        ):
            return


async def alone(url: str) -> list[float]:
    waits = []
    for asked, screen in product(FILTERS, SCREENS):
        async with connect(url, subprotocols=["streamlit"], max_size=None) as line:
            start = time.perf_counter()
            await _shown(line, screen, urlencode(asked))
            waits.append(time.perf_counter() - start)
    return waits


async def together(url: str, people: int, seconds: float) -> list[float]:
    waits: list[float] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(person(url, seed, until, waits) for seed in range(people)))
    return waits


@contextmanager
def served(store: str) -> Iterator[tuple[str, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "habitue", "serve", "--store", store, "--no-browser", "--port", str(port)]
    server = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health")
                break
            except OSError:
                time.sleep(0.2)
        yield f"ws://127.0.0.1:{port}/_stcore/stream", server.pid
    finally:
        server.terminate()
        server.wait()


def held_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def busy_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main(store: str, people: int = 50, seconds: float = 120.0) -> None:
    with served(store) as (url, pid):
        walks = {
            "one person, all for the first time": alone(url),
            "one person, all again": alone(url),
            f"{people} people at once (aim: p95 {AIM_SECONDS} s)": together(url, people, seconds),
        }
        for who, walk in walks.items():
            before = busy_seconds(pid)
            waits = asyncio.run(walk)
            busy = (busy_seconds(pid) - before) / len(waits)
            print(
                f"{who}: {len(waits)} screens, median {median(waits):.2f} s, "
                f"p95 {quantiles(waits, n=20)[-1]:.2f} s, worst {max(waits):.2f} s; "
                f"processor {busy:.2f} s a screen; {held_mb(pid):.0f} MB held"
            )


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:4]))
