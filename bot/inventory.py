"""
Inventory: which members of a type are known at all ("which people are mentioned?", "how many agreements are there?").

It speaks of the knowledge and not of its subject: a member counts when a statement names it. So nothing is claimed
that the knowledge does not show, and no intent is needed for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from bot.analysis import Utterance
from bot.composing import Composer, join
from bot.decision import Decision, Reading
from bot.domain import Domain
from bot.knowledge import Statement
from bot.reading import Item

_ON_RECORD = frozenset(("mention", "know", "=exist"))
"""Senses of words that ask what there is, whatever is said of it."""
_NOT_MEMBERS = frozenset(("number", "statistics"))
"""Senses of type words that may mean amounts: figures are not people there."""
_WEIGHT = 2.6
"""What being asked for by a word for what is on record weighs: no intent speaks of that."""
_CENTRAL = 0.7
_BARE = 1.1
"""What a bare "how many agreements are there" weighs: more than an intent that names one of them in passing."""
_MANY = 40


_OF_BOT = frozenset(("you", "have", "know", "got"))


def _asks_of_bot(utterance: Utterance) -> bool:
    """ "What breads do you have?": what is on record, as the bot itself has no bread."""
    words = [word for item in utterance.items for word in item.words]
    return "you" in words and words[-1 - (words[-1] in (".", "?"))] in _OF_BOT and bool(utterance.asks)


class Inventory:
    """Reads utterances that ask for the members of a type, in one domain."""

    def __init__(self, domain: Domain, composer: Composer) -> None:
        self.kb = domain.kb
        self.phrases = domain.phrases
        self.composer = composer

    def reading(self, utterance: Utterance) -> Reading | None:
        """How to answer *utterance* as such a question; None when it says anything else."""
        items = utterance.items
        if utterance.polar:
            return None
        nouns = [i for i, item in enumerate(items) if item.types and not item.entities and not item.asks]
        if len(nouns) != 1:
            return None
        asks = {ask.kind for ask in utterance.asks}
        counts = "number" in asks
        if not (asks <= {"thing", "number", "agent", "noun"}):
            return None
        noun = items[nouns[0]]
        if noun.senses & _NOT_MEMBERS:
            return None
        recorded = _asks_of_bot(utterance)
        owners: frozenset[str] | None = None
        for i, item in enumerate(items):
            if i == nouns[0] or item.mark or item.asks or item.filler == 1 or item.preposition or item.auxiliary:
                continue
            if item.entities and owners is None and self._owns(item, i, nouns[0], utterance):
                owners = frozenset(entity for entity, _ in item.entities)
            elif item.strength(_ON_RECORD) > _CENTRAL:
                recorded = True
            elif item.operations & {"list", "together"} and i < nouns[0]:
                continue
            elif item.pronoun != "there" and not (recorded and item.words[-1] in _OF_BOT):
                return None
        lists = any("list" in item.operations for item in items[: nouns[0]])
        if not recorded and (not (counts or lists) or owners):
            return None
        members = self._members(noun.types, owners)
        if not members or len(members) > _MANY or (not recorded and len(members) < 2):
            return None
        weight = -(_WEIGHT if recorded else _BARE)
        if set(members) <= {entity for item in items for entity, _ in item.entities}:
            return None  # they have just been named
        cost = (0.0, 0.0, weight, 0.0, float(noun.respelled is not None))
        return Reading(cost, 0.9, lambda: self._run(members, noun, counts=counts), None)

    def _owns(self, item: Item, place: int, noun: int, utterance: Utterance) -> bool:
        """Whether *item* narrows the type: "Turkish cities", "cities in Turkey"."""
        return (item.adjective and place == noun - 1) or (
            place > noun and utterance.prepositions[place] in ("in", "of")
        )

    def _members(self, types: frozenset[str], owners: frozenset[str] | None) -> dict[str, Statement]:
        """
        The known members of *types*, each with the first statement that names it, in the order of the entities.

        None of too many to be told.
        """
        if owners is None:
            found: Iterable[str] = self.kb.members(types)
        else:
            of_types = (id for id in self.kb.belonging(owners) if not self.kb.kinds_of(id).isdisjoint(types))
            found = (id for id in of_types if id in self.kb.by_entity)
        few = list(islice(found, _MANY + 1))
        return {id: next(iter(self.kb.by_entity[id])) for id in few} if len(few) <= _MANY else {}

    def _run(self, members: dict[str, Statement], noun: Item, *, counts: bool) -> Decision:
        decision = Decision("answered", "", None, "count" if counts else "list")
        statements = tuple({statement.id: statement for statement in members.values()}.values())
        values = join([self.composer.value(id) for id in members])
        kind = self.kb.types[sorted(noun.types)[0]]
        kind = next((self.kb.types[t] for t in sorted(noun.types) if noun.words[-1] in self.kb.types[t].words), kind)
        label = kind.label if len(members) == 1 else kind.plural
        template = self.phrases["known_members"]
        decision.text = template.fill({"count": str(len(members)), "type": label, "values": values}) or values
        decision.values = (len(members),) if counts else tuple(members)
        decision.statements = statements
        decision.asked = ()
        return decision
