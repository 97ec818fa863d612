"""
Queries as data: which statements, narrowed how. The engine runs them; YAML and questions only describe them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from bot.knowledge import KnowledgeBase, Quantity, Statement, Time


class Constraint(NamedTuple):
    """One condition on a role: `kind` says how `value` is compared."""

    role: str
    """Empty for a value that may stand in any role."""
    kind: str
    """`is` (any of a set of entities), `not` (none of them), `time`, `before`, `after`, `equal`, `greater`, `less`."""
    value: frozenset[str] | Time | Quantity | str
    item: int = -1
    """The item of the utterance that it comes from; -1 for the intent's own and remembered ones."""

    def __str__(self) -> str:
        value = "|".join(sorted(self.value)) if isinstance(self.value, frozenset) else str(self.value)
        if isinstance(self.value, Quantity):
            value = f"{self.value.amount:g} {self.value.unit or ''}".strip()
        return f"{self.role or 'any role'} {self.kind} {value}"


class Query(NamedTuple):
    """Statements of `properties` that meet all `constraints`; `asks` names the roles wanted of them."""

    properties: tuple[str, ...]
    constraints: tuple[Constraint, ...]
    asks: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"find {', '.join(self.properties)}"]
        lines += [f"  where {constraint}" for constraint in self.constraints]
        if self.asks:
            lines.append(f"  give {', '.join(self.asks)}")
        return "\n".join(lines)


def run(kb: KnowledgeBase, query: Query) -> list[Statement]:
    """The statements that meet every constraint, in the order they were loaded."""
    named = [c.value for c in query.constraints if c.kind == "is" and isinstance(c.value, frozenset)]
    if named:
        statements = kb.find_with(query.properties, min(named, key=len))
    else:
        statements = kb.find(query.properties)
    found = []
    for statement in statements:
        for constraint in query.constraints:
            if not meets(statement, constraint):
                break
        else:
            found.append(statement)
    return found


def meets(statement: Statement, constraint: Constraint) -> bool:
    """Whether *statement* agrees with *constraint*; a role that it does not have never does."""
    role, kind, wanted, _ = constraint
    if not role:
        return any(_agrees(value, kind, wanted, statement) for values in statement.values.values() for value in values)
    values = statement.values.get(role)
    if values is None:
        return kind == "not"
    if kind == "not":
        return not all(_agrees(value, "is", wanted, statement) for value in values)
    if isinstance(wanted, frozenset):
        return not wanted.isdisjoint(values)
    return any(_agrees(value, kind, wanted, statement) for value in values)


def _agrees(value: object, kind: str, wanted: object, statement: Statement) -> bool:
    if isinstance(wanted, frozenset):
        return value in wanted
    if isinstance(wanted, Time):
        return isinstance(value, Time) and time_agrees(value, kind, wanted, is_sum=_is_amount(statement))
    if isinstance(wanted, Quantity):
        if not isinstance(value, Quantity):
            return False
        if wanted.unit and value.unit and wanted.unit != value.unit:
            return False
        if kind == "greater":
            return value.amount > wanted.amount
        if kind == "less":
            return value.amount < wanted.amount
        return abs(value.amount - wanted.amount) <= 1e-9 * abs(wanted.amount)
    return value == wanted


def _is_amount(statement: Statement) -> bool:
    """Whether it tells an amount, which is that of its whole time."""
    return not {"quantity", "number"}.isdisjoint(statement.property.roles[statement.property.value].types)


def time_agrees(value: Time, kind: str, wanted: Time, *, is_sum: bool) -> bool:
    """
    Whether a fact of the time *value* answers a question about *wanted*.

    What is told more finely than asked agrees (5 November for 2013). An amount of several years holds for
    just those years: part of the period has no figure of its own. What else is said of a period holds in each year of
    it, and an event of some days took place on each.
    """
    if kind == "before":
        return value.end < wanted.start
    if kind == "after":
        return value.start > wanted.end
    if kind == "since":
        return value.start >= wanted.start
    if value.precision in ("period", "decade") and is_sum:
        return value.start == wanted.start and value.end == wanted.end
    if value.within(wanted):
        return True
    return value.precision in ("day", "period") and wanted.within(value)


def distinct(statements: Iterable[Statement], role: str) -> list[object]:
    """The values that *role* has in *statements*, each once, in order."""
    seen: dict[object, None] = {}
    for statement in statements:
        for value in statement.get(role):
            seen.setdefault(value)
    return list(seen)
