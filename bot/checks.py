"""
`bot check`: everything that can be found in a domain before anybody asks it anything.

Loading finds what is wrong with a file by itself and with names that nothing declares. The rules here look at how all
files fit together, one function for each, yielding Problems. `RULES` hold of whatever could be loaded. `SOUND_RULES`
and those of `bot.conflicts`, which ask the bot, need a domain without errors: in one with errors, what is unused or
cannot be reached would mostly be so because of them.

An error stops the domain from being used, or makes an answer that cannot be right; all else is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.composing import Composer
from bot.conflicts import Progress, check_patterns
from bot.domain import Domain
from bot.engine import Bot
from bot.errors import LoadError, Problem
from bot.intents import Intent, Template
from bot.knowledge import (
    NUMBER,
    QUANTITY,
    TEXT,
    TIME,
    Property,
    Quantity,
    Role,
    Statement,
    Time,
    Value,
)
from bot.loading import Sources, load_sources
from bot.operation_names import NEED_AMOUNT, NEED_TIME
from bot.source import Node, suggest
from bot.text import tokenise

TOLERANCE = 0.01
"""How far two amounts may be apart, as a share of the larger, without contradicting each other."""

_STRAY = re.compile(r"\{\w+\}")
_ASKED_OF_ONE = 40
"""Facts of a property without an intent that the bot is asked for one by one; the rest is like them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` found, and the bot when there is one to be had."""

    problems: tuple[Problem, ...]
    bot: Bot | None

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule looks at."""

    domain: Domain
    sources: Sources
    tolerance: float = TOLERANCE

    def key(self, kind: str, id: str, *path: str) -> Node | None:
        """The value below a thing's keys, such as the sentence of a property; None where the files have none."""
        node = self.sources.contents.get((kind, id))
        for name in path:
            content = node.content if node else None
            node = content[name][1] if isinstance(content, dict) and name in content else None
        return node


def check(
    intents: Path | None,
    knowledge: Path,
    language: Path,
    tables: Path | None = None,
    *,
    may_skip: bool = False,
    tolerance: float = TOLERANCE,
    progress: Progress | None = None,
) -> Checked:
    """Every problem of the domain in the folders *intents* and *knowledge*, sorted by place; see `load_domain`."""
    try:
        domain, sources, met = load_sources(intents, knowledge, language, tables, may_skip=may_skip)
    except LoadError as error:  # too many to go on
        return Checked(error.problems, None)
    subject = Subject(domain, sources, tolerance)
    problems = list(met)
    for rule in RULES:
        problems += rule(subject)
    bot: Bot | None = None
    if all(problem.severity != "error" for problem in met):
        bot = Bot(domain)
        for sound_rule in SOUND_RULES:
            problems += sound_rule(subject)
        problems += unreachable_facts(subject, bot)
        problems += failing_examples(subject, bot)
        problems += check_patterns(bot, sources, progress)
    return Checked(tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.position)), bot)


# Rules that hold of whatever could be loaded


def missing_references(subject: Subject) -> Iterator[Problem]:
    """Every answer cites its source, so every statement names one."""
    by_file: dict[str, list[tuple[Statement, Node]]] = {}
    for statement, node in subject.sources.statements:
        by_file.setdefault(node.source.name, []).append((statement, node))
    why = "an answer made of it could not say where it comes from"
    for found in by_file.values():
        without = [node for statement, node in found if not statement.reference.document]
        if len(without) == len(found) > 1:
            what = f"none of the {len(found)} statements of this file says where it comes from"
            mend = "add a line such as `reference: {document: handbook}` at the top, and declare it under `documents`"
            yield without[0].problem(what, why=why, mend=mend, code="missing-reference", severity="warning")
            continue
        for node in without:
            mend = "add `reference: {document: …}` to it, or for the whole file at the top"
            what = "this statement does not say where it comes from"
            yield node.problem(what, why=why, mend=mend, code="missing-reference", severity="warning")


def units_that_disagree(subject: Subject) -> Iterator[Problem]:
    """Amounts of one property, and of what it is part of, are in one unit that questions can name."""
    kb, lexicon = subject.domain.kb, subject.domain.lexicon
    for property_ in kb.properties.values():
        node = subject.key("property", property_.id, "unit")
        if node and not _amount_roles(property_):
            what = f"the unit {property_.unit!r} is a unit of nothing"
            why = f"no role of {property_.id!r} is a quantity"
            mend = "let the role of the amount be `quantity`, or remove the unit"
            yield node.problem(what, why=why, mend=mend, code="unit-mismatch")
        unit = lexicon.exact.get(" ".join(t.norm for t in tokenise(property_.unit or "")), {}).get("unit")
        if node and unit and unit != property_.unit and (property_.unit or "").isalpha():
            what = f"the unit {property_.unit!r} is called {unit!r} here"
            why = f"a question about {unit}s would find amounts in another unit"
            yield node.problem(
                what, why=why, mend=f"write {unit!r}", code="unit-name", severity="warning", edit=node.replacement(unit)
            )
        whole = kb.properties.get(property_.part_of)
        part = subject.key("property", property_.id, "part_of")
        if part and whole and _amount_roles(property_) and whole.unit != property_.unit:
            what = f"{property_.id!r} is in {_unit(property_.unit)}, and {whole.id!r}, of which it is a part, in "
            why = "a part and its whole can only be set against each other in one unit"
            yield part.problem(what + _unit(whole.unit), why=why, mend="give both one unit", code="unit-mismatch")
    units: dict[tuple[str, str], tuple[str | None, Node]] = {}
    for id, type_, unit, place in subject.sources.columns:
        first = units.setdefault((id, type_), (unit, place))
        if first[0] != unit:
            what = f"the {id!r} of a {type_} is in {_unit(unit)} here, and in {_unit(first[0])} at {first[1].position}"
            why = "amounts of one property are compared and added up, where they are in one unit"
            yield place.problem(what, why=why, mend="give both one unit", code="unit-mismatch")
    for id, place in _intents(subject):
        intent = subject.domain.intents[id]
        found = {p: kb.properties[p].unit for p in intent.about if p in kb.properties and kb.properties[p].unit}
        if len(set(found.values())) > 1 and intent.operation in NEED_AMOUNT:
            named = ", ".join(f"{p!r} in {_unit(unit)}" for p, unit in found.items())
            what = f"the intent {id!r} sets amounts of different units against each other"
            yield place.problem(what, why=named, mend="make an intent for each unit", code="unit-mismatch")


def contradictions(subject: Subject) -> Iterator[Problem]:
    """Statements that agree in all but an amount or a time, and a part that is larger than its whole."""
    groups: dict[object, list[tuple[Statement, Node]]] = {}
    for statement, node in subject.sources.statements:
        property_ = statement.property
        role = property_.roles.get(property_.value)
        if role and {TIME, QUANTITY, NUMBER}.intersection(role.types):
            rest = frozenset((r, tuple(sorted(map(str, v)))) for r, v in statement.values.items() if r != role.name)
            groups.setdefault((property_.id, rest), []).append((statement, node))
    recurring: dict[str, int] = {}
    for found in groups.values():
        if len({str(s.get(s.property.value)) for s, _ in found}) > 1:
            recurring[found[0][0].property.id] = recurring.get(found[0][0].property.id, 0) + 1
    for found in groups.values():
        first, first_node = found[0]
        for statement, node in found[1:]:
            if statement.note or first.note:
                continue  # said to disagree
            a, b = _value(first), _value(statement)
            if isinstance(a, Time) and recurring.get(first.property.id, 0) > 1:
                continue  # what happens again and again has many times
            if a is not None and b is not None and _contradict(a, b, subject.tolerance):
                yield _contradiction(subject, node, statement, first_node, a, b)
    yield from _parts_above_wholes(subject)


def impossible_operations(subject: Subject) -> Iterator[Problem]:
    """Operations on what has neither the amounts nor the times that they need."""
    kb = subject.domain.kb
    for id, place in _intents(subject):
        intent = subject.domain.intents[id]
        about = [kb.properties[p] for p in intent.about if p in kb.properties]
        if not about:
            continue
        operations = [(intent.operation, subject.key("intent", id, "operation") or place)] if intent.operation else []
        answers = subject.key("intent", id, "answers")
        if answers and isinstance(answers.content, dict):
            operations += [
                (str(k.content), k) for k, _ in answers.content.values() if str(k.content) not in intent.roles
            ]
        for operation, node in operations:
            if (lack := _lack(operation, about)) is not None:
                named = " or ".join(repr(p.id) for p in about)
                what = f"{operation!r} cannot be done with {named}"
                mend = "remove it, or give the property such a role"
                yield node.problem(
                    what, why=f"it needs {lack}, and no role is one", mend=mend, code="impossible-operation"
                )
    for property_ in kb.properties.values():
        event = subject.key("property", property_.id, "event")
        if event and property_.event and not any(TIME in role.types for role in property_.roles.values()):
            what, why = f"{property_.id!r} cannot stand in timelines", "it needs a time, and no role is one"
            mend = "remove `event`, or give the property a role that is a `time`"
            yield event.problem(what, why=why, mend=mend, code="impossible-operation")
        part = subject.key("property", property_.id, "part_of")
        if part and not _amount_roles(property_):
            what, why = f"{property_.id!r} cannot be a share of anything", "it needs an amount, and no role is one"
            yield part.problem(what, why=why, mend="remove `part_of`", code="impossible-operation")
    yield from _impossible_words(subject)


def faulty_templates(subject: Subject) -> Iterator[Problem]:
    """Sentences with brackets that are no holes, and texts and holes of texts that the bot never says."""
    domain = subject.domain
    for property_ in domain.kb.properties.values():
        for name in ("sentence", "name"):
            yield from _brackets(subject.key("property", property_.id, name))
    for id, _ in _intents(subject):
        answers = subject.key("intent", id, "answers")
        for _, node in answers.content.values() if answers and isinstance(answers.content, dict) else ():
            yield from _brackets(node)
    known = subject.sources.language_phrases
    for name, key, node in subject.sources.phrases:
        yield from _brackets(node)
        if name not in known:
            what = f"the bot never says {name!r}"
            yield key.problem(what, mend=suggest(name, known), code="unknown-phrase", severity="warning")
            continue
        holes = known[name].holes
        for hole in sorted(Template.parse(str(node.content)).holes - holes):
            what = f"unknown placeholder {hole!r}"
            why = f"nothing fills it where {name!r} is said, and the whole text falls away"
            yield node.problem(what, why=why, mend=suggest(hole, sorted(holes)), code="unknown-placeholder")


def repeated_words(subject: Subject) -> Iterator[Problem]:
    """What a list holds twice, and words that no reading of a question can come upon."""
    for (kind, id), content in subject.sources.contents.items():
        lists = (
            [("", content)] if kind == "sense" else [(k, subject.key(kind, id, k)) for k in _WORD_LISTS.get(kind, ())]
        )
        for key, node in lists:
            yield from _repeated(node, safe=kind != "sense")  # in a sense the first words count most
            if key in ("words", "denies", "reverses") and kind in ("intent", "topic"):
                yield from _meaningless(subject, node)


RULES: tuple[Callable[[Subject], Iterable[Problem]], ...] = (
    missing_references,
    units_that_disagree,
    contradictions,
    impossible_operations,
    faulty_templates,
    repeated_words,
)


# Rules that need a sound domain


def unused_senses(subject: Subject) -> Iterator[Problem]:
    """Groups of words that no intent speaks of."""
    used: set[str] = set().union(*(intent.vocabulary for intent in subject.domain.intents.values()))
    for (kind, id), node in subject.sources.places.items():
        if kind == "sense" and id not in used:
            words = subject.sources.contents[kind, id].as_list()
            what = f"no intent uses the sense {id!r}"
            why = f"its {len(words)} words are read, but bring up no intent" if len(words) > 1 else "it means nothing"
            mend = "name it in a pattern or in the words of an intent, or remove it"
            yield node.problem(what, why=why, mend=mend, code="unused-sense", severity="warning")


def unused_names(subject: Subject) -> Iterator[Problem]:
    """Types, entities, topics and documents that nothing else names."""
    kb, sources = subject.domain.kb, subject.sources
    used_types = {t for p in kb.properties.values() for role in p.roles.values() for t in (*role.types, *role.counts)}
    used_types |= {entity.type for entity in kb.entities.values()}
    used_types |= {wider for type_ in kb.types.values() for wider in type_.wider} | set(subject.domain.schema.types)
    mentioned = {v for s in kb.statements for vs in s.values.values() for v in vs if isinstance(v, str)}
    mentioned |= {other for entity in kb.entities.values() for other in entity.belongs_to}
    taken = {t for p in kb.properties.values() for role in p.roles.values() for t in role.types}
    mentioned |= {id for id in kb.entities if not kb.kinds_of(id).isdisjoint(taken)}  # it may be asked after
    used = {
        "type": used_types,
        "entity": mentioned,
        "topic": {intent.topic for intent in subject.domain.intents.values()},
        "document": {str(node.content) for node in sources.cited},
    }
    lacks = {
        "type": "no entity has it, and no role",
        "entity": "no statement names it, and no role takes such a thing",
        "topic": "no intent belongs to it",
        "document": "no reference names it",
    }
    for (kind, id), node in sources.places.items():
        if kind in used and id not in used[kind]:
            mend = "use it, or remove it"
            what = f"the {kind} {id!r} is not used"
            yield node.problem(what, why=lacks[kind], mend=mend, code=f"unused-{kind}", severity="warning")


def unused_roles(subject: Subject) -> Iterator[Problem]:
    """Roles that no statement fills, and texts that no answer tells."""
    domain = subject.domain
    told: dict[str, set[str]] = {}
    for intent in domain.intents.values():
        names = {hole for template in intent.answers.values() for hole in template.holes}
        names.update(intent.answers, intent.asks, intent.where)
        names.update(asked for pattern in intent.patterns if (asked := pattern.asks))
        for property_id in intent.about:
            told.setdefault(property_id, set()).update(names)
    for property_ in domain.kb.properties.values():
        if ("property", property_.id) not in subject.sources.places:
            continue
        statements = domain.kb.by_property.get(property_.id, ())
        template = domain.templates.get(property_.id)
        said = told.get(property_.id, set()) | (set(template.holes) if template else set(property_.roles))
        for role in property_.roles.values():
            node = subject.sources.places.get(("role", f"{property_.id}.{role.name}"))
            if node is None or not statements or role.name in (property_.subject, property_.value):
                continue
            if not any(statement.get(role.name) for statement in statements):
                what = f"no statement of {property_.id!r} has a {role.name!r}"
                mend = "give it to the statements that have one, or remove the role"
                yield node.problem(what, mend=mend, code="unused-role", severity="warning")
            elif role.types == (TEXT,) and role.name not in said and not role.asked:
                what = f"no answer tells the {role.name!r} of {property_.id!r}"
                why = "no sentence and no answer has it, and no question word asks for a text"
                mend = f"put {{{role.name}}} into the sentence, let an intent ask for it, or remove the role"
                yield node.problem(what, why=why, mend=mend, code="unused-role", severity="warning")


def unfilled_templates(subject: Subject) -> Iterator[Problem]:
    """Sentences with a hole that stays empty in every statement, so that they are never told."""
    domain = subject.domain
    for property_ in domain.kb.properties.values():
        yield from _unfilled(subject, subject.key("property", property_.id, "sentence"), (property_.id,))
    for id, intent in domain.intents.items():
        answers = subject.key("intent", id, "answers")
        for key, node in answers.content.values() if answers and isinstance(answers.content, dict) else ():
            if str(key.content) in (*intent.roles, "default"):
                yield from _unfilled(subject, node, intent.about)


SOUND_RULES: tuple[Callable[[Subject], Iterable[Problem]], ...] = (
    unused_senses,
    unused_names,
    unused_roles,
    unfilled_templates,
)


# Rules that ask the bot


def unreachable_facts(subject: Subject, bot: Bot) -> Iterator[Problem]:
    """
    Statements that no intent is about, and that the bot does not tell when asked for what they name either.

    To be told by "tell me about …" alone is enough for a text, which describes; a figure or a name wants its question.
    """
    domain = subject.domain
    about: dict[str, list[Intent]] = {}
    for intent in domain.intents.values():
        for property_id in intent.about if intent.patterns or _is_included(domain, intent) else ():
            about.setdefault(property_id, []).append(intent)
    composer = Composer(domain)
    left: dict[str, list[tuple[Statement, Node]]] = {}
    for statement, node in subject.sources.statements:
        if statement.property.id in domain.schema.properties:
            continue
        if not any(_admits(intent, statement) for intent in about.get(statement.property.id, ())):
            left.setdefault(statement.property.id, []).append((statement, node))
    for property_id, found in left.items():
        property_ = domain.kb.properties[property_id]
        if property_id not in about and property_.roles[property_.value].types != (TEXT,):
            statement, node = found[0]
            if any(_tells(bot, composer, question, statement) for question in _questions(bot, statement)):
                what = f"no question asks for {property_id!r}"
                why = "who asks for all that is known of something is told it, but no intent and no vocabulary names it"
                mend = f"add an intent `about: {property_id}`, or words for it under `vocabulary`"
                yield node.problem(what, why=why, mend=mend, code="unasked-property", severity="warning")
                continue
        for statement, node in islice(found, _ASKED_OF_ONE):
            if any(_tells(bot, composer, question, statement) for question in _questions(bot, statement)):
                continue
            limited = about.get(property_id)
            who = " and ".join(repr(intent.id) for intent in limited or ())
            why = f"no intent is about {property_id!r}" if not limited else f"{who} leaves it out by its `where`"
            what = "no question can reach this statement"
            mend = f"add an intent `about: {property_id}`" if not limited else "widen it, or add an intent without one"
            yield node.problem(what, why=why, mend=mend, code="unreachable-fact", severity="warning")


def failing_examples(subject: Subject, bot: Bot) -> Iterator[Problem]:
    """Examples are offered to people as questions that can be answered: each must be, and by its own intent."""
    for id, _ in _intents(subject):
        intent = subject.domain.intents[id]
        node = subject.key("intent", id, "examples")
        if intent.by_example or node is None:
            continue
        for item in node.as_list():
            answer = bot.ask(str(item.content))
            if answer.status != "answered":
                what = f"the example {str(item.content)!r} is not answered"
                why = f"it is {answer.status}: {' '.join(answer.text.split())}"
                mend = "add its words to a pattern or to `words`; `bot explain` shows how it is read"
                yield item.problem(what, why=why, mend=mend, code="failing-example", severity="warning")
            elif answer.intent != id and answer.intent in subject.domain.intents:
                what = f"the example {str(item.content)!r} is taken for {answer.intent!r}"
                mend = "move it there, or let a pattern have more of its words; `bot explain` shows why"
                yield item.problem(what, mend=mend, code="failing-example", severity="warning")


# What the rules are made of

_WORD_LISTS = {
    "intent": ("words", "asks", "examples", "denies", "reverses", "includes", "about", "before"),
    "topic": ("words",),
    "entity": ("aliases", "adjectives", "metonyms", "belongs_to"),
}


def _intents(subject: Subject) -> Iterator[tuple[str, Node]]:
    for id in subject.domain.intents:
        yield id, subject.sources.places["intent", id]


def _amount_roles(property_: Property) -> list[Role]:
    return [role for role in property_.roles.values() if {QUANTITY, NUMBER}.intersection(role.types)]


def _unit(unit: str | None) -> str:
    return repr(unit) if unit else "no unit"


def _value(statement: Statement) -> Quantity | Time | None:
    values = statement.get(statement.property.value)
    return values[0] if len(values) == 1 and isinstance(values[0], (Quantity, Time)) else None


def _contradict(a: Quantity | Time, b: Quantity | Time, tolerance: float) -> bool:
    if isinstance(a, Quantity) and isinstance(b, Quantity):
        return a.unit == b.unit and abs(a.amount - b.amount) > tolerance * max(abs(a.amount), abs(b.amount))
    return isinstance(a, Time) and isinstance(b, Time) and not (a.within(b) or b.within(a))


def _contradiction(subject: Subject, node: Node, statement: Statement, first: Node, a: Value, b: Value) -> Problem:
    composer = Composer(subject.domain)
    value, role = statement.property.value, statement.property.roles[statement.property.value]
    what = f"this statement contradicts another: {composer.value(b)} and {composer.value(a)}"
    apart = f", and differs by more than {100 * subject.tolerance:g} %" if isinstance(a, Quantity) else ""
    why = f"the one at {first.position} is the same in all but {value!r}{apart}"
    again = "; if both are right, add a role that tells them apart" if TIME in role.types else ""
    mend = f"correct one of them; if the documents disagree, say so in a `note`{again}"
    return node.problem(what, why=why, mend=mend, code="contradiction", severity="warning")


def _parts_above_wholes(subject: Subject) -> Iterator[Problem]:
    by_property: dict[str, list[Statement]] = {}
    for statement in subject.domain.kb.statements:
        by_property.setdefault(statement.property.id, []).append(statement)
    composer = Composer(subject.domain)
    for statement, node in subject.sources.statements:
        for whole in by_property.get(statement.property.part_of, ()):
            part_of, amount = _value(whole), _value(statement)
            if (
                isinstance(amount, Quantity) and isinstance(part_of, Quantity) and amount.unit == part_of.unit
                and statement.time == whole.time and _names(whole) <= _names(statement)
                and amount.amount > part_of.amount * (1 + subject.tolerance)
                and not (statement.note or whole.note)
            ):  # fmt: skip
                what = f"a part is larger than its whole: {composer.quantity(amount)} of {composer.quantity(part_of)}"
                why = f"{statement.property.id!r} is part of {whole.property.id!r}: {composer.sentence(whole)}"
                mend = "correct one of them; if the documents disagree, say so in a `note`"
                yield node.problem(what, why=why, mend=mend, code="contradiction", severity="warning")


def _names(statement: Statement) -> frozenset[str]:
    return frozenset(v for values in statement.values.values() for v in values if isinstance(v, str))


def _lack(operation: str, about: Iterable[Property]) -> str | None:
    """What *operation* needs and none of the properties has."""
    about = tuple(about)
    if operation in NEED_AMOUNT and operation not in NEED_TIME:
        return None if any(_amount_roles(property_) for property_ in about) else "an amount"
    if operation in NEED_TIME:
        has_time = any(TIME in role.types for property_ in about for role in property_.roles.values())
        return None if has_time else "a time"
    return None


def _impossible_words(subject: Subject) -> Iterator[Problem]:
    """Words that compare a property of the tables that has no amounts."""
    for id in subject.domain.schema.properties:
        property_ = subject.domain.kb.properties[id]
        types = property_.roles[property_.value].types
        if {QUANTITY, NUMBER, TIME}.intersection(types):
            continue
        for key in ("more", "less"):
            node = subject.key("property words", id, key)
            if node:
                what = f"nothing can have {key} of {id!r}"
                why = f"its values are {' or '.join(map(repr, types))}, and no amounts"
                mend = "give the words to a property of amounts"
                yield node.problem(what, why=why, mend=mend, code="impossible-operation")


def _brackets(node: Node | None) -> Iterator[Problem]:
    """A brace that belongs to no {hole} and a [ ] that is not closed are told as they stand."""
    if node is None or not isinstance(node.content, str):
        return
    rest = _STRAY.sub("", node.content)
    if re.search(r"[{}]", rest) or re.search(r"[\[\]]", re.sub(r"\[[^\[\]]*\]", "", rest)):
        why = "a hole is {role}, a part that may fall away stands in [ ]; anything else would be told as it stands"
        mend = "close every bracket, and write the name of one role in each { }"
        what = "a bracket in this text is no hole"
        yield node.problem(what, why=why, mend=mend, code="wrong-template")


def _unfilled(subject: Subject, node: Node | None, about: Iterable[str]) -> Iterator[Problem]:
    """A hole that stays empty in every statement, so that the text is never told."""
    if node is None or not isinstance(node.content, str):
        return
    about = frozenset(about)
    statements = [s for s in subject.domain.kb.statements if s.property.id in about]
    for hole in sorted(Template.parse(node.content).needed_holes) if statements else ():
        known = any(hole in subject.domain.kb.properties[p].roles for p in about if p in subject.domain.kb.properties)
        if known and not any(statement.get(hole) for statement in statements):
            what = f"nothing fills {{{hole}}}"
            why = f"no statement of {', '.join(map(repr, sorted(about)))} has it, so this text is never told"
            mend = f"write [ ] around the part with {{{hole}}}, or give the statements one"
            yield node.problem(what, why=why, mend=mend, code="unfilled-placeholder", severity="warning")


def _repeated(node: Node | None, *, safe: bool) -> Iterator[Problem]:
    seen: dict[str, Node] = {}
    for item in node.as_list() if node else ():
        if not isinstance(item.content, str):
            continue
        sign = item.content[:1] if item.content[:1] in ("!", "?", "=") else ""  # what it marks is another thing
        folded = sign + (" ".join(token.norm for token in tokenise(item.content)) or item.content)
        first = seen.setdefault(folded, item)
        if first is not item:
            edit = item.removal() if safe else None
            same = f"{item.content!r} is in this list already"
            why = "" if first.content == item.content else f"it is read as {first.content!r} is"
            mend = "remove one of them"
            yield item.problem(same, why=why, mend=mend, code="repeated-word", severity="warning", edit=edit)


def _meaningless(subject: Subject, node: Node | None) -> Iterator[Problem]:
    """Words of an intent that stand for nothing: they explain no word of any question."""
    meanings = subject.sources.meanings
    for item in node.as_list() if node else ():
        if isinstance(item.content, str) and item.content and not meanings.get(item.content, frozenset([""])):
            what = f"the word {item.content!r} does nothing here"
            why = "question words and prepositions may be said in any question"
            edit = item.removal() if node and isinstance(node.content, tuple) and len(node.content) > 1 else None
            yield item.problem(what, why=why, mend="remove it", code="unused-word", severity="warning", edit=edit)


def _is_included(domain: Domain, intent: Intent) -> bool:
    return any(intent.id in other.includes for other in domain.intents.values())


def _admits(intent: Intent, statement: Statement) -> bool:
    """Whether the fixed conditions of *intent* let *statement* through."""
    return all(set(values).intersection(map(str, statement.get(role))) for role, values in intent.where.items())


def _questions(bot: Bot, statement: Statement) -> Iterator[str]:
    """What can be asked without an intent: about each entity it names, and what happened then."""
    kb, canonical = bot.domain.kb, bot.domain.lexicon.canonical
    for template in canonical.get("entity", {}).get("any", ()):
        for value in dict.fromkeys(v for values in statement.values.values() for v in values):
            if isinstance(value, str) and value in kb.entities:
                yield template.replace("{entity}", kb.entities[value].label)
    if statement.time and statement.property.event:
        for template in canonical.get("window", {}).get("any", ()):
            yield template.replace("{time}", f"in {statement.time}")


def _tells(bot: Bot, composer: Composer, question: str, statement: Statement) -> bool:
    told = f"{composer.sentence(statement)} [{statement.reference}]"
    return told in bot.ask(question).explanation.statements
