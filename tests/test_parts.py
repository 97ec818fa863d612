"""Which parts of a question are not even matched: only those of which nothing would come."""

from copy import copy

from bot.analysis import Utterance
from bot.parts import Parts


def cuts(bot, text):
    """Every part of *text* that begins or ends it, with whether it is looked at and what it may be."""
    whole = Utterance(text, bot.read(text), bot.domain.kb)
    parts = Parts(bot.matcher, whole.items)
    count = len(whole.items)
    for start, end in [*((0, cut) for cut in range(1, count)), *((cut, count) for cut in range(1, count))]:
        items = [copy(item) for item in whole.items[start:end]]
        part = Utterance(text, items, bot.domain.kb, whole=False)
        yield text, start, end, parts.may_be(start, end), bot.matcher.match(part, covered=True)


def test_nothing_would_come_of_a_part_that_is_not_matched(bot):
    asked = [
        *bot.examples,
        "Which came first, the free trade agreement or the embassy in Oslo?",
        "How much more did Norway export in 2018 than in 2008?",
        "How many years after the king's visit was the agreement updated?",
        "Order the visits by date and count the consulates, right?",
        "Is it true that exports exceeded the investment between 2002 and 2018?",
        "How many years are there from the first visit to the 50th anniversary of relations?",
    ]
    wrong = [cut for text in asked for cut in cuts(bot, text) if cut[4] and not cut[3]]
    assert wrong == []


def test_many_parts_of_which_nothing_comes_are_not_matched(bot):
    found = [may_be for text in bot.examples for *_, may_be, found in cuts(bot, text) if not found]
    assert found.count(False) > len(found) / 4


def test_what_is_wanted_in_full_is_found_as_when_all_is_wanted(bot):
    """The narrower search gives up early, and loses nothing by it: not the noun and the owner of what is asked for."""
    for text in (
        *bot.examples,
        "Which Turkish city has a Norwegian consulate?",
        "exports exceeding 500 million dollars",
        "Did exports exceed the investment of 2018 or that of 2008?",
    ):
        wide, narrow = (Utterance(text, bot.read(text), bot.domain.kb) for _ in range(2))
        found = [(c.intent.id, c.cost) for c in bot.matcher.match(wide) if c.covered]
        assert [(c.intent.id, c.cost) for c in bot.matcher.match(narrow, covered=True)] == found
