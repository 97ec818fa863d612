"""
How the time for a question grows with the number of patterns: 1,000, 10,000 and 100,000 in a generated domain.

    python benchmarks/patterns.py [SIZE …]

The domain is the catalogue of a shop. A product is called by two words, each of which many products share, and an
intent with ten patterns, in words that all of them share, tells the page that it is on. Questions ask in the words
of a pattern, in other words, with a typo, or for products that there are not. The same numbers of each are asked at
every size, each by itself, and every answer is checked. Sizes take turns, so that what else the machine does hits all
of them alike, and medians are compared.
"""

from __future__ import annotations

import random
import sys
import tempfile
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot import Bot

SIZES = (1_000, 10_000, 100_000)
GOAL = 4.0
ROUNDS = 5
QUESTIONS = 200
"""Of each kind; there are four."""
WORDINGS = (
    "price {}", "cost {}", "weight {}", "colour {}", "size {}", "warranty {}", "buy {}", "repair {}", "deliver {}",
    "material {}",
)  # fmt: skip


class Asked(NamedTuple):
    """A question, and the intent that must answer it; None where it must be declined."""

    text: str
    intent: str | None


def main() -> int:
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    bots: dict[int, tuple[Bot, list[Asked]]] = {}
    for size in sizes:
        names = product_names(size // len(WORDINGS))
        with tempfile.TemporaryDirectory() as folder:
            write_domain(Path(folder), names)
            started = perf_counter()
            bot = Bot.load(Path(folder, "intents"), Path(folder, "knowledge"), cache=False)
            print(
                f"{size:8,} patterns, {len(names):6,} intents: loaded in {perf_counter() - started:.1f} s", flush=True
            )
        bots[size] = bot, questions(names)
    seconds: dict[int, list[list[float]]] = {size: [] for size in sizes}
    wrong = 0
    for round_ in range(ROUNDS + 1):
        for size, (bot, asked) in bots.items():
            times = []
            for question in asked:
                started = perf_counter()
                answer = bot.ask(question.text)
                times.append(perf_counter() - started)
                wrong += (answer.intent if answer.status == "answered" else None) != question.intent
            if round_:  # the first fills what is worked out of a word once
                seconds[size].append(times)
    print(f"{'':8} {'median':>9} {'99 %':>9}")
    medians = {}
    for size, rounds in seconds.items():
        fastest = sorted(min(times) for times in zip(*rounds, strict=True))
        medians[size] = median(fastest)
        print(f"{size:8,} {medians[size] * 1e6:6.0f} µs {fastest[int(len(fastest) * 0.99)] * 1e6:6.0f} µs")
    ratio = medians[sizes[-1]] / medians[sizes[0]]
    print(f"ratio {ratio:.2f}, goal {GOAL:g}: {'reached' if ratio < GOAL else 'missed'}; {wrong} answers wrong")
    return 0 if ratio < GOAL and not wrong else 1


def product_names(count: int) -> list[tuple[str, str]]:
    """*count* pairs of made-up words, drawn from as few words as there must be."""
    each = next(n for n in range(2, count + 2) if n * n >= count)
    words = made_up_words(2 * each)
    return list(product(words[:each], words[each:]))[:count]


def made_up_words(count: int) -> list[str]:
    """Words that no English word is near to, and that no two of become equal when each loses a letter."""
    chosen = random.Random(7)
    syllables = ["".join(pair) for pair in product("bdfgkmnprtvz", "aou")]
    words: dict[str, None] = {}
    taken: set[str] = set()
    while len(words) < count:
        word = "".join(chosen.choice(syllables) for _ in range(4)) + "x"
        near = {word[:i] + word[i + 1 :] for i in range(len(word))}
        if taken.isdisjoint(near):
            taken |= near
            words[word] = None
    return list(words)


def write_domain(folder: Path, names: list[tuple[str, str]]) -> None:
    lines = ["name: catalogue", "intents:"]
    for page, (first, second) in enumerate(names):
        lines += [f"  {first}_{second}:", f"    says: The {first} {second} is on page {page}.", "    patterns:"]
        lines += [f"      - {wording.format(f'{first} {second}')}" for wording in WORDINGS]
    for name, text in (("intents", "\n".join(lines)), ("knowledge", "about: a catalogue")):
        path = folder / name / "catalogue.yaml"
        path.parent.mkdir()
        path.write_text(text + "\n", encoding="utf-8")


def questions(names: list[tuple[str, str]]) -> list[Asked]:
    chosen = random.Random(11)
    asked = []
    for first, second in chosen.choices(names, k=QUESTIONS):
        intent = f"{first}_{second}"
        asked.append(Asked(f"What is the price of the {first} {second}?", intent))
        asked.append(Asked(f"tell me about the weight of a {first} {second}", intent))
        asked.append(Asked(f"can i buy the {first} {second[:3]}{second[4:]}", intent))
        asked.append(Asked(f"What is the price of the {first}?", None))
    return asked


if __name__ == "__main__":
    sys.exit(main())
