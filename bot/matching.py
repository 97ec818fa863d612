"""
An analysed utterance → candidates: which intents it may be about, what fills their slots, what is left over.

A pattern's needed words may stand in any order. Each other word must be explained too: by the intent's
vocabulary, a slot, a question word, an operation or as a filler. Candidates compare by a named cost, field
by field, so that the first field that differs says why one lost (`CODES`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from operator import itemgetter

from bot.analysis import Ask, Utterance
from bot.degrees import forms
from bot.domain import Domain
from bot.intents import Cue, Intent, Pattern
from bot.knowledge import METONYM, NUMBER, QUANTITY, TIME, KnowledgeBase, Role, Time
from bot.query import Constraint, Query
from bot.reading import Item
from bot.sayings import EVERY, NO_SENSES, NOTHING, Facts, Fit, Named, Spot, Standing, Word, together
from bot.text import normalise

CODES = ("left-over-word", "unfilled-question", "less-specific", "shade", "respelled")
"""Why a candidate lost against another, in the order in which the costs are compared."""

_MAX_SAME_TYPE = 4
"""More values of one type in one question are taken as a list; trying all ways to place them would cost time."""


_STRONG_ALONE = 0.75
"""How centrally a word must express a sense to bring up an intent by itself."""

_BEING = frozenset(("is", "are", "was", "were"))
_DOING = frozenset(("did", "do", "does"))
_STRONG = 0.62
"""The same for one of several needed words."""

_TOO_REMOTE = 0.52
"""A word that expresses a sense no more centrally than this explains nothing."""


_BLIND_TO_PLACES = 2.5
"""What a wording without slots loses where two values of one type must be told apart: it does not see their order."""


class Candidate:
    """One intent that the utterance may be about, and how its words were taken."""

    __slots__ = (
        "anchor",
        "asked",
        "constraints",
        "cost",
        "counting",
        "excluded",
        "faint",
        "intent",
        "left_over",
        "needed_items",
        "operations",
        "pattern",
        "remembered",
        "scores",
        "unfilled",
        "used",
        "utterance",
        "weight",
    )

    def __init__(self, intent: Intent, pattern: Pattern, utterance: Utterance) -> None:
        self.intent = intent
        self.pattern = pattern
        self.utterance = utterance
        self.constraints: list[Constraint] = []
        self.asked: list[tuple[str, Ask]] = []
        self.counting = False
        self.excluded: list[Constraint] = []
        self.left_over: list[int] = []
        self.unfilled: list[Ask] = []
        self.operations: dict[str, int] = {}
        self.weight = 0.0
        self.cost: tuple[float, ...] = ()
        self.used: set[int] = set()
        self.needed_items: set[int] = set()
        self.anchor = -1
        self.remembered: list[str] = []
        self.scores: dict[int, dict[str, float]] = {}
        """How well mentions stand in the roles that they may have, as far as that was looked at."""
        self.faint = False
        """Whether its only needed word hardly expresses what the pattern is about: a slot must bear it out."""

    def __copy__(self) -> Candidate:
        # Each by its name: compiled, an object can be copied in no other way.
        other = Candidate(self.intent, self.pattern, self.utterance)
        other.anchor, other.asked, other.constraints = self.anchor, self.asked, self.constraints
        other.cost, other.counting, other.excluded = self.cost, self.counting, self.excluded
        other.faint, other.left_over = self.faint, self.left_over
        other.needed_items, other.operations, other.remembered = self.needed_items, self.operations, self.remembered
        other.scores = self.scores
        other.unfilled, other.used, other.weight = self.unfilled, self.used, self.weight
        return other

    @property
    def confidence(self) -> float:
        """From 0 to 1: all words explained is 1, less for shades, respelled words and doubtful readings."""
        left, unfilled, _, shade, respelled = self.cost
        if not (left or unfilled or shade or respelled):
            return 1.0
        return max(0.0, round(1.0 - 0.45 * min(left, 2) - 0.3 * min(unfilled, 1) - 0.03 * shade - 0.06 * respelled, 3))

    @property
    def covered(self) -> bool:
        return not self.left_over and not self.unfilled

    def query(self) -> Query:
        fixed = [Constraint(role, "is", frozenset(values)) for role, values in self.intent.where.items()]
        asks = tuple(role for role, _ in self.asked)
        return Query(self.intent.about, (*fixed, *self.constraints, *self.excluded), asks)


class Matcher:
    """Finds candidates in one domain."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self.kb: KnowledgeBase = domain.kb
        self.speakers: dict[str, list[str]] = {}
        """Sense → the intents that have it in their vocabulary."""
        for intent in domain.intents.values():
            for sense in intent.vocabulary:
                self.speakers.setdefault(sense, []).append(intent.id)
        self._bits = {id_: n for n, id_ in enumerate(domain.intents)}
        """Which bit each intent is, where several are held in one number."""
        self._intents = list(domain.intents.values())
        self._needs: dict[str, int] = {}
        """Sense → the sets of senses that patterns need and that have it, one bit for each set."""
        self._wordings: list[list[tuple[int, Pattern]]] = []
        """For each intent its patterns, each with the bits of all that it needs."""
        self._find_needs()
        self._wordless = together(self._bits, (pattern.intent for pattern in domain.wordless))
        self._telling = together(self._bits, (i.id for i in self._intents if i.says and not i.about))
        self._taking: dict[str, int] = {}
        """Type of entity or value → the intents with a role that takes it."""
        for intent in self._intents:
            for type_ in {type_ for role in intent.roles.values() for type_ in role.types}:
                self._taking[type_] = self._taking.get(type_, 0) | 1 << self._bits[intent.id]
        # What is worked out of a word, a name or a role once, as it is the same in every utterance.
        self._said: dict[int, _Said] = {}
        self._standings: dict[Facts, Standing] = {}
        self._words: dict[tuple[frozenset[str], int], Word] = {}
        self._asked_roles: dict[tuple[str, str, frozenset[str]], tuple[str, ...]] = {}
        self._cues: dict[tuple[str, str], tuple[Cue, ...]] = {}
        self._offices: dict[str, Role] = {}
        """The roles that people have, by name, once they are needed."""
        self._named: dict[tuple[tuple[tuple[str, str], ...], tuple[str, ...]], Named] = {}
        self._role_kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self._needed: dict[str, frozenset[str]] = {}

    def _find_needs(self) -> None:
        """Number what patterns need; of very much several share a bit, so that memory grows with the patterns alone."""
        needs: dict[frozenset[str], int] = {}
        for intent in self._intents:
            wordings: list[tuple[int, Pattern]] = []
            for pattern in intent.patterns:
                together = 0
                for senses in pattern.needed:
                    together |= 1 << needs.setdefault(senses, len(needs)) % _MOST_BITS
                wordings.append((together, pattern))
            self._wordings.append(wordings)
        for senses, number in needs.items():
            for sense in senses:
                self._needs[sense] = self._needs.get(sense, 0) | 1 << number % _MOST_BITS
        self._shares_bits = len(needs) > _MOST_BITS

    def match(self, utterance: Utterance, *, covered: bool = False) -> list[Candidate]:
        """
        Candidates, best first; one for each intent; equal ones as `before` has them, then in the order of their ids.

        *covered* wants only those that leave nothing over.
        """
        heard = _Heard(self, utterance)
        found: list[Candidate] = []
        for promising in self._promising(heard, covered):
            for intent, patterns in promising:
                view: _View | None = None
                placed: list[Candidate] = []
                for pattern in patterns:
                    if pattern.needs_slots and not heard.may_fill(pattern):
                        continue
                    if view is None:
                        view = _View(self, intent, heard)
                    if not pattern.needs_slots or view.may_fill(pattern):
                        candidate = self._placed(intent, pattern, heard)
                        if candidate is not None:
                            placed.append(candidate)
                best = self._best(placed, view, covered) if view is not None and placed else None
                if best is not None:
                    found.append(best)
            if found or covered:
                break
        if len(found) > 1:
            found.sort(key=lambda c: (c.cost, c.intent.rank, c.intent.id))
        return found

    def complete(self, utterance: Utterance, intent: Intent, pattern: Pattern) -> Candidate | None:
        """The candidate that takes *utterance* as a follow-up about *intent*: no word of a pattern need be said."""
        free = replace(pattern, needed=(), needs_slots=frozenset())
        heard = _Heard(self, utterance)
        candidate = self._placed(intent, free, heard)
        return candidate if candidate and self._fill(candidate, _View(self, intent, heard)) else None

    def _promising(self, heard: _Heard, covered: bool) -> Iterator[list[tuple[Intent, list[Pattern]]]]:
        """The intents that a pattern brings up: those that leave over the fewest words, then those with more."""
        said = brought_up = 0
        for word in heard.words:
            said |= word.needs
            brought_up |= word.brought_up
        if heard.named:
            brought_up |= self._wordless
        in_need = [intents for _, intents in heard.in_need]
        if brought_up & self._telling:
            in_need = [(intents | self._speaking_of(heard, i, brought_up & ~intents)) for i, intents in heard.in_need]
        explaining = brought_up
        for intents in in_need:
            explaining &= intents
        found = self._worded(heard, explaining, said)
        if found:
            yield found
        elif covered and "anniversary" not in heard.utterance.operations:  # which explains numbers
            return
        levels: dict[int, list[tuple[Intent, list[Pattern]]]] = {}
        for intent, patterns in self._worded(heard, brought_up & ~explaining, said):
            bit = 1 << self._bits[intent.id]
            levels.setdefault(sum(not intents & bit for intents in in_need), []).append((intent, patterns))
        for count in sorted(levels):
            yield levels[count]

    def words_any(self, intents: int, said: int, values: int) -> bool:
        """
        Whether one of *intents* has a pattern of which all is *said*, one bit for each thing that patterns need.

        One of slots alone needs as many *values*.
        """
        while intents:
            bit = intents & -intents
            intents ^= bit
            for needs, pattern in self._wordings[bit.bit_length() - 1]:
                if needs & said == needs and (needs or len(pattern.needs_slots) <= values):
                    return True
        return False

    def _worded(self, heard: _Heard, intents: int, said: int) -> list[tuple[Intent, list[Pattern]]]:
        """Those of *intents* with a pattern of which all is *said*; one of slots alone wants something named."""
        found = []
        named = bool(heard.named)
        while intents:
            bit = intents & -intents
            intents ^= bit
            place = bit.bit_length() - 1
            patterns = [p for needs, p in self._wordings[place] if needs & said == needs and (needs or named)]
            if self._shares_bits:
                patterns = [p for p in patterns if all(map(heard.says, p.needed))]
            if patterns:
                found.append((self._intents[place], patterns))
        return found

    def _speaking_of(self, heard: _Heard, i: int, intents: int) -> int:
        """Those of *intents* whose fixed answer speaks of what item *i* names."""
        item = heard.utterance.items[i]
        telling = intents & self._telling if item.entities else 0
        found = 0
        while telling:
            bit = telling & -telling
            telling ^= bit
            if self._is_spoken_of(item, self._intents[bit.bit_length() - 1]):
                found |= bit
        return found

    def taking(self, item: Item, entities: Iterable[tuple[str, str]], operations: frozenset[str]) -> int:
        """The intents with a role for *item*, which may name *entities*, beside *operations*; a bit for each."""
        intents = 0
        for entity, _ in entities:
            for kind in self.kb.kinds_of(entity):
                intents |= self._taking.get(kind, 0)
        if item.time:
            intents |= self._taking.get(TIME, 0)
        elif "anniversary" in operations and not (item.quantity and item.quantity.unit):
            pass  # the 50 of a 50th anniversary
        elif (item.quantity or item.number is not None) and not self.is_length(item):
            intents |= self._taking.get(QUANTITY, 0) | self._taking.get(NUMBER, 0)
        return intents

    def is_in_need(self, item: Item) -> bool:
        """Whether an intent must explain *item*, as it is no mere form."""
        return not (
            item.filler
            or item.asks
            or item.operations
            or item.auxiliary
            or item.preposition
            or item.pronoun
            or item.types
            or item.unit
            or item.now
            or item.possessive
            or item.adjective
            or item.fraction
            or item.words[0] in _LONG
            or self.is_length(item)
            or (item.number is not None and not (item.time or item.quantity))
        )

    def explaining(self, item: Item) -> int:
        """The intents that *item* itself does not rule out for a part of an utterance, one bit for each."""
        if item.mark or item.joins or item.entities or not self.is_in_need(item):
            return EVERY
        return self.taking(item, (), NO_SENSES) | (self.word(item).intents if item.senses else 0)

    def bringing_up(self, item: Item) -> int:
        """The intents with a pattern that *item* may bring up, one bit for each."""
        return (self.word(item).brought_up if item.senses else 0) | (self._wordless if item.entities else 0)

    def said(self, item: Item) -> _Said:
        """What *item* says wherever it stands; worked out once for all that are the same word."""
        origin = item.origin
        if origin is None:
            return _Said(self, item)
        known = self._said.get(id(origin))
        if known is None:
            if len(self._said) >= _MOST_REMEMBERED:
                self._said.clear()
            known = self._said[id(origin)] = _Said(self, origin)
        return known

    def word(self, item: Item) -> Word:
        """What *item* says to the intents, whatever the utterance."""
        key = (item.senses, id(item.strengths))
        known = self._words.get(key)
        if known is None:
            if len(self._words) >= _MOST_REMEMBERED:
                self._words.clear()
            known = Word(item.senses, item.strengths, self.speakers, self._bits)
            for sense in item.senses:
                known.needs |= self._needs.get(sense, 0)
                for group in self.domain.patterns.get(sense, ()):
                    known.brought_up |= together(self._bits, (pattern.intent for pattern in group))
            self._words[key] = known  # not sooner: another thread may be looking
        return known

    def _placed(self, intent: Intent, pattern: Pattern, heard: _Heard) -> Candidate | None:
        """The candidate for *pattern* with the words that it needs; None when they are not said."""
        items, needed = heard.utterance.items, pattern.needed
        taken: list[int] = []
        weight = strongest = 0.0
        for senses in needed:
            found, strongest, worth = -1, 0.0, 0.0
            for i, full, full_worth in heard.expressing(senses):
                strength = full - 0.5 if i in taken else full
                if strength > strongest:
                    found, strongest, worth = i, strength, full_worth
            if found in taken:
                if len(needed) > 1 and items[found].count < 2:
                    return None
            elif found < 0 or strongest < _STRONG:
                return None
            taken.append(found)
            weight += worth
        candidate = Candidate(intent, pattern, heard.utterance)
        candidate.weight = weight
        candidate.needed_items = set(taken)
        if taken:
            candidate.anchor = taken[0]
            candidate.faint = len(needed) == 1 and strongest < _STRONG_ALONE and not pattern.needs_slots
            candidate.used = {i for i in taken if items[i].explained_by(intent.vocabulary)}
        if (
            " by {" in pattern.text
            and "by" not in heard.utterance.prepositions
            and not heard.passive(self, candidate.anchor)
        ):
            return None  # the passive wording turns the roles round; "who hosted whom" is not said in it
        return candidate

    def _best(self, placed: list[Candidate], view: _View, covered: bool) -> Candidate | None:
        """
        The best of one intent's candidates, those left out that cannot be it whatever the other words say.

        None when *covered* ones are wanted and each leaves something over.
        """
        best: Candidate | None = None
        if covered:
            placed = [candidate for candidate in placed if view.may_cover(candidate)]
        if len(placed) > 1:
            placed.sort(key=lambda c: -c.weight)
        for candidate in placed:
            if best and best.covered and candidate.weight + view.most_beside(candidate) < best.weight - _ROUNDING:
                continue
            if (
                self._fill(candidate, view, covered=covered)
                and (candidate.covered or not covered)
                and not (view.heard.utterance.polar and self._lacks_a_verb(candidate))
                and (best is None or (candidate.cost, candidate.pattern.text) < (best.cost, best.pattern.text))
            ):
                best = candidate
        return best

    def _fill(self, candidate: Candidate, view: _View, *, covered: bool = False) -> bool:
        """
        Take all other words for *candidate*, and say what it costs; False when it is not its pattern's wording.

        Of one that must be *covered*, no more is worked out once something is left over.
        """
        intent, pattern, utterance = candidate.intent, candidate.pattern, candidate.utterance
        items, used = utterance.items, candidate.used
        mentions = view.mentions
        if not candidate.needed_items.isdisjoint(mentions):
            mentions = [i for i in mentions if i not in candidate.needed_items]
        self._assign(candidate, mentions, view.heard, view)
        if utterance.asks:
            self._place_asks(candidate, view.heard)
            self._place_modifiers(candidate, view.heard)
        self._ask_the_owned(candidate)
        if covered and not candidate.covered:
            return False
        if candidate.faint and not (
            any(c.role in (pattern.cues or {}) for c in candidate.constraints)
            or any(ask.types and role in (pattern.cues or {}) for role, ask in candidate.asked)
            or (_has_amounts(intent) and not view.heard.degrees.keys().isdisjoint(candidate.needed_items))
        ):
            return False
        for slot in pattern.needs_slots:
            if not any(c.role == slot for c in candidate.constraints) and not (
                pattern.needed and any(r == slot and (a.types or a.kind == "agent") for r, a in candidate.asked)
            ):
                return False
        shade = respelled = 0.0
        if utterance.clause >= 0:
            candidate.left_over.append(utterance.clause)  # two clauses, of which one intent sees only one
        for i, taken, worth in view.words:
            item = items[i]
            if taken is _UNKNOWN_UNIT:
                candidate.left_over.append(i)
                continue
            if i in used:
                respelled += item.respelled is not None
                if i in candidate.needed_items and item.operations:
                    always = self._needed_as_operation(candidate, item)
                    for operation in item.operations if always else item.operations & _NEVER_SWALLOWED:
                        candidate.operations.setdefault(operation, i)
                continue
            if taken is _EXPLAINED:
                candidate.weight += worth
                used.add(i)
                respelled += item.respelled is not None
                if not item.operations.isdisjoint(_WORKED_OUT):
                    for operation in item.operations & _WORKED_OUT:
                        is_own = "!" + operation in intent.vocabulary
                        if operation in ("last", "anniversary") or (_has_amounts(intent) and not is_own):
                            candidate.operations.setdefault(operation, i)
                continue
            if taken is _SILENT:
                continue
            if taken is _SHADES:
                shade += 1
                continue
            if taken is _LEFT_OVER:
                candidate.left_over.append(i)
                continue
            if item.asks and i in view.heard.asking and not any(ask.index == i for ask in candidate.unfilled):
                continue
            if item.operations:
                for operation in item.operations:
                    candidate.operations.setdefault(operation, i)
                continue
            if item.pronoun:
                if not self._pronoun_explained(candidate, i):
                    candidate.left_over.append(i)
                else:
                    shade += 0.3
                continue
            if (
                not item.asks
                and not self._measures(candidate, i)
                and self.rest_of(item, i, utterance, intent) is _LEFT_OVER
            ):
                candidate.left_over.append(i)
        if intent.includes and not utterance.operations.isdisjoint(_OF_STORIES):
            candidate.weight += 1.0
        elif intent.includes and candidate.operations.keys() & {
            "duration",
            "ago",
            "anniversary",
            "difference",
            "share",
        }:
            candidate.weight -= 1.0
        if view.heard.degrees and not intent.operation and _has_amounts(intent):
            self._compare_by_degree(candidate, view.heard.degrees)
        left = sum([2.0 if not items[i].known else 1.0 for i in candidate.left_over]) if candidate.left_over else 0
        candidate.cost = (left, len(candidate.unfilled), -round(candidate.weight, 4), shade, respelled)
        return True

    def _compare_by_degree(self, candidate: Candidate, degrees: Mapping[int, str]) -> None:
        """Take what "heavier" and "cheapest" ask for, where the word is also what brings up the intent."""
        own = candidate.intent.vocabulary
        for i, operation in degrees.items():
            taken = i in candidate.used or i in candidate.needed_items
            if taken and candidate.utterance.items[i].senses and "!" + operation not in own:
                candidate.operations.setdefault(operation, i)

    def degree(self, item: Item) -> str | None:
        return forms(self.domain.lexicon.grammar).get(item.words[0]) if item.count == 1 else None

    def _measures(self, candidate: Candidate, i: int) -> bool:
        """Take "half", "three days" or "long" for what they ask to be worked out; False when they ask nothing here."""
        item, said = candidate.utterance.items[i], candidate.utterance.operations
        if item.fraction and said & {"greater", "less", "share"}:
            candidate.operations.setdefault("share", i)
            return True
        if self.is_length(item) and candidate.utterance.polar:
            if any(TIME in role.types for role in candidate.intent.roles.values()):
                candidate.operations.setdefault("duration", i)
                return True
            return False
        if item.number is not None and not (item.time or item.quantity) and self._counts(candidate, i):
            candidate.operations["count_said"] = i
            return True
        asks_length = candidate.operations.keys() & {"duration", "greater", "less", "max", "min"}
        return item.words[0] in _LONG and bool(asks_length)

    def _counts(self, candidate: Candidate, i: int) -> bool:
        """Whether the number stands before what the intent is about or has a role for: "four consulates"."""
        following = candidate.utterance.next[i]
        for _ in range(3):
            if following < 0:
                return False
            item = candidate.utterance.items[following]
            if following in candidate.needed_items or self._type_fits(item.types, candidate.intent.roles.values()):
                return True
            following = candidate.utterance.next[following]
        return False

    def rest_of(self, item: Item, i: int, utterance: Utterance, intent: Intent) -> str:
        """What *intent* makes of a word that is no form, not in its vocabulary and not for the candidate to take."""
        if item.number is not None and "anniversary" in utterance.operations and not item.time:
            return _SILENT
        if item.entities and (
            (item.possessive and utterance.next[i] < 0) or (item.adjective and self._before_one(utterance.items, i))
        ):
            return _SHADES
        if item.types and self._type_fits(item.types, intent.roles.values()):
            return _SILENT
        if item.entities and intent.says and not intent.about and self._is_spoken_of(item, intent):
            return _SHADES
        return _SILENT if item.now or (item.unit and self._unit_fits(item, intent)) else _LEFT_OVER

    def _is_spoken_of(self, item: Item, intent: Intent) -> bool:
        """Whether a fixed answer that speaks of libraries holds for the library that is named."""
        kinds = {kind for entity, _ in item.entities for kind in self.kb.kinds_of(entity)}
        words = {w for kind in kinds if kind in self.kb.types for w in (kind, *self.kb.types[kind].words)}
        stem = self.domain.lexicon.stem
        said = {stem(sense[1:]) for sense in intent.vocabulary if sense[0] == "="}
        return any(stem(word) in said for word in words)

    def _needed_as_operation(self, candidate: Candidate, item: Item) -> bool:
        needed: frozenset[str] = frozenset().union(*candidate.pattern.needed)
        return all(sense[0] == "!" for sense in item.senses & needed)

    # values

    def _assign(self, candidate: Candidate, mentions: list[int], heard: _Heard, view: _View | None = None) -> None:
        """Give each mention a role; where two would fit, the pattern's cues decide, or nobody."""
        if not mentions:
            return
        groups: dict[tuple[str, ...], list[int]] = {}
        utterance, intent = candidate.utterance, candidate.intent
        for i in mentions:
            options = view.roles[i] if view else self._roles_for(intent, utterance, i)
            if not options:
                continue
            if options in groups:
                groups[options].append(i)
            else:
                groups[options] = [i]
        ordered: Iterable[tuple[tuple[str, ...], list[int]]] = groups.items()
        if len(groups) > 1:
            ordered = sorted(ordered, key=lambda group: any(intent.roles[r].of for r in group[0]))
        for roles, indexes in ordered:
            if len(roles) == 1:
                for i in indexes:
                    self._bind(candidate, i, roles[0], heard)
            else:
                self._distribute(candidate, indexes, roles, heard)

    def _roles_for(self, intent: Intent, utterance: Utterance, i: int) -> tuple[str, ...]:
        """The roles of *intent* that item *i* may fill, those of a proper name before those of a metonym."""
        item, entities = utterance.items[i], utterance.entities[i]
        return self._roles_of(intent, utterance, i, self.named(entities, item) if entities else None)

    def named(self, entities: tuple[tuple[str, str], ...], item: Item) -> Named:
        """What *item* may be to intents that may name *entities*."""
        key = (entities, item.words if len(entities) > 1 else ())
        known = self._named.get(key)
        if known is None:
            if len(self._named) >= _MOST_REMEMBERED:
                self._named.clear()
            known = self._named[key] = Named(entities, item.words)
        return known

    def _roles_of(self, intent: Intent, utterance: Utterance, i: int, named: Named | None) -> tuple[str, ...]:
        item = utterance.items[i]
        if named is not None:
            if item.adjective or utterance.prepositions[i] == "from":
                origin = self._origin_of(intent, utterance, i)
                if origin:
                    return (origin,)
            if utterance.prepositions[i] == "of" and self._owns_nobody(utterance, i):
                return ()  # "the king of Turkey"
            known = named.roles.get(intent.id)
            if known is None:
                known = named.roles[intent.id] = self._roles_for_names(intent, named.entities, named.words)
            if len(known) > 1 and i and utterance.items[i - 1].words == ("as",):
                posts = tuple(role for role in known if intent.roles[role].of)
                return posts or known  # "as president": the post, and nobody who held it
            if known:
                return self._but_owned(intent, utterance, i, known) if item.possessive else known
        if item.time:
            for role in intent.roles.values():
                if TIME in role.types:
                    return (role.name,)
        elif "anniversary" in utterance.operations and not (item.quantity and item.quantity.unit):
            return ()  # the 50 of a 50th anniversary
        elif (item.quantity or item.number is not None) and not self.is_length(item):
            for role in intent.roles.values():
                if QUANTITY in role.types or NUMBER in role.types:
                    return (role.name,)
        return ()

    def _owns_nobody(self, utterance: Utterance, i: int) -> bool:
        """Whether the person named just before is somebody else's: nobody known has that post there."""
        before = utterance.previous[i]
        people = [e for e, _ in utterance.entities[before] if "person" in self.kb.kinds_of(e)] if before >= 0 else []
        owners = {entity for entity, _ in utterance.entities[i]}
        return bool(people) and all(
            self.kb.entities[e].belongs_to and owners.isdisjoint((e, *self.kb.entities[e].belongs_to)) for e in people
        )

    def _origin_of(self, intent: Intent, utterance: Utterance, i: int) -> str:
        """
        The role whose holder *i* tells the origin of: "the Turkish guest", "which Norwegian came", "came from Norway".

        Only where the names of the role are not of the owner's own kind, and the intent has no part for what is "from".
        """
        owners = {entity for entity, flavour in utterance.entities[i] if flavour != METONYM}
        subject = self.kb.properties[intent.about[0]].subject if intent.about else ""
        named: list[str] = []
        if utterance.items[i].adjective:
            noun = utterance.items[i + 1] if i + 1 < len(utterance.items) else None
            asked = i > 0 and utterance.items[i - 1].asks == "thing"
            if noun is not None and noun.entities:
                return ""
            named = [
                part.name for part in intent.roles.values()
                if noun is not None and (
                    noun.strength(frozenset((part.name, "=" + part.name))) > _STRONG
                    or (part.name == subject and not noun.types.isdisjoint(part.types))
                )
            ]  # fmt: skip
            if not named and asked and (noun is None or noun.auxiliary or not noun.types):
                named = [subject]
        elif not self._knows_from(intent) and any("place" in role.asked for role in intent.roles.values()):
            named = [subject]  # it goes on to some place
        for name in named:
            part = intent.roles.get(name)
            if (
                part is not None
                and not any(self._accepts_entity(part, owner) for owner in owners)
                and any(self._accepts_entity(part, entity) for entity in self.kb.belonging(owners))
            ):
                return name
        return ""

    def _lacks_a_verb(self, candidate: Candidate) -> bool:
        """ "Did Erdoğan like Norway?": what one that is only named did must be said in words of the intent."""
        items, intent = candidate.utterance.items, candidate.intent
        if candidate.needed_items or not any(not _DOING.isdisjoint(item.words) for item in items[:3]):
            return False
        bound = {c.item for c in candidate.constraints}
        own = self.all_needed(intent) | intent.denies | intent.reverses
        return not any(i not in bound and item.strength(own) > _STRONG for i, item in enumerate(items))

    def _ask_the_owned(self, candidate: Candidate) -> None:
        """ "Who was the king's host?" asks for the host, and so does "the king's host?"."""
        utterance, roles = candidate.utterance, candidate.intent.roles
        if utterance.polar or candidate.counting:
            return
        if not candidate.asked and len(candidate.needed_items) == 1:
            (place,) = candidate.needed_items
            bound = {c.item for c in candidate.constraints}
            only = all(
                k == place or k in bound or item.mark or item.preposition or item.words in (("the",), ("and",))
                for k, item in enumerate(utterance.items)
            )  # fmt: skip
            only = only and all(isinstance(c.value, Time) for c in candidate.constraints)
            called = [r for r in roles if utterance.items[place].strength(frozenset(("=" + r,))) >= 1.0] if only else []
            candidate.asked = [(role, Ask(-1, "agent")) for role in called[:1]]  # "host?"
        for constraint in candidate.constraints:
            i = constraint.item
            if i < 0 or not utterance.items[i].possessive or i + 1 >= len(utterance.items):
                continue
            noun = utterance.items[i + 1]
            if noun.entities or not noun.senses:
                continue
            owned = [
                role.name for role in roles.values()
                if role.name != constraint.role and role.types == roles[constraint.role].types
                and noun.strength(frozenset((role.name, "=" + role.name))) > _STRONG
                and all(c.role != role.name for c in candidate.constraints)
            ] if constraint.role in roles else []  # fmt: skip
            asked = [role for role, _ in candidate.asked]
            if owned and owned[0] not in asked and all(ask.kind in ("agent", "thing") for _, ask in candidate.asked):
                candidate.asked = [(owned[0], Ask(-1, "agent"))]
                candidate.unfilled = [ask for ask in candidate.unfilled if ask.kind not in ("agent", "thing")]

    def _knows_from(self, intent: Intent) -> bool:
        """Whether one of the intent's roles stands after "from"."""
        cues = (cue for p in intent.patterns for cues in (p.cues or {}).values() for cue in cues)
        return any(cue.preposition == "from" for cue in cues)

    def _ends_in_from(self, utterance: Utterance) -> bool:
        last = next((item for item in reversed(utterance.items) if not item.mark), None)
        return last is not None and last.words == ("from",)

    def _but_owned(self, intent: Intent, utterance: Utterance, i: int, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Without the role that the owner's noun names: "the king's host" is another than the king."""
        if not self._offices:
            self._offices = {
                role.name: role for known in self.domain.intents.values() for role in known.roles.values()
                if "person" in self._kinds(role)
            }  # fmt: skip
        noun = utterance.items[i + 1] if i + 1 < len(utterance.items) else None
        if noun is None or noun.entities:
            return roles
        owned = {role for role in self._offices if noun.strength(frozenset((role, "=" + role))) > _STRONG}
        accepting = {
            role for role in owned
            if any(self._accepts_entity(self._offices[role], entity) for entity, _ in utterance.entities[i])
        }  # fmt: skip
        if accepting.isdisjoint(intent.roles):
            return () if accepting else roles  # "the king's host held …": of his host this intent knows nothing
        return tuple(role for role in roles if role not in accepting) or roles

    def _tells_origin(self, utterance: Utterance, constraint: Constraint) -> bool:
        """Whether it says only where those in the role come from, so that who they are may still be asked."""
        if constraint.item < 0 or not isinstance(constraint.value, frozenset):
            return False
        return all(entity not in constraint.value for entity, _ in utterance.entities[constraint.item])

    def is_length(self, item: Item) -> bool:
        """Whether it is a length of time: "three days"."""
        return item.quantity is not None and self.domain.lexicon.unit_kinds.get(item.quantity.unit or "") == "time"

    def _roles_for_names(
        self, intent: Intent, entities: tuple[tuple[str, str], ...], words: tuple[str, ...]
    ) -> tuple[str, ...]:
        if len(entities) > 1 and all(flavour != METONYM for _, flavour in entities):  # a title, not whoever held it
            named = [e for e, _ in entities if tuple(normalise(self.kb.entities[e].label).split()) == words]
            fitting = {r.name: None for r in intent.roles.values() for e in named if self._accepts_entity(r, e)}
            if fitting:
                return tuple(fitting)
        names: dict[str, None] = {}
        for metonym in (True, False):
            for role in intent.roles.values():
                for entity, flavour in entities:
                    if (flavour == METONYM) == metonym and self._accepts_entity(role, entity):
                        names.setdefault(role.name)
        return tuple(names)

    def _fit(self, intent: Intent, role: str, named: Named) -> Fit:
        """How the entities that a mention may name go with *role*."""
        known = named.fits.get((intent.id, role))
        if known is None:
            accepted = [pair for pair in named.entities if self._accepts_entity(intent.roles[role], pair[0])]
            if not accepted:  # where they come from is said
                owners = {entity for entity, _ in named.entities}
                own = [e for e in self.kb.belonging(owners) if self._accepts_entity(intent.roles[role], e)]
                accepted = [(entity, "name") for entity in own]
            ids = frozenset(entity for entity, _ in accepted)
            known = named.fits[intent.id, role] = Fit(
                ids,
                all(flavour == METONYM for _, flavour in accepted),
                self.occurs(intent, role, ids),
                self.occurs(intent, role, frozenset(entity for entity, _ in named.entities)),
            )
        return known

    def _accepts_entity(self, role: Role, entity: str) -> bool:
        return not self.kb.kinds_of(entity).isdisjoint(role.types)

    def _bind(self, candidate: Candidate, i: int, role: str, heard: _Heard) -> None:
        utterance = candidate.utterance
        item = utterance.items[i]
        if (
            item.time
            and any(c.role == role for c in candidate.constraints)
            and not any(self.coordinated(utterance, c.item, i) for c in candidate.constraints if c.role == role)
        ):
            candidate.left_over.append(i)
            return
        candidate.used.add(i)
        named = heard.named.get(i)
        fit = None if named is None else self._fit(candidate.intent, role, named)
        candidate.weight += 0.5 if fit is not None and fit.only_metonym else 1.0
        if fit is not None:
            if not fit.occurs:
                candidate.weight -= 0.8  # nothing known has it in that place: rather about something else
            candidate.constraints.append(Constraint(role, "is", fit.entities, i))
        elif item.time:
            candidate.constraints.append(Constraint(role, self._time_kind(utterance, i), item.time, i))
        elif item.quantity:
            candidate.constraints.append(Constraint(role, self._number_kind(candidate, i), item.quantity, i))
        else:
            from bot.knowledge import Quantity

            amount = Quantity(float(item.number or 0))
            candidate.constraints.append(Constraint(role, self._number_kind(candidate, i), amount, i))

    def occurs(self, intent: Intent, role: str, entities: frozenset[str]) -> bool:
        return any(self.kb.occurs(p, role, entities) for p in intent.about) or not intent.about

    def _time_kind(self, utterance: Utterance, i: int) -> str:
        for j in (i - 1, i - 2):
            if j < 0:
                break
            operations = utterance.items[j].operations
            if "earlier" in operations and "before" in utterance.items[j].words:
                return "before"
            if "later" in operations and "after" in utterance.items[j].words:
                return "after"
            if "later" in operations and "since" in utterance.items[j].words:
                return "since"
            if not utterance.items[j].filler:
                break
        return "time"

    def _number_kind(self, candidate: Candidate, i: int) -> str:
        items = candidate.utterance.items
        behind = items[i + 1] if i + 1 < len(items) else None
        if behind is not None and behind.words[-1] == "than" and behind.operations & {"greater", "less"}:
            candidate.used.add(i + 1)
            candidate.operations["compare_number"] = i + 1
            if i and items[i - 1].auxiliary:  # "Is 862 million more than …"
                return "less" if "greater" in behind.operations else "greater"
            candidate.left_over.append(i)  # "252 million more than …": a difference, not an amount
            return "equal"
        for j in (i - 1, i - 2, i - 3):
            if j < 0:
                break
            item = candidate.utterance.items[j]
            for kind in ("greater", "less"):
                if "!" + kind in candidate.intent.vocabulary:
                    continue
                if kind in item.operations or (kind == "greater" and exceeds(item)):
                    candidate.used.add(j)
                    candidate.operations["compare_number"] = j
                    return kind
            if not (item.filler or item.operations):
                break
        return "equal"

    def _distribute(self, candidate: Candidate, indexes: list[int], roles: tuple[str, ...], heard: _Heard) -> None:
        """Place several mentions of one type in several roles by the cues of the pattern."""
        utterance = candidate.utterance
        if "{" not in candidate.pattern.text and (
            len(indexes) > 1 or any(utterance.prepositions[i] == "by" for i in indexes)
        ):
            candidate.weight -= _BLIND_TO_PLACES
        open_asks = heard.open_asks and [
            ask
            for ask in heard.open_asks
            if not any(other is ask for _, other in candidate.asked)
            and any(role in roles for role in self._ask_roles(candidate, ask)[:1])
        ]
        positions: list[int | Ask] = [*indexes[:_MAX_SAME_TYPE], *open_asks[:2]]
        scores = [
            (candidate.scores.get(position) if isinstance(position, int) else None)
            or self.cue_scores(candidate, position, roles, heard)
            for position in positions
        ]
        best: list[tuple[float, tuple[str, ...]]]
        if len(positions) == 1:
            best = [(score, (role,)) for role, score in scores[0].items()]
        elif len(positions) == 2:
            cost = heard.together(self, positions[1], positions[0])
            second = scores[1].items()
            best = [
                (score + other_score - cost if role == other else score + other_score, (role, other))
                for role, score in scores[0].items()
                for other, other_score in second
            ]
        else:
            best = self._placings(positions, roles, scores, heard)
        highest, top = max(best, key=itemgetter(0))
        candidate.weight += 0.2 * highest
        ties = [assignment for total, assignment in best if total > highest - 0.25]
        for n, position in enumerate(positions):
            clear = len(ties) == 1 or len({assignment[n] for assignment in ties}) == 1
            if isinstance(position, Ask):
                if clear:
                    candidate.asked.append((top[n], position))
                continue
            if clear:
                self._bind(candidate, position, top[n], heard)
            else:
                candidate.used.add(position)
                candidate.weight += 0.8
                entities = frozenset(e for e, _ in utterance.entities[position])
                candidate.constraints.append(Constraint("", "is", entities, position))
        for i in indexes[_MAX_SAME_TYPE:]:
            self._bind(candidate, i, roles[0], heard)

    def _placings(
        self, positions: list[int | Ask], roles: tuple[str, ...], scores: list[dict[str, float]], heard: _Heard
    ) -> list[tuple[float, tuple[str, ...]]]:
        """All ways to place three positions and more in *roles*, each with how well they stand."""
        together = [
            (a, b, heard.together(self, positions[a], positions[b])) for a in range(1, len(positions)) for b in range(a)
        ]
        placings = []
        for assignment in product(roles, repeat=len(positions)):
            total = 0.0
            for role, score in zip(assignment, scores, strict=True):
                total += score[role]
            for a, b, cost in together:
                if assignment[a] == assignment[b]:
                    total -= cost
            placings.append((total, assignment))
        return placings

    def togetherness(self, utterance: Utterance, a: int | Ask, b: int | Ask) -> float:
        """What it costs that two positions have one role."""
        if self.coordinated(utterance, a, b):
            return 0.5
        return 0.2 if self._elliptic(utterance, b) else 2.5

    def _elliptic(self, utterance: Utterance, position: int | Ask) -> bool:
        """ "Norway's exports … than Turkey's": a genitive whose noun was said before."""
        if isinstance(position, Ask):
            return False
        if utterance.items[position].adjective and self._before_one(utterance.items, position):
            return True
        if not utterance.items[position].possessive:
            return False
        following = utterance.next[position]
        return following < 0 or bool(utterance.items[following].time or utterance.items[following].preposition)

    def offers(self, utterance: Utterance, a: int | Ask, b: int | Ask) -> float:
        """ "Who came first, A or B?": what is offered has the role that is asked for; else 0."""
        option, ask = (b, a) if isinstance(a, Ask) else (a, b)
        if not isinstance(ask, Ask) or isinstance(option, Ask):
            return 0.0
        near = utterance.items[max(option - 3, 0) : option + 3]
        offered = any(item.joins == "or" for item in near) or (
            utterance.prepositions[option] in ("of", "out of", "between", "among")
            and any(item.joins == "and" for item in near)
        )
        return -1.5 if offered and option > ask.index else 0.0

    def coordinated(self, utterance: Utterance, a: int | Ask, b: int | Ask) -> bool:
        if isinstance(a, Ask) or isinstance(b, Ask):
            return False
        return all(
            item.joins or item.mark == "," or item.filler or "versus" in item.operations or k in utterance.absorbed
            for k, item in enumerate(utterance.items[a + 1 : b], a + 1)
        )

    def cue_scores(
        self, candidate: Candidate, position: int | Ask, roles: tuple[str, ...], heard: _Heard
    ) -> dict[str, float]:
        """How well a mention stands where the pattern has each of *roles*: the best over the role's cues."""
        intent, pattern = candidate.intent, candidate.pattern
        cues: Mapping[str, tuple[Cue, ...]] = pattern.cues or {}
        has_own = not cues.keys().isdisjoint(roles)
        place = self._place(candidate, position, heard)
        named: Named | None = None
        asked: Sequence[str] = roles
        asks_who = False
        if isinstance(position, Ask):
            asked, asks_who = self._ask_roles(candidate, position), position.kind == "agent"
        else:
            named = heard.named.get(position)
        scores = {}
        for role in roles:
            owner = intent.roles[role].of
            if owner:
                score = self._beside(candidate, owner, place)
            else:
                if asks_who and heard.names_as_noun(self, role):
                    score = 6.0
                else:
                    score = 1.5 if role in pattern.needs_slots else -0.5
                    best = place.standing.best(cues.get(role, ()) if has_own else self._usual_cues(intent, role))
                    if best > score:
                        score = best
                if named is not None:
                    fit = self._fit(intent, role, named)
                    if fit.any_occurs:
                        score += 0.3
                    if fit.only_metonym:
                        score -= 1.0
            scores[role] = score if role in asked else score - _NEVER
        return scores

    def _beside(self, candidate: Candidate, owner: str, place: Spot) -> float:
        """How well a post stands where it does: best right behind what fills the role of its *owner*."""
        item = next((c.item for c in candidate.constraints if c.role == owner and c.item < place.item), -1)
        return 3.0 if item >= 0 and item == place.previous else 1.0 if item >= 0 else 0.0

    def _place(self, candidate: Candidate, position: int | Ask, heard: _Heard) -> Spot:
        """Where *position* is, worked out once for all candidates that begin at the same needed word."""
        utterance = candidate.utterance
        is_ask = isinstance(position, Ask)
        index = position.index if isinstance(position, Ask) else position
        noun = position.noun if isinstance(position, Ask) and position.noun >= 0 else index
        following = utterance.next[noun]
        is_passive = " by {" not in candidate.pattern.text and heard.passive(self, candidate.anchor)
        key = (index, noun, is_ask, candidate.anchor, following in candidate.needed_items, is_passive)
        known = heard.places.get(key)
        if known is not None:
            return known
        preposition = utterance.prepositions[index]
        if is_ask and preposition is None and utterance.stranded:
            preposition = utterance.stranded
        item = utterance.items[index]
        genitive = item.possessive or item.adjective
        before = candidate.anchor < 0 or index < candidate.anchor
        if index and utterance.items[index - 1].auxiliary and preposition is None and utterance.entities[index]:
            before = True  # "does Oslo run": the subject of a question
        if is_passive:
            if preposition == "by":
                preposition, before = None, True
            elif preposition is None and before and not genitive:
                before = False
        previous = utterance.previous[index]
        facts = Facts(
            preposition,
            before,
            self._elliptic(utterance, position),
            genitive,
            item.possessive,
            utterance.items[following].senses if following >= 0 else None,
            following in candidate.needed_items,
            utterance.items[previous].senses if previous >= 0 else NO_SENSES,
        )
        standing = self._standings.get(facts)
        if standing is None:
            if len(self._standings) >= _MOST_REMEMBERED:
                self._standings.clear()
            standing = self._standings[facts] = Standing(facts)
        known = heard.places[key] = Spot(index, previous, standing)
        return known

    def is_named_as_noun(self, utterance: Utterance, role: str) -> bool:
        """ "who was his host": the role is asked for by its name."""
        named = frozenset([role])
        for i in range(1, len(utterance.items)):
            before = utterance.items[i - 1]
            if utterance.items[i].strength(named) > 0.7 and (
                before.pronoun or before.possessive or before.words[-1] in ("the", "a", "an") or before.adjective
            ):
                return True
        return False

    def _usual_cues(self, intent: Intent, role: str) -> tuple[Cue, ...]:
        """Where the intent's other patterns have *role*, for a wording that does not say."""
        known = self._cues.get((intent.id, role))
        if known is None:
            known = next((p.cues[role] for p in intent.patterns if p.cues and role in p.cues), ())
            self._cues[intent.id, role] = known
        return known

    def is_passive(self, utterance: Utterance, anchor: int) -> bool:
        """Whether the word at *anchor* is a verb in the passive; not when there is none."""
        items = utterance.items
        if anchor < 0:
            return False
        word = items[anchor].words[-1]
        if not (word.endswith("ed") or word in _PARTICIPLES):
            return False
        for j in range(anchor - 1, -1, -1):
            item = items[j]
            if j and (item.asks == "agent" or item.words[0] in ("that", "which")):
                return False  # "who was the president that welcomed …": another clause
            if not {"was", "were", "been", "being", "is", "are", "be", "got"}.isdisjoint(item.words) and item.filler:
                return True
            if {"did", "has", "have", "had", "does"} & set(item.words) and item.filler:
                return False
        return False

    # questions

    def _ask_roles(self, candidate: Candidate, ask: Ask) -> tuple[str, ...]:
        """The roles that *ask* may be asking for, in the intent's order."""
        key = (candidate.intent.id, ask.kind, frozenset(ask.types))
        known = self._asked_roles.get(key)
        if known is None:
            if len(self._asked_roles) >= _MOST_REMEMBERED:
                self._asked_roles.clear()
            found = list(self._all_ask_roles(candidate.intent, ask))
            if len(found) > 1 and ask.types:  # "which places": what the intent is asked for, sooner than what is wider
                roles, usual = candidate.intent.roles, candidate.intent.asks
                found.sort(key=lambda name: (ask.types.isdisjoint(roles[name].types), name not in usual))
            known = self._asked_roles[key] = tuple(found)
        return known

    def _all_ask_roles(self, intent: Intent, ask: Ask) -> Iterator[str]:
        for role in intent.roles.values():
            if (
                ask.types
                and (
                    not self._kinds(role).isdisjoint(ask.types)
                    or (ask.kind == "number" and not set(role.counts).isdisjoint(ask.types))
                )
            ) or (
                not ask.types
                and (
                    ask.kind in role.asked
                    or (
                        ask.kind in self._kinds(role)
                        and not (
                            ask.kind == "place"
                            and "agent" in self._kinds(role)  # a country that acts is no place of an event
                        )
                    )
                    or (ask.kind == "quantity" and QUANTITY in role.types)
                    or (ask.kind == "time" and TIME in role.types)
                )
            ):
                yield role.name

    def _kinds(self, role: Role) -> frozenset[str]:
        known = self._role_kinds.get(role.types)
        if known is None:
            known = frozenset().union(*(self.kb.kinds.get(type_, frozenset()) for type_ in role.types))
            self._role_kinds[role.types] = known
        return known

    def _place_asks(self, candidate: Candidate, heard: _Heard) -> None:
        """Decide which role each question word asks for; one that asks for nothing here stays unfilled."""
        utterance, intent = candidate.utterance, candidate.intent
        default = candidate.pattern.asks
        placed = {id(ask) for _, ask in candidate.asked}
        excepted = heard.excepted
        bound = {
            c.role for c in candidate.constraints
            if (not excepted or c.item not in excepted) and not self._tells_origin(utterance, c)
        }  # fmt: skip
        for ask in utterance.asks:
            if ask.kind == "duration":
                candidate.operations.setdefault("duration", ask.index)
                if self._asks_an_age(utterance, ask.index):
                    candidate.unfilled.append(ask)
                continue
            if id(ask) in placed or ask.index in candidate.needed_items:
                continue
            if ask.noun >= 0 and (ask.kind != "noun" or self._type_fits(ask.types, intent.roles.values())):
                candidate.used.add(ask.noun) if ask.noun not in candidate.used and ask.types else None
            if ask.kind == "number":
                candidate.counting = True
                if "agent" in self._kinds_of(ask.types) and self._is_company(candidate):
                    candidate.unfilled.append(ask)  # "how many people came with her": nobody knows
                elif ask.types:
                    roles = self._ask_roles(candidate, ask)
                    noun = utterance.items[ask.noun]
                    if roles:
                        free = [role for role in roles if role not in bound] or list(roles)
                        counted = [r for r in roles if set(intent.roles[r].counts) & ask.types]
                        candidate.asked.append(((counted or free)[0], ask))
                        candidate.counting = not counted
                    elif noun.senses.isdisjoint(self.all_needed(intent)):
                        candidate.unfilled.append(ask)
                elif ask.unit:
                    self._place_unit(candidate, ask)
                elif not self._counts_what_it_is_about(candidate, ask):
                    candidate.unfilled.append(ask)  # "how many tourists": the statements count no such thing
                else:
                    numbers = [r.name for r in intent.roles.values() if NUMBER in r.types]
                    if numbers and not default:
                        candidate.asked.append((numbers[0], ask))
                        candidate.counting = False
                continue
            if ask.kind == "thing" and not ask.types:
                named = self._role_named(candidate, ask)
                if named and named not in bound:
                    candidate.asked.append((named, ask))  # "which of the hosts"
                    continue
                following = utterance.next[ask.index]
                while following in utterance.absorbed or (following >= 0 and utterance.items[following].adjective):
                    following = utterance.next[following]
                if following < 0 or utterance.items[ask.index].words[-1] != "which":
                    continue
                noun = utterance.items[following]
                later = following
                for _ in range(3):  # "which global trade body": the name that the question stands for
                    if later >= 0 and utterance.items[later].words[-1].endswith("s") and not utterance.entities[later]:
                        break  # a plural is what is asked for itself
                    if later >= 0 and not utterance.entities[later] and not utterance.items[later].auxiliary:
                        later = utterance.next[later] if utterance.next[later] == later + 1 else -1
                if later >= 0 and utterance.entities[later] and not utterance.items[later].adjective:
                    following, noun = later, utterance.items[later]
                head = utterance.next[following] if utterance.entities[following] else -1
                if head == following + 1 and self._is_head_noun(utterance.items[head], intent):
                    candidate.unfilled.append(ask)  # "which energy firms": energy is not asked for
                    continue
                if utterance.entities[following] and self.is_nameless(utterance, following):
                    candidate.unfilled.append(ask)  # "which ten countries": known as a group only
                    continue
                if utterance.entities[following] and not noun.adjective:
                    role = next((c.role for c in candidate.constraints if c.item == following and c.role), None)
                    role = role or self._lead(candidate, following, heard)
                    if role:
                        candidate.asked.append((role, ask))
                elif noun.senses and not (
                    noun.filler
                    or noun.types
                    or noun.entities
                    or noun.senses & self.all_needed(intent)
                    or noun.operations
                    or noun.words[-1].endswith(("ed", "ing"))
                ):
                    candidate.unfilled.append(ask)  # "which companies": nothing here is one
                continue
            if ask.kind == "noun":
                free = [role for role in self._ask_roles(candidate, ask) if role not in bound]
                if free and not utterance.polar and ask.index not in candidate.needed_items:
                    candidate.asked.append((free[0], ask))
                continue
            if self.is_nameless(utterance, heard.descriptions[ask.index]):
                candidate.unfilled.append(ask)  # "who was the foreign minister": known by the office only
                continue
            if self._is_stranger(utterance, ask, intent):
                candidate.unfilled.append(ask)  # "who is the consul": no such person is known here
                continue
            described = self._described(candidate, heard.descriptions[ask.index])
            if described:
                candidate.asked.append((described, ask))
                continue
            if ask.kind == "name":
                self._place_name(candidate, ask)
                continue
            roles = self._ask_roles(candidate, ask)
            if ask.kind == "place" and self._ends_in_from(utterance) and not self._knows_from(intent):
                candidate.unfilled.append(ask)  # "where was his guest from"
                continue
            taken = {role for role, _ in candidate.asked} | bound if candidate.asked else bound
            free = [role for role in roles if role not in taken]
            if ask.kind == "agent" and len(free) > 1:  # "who was the host": a role called by its name
                free.sort(key=lambda role: not any(item.strength(frozenset([role])) > 0.7 for item in utterance.items))
            owned = sorted(
                (c.item, role)
                for role in free
                for c in candidate.constraints
                if c.role == intent.roles[role].of and c.item >= 0
            )
            if owned:
                free = [owned[0][1]]
            elif default in roles and default not in bound:
                free = [default]
            if free:
                candidate.asked.append((free[0], ask))
            elif roles and (ask.kind != "agent" or self._is_option(candidate, roles[0])):
                candidate.asked.append((roles[0], ask))
            elif (
                (ask.types and ask.noun in candidate.needed_items)
                or (ask.kind == "how" and "describe" in utterance.operations)
                or (ask.kind == "how" and not any(TIME in role.types for role in intent.roles.values()))
                or (ask.kind == "quantity" and not utterance.items[ask.index].senses.isdisjoint(intent.vocabulary))
                or utterance.polar
            ):
                continue
            else:
                candidate.unfilled.append(ask)

    def _lead(self, candidate: Candidate, place: int, heard: _Heard) -> str:
        """
        The role that "which king" asks for: the one before the verb, in the words of the pattern.

        A title fits whoever may have held it, so its constraint had no role so far.
        """
        intent, utterance = candidate.intent, candidate.utterance
        entities = utterance.entities[place]
        n = next((n for n, c in enumerate(candidate.constraints) if c.item == place and not c.role), -1)
        if n < 0 or len(entities) < 2 or not intent.about or utterance.next[utterance.asks[0].index] != place:
            return ""
        slots = [role for role, cues in (candidate.pattern.cues or {}).items() if any(cue.before for cue in cues)]
        subject = self.kb.properties[intent.about[0]].subject
        if not slots and not heard.passive(self, candidate.anchor):  # "which prime minister was the host?"
            being = any(not _BEING.isdisjoint(item.words) for item in utterance.items)
            named = self.is_named_as_noun(utterance, subject) and not being  # "which king received the guest?"
            for part in intent.roles.values():
                called = frozenset((part.name, "=" + part.name))
                if part.name == subject or part.types != intent.roles[subject].types:
                    continue
                if named or any(item.strength(called) > _STRONG for item in utterance.items):
                    slots = [part.name]
        role = slots[0] if slots else subject
        if not any(self._accepts_entity(intent.roles[role], entity) for entity, _ in entities):
            return ""
        fit = self._fit(intent, role, self.named(entities, utterance.items[place]))
        candidate.constraints[n] = candidate.constraints[n]._replace(role=role, value=fit.entities)
        return role

    def _asks_an_age(self, utterance: Utterance, index: int) -> bool:
        """ "How old was King Harald": the age of somebody, not how long ago anything was."""
        if "old" not in utterance.items[index].words:
            return False
        named = next((e for e in utterance.entities[index + 1 :] if e), ())
        return any("person" in self.kb.kinds_of(entity) for entity, _ in named)

    def _place_modifiers(self, candidate: Candidate, heard: _Heard) -> None:
        """ "which Turkish cities": only values that belong to Turkey are asked for."""
        utterance = candidate.utterance
        for ask in utterance.asks:
            if ask.modifier < 0 or ask.noun < 0:
                continue
            owners = {entity for entity, _ in utterance.entities[ask.modifier]}
            role = next((role for role, other in candidate.asked if other is ask), None)
            spec = candidate.intent.roles.get(role or "")
            members = frozenset(id for id in self.kb.belonging(owners) if spec and self._accepts_entity(spec, id))
            if role and members:
                candidate.constraints.append(Constraint(role, "is", members, ask.modifier))
                candidate.used.add(ask.modifier)
                candidate.weight += 0.8
            else:
                self._assign(candidate, [ask.modifier], heard)

    def excepted(self, utterance: Utterance) -> set[int]:
        """The values after "besides" or "apart from", which bind nothing."""
        items = utterance.items
        if "except" not in utterance.operations:
            return set()
        start = next(
            (i for i, item in enumerate(items) if "except" in item.operations and item.words[-1] not in OTHERS), None
        )
        if start is None:
            return set()
        end = next((i for i in range(start + 1, len(items)) if items[i].asks or items[i].auxiliary), len(items))
        return set(range(start + 1, end))

    def _role_named(self, candidate: Candidate, ask: Ask) -> str | None:
        """The role for entities whose very name is the noun of a "which"."""
        utterance = candidate.utterance
        noun = utterance.next[ask.index]
        while noun >= 0 and _only_works_out(utterance.items[noun]):  # "of the two"
            noun = utterance.next[noun]
        if noun < 0 or utterance.items[ask.index].words[0] != "which":
            return None
        item = utterance.items[noun]
        roles = [r for r in candidate.intent.roles.values() if r.types[0] in self.kb.kinds]
        return next((r.name for r in roles if item.strength(frozenset((r.name,))) > _STRONG_ALONE), None)

    def all_needed(self, intent: Intent) -> frozenset[str]:
        """The senses that the patterns of *intent* need."""
        known = self._needed.get(intent.id)
        if known is None:
            known = frozenset(sense for p in intent.patterns for senses in p.needed for sense in senses)
            self._needed[intent.id] = known
        return known

    def _is_head_noun(self, item: Item, intent: Intent) -> bool:
        """Whether *item* may be the noun that an entity before it only describes, and names nothing known here."""
        return bool(item.senses) and not (
            item.filler
            or item.auxiliary
            or item.preposition
            or item.operations
            or item.types
            or item.entities
            or item.time
            or item.strength(self.all_needed(intent)) > _STRONG_ALONE
            or item.words[-1].endswith(("ed", "ing"))
        )

    def _counts_what_it_is_about(self, candidate: Candidate, ask: Ask) -> bool:
        """Whether the noun of a "how many …" is one of the words that the intent is about."""
        utterance = candidate.utterance
        following = utterance.next[ask.index]
        for _ in range(3):
            if following < 0 or following in candidate.needed_items or utterance.entities[following]:
                return True
            item = utterance.items[following]
            if not item.senses or item.filler or item.words[-1].endswith("s"):
                break
            following = utterance.next[following]
        if following < 0:
            return True
        item = utterance.items[following]
        known = self.all_needed(candidate.intent)
        return bool(item.filler or item.operations or item.senses & known) or not item.senses

    def _kinds_of(self, types: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(self.kb.kinds[t] for t in types))

    def _is_company(self, candidate: Candidate) -> bool:
        """Whether somebody is said to be in company: "with her", where the wording has no "with"."""
        withs = [c for c in candidate.constraints if c.item >= 0 and candidate.utterance.prepositions[c.item] == "with"]
        return any(
            "person" in self.kb.kinds_of(entity) for c in withs if isinstance(c.value, frozenset) for entity in c.value
        )

    def _is_option(self, candidate: Candidate, role: str) -> bool:
        """Whether what fills *role* only offers a choice: "who sold more, Norway or Turkey"."""
        items = candidate.utterance.items
        places = [c.item for c in candidate.constraints if c.role == role and c.item >= 0]
        return len(places) > 1 or any(item.joins == "or" for item in items)

    def is_nameless(self, utterance: Utterance, place: int) -> bool:
        """Whether the mention at *place* is of somebody known by office or group alone."""
        return place >= 0 and all(self.has_no_name(entity) for entity, _ in utterance.entities[place])

    def has_no_name(self, entity: str) -> bool:
        """Whether *entity* is somebody known by office or group alone."""
        return self.kb.kinds_of(entity).isdisjoint(_NAMED_KINDS) and "agent" in self.kb.kinds_of(entity)

    def _is_stranger(self, utterance: Utterance, ask: Ask, intent: Intent) -> bool:
        """Whether a "who" goes with a noun for people of a kind that the intent has no role for."""
        following = utterance.next[ask.index]
        while following >= 0 and utterance.entities[following] and self._describes(utterance, following):
            following = utterance.next[following]
        if ask.kind != "agent" or following < 0 or utterance.entities[following]:
            return False
        types = utterance.items[following].types
        return any("agent" in self.kb.kinds[t] for t in types) and not self._type_fits(types, intent.roles.values())

    def _describes(self, utterance: Utterance, i: int) -> bool:
        """Whether a mention stands before a noun that it only describes: "Norway's", "Norwegian"."""
        return utterance.items[i].possessive or utterance.items[i].adjective

    def _described(self, candidate: Candidate, place: int) -> str | None:
        """ "Who was Norwegian prime minister …?": what a description stands for is asked, not given."""
        if place < 0 or self.is_passive(candidate.utterance, candidate.anchor):
            return None
        return next((c.role for c in candidate.constraints if c.item == place and c.role), None)

    def description(self, utterance: Utterance, ask: Ask) -> int:
        """The item that describes, and does not name, whom a "who was …" asks for; -1 when there is none."""
        if ask.kind != "agent":
            return -1
        following = utterance.next[ask.index]
        while following in utterance.absorbed:
            following = utterance.next[following]
        if following < 0 or not utterance.entities[following]:
            return -1
        between = [word for item in utterance.items[ask.index : following] for word in item.words]
        labels = {w for e, _ in utterance.entities[following] for w in normalise(self.kb.entities[e].label).split()}
        is_named = labels.intersection(utterance.items[following].words)
        is_said = utterance.items[ask.index].possessive or {"is", "was", "were", "are"}.intersection(between)  # who's
        return following if is_said and not is_named else -1

    def _place_name(self, candidate: Candidate, ask: Ask) -> None:
        """What is somebody or something called: known for people, places and kinds of things, not for offices."""
        utterance = candidate.utterance
        following, previous = utterance.next[ask.index], utterance.previous[ask.index]
        while following >= 0 and (utterance.items[following].adjective or following in utterance.absorbed):
            following = utterance.next[following]
        role = next((c.role for c in candidate.constraints if c.item == following >= 0 and c.role), None)
        if previous < 0 and utterance.items[ask.index].count == 1:  # "Name the …": a wish for a list
            if role and len(utterance.asks) > 1:
                candidate.asked.append((role, ask))  # "Name the premier who …"
            return
        for i in (following, previous):
            if i < 0:
                continue
            kinds = [self.kb.kinds_of(entity) for entity, _ in utterance.entities[i]]
            if any({"person", "place", "organisation"} & kind for kind in kinds):
                return
            roles = [
                r.name
                for r in candidate.intent.roles.values()
                if not self._kinds(r).isdisjoint(utterance.items[i].types)
            ]
            if roles:
                candidate.asked.append((roles[0], ask))
                return
        candidate.unfilled.append(ask)

    def _place_unit(self, candidate: Candidate, ask: Ask) -> None:
        kind = self.domain.lexicon.unit_kinds.get(ask.unit or "")
        candidate.counting = False
        if kind == "time":
            candidate.operations.setdefault("duration", ask.index)
            return
        for role in candidate.intent.roles.values():
            if QUANTITY in role.types:
                unit = next(
                    (self.kb.properties[p].unit for p in candidate.intent.about if p in self.kb.properties), None
                )
                if unit is None or ask.unit == unit:
                    candidate.asked.append((role.name, ask))
                    return
        candidate.unfilled.append(ask)

    # other words

    def _pronoun_explained(self, candidate: Candidate, i: int) -> bool:
        item = candidate.utterance.items[i]
        if item.words == ("it",) and i and candidate.utterance.items[i - 1].preposition in _ABOUT:
            return sum(map(bool, candidate.utterance.entities[:i])) > 1  # "is it a member of it": of what?
        if item.pronoun in ("they", "it", "other"):
            return True
        if item.pronoun == "there":
            return i > 0
        earlier = candidate.utterance.entities[:i] if item.pronoun in ("he", "she") else ()
        return any("agent" in self.kb.kinds_of(e) for entities in earlier for e, _ in entities)

    def stands_for_another(self, utterance: Utterance, intent: Intent, i: int) -> bool:
        """ "along with Norway's", "the Norwegian one": one of what was said, not a value by itself."""
        item = utterance.items[i]
        if not (
            item.entities
            and (self._elliptic(utterance, i) or (item.adjective and self._before_one(utterance.items, i)))
        ):
            return False
        entities = frozenset(e for e, _ in utterance.entities[i])
        return not any(self.occurs(intent, role, entities) for role in intent.roles)

    def _before_one(self, items: list[Item], i: int) -> bool:
        """ "the Norwegian one": what it is one of was said."""
        return i + 1 < len(items) and items[i + 1].words[0] in ("one", "ones")

    def _type_fits(self, types: Iterable[str], roles: Iterable[Role]) -> bool:
        wanted = set(types)
        return any(not wanted.isdisjoint(self._kinds(role)) for role in roles)

    def other_unit(self, item: Item, intent: Intent) -> bool:
        """ "in euros": a unit of the same kind as the intent's own, in which its amounts are not known."""
        units = {self.kb.properties[p].unit for p in intent.about if p in self.kb.properties} - {None}
        kinds = self.domain.lexicon.unit_kinds
        return item.unit not in units and kinds.get(item.unit or "") in {kinds.get(unit or "", "") for unit in units}

    def _unit_fits(self, item: Item, intent: Intent) -> bool:
        units = {self.kb.properties[p].unit for p in intent.about if p in self.kb.properties}
        kind = self.domain.lexicon.unit_kinds.get(item.unit or "")
        return item.unit in units or (kind == "time" and any(TIME in role.types for role in intent.roles.values()))


_NAMED_KINDS = frozenset(("person", "place", "organisation", "country"))
"""Kinds of agents that have names of their own."""

OTHERS = frozenset(("other", "others", "another", "else", "rest", "remaining", "additional", "further", "left"))


def exceeds(item: Item) -> bool:
    """Whether *item* says that something is more: "exceed", "top", "surpass"."""
    return item.strength(_EXCEED) > _STRONG_ALONE


def _only_works_out(item: Item) -> bool:
    return bool(item.operations) and not item.senses - {"!" + operation for operation in item.operations}


def _has_amounts(intent: Intent) -> bool:
    return any(QUANTITY in role.types for role in intent.roles.values())


class _Said:
    """What one item says to the intents, whatever stands beside it."""

    __slots__ = ("degree", "in_need", "joins", "origin", "taken", "value", "word")

    def __init__(self, matcher: Matcher, item: Item) -> None:
        self.origin = item  # kept, as it is known by its id
        self.word = matcher.word(item) if item.senses else NOTHING
        self.value = bool(item.time or item.number is not None or item.quantity)
        """Whether it is a value that is no name."""
        self.joins = bool(item.mark or item.joins)
        self.in_need = matcher.is_in_need(item)
        self.taken = _taken_by_any(item, matcher)
        """How any intent takes it whose vocabulary does not explain it; empty where that depends on the intent."""
        self.degree = matcher.degree(item)
        """What it asks for as a comparative or superlative of an amount."""


class _Heard:
    """What the words of one utterance say, whatever the intent."""

    __slots__ = (
        "_as_noun",
        "_expressing",
        "_passive",
        "_together",
        "asking",
        "asks_narrowed",
        "asks_values",
        "counted",
        "degrees",
        "descriptions",
        "elliptic",
        "excepted",
        "in_need",
        "mentions",
        "named",
        "open_asks",
        "places",
        "utterance",
        "without_words",
        "words",
    )

    def __init__(self, matcher: Matcher, utterance: Utterance) -> None:
        self.utterance = utterance
        self.excepted = matcher.excepted(utterance)
        self.asking: set[int] = set()
        self.descriptions: dict[int, int] = {}
        self.open_asks: list[Ask] = []
        """The questions that a value of the same type as one that was said may answer."""
        self.asks_narrowed = False
        """Whether a value narrows what is asked for: "which Turkish cities"."""
        self.asks_values = False
        """Whether what is asked for is something of a type, or somebody."""
        modifiers: set[int] = set()
        for ask in utterance.asks:
            self.asking.add(ask.index)
            description = self.descriptions[ask.index] = matcher.description(utterance, ask)
            if (ask.kind == "agent" or (ask.kind == "thing" and ask.types)) and description < 0:
                self.open_asks.append(ask)
            if ask.types or ask.kind == "agent":
                self.asks_values = True
            if ask.modifier >= 0:
                self.asks_narrowed = True
            if ask.noun >= 0:
                modifiers.add(ask.modifier)
        self.places: dict[tuple[int, int, bool, int, bool, bool], Spot] = {}
        self.named: dict[int, Named] = {}
        """What the items that name something may be to the intents."""
        self._together: dict[tuple[int, int, bool, bool], float] = {}
        self._passive: dict[int, bool] = {}
        self._as_noun: dict[str, bool] = {}
        self._expressing: dict[frozenset[str], list[tuple[int, float, float]]] = {}
        self.words: list[Word] = []
        """What each item says."""
        self.in_need: list[tuple[int, int]] = []
        """
        The items that an intent must explain, as they are no mere form, each with the intents that it says something
        about or may fill a role of, one bit for each.
        """
        self.mentions: list[int] = []
        """The items that name a value, or may."""
        self.without_words: set[int] = set()
        """The items that no intent needs to explain by its vocabulary, as they are not said of anything."""
        self.elliptic: set[int] = set()
        """Those that may stand for one of what was said: "along with Norway's", "the Norwegian one"."""
        self.counted: list[tuple[int, Item, Mapping[str, tuple[float, float]], str]] = []
        """
        The items that may count, what they are worth to intents, and how one takes them whose vocabulary does not
        explain them; empty where that depends on the intent.
        """
        self.degrees: dict[int, str] = {}
        """What the items ask for that are comparatives and superlatives of amounts."""
        absorbed, tag_items = utterance.absorbed, utterance.tag_items
        for i, (item, entities) in enumerate(zip(utterance.items, utterance.entities, strict=True)):
            said = matcher.said(item)
            word = said.word
            self.words.append(word)
            worth, taken = word.worth, said.taken
            has_value = said.value
            if entities:
                has_value = True
                self.named[i] = matcher.named(entities, item)
            if has_value and i not in tag_items and not (item.entities and i in absorbed) and i not in modifiers:
                self.mentions.append(i)
                if item.entities and (item.possessive or item.adjective):
                    self.elliptic.add(i)
            is_example = bool(entities) and self._is_example(i)
            if said.joins or i in absorbed or i in tag_items or is_example:
                self.without_words.add(i)
                worth, taken = NOTHING.worth, _SILENT
                if is_example:
                    self.mentions = [k for k in self.mentions if k != i]
            elif said.in_need:
                taking = matcher.taking(item, entities, utterance.operations) if has_value else 0
                self.in_need.append((i, word.intents | taking))
            if said.degree:
                self.degrees[i] = said.degree
            if worth or taken is not _SILENT or item.unit or item.operations or item.respelled is not None:
                self.counted.append((i, item, worth, taken))

    def asks_for_slots(self, pattern: Pattern) -> bool:
        """Whether what is asked for may stand in a slot that *pattern* needs."""
        return self.asks_narrowed or (self.asks_values and bool(pattern.needed))

    def may_fill(self, pattern: Pattern) -> bool:
        """Whether enough is said for the slots that *pattern* needs, whatever it is."""
        return len(self.mentions) >= len(pattern.needs_slots) or self.asks_for_slots(pattern)

    def _is_example(self, i: int) -> bool:
        """ "Which clubs like NATO", "(NATO etc)": an example of what is asked for, which narrows nothing."""
        items, asks = self.utterance.items, self.utterance.asks
        before, after = items[i - 1] if i else None, items[i + 1] if i + 1 < len(items) else None
        if not self.utterance.entities[i] or not any(ask.types for ask in asks):
            return False
        leads = before is not None and (before.words[-1] in ("like", "eg") or before.words == ("such", "as"))
        return leads or (after is not None and after.words[0] in ("etc", "etcetera"))

    def says(self, senses: frozenset[str]) -> bool:
        """Whether a word has one of *senses*."""
        return any(not word.senses.isdisjoint(senses) for word in self.words)

    def expressing(self, senses: frozenset[str]) -> list[tuple[int, float, float]]:
        """The items that express one of *senses*, how centrally each does, and what that is worth."""
        known = self._expressing.get(senses)
        if known is None:
            known = self._expressing[senses] = []
            for i, word in enumerate(self.words):
                if not word.senses.isdisjoint(senses):
                    strength, worth = word.expressing(senses)
                    if strength:
                        known.append((i, strength, worth))
        return known

    def together(self, matcher: Matcher, later: int | Ask, earlier: int | Ask) -> float:
        """What it costs that two positions have one role."""
        key = (
            later.index if isinstance(later, Ask) else later,
            earlier.index if isinstance(earlier, Ask) else earlier,
            isinstance(later, Ask),
            isinstance(earlier, Ask),
        )
        known = self._together.get(key)
        if known is None:
            utterance = self.utterance
            known = matcher.offers(utterance, later, earlier) or matcher.togetherness(utterance, earlier, later)
            self._together[key] = known
        return known

    def passive(self, matcher: Matcher, anchor: int) -> bool:
        """Whether the word at *anchor* is a verb in the passive."""
        known = self._passive.get(anchor)
        if known is None:
            known = self._passive[anchor] = matcher.is_passive(self.utterance, anchor)
        return known

    def names_as_noun(self, matcher: Matcher, role: str) -> bool:
        """Whether *role* is asked for by its name."""
        known = self._as_noun.get(role)
        if known is None:
            known = self._as_noun[role] = matcher.is_named_as_noun(self.utterance, role)
        return known


_SILENT, _SHADES, _EXPLAINED, _LEFT_OVER = "silent", "shades", "explained", "left over"
_UNKNOWN_UNIT, _OPEN = "unknown unit", "open"
"""What an intent makes of a word that no pattern and no slot takes; `open` is decided by the candidate."""


def _taken_by_any(item: Item, matcher: Matcher) -> str:
    """How any intent takes a word that its vocabulary does not explain; empty where that depends on the intent."""
    if item.filler == 1 or item.auxiliary or item.preposition:
        return _SILENT
    if (item.filler == 2 or item.social == "acknowledge") and not item.operations:
        return _SHADES
    measures = item.fraction or item.words[0] in _LONG or matcher.is_length(item) or item.number is not None
    return _OPEN if item.asks or item.operations or item.pronoun or measures else ""


class _View:
    """What one intent makes of the words of one utterance, whatever the pattern."""

    __slots__ = (
        "_distributed",
        "_intent",
        "_matcher",
        "_most",
        "_times",
        "_words",
        "_worth",
        "heard",
        "mentions",
        "roles",
    )

    def __init__(self, matcher: Matcher, intent: Intent, heard: _Heard) -> None:
        self.heard = heard
        self._matcher, self._intent = matcher, intent
        utterance = heard.utterance
        self.mentions: list[int] = []
        self.roles: dict[int, tuple[str, ...]] = {}
        """The roles that each of them may fill."""
        for i in heard.mentions:
            if not (i in heard.elliptic and matcher.stands_for_another(utterance, intent, i)):
                self.mentions.append(i)
                self.roles[i] = matcher._roles_of(intent, utterance, i, heard.named.get(i))
        self._words: list[tuple[int, str, float]] | None = None
        self._times: list[int] | None = None
        self._distributed: list[int] = []
        self._most = -1.0
        self._worth: dict[int, float] = {}

    @property
    def words(self) -> list[tuple[int, str, float]]:
        """The items that count, how each is taken, and what that is worth."""
        known = self._words
        if known is None:
            known = self._words = []
            matcher, intent, utterance = self._matcher, self._intent, self.heard.utterance
            id_, vocabulary = intent.id, intent.vocabulary
            for i, item, worth, taken in self.heard.counted:
                value = 0.0
                spoken = worth.get(id_)
                if item.unit and matcher.other_unit(item, intent):
                    taken = _UNKNOWN_UNIT
                elif spoken and (spoken[0] > _TOO_REMOTE or item.filler) and item.explained_by(vocabulary):
                    taken, value = _EXPLAINED, spoken[1]
                elif not taken:
                    taken = matcher.rest_of(item, i, utterance, intent)
                if taken is not _SILENT or item.respelled is not None or item.operations:
                    known.append((i, taken, value))
        return known

    def may_fill(self, pattern: Pattern) -> bool:
        """Whether each slot that *pattern* needs may be filled by something that is said."""
        if self.heard.asks_for_slots(pattern):
            return True
        filling = [roles for roles in self.roles.values() if roles]
        if len(filling) < len(pattern.needs_slots):
            return False
        for slot in pattern.needs_slots:
            for roles in filling:
                if slot in roles:
                    break
            else:
                return False
        return True

    def may_cover(self, candidate: Candidate) -> bool:
        """Whether no word is left over that *candidate* does not need and that nothing else in it may take."""
        if self._one_time_too_many(candidate):
            return False
        utterance = self.heard.utterance
        for i, taken, _ in self.words:
            if taken is _UNKNOWN_UNIT:
                return False
            if taken is _LEFT_OVER and i not in candidate.used and i not in self.mentions:
                asked = any(i in (ask.noun, ask.modifier) for ask in utterance.asks)
                if not asked and not exceeds(utterance.items[i]):
                    return False
        return True

    def _one_time_too_many(self, candidate: Candidate) -> bool:
        """Whether a second time is said that does not go with the first, and no word of the pattern is."""
        heard = self.heard
        if self._times is None:
            items = heard.utterance.items
            self._times = [i for i in self.mentions if items[i].time and i not in heard.named and self.roles[i]]
        for i, time in enumerate(self._times[1:], 1):
            if not any(self._matcher.coordinated(heard.utterance, other, time) for other in self._times[:i]):
                return candidate.needed_items.isdisjoint(self._times)
        return False

    def most_beside(self, candidate: Candidate) -> float:
        """What a candidate's other words may add to its weight at most, once its needed ones are placed."""
        heard = self.heard
        if self._most < 0:
            utterance, intent = heard.utterance, candidate.intent
            self._worth = {i: worth for i, taken, worth in self.words if taken is _EXPLAINED}
            self._worth.update((i, 1.0) for i, roles in self.roles.items() if roles)
            self._most = sum(self._worth.values()) + bool(
                intent.includes and not utterance.operations.isdisjoint(_OF_STORIES)
            )
            self._distributed = [i for i, roles in self.roles.items() if len(roles) > 1]
            owned = any(intent.roles[role].of for i in self._distributed for role in self.roles[i])
            if heard.asks_narrowed or (
                self._distributed and (owned or heard.open_asks or len(self._distributed) > _MAX_SAME_TYPE)
            ):
                self._most = _ANYTHING  # how well a mention stands beside others may tell
        most = self._most
        for i in candidate.needed_items:
            most -= self._worth.get(i, 0.0)
        if self._distributed and most < _ANYTHING / 2:
            for i in self._distributed:
                if i not in candidate.needed_items:
                    scores = self._matcher.cue_scores(candidate, i, self.roles[i], heard)
                    candidate.scores[i] = scores
                    most += 0.2 * max(scores.values())
        return most


_MOST_BITS = 1_024
"""Into how many bits that which patterns need is put."""

_ANYTHING = 1000.0
_NEVER = 100.0
"""What it costs that a question word asks for a role that it cannot ask for."""
_ROUNDING = 0.001
"""Weights that differ by less may count as the same."""

_MOST_REMEMBERED = 4_096
"""What is remembered of words and names is dropped when there is more, so that memory stays constant."""


_EXCEED = frozenset(("exceed", "=top"))
_OF_STORIES = frozenset(("describe", "order", "descending"))
"""Operations for which all that a topic has to say is meant rather than one fact."""

_NEVER_SWALLOWED = frozenset(("percent_difference", "average", "ratio"))
_WORKED_OUT = frozenset(("sum", "max", "min", "greater", "less", "last", "anniversary"))
"""Operations that are meant even by a word which the intent has for itself: "combined exports"."""

_LONG = frozenset(("long", "length", "lasting", "lasted", "last"))
_ABOUT = frozenset(("of", "in", "to", "with"))
_PARTICIPLES = frozenset(
    ("sold", "bought", "sent", "given", "made", "held", "put", "brought", "taken", "met", "signed", "told")
)
