"""Query trees → English noun phrases, so that people see how their question was taken."""

from __future__ import annotations

from bot.composing import join, number
from bot.knowledge import KnowledgeBase
from bot.schema import MORE, Connector, Schema, plural
from bot.trees import Aggregate, All, Compare, Extreme, Join, Measure, Named, Node, Of, Related, Whole

_SIGNS = {">": "more than", "<": "less than", ">=": "at least", "<=": "at most", "=": "exactly"}
_HOW = {
    "count": "the number of",
    "sum": "the total",
    "average": "the average",
    "max": "the highest",
    "min": "the lowest",
}


class Teller:
    """Puts the trees of one domain into words; *typed* says of each name what it names."""

    def __init__(self, kb: KnowledgeBase, schema: Schema, *, typed: bool = False) -> None:
        self.kb = kb
        self.schema = schema
        self.typed = typed

    def tell(self, node: Node, *, one: bool = False) -> str:
        """A noun phrase for *node*, in the singular when it is *one*."""
        if isinstance(node, All):
            return self._noun(node.kind, one)
        if isinstance(node, Named):
            label = self.kb.label(node.ids[0])
            return f"the {self.noun(node.kind)} {label}" if self.typed else label
        if isinstance(node, Whole):
            return self.schema.world_label
        if isinstance(node, Related):
            words = self._verb(node.property, node.forward, one, node.negated)
            target = self.tell(node.target)
            target = f"each of the {target.removeprefix('the ')}" if node.each else target
            return f"{self.tell(node.source, one=one)} {words} {target}"
        if isinstance(node, Of):
            label = self._label(node.property)
            if not node.forward or not self.schema.properties[node.property].nouns:
                return f"the place of {self.tell(node.source)}"
            return f"the {label} of {self.tell(node.source)}"
        if isinstance(node, Compare):
            bound = number(node.bound) if isinstance(node.bound, (int, float)) else self.tell(node.bound)
            return f"{self.tell(node.source, one=one)} with {self._measured(node.measure, _SIGNS[node.op], bound)}"
        if isinstance(node, Extreme):
            return self._extreme(node)
        if isinstance(node, Aggregate):
            if node.how in _HOW:
                said = self.tell(node.source).removeprefix("the ")
                how = _HOW[node.how]
                return f"the {said}" if said.startswith(how.removeprefix("the ")) else f"{how} {said}"
            return f"whether it is {self.tell(node.source)}"
        if isinstance(node, Join):
            if node.how == "and" and isinstance(node.members[-1], Named):
                return f"{self.tell(node.members[0], one=one)} named {self.tell(node.members[-1])}"
            if node.how == "minus":
                return f"{self.tell(node.members[0])} other than {self.tell(node.members[1])}"
            return join([self.tell(part) for part in node.members], "or" if node.how == "or" else "and")
        return str(node)

    def _extreme(self, node: Extreme) -> str:
        one = node.count == 1
        which = "" if one else f"{node.count} "
        rank = f"number {node.rank} by " if node.rank > 1 else ""
        degree = "highest" if node.pick == MORE else "lowest"
        source = self.tell(node.source, one=one).removeprefix("the ")
        if node.measure.counted is not None:
            most = "most" if node.pick == MORE else "fewest"
            return f"the {which}{source} with the {rank}{most} {self._counted(node.measure)}"
        return f"the {which}{source} with the {rank}{degree} {self._label(node.measure.property)}"

    def _measured(self, measure: Measure, sign: str, bound: str) -> str:
        if measure.counted is not None:
            return f"{sign} {bound} {self._counted(measure)}"
        return f"{self._label(measure.property)} {sign} {bound}"

    def _counted(self, measure: Measure) -> str:
        nouns = self.schema.properties[measure.property].nouns
        if measure.forward and nouns and isinstance(measure.counted, All):
            return plural(nouns[0])
        return self.tell(measure.counted) if measure.counted is not None else ""

    def noun(self, kind: str) -> str:
        """What a member of *kind* is called."""
        return self._noun(kind, True)

    def _noun(self, kind: str, one: bool) -> str:
        words = self.schema.types.get(kind)
        if words and words.nouns:
            return words.nouns[0] if one else words.plurals[0]
        return kind if one else plural(kind)

    def _label(self, property_: str) -> str:
        words = self.schema.properties.get(property_)
        return words.nouns[0] if words and words.nouns else self.kb.properties[property_].label

    def _verb(self, property_: str, forward: bool, one: bool, negated: bool) -> str:
        found = self._connector(property_, forward)
        if found is None:
            return f"{'without' if negated else 'with'} {self._label(property_)}"
        words = " ".join(found.words)
        if found.copula:
            return f"that {'is' if one else 'are'} not {words}" if negated else words
        first, *rest = found.words
        if negated:
            words = " ".join(("does not" if one else "do not", base(first), *rest))
        elif not one:
            words = " ".join((base(first), *rest))
        return f"that {words}"

    def _connector(self, property_: str, forward: bool) -> Connector | None:
        connectors = self.schema.properties[property_].connectors
        return next((c for c in connectors if c.forward == forward), None)


def base(verb: str) -> str:
    """
    >>> base("runs"), base("has"), base("goes"), base("passes"), base("crosses"), base("orbits")
    ('run', 'have', 'go', 'pass', 'cross', 'orbit')
    """
    if verb == "has":
        return "have"
    if verb.endswith(("sses", "ches", "shes", "xes", "oes")):
        return verb[:-2]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb
