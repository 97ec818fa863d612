"""
Questions made from the knowledge itself, each with the answer that it must get: for `bot check --mutate`.

The wordings come from the authors' patterns and examples and from the templates of the language data
(`canonical`), so that any domain has them; the answers come from the statements alone, worked out here a second
time and not taken from the bot. A question that the bot does not answer so is no canonical question, but it
tells which parts of which facts nobody can ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations, islice, product
from random import Random

from bot.answer import Answer
from bot.composing import Composer
from bot.domain import Domain
from bot.engine import Bot
from bot.intents import Intent, parse_pattern
from bot.knowledge import NUMBER, QUANTITY, TEXT, TIME, Quantity, Role, Statement, Time, Value
from bot.language import Entry
from bot.operations import quantity_of
from bot.query import Constraint, Query, distinct, run
from bot.text import tokenise

CENTRAL = 0.9
"""How centrally a word must express a sense to be said for it."""

_WAYS = 2
"""Wordings kept for each thing that can be asked of a fact; one for each would multiply the run, not what it finds."""
_COMBINATIONS = 3
"""Ways tried to choose between the words that a pattern lets one choose from."""
_MAX_PAIRED = 12
"""More amounts or dates are not all set against each other."""

Values = frozenset[str | int | float]


@dataclass(frozen=True, slots=True)
class Part:
    """A word or a value within a question; `lead` and `tail` go where it goes: "to ", "'s"."""

    text: str
    role: str = ""
    value: Value | None = None
    lead: str = ""
    tail: str = ""
    senses: frozenset[str] = frozenset()
    """What an intent needs the word for; empty for all others."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what it asks of which facts, and the values of its right answer."""

    parts: tuple[Part, ...]
    intent: str
    """The id of the intent it was made from; for what needs none, the operation in brackets."""
    operation: str
    role: str = ""
    """The role asked for."""
    values: Values | None = None
    """None where the answer is a text: then the facts that it tells are what counts."""
    facts: tuple[Statement, ...] = ()

    @property
    def text(self) -> str:
        return say(self.parts)


@dataclass(slots=True)
class Canon:
    """The canonical questions of a domain, each with the bot's answer, and what no such question reaches."""

    questions: list[tuple[Question, Answer]] = field(default_factory=list)
    answered_otherwise: list[tuple[Question, Answer]] = field(default_factory=list)
    """Questions that got an answer with other values than the facts give."""
    unreached: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)
    """Property and role → the facts of which no question asks for it."""
    silent: dict[str, str] = field(default_factory=dict)
    """Intent → why there is no question for it."""


def say(parts: Iterable[Part]) -> str:
    """
    >>> say([Part("where"), Part("Norway", lead="does ", tail="'s"), Part("embassy"), Part("?")])
    "where does Norway's embassy?"
    """
    return re.sub(r"\s+([,?.:])", r"\1", " ".join(part.lead + part.text + part.tail for part in parts))


class Canonical:
    """Makes the canonical questions of one bot's domain; *seed* chooses among the many wordings."""

    def __init__(self, bot: Bot, *, seed: int = 0) -> None:
        self.bot = bot
        self.domain: Domain = bot.domain
        self.kb = self.domain.kb
        self.lexicon = self.domain.lexicon
        self.templates: Mapping[str, Mapping[str, tuple[str, ...]]] = self.lexicon.canonical
        self.composer = Composer(self.domain)
        self._seed = seed
        self._answers: dict[str, Answer] = {}
        self._told = {s.id: f"{self.composer.sentence(s)} [{s.reference}]" for s in self.kb.statements}
        self._phrases: dict[str, list[str]] = {}
        self._exact = dict(sorted(self.lexicon.exact.items()))  # a cached lexicon keeps no order
        for phrase, entry in self._exact.items():
            for sense, strength in entry.get("strengths", {}).items():
                if strength >= CENTRAL:
                    self._phrases.setdefault(sense, []).append(phrase)
        self.conjunction = self._first_word("joins", "and")

    def ask(self, text: str) -> Answer:
        """The bot's answer, remembered: different facts lead to the same questions."""
        answer = self._answers.get(text)
        if answer is None:
            answer = self._answers[text] = self.bot.ask(text)
        return answer

    def collect(self, progress: Callable[[int], None] | None = None) -> Canon:
        """The canonical questions; *progress* is called with the number of intents done."""
        canon = Canon()
        seen: set[str] = set()
        reached: set[tuple[str, str]] = set()
        askable: dict[tuple[str, str], None] = {}
        for done, intent in enumerate(self.domain.intents.values()):
            if progress:
                progress(done)
            tried: list[str] = []
            for way in self._ways(intent):
                self._keep(way, canon, seen, reached, tried)
            if all(question.intent != intent.id for question, _ in canon.questions):
                canon.silent[intent.id] = self._why_silent(intent, tried)
            for property_id in intent.about:
                for role in self.kb.properties[property_id].roles.values():
                    if not self._is_plain_text(intent, role):
                        askable.setdefault((property_id, role.name))
        for way in chain(self._windows(), self._entities(), self._pairs()):
            self._keep(way, canon, seen, reached)
        for property_id, role_name in askable:
            facts = self.kb.by_property.get(property_id, ())
            left = [s for s in facts if s.get(role_name) and (s.id, role_name) not in reached]
            if left:
                canon.unreached[property_id, role_name] = left
        about = {p for intent in self.domain.intents.values() for p in intent.about}
        described = {fact.id for q, _ in canon.questions if q.operation == "entity" for fact in q.facts}
        for property_id, facts in self.kb.by_property.items():
            left = [s for s in facts if s.id not in described]
            if property_id not in about and left:
                canon.unreached[property_id, ""] = left
        return canon

    def is_answered(self, question: Question, answer: Answer) -> bool:
        """Whether *answer* has the right values, from the facts that the question is about."""
        if answer.status != "answered":
            return False
        if question.values is not None and frozenset(answer.values) != question.values:
            return False
        return self.tells(answer, question.facts)

    def tells(self, answer: Answer, facts: Iterable[Statement]) -> bool:
        """Whether one of *facts* is among what *answer* was made of."""
        return any(self._told[fact.id] in answer.explanation.statements for fact in facts)

    def expected(self, question: Question) -> tuple[Values | None, tuple[Statement, ...]]:
        """The values that the statements give for what *question* says, and these statements."""
        intent = self.domain.intents.get(question.intent)
        if intent is None or not intent.about or intent.operation:
            return question.values, question.facts
        where = [Constraint(role, "is", frozenset(values)) for role, values in intent.where.items()]
        found = run(self.kb, Query(intent.about, (*where, *map(_constraint, _said(question.parts)))))
        if not found:
            return frozenset(), ()
        operation, role = question.operation, question.role
        if operation == "verify":
            return frozenset({"yes"}), tuple(found)
        if operation == "ago":
            years = {self.bot.today().year - s.time.first_year for s in found if s.time}
            return (frozenset(years) if len(years) == 1 else frozenset()), tuple(found)
        if operation in ("first", "last"):
            dated = sorted((s.time.start, n) for n, s in enumerate(found) if s.time)
            if len(dated) < 2 or len({start for start, _ in dated}) < len(dated):
                return frozenset(), ()
            found = [found[dated[0 if operation == "first" else -1][1]]]
        values = distinct(found, role)
        if operation == "count":
            return frozenset({len(values)}), tuple(found)
        return frozenset(self.composer.record_value(v) for v in values), tuple(found)  # type: ignore[arg-type]

    def value_text(self, value: Value) -> tuple[str, str]:
        """How *value* is said in a question, with what leads it."""
        if isinstance(value, Time):
            template = self.templates.get("times", {}).get(value.precision, ("{time}",))[0]
            return template.partition("{time}")[0], str(value)
        if isinstance(value, Quantity):
            return "", self.composer.quantity(value)
        return "", self.kb.label(value)

    def synonyms(self, word: str, senses: frozenset[str]) -> list[str]:
        """Other words that express one of *senses* as centrally as *word* does, and are nothing else besides."""
        said = self._entry(word)
        strengths = said.get("strengths", {})
        types = said.get("types", frozenset())
        found: dict[str, None] = {}
        for sense in sorted(senses):
            if strengths.get(sense, 0) >= CENTRAL and sense[0] not in "=?!":
                for phrase in self._phrases.get(sense, ()):
                    entry = self._exact[phrase]
                    if phrase != word and not entry.keys() & _OTHERWISE and entry.get("types", frozenset()) == types:
                        found.setdefault(phrase)
        return [phrase for phrase in found if self.lexicon.stem(phrase) != self.lexicon.stem(word)]

    # the questions of one intent

    def _why_silent(self, intent: Intent, tried: Sequence[str]) -> str:
        """Why *intent* got no question, *tried* being those that were made for it."""
        if intent.by_example or (intent.says and not intent.about):
            return "it has a fixed answer and no facts"
        where = tuple(Constraint(role, "is", frozenset(values)) for role, values in intent.where.items())
        if intent.about and not run(self.kb, Query(intent.about, where)):
            return "there is no fact of " + " or ".join(map(repr, intent.about))
        if not intent.patterns:
            return "it has no pattern to make one of"
        if intent.operation and not intent.asks:
            return f"it has the operation {intent.operation!r} and no `asks` that says of what"
        if not tried:
            return "its patterns and facts give no question"
        answer = self.ask(tried[0])
        made = "the one that was made" if len(tried) == 1 else f"none of the {len(tried)} that were made"
        got = f"{answer.status}, by {answer.intent!r}" if answer.intent else answer.status
        return f"{made} {'is not' if len(tried) == 1 else 'is'} answered with its facts alone, as “{tried[0]}”: {got}"

    def _keep(
        self,
        way: Iterable[Question],
        canon: Canon,
        seen: set[str],
        reached: set[tuple[str, str]],
        tried: list[str] | None = None,
    ) -> None:
        kept = 0
        for question in way:
            if kept == _WAYS:
                break
            text = question.text
            answer = self.ask(text)
            if tried is not None and text not in tried:
                tried.append(text)
            if self.is_answered(question, answer):
                kept += 1
                reached.update((fact.id, question.role) for fact in question.facts)
                if text not in seen:
                    canon.questions.append((question, answer))
            elif (
                text not in seen and answer.status == "answered" and answer.values and question.values is not None
                and self.tells(answer, question.facts)
                and not self._is_of_like_role(question, answer)
            ):  # fmt: skip
                canon.answered_otherwise.append((question, answer))
            seen.add(text)

    def _is_of_like_role(self, question: Question, answer: Answer) -> bool:
        """Whether the answer is right for a role that the same words ask for as well: who, of host and guest."""
        intent = self.domain.intents.get(question.intent)
        asked = intent.roles.get(question.role) if intent else None
        if intent is None or asked is None:
            return False
        kinds = self._kinds_of(asked)
        likes = [role.name for role in intent.roles.values() if not kinds.isdisjoint(self._kinds_of(role))]
        return any(frozenset(answer.values) == self.expected(replace(question, role=like))[0] for like in likes)

    def _kinds_of(self, role: Role) -> frozenset[str]:
        return frozenset(role.asked).union(*(self.kb.kinds.get(type_, frozenset()) for type_ in role.types))

    def _ways(self, intent: Intent) -> Iterator[Iterable[Question]]:
        """For each thing that can be asked about *intent*, its wordings."""
        if intent.includes:
            about = {p for id_ in intent.includes for p in self.domain.intents[id_].about}
            facts = tuple(self.kb.find(sorted(about)))
            yield self._fill(("describe", "any"), self._pattern_phrases(intent, None, frozenset()), {}, replace(
                _BLANK, intent=intent.id, operation="describe", facts=facts))  # fmt: skip
            return
        where = tuple(Constraint(role, "is", frozenset(values)) for role, values in intent.where.items())
        if intent.operation:
            yield from self._operation_ways(intent, run(self.kb, Query(intent.about, where)))
            return
        examples = [example for text in intent.examples if (example := self._example(intent, text))]
        found = run(self.kb, Query(intent.about, where))
        for fact in found:
            for model in examples:
                yield self._checked([self._like(model, fact)])
            for role in intent.roles.values():
                if fact.get(role.name):
                    yield from self._fact_ways(intent, fact, role)
            blank = replace(_BLANK, intent=intent.id, operation="verify")
            all_said = [p for p in self._pattern_phrases(intent, fact, frozenset()) if any(part.role for part in p)]
            yield self._checked(self._fill(("verify", "any"), all_said, {}, blank))
            if fact.time:
                phrases = self._pattern_phrases(intent, fact, _time_roles(fact))
                yield self._checked(self._fill(("ago", "any"), phrases, {}, replace(blank, operation="ago")))
        if len({fact.time for fact in found if fact.time}) > 1:
            yield from self._extremes(intent)

    def _fact_ways(self, intent: Intent, fact: Statement, role: Role) -> Iterator[Iterable[Question]]:
        if self._is_plain_text(intent, role):
            return
        phrases = self._pattern_phrases(intent, fact, frozenset({role.name}))
        for kind, nouns in self._kinds(role, "lookup"):
            blank = replace(_BLANK, intent=intent.id, operation="lookup", role=role.name)
            yield self._checked(self._fill(("lookup", kind), phrases, nouns, blank))
        types = self._entity_types(role)
        is_told = any(set(other.counts).intersection(types) for other in intent.roles.values())
        if types and not is_told and len(fact.property.roles) > 1:
            nouns = self._nouns(types[0])
            blank = replace(_BLANK, intent=intent.id, operation="count", role=role.name)
            counted = self._checked(self._fill(("count", "any"), phrases, nouns, blank))
            yield [question for question in counted if question.values != frozenset({1})]

    def _operation_ways(self, intent: Intent, facts: Sequence[Statement]) -> Iterator[Iterable[Question]]:
        """An intent that makes something of its facts by itself: what that is, is taken from the bot."""
        for role in map(intent.roles.__getitem__, intent.asks):
            for kind, nouns in self._kinds(role, "lookup"):
                blank = replace(_BLANK, intent=intent.id, operation="lookup", role=role.name, facts=tuple(facts))
                yield self._fill(("lookup", kind), self._pattern_phrases(intent, None, frozenset()), nouns, blank)

    def _extremes(self, intent: Intent) -> Iterator[Iterable[Question]]:
        for operation in ("first", "last"):
            for role in intent.roles.values():
                for kind, nouns in self._kinds(role, operation):
                    blank = replace(_BLANK, intent=intent.id, operation=operation, role=role.name)
                    phrases = self._pattern_phrases(intent, None, frozenset({role.name}))
                    yield self._checked(self._fill((operation, kind), phrases, nouns, blank))

    def _checked(self, questions: Iterable[Question]) -> list[Question]:
        """Those that have an answer, with it."""
        out = []
        for question in questions:
            values, facts = self.expected(question)
            if values is None or values:
                out.append(replace(question, values=values, facts=facts))
        return out

    def _fill(
        self, key: tuple[str, str], phrases: Sequence[tuple[Part, ...]], nouns: Mapping[str, str], blank: Question
    ) -> list[Question]:
        """The templates of one operation and kind around *phrases*, shuffled."""
        holes = {"phrase", *nouns}
        templates = [
            template
            for template in self.templates.get(key[0], {}).get(key[1], ())
            if holes.issuperset(re.findall(r"\{(\w+)\}", template))
        ]
        found = [
            replace(blank, parts=self._template(template, {"phrase": phrase, **_words(nouns)}))
            for phrase in phrases
            for template in templates
        ]
        self._random(blank.intent, blank.operation, blank.role, str(len(found))).shuffle(found)
        return found

    def _template(self, template: str, holes: Mapping[str, tuple[Part, ...]]) -> tuple[Part, ...]:
        parts: list[Part] = []
        for piece in re.findall(r"\{\w+\}|[^\s{}?,:]+|[?,:]", template):
            parts += holes.get(piece[1:-1], ()) if piece[0] == "{" else [Part(piece)]
        return tuple(parts)

    # patterns as phrases

    def _pattern_phrases(
        self, intent: Intent, fact: Statement | None, left_out: frozenset[str]
    ) -> list[tuple[Part, ...]]:
        """The patterns of *intent* with the values of *fact* in their slots, but for the roles *left_out*."""
        found: dict[tuple[Part, ...], None] = {}
        for pattern in intent.patterns:
            pieces = [p for p in parse_pattern(pattern.text) if p.kind != "optional"]
            needed = frozenset().union(*pattern.needed)
            choices = [[w for w in p.words if self._sayable(w)] if p.kind == "word" else ["{" + p.words[0] for _ in "1"]
                       for p in pieces]  # fmt: skip
            if not all(choices):
                continue
            random = self._random(intent.id, pattern.text)
            size = 1
            for choice in choices:
                size *= len(choice)
            every: Iterable[tuple[str, ...]] = islice(product(*choices), _COMBINATIONS)
            if size > _COMBINATIONS:
                every = (tuple(random.choice(choice) for choice in choices) for _ in range(_COMBINATIONS))
            for words in every:
                found.setdefault(self._phrase(words, needed, intent, fact, left_out))
        found.pop((), None)
        return list(found)

    def _phrase(
        self,
        words: Sequence[str],
        needed: frozenset[str],
        intent: Intent,
        fact: Statement | None,
        left_out: frozenset[str],
    ) -> tuple[Part, ...]:
        parts: list[Part] = []
        lead = ""
        for word in words:
            if word[0] == "{":
                role = word[1:]
                if fact is not None and role not in left_out and TEXT not in intent.roles[role].types:
                    parts += self._slot(role, fact.get(role), lead)
                lead = ""
            elif "preposition" in self._entry(word) and word not in self.lexicon.senses:
                lead = f"{word} "
            else:
                said = self._sayable(word)
                parts.append(Part(lead + said, senses=self._central(said, needed)))
                lead = ""
        return tuple(parts)

    def _slot(self, role: str, values: Sequence[Value], lead: str) -> list[Part]:
        parts: list[Part] = []
        for value in values:
            own_lead, text = self.value_text(value)
            if parts:
                parts.append(Part(self.conjunction))
            parts.append(Part(text, role, value, (lead or own_lead) if not parts else ""))
        return parts

    def _sayable(self, word: str) -> str:
        """What is said for a pattern's *word*: itself, or the first word of the sense that it names; else nothing."""
        if word[0] in "?!":
            return self._first_word("asks" if word[0] == "?" else "operations", word[1:])
        phrase = " ".join(token.norm for token in tokenise(word.replace("_", " ")))
        entry = self._entry(phrase)
        if "preposition" in entry or "strengths" in entry:
            return phrase
        return min(self._phrases.get(word, ()), key=len, default="")

    def _entry(self, phrase: str) -> Entry:
        exact = self._exact.get(phrase, {})
        if "senses" in exact:
            return exact
        stems = " ".join(self.lexicon.stem(word) for word in phrase.split())
        return {**self.lexicon.stemmed.get(stems, {}), **exact}

    def _first_word(self, kind: str, value: str) -> str:
        """The plainest word for it: one that is little else besides."""
        found = [p for p, entry in self._exact.items() if p.isalpha() and (entry.get(kind) == value or (
            kind == "operations" and value in entry.get(kind, ())))]  # fmt: skip
        return min(found, key=lambda phrase: (len(self._exact[phrase]), -len(phrase)), default="")

    def _central(self, word: str, needed: frozenset[str]) -> frozenset[str]:
        strengths = self._entry(word).get("strengths", {})
        return frozenset(sense for sense in needed if strengths.get(sense, 0) >= CENTRAL)

    # examples as models

    def _example(self, intent: Intent, text: str) -> Question | None:
        """An author's example cut where values stand, or None when its answer is no simple one."""
        decision = self.bot.decide(text)
        candidate = decision.candidate
        operation = _OPERATIONS.get(decision.operation or "")
        if decision.status != "answered" or candidate is None or decision.intent != intent.id or not operation:
            return None
        if operation == "verify" and intent.denies:
            return None  # it may mean no
        if operation in ("lookup", "count") and len({role for role, _ in candidate.asked}) != 1:
            return None
        needed = frozenset().union(*candidate.pattern.needed)
        parts: list[Part] = []
        position = 0
        for constraint in sorted(candidate.constraints, key=lambda c: c.item):
            item = candidate.utterance.items[constraint.item]
            if constraint.kind not in ("is", "time") or item.start < position or not constraint.role or item.adjective:
                return None
            parts += self._free_words(text[position : item.start], needed)
            lead = ""
            if parts and "preposition" in self._entry(parts[-1].text):
                lead = parts.pop().text + " "
            tail = "'s" if item.possessive and item.text.endswith("s") else ""
            parts.append(Part(item.text.removesuffix("'s"), constraint.role, _value(constraint), lead, tail))
            position = item.start + len(item.text)
        parts += self._free_words(text[position:], needed)
        role = candidate.asked[0][0] if candidate.asked else ""
        return Question(tuple(parts), intent.id, operation, role if operation in ("lookup", "count") else "")

    def _free_words(self, text: str, needed: frozenset[str]) -> list[Part]:
        return [Part(word, senses=self._central(word.lower(), needed)) for word in re.findall(r"[^\s?]+|\?", text)]

    def _like(self, model: Question, fact: Statement) -> Question:
        """The example with the values of *fact* in the place of its own; unchanged where *fact* lacks one."""
        counts: dict[str, int] = {}
        parts = []
        for part in model.parts:
            if part.role:
                place = counts[part.role] = counts.get(part.role, -1) + 1
                values = fact.get(part.role)
                if place >= len(values):
                    return model
                if values[place] != part.value:
                    lead, text = self.value_text(values[place])
                    part = replace(part, text=text, value=values[place], lead=part.lead or lead)
            parts.append(part)
        return replace(model, parts=tuple(parts))

    # what needs no intent

    def _windows(self) -> Iterator[Iterable[Question]]:
        for fact in self.kb.statements:
            if fact.time and fact.property.event:
                part = Part(str(fact.time), "time", fact.time, self.value_text(fact.time)[0])
                blank = Question((), "(window)", "window", facts=(fact,))
                yield (replace(blank, parts=self._template(t, {"time": (part,)})) for t in self._any("window"))

    def _entities(self) -> Iterator[Iterable[Question]]:
        for id_ in self.kb.entities:
            facts = self.kb.by_entity.get(id_, ())
            if not facts:
                continue
            templates = self.templates.get("entity", {})
            kind = next((k for k in templates if k in self.kb.kinds_of(id_)), "any")
            part = Part(self.kb.label(id_), "entity", id_)
            blank = Question((), "(entity)", "entity", facts=tuple(facts))
            yield (replace(blank, parts=self._template(t, {"entity": (part,)})) for t in templates.get(kind, ()))

    def _pairs(self) -> Iterator[Iterable[Question]]:
        named = [(name, fact) for fact in self.kb.statements if fact.property.event and (name := self._name(fact))]
        for (a, x), (b, y) in combinations([(n, f) for n, f in named if quantity_of(f)][:_MAX_PAIRED], 2):
            p, q = quantity_of(x), quantity_of(y)
            if a != b and p and q and p.unit == q.unit and p.amount != q.amount:
                large, small = max(p.amount, q.amount), min(p.amount, q.amount)
                results: dict[str, str | float] = {
                    "difference": large - small,
                    "sum": large + small,
                    "larger": a if p.amount > q.amount else b,
                }
                if small:
                    results["ratio"] = round(large / small, 2)
                for operation, result in results.items():
                    yield self._pair_ways(operation, (a, b), (x, y), frozenset({result}))
        for (a, x), (b, y) in combinations([(n, f) for n, f in named if f.time][:_MAX_PAIRED], 2):
            if a != b and x.time and y.time and {x.time.precision, y.time.precision} == {"year"} and x.time != y.time:
                first = (a, x.time) if x.time < y.time else (b, y.time)
                yield self._pair_ways("earlier", (a, b), (x, y), frozenset({first[0], first[1].first_year}))
                years = abs(x.time.first_year - y.time.first_year)
                yield self._pair_ways("between", (a, b), (x, y), frozenset({years}))

    def _pair_ways(
        self, operation: str, names: tuple[str, str], facts: tuple[Statement, Statement], values: Values
    ) -> Iterator[Question]:
        holes = {hole: (Part(name, hole),) for hole, name in zip("ab", names, strict=True)}
        blank = Question((), f"({operation})", operation, values=values, facts=facts)
        return (replace(blank, parts=self._template(t, holes)) for t in self._any(operation))

    def _name(self, fact: Statement) -> str:
        template = self.domain.phrases.get(f"name:{fact.property.id}")
        return (template.fill(self.composer.holes([fact])) or "") if template else ""

    def _any(self, operation: str) -> tuple[str, ...]:
        return self.templates.get(operation, {}).get("any", ())

    # what can be asked of a role

    def _kinds(self, role: Role, operation: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The kinds of question that ask for *role*, with the nouns for it."""
        templates = self.templates.get(operation, {})
        types = self._entity_types(role)
        for type_ in types:
            nouns = self._nouns(type_)
            for kind in templates:
                if kind in self.kb.kinds[type_]:
                    yield kind, nouns
            if "entity" in templates:
                yield "entity", nouns
        if NUMBER in role.types:
            for type_ in role.counts:
                yield NUMBER, self._nouns(type_)
        elif not (TEXT in role.types and role.asked):
            yield from ((kind, {}) for kind in role.types if kind in (TIME, QUANTITY, TEXT))
        yield from ((kind, {}) for kind in role.asked if kind in templates)

    def _is_plain_text(self, intent: Intent, role: Role) -> bool:
        """Whether it is told along with the rest: no question word asks for it, and no question without one."""
        asked = {*intent.asks[:1], *(pattern.asks for pattern in intent.patterns)}
        return TEXT in role.types and not role.asked and role.name not in asked

    def _entity_types(self, role: Role) -> list[str]:
        return [type_ for type_ in role.types if type_ in self.kb.types]

    def _nouns(self, type_: str) -> dict[str, str]:
        return {"type": self.kb.types[type_].label, "types": self.kb.types[type_].plural}

    def _random(self, *names: str) -> Random:
        return Random("/".join((str(self._seed), *names)))  # noqa: S311 - chooses questions, guards nothing


_BLANK = Question((), "", "")

_OTHERWISE = frozenset(
    ("entities", "operations", "asks", "country", "number", "unit", "preposition", "pronoun", "auxiliary", "joins",
     "month", "now", "scale", "fraction")
)  # fmt: skip
"""What a synonym must not be besides: it would change what is asked."""

_OPERATIONS = {"lookup": "lookup", "list": "lookup", "count": "count", "elapsed": "ago", "verify": "verify"}
"""The operations of answers → those of canonical questions."""


def _said(parts: Iterable[Part]) -> list[Part]:
    return [part for part in parts if part.role and part.value is not None]


def _constraint(part: Part) -> Constraint:
    value = part.value
    if isinstance(value, Time):
        return Constraint(part.role, "time", value)
    if isinstance(value, Quantity):
        return Constraint(part.role, "equal", value)
    return Constraint(part.role, "is", frozenset({value}) if isinstance(value, str) else frozenset())


def _value(constraint: Constraint) -> Value | None:
    value = constraint.value
    if isinstance(value, frozenset):
        return next(iter(value)) if len(value) == 1 else None
    return value


def _words(nouns: Mapping[str, str]) -> dict[str, tuple[Part, ...]]:
    return {hole: (Part(noun),) for hole, noun in nouns.items()}


def _time_roles(fact: Statement) -> frozenset[str]:
    return frozenset(role for role, values in fact.values.items() if any(isinstance(v, Time) for v in values))
