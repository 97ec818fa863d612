"""
What would mend a question that is not answered: the word in the way, the nearest intent, the lines to add.

An intent is near when it would explain the question's words but for one or two. Then either a word that
one of its patterns needs was said in another word (a synonym), or something was named by a name that is not
known (an alias), or a word was said that changes nothing (a word of the intent). An intent told by
examples wants the question as an example, and a question that is understood but has no statement wants a fact, which
only the author can supply.

These are guesses and are shown as such; `Workshop.test` finds out which hold, on a copy of the files.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot import Bot, LoadError
from bot.analysis import Utterance
from bot.composing import Composer
from bot.coverage import load
from bot.differences import Question, compare
from bot.editing import CannotEdit, add, changed_lines, quoted, read_text
from bot.fuzzy import likeness
from bot.knowledge import PLAIN_TYPES, Time
from bot.loading import language_senses
from bot.misses import MISSED
from bot.paths import bundled
from bot.query import meets

if TYPE_CHECKING:
    from bot.decision import Decision
    from bot.errors import Problem
    from bot.intents import Intent
    from bot.matching import Candidate

_IN_THE_WAY = 2
"""More words than this that an intent does not explain, and it is not what the question is about."""
_ALIKE = 70.0
"""From here on two names may be of one thing, as 0 to 100."""
_NAMES = 3
_MENDS = 8

OPEN = "…"
"""Stands in a fact for what only the author knows."""


class Edit(NamedTuple):
    """A value, as YAML, for the end of the list at *path* in a file."""

    file: str
    path: tuple[str, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Mend:
    """One way to let a question be answered."""

    kind: str
    """`synonym`, `name`, `word`, `example` or `fact`."""
    why: str
    """What the lines say, in words."""
    edits: tuple[Edit, ...]

    @property
    def is_open(self) -> bool:
        """Whether it has a hole that the author must fill."""
        return any(f" {OPEN}" in edit.value for edit in self.edits)

    def lines(self) -> list[str]:
        """What would stand in the files, each line with its place. Raises CannotEdit."""
        shown = []
        for file, (old, new) in edited(self.edits).items():
            shown += [f"{file}:{number}: {line}" for number, line in changed_lines(old, new)]
        return shown


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a question is not answered."""

    words: tuple[str, ...]
    """The words in the way, as typed; none when it is not for a word."""
    codes: tuple[str, ...]
    intent: str | None
    """The nearest intent; None when none is near."""
    mends: tuple[Mend, ...]
    """What may help, the likeliest first."""
    covered: str = ""
    """A fact that answers it all the same, for a time within its span: then no fact is lacking."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What edits led to: the text of the answer, or why they are no good."""

    good: bool
    text: str
    problems: tuple[Problem, ...] = ()
    bot: Bot | None = None


def edited(edits: Iterable[Edit]) -> dict[str, tuple[str, str]]:
    """For each file its text without and with *edits*. Raises CannotEdit."""
    texts: dict[str, tuple[str, str]] = {}
    for edit in edits:
        old = texts[edit.file][0] if edit.file in texts else read_text(edit.file)
        new = texts[edit.file][1] if edit.file in texts else old
        texts[edit.file] = old, add(new, edit.path, edit.value)
    return texts


def covering(bot: Bot, decision: Decision) -> str:
    """A fact that holds of what was asked, its time being a span that has the time that was said; else empty."""
    query = decision.query
    spans = [c.value for c in query.constraints if c.kind == "time" and isinstance(c.value, Time)] if query else []
    if query is None or not spans:
        return ""
    others = [c for c in query.constraints if c.kind != "time"]
    for property_id in query.properties:
        for statement in bot.domain.kb.by_property.get(property_id, ()):
            time = statement.time
            within = time is not None and all(span.within(time) for span in spans)
            if within and all(meets(statement, constraint) for constraint in others):
                return Composer(bot.domain).sentence(statement)
    return ""


class Workshop:
    """A domain in its files: what is wrong with a question there, and what an edit leads to."""

    def __init__(
        self, intents: str | None, knowledge: str | None, tables: str | None = None, guarded: Sequence[Question] = ()
    ) -> None:
        if intents is None and knowledge is None:
            intents, knowledge = str(bundled("intents")), str(bundled("knowledge"))
        self.intents = Path(intents) if intents is not None else None
        self.knowledge = Path(knowledge) if knowledge is not None else None
        self.tables = tables
        self._guarded = guarded
        self.bot, self._listed = load(self.intents, self.knowledge, tables)

    @property
    def guarded(self) -> list[Question]:
        """The questions whose answers no edit may change: the domain's own examples, and those given."""
        return [*(Question("example", None, text) for text in self.bot.examples), *self._guarded]

    def reload(self) -> None:
        """Take up what the files hold now. Raises LoadError."""
        self.bot, self._listed = load(self.intents, self.knowledge, self.tables)

    # diagnosis

    def diagnose(self, question: str) -> Diagnosis:
        answer, step = self.bot.trace(question)
        reasons = answer.explanation.reasons
        codes = tuple(dict.fromkeys(code for code, _ in reasons))
        words = tuple(dict.fromkeys(text for code, text in reasons if code in ("unknown-word", "left-over-word")))
        if step is None:
            return Diagnosis(words, codes, None, ())
        decision = step.decision
        if decision.query is not None:
            covered = covering(self.bot, decision)
            facts = () if covered else tuple(self._facts(decision))
            return Diagnosis((), codes, decision.intent, facts, covered)
        mends = [*self._examples(decision, question)]
        utterance = Utterance(question, step.items, self.bot.domain.kb)
        near = self._near(utterance, words)
        if near and not words:
            words = tuple(utterance.items[i].text for i in near[0].left_over)
        for candidate in near[:3]:
            mends += self._of(candidate, words)
        considered = [c for c in decision.considered if len(c.left_over) <= _IN_THE_WAY]
        intent = near[0].intent.id if near and mends else considered[0].intent.id if considered else None
        intent = intent or next((c.intent.id for c in near), None) or next((n.intent for n in decision.notes), None)
        unique = {mend.edits: mend for mend in reversed(mends)}
        return Diagnosis(words, codes, intent, tuple(reversed(unique.values()))[:_MENDS])

    def _near(self, utterance: Utterance, words: Sequence[str]) -> list[Candidate]:
        """
        For each intent that explains all but a word or two, how it would take the utterance; best first.

        Of the *words* in the way no sense counts as said, as none was enough; but the intent that shares one, as the
        language data have it ("tariff", of what a price is), comes before the others.
        """
        matcher = self.bot.matcher
        items = utterance.items
        in_the_way = {word.lower() for word in words}
        senses: set[str] = {s for item in items if item.text.lower() not in in_the_way for s in item.senses}
        hinted: set[str] = set().union(*map(self._senses_of, in_the_way), set())
        found: list[tuple[tuple[float, ...], str, Candidate]] = []
        for intent in self.bot.domain.intents.values():
            best: tuple[tuple[float, ...], str, Candidate] | None = None
            for pattern in intent.patterns:
                missing = sum(needed.isdisjoint(senses) for needed in pattern.needed)
                if missing > 1:
                    continue
                candidate = matcher.complete(utterance, intent, pattern)
                if candidate is None or len(candidate.left_over) > _IN_THE_WAY or candidate.unfilled:
                    continue
                if not candidate.left_over and missing:  # taken for what it was not central enough to be
                    candidate.left_over = [i for i, item in enumerate(items) if item.text.lower() in in_the_way]
                if not candidate.left_over or any(not c.role for c in candidate.constraints):
                    continue
                if missing == len(pattern.needed) and not candidate.constraints:
                    continue  # nothing that was said speaks for it
                candidate.pattern = pattern
                told = len(candidate.constraints) + len(pattern.needed) - missing
                lacking = [needed for needed in pattern.needed if needed.isdisjoint(senses)]
                shared = any(hinted & self._senses_of_sense(sense) for needed in lacking for sense in needed)
                rank = (-float(shared), float(len(candidate.left_over)), float(missing), -float(told))
                if best is None or rank < best[0]:
                    best = rank, intent.id, candidate
            if best is not None:
                found.append(best)
        return [candidate for _, _, candidate in sorted(found, key=lambda one: one[:2])]

    @cached_property
    def _spoken(self) -> dict[str, frozenset[str]]:
        """The senses of each word as the language data have them, those that no intent uses too."""
        return language_senses(bundled("intents") / "language" / "en")

    def _senses_of(self, word: str) -> frozenset[str]:
        stem = self.bot.domain.lexicon.stem
        return self._spoken.get(word) or self._spoken.get(stem(word)) or frozenset()

    def _senses_of_sense(self, sense: str) -> frozenset[str]:
        name = sense.lstrip("=").replace("_", " ")
        return self._senses_of(name) | {sense}

    # mends

    def _of(self, candidate: Candidate, words: Sequence[str]) -> Iterator[Mend]:
        """What would let *candidate* take the whole question."""
        intent, items = candidate.intent, candidate.utterance.items
        senses = set().union(*(item.senses for item in items))
        lacking = [n for n in candidate.pattern.needed if n.isdisjoint(senses)]
        if not lacking:  # a word that is in the way all the same says what one of them says
            left_senses = set().union(*(items[i].senses for i in candidate.left_over), set())
            lacking = [n for n in candidate.pattern.needed if not n.isdisjoint(left_senses)]
        missing = lacking[0] if lacking else None
        left = [" ".join(items[i].words) for i in candidate.left_over]
        if missing is not None:
            for word in left:
                others = [other for other in left if other != word]
                yield from self._synonym(intent, word, missing, others)
            return
        yield from self._aliases(candidate, left)
        said = " and ".join(f"“{word}”" for word in left)
        why = f"{said} may be said when “{intent.id}” is asked for, and changes nothing"
        yield Mend("word", why, tuple(self._word(intent, word) for word in left))

    def _synonym(self, intent: Intent, word: str, needed: frozenset[str], others: Sequence[str]) -> Iterator[Mend]:
        """*word* in the sense of the word that a pattern needs; *others* that are in the way may be said besides."""
        named = sorted(sense for sense in needed if sense[0] not in "=!?")
        made = sorted(sense[1:] for sense in needed if sense[0] == "=")
        for sense in (named or made)[:1]:
            id = sense.replace(" ", "_")
            file = self._file("synonym", id) or intent.file
            first = () if named else (Edit(file, ("senses", id), quoted(sense)),)
            edits = (*first, Edit(file, ("senses", id), quoted(self._base(word))))
            why = f"“{word}” means what “{sense}” means"
            if others:
                why += ", and " + " and ".join(f"“{other}”" for other in others) + " may be said with it"
            yield Mend("synonym", why, (*edits, *(self._word(intent, other) for other in others)))

    def _aliases(self, candidate: Candidate, left: Sequence[str]) -> Iterator[Mend]:
        """The word as part of a name of something that could fill a slot, likeliest first."""
        if len(left) != 1:
            return
        kb = self.bot.domain.kb
        taken = {constraint.role for constraint in candidate.constraints}
        types = {t for role in candidate.intent.roles.values() if role.name not in taken for t in role.types}
        types -= set(PLAIN_TYPES)
        i = candidate.left_over[0]
        following = candidate.utterance.items[i + 1 : i + 2]
        phrase, named = left[0], False
        if following and following[0].types & types:
            phrase, named = " ".join((phrase, *following[0].words)), True  # "the Port library"
        fitting = [e for e in kb.entities.values() if kb.kinds[e.type] & types]
        ranked = sorted(
            ((max(likeness(phrase, name) for name in (e.label, *e.aliases)), e) for e in fitting),
            key=lambda pair: (-pair[0], pair[1].id),
        )
        for score, entity in ranked[:_NAMES]:
            file = self._file("name", entity.id)
            if file and (score >= _ALIKE or (named and len(fitting) <= _NAMES)):
                why = f"“{phrase}” is another name of {entity.label}"
                yield Mend("name", why, (Edit(file, ("entities", entity.id, "aliases"), quoted(phrase)),))

    def _word(self, intent: Intent, word: str) -> Edit:
        return Edit(intent.file, ("intents", intent.id, "words"), quoted(word.replace(" ", "_")))

    def _examples(self, decision: Decision, question: str) -> Iterator[Mend]:
        """For an intent that is told by its examples: one more."""
        for note in decision.notes[:2]:
            intent = self.bot.domain.intents.get(note.intent)
            if intent is not None and intent.by_example:
                edit = Edit(intent.file, ("intents", intent.id, "examples"), quoted(question))
                yield Mend("example", f"it is another way to ask for “{intent.id}”", (edit,))

    def _facts(self, decision: Decision) -> Iterator[Mend]:
        """A statement that would answer it, with what is asked for left open."""
        query = decision.query
        if query is None or len(query.properties) != 1 or query.properties[0] not in self.bot.domain.kb.properties:
            return
        property_ = self.bot.domain.kb.properties[query.properties[0]]
        file = self._file("fact", property_.id)
        if file is None or file.endswith((".csv", ".tsv", ".tab")):
            return
        intent = self.bot.domain.intents.get(decision.intent or "")
        values: dict[str, str] = {}
        for constraint in query.constraints:
            value = constraint.value
            if constraint.role not in property_.roles:
                return
            if isinstance(value, frozenset) and len(value) == 1:
                values[constraint.role] = quoted(next(iter(value)))
            elif isinstance(value, Time) and constraint.kind == "time":
                values[constraint.role] = quoted(str(value))
            else:
                return
        asked = [*query.asks, *(intent.asks if intent and not query.asks else ())]
        for role in (*asked, property_.subject, property_.value):
            if role in property_.roles:
                values.setdefault(role, OPEN)
        if OPEN not in values.values():
            return  # a yes-or-no question: no fact is missing, or none is known
        inside = ", ".join(f"{role}: {values[role]}" for role in property_.roles if role in values)
        why = "it is understood, but no fact answers it; put in what you know"
        yield Mend("fact", why, (Edit(file, ("statements", property_.id), f"{{{inside}}}"),))

    def _file(self, kind: str, owner: str) -> str | None:
        """The file in which things of *owner* stand; the last, when several do."""
        return next(
            (one.position.file for one in reversed(self._listed) if (one.kind, one.owner) == (kind, owner)), None
        )

    def _base(self, word: str) -> str:
        """*word* without the s of its plural, where the stem says that it is one."""
        lexicon = self.bot.domain.lexicon
        return word[:-1] if word.endswith("s") and lexicon.stem(word) == word[:-1] else word

    # tests

    def test(self, mend: Mend, question: str) -> Outcome:
        """What *mend* would lead to for *question*; no file is changed."""
        try:
            texts = edited(mend.edits)
        except CannotEdit as error:
            return Outcome(False, str(error))
        with self._copy(texts) as (intents, knowledge):
            return self._judge(intents, knowledge, question)

    def verify(self, question: str) -> Outcome:
        """What the files as they are now lead to for *question*, as against what was loaded."""
        return self._judge(self.intents, self.knowledge, question)

    def _judge(self, intents: Path | None, knowledge: Path | None, question: str) -> Outcome:
        try:
            bot, _ = load(intents, knowledge, self.tables)
        except LoadError as error:
            return Outcome(False, "the files have a mistake then", error.problems)
        answer = bot.ask(question)
        if answer.status in MISSED or answer.status == "clarify":
            return Outcome(False, f"it is still not answered: {answer.text}")
        changed = compare(self.bot, bot, self.guarded).changed
        if changed:
            first = changed[0]
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            said = f"“{first.question.text}”{more} would be answered differently: {first.new.text}"
            return Outcome(False, said)
        return Outcome(True, answer.text, bot=bot)

    @contextmanager
    def _copy(self, texts: dict[str, tuple[str, str]]) -> Iterator[tuple[Path | None, Path | None]]:
        """The domain in another folder: links to its files, but for those with a new text."""
        with tempfile.TemporaryDirectory(prefix="citebot-") as folder:
            places: list[Path | None] = []
            for name, place in (("intents", self.intents), ("knowledge", self.knowledge)):
                if place is None:
                    places.append(None)
                    continue
                copied = Path(folder, name)
                if place.is_dir():
                    own = bundled("intents") / "language"
                    shutil.copytree(
                        place,
                        copied,
                        copy_function=_link,
                        ignore=lambda path, names, own=own: [n for n in names if Path(path, n) == own],
                    )
                else:
                    copied = copied.with_suffix(place.suffix)
                    _link(str(place), str(copied))
                for file, (_, new) in texts.items():
                    if Path(file) == place or place in Path(file).parents:
                        target = copied / Path(file).relative_to(place) if place.is_dir() else copied
                        target.unlink()
                        with open(target, "w", encoding="utf-8", newline="") as written:
                            written.write(new)
                places.append(copied)
            yield places[0], places[1]


def _link(source: str, target: str) -> None:
    try:
        os.symlink(os.path.abspath(source), target)
    except (OSError, NotImplementedError):  # Windows wants a privilege for it
        shutil.copy2(source, target)
