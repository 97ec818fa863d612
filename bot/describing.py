"""Descriptions: an utterance that only names something, or an amount, is told what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from bot.analysis import Utterance
from bot.composing import Composer
from bot.decision import Decision, Reading
from bot.domain import Domain
from bot.knowledge import Quantity, Statement
from bot.matching import Matcher
from bot.query import Constraint, Query, meets
from bot.reading import Item
from bot.windows import Windows

_DOING = frozenset(("do", "does", "did"))
_STANDS_FOR = frozenset(("mean", "represent"))


class Descriptions:
    """Reads utterances of one domain that name what they ask about and say little else."""

    def __init__(self, domain: Domain, matcher: Matcher, composer: Composer, windows: Windows) -> None:
        self.kb = domain.kb
        self.matcher = matcher
        self.composer = composer
        self.windows = windows

    def reading(self, utterance: Utterance) -> Reading | None:
        """Only an entity or a figure is named: tell what is known of it."""
        items = utterance.items
        if utterance.polar:
            return None
        named = [i for i in range(len(items)) if utterance.entities[i] and i not in utterance.absorbed]
        amounts = [i for i, item in enumerate(items) if item.quantity and not item.time]
        if (not named and len(amounts) != 1) or len(named) > 3 or (named and amounts):
            return None
        owned = self._owned(utterance, named)
        if owned is None:
            return None  # "the king of Turkey": there is none
        named = [i for i in named if i not in owned.values()]
        index = (named or amounts)[0]
        shade = 0.0
        described = bool(utterance.operations & {"describe"})
        if utterance.asks and not described and self._asks_inside(utterance, named):
            return None
        if named and not described and all(items[i].adjective for i in named):
            return None  # "which was the Turkish part?": nor is that Turkey
        if named and not described and not utterance.asks and all(self.windows.is_context(utterance, i) for i in named):
            return None  # "and Norway's?" asks for nothing that could be told of Norway
        does = any(not _DOING.isdisjoint(item.words) for item in items)
        if does and not described and not any(item.strength(_STANDS_FOR) > 0.6 for item in items):
            return None  # "whom did he like?" asks for what he did, and not for him
        for i, item in enumerate(items):
            if (
                i == index
                or i in named
                or i in owned.values()
                or i in utterance.absorbed
                or item.mark
                or item.filler == 1
                or item.preposition
                or item.auxiliary
                or item.joins
                or item.operations & {"describe", "list", "happen"}
                or item.asks in ("agent", "thing", "how", "name")
            ):
                continue
            if (
                (amounts and item.senses & {"number", "amount", "statistics"})
                or item.strength(_STANDS_FOR) > 0.6
                or item.pronoun
            ):
                shade += 0.4
            elif item.filler == 2 or (item.types and self._is_kind_of(utterance, index, item)):
                shade += 1
            else:
                return None
        if any(ask.kind in ("agent", "name") for ask in utterance.asks) and self.matcher.is_nameless(utterance, index):
            return None
        asks = [
            ask for ask in utterance.asks if ask.kind not in ("agent", "thing", "how", "place", "name") or ask.types
        ]
        cost = (
            0.0,
            len(asks),
            -1.3 * max(len(named), 1) - 0.5 * described,
            shade,
            float(items[index].respelled is not None),
        )
        who = any(ask.kind in ("agent", "thing") for ask in utterance.asks) and not described
        return Reading(cost, 0.85, lambda: self._run(utterance, index, who, named[1:], owned.get(index, -1)), None)

    def _owned(self, utterance: Utterance, named: list[int]) -> dict[int, int] | None:
        """Which of *named* is said to be of which other: "the president of Norway"; None where no such one is known."""
        owned: dict[int, int] = {}
        for i, j in product(named, named):
            after = i < j and utterance.prepositions[j] == "of" and not utterance.items[i].adjective
            before = j == i - 1 and utterance.items[j].adjective
            if (after or before) and any(self.kb.entities[e].belongs_to for e, _ in utterance.entities[i]):
                if not self._of(utterance, i, j):
                    return None
                owned[i] = j
        return owned

    def _of(self, utterance: Utterance, i: int, j: int) -> list[str]:
        """The entities named by item *i* that belong to one named by item *j*."""
        owners = {entity for entity, _ in utterance.entities[j]}
        return [e for e, _ in utterance.entities[i] if not owners.isdisjoint(self.kb.entities[e].belongs_to)]

    def _asks_inside(self, utterance: Utterance, named: list[int]) -> bool:
        """ "What is in a pretzel?" asks for what it holds, and not for all that is known of it."""
        return any(
            utterance.prepositions[i] == "in"
            and utterance.items[i].words not in (("it",), ("that",), ("this",))
            and not any({"place", "agent"} & set(self.kb.kinds_of(entity)) for entity, _ in utterance.entities[i])
            for i in named
        )

    def _is_kind_of(self, utterance: Utterance, index: int, item: Item) -> bool:
        """Whether *item* is a noun for the kind of thing that is named: "the city of Izmir", not its mayor."""
        kinds = [self.kb.kinds_of(entity) for entity, _ in utterance.entities[index]]
        return not kinds or any(not item.types.isdisjoint(kind) for kind in kinds)

    def _run(
        self, utterance: Utterance, index: int, brief: bool, others: Sequence[int] = (), owner: int = -1
    ) -> Decision:
        item = utterance.items[index]
        decision = Decision("answered", "", None, "describe")
        if utterance.entities[index]:
            names = [e for e, flavour in utterance.entities[index] if flavour != "metonym"] or [
                e for e, _ in utterance.entities[index]
            ]
            if owner >= 0:
                names = self._of(utterance, index, owner)
            found = list({s.id: s for e in names for s in self.kb.by_entity.get(e, ())}.values())
            decision.query = Query(("any",), (Constraint("", "is", frozenset(names)),))
            plain = [s for s in found if s.property.id == "description"]
            rest = [s for s in found if s.property.id != "description"]
            found = plain if brief and plain and len(names) == 1 else [*plain, *rest]
            if others:
                wanted = [frozenset(e for e, _ in utterance.entities[i]) for i in others]
                found = [s for s in rest if all(meets(s, Constraint("", "is", entities)) for entities in wanted)]
            if len(names) > 1 and brief:
                found = plain or rest
        else:
            assert item.quantity is not None
            decision.query = Query(("any",), (Constraint("", "equal", item.quantity),))
            found = [s for s in self.kb.with_amount(item.quantity.amount) if _tells(s, item.quantity)]
        if not found:
            decision.status = "no_data"
            decision.text = f"I know the name {item.text!r}, but nothing is said of it."
            decision.reasons.append(("no-statement", item.text))
            return decision
        found = found[:8]
        decision.text = " ".join(dict.fromkeys(self.composer.sentence(s) for s in found))
        decision.statements = tuple(found)
        return decision


def _tells(statement: Statement, quantity: Quantity) -> bool:
    return any(
        isinstance(value, Quantity)
        and value.amount == quantity.amount
        and (quantity.unit is None or value.unit == quantity.unit)
        for values in statement.values.values()
        for value in values
    )
