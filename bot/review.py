"""
The questions that could not be answered, put together by likeness, each with what would mend it: `bot review`.

The log (`bot.misses`) holds questions alone, so each is asked again: those that are answered by now are done. The
others are clustered: the same word in the way, in questions that are alike, is one thing to mend. What is shown as a
mend has been tried on a copy of the files. Accepting one edits the file, loads it, asks the question and the
domain's own examples again, and puts the file back as it was when anything else would be answered differently.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bot import Bot, InputError
from bot.differences import read_questions
from bot.editing import CannotEdit, quoted, write_text
from bot.fuzzy import alike, likeness
from bot.mending import OPEN, Diagnosis, Edit, Mend, Outcome, Workshop, covering, edited
from bot.misses import MISSED, VARIABLE, Miss, MissLog, domain_key, wanted
from bot.paths import bundled_path
from bot.rendering import printable, say

if TYPE_CHECKING:
    from bot.answer import Answer

DONE = 0

ALIKE = 80.0
"""How like two questions of one cluster are, 0 to 100."""
ALIKE_BESIDE = 50.0
"""The same where one word is in the way of both: how else they are put may differ more, what they ask may not."""
WORDS_ALIKE = 75.0
"""How like the words in their way are: a typo apart."""
COMPARED = 3_000
"""So many questions are compared; those asked less often join only where the same word is in the way."""
TRIED = 4
"""Mends that are tried for one cluster when all are listed."""
SHOWN = 3
"""Questions of a cluster that are shown beside the most frequent one."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Questions that are not answered for one reason, the most frequent first."""

    misses: tuple[Miss, ...]
    words: tuple[str, ...]
    """The words in the way."""

    @property
    def question(self) -> str:
        return self.misses[0].question

    @property
    def times(self) -> int:
        return sum(miss.times for miss in self.misses)


class Left(NamedTuple):
    """A question that is still not answered."""

    miss: Miss
    words: tuple[str, ...]
    """The words in the way."""
    taken_for: tuple[str, ...]
    """Its status, the intent, and the fact that covers it."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the log holds, sorted out."""

    clusters: tuple[Cluster, ...]
    answered: tuple[Miss, ...]
    """Those that are answered by now."""
    followed: tuple[Miss, ...]
    """Those that went on from something said before, and cannot be judged alone."""


def gather(bot: Bot, misses: Sequence[Miss]) -> Gathered:
    """Ask each of *misses* again, and put together those that are in the way of one another's mending."""
    answered, followed, left = [], [], []
    for miss in misses:
        answer, step = bot.trace(miss.question)
        words = _in_the_way(answer)
        if miss.followed and not words:
            followed.append(miss)
        elif answer.status not in MISSED:
            answered.append(miss)
        else:
            covered = covering(bot, step.decision) if step is not None else ""
            left.append(Left(miss, words, (answer.status, answer.intent or "", covered)))
    groups = _groups(left, bot.domain.lexicon.stem)
    clusters = [Cluster(tuple(left[i].miss for i in group), left[group[0]].words) for group in groups]
    clusters.sort(key=lambda cluster: (-cluster.times, cluster.question))
    return Gathered(tuple(clusters), tuple(answered), tuple(followed))


def _in_the_way(answer: Answer) -> tuple[str, ...]:
    reasons = answer.explanation.reasons
    return tuple(dict.fromkeys(text.lower() for code, text in reasons if code in ("unknown-word", "left-over-word")))


def _groups(left: Sequence[Left], stem: Any) -> list[list[int]]:
    """The indexes of *left* by cluster: alike as questions, and what is in the way the same, or a typo apart."""
    parent = list(range(len(left)))

    def find(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        first, second = sorted((find(i), find(j)))
        parent[second] = first

    with_words: dict[tuple[str, ...], list[int]] = {}
    for i, one in enumerate(left):
        if one.words:
            fellows = with_words.setdefault(tuple(sorted(map(stem, one.words))), [])
            question = one.miss.question
            like = next((j for j in fellows if likeness(question, left[j].miss.question) >= ALIKE_BESIDE), None)
            if like is None:
                fellows.append(i)
            else:
                join(i, like)
    questions = [one.miss.question for one in left[:COMPARED]]
    for i, question in enumerate(questions):
        for j in alike(question, questions[i + 1 :], ALIKE):
            one, other = left[i], left[i + 1 + j]
            if one.words and other.words:
                same = likeness(" ".join(one.words), " ".join(other.words)) >= WORDS_ALIKE
            else:  # understood, and nothing found: it is one thing to mend where it was taken for the same
                same = not one.words and not other.words and one.taken_for == other.taken_for
            if same:
                join(i, i + 1 + j)
    groups: dict[int, list[int]] = {}
    for i in range(len(left)):
        groups.setdefault(find(i), []).append(i)
    return list(groups.values())


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Go through the questions that could not be answered. They are kept when --log-misses is given to chat, ask or "
        f"batch, or {VARIABLE}=1 is set, and nowhere but on this machine. For each: the word in the way, the nearest "
        "intent, and the line that would mend it, to accept or skip."
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--list", action="store_true", help="print them and what would mend them, and ask nothing")
    group.add_argument("--json", action="store_true", help="the same as JSON")
    group.add_argument("--clear", action="store_true", help="forget all that were kept for this subject")
    parser.add_argument("--log", metavar="FILE", help="the log, when it lies elsewhere than in the platform's place")
    parser.add_argument("--limit", metavar="N", type=int, default=20, help="list at most N of them (default: 20)")
    parser.add_argument(
        "--tests",
        metavar="FILE",
        nargs="+",
        default=[],
        help="questions whose answers must not change, beside the examples of the intents",
    )


def main(args: argparse.Namespace) -> int:
    """Run the command; returns its exit code. Raises BotError when something cannot be read."""
    path: str = args.log or wanted(asked=True) or ""
    log = MissLog(path, domain_key(args.intents, args.knowledge))
    if args.clear:
        count = log.clear()
        print(f"{_counted(count, 'question')} forgotten.")
        return DONE
    misses = log.read()
    if not misses and not args.json:
        print(
            f"No questions are kept for this subject in {path}.\n"
            f"Give --log-misses to `bot chat`, `bot ask` or `bot batch`, or set {VARIABLE}=1, to keep those that "
            "cannot be answered."
        )
        return DONE
    workshop = Workshop(args.intents, args.knowledge, args.tables, read_questions(args.tests))
    gathered = gather(workshop.bot, misses)
    if args.json:
        shown = [_record(cluster, *_best(workshop, cluster)) for cluster in gathered.clusters[: args.limit]]
        record = {
            "log": path,
            "clusters": len(gathered.clusters),
            "answered_by_now": [miss.question for miss in gathered.answered],
            "followed_another": [miss.question for miss in gathered.followed],
            "shown": shown,
        }
        print(printable(json.dumps(record, ensure_ascii=False)))
    elif args.list:
        _list(workshop, gathered, args.limit)
    else:
        Dialogue(workshop, log).run(gathered, editable=_is_editable(args))
    return DONE


def _best(workshop: Workshop, cluster: Cluster) -> tuple[Diagnosis, Mend | None, Outcome | None]:
    """The first mend that works, or the first that the author must fill."""
    diagnosis = workshop.diagnose(cluster.question)
    for mend in diagnosis.mends[:TRIED]:
        if mend.is_open:
            return diagnosis, mend, None
        outcome = workshop.test(mend, cluster.question)
        if outcome.good:
            return diagnosis, mend, outcome
    return diagnosis, None, None


def _record(cluster: Cluster, diagnosis: Diagnosis, mend: Mend | None, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "question": cluster.question,
        "times": cluster.times,
        "questions": [
            {"question": m.question, "times": m.times, "status": m.status, "first": m.first, "last": m.last}
            for m in cluster.misses
        ],
        "words": list(cluster.words),
        "codes": list(diagnosis.codes),
        "intent": diagnosis.intent,
        "covered_by": diagnosis.covered or None,
        "mend": mend
        and {
            "kind": mend.kind,
            "why": mend.why,
            "lines": mend.lines(),
            "edits": [{"file": e.file, "path": list(e.path), "value": e.value} for e in mend.edits],
            "open": mend.is_open,
            "answer": outcome.text if outcome else None,
        },
    }


def _list(workshop: Workshop, gathered: Gathered, limit: int) -> None:
    for number, cluster in enumerate(gathered.clusters[:limit], 1):
        diagnosis, mend, outcome = _best(workshop, cluster)
        lines = [_head(number, len(gathered.clusters), cluster), *_diagnosed(cluster, diagnosis)]
        lines += _mended(mend, outcome) if mend else [_NOTHING]
        print(printable("\n".join(lines)) + "\n", flush=True)
    if len(gathered.clusters) > limit:
        print(f"and {len(gathered.clusters) - limit} more; --limit lists more of them\n")
    print(printable(_closing(gathered)))


_NOTHING = "  no single line would mend it; `bot explain` shows how it was read"


def _head(number: int, total: int, cluster: Cluster) -> str:
    asked = "once" if cluster.times == 1 else f"{cluster.times} times"
    return f"{number} of {total}, asked {asked}: {cluster.question}"


def _diagnosed(cluster: Cluster, diagnosis: Diagnosis) -> Iterator[str]:
    others = cluster.misses[1 : 1 + SHOWN]
    if others:
        more = len(cluster.misses) - 1 - len(others)
        yield f"  also: {' · '.join(miss.question for miss in others)}" + (f" · and {more} more" if more else "")
    said = ", ".join(f"“{word}”" for word in cluster.words or diagnosis.words)
    otherwise = "no fact answers it" if any(mend.kind == "fact" for mend in diagnosis.mends) else "how it is put"
    if diagnosis.covered:
        yield f"  a fact covers it: {diagnosis.covered}"
        yield f"  nearest intent: {diagnosis.intent or 'none'}"
        return
    yield f"  in the way: {said or ', '.join(diagnosis.codes) or otherwise}"
    yield f"  nearest intent: {diagnosis.intent or 'none'}"


def _mended(mend: Mend, outcome: Outcome | None) -> Iterator[str]:
    yield f"  would mend it: {mend.why}"
    yield from (f"    {line}" for line in mend.lines())
    if outcome is not None:
        yield f"  then: {' '.join(outcome.text.split())}"


def _closing(gathered: Gathered) -> str:
    parts = [_counted(len(gathered.clusters), "thing") + " to mend"]
    if gathered.answered:
        parts.append(f"{_counted(len(gathered.answered), 'question')} answered by now")
    if gathered.followed:
        parts.append(f"{_counted(len(gathered.followed), 'question')} that followed another and cannot be judged alone")
    return ", ".join(parts) + "."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _is_editable(args: argparse.Namespace) -> bool:
    """Whether the files are the author's own: those that were installed with the program are not."""
    inside = os.path.join(os.path.dirname(os.path.realpath(__file__)), "data")
    places = [place for place in (args.intents, args.knowledge) if place is not None] or [bundled_path("intents")]
    return not any(os.path.realpath(place).startswith(inside) for place in places)


class Dialogue:
    """Cluster after cluster, to accept or skip, on standard input and output."""

    def __init__(self, workshop: Workshop, log: MissLog) -> None:
        self._workshop = workshop
        self._log = log

    def run(self, gathered: Gathered, *, editable: bool) -> None:
        """Show each cluster until they end or the person leaves; a question that is answered by now is passed over."""
        if not editable:
            raise InputError("bot: the subject that comes with the program is not edited; --list shows its mends")
        self._log.remove(list(gathered.answered))
        mended = 0
        try:
            for number, cluster in enumerate(gathered.clusters, 1):
                if self._workshop.bot.ask(cluster.question).status not in MISSED:
                    self._forget(cluster)  # by an earlier mend
                    continue
                diagnosis = self._workshop.diagnose(cluster.question)
                print(
                    printable(
                        "\n".join([_head(number, len(gathered.clusters), cluster), *_diagnosed(cluster, diagnosis)])
                    )
                )
                mended += self._offer(cluster, diagnosis)
                print()
        except (EOFError, KeyboardInterrupt):
            print()
        print(printable(f"{mended} mended; there were {_closing(gathered)}"))

    def _offer(self, cluster: Cluster, diagnosis: Diagnosis) -> bool:
        """Go through the mends that hold; whether one was accepted and stayed."""
        offered = False
        for mend in diagnosis.mends:
            outcome = None if mend.is_open else self._workshop.test(mend, cluster.question)
            if outcome is not None and not outcome.good:
                continue
            offered = True
            print(printable("\n".join(_mended(mend, outcome))))
            choice = self._ask("  accept, next, skip or quit? [a/n/s/q] ", ("a", "n", "s", "q"))
            if choice == "q":
                raise EOFError
            if choice == "s":
                return False
            filled = self._filled(mend) if choice == "a" else None
            if filled is not None and self._accept(cluster, filled):
                return True
        if not offered:
            print(_NOTHING)
        return False

    def _filled(self, mend: Mend) -> Mend | None:
        """*mend* with what the author puts into its holes; None when one is left empty."""
        edits: list[Edit] = []
        for edit in mend.edits:
            value = edit.value
            while f": {OPEN}" in value:
                before, _, after = value.partition(f": {OPEN}")
                said = self._read(f"  {before.rpartition(' ')[2].lstrip('{')}: ").strip()
                if not said:
                    return None
                value = f"{before}: {quoted(said)}{after}"
            edits.append(edit._replace(value=value))
        return replace(mend, edits=tuple(edits))

    def _accept(self, cluster: Cluster, mend: Mend) -> bool:
        """Edit the files, and put them back when that does not hold; whether it held."""
        done: list[tuple[str, str]] = []
        try:
            for file, (old, new) in edited(mend.edits).items():
                write_text(file, new)
                done.append((file, old))
            outcome = self._workshop.verify(cluster.question)
        except CannotEdit as error:
            outcome = Outcome(False, str(error))
        except BaseException:
            self._put_back(done)
            raise
        if not outcome.good:
            self._put_back(done)
            print(printable("\n".join([f"  put back: {outcome.text}", *(str(p) for p in outcome.problems)])))
            return False
        self._workshop.reload()
        answered = self._forget(cluster)
        print(printable(f"  done: {' '.join(outcome.text.split())}"))
        if len(cluster.misses) > 1:
            print(f"  {answered} of {len(cluster.misses)} questions of its kind are answered now")
        return True

    def _put_back(self, done: Sequence[tuple[str, str]]) -> None:
        for file, old in done:
            write_text(file, old)

    def _forget(self, cluster: Cluster) -> int:
        """Take those that are answered out of the log; how many that are."""
        answered = [miss for miss in cluster.misses if self._workshop.bot.ask(miss.question).status not in MISSED]
        self._log.remove(answered)
        return len(answered)

    def _ask(self, prompt: str, choices: Sequence[str]) -> str:
        while True:
            said = self._read(prompt).strip().lower()[:1]
            if said in choices:
                return said
            say(f"  one of {', '.join(choices)}")

    def _read(self, prompt: str) -> str:
        print(prompt, end="", flush=True)
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            raise EOFError
        if not sys.stdin.isatty():
            print(line.rstrip("\n"))  # a terminal shows what was typed
        return line
