"""A loaded domain: knowledge, intents and lexicon with the indexes that a question needs. Immutable after loading."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from bot.errors import Problem
from bot.intents import Intent, Pattern, Template
from bot.knowledge import KnowledgeBase
from bot.language import Conversation, Lexicon
from bot.schema import Schema

if TYPE_CHECKING:
    from bot.evidence import Evidence
    from bot.stored_words import NamedLexicon, StoredNames


@dataclass(slots=True)
class Domain:
    """Everything that a `Bot` answers from."""

    name: str
    kb: KnowledgeBase
    lexicon: Lexicon
    intents: dict[str, Intent]
    patterns: dict[str, list[list[Pattern]]] = field(default_factory=dict)
    """
    For each sense the groups of patterns whose rarest needed word may be one of that sense: an utterance without any
    sense of that word cannot match them. The patterns of a group have that word in common.
    """
    wordless: list[Pattern] = field(default_factory=list)
    """Patterns of slots alone."""
    templates: dict[str, Template] = field(default_factory=dict)
    """Each property's sentence."""
    topics: dict[str, str] = field(default_factory=dict)
    """Topic id → label."""
    phrases: dict[str, Template] = field(default_factory=dict)
    """What the bot says around answers, by name."""
    conversation: Conversation = field(default_factory=Conversation)
    schema: Schema = field(default_factory=Schema)
    """Words for types and properties, for questions that no intent speaks of."""
    tables: tuple[str, ...] = ()
    """The files of its tables."""
    evidence: Evidence | None = None
    """What tells the intents apart that have only examples; None without such intents."""
    names: StoredNames | None = None
    """The names of large knowledge, which its lexicon does not hold; None when it does."""
    warnings: tuple[Problem, ...] = ()

    def words(self) -> Lexicon | NamedLexicon:
        """The lexicon with all names."""
        if self.names is None:
            return self.lexicon
        from bot.stored_words import NamedLexicon

        return NamedLexicon(self.lexicon, self.names)

    def examples(self) -> tuple[str, ...]:
        """Questions that can be answered, one of each topic in turn, so that the first few show the whole range."""
        by_topic: dict[str, list[str]] = {topic: [] for topic in self.topics}
        for intent in self.intents.values():
            by_topic.setdefault(intent.topic, []).extend(intent.examples[:1])
        for intent in self.intents.values():
            by_topic.setdefault(intent.topic, []).extend(intent.examples[1:])
        rounds = zip_longest(*by_topic.values())
        return tuple(example for group in rounds for example in group if example)

    def index(self) -> None:
        count: dict[str, int] = {}
        for intent in self.intents.values():
            for pattern in intent.patterns:
                for senses in pattern.needed:
                    for sense in senses:
                        count[sense] = count.get(sense, 0) + 1
        groups: dict[frozenset[str], list[Pattern]] = {}
        for intent in self.intents.values():
            for pattern in intent.patterns:
                if not pattern.needed:
                    self.wordless.append(pattern)
                    continue
                rarest = min(pattern.needed, key=lambda senses: sum(count[sense] for sense in senses))
                groups.setdefault(rarest, []).append(pattern)
        for senses, group in groups.items():
            for sense in senses:
                self.patterns.setdefault(sense, []).append(group)
