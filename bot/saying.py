"""
The shortest sentences that patterns accept, for `bot check`, which asks the bot itself what it makes of them.

A sentence has one word for each word that the pattern needs and a value for each slot that must be filled, in the
pattern's order: it is for finding out, and reads like a telegram. The author's own words come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from bot.analysis import Utterance
from bot.engine import Bot
from bot.intents import Intent, Pattern, Piece, parse_pattern
from bot.knowledge import PLAIN_TYPES, TEXT, TIME, Role
from bot.matching import Candidate

CENTRAL = 0.9
"""How centrally a word must express a sense to be said for it."""

_SAID = 0.75
"""The same for words that authors chose themselves."""
_CHOICES = 4
"""Words tried for each that is needed."""
_TRIES = 6
"""Sentences tried for one pattern."""

Senses = frozenset[str]


class Sayer:
    """Says what patterns of one bot's domain accept, and asks what the bot takes it for."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.domain = bot.domain
        self._phrases: dict[str, list[str]] = {}
        for phrase, entry in sorted(self.domain.lexicon.exact.items(), key=lambda pair: (len(pair[0]), pair[0])):
            for sense, strength in entry.get("strengths", {}).items():
                if strength >= CENTRAL:
                    self._phrases.setdefault(sense, []).append(phrase)
            for operation in entry.get("operations", ()):
                self._phrases.setdefault("!" + operation, []).append(phrase)
            if "asks" in entry:
                self._phrases.setdefault("?" + entry["asks"], []).append(phrase)
        self._read: dict[str, Senses] = {}
        self._values: dict[tuple[tuple[str, ...], str], list[str]] = {}
        self._matched: dict[str, list[Candidate]] = {}

    def candidates(self, text: str) -> list[Candidate]:
        """The intents that *text* is taken for, as the bot ranks them."""
        found = self._matched.get(text)
        if found is None:
            utterance = Utterance(text, self.bot.read(text), self.domain.kb)
            found = self._matched[text] = self.bot.candidates(utterance)
        return found

    def sentences(self, intent: Intent, pattern: Pattern, also: Pattern | None = None) -> Iterator[str]:
        """
        The shortest sentences for *pattern*, a few of them; none when a word or a slot cannot be said.

        With *also*, a pattern of another intent, they hold what both need; one word serves both where it can.
        """
        own = [word for text in (pattern.text, also.text if also else "") for word in author_words(text)]
        rest = list(also.needed) if also else []
        choices: list[list[str]] = []
        needed = iter(pattern.needed)
        lead, taken = "", 0
        for piece in parse_pattern(pattern.text):
            if piece.kind == "slot":
                if piece.words[0] in pattern.needs_slots:
                    values = self.values(intent, piece.words[0])
                    turn = taken % len(values) if values else 0  # two slots of one type are not the same thing
                    choices.append([lead + value for value in (*values[turn:], *values[:turn])])
                    taken += 1
                lead = ""
            elif piece.kind == "word" and self.is_link(piece):
                lead = piece.words[0] + " "
            elif piece.kind == "word":
                senses = next(needed)
                shared = next((other for other in rest if self._words((senses, other), own)), None)
                if shared is not None:
                    rest.remove(shared)
                choices.append(self._words((senses,) if shared is None else (senses, shared), own))
                lead = ""
        choices += [self._words((senses,), own) for senses in rest]
        yield from map(" ".join, islice(product(*choices), _TRIES))

    def is_link(self, piece: Piece) -> bool:
        """Whether a piece of a pattern is a preposition, which only says where a slot stands."""
        word, lexicon = piece.words[0], self.domain.lexicon
        return len(piece.words) == 1 and "preposition" in lexicon.exact.get(word, {}) and word not in lexicon.senses

    def can_say(self, senses: Senses) -> bool:
        """Whether some word is read as one of *senses* and nothing else."""
        return bool(self._words((senses,), ()))

    def values(self, intent: Intent, slot: str) -> list[str]:
        """What may be said for *slot*: first what statements have there; nothing for texts, which nobody can say."""
        role = intent.roles[slot]
        key = (intent.about, slot)
        if key not in self._values:
            found = dict.fromkeys(islice(self._known_values(intent, role), _CHOICES))
            self._values[key] = list(found)
        return self._values[key]

    def _known_values(self, intent: Intent, role: Role) -> Iterator[str]:
        kb = self.domain.kb
        if TEXT in role.types:
            return
        for statement in kb.find(intent.about):
            for value in statement.get(role.name):
                yield kb.entities[value].label if isinstance(value, str) and value in kb.entities else str(value)
        if not set(role.types).isdisjoint(PLAIN_TYPES):
            yield "2000" if TIME in role.types else "7"
            return
        for entity in kb.entities.values():
            if not kb.kinds_of(entity.id).isdisjoint(role.types):
                yield entity.label

    def _words(self, wanted: Sequence[Senses], own: Iterable[str]) -> list[str]:
        """Words that express each of *wanted* and are read as nothing else: the author's own first, then short ones."""
        smallest = min(wanted, key=len)
        known = (phrase for sense in sorted(smallest) for phrase in self._phrases.get(sense, ()))
        fitting = (phrase for phrase in (*own, *known) if self._expresses(phrase, wanted))
        return list(dict.fromkeys(islice(fitting, 2 * _CHOICES)))[:_CHOICES]

    def _expresses(self, phrase: str, wanted: Sequence[Senses]) -> bool:
        senses = self._read.get(phrase)
        if senses is None:
            items = self.bot.read(phrase)
            item = items[0] if len(items) == 1 else None
            central = (s for s in item.senses if item.strengths.get(s, 1.0) >= _SAID) if item else ()
            senses = self._read[phrase] = frozenset(central)
        return all(not senses.isdisjoint(each) for each in wanted)


def author_words(text: str) -> list[str]:
    """
    The plain words of a pattern as they are said.

    >>> author_words("{guest} (visit|drop_by) [in] {time}")
    ['visit', 'drop by']
    """
    pieces = parse_pattern(text.split("=>")[0])
    return [word.lstrip("=").replace("_", " ") for piece in pieces if piece.kind == "word" for word in piece.words]
