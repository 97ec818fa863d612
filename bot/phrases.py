"""
Words → noun and verb phrases with their query trees: the parser that `composition` puts questions together with.

A top-down parser with memory. What may stand beside what comes from the types: a property applies to the types
that have it, a phrase stands between the types that it links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from bot.grammar import Grammar, Index, Word
from bot.schema import LESS, MORE, Condition, Connector, PropertyWords
from bot.trees import (
    NUMBER,
    Aggregate,
    All,
    Compare,
    Extreme,
    Join,
    Measure,
    Named,
    Node,
    Of,
    Related,
    Whole,
)

DISTANCE = 0.01
"""The cost of each word between a noun and what modifies it."""
PREFERENCE = 0.1
"""The cost of each type that stands before a name's type in the domain's order of preference."""
LOOSE = 0.05
"""The cost of a construction that is read only when nothing firmer fits."""
PIECE = 0.001
"""The cost of putting together what the domain may have a noun of its own for: "the highest point"."""
MAX_EDGES = 24
"""The readings kept for a phrase that begins at one place, the cheapest of each length first."""


class Edge(NamedTuple):
    """A phrase that was read: its tree, where it ends, and what its surroundings need to know of it."""

    node: Node
    end: int
    cost: float = 0.0
    plural: bool = False
    bare: bool = False
    """A noun alone, without anything that narrows it."""
    each: bool = False
    """Said of every single one: "each state"."""


Meanings = list[tuple[Any, int]]


class Phrases:
    """One utterance's parse: what begins at each place is worked out once."""

    def __init__(self, grammar: Grammar, words: list[Word]) -> None:
        self.g = grammar
        self.words = words
        self.n = len(words)
        self._np: dict[int, list[Edge]] = {}
        self._nominal: dict[int, list[Edge]] = {}
        self._lookups: dict[tuple[int, int], Meanings] = {}
        self._called: dict[int, Meanings] = {}
        self._groups: list[dict[str, list[int]] | None] = [None] * len(words)
        self._typed = tuple(w.word for w in words)
        self._stems = tuple(w.stem for w in words)

    # words

    def lookup(self, index: Index, i: int, *, stems: bool = False) -> Meanings:
        """What the phrases of *index* that begin at *i* mean, each with where it ends."""
        if i >= self.n:
            return []
        phrases = index.phrases.get(self.words[i].stem if stems else self.words[i].word)
        if not phrases:
            return []
        key = (id(index), i)
        found = self._lookups.get(key)
        if found is None:
            said = self._stems if stems else self._typed
            found = [(meaning, i + len(phrase)) for phrase, meaning in phrases if said[i : i + len(phrase)] == phrase]
            self._lookups[key] = found
        return found

    def called(self, i: int) -> Meanings:
        """What the names that begin at *i* mean, each with where it ends."""
        found = self._called.get(i)
        if found is None:
            found = [(meaning, i + count) for meaning, count in self.g.names.starting(self._typed[i:])]
            self._called[i] = found
        return found

    def ends(self, group: str, i: int) -> list[int]:
        """Where a function word or phrase of *group* that begins at *i* may end, longest first."""
        if i >= self.n:
            return []
        groups = self._groups[i]
        if groups is None:
            groups = self._groups[i] = {}
            for name, end in sorted(self.lookup(self.g.function, i), key=lambda found: -found[1]):
                groups.setdefault(name, []).append(end)
        return groups.get(group, [])

    def maybe(self, group: str, i: int) -> list[int]:
        """*i* itself, and where a word of *group* there ends."""
        return [*self.ends(group, i), i]

    def is_plural(self, many: tuple[str, ...], i: int, end: int) -> bool:
        return self._typed[i:end] == many

    def nouns(self, i: int) -> list[tuple[str, int, bool]]:
        return [
            (kind, end, self.is_plural(many, i, end)) for (kind, many), end in self.lookup(self.g.types, i, stems=True)
        ]

    def properties(self, i: int) -> list[tuple[PropertyWords, int, bool]]:
        """Property nouns at *i*; only the longest, because "population density" is no population."""
        found = self.lookup(self.g.properties, i, stems=True)
        longest = max((end for _, end in found), default=i)
        of = self.g.schema.properties
        return [
            (of[name], end, bool(many) and self.is_plural(many, i, end))
            for (name, many), end in found
            if end == longest and (many is not None or self._of_a_part(end))
        ]

    def _of_a_part(self, i: int) -> bool:
        """Whether what follows speaks of a part and not of the whole."""
        return any(not isinstance(edge.node, Whole) for end in self.ends("of", i) for edge in self.np(end))

    def names(self, i: int) -> list[Edge]:
        """Names at *i*, each of its types; only the longest."""
        found = self.called(i)
        longest = max((end for _, end in found), default=i)
        out: list[Edge] = []
        for types, end in found:
            if end != longest:
                continue
            if types is None:
                out.append(Edge(Whole(), end))
                continue
            name = " ".join(w.word for w in self.words[i:end])
            out += [Edge(Named(kind, ids, name), end, PREFERENCE * self.rank(kind)) for kind, ids in types]
        return out

    def rank(self, kind: str) -> int:
        prefer = self.g.schema.prefer
        return prefer.index(kind) if kind in prefer else len(prefer)

    # types

    def kinds(self, kind: str) -> frozenset[str]:
        return self.g.domain.kb.kinds.get(kind, frozenset([kind]))

    def fits(self, kind: str, allowed: frozenset[str]) -> bool:
        """Whether members of *kind* may be of an allowed type: it is one of them, or a wider or narrower one."""
        return not allowed.isdisjoint(self.kinds(kind)) or any(kind in self.kinds(other) for other in allowed)

    def measure(self, property_: str | None, kind: str) -> str | None:
        """The property that an adjective measures in a type: its own, or the type's size."""
        if kind in (NUMBER, "world"):
            return None
        if property_ is None:
            words = self.g.schema.types.get(kind)
            return words.size if words else None
        words_ = self.g.schema.properties[property_]
        return property_ if words_.numeric and self.fits(kind, words_.subjects) else None

    def direction(self, connector: Connector, left: str, right: str | None = None) -> bool | None:
        """Whether *connector* may stand between the two types, the left one being its subject; None when not."""
        words = self.g.schema.properties[connector.property]
        here, there = (words.subjects, words.values) if connector.forward else (words.values, words.subjects)
        if not self.fits(left, here) or (right is not None and right != "world" and not self.fits(right, there)):
            return None
        if right == "world" and connector.property not in self.g.schema.where:
            return None
        return connector.forward

    def of(self, words: PropertyWords, source: Edge, many: bool) -> Iterator[Node]:
        """The property of what *source* denotes; in the singular, of several the extreme one where that is meant."""
        node = source.node
        sources: list[Node] = [node]
        if isinstance(node, Whole):
            if words.id in self.g.schema.sums:
                summed = self.g.schema.sums[words.id]
                yield Aggregate("sum", Of(words.id, All(summed), NUMBER))
                return
            if not words.extreme_of and not (many and not words.numeric):
                return
            sources = [All(kind) for kind in sorted(words.subjects)]
        elif not self.fits(node.kind, words.subjects):
            return
        for each in sources:
            for kind in [NUMBER] if words.numeric else sorted(words.values):
                found = Of(words.id, each, kind)
                if words.extreme_of and not many and not source.each and not isinstance(each, Named):
                    yield self.extreme(found, words)
                else:
                    yield found

    def amount_of(self, property_: str | None, edge: Edge) -> Iterator[Node]:
        """The amount that an adjective measures of *edge*: its size when *property_* is None."""
        node = edge.node
        if isinstance(node, Whole):
            sums = self.g.schema.sums
            for name, kind in sums.items():
                if property_ == name or (property_ is None and self.g.schema.types[kind].size == name):
                    yield Aggregate("sum", Of(name, All(kind), NUMBER))
            return
        name_ = self.measure(property_, node.kind)
        if name_:
            yield Of(name_, node, NUMBER)

    def extreme(self, found: Of, words: PropertyWords) -> Node:
        if words.numeric:
            return Aggregate(words.pick, found)
        return Extreme(found, Measure(words.extreme_of or ""), words.pick)

    # noun phrases

    def np(self, i: int) -> list[Edge]:
        """What a noun phrase at *i* may be, its determiner included."""
        found = self._np.get(i)
        if found is None:
            self._np[i] = []  # a phrase that would begin with itself has no reading
            found = self._np[i] = _best(self._noun_phrases(i))
        return found

    def _noun_phrases(self, i: int) -> list[Edge]:
        edges: list[Edge] = []
        for start in self.maybe("determiner", i):
            definite = start > i and self.words[start - 1].word in self.g.definite
            each = start in self.ends("each", i)
            names = {(edge.node, edge.end) for edge in self.names(start)} if definite else set()
            for edge in self.nominal(start):
                if definite and edge.bare and not edge.plural and isinstance(edge.node, All):
                    continue  # "the state": one that was spoken of before
                cost = edge.cost
                if (edge.node, edge.end) in names and isinstance(edge.node, Named):
                    cost = 0.0 if edge.node.kind in self.g.articles else cost + LOOSE
                edges.append(edge._replace(plural=edge.plural or each, cost=cost, each=each))
        for end in self.ends("name_of", i):
            edges += self.np(end)
        queue = list(edges)
        while queue:
            edge = queue.pop()
            if edge.end < self.n and self.words[edge.end].word == "'s":
                owned = list(self._owned(edge))
                edges += owned
                queue += owned
        edges += list(self._coordinated(i, edges))
        return edges

    def _owned(self, owner: Edge) -> Iterator[Edge]:
        start = owner.end + 1
        for words, end, many in self.properties(start):
            for node in self.of(words, owner, many):
                yield from self.postmodified(Edge(node, end, owner.cost, many), start)
        yield from self._placed_in(owner, start, LOOSE)

    def _placed_in(self, owner: Edge, start: int, cost: float) -> Iterator[Edge]:
        """ "Texas cities": what lies there."""
        if start >= self.n:
            return
        for edge in self.nominal(start):
            if isinstance(edge.node, (Named, Whole)) or edge.node.kind == NUMBER:
                continue
            for node in self._located(edge.node, owner.node):
                yield Edge(node, edge.end, owner.cost + edge.cost + cost, edge.plural)

    def _located(self, node: Node, place: Node) -> Iterator[Node]:
        """*node* as far as it lies in *place*; the extreme of it is then the extreme there."""
        if isinstance(place, Whole):
            yield node
            return
        if isinstance(node, Extreme):
            for inner in self._located(node.source, place):
                yield replace(node, source=inner)
            return
        for name in self._where(node.kind):
            words = self.g.schema.properties[name]
            if self.fits(node.kind, words.subjects) and self.fits(place.kind, words.values):
                yield Related(node, name, True, place)
            elif self.fits(node.kind, words.values) and self.fits(place.kind, words.subjects):
                yield Related(node, name, False, place)

    def _where(self, kind: str) -> tuple[str, ...]:
        words = self.g.schema.types.get(kind)
        return words.where if words else ()

    def _coordinated(self, i: int, edges: list[Edge]) -> Iterator[Edge]:
        starts = self.ends("both", i)
        firsts = [*edges, *(edge for start in starts for edge in self.np(start))]
        for edge in firsts:
            for how in ("and", "or"):
                for comma in (
                    [edge.end, edge.end + 1] if edge.end < self.n and self.words[edge.end].word == "," else [edge.end]
                ):
                    for end in [*self.ends(how, comma), *([comma] if comma > edge.end else [])]:
                        for other in self.np(end):
                            if other.node.kind == edge.node.kind and not isinstance(other.node, Whole):
                                parts = _members(edge.node, how) + _members(other.node, how)
                                joined = Join("list" if how == "and" else "or", parts)
                                yield Edge(joined, other.end, edge.cost + other.cost + LOOSE, True)

    def nominal(self, i: int) -> list[Edge]:
        """A noun with all that stands before and behind it, without a determiner."""
        found = self._nominal.get(i)
        if found is None:
            self._nominal[i] = []
            edges = list(self._superlative(i))
            edges += self._conditioned(i)
            edges += self._numbered(i)
            for head in self._heads(i):
                edges += self.postmodified(head, i)
            found = self._nominal[i] = _best(edges)
        return found

    def _numbered(self, i: int) -> Iterator[Edge]:
        """ "(all) 50 states": a number that is only said along; the answer shows how many there are."""
        if i and self.words[i - 1].word in self._all and i < self.n and self.words[i].number is not None:
            for edge in self.nominal(i + 1):
                node = edge.node.source if isinstance(edge.node, Of) else edge.node
                if edge.plural and isinstance(node, All):
                    yield edge._replace(cost=edge.cost + LOOSE)

    @property
    def _all(self) -> frozenset[str]:
        return self.g.definite | {"all"}

    def _superlative(self, i: int) -> Iterator[Edge]:
        count, rank, start = 1, 1, i
        if i < self.n and self.words[i].number is not None and self.words[i].unit is None:
            count, start = int(self.words[i].number or 1), i + 1
        elif i < self.n and self.words[i].ordinal > 1:
            rank, start = self.words[i].ordinal, i + 1
        for (property_, pick), end in self.lookup(self.g.superlatives, start):
            sources = self.nominal(end)
            sources = [*sources, *(e for after in self.ends("out_of", end) for e in self.np(after))]
            for edge in sources:
                if isinstance(edge.node, Named):
                    continue
                name = self.measure(property_, edge.node.kind)
                if name:
                    node = Extreme(edge.node, Measure(name), pick, count, rank)
                    yield edge._replace(node=node, bare=False, cost=edge.cost + PIECE)
                for by, after in self._by(edge.end, edge.node.kind):
                    yield edge._replace(node=Extreme(edge.node, Measure(by), pick, count, rank), end=after, bare=False)
        if start == i:
            for group, how in (("maximum", MORE), ("minimum", LESS)):
                for end in self.ends(group, i):
                    for edge in self.nominal(end):
                        if edge.node.kind == NUMBER:
                            yield edge._replace(node=Aggregate(how, edge.node), cost=edge.cost + LOOSE)

    def _by(self, i: int, kind: str) -> Iterator[tuple[str, int]]:
        """ "by population": the property that a superlative goes by."""
        for end in self.ends("by", i):
            for start in self.maybe("determiner", end):
                for words, after, _ in self.properties(start):
                    if words.numeric and self.fits(kind, words.subjects):
                        yield words.id, after

    def _conditioned(self, i: int) -> Iterator[Edge]:
        found: dict[int, dict[str, Condition]] = {}
        for (kind, condition), end in self.lookup(self.g.conditions, i):
            found.setdefault(end, {})[kind] = condition
        for end, conditions in found.items():
            for edge in self.nominal(end):
                holds = conditions.get(edge.node.kind)
                if holds and not isinstance(edge.node, Named):
                    node = Compare(edge.node, Measure(holds.property), holds.op, holds.amount)
                    yield edge._replace(node=node, bare=False)

    def _heads(self, i: int) -> Iterator[Edge]:
        for kind, end, many in self.nouns(i):
            yield Edge(All(kind), end, 0.0, many, True)
            for join in (*self.ends("or", end), *self.ends("and", end)):
                for other, after, _ in self.nouns(join):
                    if other == kind:
                        yield Edge(All(kind), after, 0.0, many, True)
            for words, after, _ in self.properties(end) if not many else ():
                if self.fits(kind, words.subjects):
                    for value in [NUMBER] if words.numeric else sorted(words.values):
                        yield Edge(Of(words.id, All(kind), value), after, 0.0, True, not words.numeric)
            for start in [end, *([end + 1] if end < self.n and self.words[end].word == "of" else [])]:
                for name in self.names(start):
                    if isinstance(name.node, Named) and name.node.kind == kind:
                        yield Edge(name.node, name.end)
        yield from self._named(i)
        for size in self.ends("size", i):
            for start in self.ends("of", size):
                for source in self.np(start):
                    for node in self.amount_of(None, source):
                        yield Edge(node, source.end, source.cost)
        for words, end, many in self.properties(i):
            for start in self.ends("of", end):
                for source in self.np(start):
                    for node in self.of(words, source, many):
                        yield Edge(node, source.end, source.cost, many)
            if not words.numeric:
                for subject in sorted(words.subjects):
                    for value in sorted(words.values):
                        found = Of(words.id, All(subject), value)
                        if words.extreme_of and not many:
                            yield Edge(self.extreme(found, words), end)
                        else:
                            yield Edge(found, end, PIECE, many, True)
        for end in self.ends("number_of", i):
            for edge in self.np(end):
                if edge.node.kind not in (NUMBER, "world"):
                    yield Edge(Aggregate("count", edge.node), edge.end, edge.cost)
        for group, how in (("total", "sum"), ("average", "average")):
            for end in self.ends(group, i):
                for edge in self.np(end):
                    if edge.node.kind == NUMBER and not isinstance(edge.node, Aggregate):
                        yield Edge(Aggregate(how, edge.node), edge.end, edge.cost)
                    elif edge.node.kind == NUMBER and how == "sum" and isinstance(edge.node, Aggregate):
                        yield edge

    def _named(self, i: int) -> Iterator[Edge]:
        for name in self.names(i):
            yield name
            node, end = name.node, name.end
            if isinstance(node, Whole):
                yield from self._placed_in(name, end, 0.0)
                continue
            for kind, after, many in self.nouns(end):
                if kind == node.kind and not many:
                    yield Edge(node, after)
            for start in [end, *([end + 1] if end < self.n and self.words[end].word == "," else [])]:
                for place in self.names(start):
                    if isinstance(place.node, Named):
                        for located in self._located(node, place.node):
                            if self.g.evaluator.run(located).members:
                                yield Edge(located, place.end)
            for words, after, many in self.properties(end):
                for found in self.of(words, name, many):
                    yield Edge(found, after, name.cost, many)
            yield from self._placed_in(name, end, LOOSE)

    # what stands behind a noun

    def postmodified(self, edge: Edge, head: int) -> list[Edge]:
        out, queue = [edge], [edge]
        while queue:
            current = queue.pop()
            if current.node.kind in (NUMBER, "world") or current.end >= self.n:
                continue
            for node, end, cost in self._narrowed(current):
                if isinstance(current.node, Named) and not self._is_place(node):
                    continue  # a name is narrowed by nothing but its place
                far = DISTANCE * (current.end - head)
                longer = current._replace(node=node, end=end, cost=current.cost + cost + far, bare=False)
                out.append(longer)
                queue.append(longer)
        return out

    def _narrowed(self, edge: Edge) -> Iterator[tuple[Node, int, float]]:
        """ "The highest point that is not in Alaska" is the highest of those that are not."""
        node = edge.node
        if isinstance(node, Extreme) and property_of(node):
            for inner, end, cost in self._narrowed(edge._replace(node=node.source)):
                yield replace(node, source=inner), end, cost
        else:
            yield from self._modifiers(edge)

    def _is_place(self, node: Node) -> bool:
        return isinstance(node, Named) or (isinstance(node, Related) and node.property in self._where(node.kind))

    def _modifiers(self, edge: Edge) -> Iterator[tuple[Node, int, float]]:
        node, j = edge.node, edge.end
        for start in self.maybe("placed", j):
            for connector, end in self.lookup(self.g.connectors, start, stems=True):
                if connector.copula:
                    yield from self._object(node, connector, end)
            for end in self.ends("of", start):
                for name in self.names(end):
                    if isinstance(name.node, Whole):
                        yield node, name.end, 0.0
                for start_name in self.maybe("determiner", end):
                    for name in self.names(start_name):
                        if isinstance(name.node, Whole):
                            yield node, name.end, 0.0
        for denied in self.ends("not", j):
            yield from self._placed_not(node, denied)
        yield from self._participle(node, j)
        for end in self.ends("relative", j):
            yield from self.vp(end, node)
            yield from self._gap(end, node)
        if self.called(j) or self.ends("determiner", j):
            yield from self._gap(j, node, LOOSE)
        yield from self._pied(node, j)
        for end in self.ends("whose", j):
            yield from self._whose(node, end)
        for end in self.ends("with", j):
            yield from self._having(node, end)
        for end in self.ends("without", j):
            yield from self._having(node, end, negated=True)
        for end in self.ends("named", j):
            for name in self.names(end):
                if isinstance(name.node, Named) and name.node.kind == node.kind:
                    yield Join("and", (node, name.node)), name.end, 0.0
        if isinstance(node, All):
            for name in self.names(j):
                if isinstance(name.node, Named) and name.node.kind == node.kind:
                    yield name.node, name.end, 0.0
        yield from self._comparison(node, j)

    def _participle(self, node: Node, j: int, *, negated: bool = False) -> Iterator[tuple[Node, int, float]]:
        """ "bordering Texas", "washed by the Mississippi"."""
        if j >= self.n:
            return
        word = self.words[j].word
        for connector, end in self.lookup(self.g.connectors, j, stems=True):
            if connector.copula:
                continue
            if word.endswith("ing"):
                yield from self._object(node, connector, end, negated=negated)
            elif word.endswith(("ed", "en", "un")) and end < self.n and self.words[end].word == "by":
                turned = Connector(connector.property, connector.words, not connector.forward)
                yield from self._object(node, turned, end + 1, negated=negated)

    def _object(
        self, node: Node, connector: Connector, i: int, *, negated: bool = False
    ) -> Iterator[tuple[Node, int, float]]:
        """*node* narrowed by what *connector* links it with, which begins at *i*."""
        forward = self.direction(connector, node.kind)
        if forward is None or i >= self.n:
            return
        name = connector.property
        for edge in self.np(i):
            if self.direction(connector, node.kind, edge.node.kind) is None:
                continue
            if isinstance(edge.node, Whole):
                if not negated:
                    yield node, edge.end, edge.cost
                continue
            yield Related(node, name, forward, edge.node, negated, edge.each), edge.end, edge.cost
        if negated:
            return

        def targets(start: int, plain: bool) -> Iterator[tuple[Measure, int, float]]:
            for edge in self.np(start) if plain else self.nominal(start):
                if edge.node.kind == "world" or self.direction(connector, node.kind, edge.node.kind) is None:
                    continue
                if not plain:
                    yield Measure(name, forward is True, edge.node), edge.end, edge.cost
                for linked, towards, after in self._to_it(edge, node):
                    yield Measure(linked, towards, edge.node), after, edge.cost

        for edge in self.np(i):  # "next to Arizona but not California"
            for but in self.ends("but_not", edge.end):
                for other in self.np(but):
                    kinds = (edge.node.kind, other.node.kind)
                    if "world" not in kinds and all(
                        self.direction(connector, node.kind, kind) is not None for kind in kinds
                    ):
                        some = Related(node, name, forward, edge.node)
                        yield Related(some, name, forward, other.node, True), other.end, edge.cost + other.cost
        for measure, end, cost in targets(i, True):
            if measure.counted is not None:
                yield Related(node, measure.property, measure.forward, measure.counted), end, cost
        yield from self._quantified(node, i, lambda start: targets(start, False))

    def _placed_not(self, node: Node, i: int) -> Iterator[tuple[Node, int, float]]:
        for place in self.maybe("placed", i):
            found = self.lookup(self.g.connectors, place, stems=True)
            for connector, end in found:
                if connector.copula:
                    same = [c for c, e in found if e == end and c.copula and c != connector]
                    yield from self._none_of(node, connector, same, end)

    def _none_of(
        self, node: Node, connector: Connector, same: list[Connector], i: int
    ) -> Iterator[tuple[Node, int, float]]:
        """What *connector* does not link; nor may others of the same words: a lowest point may be in Alaska too."""
        for narrowed, end, cost in self._object(node, connector, i, negated=True):
            if isinstance(narrowed, Related):
                rest: Node = narrowed
                for other in same:
                    forward = self.direction(other, node.kind, narrowed.target.kind)
                    if forward is not None and other.property != connector.property:
                        rest = Related(rest, other.property, forward, narrowed.target, True)
                yield rest, end, cost

    def _quantified(
        self, node: Node, i: int, targets: Callable[[int], Iterable[tuple[Measure, int, float]]]
    ) -> Iterator[tuple[Node, int, float]]:
        """*node* narrowed by how many it is related to: "no other", "the most", "at least three"."""
        for end in self.ends("no", i):
            for measure, after, cost in targets(end):
                if measure.counted is not None:
                    yield Related(node, measure.property, measure.forward, measure.counted, True), after, cost
        for pick, group in ((MORE, "most"), (LESS, "least")):
            for end in self.ends(group, i):
                for start in self.maybe("other", end):
                    for measure, after, cost in targets(start):
                        yield Extreme(node, measure, pick), after, cost
        for op, number, end in self._amounts(i):
            for start in self.maybe("other", end):
                for measure, after, cost in targets(start):
                    yield Compare(node, measure, op, number), after, cost
        for end in self.ends("other", i):
            for measure, after, cost in targets(end):
                if isinstance(measure.counted, All):
                    yield Related(node, measure.property, measure.forward, measure.counted), after, cost

    def _to_it(self, edge: Edge, node: Node) -> Iterator[tuple[str, bool, int]]:
        """ "(the most rivers) running through it": what links *edge* with *node*."""
        if edge.end < self.n and self.words[edge.end].word.endswith("ing"):
            for connector, end in self.lookup(self.g.connectors, edge.end, stems=True):
                forward = self.direction(connector, edge.node.kind, node.kind)
                if forward is not None and not connector.copula:
                    for after in self.ends("it", end):
                        yield connector.property, not forward, after

    def _amounts(self, i: int, unit: str | None = None) -> Iterator[tuple[str, float, int]]:
        """ "more than 3", "at least 3", "3": a sign, the number and where it ends."""
        for group, op in (("above", ">"), ("below", "<"), ("at_least", ">="), ("at_most", "<="), ("exactly", "=")):
            for end in self.ends(group, i):
                if end < self.n and (number := self.words[end].number) is not None and self._same_unit(end, unit):
                    yield op, number, end + 1
        if i < self.n and (number := self.words[i].number) is not None and self._same_unit(i, unit):
            yield "=", number, i + 1

    def _same_unit(self, i: int, unit: str | None) -> bool:
        return self.words[i].unit in (None, unit)

    def _gap(self, i: int, node: Node, cost: float = 0.0) -> Iterator[tuple[Node, int, float]]:
        """ "(that) the Mississippi runs through": the noun before is what the verb links its subject with."""
        for subject in self.np(i):
            for start in self.maybe("do", subject.end):
                for connector, end in self.lookup(self.g.connectors, start, stems=True):
                    if not connector.copula:
                        for found in self._turned(connector, subject.node, node):
                            yield found, end, subject.cost + cost
                for end in self.ends("have", start):
                    for connector in self.g.has:
                        for found in self._turned(connector, subject.node, node):
                            yield found, end, subject.cost + cost

    def _turned(self, connector: Connector, left: Node, right: Node, *, negated: bool = False) -> Iterator[Node]:
        """The members of *right* that *connector* links *left* with."""
        if right.kind in (NUMBER, "world") or left.kind == NUMBER:
            return
        if isinstance(left, Whole):
            words = self.g.schema.properties[connector.property]
            there = words.subjects if not connector.forward else words.values
            if connector in self.g.has and self.fits(right.kind, there):
                yield right
            return
        forward = self.direction(connector, left.kind, right.kind)
        if forward is not None:
            yield Related(right, connector.property, not forward, left, negated)

    def _pied(self, node: Node, j: int) -> Iterator[tuple[Node, int, float]]:
        """ "through which the Mississippi runs"."""
        if j + 2 >= self.n or not (self.ends("which", j + 1) or self.ends("relative", j + 1)):
            return
        for subject in self.np(j + 2):
            for connector, end in self._split(subject.end, self.words[j].stem):
                for found in self._turned(connector, subject.node, node):
                    yield found, end, subject.cost

    def _split(self, i: int, preposition: str) -> Iterator[tuple[Connector, int]]:
        """Connectors whose last word is *preposition* and whose other words stand at *i*."""
        if i >= self.n:
            return
        for phrase, connector in self.g.connectors.phrases.get(self.words[i].stem, ()):
            end = i + len(phrase) - 1
            if (
                len(phrase) > 1
                and phrase[-1] == preposition
                and end <= self.n
                and all(self.words[i + k].stem == phrase[k] for k in range(1, len(phrase) - 1))
            ):
                yield connector, end
            elif len(phrase) == 1 and not connector.copula and self._may_stand(preposition, connector):
                yield connector, i + 1

    def _may_stand(self, preposition: str, connector: Connector) -> bool:
        """Whether *preposition* alone says what *connector* does: "through which the river passes"."""
        return any(
            phrase == (preposition,) and other.property == connector.property
            for phrase, other in self.g.connectors.phrases.get(preposition, ())
        )

    def _whose(self, node: Node, i: int) -> Iterator[tuple[Node, int, float]]:
        """ "whose capital is Boston", "whose population is more than a million"."""
        for words, end, _ in self.properties(i):
            if self.fits(node.kind, words.subjects):
                for start in self.maybe("be", end):
                    yield from self._property_is(node, words, start)

    def _property_is(self, node: Node, words: PropertyWords, i: int) -> Iterator[tuple[Node, int, float]]:
        if not words.numeric:
            for edge in self.np(i):
                if self.fits(edge.node.kind, words.values):
                    yield Related(node, words.id, True, edge.node), edge.end, edge.cost
            for value in sorted(words.values):
                values = Of(words.id, node, value)
                for narrowed, end, cost in (*self._comparison(values, i, words), *self._is_extreme(values, i)):
                    yield Related(node, words.id, True, narrowed), end, cost
            return
        yield from self._bounded(node, words, i)
        for start in self.maybe("determiner", i):
            for pick, group in ((MORE, "maximum"), (LESS, "minimum")):
                for end in self.ends(group, start):
                    yield Extreme(node, Measure(words.id), pick), end, 0.0

    def _bounded(self, node: Node, words: PropertyWords, i: int) -> Iterator[tuple[Node, int, float]]:
        """ "(a population) of more than five million", "greater than that of Texas"."""
        measure = Measure(words.id)
        unit = self.g.domain.kb.properties[words.id].unit
        for start in self.maybe("of", i):
            for op, number, end in self._amounts(start, unit):
                for after in {end, *(e for c, e in self.lookup(self.g.counts, end, stems=True) if c == words.id)}:
                    yield Compare(node, measure, op, number), after, 0.0
        for group, op in (("above", ">"), ("below", "<"), ("at_least", ">="), ("at_most", "<="), ("exactly", "=")):
            for end in self.ends(group, i):
                for bound, after, cost in self._bounds(words.id, end):
                    yield Compare(node, measure, op, bound), after, cost

    def _bounds(
        self, property_: str, i: int, through: PropertyWords | None = None
    ) -> Iterator[tuple[Node, int, float]]:
        """What a comparison is made with: "that of Texas", or "Texas" for its amount; *through* a property's value."""
        words = self.g.schema.properties[property_]
        edges = [(edge, LOOSE) for edge in self.np(i)]
        edges += [(edge, 0.0) for end in self.ends("that_of", i) for edge in self.np(end)]
        for edge, cost in edges:
            if through is not None and self.fits(edge.node.kind, through.subjects):
                for value in sorted(through.values):
                    yield Of(property_, Of(through.id, edge.node, value), NUMBER), edge.end, edge.cost + cost
            elif self.fits(edge.node.kind, words.subjects):
                yield Of(property_, edge.node, NUMBER), edge.end, edge.cost + cost
            elif _is_amount_of(edge.node, property_):
                yield edge.node, edge.end, edge.cost

    def _comparison(
        self, node: Node, i: int, through: PropertyWords | None = None
    ) -> Iterator[tuple[Node, int, float]]:
        """ "longer than the Red", "longer than 1000 km"."""
        for (property_, pick), end in self.lookup(self.g.comparatives, i):
            name = self.measure(property_, node.kind)
            if name is None:
                continue
            op = ">" if pick == MORE else "<"
            for start in self.ends("than", end):
                if start < self.n and (number := self.words[start].number) is not None:
                    if self._same_unit(start, self._unit(name, node.kind)):
                        yield Compare(node, Measure(name), op, number), start + 1, 0.0
                    continue
                for bound, after, cost in self._bounds(name, start, through):
                    yield Compare(node, Measure(name), op, bound), after, cost
        for op, number, end in self._amounts(i):
            for (property_, _), after in self.lookup(self.g.positives, end):
                name = self.measure(property_, node.kind)
                if name and op != "=" and self._same_unit(end - 1, self._unit(name, node.kind)):
                    yield Compare(node, Measure(name), op, number), after, 0.0

    def _unit(self, property_: str, kind: str) -> str | None:
        """The unit in which the members of *kind* have *property_*."""
        return self.g.evaluator.unit(property_, kind)

    def _is_extreme(self, node: Node, i: int) -> Iterator[tuple[Node, int, float]]:
        """ "(is) the largest", "(is) largest in population"."""
        for start in self.maybe("determiner", i):
            for (property_, pick), end in self.lookup(self.g.superlatives, start):
                name = self.measure(property_, node.kind)
                end = self.ends("one", end)[0] if self.ends("one", end) else end
                if name:
                    yield Extreme(node, Measure(name), pick), end, 0.0
                    for among in self.postmodified(Edge(node, end), end):
                        if among.end > end:
                            yield Extreme(among.node, Measure(name), pick), among.end, among.cost
                for by, after in self._by(end, node.kind):
                    yield Extreme(node, Measure(by), pick), after, 0.0

    def _having(self, node: Node, i: int, *, negated: bool = False) -> Iterator[tuple[Node, int, float]]:
        """What follows "has" and "with": a property and its amount, an extreme, a count, or what it is related to."""
        for connector in self.g.has:
            yield from self._object(node, connector, i, negated=negated)

        def values(start: int) -> Iterator[tuple[Measure, int, float]]:
            for words, end, _ in self.properties(start):
                if not words.numeric and self.fits(node.kind, words.subjects):
                    for kind in sorted(words.values):
                        yield Measure(words.id, True, All(kind)), end, 0.0

        if negated:
            for start in self.maybe("determiner", i):
                for measure, end, cost in values(start):
                    if measure.counted is not None:
                        yield Related(node, measure.property, True, measure.counted, True), end, cost
            return
        yield from self._quantified(node, i, values)
        for op, number, end in self._amounts(i):
            for name, after in self.lookup(self.g.counts, end, stems=True):
                if self.measure(name, node.kind):
                    yield Compare(node, Measure(name), op, number), after, 0.0
        for start in self.maybe("determiner", i):
            yield from self._having_most(node, start)
            for words, end, many in self.properties(start):
                if not self.fits(node.kind, words.subjects):
                    continue
                if words.extreme_of and words.numeric:
                    yield Extreme(node, Measure(words.id), words.pick), end, 0.0
                elif words.extreme_of and not many:
                    for value in sorted(words.values):
                        yield Related(node, words.id, True, self.extreme(Of(words.id, node, value), words)), end, 0.0
                if words.numeric:
                    yield from self._bounded(node, words, end)
                else:
                    for after in self.maybe("named", end):
                        for edge in self.names(after):
                            if self.fits(edge.node.kind, words.values):
                                yield Related(node, words.id, True, edge.node), edge.end, 0.0
        for start in self.maybe("determiner", i):  # "a higher population than Ohio"
            for group, op in (("more", ">"), ("less", "<")):
                for end in self.ends(group, start):
                    for words, after, _ in self.properties(end):
                        for than in self.ends("than", after) if self.measure(words.id, node.kind) else ():
                            for bound, last, cost in self._bounds(words.id, than):
                                yield Compare(node, Measure(words.id), op, bound), last, cost
        for edge in self.np(i):
            name_ = property_of(edge.node)
            if name_ and self.fits(node.kind, self.g.schema.properties[name_].subjects):
                yield Related(node, name_, True, edge.node), edge.end, edge.cost + LOOSE

    def _having_most(self, node: Node, i: int) -> Iterator[tuple[Node, int, float]]:
        for pick, group in ((MORE, "maximum"), (LESS, "minimum")):
            for end in self.ends(group, i):
                for words, after, _ in self.properties(end):
                    if words.numeric and self.fits(node.kind, words.subjects):
                        yield Extreme(node, Measure(words.id), pick), after, 0.0
                for name, after in self.lookup(self.g.counts, end, stems=True):
                    if self.measure(name, node.kind):
                        yield Extreme(node, Measure(name), pick), after, 0.0

    # verb phrases

    def vp(self, i: int, node: Node) -> Iterator[tuple[Node, int, float]]:
        """*node* narrowed by a verb phrase at *i*, by several where "and" or "or" joins them."""
        found = list(self._verb_phrases(i, node))
        yield from found
        for narrowed, end, cost in found:
            for after in self.ends("and", end):
                for start in self.maybe("relative", after):
                    for both, last, more in self.vp(start, narrowed):
                        yield both, last, cost + more
                if self.ends("be", i):  # "is larger than the Earth and smaller than Saturn"
                    for both, last, more in self._predicate(after, narrowed):
                        yield both, last, cost + more
            for after in self.ends("or", end):
                for start in self.maybe("relative", after):
                    for either, last, more in self.vp(start, node):
                        yield Join("or", (narrowed, either)), last, cost + more

    def _verb_phrases(self, i: int, node: Node) -> Iterator[tuple[Node, int, float]]:
        if node.kind in (NUMBER, "world"):
            return
        for end in self.ends("be", i):
            yield from self._predicate(end, node)
        for start, negated in [(i, False), *((s, True) for s in self.ends("not", i))]:
            for connector, end in self.lookup(self.g.connectors, start, stems=True):
                if not connector.copula and not self.words[start].word.endswith("ing"):
                    yield from self._object(node, connector, end, negated=negated)
            for end in self.ends("have", start):
                yield from self._having(node, end, negated=negated)
            for end in self.ends("placed", start):
                for connector, after in self.lookup(self.g.connectors, end, stems=True):
                    if connector.copula:
                        yield from self._object(node, connector, after, negated=negated)
        for end in self.ends("without", i):
            yield from self._having(node, end, negated=True)

    def _predicate(self, i: int, node: Node) -> Iterator[tuple[Node, int, float]]:
        """What follows "is"."""
        for start in self.ends("not", i):
            yield from self._placed_not(node, start)
            yield from self._participle(node, start, negated=True)
            for edge in self.np(start):
                if self.fits(edge.node.kind, frozenset([node.kind])):
                    yield Join("minus", (node, edge.node)), edge.end, edge.cost
        for place in self.maybe("placed", i):
            for connector, end in self.lookup(self.g.connectors, place, stems=True):
                if connector.copula:
                    yield from self._object(node, connector, end)
        for end in self.ends("of", i):
            for edge in self.np(end):
                if isinstance(edge.node, Whole):
                    yield node, edge.end, edge.cost
        yield from self._participle(node, i)
        yield from self._is_extreme(node, i)
        yield from self._comparison(node, i)
        for edge in self.np(i):
            if edge.node.kind == node.kind and not isinstance(edge.node, All):
                yield Join("and", (node, edge.node)), edge.end, edge.cost
        for end in self.ends("named", i):
            for name in self.names(end):
                if name.node.kind == node.kind:
                    yield Join("and", (node, name.node)), name.end, 0.0


def _members(node: Node, how: str) -> tuple[Node, ...]:
    wanted = "list" if how == "and" else "or"
    return node.members if isinstance(node, Join) and node.how == wanted else (node,)


def property_of(node: Node) -> str | None:
    """The property whose values *node* picks from: the capital of "the smallest capital"."""
    while isinstance(node, (Related, Compare, Extreme)):
        node = node.source
    if isinstance(node, Join) and node.how == "and":
        return property_of(node.members[0])
    return node.property if isinstance(node, Of) and node.kind != NUMBER and node.forward else None


def _is_amount_of(node: Node, property_: str) -> bool:
    while isinstance(node, Aggregate) and node.how != "count":
        node = node.source
    return isinstance(node, Of) and node.property == property_


def _best(edges: Iterable[Edge]) -> list[Edge]:
    """Each tree once for each place where it ends, the cheapest first."""
    best: dict[tuple[Node, int, bool, bool], Edge] = {}
    for edge in edges:
        key = (edge.node, edge.end, edge.plural, edge.bare)
        if key not in best or edge.cost < best[key].cost:
            best[key] = edge
    by_end: dict[int, list[Edge]] = {}
    for edge in sorted(best.values(), key=lambda e: e.cost):
        by_end.setdefault(edge.end, []).append(edge)
    return [edge for edges_ in by_end.values() for edge in edges_[:MAX_EDGES]]
