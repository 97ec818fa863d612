"""
What a phrase that points back may stand for: by its kind, by what was spoken of last, and by what fits.

Of one turn, what the question named comes first, then what answered it, then what was told along with it; a later
turn goes before an earlier one. Nothing is decided here: the targets of a phrase are tried, likeliest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.domain import Domain
from bot.history import History, Turn
from bot.knowledge import Statement, Time
from bot.opening import Opening, Point, Target, words_of
from bot.query import distinct
from bot.reading import Item
from bot.text import Token

RECALLED = "what was pointed to"
"""Stands as the text of an item that was put in place of a pointing phrase."""
JOIN = "+"
REACH = 6
"""How many answered turns back anything is looked for."""
_CENTRAL = 0.7
_CHOICES = 5


class Pointer:
    """Resolves pointing phrases in one domain."""

    def __init__(self, domain: Domain) -> None:
        self.kb = domain.kb
        self.words = domain.conversation
        self._by_id = domain.kb.by_id

    def place(self, opening: Opening, base: list[Item], history: History) -> None:
        """Say of each pointing phrase what it may stand for."""
        said = {item.entities[0][0] for item in base if len(item.entities) == 1}
        last = next(iter(history.answered), None)
        opening.told = last.statements if last else ()
        timed = any(item.time for item in base)
        for point in opening.points:
            end = point.tokens[-1].end
            if timed and point.kind == "time" and point is opening.points[-1] and all(i.start < end for i in base):
                point.targets = [Target()]  # "who was it in 2013 then"
                continue
            following = next((item for item in base if item.start >= end), None)
            if following is not None and following.number is not None and not following.time:
                later = [item for item in base if item.start > following.start]
                following = later[0] if later and later[0].types else following
            determines = (
                following is not None
                and following.types
                and not following.entities
                and (self.words.whole("determiners", words_of(point.tokens)) is not None)
            )
            earlier = [item for item in base if item.start < point.tokens[0].start]
            point.within = point.within and self._acts_only(earlier)
            if (
                following is not None
                and following.entities
                and following.start == end + 1
                and point.kind in ("thing", "several")
            ):
                point.targets = [Target()]  # "that minister"
                continue
            if determines and following is not None:
                point.noun = following
            elif following is not None and (values := self._in_part(point, following, last)):
                point.noun, point.targets = following, [Target(values)]  # "that host"
                continue
            elif following is not None and self._stands_before(
                point, following, earlier, [item for item in base if item.start > following.start]
            ):
                point.targets = [Target(link=True)]  # "on that trip"
                continue
            if point.kind == "thing" and any(
                other.tokens[0].start < point.tokens[0].start and (other.noun or other.kind == "other")
                for other in opening.points
            ):
                point.targets = [Target()]
                continue
            point.targets = self._targets(point, history, said, earlier)[: _CHOICES + 1]

    def _in_part(self, point: Point, following: Item, last: Turn | None) -> tuple[str, ...]:
        """The entities that the last answer has in the part that the noun names."""
        if last is None or following.start != point.tokens[-1].end + 1 or point.possessive:
            return ()
        if self.words.whole("determiners", words_of(point.tokens)) is None or len(last.statements) != 1:
            return ()
        statement = self._by_id.get(last.statements[0])
        for role, values in statement.values.items() if statement else ():
            entities = tuple(v for v in values if isinstance(v, str) and v in self.kb.entities)
            if entities and following.strength(frozenset((role, "=" + role))) > _CENTRAL:
                return entities
        return ()

    def _stands_before(self, point: Point, following: Item, earlier: list[Item], after: list[Item]) -> bool:
        """Whether the phrase is the article of a noun, and not a pronoun: after a preposition it must be."""
        last = not any(_says(item) for item in after)
        return (
            point.kind in ("thing", "several")
            and self.words.whole("determiners", words_of(point.tokens)) is not None
            and following.start == point.tokens[-1].end + 1
            and bool(following.senses)
            and not (following.filler or following.auxiliary or following.asks or following.preposition)
            and bool(earlier)
            and bool(
                earlier[-1].preposition
                or (earlier[-1].auxiliary and not following.words[-1].endswith(("ed", "ing", "en")) and last)
            )
        )

    def _targets(self, point: Point, history: History, said: set[str], earlier: list[Item]) -> list[Target]:
        kind = point.kind
        if point.after and point.noun is None:
            return [target for target in self._times("time", history) if target.time][:1] or [Target()]
        if kind in ("time", "times"):
            found = self._times(kind, history)
            loose = [token.norm for token in point.tokens] == ["then"] or len(found) < 2
            return found if loose else [target for target in found if target.time]
        if kind == "shift":
            return self._shifted(point.years, history)
        if kind == "pair":
            return self._pair(history)
        if kind == "other":
            if point.noun is not None:
                return self._others(point.noun.types, history)
            return [Target()]
        focus = list(dict.fromkeys(self.focus(history)))
        if point.noun is not None:
            types = point.noun.types
            fitting = [e for e in focus if all(not self.kb.kinds_of(x).isdisjoint(types) for x in e)]
            return [Target(e) for e in fitting] or [Target(link=True)]
        singles: list[tuple[str, ...]] = [e for e in focus if len(e) == 1 and e[0] not in said]
        if kind == "person":
            mentioned = any(self.is_person(e) for item in earlier for e, _ in item.entities)
            if point.tokens[0].norm in ("that", "this") or self._told_who(history):
                # who was told of, sooner than who was asked about
                last_told = {(v,) for turn in history.answered[:1] for v in turn.values}
                singles = sorted(singles, key=lambda e: e not in last_told)
            found = [Target(e) for e in singles if self.is_person(e[0])]
            return [Target(), *found] if mentioned else found
        if kind == "place":
            mentioned = any("place" in self.kb.kinds_of(e) for item in earlier for e, _ in item.entities)
            found = [Target(e) for e in self._goals_first(singles, history) if "place" in self.kb.kinds_of(e[0])]
            return [Target()] if mentioned else [*found, Target()]
        last = next(iter(history.answered), None)
        if kind == "several":
            people = self.people(history)
            if people and point.possessive is False:
                return [Target(people)]
            sets = [Target(e) for e in focus if len(e) > 1]
            if sets and any(
                self.kb.entities[e].type == self.kb.entities[sets[0].entities[0]].type
                for item in earlier for e, _ in item.entities
            ):  # fmt: skip
                return [Target(link=True)]  # "is Ankara on the list"
            groups = [Target(e) for e in singles if not self.is_person(e[0]) and "agent" in self.kb.kinds_of(e[0])]
            listed = last is not None and len(last.values) > 1 and point.tokens[0].norm in ("these", "those", "of")
            return [*sets, Target(link=True), *(() if listed else groups)]
        things = [e for e in singles if not self.is_person(e[0]) and "place" not in self.kb.kinds_of(e[0])]
        places = [e for e in self._said(history) if "place" in self.kb.kinds_of(e[0]) and e[0] not in said]
        acting = self._acting(last)
        places.sort(key=lambda e: e[0] not in acting)
        found = [Target(e) for e in things[:3]]
        if any(item.entities for item in earlier) and not point.within:
            return [Target(), Target(link=True)]
        fresh = [Target(e) for e in self._unanswered(history) if e in places]
        if last is not None and len(last.values) > 1:
            return [*fresh[:1], Target(link=True)]
        return [*found, Target(link=True), *(Target(e) for e in places[:1])]

    def _acts_only(self, items: list[Item]) -> bool:
        """Whether all that is named is who acts, so that "it" is something else."""
        named = [e for item in items for e, _ in item.entities]
        return bool(named) and all("agent" in self.kb.kinds_of(e) for e in named)

    def _told_who(self, history: History) -> bool:
        """Whether the last question asked for a person: "who hosted the king?"."""
        last = next(iter(history.answered), None)
        if last is None or last.frame is None or last.frame.operation not in ("lookup", "list"):
            return False
        return len(last.values) == 1 and self.is_person(last.values[0])

    def _goals_first(self, entities: list[tuple[str, ...]], history: History) -> list[tuple[str, ...]]:
        """What the last question was about acts, so "there" is sooner the other place that it named."""
        turn = next(iter(history.answered), None)
        acting = self._acting(turn)
        named = [(e,) for e in self._named(turn) if e not in acting] if turn and acting else []
        answers = [(v,) for v in turn.values] if turn else []
        first = [e for e in entities if e in answers] or [e for e in entities if e in named]
        return [*first, *(e for e in entities if e not in first)]

    def _acting(self, turn: Turn | None) -> set[str]:
        """The entities named in the part that the last answer's facts are about."""
        statement = self._by_id.get(turn.statements[0]) if turn and turn.statements else None
        if turn is None or turn.frame is None or statement is None:
            return set()
        return {
            e
            for c in turn.frame.constraints
            if c.role == statement.property.subject and isinstance(c.value, frozenset)
            for e in c.value
        }

    def _said(self, history: History) -> list[tuple[str, ...]]:
        """The single entities that the last questions named."""
        named = [(entity,) for turn in history.answered[:1] for entity in self._named(turn)]
        return [*self._unanswered(history), *named]

    def _unanswered(self, history: History) -> list[tuple[str, ...]]:
        """What was named since the last answer, latest first."""
        found: list[tuple[str, ...]] = []
        for turn in reversed(history.turns):
            if turn.status == "answered":
                break
            found.extend((value,) for value in turn.values)
        return found

    def _named(self, turn: Turn) -> list[str]:
        """The single entities that a turn's question named."""
        constraints = turn.frame.constraints if turn.frame else ()
        return [
            e
            for c in constraints
            if isinstance(c.value, frozenset) and len(c.value) == 1 and c.kind == "is"
            for e in c.value
        ]

    def people(self, history: History) -> tuple[str, ...]:
        """The people of the last answer, or of the last two, when nothing else of it is plural."""
        turn = next(iter(history.answered), None)
        statements = [self._by_id[id] for id in turn.statements if id in self._by_id] if turn else []
        pair = self._pair(history)[0].entities
        named = {e for t in history.answered[:2] for e in self._named(t)}
        if pair and all(self.is_person(e) for e in pair) and named.issuperset(pair):
            return pair
        if turn is not None and len(turn.values) > 1 and all(self.is_person(e) for e in turn.values):
            return turn.values
        if turn is None or len(turn.values) > 1 or len(statements) > 4:
            return ()
        for earlier in history.answered[:2]:
            told = [self._by_id[id] for id in earlier.statements if id in self._by_id]
            people = tuple(dict.fromkeys(
                v for s in told for vs in s.values.values() for v in vs
                if isinstance(v, str) and v in self.kb.entities and self.is_person(v)
            ))  # fmt: skip
            if len(told) == 1 and len(people) > 1:
                return people
            if not people:
                break
        return ()

    def is_person(self, entity: str) -> bool:
        return ("person" if "person" in self.kb.types else "agent") in self.kb.kinds_of(entity)

    def focus(self, history: History) -> Iterator[tuple[str, ...]]:
        """Entities spoken of, latest turn first; in a turn those said, those that answered, those told with them."""
        yield from self._unanswered(history)
        for turn in history.answered[:REACH]:
            for constraint in turn.frame.constraints if turn.frame else ():
                if isinstance(constraint.value, frozenset) and constraint.kind == "is" and len(constraint.value) == 1:
                    yield tuple(constraint.value)
            many = set(turn.values) if len(turn.values) > 1 else set()
            if many:
                yield turn.values
            for value in turn.values:
                if value not in many or self.is_person(value):
                    yield (value,)
            statements = [self._by_id[id] for id in turn.statements if id in self._by_id]
            yield from self._role_sets(statements)
            for statement in statements[:4]:
                for role, values in statement.values.items():
                    if statement.property.roles[role].of:
                        continue  # what is said of another part is no thing of its own
                    for entity in values:
                        if isinstance(entity, str) and entity in self.kb.entities and entity not in many:
                            yield (entity,)

    def _role_sets(self, statements: Sequence[Statement]) -> Iterator[tuple[str, ...]]:
        """The several values that one role has in statements told together."""
        for role in statements[0].values if statements else ():
            values = [v for v in distinct(statements, role) if isinstance(v, str) and v in self.kb.entities]
            if len(values) > 1:
                yield tuple(values)

    def _times(self, kind: str, history: History) -> list[Target]:
        times: dict[Time, None] = {}
        for turn in history.answered[:REACH]:
            for constraint in turn.frame.constraints if turn.frame else ():
                if isinstance(constraint.value, Time):
                    times.setdefault(constraint.value)
            for id in turn.statements[:3]:
                statement = self._by_id.get(id)
                if statement is not None and statement.time:
                    times.setdefault(statement.time)
        if kind == "times":
            years = [(t.first_year, t.last_year) for t in times]
            two = list(dict.fromkeys(years))[:2]
            if len(two) < 2:
                return [Target()]
            first, second = sorted(two)
            if second[0] - first[1] < 2:
                return [Target()]
            return [Target(time=Time.years(first[1] + 1, second[0] - 1))]
        found: list[Target] = []
        for time in list(times)[:1]:  # of another year nobody spoke just now, whatever is known of it
            found.append(Target(time=time))
            if time.precision in ("day", "month"):
                found.append(Target(time=Time.years(time.first_year)))
        return [*found, Target()]

    def _shifted(self, years: int, history: History) -> list[Target]:
        """ "Ten years later": that long after each time spoken of."""
        times = [target.time for target in self._times("time", history) if target.time]
        return [Target(time=Time.years(time.first_year + years)) for time in times]

    def pair(self, history: History) -> tuple[str, ...]:
        """The two that "both" points to; nothing when there are none."""
        return self._pair(history)[0].entities

    def _pair(self, history: History) -> list[Target]:
        """ "Both": the last two of one kind that were spoken of in turns of their own, or nothing."""
        found: list[str] = []
        for turn in history.answered[:REACH]:
            single = next(iter(self.focus(History((turn,)))), ())
            if (
                len(single) == 1
                and single[0] not in found
                and (not found or self.kb.entities[found[0]].type == self.kb.entities[single[0]].type)
            ):
                found.append(single[0])
        return [Target((found[1], found[0]))] if len(found) >= 2 else [Target()]

    def _others(self, types: Iterable[str], history: History) -> list[Target]:
        """ "the other agreement": all of the kind that were not just spoken of."""
        wanted = set(types)
        members = self.kb.members(wanted)
        recent = [e for group in self.focus(history) for e in group if e in members]
        rest = tuple(e for e in members if e not in recent[:1])
        return [Target(rest)] if recent and rest else [Target()]

    def assemble(self, base: list[Item], points: list[Point], targets: Sequence[Target]) -> list[Item]:
        """The items with what is pointed to in place of the pointing phrases."""
        items = [item for item in base if all(point.noun is not item for point in points)]
        for point, target in zip(points, targets, strict=True):
            if point.noun is not None and not target.entities:
                items.append(point.noun)
            if point.kind == "pair" and target.entities:
                for n, entity in enumerate(target.entities):
                    item = Item(point.tokens, {"entities": [(entity, "name")]})
                    item.text, item.start = RECALLED, item.start + 2 * n
                    items.append(item)
                link = Item([Token("", JOIN, point.tokens[0].start, point.tokens[0].end)], {"joins": "and"})
                link.start += 1
                items.append(link)
            elif target.entities or target.time:
                item = Item(
                    point.tokens, {"entities": [(e, "name") for e in target.entities]} if target.entities else {}
                )
                item.time = target.time
                item.text = RECALLED
                item.possessive = point.possessive
                if point.noun is not None:
                    item.senses, item.strengths = point.noun.senses, point.noun.strengths
                items.append(item)
        return sorted(items, key=lambda item: item.start)


def _says(item: Item) -> bool:
    return not (item.mark or item.filler or item.auxiliary)
