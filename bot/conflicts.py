"""
Wordings that no question reaches, that another one makes needless, and intents that the same sentence fits alike.

The bot itself is asked: for each pattern the shortest sentences that it accepts, and for each two patterns of which
either intent knows the other's words, the shortest sentence that has both. A sentence that two intents fit equally
well is a conflict: which of them answers is then decided by the order of their names, not by what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.engine import Bot
from bot.errors import Problem
from bot.intents import Intent, Pattern, parse_pattern
from bot.knowledge import TEXT
from bot.loading import Sources
from bot.saying import Sayer
from bot.source import Node

Progress = Callable[[int, int], None]
"""Called now and then with how many patterns are done, and of how many."""

_STEP = 50


def check_patterns(bot: Bot, sources: Sources, progress: Progress | None = None) -> Iterator[Problem]:
    """The problems of all patterns of a sound domain."""
    yield from _Patterns(bot, sources, progress).problems()


class _Patterns:
    def __init__(self, bot: Bot, sources: Sources, progress: Progress | None) -> None:
        self.bot = bot
        self.intents = bot.domain.intents
        self.sources = sources
        self.sayer = Sayer(bot)
        self.progress = progress
        self.total = sum(len(intent.patterns) for intent in self.intents.values())
        self.conflicts: dict[tuple[str, str], tuple[str, Pattern]] = {}
        """For each two intents, the shortest sentence that both accept, and the pattern it was made of."""
        self._preferred = {id: self._after(id) for id in self.intents}

    def problems(self) -> Iterator[Problem]:
        speakers = self._speakers()
        done = 0
        for intent in self.intents.values():
            yield from self._shadowed(intent)
            for pattern, node in zip(intent.patterns, self.sources.patterns[intent.id], strict=True):
                if self.progress and done % _STEP == 0:
                    self.progress(done, self.total)
                done += 1
                why = self._unreachable(intent, pattern)
                if why:
                    what = f"no question reaches the pattern {pattern.text!r}"
                    yield node.problem(what, why=why[0], mend=why[1], code="unreachable-pattern", severity="warning")
                else:
                    self._find_conflicts(intent, pattern, speakers)
        if self.progress:
            self.progress(self.total, self.total)
        yield from self._told()

    # patterns that do nothing

    def _unreachable(self, intent: Intent, pattern: Pattern) -> tuple[str, str] | None:
        """Why no sentence brings up *intent* by *pattern*, and what to do; None when one does."""
        for slot in sorted(pattern.needs_slots):
            if TEXT in intent.roles[slot].types:
                return f"{{{slot}!}} has to be said, and no text can be found in a question", f"write {{{slot}}}"
            if not self.sayer.values(intent, slot):
                of = " or ".join(repr(type_) for type_ in intent.roles[slot].types)
                return f"{{{slot}!}} has to be said, and there is no entity of type {of}", f"write {{{slot}}}"
        words = _needed_words(pattern, self.sayer)
        for senses, (word, *_) in zip(pattern.needed, words, strict=True):
            if not senses:
                return f"{word!r} is a question word or a preposition, which mean nothing by themselves", "leave it out"
        tried = ""
        for text in self.sayer.sentences(intent, pattern):
            tried = tried or text
            if any(candidate.intent.id == intent.id for candidate in self.sayer.candidates(text)):
                return None
        mend = "use other words, or remove it; `bot explain` shows how a sentence is read"
        if not tried:
            mute = [word for senses, (word, *_) in zip(pattern.needed, words, strict=True)
                    if not self.sayer.can_say(senses)]  # fmt: skip
            return f"no word of a question is read as {' or '.join(map(repr, mute))}", mend
        taken = [candidate.intent.id for candidate in self.sayer.candidates(tried)]
        return f"{tried!r} is " + (f"taken for {taken[0]!r}" if taken else "not understood"), mend

    def _shadowed(self, intent: Intent) -> Iterator[Problem]:
        """Patterns that another of the same intent does the work of."""
        nodes = self.sources.patterns[intent.id]
        by_frame: dict[object, list[int]] = {}
        for n, pattern in enumerate(intent.patterns):
            by_frame.setdefault((_frame(pattern, self.sayer), pattern.asks, pattern.needs_slots), []).append(n)
        for group in by_frame.values():
            for n in group:
                other = next((m for m in group if m != n and _covers(intent.patterns, m, n)), None)
                if other is not None:
                    yield self._shadow(nodes[n], intent.patterns[n], nodes[other], intent.patterns[other])

    def _shadow(self, node: Node, pattern: Pattern, by: Node, other: Pattern) -> Problem:
        same = pattern.needed == other.needed and pattern.optional <= other.optional
        what = (
            f"the pattern {pattern.text!r} is there twice" if same else f"the pattern {pattern.text!r} is never needed"
        )
        accepts = "the same" if same else "all that it does"
        why = f"{other.text!r} at {by.position} accepts {accepts}"
        code = "duplicate-pattern" if same else "shadowed-pattern"
        edit = node.removal() if pattern.optional <= other.optional else None
        return node.problem(what, why=why, mend="remove it", code=code, severity="warning", edit=edit)

    # conflicts

    def _speakers(self) -> dict[str, frozenset[str]]:
        """For each sense the intents that know it."""
        found: dict[str, set[str]] = {}
        for intent in self.intents.values():
            for sense in intent.vocabulary:
                found.setdefault(sense, set()).add(intent.id)
        return {sense: frozenset(ids) for sense, ids in found.items()}

    def _find_conflicts(self, intent: Intent, pattern: Pattern, speakers: dict[str, frozenset[str]]) -> None:
        for text in self.sayer.sentences(intent, pattern):
            self._ask(text, intent, pattern)
        others: frozenset[str] | None = None
        for senses in pattern.needed:
            knowing = frozenset().union(*(speakers.get(sense, frozenset()) for sense in senses))
            others = knowing if others is None else others & knowing
        for id in sorted(others or ()):
            if id <= intent.id:
                continue  # seen from the other side
            for other in self.intents[id].patterns:
                if other.needed and all(not senses.isdisjoint(intent.vocabulary) for senses in other.needed):
                    self._ask_both(intent, pattern, other)

    def _ask_both(self, intent: Intent, pattern: Pattern, other: Pattern) -> None:
        pair = (intent.id, other.intent)
        known = self.conflicts.get(pair)
        longest = max(len(pattern.needed), len(other.needed))
        if (known and len(known[0].split()) <= longest) or self._is_ordered(*pair):
            return  # no shorter one can come of it, or it is said who comes first
        for text in self.sayer.sentences(intent, pattern, other):
            self._ask(text, intent, pattern)
            break

    def _ask(self, text: str, intent: Intent, pattern: Pattern) -> None:
        """Remember *text* for each other intent that it fits as well as *intent*."""
        found = self.sayer.candidates(text)
        if not found or not found[0].covered:
            return
        tied = [c for c in found if c.cost == found[0].cost]
        own = next((c for c in tied if c.intent.id == intent.id), None)
        if own is None or len(tied) < 2:
            return
        for other in tied:
            pair = (min(intent.id, other.intent.id), max(intent.id, other.intent.id))
            if other is own or self._is_ordered(*pair):
                continue
            known = self.conflicts.get(pair)
            if known and (len(known[0].split()), known[0]) <= (len(text.split()), text):
                continue
            answered = self.bot.decide(text)
            if answered.intent not in pair or answered.status == "not_understood":
                continue  # neither of them speaks
            if self.bot.outcome(own).text != self.bot.outcome(other).text:
                self.conflicts[pair] = (text, pattern)

    def _told(self) -> Iterator[Problem]:
        for (a, b), (text, _) in sorted(self.conflicts.items()):
            later, earlier = self._places(a, b)
            answered = self.bot.decide(text)
            what = f"the intents {a!r} and {b!r} accept the same sentence: {text!r}"
            asks_back = answered.status == "clarify"
            decides = (
                "it is asked back" if asks_back else f"{answered.intent!r} answers, as it is first in the alphabet"
            )
            why = f"it fits both equally well ({decides}); the other one is at {earlier.position}"
            mend = f"let one of them need another word or a slot, or say which comes first: `before: {b}` in {a!r}"
            yield later.problem(what, why=why, mend=mend, code="intent-conflict", severity="warning")

    def _places(self, a: str, b: str) -> tuple[Node, Node]:
        nodes = [self.sources.places["intent", id] for id in (a, b)]
        nodes.sort(key=lambda node: node.position)
        return nodes[1], nodes[0]

    def _is_ordered(self, a: str, b: str) -> bool:
        return b in self._preferred[a] or a in self._preferred[b]

    def _after(self, id: str) -> frozenset[str]:
        """The intents that come after this one, and those after them."""
        found: set[str] = set()
        queue = [id]
        while queue:
            new = [other for other in self.intents[queue.pop()].before if other in self.intents and other not in found]
            found.update(new)
            queue += new
        return frozenset(found)


def _needed_words(pattern: Pattern, sayer: Sayer) -> list[tuple[str, ...]]:
    """The author's words for each that the pattern needs."""
    return [piece.words for piece in parse_pattern(pattern.text) if piece.kind == "word" and not sayer.is_link(piece)]


def _frame(pattern: Pattern, sayer: Sayer) -> tuple[str, ...]:
    """How the pattern is built, whatever its words."""
    pieces = [piece for piece in parse_pattern(pattern.text) if piece.kind != "optional"]
    return tuple("*" if p.kind == "word" and not sayer.is_link(p) else f"{p.kind} {p.words[0]}" for p in pieces)


def _covers(patterns: tuple[Pattern, ...], m: int, n: int) -> bool:
    """
    Whether each word that *n* needs will do for the one that *m* needs in its place.

    Of two that are alike, the first is kept. Words are found in the order that a pattern has them, so that another
    order is another pattern where one word of a question would do for several.
    """
    wide, narrow = patterns[m].needed, patterns[n].needed
    if len(wide) != len(narrow) or not all(narrow):
        return False
    if wide == narrow:
        return m < n
    return all(senses <= other for senses, other in zip(narrow, wide, strict=True))
