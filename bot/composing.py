"""
Statements → words, values and references. Nothing is said here that a statement or a template does not hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from bot.domain import Domain
from bot.intents import Dated, Intent, Template
from bot.knowledge import Quantity, Statement, Time, Value

MAX_SENTENCES = 12
_MOST_REMEMBERED = 2_048
"""Of how many statements the words are kept, so that memory stays constant over large knowledge."""


def join(words: Sequence[str], last: str = "and") -> str:
    """
    >>> join(["fish"]), join(["fish", "oil"]), join(["fish", "oil", "newsprint"])
    ('fish', 'fish and oil', 'fish, oil and newsprint')
    """
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


class Told(NamedTuple):
    """One statement in words, which are the same whatever was asked."""

    statement: Statement
    holes: dict[str, str]
    """What each role has, for templates; not to be changed."""
    sentence: str
    reference: str


class Composer:
    """Puts statements of one domain into words."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._told: dict[int, Told] = {}
        """By the id of the object: a statement of which values are left out has the same id of its own."""

    def value(self, value: Value) -> str:
        """One value as it stands in a sentence."""
        if isinstance(value, str):
            entity = self.domain.kb.entities.get(value)
            return (entity.described_as or entity.label) if entity else value
        return self.quantity(value) if isinstance(value, Quantity) else str(value)

    def quantity(self, quantity: Quantity) -> str:
        """An amount in the largest scale word that fits, with its unit."""
        unit = f" {self.unit(quantity)}" if quantity.unit else ""
        is_money = self.domain.lexicon.unit_kinds.get(quantity.unit or "") == "currency"
        cents = is_money and abs(quantity.amount) < 1e6 and quantity.amount != int(quantity.amount)
        return f"{quantity.amount:,.2f}{unit}" if cents else f"{number(quantity.amount)}{unit}"

    def unit(self, quantity: Quantity) -> str:
        label = self.domain.lexicon.unit_labels.get(quantity.unit or "", quantity.unit or "")
        if len(last := label.split()[-1]) < 3 or not last.isalpha():
            return label  # signs have no plural: km, m/s², °C
        return label if quantity.amount == 1 or label.endswith("s") else label + "s"

    def record_value(self, value: Value) -> str | int | float:
        """A value for the record: a label, a year, an amount."""
        if isinstance(value, Time):
            return value.first_year if value.precision == "year" else str(value)
        if isinstance(value, Quantity):
            return int(value.amount) if value.amount == int(value.amount) else value.amount
        return self.domain.kb.label(value)

    def sentence(self, statement: Statement) -> str:
        """The statement by itself, in its property's sentence."""
        return self.told(statement).sentence

    def told(self, statement: Statement) -> Told:
        """*statement* in words; put together once, and kept as long as it is in use."""
        known = self._told.get(id(statement))
        if known is None or known.statement is not statement:
            if len(self._told) >= _MOST_REMEMBERED:
                self._told.clear()
            holes = {role: self._joined(values) for role, values in statement.values.items() if values}
            template = self.domain.templates.get(statement.property.id)
            text = template.fill(holes) if template else None
            sentence = (
                capital(text)
                if text
                else "; ".join(f"{r}: {join([self.value(v) for v in vs])}" for r, vs in statement.values.items())
            )
            known = self._told[id(statement)] = Told(statement, holes, sentence, str(statement.reference))
        return known

    def holes(self, statements: Sequence[Statement]) -> dict[str, str]:
        """For each role the distinct values of *statements*, joined."""
        if len(statements) == 1:
            return self.told(statements[0]).holes
        values: dict[str, dict[str, None]] = {}
        for statement in statements:
            for role, role_values in statement.values.items():
                for value in role_values:
                    values.setdefault(role, {}).setdefault(self.value(value))
        told = {role: join(list(texts)) for role, texts in values.items()}
        for role in told:
            told[role] = _dated(told[role], [v for s in statements for v in s.get(role)])
        return told

    def _joined(self, values: Sequence[Value]) -> str:
        text = self.value(values[0]) if len(values) == 1 else join(list(dict.fromkeys(map(self.value, values))))
        return _dated(text, values)

    def text(self, intent: Intent, key: str | None, statements: Sequence[Statement]) -> str:
        """
        What *statements* say for the answer *key* of *intent*, or for the plain sentence.

        Statements that differ in one role make one sentence with the values listed; others one sentence each.
        """
        template = intent.answers.get(key) if key else None
        template = template or intent.answers.get("default")
        groups = self._groups(statements, template)
        sentences: dict[str, None] = {}
        for group in groups[:MAX_SENTENCES]:
            text = template.fill(self.holes(group)) if template else None
            if text is None:
                plain = self.domain.templates.get(group[0].property.id)
                text = plain.fill(self.holes(group)) if plain else None
            sentences.setdefault(capital(text) if text else " ".join(self.sentence(statement) for statement in group))
        notes = list(dict.fromkeys(statement.note for statement in statements if statement.note))
        return " ".join([*sentences, *notes])

    def _groups(self, statements: Sequence[Statement], template: Template | None) -> list[list[Statement]]:
        by_property: dict[str, list[Statement]] = {}
        for statement in statements:
            by_property.setdefault(statement.property.id, []).append(statement)
        groups = []
        for group in by_property.values():
            if len(group) == 1:
                groups.append(group)
                continue
            holes = (template or self.domain.templates.get(group[0].property.id) or Template.parse("")).holes
            varying = [r for r in group[0].values if r in holes and len({s.get(r) for s in group}) > 1]
            if len(varying) <= 1:
                groups.append(group)
            else:
                listed = group[0].property.value if group[0].property.value in varying else varying[-1]
                merged: dict[object, list[Statement]] = {}
                for statement in group:
                    key = tuple(statement.get(role) for role in varying if role != listed)
                    merged.setdefault(key, []).append(statement)
                groups += list(merged.values())
        return groups

    def references(self, statements: Iterable[Statement]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(r for statement in statements if (r := self.told(statement).reference)))


def _dated(text: str, values: Sequence[Value]) -> str:
    """*text* with the preposition of its times, where all take the same one."""
    said = {"on" if value.precision == "day" else "in" for value in values if isinstance(value, Time)}
    return Dated(text, said.pop()) if len(said) == 1 else text


def number(amount: float) -> str:
    """
    >>> number(1.27e9), number(513e6), number(1278e6), number(65), number(50.7058), number(0.4014)
    ('1.27 billion', '513 million', '1.278 billion', '65', '50.71', '0.4')
    """
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(amount) >= scale:
            shown = amount / scale
            return f"{_plain(shown, 3 if shown < 10 else 2 if shown < 100 else 1)} {word}"
    return _plain(amount, 2)


def _plain(amount: float, digits: int) -> str:
    text = f"{amount:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def years_between(earlier: Time, later: Time) -> int:
    """Whole years from one time to another; by calendar year when either is not told to the day."""
    if earlier.precision == "day" and later.precision == "day":
        a, b = date.fromordinal(earlier.start), date.fromordinal(later.start)
        return b.year - a.year - ((b.month, b.day) < (a.month, a.day))
    return later.first_year - earlier.first_year
