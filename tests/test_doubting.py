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
