"""Questions about the last answer ("source?", "are you sure?"): which they are, and what is said to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.composing import Composer, join
from bot.domain import Domain
from bot.history import Turn
from bot.knowledge import Statement
from bot.opening import MARKS, words_of
from bot.query import distinct
from bot.text import Token


class Accountant:
    """Gives account of answers, from their statements and references."""

    def __init__(self, domain: Domain, composer: Composer) -> None:
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

    def group(self, tokens: Iterable[Token]) -> str | None:
        """Which question about the last answer the words say; None when it is none."""
        words = [word for word in words_of(tokens) if word[0] not in MARKS]
        if not self._known.issuperset(words):
            return None
        while words:
            group = self.words.whole("about", words)
            if group is None and len(words) > 2 and self.words.whole("determiners", words[-2:-1]) is not None:
                answers = self.words.whole("answers", words[-1:]) is not None  # "where did you get that figure"
                group = self.words.whole("about", words[:-1]) if answers else None
            if group:
                return group
            lead = self.words.at("leads", words, 0)
            if lead and lead[0] < len(words):
                words = words[lead[0] :]
                continue
            for count in (3, 2, 1):
                if len(words) > count and self.words.whole("tails", words[-count:]) is not None:
                    words = words[:-count]
                    break
            else:
                return None
        return None

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
