"""
Query trees over large knowledge: sets stay queries of the store until somebody looks at their members.

A whole type, narrowed by links, amounts and counts, becomes one SQL query, so that counting it or picking its
extreme goes through an index and touches no member that is not told. All else (names, what few entities are linked
with) is evaluated as in memory, with look-ups in place of dicts. Both give the same answers in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import merge
from math import isfinite
from typing import Any, cast

from bot.knowledge import KnowledgeBase, Quantity, Statement
from bot.schema import MORE, Schema
from bot.store import MANY, Lazy, StoredKnowledge, of_types
from bot.trees import NUMBER, Aggregate, All, Compare, Evaluator, Extreme, Found, Join, Measure, Node, Of, Related

FEW = 2_000
"""Links from which on a set is gone through in the order of amounts rather than link by link."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What narrows a set `d`: SQL that holds of `d.n`, and where possible a query for all `n` it holds of."""

    holds: str
    finds: str = ""
    """Gives each `n` once, and no member of another type than `kind` if there is one."""
    kind: str = ""
    cost: float = float("inf")
    """About how many `finds` gives."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A set as a query: the members of `types` that meet all conditions."""

    types: tuple[int, ...]
    conditions: tuple[Condition, ...] = ()

    def narrowed(self, condition: Condition) -> Rows:
        return replace(self, conditions=(*self.conditions, condition))

    @property
    def first(self) -> Condition | None:
        """The condition to begin with: the one that finds fewest."""
        found = [condition for condition in self.conditions if condition.finds]
        return min(found, key=lambda condition: condition.cost, default=None)

    def sql(self) -> str:
        """A query for the numbers `n` of the members, each once, in any order."""
        first = self.first
        types = ",".join(map(str, self.types))
        if first is None:
            source, rest = f"entity d WHERE d.type IN ({types})", self.conditions
        else:
            rest = tuple(condition for condition in self.conditions if condition is not first)
            source = f"({first.finds}) d WHERE 1"
            if first.kind != types:
                source = f"({first.finds}) d CROSS JOIN entity e ON e.n = d.n WHERE e.type IN ({types})"
        return f"SELECT d.n AS n FROM {source}" + "".join(f" AND {condition.holds}" for condition in rest)


class Members(Lazy[str]):
    """Entity ids that a query gives, in the order in which they were loaded."""

    def __init__(self, kb: StoredKnowledge, rows: Rows) -> None:
        self.rows = rows
        self.kb = kb
        sql = rows.sql()
        ordered = f"SELECT e.id FROM ({sql}) m CROSS JOIN entity e ON e.n = m.n ORDER BY m.n"
        if not rows.conditions:
            ordered = f"SELECT id FROM entity WHERE {of_types(rows.types)} ORDER BY n"
        super().__init__(
            lambda: (id for (id,) in kb.store.stream(ordered)),
            lambda: int(kb.store.one(f"SELECT COUNT(*) FROM ({sql})")) if rows.conditions else self._all(),
        )

    def _all(self) -> int:
        return sum(self.kb.store.meta["members"].get(type_, 0) for type_ in self.rows.types)

    def __bool__(self) -> bool:
        return bool(self.kb.store.rows(f"SELECT 1 FROM ({self.rows.sql()}) LIMIT 1"))


class _Linked(Mapping[str, list[Statement]]):
    """The statements of one property by subject or, backward, by value."""

    def __init__(self, kb: StoredKnowledge, property_: str, role: str) -> None:
        self._kb = kb
        self._where = (kb.property_numbers[property_], kb.roles[property_].index(role))

    def __getitem__(self, id: str) -> list[Statement]:
        number = self._kb.store.number(id)
        sql = "SELECT statement FROM mention WHERE entity = ? AND property = ? AND role = ? ORDER BY 1"
        found = self._kb.store.rows(sql, (number, *self._where))
        if not found:
            raise KeyError(id)
        return [self._kb.statement(n) for (n,) in found]

    def __iter__(self) -> Iterator[str]:
        return (id for id in self._kb.entities if id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _Order:
    """The place of each entity among all."""

    def __init__(self, kb: StoredKnowledge) -> None:
        self._kb = kb

    def __getitem__(self, id: str) -> int:
        return self._kb.store.number(id) or 0


class StoredEvaluator(Evaluator):
    """Answers trees over a store."""

    kb: StoredKnowledge

    def __init__(self, kb: KnowledgeBase, schema: Schema) -> None:
        assert isinstance(kb, StoredKnowledge)
        self.kb = kb
        self.schema = schema
        self.store = kb.store
        self.single = self.store.meta["single"]
        self.totals: dict[tuple[int, int], tuple[Any, ...]] = self.store.meta["totals"]
        self.forward: dict[str, Mapping[str, list[Statement]]] = {}
        self.backward: dict[str, Mapping[str, list[Statement]]] = {}
        for name, words in schema.properties.items():
            spec = kb.properties[name]
            self.forward[name] = _Linked(kb, name, spec.subject)
            self.backward[name] = {} if words.numeric else _Linked(kb, name, spec.value)
        self.order = cast("dict[str, int]", _Order(kb))

    def has_members(self, kind: str) -> bool:
        return bool(self._all(kind)) if kind in self.kb.kinds else False

    def _all(self, kind: str) -> Members:
        return Members(self.kb, Rows(tuple(self.kb.narrower(kind))))

    def unit(self, property_: str, kind: str) -> str | None:
        number = self.kb.property_numbers[property_]
        for type_ in self.kb.narrower(kind):
            if (number, type_) in self.totals:
                units: tuple[str | None, ...] = self.totals[number, type_][4]
                return units[0]
        return None

    def _evaluate(self, node: Node, memo: dict[Node, Found]) -> Found:
        found: Found | None = None
        if isinstance(node, All):
            return Found(self._all(node.kind))
        if isinstance(node, Related):
            found = self._related_rows(node, memo)
        elif isinstance(node, Compare):
            found = self._compare_rows(node, memo)
        elif isinstance(node, Aggregate):
            found = self._total(node)
        return super()._evaluate(node, memo) if found is None else found

    def _rows(self, node: Node, memo: dict[Node, Found]) -> tuple[Found, Rows] | None:
        """What *node* denotes, if it is a query."""
        found = self._run(node, memo)
        return (found, found.members.rows) if isinstance(found.members, Members) else None

    # narrowing

    def _related_rows(self, node: Related, memo: dict[Node, Found]) -> Found | None:
        source = self._rows(node.source, memo)
        if source is None:
            return None
        target = node.target
        if isinstance(target, Join) and target.how in ("list", "and") and not node.negated:
            parts = [self._run(part, memo) for part in target.members]
            if not (node.forward and self.single[node.property]):  # each of them, as in memory
                found: Found = source[0]
                for part in parts:
                    found = self._narrowed(found, node, part)
                return found
            members = tuple(dict.fromkeys(m for part in parts for m in part.members))
            return self._narrowed(source[0], node, Found(members, unknown=any(part.unknown for part in parts)))
        return self._narrowed(source[0], node, self._run(target, memo))

    def _narrowed(self, source: Found, node: Related, target: Found) -> Found:
        """The members of *source*, which is a query, that *node* links with *target*."""
        assert isinstance(source.members, Members)
        number, forward = self.kb.property_numbers[node.property], int(node.forward)
        if isinstance(target.members, Members):
            wanted = target.members.rows.sql()
        else:
            wanted = ",".join(map(str, sorted(set(self.store.numbers(target.members)))))
        condition = self._linked_to(node, target, wanted)
        members = Members(self.kb, source.members.rows.narrowed(condition))

        def told() -> Iterator[Statement]:
            order = "id, statement" if len(target.members) < len(source.members) else "statement"
            sql = "SELECT statement FROM link CROSS JOIN entity ON n = other WHERE property = ? AND forward = ?"
            sql += f" AND entity = ? AND other IN ({wanted}) ORDER BY {order}"
            for id in members:
                rows = self.store.rows(sql, (number, forward, self.store.number(id)))
                yield from (self.kb.statement(n) for (n,) in rows)

        return Found(members, (), () if node.negated else Lazy(told), source.unknown or target.unknown)

    def _linked_to(self, node: Related, target: Found, wanted: str) -> Condition:
        number, forward = self.kb.property_numbers[node.property], int(node.forward)
        link = f"FROM link WHERE property = {number} AND forward = "
        holds = "NOT " * node.negated + f"EXISTS (SELECT 1 {link}{forward} AND entity = d.n AND other IN ({wanted}))"
        kind = self._whole(node.target)
        if kind is not None and isinstance(target.members, Members):
            counts = self._degrees(node.property, node.forward, node.source.kind, kind)
            if counts is not None and not target.members.rows.conditions:  # linked with any at all
                sign = "= 0" if node.negated else "> 0"
                finds = f"SELECT entity AS n FROM degree WHERE {self._at(counts)} AND count {sign}"
                return Condition(holds, finds, str(counts[2]), 1e6)
        if node.negated:
            return Condition(holds)
        finds = f"SELECT DISTINCT other AS n {link}{1 - forward} AND entity IN ({wanted})"
        some = self.store.one(
            f"SELECT COUNT(*) FROM (SELECT 1 {link}{1 - forward} AND entity IN ({wanted}) LIMIT 5000)"
        )
        return Condition(holds, finds, "", float(some))

    def _compare_rows(self, node: Compare, memo: dict[Node, Found]) -> Found | None:
        source = self._rows(node.source, memo)
        if source is None:
            return None
        found, rows = source
        unknown = found.unknown
        bounds, units = [node.bound], set()
        if isinstance(node.bound, Node):
            bound = self._run(node.bound, memo)
            bounds, unknown = [q.amount for q in bound.amounts], unknown or bound.unknown or not bound.amounts
            units = {q.unit for q in bound.amounts}
        if units and not units.issuperset(self._units_of(node.measure, rows.types)):
            return None
        if not bounds or len(bounds) > MANY:
            return Found((), (), (), unknown) if not bounds else None
        condition = self._measured(node.measure, node.source.kind, rows, node.op, cast("list[float]", bounds))
        if condition is None:
            return None
        members = Members(self.kb, rows.narrowed(condition))
        return Found(members, (), Lazy(lambda: self._said(members, node.measure, memo)), unknown)

    def _said(self, members: Iterable[str], measure: Measure, memo: dict[Node, Found]) -> Iterator[Statement]:
        for id in members:
            yield from self.measure(id, measure, memo)[1]

    def measure(self, id: str, measure: Measure, memo: dict[Node, Found]) -> tuple[float | None, list[Statement]]:
        kind = self._whole(measure.counted) if measure.counted is not None else None
        if kind is None:
            return super().measure(id, measure, memo)
        hits = {
            other: statement
            for other, statement in self.linked(id, measure.property, measure.forward)
            if kind in self.kb.kinds_of(other)
        }
        return float(len(hits)), list(hits.values())

    def _units_of(self, measure: Measure, types: Iterable[int]) -> set[str | None]:
        number = self.kb.property_numbers[measure.property]
        if measure.counted is not None:
            return set()
        return {unit for type_ in types for unit in self.totals.get((number, type_), ((), (), (), (), ()))[4]}

    def _measured(self, measure: Measure, kind: str, rows: Rows, op: str, bounds: list[float]) -> Condition | None:
        """Those whose amount compares with every one of *bounds*."""
        number = self.kb.property_numbers[measure.property]
        if measure.counted is None:
            tests = " AND ".join(_compared("amount", op, bound) for bound in bounds)
            types = ",".join(map(str, rows.types))
            holds = f"EXISTS (SELECT 1 FROM measure WHERE property = {number} AND entity = d.n AND {tests})"
            finds = f"SELECT entity AS n FROM measure WHERE property = {number} AND type IN ({types}) AND {tests}"
            return Condition(holds, finds, types, 1e5)
        counts = self._degrees(measure.property, measure.forward, kind, self._whole(measure.counted))
        if counts is None:
            return None
        finds = f"SELECT entity AS n FROM degree WHERE {self._at(counts)} AND "
        finds += " AND ".join(_compared("count", op, bound) for bound in bounds)
        return Condition(f"d.n IN ({finds})", finds, str(counts[2]), 1e5)

    @staticmethod
    def _whole(node: Node | None) -> str | None:
        """The type that *node* is every member of."""
        return node.kind if isinstance(node, All) else None

    def _degrees(self, property_: str, forward: bool, kind: str, other: str | None) -> tuple[int, int, int, int] | None:
        """Where it is counted with how many of type *other* each of *kind* is linked; None when it was not."""
        if other is None:
            return None
        types, others = self.kb.narrower(kind), self.kb.narrower(other)
        if len(types) != 1 or len(others) != 1:
            return None
        key = (self.kb.property_numbers[property_], int(forward), types[0], others[0])
        return key if self.store.one(f"SELECT 1 FROM degree WHERE {self._at(key)} LIMIT 1") else None

    @staticmethod
    def _at(key: tuple[int, int, int, int]) -> str:
        return "property = {} AND forward = {} AND type = {} AND other = {}".format(*key)

    # extremes and totals

    def _extreme_of(self, node: Extreme, memo: dict[Node, Found]) -> Found:
        source = self._rows(node.source, memo)
        ranked = self._ranked(node, source[1]) if source is not None else None
        if source is None or ranked is None:
            return super()._extreme_of(node, memo)
        chosen: list[int] = []
        amounts: list[float] = []
        for amount, number in ranked:
            if not amounts or amount != amounts[-1]:
                if (len(amounts) >= node.rank) if node.rank > 1 else (len(chosen) >= node.count):
                    break
                amounts.append(amount)
                if node.rank > 1:
                    chosen = []
            chosen.append(number)
        if len(amounts) < node.rank:
            chosen = []
        members = tuple(map(self.store.id, chosen))
        said = tuple(self._said(members, node.measure, memo))
        return Found(members, (), said, source[0].unknown or (not amounts and bool(source[0].members)))

    def _ranked(self, node: Extreme, rows: Rows) -> Iterator[tuple[float, int]] | None:
        """The amounts of a set with its members, from the extreme one on; equal ones in the order of loading."""
        measure, down = node.measure, node.pick == MORE
        order = "DESC" if down else "ASC"
        number = self.kb.property_numbers[measure.property]
        first = rows.first
        others = "".join(f" AND {condition.holds}" for condition in rows.conditions)
        if measure.counted is not None:
            counts = self._degrees(measure.property, measure.forward, node.source.kind, self._whole(measure.counted))
            if counts is None:
                return None
            sql = f"SELECT d.count, d.n FROM (SELECT count, entity AS n FROM degree WHERE {self._at(counts)}) d WHERE 1"
            return self.store.stream(f"{sql}{others} ORDER BY 1 {order}, 2")
        if first is not None and first.cost < FEW:
            sql = f"SELECT m.amount, m.entity FROM ({rows.sql()}) s CROSS JOIN measure m INDEXED BY measure_entity ON "
            sql += f"m.property = {number} AND m.entity = s.n ORDER BY 1 {order}, 2"
            return self.store.stream(sql)
        streams = [
            self.store.stream(
                f"SELECT d.amount, d.n FROM (SELECT amount, entity AS n FROM measure"
                f" WHERE property = {number} AND type = {type_}) d WHERE 1{others} ORDER BY 1 {order}, 2"
            )
            for type_ in rows.types
        ]
        sign = -1 if down else 1
        return merge(*streams, key=lambda row: (sign * row[0], row[1]))

    def _total(self, node: Aggregate) -> Found | None:
        """The sum, average or extreme of all amounts of a type, which was worked out when the store was made."""
        of = node.source
        if not isinstance(of, Of) or of.kind != NUMBER or node.how not in ("sum", "average", "max", "min"):
            return None
        kind = self._whole(of.source)
        types = self.kb.narrower(kind) if kind is not None else []
        key = (self.kb.property_numbers[of.property], types[0]) if len(types) == 1 else (-1, -1)
        if key not in self.totals or len(self.totals[key][4]) != 1:
            return None
        count, total, most, least, (unit,) = self.totals[key]
        amount = {"sum": total, "average": total / count, "max": most, "min": least}[node.how]

        def said() -> Iterator[Statement]:
            for id in self._all(of.source.kind):
                yield from self.forward[of.property].get(id, ())

        return Found((), (Quantity(amount, unit),), Lazy(said))


def _compared(column: str, op: str, bound: float) -> str:
    if op == "=":
        slack = 1e-9 * abs(bound)
        return f"{column} BETWEEN {bound - slack!r} AND {bound + slack!r}"
    return f"{column} {op} {float(bound)!r}" if isfinite(bound) else f"{column} {op} {'-' * (bound < 0)}9e999"
