"""Ingest, open, answer: time and memory, beside plain pandas doing the brief's cleaning.

Each measure is a process of its own, so that memory is its own too; ours and the peer's take
turns, and the ratio is what counts. Run it on a quiet machine:

    uv run python benchmarks/spine.py path/to/online_retail_II.xlsx [path/to/orders.csv …]
    uv run python benchmarks/spine.py --demo 1000000
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

OURS = """
import sys, habitue
habitue.ingest([sys.argv[1]], store=sys.argv[2])
"""
PANDAS = """
import sys, pandas as pd
path = sys.argv[1]
if path.endswith("xlsx"):
    import fastexcel
    book = fastexcel.read_excel(path)
    lines = pd.concat(book.load_sheet(name).to_pandas() for name in book.sheet_names)
elif path.endswith("parquet"):
    lines = pd.read_parquet(path)
else:
    lines = pd.read_csv(path, parse_dates=["InvoiceDate"], dtype={"Invoice": str, "StockCode": str})
lines = lines.dropna(subset=["Customer ID"]).drop_duplicates()
lines = lines[lines["Price"] > 0]
lines["Amount"] = lines["Quantity"] * lines["Price"]
lines["Invoice"] = lines["Invoice"].astype(str)
lines["StockCode"] = lines["StockCode"].astype(str)
lines["Description"] = lines["Description"].astype(str)
lines.to_parquet(sys.argv[2] + ".parquet")
"""
KPIS = """
import sys, habitue
habitue.open_store(sys.argv[2]).kpis(returns="exclude")
"""
SCREEN = """
import sys, time, statistics, habitue
shop = habitue.open_store(sys.argv[2])
shop.overview()
asked = [dict(returns="exclude"), dict(returns="neutralise"), dict(grain="week"),
         dict(grain="quarter"), dict(min_order=50), dict(kinds=["product"]),
         dict(customer_type="wholesale"), dict(anonymous=False), dict(keep_truncated=True),
         dict(countries=[shop.shop().countries[0][0]])]
cold, warm = [], []
for one in asked:
    for times in (cold, warm):
        start = time.perf_counter()
        shop.overview(**one)
        times.append(1000 * (time.perf_counter() - start))
print(f"overview, new filters: median {statistics.median(cold):.0f} ms, "
      f"worst {max(cold):.0f} ms; asked before: worst {max(warm):.1f} ms")
"""


def alone(code: str, *args: str) -> tuple[float, float]:
    """Wall seconds and peak megabytes of one process, under a parent of its own."""
    script = (
        "import resource, subprocess, sys, time\n"
        "start = time.perf_counter()\n"
        "subprocess.run([sys.executable, '-W', 'ignore', '-c', *sys.argv[1:]], check=True)\n"
        "wall = time.perf_counter() - start\n"
        "print('@', wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)\n"
    )
    # As on a user's machine: modules are compiled to bytecode once, not at every start.
    env = {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", script, code, *args],
        check=True, capture_output=True, text=True, env=env,
    )  # fmt: skip
    *said, figures = done.stdout.strip().splitlines()
    for line in said:
        print("  ", line)
    _, wall, peak = figures.split()
    return float(wall), float(peak)


def main() -> None:
    """Measure each file in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--demo", type=int)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = list(asked.files)
        if asked.demo:
            from habitue.data.samples import write_shop  # noqa: PLC0415 - only for a demo

            files += write_shop(Path(folder) / "demo", asked.demo, format="csv").sources
        for file in files:
            ours, theirs = [], []
            store = str(Path(folder) / "store")
            for _ in range(asked.runs):
                shutil.rmtree(store, ignore_errors=True)
                ours.append(alone(OURS, str(file), store))
                theirs.append(alone(PANDAS, str(file), store))
            mine, peer = (statistics.median(one[0] for one in runs) for runs in (ours, theirs))
            print(
                f"{file.name}: ingest {mine:.2f} s, {max(one[1] for one in ours):.0f} MB; "
                f"pandas {peer:.2f} s, {max(one[1] for one in theirs):.0f} MB; "
                f"ratio {mine / peer:.2f}"
            )
            wall, peak = alone(KPIS, str(file), store)
            print(f"  open and kpis, whole process: {wall:.2f} s, {peak:.0f} MB")
            alone(SCREEN, str(file), store)


if __name__ == "__main__":
    main()
