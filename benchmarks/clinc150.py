"""
CLINC150 as a domain of intents that are told by examples: how many questions find theirs, how many others are declined.

    python benchmarks/clinc150.py FOLDER                     # threshold chosen on val and oos_val
    python benchmarks/clinc150.py FOLDER --held-out 0        # the same without a fifth of train, which is then asked
    python benchmarks/clinc150.py FOLDER --test FILE --oos-test FILE

FOLDER holds train.jsonl, val.jsonl, oos_val.jsonl and oos_train.jsonl (rows with `text` and `intent`). A domain is
written into a temporary folder: an intent for each label, the rows of train.jsonl as its examples. The threshold is
chosen as `bot test --tune` does, on val.jsonl and oos_val.jsonl alone; a test part is only asked, never tuned on.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot import Bot
from bot.tuning import Question, Tuning, tune

BLOCK = 20
"""Held out are so many examples in a row of each intent: neighbours were often written by one person, so that to hold
out scattered ones would be easier than the test part is."""


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0].strip())
    parser.add_argument("folder", type=Path)
    parser.add_argument("--held-out", type=int, metavar="BLOCK", help="ask this block of 20 of 100 examples (0 to 4)")
    parser.add_argument("--test", type=Path, help="questions in scope to ask")
    parser.add_argument("--oos-test", type=Path, help="questions out of scope to ask")
    parser.add_argument("--typo", action="store_true", help="ask with a letter left out of the longest word")
    args = parser.parse_args(argv)
    train = read(args.folder / "train.jsonl")
    asked: list[Question] = []
    if args.held_out is not None:
        train, asked = split(train, args.held_out)
        asked += read(args.folder / "oos_train.jsonl")
    for file in (args.test, args.oos_test):
        asked += read(file) if file else []
    with tempfile.TemporaryDirectory() as folder:
        intents, knowledge = write_domain(Path(folder), train)
        started = time.perf_counter()
        bot = Bot.load(intents, knowledge, cache=False)
        loaded = time.perf_counter() - started
        chosen = tune(bot, [*read(args.folder / "val.jsonl"), *read(args.folder / "oos_val.jsonl")])
        print(f"{len(train)} examples, loaded in {loaded:.2f} s\n\nval and oos_val\n")
        print(chosen.text())
        tuned = {"threshold": chosen.best.threshold, "margin": chosen.best.margin}
        write_domain(Path(folder), train, tuned)
        bot = Bot.load(intents, knowledge, cache=False)
        if asked:
            print("\nasked, with that threshold and margin\n")
            report(bot, [Question(misspelt(q.text), q.intent) for q in asked] if args.typo else asked)
        else:
            print("\nval and oos_val, answered with that threshold and margin\n")
            report(bot, [*read(args.folder / "val.jsonl"), *read(args.folder / "oos_val.jsonl")])
    return 0


def read(file: Path) -> list[Question]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Question(row["text"], None if row["intent"] == "oos" else row["intent"]) for row in rows]


def split(questions: Iterable[Question], block: int) -> tuple[list[Question], list[Question]]:
    """All but the *block*-th 20 questions of each intent, and those."""
    seen: dict[str | None, int] = {}
    kept: list[Question] = []
    held: list[Question] = []
    for question in questions:
        place = seen[question.intent] = seen.get(question.intent, -1) + 1
        (held if place // BLOCK == block else kept).append(question)
    return kept, held


def write_domain(folder: Path, questions: Iterable[Question], faq: dict[str, float] | None = None) -> tuple[Path, Path]:
    examples: dict[str, list[str]] = {}
    for question in questions:
        examples.setdefault(question.intent or "", []).append(question.text)
    lines = ["faq:", *(f"  {name}: {value:g}" for name, value in faq.items())] if faq else []
    lines.append("intents:")
    for intent, texts in examples.items():
        lines += [f"  {intent}:", f"    says: The answer to {intent}.", "    examples:"]
        lines += [f"      - {json.dumps(text, ensure_ascii=False)}" for text in texts]
    intents, knowledge = folder / "intents", folder / "knowledge"
    for path, text in ((intents / "clinc150.yaml", "\n".join(lines)), (knowledge / "about.yaml", "about: nothing")):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    return intents, knowledge


def report(bot: Bot, questions: Sequence[Question]) -> None:
    """Ask each question as a user would, and print what came of it and how long it took."""
    times, right, asked_back, declined = [], 0, 0, 0
    inside = sum(question.intent is not None for question in questions)
    for question in questions:
        started = time.perf_counter()
        answer = bot.ask(question.text)
        times.append(time.perf_counter() - started)
        if question.intent is None:
            declined += answer.status not in ("answered", "social")
        else:
            right += answer.status == "answered" and answer.intent == question.intent
            asked_back += answer.status == "clarify"
    first: Tuning = tune(bot, questions)
    print(f"in scope, without rejection  {first.accuracy:7.2%}  of {inside}")
    print(f"in scope, with rejection     {right / inside:7.2%}  ({asked_back / inside:.2%} asked back)")
    if outside := len(questions) - inside:
        print(f"out of scope declined        {declined / outside:7.2%}  of {outside}")
    times.sort()
    median = statistics.median(times)
    print(f"time per question            {median * 1000:.2f} ms median, {times[-1] * 1000:.1f} ms at most")


def misspelt(text: str) -> str:
    """*text* without the third letter of its longest word."""
    longest = max(text.split(), key=len)
    return text.replace(longest, longest[:2] + longest[3:], 1) if len(longest) > 3 else text


if __name__ == "__main__":
    sys.exit(main())
