"""Questions about the last answer ("source?", "are you sure?"): which they are, and what is said to them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import takewhile

from bot.composing import Composer, join
from bot.domain import Domain
from bot.history import Turn
from bot.irregular import PAST
from bot.knowledge import Statement
from bot.language import Entry
from bot.opening import MARKS, words_of
from bot.query import distinct
from bot.text import Token, tokenise

_THAT = "that"
_SHORTEST = 3
"""Words of a question whose tenses and pronouns may differ from how it is listed; shorter ones mean too many things."""
_AUXILIARIES = {"are": "is", "was": "is", "were": "is", "did": "do", "does": "do", "has": "have", "had": "have",
                "could": "can", "would": "can", "will": "can"}  # fmt: skip
_ADDRESSED = frozenset(("you", "your", "i", "me", "my", "we", "us", "tell", "the", "a"))
_LIGHT = frozenset(("get", "take", "find", "have", "read", "see", "come", "give", "stand"))
_ORDERLESS = frozenset(("where", "how", "which"))
"""Question words that are not what is done or who does it, so that order does not tell."""
_PRESENT = {past: verb for verb, pasts in PAST.items() for past in pasts}


class Accountant:
    """Gives account of answers, from their statements and references."""

    def __init__(self, domain: Domain, composer: Composer) -> None:
        self._known_keys: Mapping[frozenset[str], str] | None = None
        self._known_plain_phrases: Mapping[tuple[str, ...], str] | None = None
        self.domain = domain
        self.kb = domain.kb
        self.words = domain.conversation
        self.composer = composer
        sections = ("about", "answers", "determiners", "leads", "tails")
        self._known = frozenset(
            word for section in sections for phrase in domain.conversation.sections.get(section, ()) for word in phrase
        )
        """The words of which such a question consists."""

    def reply(self, group: str, turn: Turn, statements: Sequence[Statement]) -> str:
        """What to say about *turn* to a question of *group*."""
        facts = " ".join(dict.fromkeys(self.composer.sentence(statement) for statement in statements))
        holes = {
            "source": join(list(turn.references)),
            "facts": facts,
            "answer": turn.answer,
            "short": self._short(turn, statements),
            "more": self._more(turn, statements),
            "about": self._subject(turn, statements),
        }
        said = self.words.replies[group]
        for hole, value in holes.items():
            said = said.replace("{" + hole + "}", value)
        return said

    def group(self, tokens: Iterable[Token], turn: Turn | None = None) -> str | None:
        """
        Which question about the last answer the words say; None when it is none.

        After *turn* the answer may be named by any word for answers and by a number that it gave ("where do you
        have these figures from", "the source for the 1926"), and tenses may differ from how the question is listed.
        """
        words = [word for word in words_of(tokens) if word[0] not in MARKS]
        if turn is None and not self._known.issuperset(words):
            return None
        while words:
            group = self._whole(words, turn)
            if group:
                return group
            lead = self.words.at("leads", words, 0)
            if lead and lead[0] < len(words):
                words = words[lead[0] :]
                continue
            if turn is not None and words[1:2] == ["you"] and "auxiliary" in self._entry(words[0]) and len(words) > 2:
                words = words[2:]  # "could you say it in fewer words"
                continue
            for count in (3, 2, 1):
                if len(words) > count and self.words.whole("tails", words[-count:]) is not None:
                    words = words[:-count]
                    break
            else:
                return None
        return None

    def _whole(self, words: Sequence[str], turn: Turn | None) -> str | None:
        group = self.words.whole("about", words)
        if group is None and len(words) > 2 and self.words.whole("determiners", words[-2:-1]) is not None:
            answers = self.words.whole("answers", words[-1:]) is not None  # "where did you get that figure"
            group = self.words.whole("about", words[:-1]) if answers else None
        if group or turn is None or len(words) < _SHORTEST:
            return group
        plain = self._plain(words, turn)
        group = self._plain_phrases.get(plain) or self._in_other_order(plain)
        return group if group != "more" or plain == self._plain(words, None) else None  # "more about 2018"

    def _in_other_order(self, plain: Sequence[str]) -> str | None:
        """The group of the fullest question whose words are all in *plain*, where the others there say nothing."""
        if plain.count(_THAT) != 1 or _ORDERLESS.isdisjoint(plain):
            return None
        best: tuple[int, str] | None = None
        for key, group in self._keys.items():
            fuller = key.issubset(plain) and (best is None or len(key) > best[0])
            if fuller and all(word in key or self._says_nothing(word) for word in plain):
                best = len(key), group
        return best[1] if best else None

    @property
    def _keys(self) -> Mapping[frozenset[str], str]:
        """What makes the questions that name the answer and ask where, how or which, whatever order it stands in."""
        if self._known_keys is None:
            self._known_keys = self._find_keys()
        return self._known_keys

    def _find_keys(self) -> Mapping[frozenset[str], str]:
        keys: dict[frozenset[str], str] = {}
        for plain, group in self._plain_phrases.items():
            key = frozenset(word for word in plain if not self._is_common(word))
            if len(key) > 1 and plain.count(_THAT) == 1 and not _ORDERLESS.isdisjoint(key):
                keys.setdefault(key, group)
        return keys

    def _is_common(self, word: str) -> bool:
        return word == _THAT or word in _ADDRESSED or "auxiliary" in self._entry(word)

    def _says_nothing(self, word: str) -> bool:
        entry = self._entry(word)
        return self._is_common(word) or word in _LIGHT or bool(entry.get("filler")) or "preposition" in entry

    def _entry(self, word: str) -> Entry:
        return self.domain.lexicon.exact.get(word, {})

    @property
    def _plain_phrases(self) -> Mapping[tuple[str, ...], str]:
        """The questions in their plain form, those apart that are so short that another tense is another question."""
        if self._known_plain_phrases is None:
            self._known_plain_phrases = self._find_plain_phrases()
        return self._known_plain_phrases

    def _find_plain_phrases(self) -> Mapping[tuple[str, ...], str]:
        plain: dict[tuple[str, ...], str] = {}
        for phrase, group in self.words.sections.get("about", {}).items():
            found = self._plain(phrase, None)
            asks = any(self._entry(word).get("asks") for word in phrase)
            if len(phrase) > _SHORTEST or (_THAT in found and not (asks and group == "repeat")):
                plain.setdefault(found, group)
        return plain

    def _plain(self, words: Sequence[str], turn: Turn | None) -> tuple[str, ...]:
        """*words* in the present, with "that" for whatever names the answer of *turn*."""
        said = {token.norm for token in tokenise(turn.answer)} if turn else set()
        stem, plain, i = self.domain.lexicon.stem, [], 0
        while i < len(words):
            stop = self._names_answer(words, i, said, len(turn.values) if turn else -1)
            if stop > i:
                plain.append(_THAT)
                i = stop
                continue
            word = _AUXILIARIES.get(words[i], _PRESENT.get(words[i], words[i]))
            plain.append(word if self._says_nothing(word) else stem(word))
            i += 1
        return tuple(plain)

    def _names_answer(self, words: Sequence[str], start: int, said: Container[str], values: int) -> int:
        """
        Where what names the answer at *start* ends: "it", "those figures", "the three organisations", what it *said*
        ("the 862 million"); *start* without.
        """
        stop = start
        if self.words.whole("determiners", words[start : start + 1]) is not None:
            stop += 1
        figures = list(takewhile(lambda word: word in said and self._counts(word), words[stop:]))
        if figures and figures[0][0].isdecimal():
            stop += len(figures)
        elif (
            stop > start
            and values > 1
            and self._is_number(words[stop : stop + 1], values)
            and (self._names_type(words[stop + 1 : stop + 2]))
        ):
            stop += 2
        elif stop > start and self.words.whole("answers", words[stop : stop + 1]) is not None:
            entry = self._entry(words[stop])
            if values in (0, 1) and "list" in entry.get("operations", ()) and "asks" not in entry:
                return start  # the last answer was no list
            stop += 1
        elif self.words.whole("pointing", words[start : start + 1]) in ("thing", "several"):
            stop = start + 1
        else:
            return start
        if words[stop : stop + 1] == ["of"] and self.words.whole("pointing", words[stop + 1 : stop + 2]) == "thing":
            stop += 2
        return stop

    def _is_number(self, words: Sequence[str], number: int) -> bool:
        return any(word == str(number) or self._entry(word).get("number") == number for word in words)

    def _names_type(self, words: Sequence[str]) -> bool:
        lexicon = self.domain.lexicon
        return any(
            "types" in self._entry(word) or "types" in lexicon.stemmed.get(lexicon.stem(word), {}) for word in words
        )

    def _counts(self, word: str) -> bool:
        """Whether *word* is part of an amount or a year."""
        entry = self._entry(word)
        return word[0].isdecimal() or "unit" in entry or "scale" in entry

    def _short(self, turn: Turn, statements: Sequence[Statement]) -> str:
        frame = turn.frame
        values: list[object] = []
        if frame and frame.operation in ("lookup", "list"):
            values = [value for role in frame.asked for value in distinct(statements, role)]
        if values:
            composer = self.composer
            return join([composer.value(value) for value in values]) + "."  # type: ignore[arg-type]
        return turn.answer.split(". ")[0].rstrip(".") + "."

    def _more(self, turn: Turn, statements: Sequence[Statement]) -> str:
        """The facts in full, with what else is known of the same intent."""
        intent = self.domain.intents.get(turn.frame.intent or "") if turn.frame else None
        related = self.kb.in_order(intent.about) if intent else ()
        composer = self.composer
        sentences = dict.fromkeys(composer.sentence(s) for s in [*statements, *related])
        return " ".join(list(sentences)[:6])

    def _subject(self, turn: Turn, statements: Sequence[Statement]) -> str:
        frame = turn.frame
        labels = list(dict.fromkeys(statement.property.label for statement in statements))
        said = []
        for constraint in frame.constraints if frame else ():
            value = constraint.value
            entities = [self.kb.label(v) for v in sorted(value)] if isinstance(value, frozenset) else [str(value)]
            if not isinstance(value, frozenset) or len(value) < 3:
                said.append(f"{constraint.role}: {join(entities, 'or')}" if constraint.role else join(entities, "or"))
        return "; ".join([f"“{join(labels[:3])}”", *said])
