"""Order as an operation: of what one intent finds, and of several things that are named."""

import pytest


def order_of(text, *words):
    return [word for _, word in sorted((text.index(word), word) for word in words)]


@pytest.mark.parametrize(
    "question, first, second",
    [
        ("List the visits in chronological order", "Erdoğan visited", "Harald V visited"),
        ("Put the visits in reverse chronological order", "Harald V visited", "Erdoğan visited"),
        ("List the visits from latest to earliest", "Harald V visited", "Erdoğan visited"),
        ("Order the exports of 2018 by size", "513 million", "765 million"),
        ("Exports in 2018, largest first", "765 million", "513 million"),
        ("Sort the agreements by date", "In 1991", "In 2018"),
    ],
)
def test_one_list_is_put_in_order(bot, question, first, second):
    answer = bot.ask(question)
    assert (answer.status, answer.operation) == ("answered", "order")
    assert answer.text.index(first) < answer.text.index(second)


def test_nothing_else_gets_into_the_list(bot):
    assert "trade volume" not in bot.ask("List the visits in chronological order").text


def test_several_named_things_are_put_in_order(bot):
    answer = bot.ask("Order these by date: the tax agreement, the king's visit, the start of relations")
    assert answer.text == (
        "The start of diplomatic relations: 1926; Harald V's visit to Turkey: 5–6 November 2013; "
        "the tax information agreement: 2018."
    )
    assert len(answer.references) == 3


@pytest.mark.parametrize(
    "question, beginning",
    [
        (
            "What came last: the FTA update, the tax agreement or the king's visit?",
            "The tax information agreement came last (2018)",
        ),
        (
            "Which is oldest: the EFTA agreement, the tax agreement or diplomatic relations?",
            "The start of diplomatic relations came first (1926)",
        ),
        (
            "Which was largest: Norway's exports, Turkey's exports or Norway's investment?",
            "Norway's direct investment in Turkey in 2002–2018 is the largest (862 million dollars)",
        ),
    ],
)
def test_one_of_several_named_things_is_picked(bot, question, beginning):
    assert bot.ask(question).text.startswith(beginning)


def test_what_has_no_order_is_not_put_into_one(bot):
    assert bot.ask("List the honorary consulates in chronological order").status != "answered"


def test_an_order_that_was_given_is_no_wish_for_one(bot):
    assert bot.ask("Who gave the order?").intent == "order"
