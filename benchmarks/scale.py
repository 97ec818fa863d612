"""
How the bot holds at scale: speed, workers, memory, kills, threads and tasks, each beside what it is measured against.

    python benchmarks/scale.py [PART …] [--quick] [--questions FILE]

Parts: speed workers memory kills sessions; without any, all. Everything takes some twenty minutes; `--quick` takes a
tenth of the questions, and only shows that it works. The questions are those of the bundled domain: what its authors
give as examples, what is said in the tests' conversations, and what `bot check --mutate` makes of the knowledge, with
and without one slip of the finger each; or those in FILE, in any format that `bot batch` reads.

No question is asked twice by the part that measures speed, so that no answer can be remembered from an earlier one;
words are, as people use the same ones again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, perf_counter_ns

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot import Bot  # noqa: E402 - after the path to it
from bot.batch_rows import open_questions  # noqa: E402
from bot.canonical import Canonical  # noqa: E402
from bot.mutating import Mutator  # noqa: E402

LETTERS = "abcdefghijklmnopqrstuvwxyz"
THREADS, TASKS = 64, 1000
KILLS = 10
missed: list[str] = []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--questions", metavar="FILE")
    args = parser.parse_args()
    bot = Bot.load()
    clean = sorted(set(read(args.questions) if args.questions else made(bot)))
    random.Random(1).shuffle(clean)
    print(f"{len(clean):,} different questions\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for part in args.parts or PARTS:
            PARTS[part](clean, 10 if args.quick else 1)
            print(flush=True)
    print("missed: " + ("; ".join(missed) or "nothing"))
    return 1 if missed and not args.quick else 0


def read(file: str) -> Iterator[str]:
    with closing(open_questions(file)) as questions:
        for chunk in questions.chunks():
            yield from (row.question for row in chunk.rows if not row.problem)


def made(bot: Bot) -> Iterator[str]:
    yield from bot.examples
    for conversation in conversations():
        yield from conversation
    canonical = Canonical(bot)
    mutator = Mutator(canonical)
    for question, _ in canonical.collect().questions:
        yield question.text
        yield from (variant.text for variant in mutator.variants(question) if variant.kind != "typo")


def conversations() -> list[list[str]]:
    return [
        [line.removeprefix("> ") for line in part.splitlines() if line.startswith("> ")]
        for golden in sorted((ROOT / "tests" / "conversations").glob("*.golden"))
        for part in golden.read_text(encoding="utf-8").split("\n\n")
    ]


def slip(question: str, chance: random.Random) -> str:
    """*question* with one letter of a longer word swapped, left out, put in or doubled."""
    words = question.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return question
    i = chance.choice(long)
    word, at = words[i], chance.randrange(1, len(words[i]) - 1)
    words[i] = chance.choice([
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
        word[:at] + word[at + 1:],
        word[:at] + chance.choice(LETTERS) + word[at:],
        word[:at] + word[at] + word[at:],
    ])  # fmt: skip
    return " ".join(words)


def many(clean: list[str], number: int) -> Iterator[str]:
    """*number* questions, from the second round on with one slip or more."""
    chance = random.Random(2)
    for count, question in enumerate(islice(cycle(clean), number)):
        for _ in range(min(count // len(clean), 2)):
            question = slip(question, chance)
        yield question


def report(what: str, value: str, bar: str, *, reached: bool) -> None:
    print(f"  {what:58} {value:>22}   {bar}: {'reached' if reached else 'MISSED'}", flush=True)
    if not reached:
        missed.append(what)


# Speed


def speed(clean: list[str], less: int) -> None:
    print("speed: one process, each question once, beside rapidfuzz over all examples (process.extractOne)")
    from rapidfuzz import fuzz, process, utils

    chance = random.Random(3)
    kinds = {"as they are": clean[::less], "with a slip each": [slip(question, chance) for question in clean[::less]]}
    bot = Bot.load()
    examples = [example for intent in bot.domain.intents.values() for example in intent.examples]
    for question in kinds["with a slip each"][:200]:
        bot.ask(question)  # what is made when it is first needed
    for kind, questions in kinds.items():
        questions = list(dict.fromkeys(questions))[200 if kind != "as they are" else 0 :]
        bots = timed(bot.ask, questions)
        sample = questions[:: max(1, len(questions) // 1000)]
        theirs = timed(
            lambda question: process.extractOne(
                question, examples, scorer=fuzz.token_sort_ratio, processor=utils.default_process
            ),
            sample,
        )
        rate, middle, last = 1e9 / (sum(bots) / len(bots)), median(bots) / 1e3, quantiles(bots, n=100)[98] / 1e3
        times = (sum(theirs) / len(theirs)) / (sum(bots) / len(bots))
        print(f"  {kind}: {len(questions):,} questions; rapidfuzz over {len(examples)} examples: "
              f"{len(theirs) / sum(theirs) * 1e9:,.0f}/s, median {median(theirs) / 1e3:,.0f} µs")  # fmt: skip
        report(
            f"{kind}: questions a second", f"{rate:,.0f} ({times:.2f} × theirs)", "at least 5,000", reached=rate >= 5000
        )
        ratio = middle / (median(theirs) / 1e3)
        report(f"{kind}: median", f"{middle:,.0f} µs ({ratio:.2f} ×)", "below 160 µs", reached=middle < 160)
        ratio = last / (quantiles(theirs, n=100)[98] / 1e3)
        report(f"{kind}: 99th percentile", f"{last:,.0f} µs ({ratio:.2f} ×)", "below 1,000 µs", reached=last < 1000)


def timed(ask: Callable[[str], object], questions: list[str]) -> list[int]:
    found = []
    for question in questions:
        begun = perf_counter_ns()
        ask(question)
        found.append(perf_counter_ns() - begun)
    return found


# Batches


def batch(*arguments: object) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "bot", "batch", *map(str, arguments), "--quiet"]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def write(name: str, clean: list[str], number: int) -> None:
    with open(name, "w", encoding="utf-8") as file:
        for count, question in enumerate(many(clean, number)):
            session = f"s{count // 15}" if count % 3 == 0 else None  # five turns each
            file.write(json.dumps({"question": question, "session": session}) + "\n")


def workers(clean: list[str], less: int) -> None:
    number = 60_000 // less
    print(f"workers: `bot batch` of {number:,} questions, start to end, the faster of two runs each")
    write("workers.jsonl", clean, number)
    seconds: dict[int, float] = {}
    for count in (1, 2, 1, 2):
        begun = perf_counter()
        batch("workers.jsonl", "-o", "workers-out.jsonl", "--workers", count).wait()
        seconds[count] = min(seconds.get(count, 1e9), perf_counter() - begun)
    ratio = seconds[1] / seconds[2]
    print(f"  one: {seconds[1]:.1f} s, {number / seconds[1]:,.0f}/s; two: {seconds[2]:.1f} s")
    report("two workers, times as fast as one", f"{ratio:.2f} ×", "at least 1.7", reached=ratio >= 1.7)


def memory(clean: list[str], less: int) -> None:
    numbers = (10_000, 1_000_000 // less)
    print(f"memory: `bot batch` of {numbers[0]:,} and of {numbers[1]:,} questions, one worker, the most that it held")
    most = []
    for number in numbers:
        write("memory.jsonl", clean, number)
        process = batch("memory.jsonl", "-o", "memory-out.jsonl", "--workers", 1)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        with open("memory-out.jsonl", "rb") as file:
            lines = sum(1 for _ in file)
        assert (process.returncode, lines) == (0, number), (process.returncode, lines)
        most.append(usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2))
        os.unlink("memory-out.jsonl")
    ratio = most[1] / most[0]
    print(f"  {most[0]:.0f} MB, {most[1]:.0f} MB")
    report("the larger one's memory, times the smaller one's", f"{ratio:.2f} ×", "at most 1.20", reached=ratio <= 1.2)


def kills(clean: list[str], less: int) -> None:
    number = 60_000 // less
    print(f"kills: `bot batch` of {number:,} questions, {KILLS} times SIGKILL at a random moment, then --resume")
    write("kills.jsonl", clean, number)
    begun = perf_counter()
    batch("kills.jsonl", "-o", "whole.csv.gz", "--workers", 2).wait()
    seconds = perf_counter() - begun
    chance, done, rows = random.Random(time.time()), 0, []
    while done < KILLS:
        process = batch("kills.jsonl", "-o", "killed.csv.gz", "--workers", 2, "--resume")
        try:
            process.wait(chance.uniform(0.3, 1.6 * seconds / KILLS + 1.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            done += 1
            if os.path.exists("killed.csv.gz.resume"):
                rows.append(json.loads(Path("killed.csv.gz.resume").read_text(encoding="utf-8"))["rows"])
        else:
            os.unlink("killed.csv.gz")  # finished before it was killed: once more
    batch("kills.jsonl", "-o", "killed.csv.gz", "--workers", 2, "--resume").wait()
    same = Path("killed.csv.gz").read_bytes() == Path("whole.csv.gz").read_bytes()
    print(f"  rows that were done at each kill: {', '.join(f'{count:,}' for count in rows)}")
    report(f"bytes after {KILLS} kills", "the same" if same else "OTHERS", "the undisturbed run's", reached=same)


# Sessions


def sessions(clean: list[str], less: int) -> None:
    turns = 500_000 // less
    print(f"sessions: {THREADS} threads, then {TASKS:,} tasks, each with sessions of its own, {turns:,} turns each")
    bot = Bot.load()
    chance = random.Random(4)
    said = [talk for talk in conversations() if talk]
    said += [chance.sample(clean, 6) for _ in range(200)]
    expected = [[digest(answer) for answer in map(bot.session().ask, talk)] for talk in said]
    shared = Bot.load()
    for name, ask in (("threads", threads), ("tasks", tasks)):
        before = sys.getswitchinterval()
        sys.setswitchinterval(1e-3)  # five times as often as usual may another thread go on
        begun = perf_counter()
        done, mixed = ask(shared, said, expected, turns)
        seconds = perf_counter() - begun
        sys.setswitchinterval(before)
        print(f"  {name}: {done:,} turns, {done / seconds:,.0f}/s")
        report(f"{name}: turns that are not as in a conversation alone", f"{mixed:,}", "none", reached=mixed == 0)


def digest(answer: object) -> bytes:
    return hashlib.blake2b(repr(answer).encode(), digest_size=8).digest()


def threads(bot: Bot, said: list[list[str]], expected: list[list[bytes]], turns: int) -> tuple[int, int]:
    numbers, lock = iter(range(10**9)), threading.Lock()
    counts = [0, 0]

    def work() -> None:
        while True:
            with lock:
                if counts[0] >= turns:
                    return
                number = next(numbers) % len(said)
            session = bot.session()
            found = [digest(session.ask(text)) for text in said[number]]
            with lock:
                counts[0] += len(found)
                counts[1] += sum(a != b for a, b in zip(found, expected[number], strict=True))

    with ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(work) for _ in range(THREADS)]:
            future.result()
    return counts[0], counts[1]


def tasks(bot: Bot, said: list[list[str]], expected: list[list[bytes]], turns: int) -> tuple[int, int]:
    counts = [0, 0]

    async def work(number: int) -> None:
        while counts[0] < turns:
            number = (number + 1) % len(said)
            session = bot.session()
            for text, right in zip(said[number], expected[number], strict=True):
                counts[0] += 1
                counts[1] += digest(session.ask(text)) != right
                await asyncio.sleep(0)

    async def all_of_them() -> None:
        await asyncio.gather(*map(work, range(TASKS)))

    asyncio.run(all_of_them())
    return counts[0], counts[1]


PARTS = {"speed": speed, "workers": workers, "memory": memory, "kills": kills, "sessions": sessions}

if __name__ == "__main__":
    raise SystemExit(main())
