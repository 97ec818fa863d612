"""
How long a key takes until it stands on the screen, with everything on: colours, the line below, suggestions.

    python benchmarks/keystrokes.py                    # the bundled domain, and one of 100,000 patterns
    python benchmarks/keystrokes.py --patterns 20000 --keys 1000

The real chat runs at a pipe, with a terminal that throws its output away. A second thread types: the time runs from
before a key is sent until prompt_toolkit has drawn a screen that shows it, so that waiting for the thread that answers
counts.
It types at two speeds, as people do (a key each 60 ms, while answers are still being worked out) and as fast as the
screen follows. A bare prompt_toolkit prompt, measured in the same run, says what this machine can do at the moment.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from prompt_toolkit import PromptSession
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from bot import Bot
from bot.terminal.prompt import Terminal

PAUSES = {"as people type": 0.06, "without a pause": 0.0}
INTENTS_HAVE = 25
"""Patterns of each made-up intent."""
LOST = 10.0
"""Seconds after which a key that is not on the screen never will be."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patterns", type=int, default=100_000, help="of the made-up domain (default: 100000)")
    parser.add_argument("--keys", type=int, default=1000, help="keys for each measurement (default: 1000)")
    args = parser.parse_args()
    os.environ.pop("NO_COLOR", None)

    with tempfile.TemporaryDirectory() as folder:
        bundled = Bot.load()
        questions = [*bundled.examples, "how many consulates are ther in antalya", "what is the capital of sweden"]
        report("a bare prompt", None, questions, args.keys)
        report("bundled domain", bundled, questions, args.keys)
        began = time.perf_counter()
        made_up, asked = make_domain(Path(folder), args.patterns)
        patterns = sum(len(intent.patterns) for intent in made_up.domain.intents.values())
        print(f"{patterns:,} patterns, loaded in {time.perf_counter() - began:.0f} s")
        times = [seconds(lambda text=text: made_up.ask(text)) for text in asked]
        print(f"an answer takes {1000 * percentile(times, 50):.1f} ms, p99 {1000 * percentile(times, 99):.1f} ms")
        report(f"{patterns:,} patterns", made_up, asked, args.keys)
    return 0


def report(name: str, bot: Bot | None, questions: list[str], keys: int) -> None:
    for how, pause in PAUSES.items():
        gc.collect()
        times = measure(bot, questions, keys, pause)
        figures = "  ".join(f"{label} {1000 * percentile(times, q):6.2f}" for label, q in FIGURES.items())
        print(f"{name:<18} {how:<16} {len(times):5} keys, ms: {figures}", flush=True)


FIGURES = {"median": 50, "p95": 95, "p99": 99, "max": 100}


def percentile(times: list[float], percent: float) -> float:
    """The time that *percent* of *times* do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def measure(bot: Bot | None, questions: list[str], keys: int, pause: float) -> list[float]:
    """Seconds from key to screen for *keys* keys, typing *questions* one after the other, each cleared at its end."""
    with (
        create_pipe_input() as keyboard,
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        create_app_session(
            input=keyboard, output=Vt100_Output(nowhere, lambda: Size(rows=24, columns=80), term="xterm-256color")
        ),
    ):
        if bot is None:
            prompt: PromptSession[str] = PromptSession()
            run: Callable[[], object] = prompt.prompt
        else:
            terminal = Terminal(bot)
            prompt, run = terminal.session, terminal.run
        typist = Typist(prompt, keyboard.send_text, typing(questions, keys), pause)
        thread = threading.Thread(target=typist.type)
        prompt.app.after_render += typist.drawn
        thread.start()
        try:
            run()
        except EOFError:
            pass
        thread.join()
    if typist.lost:
        raise SystemExit(f"a key never came to the screen: {typist.lost!r}")
    return typist.times


def typing(questions: list[str], keys: int) -> Iterator[tuple[str, str]]:
    """Each key, and the line that must stand there after it; a line is cleared with Ctrl-U."""
    chosen = random.Random(1)
    sent = 0
    while True:
        line = chosen.choice(questions)
        for end in itertools.chain(range(1, len(line) + 1)):
            yield line[end - 1], line[:end]
            sent += 1
            if sent == keys:
                yield "\x15", ""
                return
        yield "\x15", ""


class Typist:
    """Sends a key, waits until it is on the screen, and notes how long that took."""

    def __init__(
        self, prompt: PromptSession[str], send: Callable[[str], None], keys: Iterator[tuple[str, str]], pause: float
    ) -> None:
        self.times: list[float] = []
        self.lost = ""
        self._prompt, self._send, self._keys, self._pause = prompt, send, keys, pause
        self._expected: str | None = ""
        self._at = 0.0
        self._shown = threading.Event()

    def drawn(self, _: object) -> None:
        """What prompt_toolkit calls when it has drawn."""
        if self._expected is not None and self._prompt.default_buffer.text == self._expected:
            self._at, self._expected = time.perf_counter(), None
            self._shown.set()

    def type(self) -> None:
        self._shown.wait(LOST)
        time.sleep(0.5)  # the reading thread makes ready
        for key, line in self._keys:
            time.sleep(self._pause)
            self._shown.clear()
            self._expected = line
            began = time.perf_counter()
            self._send(key)
            if not self._shown.wait(LOST):
                self.lost = line
                break
            if key != "\x15":
                self.times.append(self._at - began)
        self._send("\x04" if not self.lost else "\x03\x03\x04")


def make_domain(folder: Path, patterns: int) -> tuple[Bot, list[str]]:
    """A domain of *patterns* patterns over made-up words, and questions about it: answered, misspelt and unknown."""
    chosen = random.Random(7)
    words = made_up_words(chosen, 4000)
    names = [word.capitalize() for word in made_up_words(chosen, 500)]
    count = max(1, patterns // INTENTS_HAVE)
    knowledge = ["about: made-up things", "documents: {book: {label: Book, kind: book}}", "reference: {document: book}"]
    knowledge += ["types:", "  thing: {label: thing, plural: things}", "entities:"]
    knowledge += [f"  {name.lower()}: {{label: {name}, type: thing}}" for name in names]
    knowledge.append("properties:")
    statements, intents, questions = ["statements:"], ["name: made-up", "intents:"], []
    for number in range(count):
        first, second = chosen.sample(words, 2)
        knowledge += [
            f"  p{number}:",
            f"    label: {first} {second}",
            "    roles: {thing: thing, time: time, number: number}",
            "    subject: thing",
            "    value: number",
            '    sentence: "{thing} has {number} in {time}."',
        ]
        name, year = chosen.choice(names), chosen.randrange(1900, 2020)
        statements += [f"  p{number}:", f"    - {{thing: {name.lower()}, time: {year}, number: {number + 2}}}"]
        intents += [f"  i{number}:", f"    about: p{number}", "    patterns:"]
        for _ in range(INTENTS_HAVE):
            intents.append(
                f'      - "{{thing}} {" ".join(chosen.sample([first, second, *chosen.sample(words, 3)], 3))}"'
            )
        said = intents[-1].split("} ")[1].strip('"')
        intents.append("    asks: number")
        if len(questions) < 300:
            misspelt = said[:-2] + said[-1] + said[-2]
            questions += [
                f"what is the {said} of {name} in {year}",
                f"{misspelt} for {name}",
                f"{said} of nobody there",
            ]
    for kind, lines in (("knowledge", knowledge + statements), ("intents", intents)):
        (folder / kind).mkdir()
        (folder / kind / "made_up.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Bot.load(folder / "intents", folder / "knowledge", cache=False), questions


def made_up_words(chosen: random.Random, count: int) -> list[str]:
    """*count* different words that can be said and mean nothing."""
    starts, vowels, ends = "bdfgklmnprstvz", "aeiou", "kmnprtx"
    words: set[str] = set()
    while len(words) < count:
        syllables = [chosen.choice(starts) + chosen.choice(vowels) for _ in range(chosen.randrange(2, 4))]
        words.add("".join(syllables) + chosen.choice(ends) + "o")
    return sorted(words)


if __name__ == "__main__":
    raise SystemExit(main())
