"""What is doubted in the answer to a follow-up, and what is not."""

from __future__ import annotations

import pytest

from bot import Answer, Bot


def talk(bot: Bot, *said: str) -> Answer:
    session = bot.session()
    return [session.ask(text) for text in said][-1]


@pytest.mark.parametrize(
    "said",
    [
        ("what does Norway export to Turkey?", "add these up"),
        ("what does Norway sell to Turkey?", "how much in tonnes?"),
        ("what did Erdoğan order his minister to do?", "did that happen?"),
        ("when was the tax agreement signed?", "what else was signed that year?"),
        ("how is the weather in Oslo?", "and exports from Norway?"),
        ("who paid for the airport?", "is it more than the exports of 2018?"),
        ("what does Turkey export to Norway?", "is that the biggest item?"),
    ],
    ids=lambda said: said[-1],
)
def test_what_was_said_and_not_done_is_declined(bot: Bot, said: tuple[str, ...]) -> None:
    assert talk(bot, *said).status in ("no_data", "not_understood", "clarify")


def test_the_part_of_one_is_not_the_whole_of_both(bot: Bot) -> None:
    answer = talk(bot, "how large was the trade volume in 2018?", "and Turkey's?")
    assert answer.text == "Turkey's exports to Norway in 2018 came to 513 million dollars."


def test_a_session_that_asked_for_others_of_no_kind_in_particular_does_not_fail(bot: Bot) -> None:
    said = ("which agreement was signed in 2018?", "is there any other agreement between them?")
    assert talk(bot, *said).text == "In 1991: EFTA's first free trade agreement was the one with Turkey."


def test_an_answer_that_was_told_is_told_again_when_asked_again(bot: Bot) -> None:
    said = (
        "which organisations do both belong to?",
        "when did trade reach a billion?",
        "and which organisations again?",
    )
    assert "NATO" in talk(bot, *said).text


def test_his_office_is_that_of_the_host_who_was_asked_for(bot: Bot) -> None:
    answer = talk(bot, "what high level visits were there?", "who hosted the second?", "what was his office?")
    assert answer.text == "Abdullah Gül was President when he received Harald V."


def test_the_first_and_the_last_are_of_all_that_was_told(bot: Bot) -> None:
    said = ("when were relations established?", "when was the free trade agreement made?", "when was it updated?")
    assert talk(bot, *said, "which is the oldest of these?").text.startswith("The start of diplomatic relations")
    assert talk(bot, *said, "how many years from the first to the last?").text.startswith(
        "91 years: from 1926 to 2017."
    )


def test_the_ratio_after_two_shares_is_that_of_the_parts(bot: Bot) -> None:
    said = ("what share of the 2018 trade did Turkey export?", "and Norway's?", "how many times bigger?")
    assert talk(bot, *said).text.startswith("By a factor of 1.49")


def test_a_mere_later_compares_nothing(bot: Bot) -> None:
    answer = talk(bot, "when was the free trade agreement made?", "was it updated later?")
    assert answer.text == "Yes. Norway and EFTA agreed in 2017 to update the free trade agreement with Turkey."


def test_the_other_one_after_a_preposition_is_the_other_one(bot: Bot) -> None:
    answer = talk(bot, "who received King Harald?", "and of the other one?")
    assert answer.text == "Prime Minister Kjell Magne Bondevik received Recep Tayyip Erdoğan."


@pytest.mark.parametrize(
    "turns, status",
    [
        (("Are Norway and Turkey allies?", "since when has Turkey been in it?"), "not_understood"),
        (("Which agreements are there?", "how big is Turkey's army?", "and Norway's?"), "clarify"),
        (("When did the king visit Turkey?", "what did he do there?"), "clarify"),
        (("How much did Norway invest in Turkey?", "how much went into each?"), "no_data"),
        (("Who hosted the king in Turkey?", "was he born there?", "why?"), "clarify"),
        (("How many countries signed the appeal for Kavala?", "was Norway one of them?"), "no_data"),
        (("What products does Norway export to Turkey?", "which of these is worth the most?"), "not_understood"),
        (("What does EFTA stand for?", "who founded it?"), "not_understood"),
    ],
)
def test_what_passes_over_a_part_of_what_was_said_is_not_answered(
    bot: Bot, turns: tuple[str, ...], status: str
) -> None:
    assert talk(bot, *turns).status == status


@pytest.mark.parametrize(
    "turns, text",
    [
        (("Who hosted the king in Turkey?", "What was his office?"), "Abdullah Gül was President when he received"),
        (("When did the king visit Turkey?", "hosted by?"), "President Abdullah Gül received Harald V."),
        (("When did Erdoğan visit Norway?", "as president?"), "No. Recep Tayyip Erdoğan came as Prime Minister"),
        (("Who was the Turkish guest?", "as president?"), "No. Recep Tayyip Erdoğan came as Prime Minister"),
        (("Who hosted the king?", "as president?"), "Yes. King Harald V visited Turkey"),
        (("Who hosted the king?", "was he president or prime minister?"), "Abdullah Gül was President when he"),
        (("Did Erdoğan receive King Harald?", "who did?"), "President Abdullah Gül received Harald V."),
        (("Turkish president in 2013?", "in 2021?"), "Recep Tayyip Erdoğan was President of Turkey in October 2021."),
        (("When did trade pass a billion?", "I see, my mistake. And the trade volume in 2018?"), "The trade volume"),
        (("List the high-level visits.", "which one was in Norway?"), "Prime Minister Recep Tayyip Erdoğan visited"),
    ],
)
def test_what_can_be_followed_is_answered(bot: Bot, turns: tuple[str, ...], text: str) -> None:
    answer = talk(bot, *turns)
    assert (answer.status, answer.text[: len(text)]) == ("answered", text)


@pytest.mark.parametrize("said", ["and in 2018?", "what about 2018?", "where did they meet?", "can you repeat that?"])
def test_what_leans_on_nothing_is_asked_back(bot: Bot, said: str) -> None:
    assert talk(bot, said).status == "clarify"
