"""
`bot check --mutate`: how far answers hold when questions change, and whether they give way when they must.

From each canonical question come variants that mean the same and must be answered the same (a typo, another
order, a synonym, another name), and swaps that mean something else and must not be answered with the old fact
(another year, another entity, the direction turned round). A swap may get a different right answer, a "No" or
a decline. What the statements make right after a swap is worked out, so that no right answer counts as a fault.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from bot.answer import Answer
from bot.canonical import Canon, Canonical, Part, Question, say
from bot.engine import Bot
from bot.knowledge import NAME, TEXT, Time, Value
from bot.text import fold, tokenise
from bot.values import parse_time

MUST_ANSWER = 97.0
"""Percent of the variants that mean the same which must be answered the same."""

TYPOS = ("swap", "drop", "double", "neighbour")
MIN_TYPO = 5
"""Shorter words have too many neighbours for a slip to be mended."""

ANSWER_KINDS = (*(f"typo: {kind}" for kind in TYPOS), "reorder", "synonym", "other name")
REFUSE_KINDS = ("year", "year put in", "entity", "stranger", "direction")

_SHOWN = 5
"""Failures listed for each intent; the rest is in the JSON."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A question made of another one; `kind` says how, `must_answer` whether it still means the same."""

    kind: str
    must_answer: bool
    text: str
    question: Question
    """The question that it was made of."""
    changed: str
    """What was changed into what."""
    right: frozenset[str | int | float] = frozenset()
    """What the facts say to it, where that can be worked out: such an answer is right, even if it holds the old."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one variant fared."""

    variant: Variant
    before: Answer
    after: Answer
    ok: bool


@dataclass(slots=True)
class Report:
    """The whole run: counts for the table and every failure."""

    canon: Canon
    intents: tuple[str, ...]
    asked: Counter[str] = field(default_factory=Counter)
    """Canonical questions by intent."""
    counts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    """By intent, kind and outcome."""
    failures: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        variant = result.variant
        self.counts[variant.question.intent, variant.kind, result.ok] += 1
        if not result.ok:
            self.failures.append(result)

    def tally(self, kinds: Iterable[str], intent: str | None = None) -> tuple[int, int]:
        """How many variants of *kinds* came out right, and how many there were."""
        wanted = frozenset(kinds)
        chosen = [(ok, n) for (i, kind, ok), n in self.counts.items() if kind in wanted and intent in (None, i)]
        return sum(n for ok, n in chosen if ok), sum(n for _, n in chosen)

    @property
    def percent(self) -> float:
        """Of the variants that must be answered the same, how many percent were; 100 where there are none."""
        right, total = self.tally(ANSWER_KINDS)
        return 100 * right / total if total else 100.0

    @property
    def violations(self) -> int:
        ok, total = self.tally(REFUSE_KINDS)
        return total - ok

    def reaches(self, bar: float) -> bool:
        return bool(self.asked) and self.percent >= bar and not self.violations

    def record(self) -> dict[str, Any]:
        """All of it as plain lists and dicts, fit for JSON."""
        return {
            "canonical_questions": self.asked.total(),
            "must_answer": dict(zip(("right", "total"), self.tally(ANSWER_KINDS), strict=True)),
            "must_refuse": dict(zip(("ok", "total"), self.tally(REFUSE_KINDS), strict=True)),
            "percent": round(self.percent, 2),
            "intents": [
                {
                    "intent": intent,
                    "canonical_questions": self.asked[intent],
                    "must_answer": dict(zip(("right", "total"), self.tally(ANSWER_KINDS, intent), strict=True)),
                    "must_refuse": dict(zip(("ok", "total"), self.tally(REFUSE_KINDS, intent), strict=True)),
                }
                for intent in self.intents
            ],
            "kinds": {
                kind: dict(zip(("ok", "total"), self.tally((kind,)), strict=True))
                for kind in (*ANSWER_KINDS, *REFUSE_KINDS)
            },
            "unasked": [{"intent": intent, "why": why} for intent, why in self.unasked.items()],
            "unreached": [
                {"property": property_, "role": role or None, "facts": [fact.id for fact in facts]}
                for (property_, role), facts in self.canon.unreached.items()
            ],
            "answered_otherwise": [
                {"question": question.text, "expected": sorted(map(str, question.values or ())),
                 "values": list(answer.values)}
                for question, answer in self.canon.answered_otherwise
            ],
            "failures": [_failure_record(result) for result in self.failures],
        }  # fmt: skip

    def text(self, *, verbose: bool = False) -> str:
        """Tables by intent and by kind, and what no question reaches; *verbose* lists failures too."""
        rows = [
            (i, self.asked[i], _of(self.tally(ANSWER_KINDS, i)), _of(self.tally(REFUSE_KINDS, i))) for i in self.intents
        ]
        kinds = [(kind, _of(self.tally((kind,)))) for kind in (*ANSWER_KINDS, *REFUSE_KINDS)]
        parts = [
            _table(("intent", "questions", "must answer", "must refuse"), rows),
            _table(("kind", "right"), kinds),
            *self._unasked_text(),
            *self._unreached_text(),
        ]
        if verbose:
            parts += self._failures_text()
            parts += self._otherwise_text()
        right, total = self.tally(ANSWER_KINDS)
        _, swaps = self.tally(REFUSE_KINDS)
        parts.append(
            f"{self.asked.total()} canonical questions; {right} of {total} variants answered the same "
            f"({self.percent:.1f} %); {self.violations} of {swaps} swaps answered with the old fact"
        )
        return "\n\n".join(parts)

    @property
    def unasked(self) -> dict[str, str]:
        """The intents of which no question was made, each with why."""
        return {intent: self.canon.silent[intent] for intent in self.intents if intent in self.canon.silent}

    def _unasked_text(self) -> list[str]:
        lines = [f"  {intent}: {why}" for intent, why in self.unasked.items()]
        return ["\n".join(["no question was made for", *lines])] if lines else []

    def _unreached_text(self) -> list[str]:
        if not self.canon.unreached:
            return []
        lines = ["no question reaches"]
        for (property_, role), facts in self.canon.unreached.items():
            ids = ", ".join(fact.id for fact in facts)
            lines.append(f"  {property_}{' ' + role if role else ''}: {ids}")
        return ["\n".join(lines)]

    def _failures_text(self) -> list[str]:
        parts = []
        for intent in self.intents:
            failures = [result for result in self.failures if result.variant.question.intent == intent]
            failures.sort(key=lambda result: (result.variant.must_answer, result.after.status != "answered"))
            if failures:
                lines = [f"{intent}: {len(failures)} failed"]
                for result in failures[:_SHOWN]:
                    lines += _failure_lines(result)
                parts.append("\n".join(lines))
        return parts

    def _otherwise_text(self) -> list[str]:
        if not self.canon.answered_otherwise:
            return []
        lines = [f"answered otherwise than the facts say: {len(self.canon.answered_otherwise)}"]
        for question, answer in self.canon.answered_otherwise[:_SHOWN]:
            lines.append(f"  {question.text}")
            lines.append(f"    {_shown(answer.values)}, not {_shown(question.values or ())}")
        return ["\n".join(lines)]


Progress = Callable[[int, int], None]
"""Called now and then with how many canonical questions are done, and of how many."""


def mutate(bot: Bot, *, seed: int = 0, limit: int | None = None, progress: Progress | None = None) -> Report:
    """
    The report on *bot*'s domain, the same for the same *seed*.

    *limit* is the most canonical questions taken for one intent, chosen by the seed.
    """
    canonical = Canonical(bot, seed=seed)
    intents = len(bot.domain.intents)
    canon = canonical.collect((lambda done: progress(done, 2 * intents)) if progress else None)
    by_intent: dict[str, list[tuple[Question, Answer]]] = {}
    for question, answer in canon.questions:
        by_intent.setdefault(question.intent, []).append((question, answer))
    report = Report(canon, tuple(dict.fromkeys([*bot.domain.intents, *by_intent])))
    mutator = Mutator(canonical, seed=seed)
    total = len(canon.questions)
    done = 0
    for intent, questions in by_intent.items():
        chosen = _random(seed, intent).sample(questions, min(limit or len(questions), len(questions)))
        report.asked[intent] = len(chosen)
        for question, before in chosen:
            for variant in mutator.variants(question):
                after = canonical.ask(variant.text)
                report.add(Result(variant, before, after, mutator.is_ok(variant, before, after)))
        done += len(questions)
        if progress:
            progress(intents + intents * done // total, 2 * intents)
    return report


class Mutator:
    """Makes the variants of canonical questions, and judges the answers to them."""

    def __init__(self, canonical: Canonical, *, seed: int = 0) -> None:
        self.canonical = canonical
        self.kb = canonical.kb
        self.lexicon = canonical.lexicon
        self._seed = seed
        self._rows = canonical.templates.get("keyboard", {}).get("rows", ())
        years = {value.first_year for s in self.kb.statements for vs in s.values.values() for value in vs
                 if isinstance(value, Time)}  # fmt: skip
        self._years = sorted(years)
        strangers: dict[str, str] = {}
        for phrase, entry in sorted(self.lexicon.exact.items()):
            if "country" in entry and "entities" not in entry and phrase.isalpha():
                strangers.setdefault(entry["country"], phrase.title())
        self._strangers = sorted(strangers.values())

    def variants(self, question: Question) -> Iterator[Variant]:
        """All variants of *question*: those that mean the same first."""
        random = _random(self._seed, question.text)
        yield from self._typos(question, random)
        yield from self._reorders(question, random)
        yield from self._synonyms(question, random)
        yield from self._other_names(question, random)
        for swap in (
            self._years_swapped,
            self._year_put_in,
            self._entities_swapped,
            self._strangers_put_in,
            self._directions_turned,
        ):
            yield from swap(question, random)

    def is_ok(self, variant: Variant, before: Answer, after: Answer) -> bool:
        if variant.must_answer:
            return (
                after.status == before.status
                and _comparable(after.values) == _comparable(before.values)
                and set(after.references) == set(before.references)
                and (bool(before.values) or set(after.explanation.statements) == set(before.explanation.statements))
            )
        if after.status != "answered" or after.text.startswith("No."):
            return True
        if not self.canonical.tells(after, variant.question.facts):
            return True
        if variant.right and variant.right == frozenset(after.values):
            return True
        old, new = frozenset(_comparable(before.values)), frozenset(_comparable(after.values))
        if any(part.text == self.canonical.conjunction for part in variant.question.parts):
            return bool(old) and old != new  # one of two values is still right, and another fact told with it
        return bool(old) and not old <= new

    # what means the same

    def _typos(self, question: Question, random: Random) -> Iterator[Variant]:
        places = [
            (i, word)
            for i, part in enumerate(question.parts)
            if part.role or part.senses
            for word in part.text.split()
            if len(word) >= MIN_TYPO and word.isalpha() and word.isascii()
        ]
        if not places:
            return
        for kind in TYPOS:
            i, word = random.choice(places)
            typed = self._typo(word, kind, random)
            if typed:
                parts = _with(question.parts, i, text=question.parts[i].text.replace(word, typed, 1))
                yield Variant(f"typo: {kind}", True, say(parts), question, f"{word} → {typed}")

    def _typo(self, word: str, kind: str, random: Random) -> str:
        """*word* with a slip in it that makes no other word; empty when there is none."""
        typed = []
        if word.istitle():  # a capital stays where it is
            return self._typo(word.lower(), kind, random).capitalize()
        for i in range(len(word)):
            if kind == "swap" and i + 1 < len(word) and word[i] != word[i + 1]:
                typed.append(word[:i] + word[i + 1] + word[i] + word[i + 2 :])
            elif kind == "drop":
                typed.append(word[:i] + word[i + 1 :])
            elif kind == "double":
                typed.append(word[: i + 1] + word[i:])
            elif kind == "neighbour":
                typed += [word[:i] + key + word[i + 1 :] for key in self._neighbours(word[i])]
        typed = [t for t in dict.fromkeys(typed) if fold(t) not in self._words]
        return random.choice(typed) if typed else ""

    def _neighbours(self, key: str) -> list[str]:
        found = []
        for row in self._rows:
            place = row.find(key.lower())
            if place >= 0:
                found += [row[i] for i in (place - 1, place + 1) if 0 <= i < len(row)]
        return [k.upper() if key.isupper() else k for k in found]

    @cached_property
    def _words(self) -> frozenset[str]:
        """Words that exist: a slip that makes one of them cannot be told from it."""
        words = self.lexicon.words.keys() | self.lexicon.stemmed.keys() | self.lexicon.spellings.keys()
        if self.lexicon.common_words_file:
            words.update(Path(self.lexicon.common_words_file).read_text(encoding="utf-8").split())
        return frozenset(words)

    def _reorders(self, question: Question, random: Random) -> Iterator[Variant]:
        parts = question.parts
        for i in range(len(parts) - 2):
            a, join, b = parts[i : i + 3]
            if a.role and a.role == b.role and join.text == self.canonical.conjunction:
                swapped = (*parts[:i], replace(b, lead=a.lead), join, replace(a, lead=b.lead), *parts[i + 3 :])
                yield Variant("reorder", True, say(swapped), question, f"{b.text} before {a.text}")
                break
        if question.operation in _UNORDERED and any(part.role == "a" for part in parts):
            a, b = (next(part for part in parts if part.role == role) for role in "ab")
            swapped = tuple(b if part is a else a if part is b else part for part in parts)
            yield Variant("reorder", True, say(swapped), question, f"{b.text} before {a.text}")
        movable = [
            i for i, part in enumerate(parts)
            if i and part.role and part.lead and parts[i + 1 : i + 2] != (Part(self.canonical.conjunction),)
        ]  # fmt: skip
        templates = self.canonical.templates.get("reorder", {}).get("any", ())
        if movable and templates:
            i = random.choice(movable)
            template = random.choice(templates)
            rest = say((*parts[:i], *parts[i + 1 :]))
            text = template.replace("{moved}", say([parts[i]])).replace("{rest}", rest)
            yield Variant("reorder", True, text, question, f"{parts[i].lead}{parts[i].text} first")

    def _synonyms(self, question: Question, random: Random) -> Iterator[Variant]:
        found = []
        for i, part in enumerate(question.parts):
            if part.senses:
                said = part.text.removeprefix(part.lead).lower()
                synonyms = self.canonical.synonyms(said, part.senses)
                if synonyms:
                    found.append((i, synonyms))
        if found:
            i, synonyms = random.choice(found)
            word = random.choice(synonyms)
            old = question.parts[i].text
            yield Variant("synonym", True, say(_with(question.parts, i, text=word)), question, f"{old} → {word}")

    def _other_names(self, question: Question, random: Random) -> Iterator[Variant]:
        """A value by another of its names, one that nothing else has."""
        found = []
        for i, part in enumerate(question.parts):
            entity = self.kb.entities.get(part.value) if isinstance(part.value, str) else None
            if entity and TEXT not in self._types(question, part.role):
                names = [n for n in (entity.label, *entity.aliases) if n != part.text and self._is_only_name(n)]
                if names:
                    found.append((i, names))
        if found:
            i, names = random.choice(found)
            name = random.choice(names)
            parts = _with(question.parts, i, text=name)
            yield Variant("other name", True, say(parts), question, f"{question.parts[i].text} → {name}")

    def _is_only_name(self, name: str) -> bool:
        entry = self.lexicon.exact.get(" ".join(token.norm for token in tokenise(name)), {})
        entities = entry.get("entities", ())
        return len(entities) == 1 and entities[0][1] == NAME and entry.keys() <= _NAME_KEYS

    # what means something else

    def _years_swapped(self, question: Question, random: Random) -> Iterator[Variant]:
        for i, part in enumerate(question.parts):
            if not isinstance(part.value, Time):
                continue
            old = part.value.first_year
            near = [y for y in range(old - 6, old + 7) if y > 0 and y not in self._years]
            others = [y for y in self._years if y != old]
            for years in (near, others):
                swapped = self._year_swapped(question, i, random.choice(years)) if years else None
                if swapped:
                    yield swapped

    def _year_swapped(self, question: Question, i: int, year: int) -> Variant | None:
        part = question.parts[i]
        assert isinstance(part.value, Time)
        text = part.text
        for old in sorted({part.value.first_year, part.value.last_year}):
            text = text.replace(str(old), str(year + old - part.value.first_year))
        time = parse_time(text)
        if time is None or text == part.text:
            return None
        return self._swapped("year", question, {i: (text, time)})

    def _year_put_in(self, question: Question, random: Random) -> Iterator[Variant]:
        """Another year than the facts', said in a question that says none."""
        dated = [fact.time for fact in question.facts if fact.time]
        roles = {role for fact in question.facts for role, vs in fact.values.items() if dated and vs[0] in dated}
        if len(roles) != 1 or question.operation not in ("lookup", "verify", "count"):
            return
        if len(dated) < len(question.facts) or any(isinstance(part.value, Time) for part in question.parts):
            return
        years = [y for y in range(self._years[0], self._years[-1] + 6) if y not in self._years]
        if years:
            time = Time.years(random.choice(years))
            lead, text = self.canonical.value_text(time)
            parts = list(question.parts)
            end = next((i for i, part in enumerate(parts) if part.text in (",", "?")), len(parts))
            parts.insert(end, Part(text, roles.pop(), time, lead))
            yield Variant("year put in", False, say(parts), question, f"{lead}{text} added")

    def _entities_swapped(self, question: Question, random: Random) -> Iterator[Variant]:
        for i, part in self._named(question):
            others = self._others_of_type(question, part)
            if others:
                other = random.choice(others)
                swapped = self._swapped("entity", question, {i: (self.kb.label(other), other)})
                if swapped:
                    yield swapped

    def _strangers_put_in(self, question: Question, random: Random) -> Iterator[Variant]:
        """A country of the language data that the domain knows nothing of, for one that it does."""
        for i, part in self._named(question):
            entry = self.lexicon.exact.get(" ".join(token.norm for token in tokenise(part.text)), {})
            if "country" in entry and self._strangers:
                swapped = self._swapped("stranger", question, {i: (random.choice(self._strangers), _NOBODY)})
                if swapped:
                    yield swapped

    def _directions_turned(self, question: Question, random: Random) -> Iterator[Variant]:
        named = self._named(question)
        for n, (i, a) in enumerate(named):
            for j, b in named[:n]:
                if (
                    a.role != b.role
                    and a.value != b.value
                    and self._fits(question, a, b)
                    and self._fits(question, b, a)
                ):
                    assert a.value is not None
                    assert b.value is not None
                    if self._is_mutual(question, i, j):
                        continue
                    swapped = self._swapped("direction", question, {i: (b.text, b.value), j: (a.text, a.value)})
                    if swapped:
                        yield swapped

    def _is_mutual(self, question: Question, i: int, j: int) -> bool:
        """Whether a pattern has the two values the other way round as well: they meet, whoever is named first."""
        parts = question.parts
        anchor = next((n for n, part in enumerate(parts) if part.senses), len(parts))
        senses = frozenset().union(*(part.senses for part in parts))
        roles = (parts[i].role, parts[j].role)
        places = [(n < anchor, parts[n].lead.strip()) for n in (i, j)]
        intent = self.canonical.domain.intents.get(question.intent)
        for pattern in intent.patterns if intent else ():
            cues = pattern.cues or {}
            if all("{" + role in pattern.text for role in roles) and any(n & senses for n in pattern.needed):
                a, b = ({(cue.before, cue.preposition or "") for cue in cues.get(role, ())} for role in roles)
                if places[1] in a and places[0] in b and places[0] != places[1]:
                    return True
        return False

    def _swapped(self, kind: str, question: Question, changes: dict[int, tuple[str, Value]]) -> Variant | None:
        """The question with other values, or None when its old answer is right for these as well."""
        parts = question.parts
        for i, (text, value) in changes.items():
            parts = _with(parts, i, text=text, value=value)
        changed = ", ".join(f"{question.parts[i].text} → {text}" for i, (text, _) in changes.items())
        right: frozenset[str | int | float] = frozenset()
        if question.operation == "entity":
            return None  # told of something else, and rightly
        if question.operation != "window":
            values, facts = self.canonical.expected(replace(question, parts=parts))
            if values == question.values and facts:
                return None
            if question.operation == "verify" and question.values == frozenset({"no"}):
                return None
            right = values if values and facts and values != question.values else right
        return Variant(kind, False, say(parts), question, changed, right)

    def _named(self, question: Question) -> list[tuple[int, Part]]:
        return [
            (i, part) for i, part in enumerate(question.parts)
            if isinstance(part.value, str) and part.value in self.kb.entities and question.operation != "entity"
        ]  # fmt: skip

    def _others_of_type(self, question: Question, part: Part) -> list[str]:
        assert isinstance(part.value, str)
        own = self.kb.entities[part.value]
        said = {other.value for other in question.parts}
        return [
            id_ for id_, entity in self.kb.entities.items()
            if entity.type == own.type and id_ not in said and not self._share_a_name(own.id, id_)
        ]  # fmt: skip

    def _share_a_name(self, one: str, other: str) -> bool:
        return any(
            {one, other} <= {entity for entity, _ in entry.get("entities", ())} for entry in self.lexicon.exact.values()
        )

    def _fits(self, question: Question, giver: Part, taker: Part) -> bool:
        assert isinstance(giver.value, str)
        return not self.kb.kinds_of(giver.value).isdisjoint(self._types(question, taker.role))

    def _types(self, question: Question, role: str) -> tuple[str, ...]:
        intent = self.canonical.domain.intents.get(question.intent)
        spec = intent.roles.get(role) if intent else None
        return spec.types if spec else ()


_NOBODY = ""
"""The value of a name that the domain does not know: no statement has it."""

_UNORDERED = frozenset(("difference", "sum", "larger", "earlier", "between"))
"""Operations on two facts for which it is all the same which of them is named first."""

_NAME_KEYS = frozenset(("entities", "senses", "strengths", "own", "parts", "country"))


def _with(parts: tuple[Part, ...], i: int, **changes: Any) -> tuple[Part, ...]:
    return (*parts[:i], replace(parts[i], **changes), *parts[i + 1 :])


def _comparable(values: Iterable[object]) -> list[str]:
    return sorted(map(str, values))


def _random(seed: int, name: str) -> Random:
    return Random(f"{seed}/{name}")  # noqa: S311 - chooses questions, guards nothing


def _of(tally: tuple[int, int]) -> str:
    """
    >>> _of((3, 4)), _of((0, 0))
    ('3/4', '–')
    """
    return f"{tally[0]}/{tally[1]}" if tally[1] else "–"


def _shown(values: Iterable[object]) -> str:
    return ", ".join(_comparable(values)) or "a text"


def _failure_lines(result: Result) -> list[str]:
    variant, after = result.variant, result.after
    must = "must answer" if variant.must_answer else "must refuse"
    now = _shown(after.values) if after.values else after.text
    return [
        f"  {must}, {variant.kind} ({variant.changed}): {variant.text}",
        f"    was {_shown(result.before.values)}; now {after.status}: {now}",
    ]


def _failure_record(result: Result) -> dict[str, Any]:
    variant = result.variant
    return {
        "intent": variant.question.intent,
        "operation": variant.question.operation,
        "kind": variant.kind,
        "must": "answer" if variant.must_answer else "refuse",
        "question": variant.question.text,
        "variant": variant.text,
        "changed": variant.changed,
        "values": list(result.before.values),
        "status": result.after.status,
        "values_after": list(result.after.values),
        "text": result.after.text,
    }


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells
    )
