"""
Asides: which parts of a longer utterance may be its question, and what in front of it or behind it is manners.

Nothing is decided here. A part is a list of the utterance's items; the decider tries one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.knowledge import KnowledgeBase
from bot.reading import Item

ASKER = frozenset(("i", "my", "me", "we", "our", "us", "myself"))
_AT_HAND = frozenset(("this", "that", "these", "those", "it", "there"))
"""Words that may point at nothing: "is it true that …", "there is"."""


def without_lead(items: list[Item]) -> list[Item]:
    """
    The question behind a greeting or an aside: social words in front of it are left out.

    Small talk is no aside: "how is the weather" in front of a place asks something of it.
    """
    start = 0
    while (
        start < len(items)
        and items[start].social not in (None, "smalltalk")
        and not (
            items[start].senses
            or items[start].entities
            or items[start].asks
            or items[start].auxiliary
            or items[start].operations
        )
    ):
        start += 1
    end = len(items)
    while end > start and items[end - 1].social in ("thanks", "goodbye", "greeting") and not items[end - 1].senses:
        end -= 1
    return items[start:end]


def halves(items: list[Item]) -> Iterator[tuple[list[Item], list[Item]]]:
    """Where *items* may be cut into two questions, each of which stands by itself, in order."""
    cuts = [
        i
        for i, item in enumerate(items[:-1])
        if i > 1 and (item.joins == "and" or item.mark in (",", "?", ".")) and _opens(items[i + 1])
    ]
    for cut in cuts[:3]:
        first, second = items[:cut], items[cut + 1 :]
        if not _points_back(second) and any(item.asks or item.auxiliary for item in first):
            yield first, second


def questions_inside(items: list[Item], kb: KnowledgeBase) -> list[list[Item]]:
    """
    Parts of a longer utterance that may be its question: its sentences, and what follows a framing clause.

    What is left aside must not narrow the question: it names no other country and no time, and what frames a
    question within a sentence speaks of the asker.
    """
    sentences: list[list[Item]] = [[]]
    for item in items:
        if item.mark == ".":
            sentences.append([])
        else:
            sentences[-1].append(item)
            if item.mark == "?":
                sentences.append([])
    sentences = [s for s in sentences if s]
    parts: list[list[Item]] = []
    for n, sentence in enumerate(sentences):
        others = [item for m, s in enumerate(sentences) if m != n for item in s]
        if any((item.country and not item.entities) or item.time for item in others):
            continue
        if any(item.entities for item in others) and _points_back(sentence):
            continue
        wish = _introduction(sentence)
        if wish and _stands_alone(sentence, wish):
            parts.append(sentence[wish:])
        is_question = any(
            item.asks or item.mark == "?" or item.operations & {"list", "describe", "not"} for item in sentence
        )
        if not is_question:
            continue
        if len(sentences) > 1:
            parts.append(sentence)
        ask = next((i for i, item in enumerate(sentence) if item.asks and i > 1), None)
        if ask is not None and _speaks_of_asker(sentence[:ask]) and _stands_alone(sentence, ask):
            parts.append(sentence[ask:])
        for i, item in enumerate(sentence):
            if (
                item.mark == ","
                and any("not" in k.operations for k in sentence[:i])
                and any(
                    "describe" in k.operations or k.words[-1] in ("about", "want", "interested") for k in sentence[:i]
                )
            ):  # "not about trade, the visits": the wish is what follows
                parts.insert(0, sentence[i + 1 :])
        comma = next(
            (
                i
                for i, item in enumerate(sentence)
                if item.mark == "," and _speaks_of_asker(sentence[:i]) and _stands_alone(sentence, i)
            ),
            None,
        )
        if comma is not None:
            parts.append(_with_place(sentence[comma + 1 :], sentence[:comma], kb))
    return parts


def _with_place(question: list[Item], aside: list[Item], kb: KnowledgeBase) -> list[Item]:
    """The question with the aside's place where it says "there"; one that names nothing keeps the aside."""
    names = [item for item in aside if item.entities]
    places = [k for k in names if any("place" in kb.kinds_of(e) for e, _ in k.entities)]
    there = next((i for i, item in enumerate(question) if item.pronoun == "there"), None)
    if there is not None and len(places) == 1 and len(names) == 1:
        return [*question[:there], places[0], *question[there + 1 :]]
    return [*aside, *question] if names and not any(item.entities for item in question) else question


def _speaks_of_asker(items: list[Item]) -> bool:
    words = {word for item in items for word in item.words}
    return bool(words & ASKER) and not any((item.country and not item.entities) or item.time for item in items)


def _introduction(sentence: list[Item]) -> int:
    """Where "As a customs officer I need …" comes to its point; 0 when it does not begin so."""
    words = [word for item in sentence[:2] for word in item.words]
    if words[:2] not in (["as", "a"], ["as", "an"]):
        return 0
    return next((i for i, item in enumerate(sentence) if i and item.words[0] in ("i", "we")), 0)


def _opens(item: Item) -> bool:
    """Whether a question may begin with *item*."""
    return bool(item.asks) and item.asks != "noun"


def _points_back(items: list[Item]) -> bool:
    return any(item.pronoun in ("he", "she", "they", "it", "there") and item.words[0] not in _AT_HAND for item in items)


def _stands_alone(sentence: list[Item], start: int) -> bool:
    """Whether what follows *start* does not speak of somebody who is named before it."""
    return not (any(item.entities for item in sentence[:start]) and _points_back(sentence[start:]))
