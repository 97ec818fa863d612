"""
How long a question at the command line takes, as a whole process, beside a process that imports two libraries.

    python benchmarks/cold_start.py [RUNS]

The measure is `python -c "import rapidfuzz.fuzz, yaml"`: what a program cannot avoid that uses them at all. The
processes take turns, so that what else the machine does hits all of them alike, and medians are compared.
Compiled modules and the cache are put in a folder of their own, and one run before the first that counts
fills both, as an installation and the first question do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

RUNS = 25
GOAL = 2.5
MEASURE = "import rapidfuzz.fuzz, yaml"
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    commands = {
        "python -c pass": ["-c", "pass"],
        f"python -c {MEASURE!r}": ["-c", MEASURE],
        "ask": ["-m", "bot", "ask", "When did relations begin?"],
        "ask, a longer question": [
            "-m",
            "bot",
            "ask",
            "How much more did Norway sell to Turkey in 2018 than it bought?",
        ],
        "ask, a misspelt word (rapidfuzz)": ["-m", "bot", "ask", "When did relatoins begin?"],
    }
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "XDG_CACHE_HOME": folder, "PYTHONPYCACHEPREFIX": os.path.join(folder, "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        first = _timed(commands["ask"], environment)
        for command in commands.values():
            _timed(command, environment)
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(runs):
            for name, command in commands.items():
                seconds[name].append(_timed(command, environment))
        without = median(_timed(commands["ask"], {**environment, "CITEBOT_CACHE": "0"}) for _ in range(3))
    middles = {name: median(found) for name, found in seconds.items()}
    measure = middles[f"python -c {MEASURE!r}"]
    for name, middle in middles.items():
        print(f"{name:48} {middle * 1000:7.1f} ms  {middle / measure:5.2f} × (fastest {min(seconds[name]) * 1000:.1f})")
    for name, once in (("ask, without the cache", without), ("ask, the first of all: compiles and fills it", first)):
        print(f"{name:48} {once * 1000:7.1f} ms  {once / measure:5.2f} ×")
    ratio = middles["ask"] / measure
    print(f"ratio {ratio:.2f}, goal {GOAL}: {'reached' if ratio <= GOAL else 'missed'}")
    return 0 if ratio <= GOAL else 1


def _timed(arguments: list[str], environment: dict[str, str]) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
    return perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
