from __future__ import annotations

import json
import threading

import pytest

from bot import Bot
from bot.engine import Session
from bot.history import Frame, History, Option, Turn
from bot.knowledge import Quantity, Time
from bot.query import Constraint

FRAME = Frame(
    "exports",
    "{exporter} export",
    (
        Constraint("exporter", "is", frozenset(["norway"])),
        Constraint("time", "time", Time.years(2018)),
        Constraint("amount", "greater", Quantity(5.0, "USD")),
        Constraint("kind", "text", "honorary"),
    ),
    ("amount",),
    "lookup",
    ("export",),
)
TURN = Turn(
    "said", "answered", "text", FRAME, ("norway",), ("exports-1",), ("the article",), (Option("a", "b"),), "who {}?"
)


def test_history_survives_json() -> None:
    history = History((TURN, Turn("hi", "social", "Hello.")))
    assert History.from_record(json.loads(json.dumps(history.record()))) == history


def test_history_forgets_the_oldest_turns() -> None:
    history = History(limit=3)
    for n in range(5):
        history = history.with_turn(Turn(str(n), "social", ""))
    assert [turn.said for turn in history.turns] == ["2", "3", "4"]


@pytest.mark.parametrize(
    "data", [{}, {"version": 99, "turns": [], "limit": 3}, {"version": 1, "limit": 3, "turns": [{}]}]
)
def test_restoring_something_else_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="saved session"):
        History.from_record(data)


def test_saving_and_restoring_between_turns_changes_nothing(bot: Bot) -> None:
    session, data = bot.session(), bot.session().save()
    for said in (
        "what does norway sell to turkey?",
        "and turkey to norway?",
        "how many are those?",
        "tell me about the agreement",
        "the second",
    ):
        restored = Session.restore(bot, json.loads(json.dumps(data)))
        assert restored.ask(said).record() == session.ask(said).record()
        data = restored.save()
        assert data == session.save()


def test_fork_goes_its_own_way(bot: Bot) -> None:
    session = bot.session()
    session.ask("When did King Harald visit Turkey?")
    other = session.fork()
    other.ask("How much did Norway export to Turkey in 2018?")
    assert "Gül" in session.ask("who received him?").text


def test_undo_takes_the_last_turn_back(bot: Bot) -> None:
    session = bot.session()
    session.ask("How much did Norway export to Turkey in 2018?")
    before = session.save()
    session.ask("and back?")
    assert session.undo()
    assert session.save() == before
    assert session.undo()
    assert not session.undo()


def test_sessions_of_one_bot_do_not_see_each_other(bot: Bot) -> None:
    answers: dict[str, str] = {}

    def talk(name: str, first: str) -> None:
        session = bot.session()
        for _ in range(20):
            session.ask(first)
            answers[name] = session.ask("and back?").text

    threads = [
        threading.Thread(target=talk, args=("a", "How much did Norway export to Turkey in 2018?")),
        threading.Thread(target=talk, args=("b", "What does Turkey sell to Norway?")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "513 million" in answers["a"]
    assert "petroleum" in answers["b"]


def test_remembered_slots_say_so(bot: Bot) -> None:
    session = bot.session()
    session.ask("How much did Norway export to Turkey in 2018?")
    answer = session.ask("and back?")
    assert ("time", "2018", "remembered") in answer.explanation.slots
    assert answer.text.startswith("Turkey's exports to Norway in 2018")


def test_unrelated_question_takes_nothing_over(bot: Bot) -> None:
    session = bot.session()
    session.ask("When did King Harald visit Turkey?")
    question = "How much did Norway export to Turkey in 2018?"
    assert session.ask(question).text == bot.ask(question).text


def test_second_failure_to_clarify_ends_in_what_can_be_asked(bot: Bot) -> None:
    session = bot.session()
    assert session.ask("when did he visit?").status == "clarify"
    answer = session.ask("how?")
    assert answer.status == "not_understood"
    assert "I can answer" in answer.text


@pytest.mark.parametrize(
    "said", ["and back?", "where?", "how many?", "why?", "when did he visit?", "tell me about the agreement"]
)
def test_nothing_to_lean_on_is_asked_about(bot: Bot, said: str) -> None:
    assert bot.session().ask(said).status == "clarify"
