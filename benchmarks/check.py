"""
How long `bot check` takes for a large domain, and whether it finds what was planted in it.

    python benchmarks/check.py [INTENTS [PATTERNS_EACH]]

The domain is made up: each intent is about a property of its own and has wordings of one to three words with slots and
choices. Words are drawn so that a few are in many intents, as in real ones. Ten pairs of intents accept one sentence.
Run in a terminal it shows the progress bar.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from time import perf_counter

INTENTS, PATTERNS = 1000, 20
GOAL = 60.0
CONFLICTS = 10
ROOT = Path(__file__).resolve().parent.parent
ONSETS = ("b", "c", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "br", "cl", "dr", "gr", "pl", "st")
VOWELS, CODAS = "aeiou", "bdgklmnprtx"


def main() -> int:
    intents = int(sys.argv[1]) if len(sys.argv) > 1 else INTENTS
    patterns = int(sys.argv[2]) if len(sys.argv) > 2 else PATTERNS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, intents, patterns)
        start = perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "bot", "check", "--domain", name], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        seconds = perf_counter() - start
    found = done.stdout.count("[intent-conflict]")
    print(done.stdout.splitlines()[-1])
    print(f"{intents:,} intents, {intents * patterns:,} patterns: {seconds:.1f} s, goal {GOAL:g}; "
          f"{found} of {CONFLICTS} planted conflicts found")  # fmt: skip
    return 0 if seconds <= GOAL and found >= CONFLICTS and done.returncode == 0 else 1


def make(folder: Path, intents: int, patterns: int, seed: int = 1) -> None:
    """A domain of so many intents in *folder*; the first `CONFLICTS` pairs of them accept one sentence."""
    random = Random(seed)
    common = [_word(random) for _ in range(60)]
    (folder / "knowledge").mkdir()
    (folder / "intents").mkdir()
    facts = ["documents: {paper: {label: Paper}}", "reference: {document: paper}", "types: {thing: {label: thing}}"]
    things = [f"thing{n}" for n in range(50)]
    facts += ["entities:", *(f"  {id}: {{label: {_word(random)}{n}, type: thing}}" for n, id in enumerate(things))]
    facts.append("properties:")
    facts += [
        f"  p{n}: {{label: p{n}, roles: {{thing: thing, time: time, amount: quantity}}, subject: thing, value: amount, "
        f'sentence: "{{thing}} p{n} {{amount}} in {{time}}."}}'
        for n in range(intents)
    ]
    facts.append("statements:")
    for n in range(intents):
        facts.append(f"  p{n}:")
        chosen = random.sample(things, 3)
        facts += [f"    - {{thing: {id}, time: {1900 + n % 100}, amount: {random.randint(1, 10**6)}}}" for id in chosen]
    (folder / "knowledge" / "facts.yaml").write_text("\n".join(facts) + "\n", encoding="utf-8")
    shared = [_word(random) + _word(random) for _ in range(CONFLICTS)]
    lines = ["intents:"]
    for n in range(intents):
        own = [_word(random) + _word(random) for _ in range(12)]
        lines += [f"  i{n}:", f"    about: p{n}", "    patterns:"]
        written: set[str] = set()
        while len(written) < patterns:
            words = random.sample(own, random.randint(1, 2)) + random.sample(common, random.randint(0, 1))
            choice = f"({words[0]}|{random.choice(own)})" if len(words) > 1 and random.random() < 0.3 else words[0]
            slots = random.choice(["{thing} ", "", "{thing!} "])
            written.add(slots + " ".join([choice, *words[1:]]) + random.choice([" in {time}", ""]))
        if n < 2 * CONFLICTS:
            written.pop()
            written.add("{thing} " + shared[n // 2])
        lines += [f'      - "{text}"' for text in sorted(written)]
        lines += ["    asks: amount", f"    words: [{', '.join(random.sample(common, 5))}]"]
    (folder / "intents" / "intents.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _word(random: Random) -> str:
    return "".join(random.choice(ONSETS) + random.choice(VOWELS) for _ in range(2)) + random.choice(CODAS)


if __name__ == "__main__":
    raise SystemExit(main())
