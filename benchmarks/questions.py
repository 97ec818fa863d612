"""
How fast one process answers the questions of a file, beside a search for the nearest example by rapidfuzz.

    python benchmarks/questions.py FILE [--rounds N]

FILE is JSONL with the question under `question` or `q`. Each is asked as it stands, with one typo and with two; those
that come out alike are asked once, so that all are different. Measured is the first time that it is asked, by a bot
that has answered other questions before, and the fastest of all rounds, which what else the machine does disturbs
least. An answer is made anew each time; what is remembered is what is known of a word, a name or
a place in a sentence. Its explanation is not asked for, as it is not for most answers.

The measure is `process.extractOne` with `token_sort_ratio` over the examples of the intents: what finds, and decides
nothing.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot import Bot, paths

MEDIAN, LAST, RATE = 160e-6, 1e-3, 5_000.0
"""The goals: median and 99th percentile in seconds, and questions a second."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0].strip())
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args(argv)
    rows = [json.loads(line) for line in args.file.read_text(encoding="utf-8").splitlines() if line.strip()]
    plain = list(dict.fromkeys(row.get("question") or row["q"] for row in rows))
    chosen = random.Random(1)
    asked = {"as they stand": plain}
    for count, name in ((1, "one typo"), (2, "two typos")):
        known = {question for questions in asked.values() for question in questions}
        typos = dict.fromkeys(misspelt(question, count, chosen) for question in plain)
        asked[name] = [question for question in typos if question not in known]
    bot = Bot.load()
    examples = list(bot.examples)
    for example in examples:
        bot.ask(example)
    print("bot runs compiled" if paths.is_compiled() else "bot runs as pure Python")
    print(f"{'':40} {'questions':>9} {'median':>8} {'99 %':>8} {'a second':>9}")
    every: list[list[float]] = []
    for name, questions in asked.items():
        rounds = [timed(bot.ask, questions) for _ in range(args.rounds)]
        fastest = [min(times) for times in zip(*rounds, strict=True)]
        every.append(fastest)
        report(f"{name}, asked first", rounds[0])
        report(f"{name}, fastest of {args.rounds}", fastest)
    together = [seconds for fastest in every for seconds in fastest]
    goals = report("all, fastest", together)
    nearest = [
        min(times)
        for times in zip(*(timed(lambda q: _nearest(q, examples), plain) for _ in range(args.rounds)), strict=True)
    ]
    report(f"rapidfuzz over {len(examples)} examples", nearest)
    ratio = sorted(together)[len(together) // 2] / sorted(nearest)[len(nearest) // 2]
    print(f"ratio of the medians {ratio:.2f}; goals {'reached' if goals else 'missed'}")
    return 0 if goals else 1


def misspelt(question: str, count: int, chosen: random.Random) -> str:
    """*question* with a letter left out, doubled or swapped with the next in *count* of its words of four or more."""
    words = question.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for place in chosen.sample(long, min(count, len(long))):
        word = words[place]
        cut = chosen.randrange(1, len(word) - 1)
        words[place] = chosen.choice(
            (
                word[:cut] + word[cut + 1 :],
                word[:cut] + word[cut] + word[cut:],
                word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
            )
        )
    return " ".join(words)


def timed(ask: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    times = []
    for question in questions:
        started = perf_counter()
        ask(question)
        times.append(perf_counter() - started)
    return times


def report(name: str, times: Sequence[float]) -> bool:
    """Print what *times* come to; whether they reach the goals."""
    ranked = sorted(times)
    median, last, rate = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.99)], len(ranked) / sum(ranked)
    print(f"{name:40} {len(ranked):9,} {median * 1e6:5.0f} µs {last * 1e6:5.0f} µs {rate:9,.0f}")
    return median <= MEDIAN and last <= LAST and rate >= RATE


def _nearest(question: str, examples: Sequence[str]) -> object:
    return process.extractOne(question, examples, scorer=fuzz.token_sort_ratio)


if __name__ == "__main__":
    sys.exit(main())
