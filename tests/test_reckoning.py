"""What is worked out from the last answer and what is said to it, in the bundled domain and in another."""

from __future__ import annotations

import json

import pytest

from bot import Answer, Bot, Session

WORTH = "How much did Turkey export to Norway in 2018?"
VISIT = "When did the king visit Turkey?"


def talk(bot: Bot, *said: str) -> Answer:
    session = bot.session()
    return [session.ask(text) for text in said][-1]


# amounts


@pytest.mark.parametrize(
    "said, verdict",
    [
        ("is that over a billion?", "no"),
        ("is it more than 500 million?", "yes"),
        ("less than 600 million dollars?", "yes"),
        ("was that more than half of the total?", "no"),
        ("so less than a third?", "no"),
        ("is it more than half of the trade volume?", "no"),
        ("is that more than half of Norway's?", "yes"),
        ("is that about 40 percent of the total?", "yes"),
        ("was that a third of the total?", "no"),
    ],
)
def test_the_last_amount_is_compared_with_what_is_said(bot: Bot, said: str, verdict: str) -> None:
    answer = talk(bot, WORTH, said)
    assert (answer.status, answer.operation, answer.values) == ("answered", "verify", (verdict,))
    assert answer.text.startswith(f"{verdict.capitalize()}. ")
    assert "513 million dollars" in answer.text


@pytest.mark.parametrize(
    "said", ["is it over 500 million euros?", "is it more than half of the population?", "was it more than 500?"]
)
def test_an_amount_in_another_unit_or_of_another_thing_is_not_compared(bot: Bot, said: str) -> None:
    assert talk(bot, WORTH, said).status in ("no_data", "not_understood")


def test_what_was_compared_stays_what_is_spoken_of(bot: Bot) -> None:
    answer = talk(bot, WORTH, "was that more than half of the total?", "and Norway's?")
    assert answer.values == (60.24,)


def test_the_gap_to_an_amount_is_told_with_its_side(bot: Bot) -> None:
    answer = talk(bot, WORTH, "what is missing to a billion?")
    assert answer.text == "487 million dollars less. Turkey's exports to Norway in 2018 came to 513 million dollars."
    assert talk(bot, WORTH, "how far is that from 500 million?").text.startswith("13 million dollars more.")


def test_a_percentage_is_asked_for_and_not_the_unit(bot: Bot) -> None:
    assert talk(bot, WORTH, "what percent of the total is that").values == (40.39,)


@pytest.mark.parametrize("before", [(WORTH, "and Norway's?"), (WORTH,)], ids=["told", "not told yet"])
def test_the_other_of_two_is_compared_whether_it_was_told_or_not(bot: Bot, before: tuple[str, ...]) -> None:
    answer = talk(bot, *before, "how many times larger is the Norwegian one?")
    assert (answer.operation, answer.values) == ("ratio", (1.49,))


def test_that_the_other_is_not_larger_is_said(bot: Bot) -> None:
    answer = talk(bot, WORTH, "and Norway's?", "how many times larger is the Turkish one?")
    assert answer.text.startswith("It is the smaller one. By a factor of 1.49")


@pytest.mark.parametrize("said", ["together how much?", "add both exports up", "add both up"])
def test_the_last_two_amounts_are_added(bot: Bot, said: str) -> None:
    assert talk(bot, WORTH, "and Norway's?", said).values == (1_278_000_000,)


@pytest.mark.parametrize(
    "said, verdict",
    [
        ("are Norway's exports more than that?", "yes"),
        ("is the trade volume less than that?", "no"),
        ("was Norway's investment larger than that?", "yes"),
    ],
)
def test_what_is_named_is_compared_with_what_is_pointed_to(bot: Bot, said: str, verdict: str) -> None:
    assert talk(bot, WORTH, said).values == (verdict,)


def test_a_length_of_time_is_compared_too(bot: Bot) -> None:
    said = ("How long from 1926 to the king's visit?", "is that more than 80 years?")
    assert talk(bot, *said).values == ("yes",)
    assert talk(bot, *said[:1], "is that more than 100 years?").values == ("no",)


# times


@pytest.mark.parametrize(
    "said, values",
    [
        ("was that before or after the tax agreement?", ("before",)),
        ("did that come before or after relations were established?", ("after",)),
        ("was it before or after 2010?", ("after",)),
        ("is that earlier than the tax agreement?", ("yes",)),
        ("was it before Erdoğan's visit?", ("no",)),
        ("so that was after the update of the free trade agreement?", ("no",)),
        ("is the tax agreement later than that?", ("yes",)),
        ("had Erdoğan been to Norway before that?", ("yes",)),
    ],
)
def test_the_last_event_is_set_beside_another(bot: Bot, said: str, values: tuple[str, ...]) -> None:
    answer = talk(bot, VISIT, said)
    assert (answer.status, answer.values) == ("answered", values)
    assert "5–6 November 2013" in answer.text


def test_a_further_event_is_set_beside_the_same_one(bot: Bot) -> None:
    answer = talk(bot, VISIT, "was that before or after the tax agreement?", "and was it after Erdoğan's visit?")
    assert answer.text == (
        "Yes. King Harald V visited Turkey (Ankara and Istanbul) on 5–6 November 2013, received by President "
        "Abdullah Gül. Prime Minister Recep Tayyip Erdoğan visited Norway (Oslo and Stavanger) on 11–12 April 2005, "
        "received by Prime Minister Kjell Magne Bondevik."
    )


@pytest.mark.parametrize("said", ["is that before 2013?", "was that later?", "was it before the trade agreement?"])
def test_an_order_that_is_not_certain_is_declined(bot: Bot, said: str) -> None:
    assert talk(bot, VISIT, said).status in ("no_data", "not_understood") or ("before" in said and "trade" in said)


def test_what_was_declined_about_it_leaves_it_spoken_of(bot: Bot) -> None:
    said = ("When was the tax agreement signed?", "who signed it?", "was that before or after the king's visit?")
    assert talk(bot, *said).values == ("after",)


@pytest.mark.parametrize(
    "question, values",
    [
        ("Was the king's visit before or after the tax agreement?", ("before",)),
        ("Was the tax agreement signed after or before 2017?", ("after",)),
        ("Did Erdoğan come to Norway before or after the king went to Turkey?", ("before",)),
        ("So Norway sold more than it bought in 2018?", ("yes",)),
        ("Were Turkey's exports more than half of the trade volume in 2018?", ("no",)),
    ],
)
def test_single_questions_are_answered_with_the_side(bot: Bot, question: str, values: tuple[str, ...]) -> None:
    assert bot.ask(question).values == values


def test_an_amount_in_another_unit_is_neither_confirmed_nor_denied(bot: Bot) -> None:
    answer = bot.ask("Was the trade volume in 2018 over 500 million euros?")
    assert answer.status == "no_data"
    assert answer.text == "I have no trade volume for 500 million euros. I have it for 1.27 billion dollars."


@pytest.mark.parametrize(
    "said, years",
    [
        (("How long from 1926 to the king's visit?", "to Erdoğan's one?"), 79),
        (("How long from 1926 to the king's visit?", "to Erdoğan's one?", "and to the tax agreement?"), 92),
        (("How long had relations existed when the king came?", "and when Erdoğan came to Oslo?"), 79),
        (("How long had relations existed when the king came?", "and in the year of the tax agreement?"), 92),
        (("How long had relations existed when the king came?", "and today?"), 100),
        (("How many years from 1926 to the tax agreement?", "and from 1991?"), 27),
        ((VISIT, "how much later than Erdoğan's visit was that?"), 8),
        ((VISIT, "how many years after Erdoğan's visit was that?", "and before the tax agreement?"), 5),
        (("When was the tax agreement signed?", "how old was the first agreement by then?"), 27),
        (("When was the tax agreement signed?", "how old were relations at that time?", "and in 2030?"), 104),
    ],
    ids=lambda said: said[-1] if isinstance(said, tuple) else None,
)
def test_one_end_of_a_length_is_exchanged(bot: Bot, said: tuple[str, ...], years: int) -> None:
    answer = talk(bot, *said)
    assert (answer.status, answer.operation, answer.values, answer.unit) == ("answered", "duration", (years,), "year")


@pytest.mark.parametrize(
    "said",
    [
        ("How many years from 1991 to the king's visit?", "and to the establishment of relations?"),
        ("How many years are between the king's visit and Erdoğan's?", "and the tax agreement?"),
        ("When was the free trade agreement updated?", "how old was it by then?"),
    ],
    ids=lambda said: said[-1],
)
def test_a_length_that_may_be_meant_otherwise_is_declined(bot: Bot, said: tuple[str, ...]) -> None:
    assert talk(bot, *said).text == "From what I know that cannot be said for certain."


@pytest.mark.parametrize("said, year", [("a century", 2026), ("75 years", 2001), ("two centuries", 2126)])
def test_a_jubilee_of_the_last_event(bot: Bot, said: str, year: int) -> None:
    answer = talk(bot, "When were relations established?", f"in which year will that be {said}?")
    assert (answer.operation, answer.values) == ("anniversary", (year,))


def test_a_session_keeps_the_ends_of_a_length_when_it_is_saved(bot: Bot) -> None:
    session = bot.session()
    session.ask("How long from 1926 to the king's visit?")
    restored = Session.restore(bot, json.loads(json.dumps(session.save())))
    assert restored.ask("and to Erdoğan's?").values == (79,)


# numbers of things


@pytest.mark.parametrize(
    "said, values",
    [
        ("that makes how many?", (5,)),
        ("how many in all?", (5,)),
        ("so five of them?", ("yes",)),
        ("so there are six of them?", ("no",)),
        ("so four consulates?", ("no",)),
        ("more than four of them?", ("yes",)),
        ("is it fewer than five?", ("no",)),
    ],
)
def test_what_was_listed_is_counted(bot: Bot, said: str, values: tuple[object, ...]) -> None:
    for question in ("Where are the consulates?", "In which places does Norway have honorary consulates?"):
        assert talk(bot, question, said).values == values


# two of a kind


@pytest.mark.parametrize(
    "said, verdict",
    [
        (("Which countries are members of NATO?", "so both of them are members?"), "yes"),
        (("Who is Abdullah Gül?", "and Bondevik?", "so both were presidents?"), "no"),
        (("Who visited whom?", "were both visits in Turkey?"), "no"),
        (("When did Norway and Turkey establish relations?", "but both of them are members of NATO?"), "yes"),
    ],
    ids=lambda said: said[-1] if isinstance(said, tuple) else None,
)
def test_both_is_confirmed_only_where_it_holds_of_each(bot: Bot, said: tuple[str, ...], verdict: str) -> None:
    answer = talk(bot, *said)
    assert answer.values == (verdict,)
    assert answer.text.startswith(f"{verdict.capitalize()}. ")


def test_both_of_an_unknown_pair_is_not_confirmed(bot: Bot) -> None:
    said = (VISIT, "and Erdoğan Norway?", "were both visits in Turkey?", "so both were kings?")
    assert talk(bot, *said).text == "From what I know that cannot be said for certain."
