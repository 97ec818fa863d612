"""
Questions from the schema alone: the words of an utterance → query trees, with no intent for each question.

A top-down parser with memory over the utterance's words. What a word may be comes from the domain's schema (nouns,
adjectives, phrases, names) and from the language's small words; what may stand beside what comes from the types. Every
word must have its place in the tree, so a word that is not understood leaves no tree at all. Where several trees
fit, the cheapest is meant: what modifies a noun belongs to the nearest one (`DISTANCE`), and a name that fits
several types is of the type that the domain prefers (`PREFERENCE`). Trees of equal cost and different answers are
for the asker to choose from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.grammar import Grammar
from bot.phrases import LOOSE, Edge, Phrases, property_of
from bot.reading import Item
from bot.trees import NUMBER, Aggregate, All, Extreme, Join, Measure, Named, Node, Of, Related, Whole

MAX_WORDS = 40
"""Longer utterances are not one question; parsing them would only cost time."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One reading of a whole utterance."""

    node: Node
    cost: float
    unit: str | None = None
    """The unit that the answer is asked for in."""


def read(grammar: Grammar, items: Sequence[Item]) -> list[Tree]:
    """The trees of an utterance, cheapest first; none when a word has no place in any."""
    words, unit = grammar.tokens(items), None
    if len(words) > 2 and words[-1].unit and words[-1].number is None and words[-2].word == "in":
        words, unit = words[:-2], words[-1].unit  # "in metres"
    if not 0 < len(words) <= MAX_WORDS or not all(map(grammar.is_known, words)):
        return []
    best: dict[Node, float] = {}
    for node, cost in Questions(grammar, words).question():
        if cost < best.get(node, 1e9):
            best[node] = cost
    trees = [Tree(node, cost, unit) for node, cost in best.items()]
    return sorted(trees, key=lambda tree: (tree.cost, str(tree.node)))


class Questions(Phrases):
    """The forms that a whole question may have."""

    def question(self) -> Iterator[tuple[Node, float]]:
        """Every tree of the whole utterance with its cost."""
        for i in self._openings():
            for edge in self.np(i):
                yield from self._ended(edge, i)
            yield from self._population(i)
        rules = (self._which, self._where_is, self._how, self._how_many, self._of_which, self._is_which, self._polar,
                 self._which_of_two, self._difference)  # fmt: skip
        for rule in rules:
            yield from rule()

    def _openings(self) -> list[int]:
        """Where the question proper may begin, behind any "could you tell me", "what is"."""
        starts = [0]
        for start in starts:
            starts += [end for end in self.ends("open", start) if end not in starts]
        return starts

    def _after_openings(self, group: str) -> list[int]:
        return sorted({end for start in self._openings() for end in self.ends(group, start)})

    def _ended(self, edge: Edge, head: int) -> Iterator[tuple[Node, float]]:
        node = edge.node
        for end in self.maybe("there", edge.end):
            if end == self.n:
                if self._asks_alone(edge):
                    yield node, edge.cost
            elif end > edge.end:
                for longer in self.postmodified(edge._replace(end=end), head):
                    if longer.end == self.n:
                        yield longer.node, longer.cost
        if node.kind == NUMBER and isinstance(node, Of):
            for end in self.ends("altogether", edge.end):
                if end == self.n:
                    yield Aggregate("sum", node), edge.cost

    def _asks_alone(self, edge: Edge) -> bool:
        """Whether the phrase alone is a question: a name by itself asks for nothing, nor does "the capital"."""
        return not isinstance(edge.node, (Named, Whole)) and (edge.plural or not edge.bare)

    def _which(self) -> Iterator[tuple[Node, float]]:
        for edge, cost in self._subjects():
            yield from ((node, c + cost) for node, c in self._said_of(edge))
        # "through which states does the Mississippi run", "in which state is Rochester"
        for wh in self.ends("which", 1):
            preposition = self.words[0].stem
            for edge in self.np(wh):
                for end in self.ends("do", edge.end):
                    for subject in self.np(end):
                        for connector, after in self._split(subject.end, preposition):
                            if after == self.n:
                                for node in self._turned(connector, subject.node, edge.node):
                                    yield node, edge.cost + subject.cost
                for end in (*self.ends("be", edge.end), *self.ends("do", edge.end)):
                    for subject in self.np(end):
                        for after in self.maybe("placed", subject.end):
                            if after == self.n:
                                yield from self._there(preposition, subject, edge)

    def _there(self, preposition: str, subject: Edge, edge: Edge) -> Iterator[tuple[Node, float]]:
        for phrase, connector in self.g.connectors.phrases.get(preposition, ()):
            if len(phrase) == 1 and connector.copula:
                for node in self._turned(connector, subject.node, edge.node):
                    yield node, edge.cost + subject.cost

    def _subjects(self) -> Iterator[tuple[Edge, float]]:
        """The noun phrases that a "which" or "what" at the beginning asks for."""
        starts = {end for first in self._openings() for end in (first, *self.ends("which", first))}
        for start in sorted(starts):
            for edge in self.np(start):
                if edge.node.kind not in (NUMBER, "world") and not isinstance(edge.node, Named):
                    yield edge, 0.0
        for which in self._after_openings("which"):  # "which of the states that border Texas"
            for of in (*self.ends("out_of", which), *self.ends("of", which)):
                for edge in self.np(of):
                    if edge.node.kind not in (NUMBER, "world") and edge.plural:
                        yield edge, 0.0
        for who in self._after_openings("who"):
            for kind, wider in self.g.domain.kb.kinds.items():
                if "agent" in wider and self.g.evaluator.has_members(kind):
                    yield Edge(All(kind), who, 0.0, True), 0.0

    def _said_of(self, edge: Edge) -> Iterator[tuple[Node, float]]:
        """All ways in which the rest of the question, behind *edge*, narrows it."""
        start = edge.end
        if start >= self.n:
            return
        for node, end, cost in self.vp(start, edge.node):
            if end == self.n:
                yield node, edge.cost + cost
        for place in range(start + 1, self.n):  # "which state has the smallest area that borders Texas"
            for relative in self.ends("relative", place):
                for narrowed, end, cost in self.vp(relative, edge.node):
                    if end == self.n:
                        for node, last, more in self.vp(start, narrowed):
                            if last == place:
                                yield node, edge.cost + cost + more + LOOSE
        yield from self._inverted(edge)
        if edge.bare or isinstance(edge.node, All):  # "what states capital is Dover"
            for owner in [start, *([start + 1] if self.words[start].word == "'s" else [])]:
                for words, end, _ in self.properties(owner):
                    if self.fits(edge.node.kind, words.subjects):
                        for be in self.ends("be", end):
                            for node, last, cost in self._property_is(edge.node, words, be):
                                if last == self.n:
                                    yield node, edge.cost + cost

    def _inverted(self, edge: Edge) -> Iterator[tuple[Node, float]]:
        """ "does the Mississippi run through", "does Alaska have", "is Austin in"."""
        for do in self.ends("do", edge.end):
            for subject in self.np(do):
                for start, negated in [(subject.end, False), *((s, True) for s in self.ends("not", subject.end))]:
                    for connector, end in self.lookup(self.g.connectors, start, stems=True):
                        if end == self.n and not connector.copula:
                            for node in self._turned(connector, subject.node, edge.node, negated=negated):
                                yield node, edge.cost + subject.cost
                    for end in self.ends("have", start):
                        if end == self.n:
                            for connector in self.g.has:
                                for node in self._turned(connector, subject.node, edge.node, negated=negated):
                                    yield node, edge.cost + subject.cost
        for be in self.ends("be", edge.end):
            for subject in self.np(be):
                for start in self.maybe("placed", subject.end):
                    for connector, end in self.lookup(self.g.connectors, start, stems=True):
                        if end == self.n and connector.copula:
                            for node in self._turned(connector, subject.node, edge.node):
                                yield node, edge.cost + subject.cost

    def _where_is(self) -> Iterator[tuple[Node, float]]:
        for where in self._after_openings("where"):
            for be in (*self.ends("be", where), *self.ends("do", where)):
                for edge in self.np(be):
                    for end in self.maybe("placed", edge.end):
                        if end == self.n:
                            yield from self._place_of(edge)

    def _place_of(self, edge: Edge) -> Iterator[tuple[Node, float]]:
        node = edge.node
        if node.kind in (NUMBER, "world"):
            return
        where = self._where(node.kind)
        if property_of(node) in where:  # its place was said: asked is which it is
            yield node, edge.cost
            return
        for name in where:
            words = self.g.schema.properties[name]
            if self.fits(node.kind, words.subjects):
                for kind in sorted(words.values):
                    yield Of(name, node, kind), edge.cost
            elif self.fits(node.kind, words.values):
                for kind in sorted(words.subjects):
                    yield Of(name, node, kind, False), edge.cost + LOOSE * where.index(name)
        if not where and self.g.schema.world:
            yield Whole(), edge.cost

    def _how(self) -> Iterator[tuple[Node, float]]:
        """ "how long is the Mississippi"."""
        for how in self._after_openings("how"):
            for (property_, _), end in self.lookup(self.g.positives, how):
                for be in self.ends("be", end):
                    for edge in self.np(be):
                        if edge.end == self.n and edge.node.kind == NUMBER:
                            yield edge.node, edge.cost  # "how big is the population of Texas"
                        elif edge.end == self.n:
                            yield from ((node, edge.cost) for node in self.amount_of(property_, edge))
        # "how much area does Texas have", "what population does Texas have"
        for start in {*self._after_openings("how_much"), *self._after_openings("which")}:
            for words, end, many in self.properties(start):
                for be in self.ends("be", end):
                    for edge in self.np(be):
                        if edge.end == self.n:
                            yield from ((node, edge.cost) for node in self.of(words, edge, many))
                for do in self.ends("do", end):
                    for edge in self.np(do):
                        if any(have == self.n for have in self.ends("have", edge.end)):
                            yield from ((node, edge.cost) for node in self.of(words, edge, many))

    def _how_many(self) -> Iterator[tuple[Node, float]]:
        for i in self._after_openings("how_many"):
            yield from self._population(i)
            for edge in self.np(i):
                if edge.node.kind in (NUMBER, "world") or isinstance(edge.node, Named):
                    continue
                for node, cost in (*self._ended(edge, i), *self._said_of(edge)):
                    if node.kind != NUMBER:
                        yield Aggregate("count", node), cost

    def _population(self, i: int) -> Iterator[tuple[Node, float]]:
        """ "how many people live in Texas", "how many inhabitants does Austin have"."""
        for name, end in self.lookup(self.g.counts, i, stems=True):
            words = self.g.schema.properties[name]
            places = [edge for live in self.maybe("live", end) for of in self.ends("of", live) for edge in self.np(of)]
            places = [edge for edge in places if edge.end == self.n]
            for do in self.ends("do", end):
                for edge in self.np(do):
                    if any(have == self.n for have in self.ends("have", edge.end)):
                        places.append(edge)
            for edge in places:
                for node in self.of(words, edge, False):
                    yield (Aggregate("sum", node) if edge.plural and isinstance(node, Of) else node), edge.cost

    def _of_which(self) -> Iterator[tuple[Node, float]]:
        """ "of the states washed by the Mississippi which has the lowest point"."""
        for of in (*self.ends("out_of", 0), *self.ends("of", 0)):
            for edge in self.np(of):
                for comma in [
                    edge.end,
                    *([edge.end + 1] if edge.end < self.n and self.words[edge.end].word == "," else []),
                ]:
                    for which in self.ends("which", comma):
                        ends = [
                            which,
                            *self.ends("one", which),
                            *(end for kind, end, _ in self.nouns(which) if kind == edge.node.kind),
                        ]
                        for start in ends:
                            for node, end, cost in self.vp(start, edge.node):
                                if end == self.n:
                                    yield node, edge.cost + cost

    def _which_of_two(self) -> Iterator[tuple[Node, float]]:
        """ "which is longer, the Ohio or the Red"."""
        for which in {start for first in self._openings() for start in (first, *self.ends("which", first))}:
            nouns = [(None, which), *((kind, end) for kind, end, _ in self.nouns(which))]
            for kind, after in nouns:
                for start in self.maybe("be", after):
                    for the in self.maybe("determiner", start):
                        words = (*self.lookup(self.g.comparatives, the), *self.lookup(self.g.superlatives, the))
                        for (property_, pick), end in words:
                            for comma in [end, end + 1] if end < self.n and self.words[end].word == "," else [end]:
                                for edge in self.np(comma):
                                    name = self.measure(property_, edge.node.kind)
                                    if (
                                        edge.end == self.n
                                        and name
                                        and kind in (None, edge.node.kind)
                                        and isinstance(edge.node, Join)
                                    ):
                                        yield Extreme(edge.node, Measure(name), pick), edge.cost

    def _difference(self) -> Iterator[tuple[Node, float]]:
        """ "how much longer is the Ohio than the Red", "the difference in area between Texas and Utah"."""
        for how in self._after_openings("how_much"):
            for (property_, _), end in self.lookup(self.g.comparatives, how):
                for be in self.ends("be", end):
                    for first in self.np(be):
                        for than in self.ends("than", first.end):
                            for second in self.np(than):
                                name = self.measure(property_, first.node.kind)
                                if second.end == self.n and name and second.node.kind == first.node.kind:
                                    both = (Of(name, first.node, NUMBER), Of(name, second.node, NUMBER))
                                    yield Aggregate("difference", Join("list", both)), first.cost + second.cost
        for start in self._openings():
            for the in self.maybe("determiner", start):
                for end in self.ends("difference", the):
                    yield from self._difference_between(end)

    def _difference_between(self, i: int) -> Iterator[tuple[Node, float]]:
        for place in self.ends("of", i):
            for the in self.maybe("determiner", place):
                for words, end, _ in self.properties(the):
                    for between in self.ends("between", end) if words.numeric else ():
                        for edge in self.np(between):
                            if (
                                edge.end == self.n
                                and isinstance(edge.node, Join)
                                and self.fits(edge.node.kind, words.subjects)
                            ):
                                yield Aggregate("difference", Of(words.id, edge.node, NUMBER)), edge.cost
        for between in self.ends("between", i):
            for edge in self.np(between):
                if edge.end == self.n and edge.node.kind == NUMBER and not isinstance(edge.node, Aggregate):
                    yield Aggregate("difference", edge.node), edge.cost

    def _is_which(self) -> Iterator[tuple[Node, float]]:
        """ "Sacramento is the capital of which state", "Rochester is in which state"."""
        for subject in self.np(0):
            for be in self.ends("be", subject.end):
                for which in self.ends("which", be):
                    for edge in self.np(which):
                        if edge.end == self.n and isinstance(edge.node, All) and edge.node.kind == subject.node.kind:
                            yield subject.node, subject.cost
                for start in self.maybe("determiner", be):
                    for words, end, _ in self.properties(start):
                        for of in self.ends("of", end):
                            for which in self.ends("which", of):
                                for edge in self.np(which):
                                    if (
                                        edge.end == self.n
                                        and not words.numeric
                                        and self.fits(edge.node.kind, words.subjects)
                                    ):
                                        yield Related(edge.node, words.id, True, subject.node), subject.cost + edge.cost
                for place in self.maybe("placed", be):
                    for connector, end in self.lookup(self.g.connectors, place, stems=True):
                        for which in self.ends("which", end) if connector.copula else ():
                            for edge in self.np(which):
                                if edge.end == self.n:
                                    for node in self._turned(connector, subject.node, edge.node):
                                        yield node, subject.cost + edge.cost

    def _polar(self) -> Iterator[tuple[Node, float]]:
        """ "is Austin the capital of Texas", "does Texas border Utah"."""
        for be in self.ends("be", 0):
            for subject in self.np(be):
                if isinstance(subject.node, Named):
                    for node, end, cost in self._predicate(subject.end, subject.node):
                        if end == self.n:
                            yield Aggregate("exists", node), subject.cost + cost
        for do in (*self.ends("do", 0), *self.ends("have", 0)):
            for subject in self.np(do):
                if isinstance(subject.node, Named):
                    for node, end, cost in self._verb_phrases(subject.end, subject.node):
                        if end == self.n:
                            yield Aggregate("exists", node), subject.cost + cost
