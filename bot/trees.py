"""
Query trees: what a question asks of the knowledge, as data that can be printed, compared and evaluated.

A tree denotes a set: of entities, or of amounts. It is built from the members of a type or from names by
relating, comparing, picking extremes and taking properties, to any depth. It says nothing of the words that
it was read from.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from bot.knowledge import KnowledgeBase, Quantity, Statement, Value
from bot.schema import MORE, Schema

NUMBER = "number"
"""The kind of trees that denote amounts; every other kind is an entity type."""


class Node:
    """One step of a query; `kind` is the type of what it denotes."""

    __slots__ = ()
    kind: str

    def parts(self) -> Iterator[Node]:
        for spec in fields(self):  # type: ignore[arg-type]
            value = getattr(self, spec.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (part for part in value if isinstance(part, Node))


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount that each member of a set has: a property's, or how many of *counted* it is related to."""

    property: str
    forward: bool = True
    counted: Node | None = None

    def __str__(self) -> str:
        return f"count({_arrow(self.property, self.forward)} {self.counted})" if self.counted else self.property


@dataclass(frozen=True, slots=True)
class All(Node):
    """Every member of a type."""

    kind: str

    def __str__(self) -> str:
        return self.kind


@dataclass(frozen=True, slots=True)
class Named(Node):
    """The members of a type that bear a name."""

    kind: str
    ids: tuple[str, ...]
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name!r}"


@dataclass(frozen=True, slots=True)
class Whole(Node):
    """That which everything belongs to."""

    kind: str = "world"

    def __str__(self) -> str:
        return "world"


@dataclass(frozen=True, slots=True)
class Related(Node):
    """Members of *source* that a property links with any of *target*; with none of it, when *negated*."""

    source: Node
    property: str
    forward: bool
    target: Node
    negated: bool = False
    each: bool = False
    """Whether extremes are meant for each of *target* by itself: the largest city in each state."""

    @builtins.property
    def kind(self) -> str:  # type: ignore[override]
        return self.source.kind

    def __str__(self) -> str:
        sign = "not " if self.negated else ""
        each = "each " if self.each else ""
        return f"({self.source} that {sign}{_arrow(self.property, self.forward)} {each}{self.target})"


@dataclass(frozen=True, slots=True)
class Of(Node):
    """A property's values for the members of *source*, or its subjects when not *forward*."""

    property: str
    source: Node
    kind: str
    forward: bool = True

    def __str__(self) -> str:
        return f"{_arrow(self.property, self.forward)}({self.source})"


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Members of *source* whose measure compares with a number, or with each of another tree's amounts."""

    source: Node
    measure: Measure
    op: str
    bound: float | Node

    @builtins.property
    def kind(self) -> str:  # type: ignore[override]
        return self.source.kind

    def __str__(self) -> str:
        bound = f"{self.bound:,.10g}" if isinstance(self.bound, (int, float)) else str(self.bound)
        return f"({self.source} with {self.measure} {self.op} {bound})"


@dataclass(frozen=True, slots=True)
class Extreme(Node):
    """Members of *source* with the highest or lowest measure, all that tie; or the first *count*, or the *rank*th."""

    source: Node
    measure: Measure
    pick: str
    count: int = 1
    rank: int = 1

    @builtins.property
    def kind(self) -> str:  # type: ignore[override]
        return self.source.kind

    def __str__(self) -> str:
        which = f" {self.count}" if self.count > 1 else f" #{self.rank}" if self.rank > 1 else ""
        return f"{self.pick}{which}[{self.measure}]({self.source})"


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """One amount for a whole set: count, sum, average, max, min or difference; `exists` is yes or no."""

    how: str
    source: Node
    kind: str = NUMBER

    def __str__(self) -> str:
        return f"{self.how}({self.source})"


@dataclass(frozen=True, slots=True)
class Join(Node):
    """
    Several sets of one kind: `and` (members of each), `or` (of any), `minus` (of the first alone).

    `list` is what an "and" between names said: each of them where one thing can have all, any of them elsewhere.
    """

    how: str
    members: tuple[Node, ...]

    @builtins.property
    def kind(self) -> str:  # type: ignore[override]
        return self.members[0].kind

    def __str__(self) -> str:
        return f" {self.how} ".join(map(str, self.members)).join("()")


def _arrow(property_: str, forward: bool) -> str:
    return property_ if forward else f"^{property_}"


@dataclass(slots=True)
class Found:
    """What a tree denotes: *members* in the order of the knowledge, or *amounts*; and whether anything was unknown."""

    members: Sequence[str] = ()
    amounts: Sequence[Quantity] = ()
    statements: Sequence[Statement] = ()
    unknown: bool = False
    """An entity lacks the property that was asked of it."""
    truth: bool | None = None


class Evaluator:
    """Answers trees over one knowledge base, with an index of each property in both directions."""

    def __init__(self, kb: KnowledgeBase, schema: Schema) -> None:
        self.kb = kb
        self.schema = schema
        self.members: dict[str, list[str]] = {}
        self.forward: dict[str, Mapping[str, list[Statement]]] = {}
        self.backward: dict[str, Mapping[str, list[Statement]]] = {}
        self.single: dict[str, bool] = {}
        for id in kb.entities:
            for kind in kb.kinds_of(id):
                self.members.setdefault(kind, []).append(id)
        for name, words in schema.properties.items():
            property_ = kb.properties[name]
            forward: dict[str, list[Statement]] = {}
            backward: dict[str, list[Statement]] = {}
            for statement in kb.by_property.get(name, ()):
                for subject in statement.get(property_.subject):
                    forward.setdefault(str(subject), []).append(statement)
                if not words.numeric:
                    for value in statement.get(property_.value):
                        backward.setdefault(str(value), []).append(statement)
            self.forward[name], self.backward[name] = forward, backward
            self.single[name] = all(len(found) == 1 for found in forward.values())
        self.order = {id: place for place, id in enumerate(kb.entities)}

    def has_members(self, kind: str) -> bool:
        return kind in self.members

    def unit(self, property_: str, kind: str) -> str | None:
        """The unit in which the members of *kind* have *property_*."""
        for id in self.members.get(kind, ()):
            for statement in self.forward[property_].get(id, ()):
                for value in statement.get(statement.property.value):
                    return getattr(value, "unit", None)
        return None

    def run(self, node: Node) -> Found:
        return self._run(node, {})

    def _run(self, node: Node, memo: dict[Node, Found]) -> Found:
        found = memo.get(node)
        if found is None:
            found = memo[node] = self._evaluate(node, memo)
        return found

    def _evaluate(self, node: Node, memo: dict[Node, Found]) -> Found:
        if isinstance(node, All):
            return Found(tuple(self.members.get(node.kind, ())))
        if isinstance(node, Named):
            return Found(node.ids)
        if isinstance(node, Related):
            return self._related(node, memo)
        if isinstance(node, Of):
            return self._of(node, memo)
        if isinstance(node, Compare):
            return self._compare(node, memo)
        if isinstance(node, Extreme):
            return self._extreme(node, memo)
        if isinstance(node, Aggregate):
            return self._aggregate(node, memo)
        if isinstance(node, Join):
            return self._join(node, memo)
        return Found()

    def linked(self, id: str, property_: str, forward: bool) -> Iterator[tuple[str, Statement]]:
        """What *property_* links *id* with, and the statement that says so."""
        spec = self.kb.properties[property_]
        role = spec.value if forward else spec.subject
        index = self.forward if forward else self.backward
        for statement in index[property_].get(id, ()):
            for other in statement.get(role):
                yield str(other), statement

    def _related(self, node: Related, memo: dict[Node, Found]) -> Found:
        source = self._run(node.source, memo)
        if isinstance(node.target, Join) and node.target.how in ("list", "and") and not node.negated:
            parts = [self._run(part, memo) for part in node.target.members]
            if not (node.forward and self.single[node.property]):  # nothing lies in two states: then it is either
                for part in parts:
                    source = self._linked_with(source, node, set(part.members), part.unknown)
                return source
            wanted, unknown = {m for part in parts for m in part.members}, any(part.unknown for part in parts)
            return self._linked_with(source, node, wanted, unknown)
        target = self._run(node.target, memo)
        return self._linked_with(source, node, set(target.members), target.unknown)

    def _linked_with(self, source: Found, node: Related, wanted: set[str], unknown: bool) -> Found:
        hits: dict[str, list[Statement]] = {}
        if len(wanted) < len(source.members):  # from the smaller side
            for other in sorted(wanted):
                for id, statement in self.linked(other, node.property, not node.forward):
                    hits.setdefault(id, []).append(statement)
        else:
            for id in source.members:
                for other, statement in self.linked(id, node.property, node.forward):
                    if other in wanted:
                        hits.setdefault(id, []).append(statement)
        members = [id for id in source.members if (id in hits) != node.negated]
        statements = [statement for id in members for statement in hits.get(id, ())]
        return Found(tuple(members), (), tuple(statements), source.unknown or unknown)

    def _of(self, node: Of, memo: dict[Node, Found]) -> Found:
        source = self._run(node.source, memo)
        members: dict[str, None] = {}
        amounts: list[Quantity] = []
        statements: list[Statement] = []
        lacking = False
        value = self.kb.properties[node.property].value
        for id in source.members:
            if node.kind == NUMBER:
                found = self.forward[node.property].get(id, ())
                for statement in found:
                    amounts += [v for v in statement.get(value) if isinstance(v, Quantity)]
                statements += found
                lacking |= not found
            else:
                linked = list(self.linked(id, node.property, node.forward))
                members.update((other, None) for other, _ in linked)
                statements += [statement for _, statement in linked]
                lacking |= not linked and node.forward and self.single[node.property]
        unknown = source.unknown or (lacking and len(source.members) == 1)
        return Found(tuple(members), tuple(amounts), tuple(statements), unknown)

    def measure(self, id: str, measure: Measure, memo: dict[Node, Found]) -> tuple[float | None, list[Statement]]:
        """The amount of one entity, and the statements that give it; None when it has none."""
        if measure.counted is not None:
            counted = memo.get(measure.counted)
            wanted = set((counted or self._run(measure.counted, memo)).members)
            hits = {o: s for o, s in self.linked(id, measure.property, measure.forward) if o in wanted}
            return float(len(hits)), list(hits.values())
        statements = self.forward[measure.property].get(id, [])
        role = self.kb.properties[measure.property].value
        amounts = [v.amount for s in statements for v in s.get(role) if isinstance(v, Quantity)]
        return (max(amounts), list(statements)) if amounts else (None, [])

    @staticmethod
    def _units(statements: list[Statement]) -> set[str | None]:
        return {v.unit for s in statements for v in s.get(s.property.value) if isinstance(v, Quantity)}

    def _compare(self, node: Compare, memo: dict[Node, Found]) -> Found:
        source = self._run(node.source, memo)
        unknown = source.unknown
        if isinstance(node.bound, Node):
            bound = self._run(node.bound, memo)
            bounds, unknown = [q.amount for q in bound.amounts], unknown or bound.unknown or not bound.amounts
            units = {q.unit for q in bound.amounts}
        else:
            bounds, units = [float(node.bound)], set()
        members, statements = [], []
        for id in source.members:
            amount, said = self.measure(id, node.measure, memo)
            if units and not units.issuperset(self._units(said)):
                return Found((), (), (), True)  # square miles against square kilometres
            if amount is not None and bounds and all(_holds(amount, node.op, b) for b in bounds):
                members.append(id)
                statements += said
        return Found(tuple(members), (), tuple(statements), unknown)

    def _extreme(self, node: Extreme, memo: dict[Node, Found]) -> Found:
        link = _each(node.source)
        if link is None:
            return self._extreme_of(node, memo)
        found: list[Found] = []
        for member in self._run(link.target, memo).members:
            inner: dict[Node, Found] = {link.target: Found((member,))}
            found.append(self._extreme_of(node, inner))
        members = tuple(dict.fromkeys(m for part in found for m in part.members))
        return Found(members, (), tuple(s for part in found for s in part.statements))

    def _extreme_of(self, node: Extreme, memo: dict[Node, Found]) -> Found:
        source = self._run(node.source, memo)
        ranked: dict[float, list[tuple[str, list[Statement]]]] = {}
        for id in source.members:
            amount, said = self.measure(id, node.measure, memo)
            if amount is not None:
                ranked.setdefault(amount, []).append((id, said))
        amounts = sorted(ranked, reverse=node.pick == MORE)
        chosen: list[tuple[str, list[Statement]]] = []
        if node.rank > 1:
            chosen = ranked[amounts[node.rank - 1]] if len(amounts) >= node.rank else []
        else:
            for amount in amounts:
                if len(chosen) >= node.count:
                    break
                chosen += ranked[amount]
        unknown = source.unknown or (bool(source.members) and not ranked)
        return Found(tuple(id for id, _ in chosen), (), tuple(s for _, said in chosen for s in said), unknown)

    def _aggregate(self, node: Aggregate, memo: dict[Node, Found]) -> Found:
        if _each(node.source) is not None:
            return Found((), (), (), True)  # one amount for each, which no list of amounts could tell apart
        source = self._run(node.source, memo)
        if node.how == "count":
            tied = self._tied(node.source, memo)
            if tied:
                return self._for_each(node, *tied, memo)
            return Found((), (Quantity(len(source.members)),), source.statements, source.unknown)
        if node.how == "exists":
            truth = bool(source.members or source.amounts)
            return Found((), (), source.statements, source.unknown, truth)
        amounts = [q.amount for q in source.amounts]
        units = {q.unit for q in source.amounts}
        if not amounts or len(units) > 1:
            return Found((), (), (), True)
        unit = units.pop()
        if node.how == "difference":
            if len(amounts) != 2:
                return Found((), (), (), True)
            return Found((), (Quantity(abs(amounts[0] - amounts[1]), unit),), source.statements, source.unknown)
        total = {"sum": sum(amounts), "max": max(amounts), "min": min(amounts)}.get(
            node.how, sum(amounts) / len(amounts)
        )
        return Found((), (Quantity(total, unit),), source.statements, source.unknown)

    def _tied(self, node: Node, memo: dict[Node, Found]) -> tuple[Node, Sequence[str]] | None:
        """An extreme inside *node* that is said of one, though several tie."""
        for part in node.parts():
            if isinstance(part, Extreme) and part.count == 1 and len(members := self._run(part, memo).members) > 1:
                return part, members
            found = self._tied(part, memo)
            if found:
                return found
        return None

    def _for_each(self, node: Aggregate, tied: Node, members: Sequence[str], memo: dict[Node, Found]) -> Found:
        """The amounts for each of those that tie, once if they agree: "the state that …" is one at a time."""
        outer = [other for other in memo if _contains(other, tied)]
        amounts: dict[Quantity, None] = {}
        statements: list[Statement] = []
        for member in members:
            inner = {key: found for key, found in memo.items() if key not in outer}
            inner[tied] = Found((member,))
            found = self._run(node.source, inner)
            amounts.setdefault(Quantity(len(found.members)))
            statements += found.statements
        return Found((), tuple(amounts), tuple(statements))

    def _join(self, node: Join, memo: dict[Node, Found]) -> Found:
        parts = [self._run(part, memo) for part in node.members]
        members = dict.fromkeys(m for part in parts for m in part.members)
        if node.how == "and":
            sets = [set(part.members) for part in parts]
            members = {m: None for m in members if all(m in other for other in sets)}
        elif node.how == "minus":
            members = {m: None for m in parts[0].members if m not in parts[1].members}
        ordered = sorted(members, key=lambda m: self.order[m])
        return Found(
            tuple(ordered),
            tuple(q for part in parts for q in part.amounts),
            tuple(s for part in parts for s in part.statements),
            any(part.unknown for part in parts),
        )


def _each(node: Node) -> Related | None:
    """The link that is said of each of its targets, outside of any extreme."""
    while isinstance(node, (Related, Compare, Of)):
        if isinstance(node, Related) and node.each:
            return node
        node = node.source
    return None


def _contains(node: Node, wanted: Node) -> bool:
    return node == wanted or any(_contains(part, wanted) for part in node.parts())


def _holds(amount: float, op: str, bound: float) -> bool:
    if op == ">":
        return amount > bound
    if op == "<":
        return amount < bound
    if op == ">=":
        return amount >= bound
    if op == "<=":
        return amount <= bound
    return abs(amount - bound) <= 1e-9 * abs(bound)


def values_of(found: Found) -> tuple[Value, ...]:
    """The distinct values that an answer lists."""
    return tuple(dict.fromkeys((*found.members, *found.amounts)))


def names(node: Node) -> Iterator[Named]:
    """The names that were said, from left to right as the tree has them."""
    if isinstance(node, Named):
        yield node
    for part in node.parts():
        yield from names(part)


def depth(node: Node) -> int:
    return 1 + max((depth(part) for part in node.parts()), default=0)


def concludes(node: Node) -> bool:
    """Whether *node* takes what is not said for untrue: it denies, counts or picks among all."""
    if isinstance(node, (Extreme, Aggregate)) or (isinstance(node, Related) and node.negated):
        return True
    if isinstance(node, Compare) and node.measure.counted is not None:
        return True
    return (isinstance(node, Join) and node.how == "minus") or any(map(concludes, node.parts()))


def is_restated(node: Node) -> bool:
    """Whether *node* gives back a name that was said: "who is Galileo" asks for more than that it is Galileo."""
    if not isinstance(node, Join):
        return False
    kinds = {type(part) for part in node.members}
    return kinds == {Named} or (node.how == "and" and kinds == {All, Named})
