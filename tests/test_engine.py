"""The bot as people embed it: one question in, one answer out, the same every time and never an exception."""

import json
import os
import pickle
import random
import subprocess
import sys
import threading
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from bot import Answer, Bot
from bot.answer import RECORD_KEYS
from bot.text import MAX_CHARACTERS

ROOT = Path(__file__).parent.parent
STATUSES = {"answered", "clarify", "no_data", "not_understood", "social"}
MIXED = (
    "When did Norway and Turkey establish diplomatic relations?",
    "Which organisations do both countries belong to?",
    "How many honorary consulates does Norway have in Turkey?",
    "Is there a Norwegian consulate in İzmir?",
    "Is there a Norwegian consulate in Bursa?",
    "Which cities besides Izmir have a Norwegian consulate?",
    "What was the trade volume in 2018?",
    "What was the trade volume in 2015?",
    "trade 2018",
    "trade",
    "exports",
    "Norway",
    "Ankara",
    "the president",
    "the prime minister",
    "seafood",
    "vessels",
    "What does Norway export to Turkey?",
    "What does Turkey sell to Norway?",
    "Does Turkey export seafood to Norway?",
    "Does Norway export seafood to Turkey?",
    "How much did Norway export to Turkey in 2018?",
    "Which country exported more in 2018?",
    "What is the sum of both exports in 2018?",
    "What share of the trade volume were Norway's exports?",
    "Was Norway's investment larger than its exports in 2018?",
    "What was the average investment per year?",
    "In which sectors does Norway invest?",
    "Give me an overview of economic relations.",
    "Give me an overview of Norway–Turkey relations.",
    "Tell me about the ambassadors' affair",
    "Which agreements are there?",
    "What is the tax agreement about?",
    "What does the updated agreement cover?",
    "Which came first, the tax agreement or the free trade agreement?",
    "How many years lie between the two visits?",
    "When did King Harald visit Turkey?",
    "When did the president visit Norway?",
    "Who received Erdoğan?",
    "Who visited whom in 2013?",
    "Where did they meet?",
    "Which cities did Erdoğan visit?",
    "Did King Harald visit Turkey in 2005?",
    "Were the ambassadors expelled?",
    "Why were the ambassadors expelled?",
    "Who signed the appeal?",
    "What happened in October 2021?",
    "What happened in 2018?",
    "What happened after 2010?",
    "What is Article 41?",
    "Which politicians are mentioned?",
    "Which related topics are there?",
    "1.27 billion dollars",
    "2018",
    "1926",
    "When did Swden and Turkey trade?",
    "teh trde volum of 2018",
    "What is the population of Norway?",
    "Who is the king of Sweden?",
    "hello",
    "what can you do",
    "xylophage quark",
    "",
)
ASK_ALL = """
import json, sys
from datetime import date
from bot import Bot
bot = Bot.load(clock=date(2026, 11, 23))
for question in json.load(sys.stdin):
    answer = bot.ask(question)
    print(json.dumps([answer.record(), answer.explanation.record()]))
"""


# The same every time


def test_answers_are_the_same_to_the_byte_in_every_process():
    """Sets are iterated in another order under another hash seed: nothing may depend on it."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ASK_ALL],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        )
        for seed in ("1", "20240229")
    ]
    one, other = (process.communicate(json.dumps(MIXED).encode())[0].splitlines() for process in running)
    assert [process.returncode for process in running] == [0, 0]
    assert len(one) == len(MIXED)
    for question, first, second in zip(MIXED, one, other, strict=True):
        assert json.loads(first) == json.loads(second), question
    assert one == other


def test_asking_again_changes_nothing(bot):
    first = [bot.ask(question) for question in MIXED]
    again = [bot.ask(question) for question in reversed(MIXED)][::-1]
    assert first == again


def test_the_order_of_questions_does_not_matter(bot):
    fresh = Bot(bot._domain, clock=bot.today())
    shuffled = list(MIXED)
    random.Random(7).shuffle(shuffled)
    answers = {question: fresh.ask(question) for question in shuffled}
    assert [answers[question] for question in MIXED] == [bot.ask(question) for question in MIXED]


def test_a_pickled_bot_answers_the_same(bot):
    copy = pickle.loads(pickle.dumps(bot))
    assert copy.today() == bot.today()
    for question in MIXED:
        assert copy.ask(question) == bot.ask(question)


def test_a_bot_that_has_answered_can_be_pickled(bot):
    bot.ask("What was the trde volume in 2018?")
    assert pickle.loads(pickle.dumps(bot)).ask("trde 2018") == bot.ask("trde 2018")


def test_threads_share_one_bot(bot):
    fresh = Bot(bot._domain, clock=bot.today())  # so that the speller too is made by several at once
    expected = [bot.ask(question) for question in MIXED]
    found, failed = {}, []

    def work(number):
        try:
            found[number] = [fresh.ask(question) for question in MIXED]
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(answers == expected for answers in found.values())


# What an answer is


@pytest.mark.parametrize("question", MIXED)
def test_every_answer_keeps_the_contract(bot, question):
    answer = bot.ask(question)
    assert isinstance(answer, Answer)
    assert answer.question == question
    assert answer.status in STATUSES
    assert answer.text.strip()
    assert 0.0 <= answer.confidence <= 1.0
    assert all(type(value) in (str, int, float) for value in answer.values)
    record = answer.record()
    assert tuple(record) == RECORD_KEYS
    assert json.loads(json.dumps(record)) == record
    json.dumps(answer.explanation.record())
    assert answer.explanation.text()
    if answer.status == "answered":
        assert answer.references
        assert answer.explanation.statements
        assert "{" not in answer.text
    else:
        assert answer.values == ()
        assert answer.references == ()
    if answer.status in ("no_data", "not_understood", "clarify"):
        for suggestion in answer.suggestions:
            assert bot.ask(suggestion).status == "answered"


def test_answers_cannot_be_changed(bot):
    answer = bot.ask("trade 2018")
    with pytest.raises(AttributeError):
        answer.text = "something else"


@pytest.mark.parametrize("question", [q for q in MIXED if q])
def test_every_word_is_explained_where_it_stands(bot, question):
    words = bot.explain(question).words
    assert words
    for word in words:
        assert question[word.start : word.end] == word.text
        assert word.kind in ("entity", "type", "number", "time", "sense", "question", "operation", "filler", "unknown")


def test_a_slip_is_shown_with_what_it_was_read_as(bot):
    words = {word.text: word.respelled for word in bot.explain("When did Harald visit Tukrey?").words}
    assert words["Tukrey"] == "turkey"
    assert words["visit"] is None


def test_an_explanation_names_the_slots_the_query_and_the_fact(bot):
    explanation = bot.explain("How much did Norway export to Turkey in 2018?")
    assert explanation.candidates[0].outcome == "chosen"
    assert {slot: (value, origin) for slot, value, origin in explanation.slots} == {
        "exporter": ("Norway", "said"),
        "importer": ("Turkey", "said"),
        "time": ("2018", "said"),
    }
    assert "find exports" in explanation.query
    assert len(explanation.statements) == 1
    assert "765 million" in explanation.statements[0]


@pytest.mark.parametrize("question", MIXED)
def test_the_outcome_of_every_candidate_is_a_known_code(bot, question):
    for note in bot.explain(question).candidates:
        assert note.outcome in (
            "chosen",
            "tie",
            "left-over-word",
            "missing-word",
            "less-specific",
            "unfilled-question",
            "shade",
            "respelled",
        )
        assert 0.0 <= note.confidence <= 1.0


# Wordings that mean the same


@pytest.mark.parametrize(
    "typed",
    [
        "Is there a Norwegian consulate in Izmir?",
        "Is there a Norwegian consulate in İzmir?",
        "Is there a Norwegian consulate in IZMIR?",
        "Is there a Norwegian consulate in ızmir?",
        "IS THERE A NORWEGIAN CONSULATE IN İZMİR?",
        "is there a norwegian consulate in izmir",
        "Is there a Norwegian consulate in „İzmir“?",
        unicodedata.normalize("NFD", "Is there a Norwegian consulate in İzmir?"),
        "  Is   there a\tNorwegian\u00a0consulate in Izmir ?  ",
        "Ｉｓ ｔｈｅｒｅ a Norwegian consulate in Izmir？",
    ],
)
def test_letters_and_spaces_do_not_change_the_answer(bot, typed):
    answer = bot.ask(typed)
    assert (answer.intent, answer.values) == ("consulates", ("yes",))
    assert "İzmir" in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "When did Erdoğan’s visit to Norway take place?",
        "When did Erdogan's visit to Norway take place?",
        "When did Erdogan‘s visit to Norway take place?",
        "when did ERDOĞAN visit NORWAY",
        "When did Erdoĝan visit Norway?",
        unicodedata.normalize("NFD", "When did Erdoğan visit Norway?"),
        "When did Recep Tayyip Erdoğan visit Norway — exactly?",
    ],
)
def test_names_are_known_with_and_without_their_accents(bot, typed):
    assert bot.ask(typed).values == ("11–12 April 2005",)


@pytest.mark.parametrize("dash", ["–", "-", "—", "−", " – ", " — "])
def test_every_dash_makes_a_period(bot, dash):
    assert bot.ask(f"How much did Norway invest in Turkey, 2002{dash}2018?").values == (862_000_000,)


@pytest.mark.parametrize(
    "kind, typed",
    [
        ("a dropped letter", "When did King Harald visit Turky?"),
        ("a doubled letter", "When did King Harald viisit Turkey?"),
        ("swapped letters", "When did King Harald visit Tukrey?"),
        ("a neighbouring key", "When did King Harakd visit Turkey?"),
        ("joined words", "When did King Haraldvisit Turkey?"),
        ("missing vowels", "When did King Harald vst Turkey?"),
        ("a sound alike", "Wen did King Harold visit Turkey?"),
        ("a lost end", "When did King Haral visit Turkey?"),
        ("no capitals, no mark", "when did king harald visit turkey"),
        ("two slips", "When did Knig Harald visit Turkye?"),
    ],
)
def test_slips_of_each_kind_do_not_change_the_answer(bot, kind, typed):
    assert bot.ask(typed).values == ("5–6 November 2013",)


# The clock


@pytest.mark.parametrize("today, years", [(date(2026, 1, 1), 100), (date(2030, 12, 31), 104), (date(1927, 1, 1), 1)])
def test_elapsed_time_follows_the_clock(bot, today, years):
    answer = Bot(bot._domain, clock=today).ask("How many years ago were relations established?")
    assert answer.values == (years,)


def test_nothing_is_ago_before_it_happened(bot):
    answer = Bot(bot._domain, clock=date(1900, 1, 1)).ask("How many years ago were relations established?")
    assert not any(isinstance(value, int) and value < 0 for value in answer.values)


def test_without_a_clock_it_is_today(bot):
    assert Bot(bot._domain).today() == date.today()


# Questions that are none


@pytest.mark.parametrize("wrong", [None, 5, b"when", ["when"], object()])
def test_a_question_that_is_no_text_is_a_type_error(bot, wrong):
    with pytest.raises(TypeError, match="a question is a str"):
        bot.ask(wrong)


@pytest.mark.parametrize(
    "empty", ["", " ", "\n\n", "\t", "?", "...", "!!!", "\u200b", "\ufeff", "\x00", "🙂", "()", "-", "'"]
)
def test_an_empty_question_is_not_understood(bot, empty):
    answer = bot.ask(empty)
    assert answer.status in ("not_understood", "clarify")
    assert (answer.confidence, answer.question, answer.values) == (0.0, empty, ())


def test_an_enormous_question_is_refused_at_once(bot):
    answer = bot.ask("When did Harald visit Turkey? " * 100_000)
    assert answer.status == "not_understood"
    assert len(answer.question) == MAX_CHARACTERS
    assert "3,000,000 characters" in answer.text
    assert answer.explanation.reasons == (("too-long", "3000000 characters"),)


def test_the_longest_question_that_is_read_is_answered(bot):
    question = "When did Harald visit Turkey?".ljust(MAX_CHARACTERS)
    assert bot.ask(question).status == "answered"
    assert bot.ask(question + " ").explanation.reasons[0][0] == "too-long"


@pytest.mark.parametrize(
    "junk", ["\x00\x01\x02\xff" * 200, "ÿØÿà\x00\x10JFIF" * 50, "\ud800\udfff" * 100, "%PDF-1.4\n%âãÏÓ" * 20]
)
def test_what_looks_like_a_binary_file_is_not_understood(bot, junk):
    assert bot.ask(junk).status in ("not_understood", "clarify")


def test_many_questions_are_answered_as_they_are_needed(bot):
    asked = []

    def questions():
        for question in ("trade 2018", "hello"):
            asked.append(question)
            yield question

    answers = bot.ask_many(questions())
    assert asked == []
    assert next(answers).values == (1_270_000_000,)
    assert asked == ["trade 2018"]
    assert [answer.status for answer in answers] == ["social"]


def test_every_example_of_the_domain_is_answered(bot):
    for question in bot.examples:
        assert bot.ask(question).status == "answered", question


# Whatever is typed


def strings(seed, count):
    """Strings that nobody would type, and some that look like questions."""
    rng = random.Random(seed)
    words = [
        *" ".join(MIXED).split(),
        "1e999",
        "2018-2018",
        "NaN",
        "inf",
        "-0",
        "n't",
        "'s",
        "$",
        "%",
        "1,,2",
        "½",
        "٢٠١٨",
        "²",
    ]
    blocks = ((0x20, 0x7E), (0, 0x1F), (0x7F, 0x2AF), (0x300, 0x36F), (0x590, 0x6FF), (0x900, 0x97F), (0x1E00, 0x206F),
              (0x20A0, 0x20CF), (0x2150, 0x2189), (0x3040, 0x30FF), (0xD800, 0xDFFF), (0xFE00, 0xFFFF), (0x1F300, 0x1F64F))  # fmt: skip  # noqa: E501 - a table

    def character():
        return chr(rng.randint(*rng.choice(blocks)))

    for number in range(count):
        kind = number % 5
        if kind == 0:
            yield "".join(character() for _ in range(rng.randint(0, 80)))
        elif kind == 1:
            yield " ".join(rng.choice(words) for _ in range(rng.randint(1, 25)))
        elif kind == 2:
            typed = list(rng.choice(MIXED) or "x")
            for _ in range(rng.randint(1, 6)):
                typed[rng.randrange(len(typed))] = rng.choice((character(), "", rng.choice("0123456789.,-'?")))
            yield "".join(typed)
        elif kind == 3:
            yield rng.choice(words) * rng.randint(2, 120)
        else:
            numbers = (
                rng.choice(("", "-", "$", "the ")) + str(rng.choice((0, 1, 31, 1000, 2018, 2999, 9999, 10**30)))
                for _ in range(5)
            )
            links = (" ", "-", "–", " and ", " to ", " million ", " April ", "s ", "th ", ".", ",", " years ", " % ")
            yield "".join(part + rng.choice(links) for part in numbers)


@pytest.mark.parametrize("seed", range(4))
def test_no_question_raises(bot, seed):
    for question in strings(seed, 250):
        answer = bot.ask(question[:MAX_CHARACTERS])
        assert answer.status in STATUSES, ascii(question)
        assert 0.0 <= answer.confidence <= 1.0, ascii(question)
        assert tuple(answer.record()) == RECORD_KEYS
        json.dumps(answer.record(), allow_nan=False)
        json.dumps(answer.explanation.record(), allow_nan=False)


@pytest.mark.parametrize(
    "question",
    [
        "1e999",
        "-1e999 dollars",
        "9" * 1999,
        "9" * 1900 + " million dollars",
        "million " * 240,
        "1.5e-400 billion",
        "2018-2018",
        "2018–2018–2018",
        "99999999999 years",
        "99999999999 years ago",
        "31 February 2005",
        "What happened on 31 February 2005?",
        "between 2018 and 2002",
        "What happened between 2018 and 2002?",
        "from 9999 to 0000",
        "the 0000s",
        "the 9990s",
        "0 April 0000",
        "April 32nd, 2005",
        "12-11 April 2005",
        "hundredth anniversary of the year 9999",
        "n't",
        "can n't n't 't",
        "'s",
        "'s 's 's",
        "’",
        "$ $ $ 5 $",
        "% % %",
        "½ of ¾",
        "٢٠١٨ में १९२६",
        "②⓪①⑧",
        "x" * 1999,
        "é" * 1999,
        "e\u0301" * 900,
        "\u0301" * 1999,
        "a." * 999,
        "\u202eyekruT\u202c tisiv dlaraH did nehW",
        "متى زار هارالد تركيا؟",
        "哈拉尔五世何时访问土耳其？",
        "👨‍👩‍👧‍👦🇳🇴🇹🇷 trade? 👍🏽",
        "\x1b[31mNorway\x1b[0m",
        "{exporter} {time!} (a|b) [c]",
        "%s %d {0} \\N{BULLET} ${HOME}",
        "'; DROP TABLE statements; --",
        "which which which which which which which which",
        "and or and or and or",
        "not not not not not",
        "how much how many how long how old",
        "what is the difference between",
        "besides",
        "except Norway",
        "more than",
        "in in in 2018 to to to from",
        "Norway " * 280,
        "2018 " * 390,
        "Norway, Turkey, " * 120,
        "Which is larger, " * 100,
        "trade.\n" * 280,
    ],
)
def test_odd_questions_do_not_raise(bot, question):
    answer = bot.ask(question)
    assert answer.status in STATUSES
    json.dumps(answer.record(), allow_nan=False)
    json.dumps(answer.explanation.record(), allow_nan=False)


def test_an_explanation_is_made_when_it_is_asked_for_and_stays_the_same(bot):
    asked = "When did Norway and Turkey establish diplomatic relations?"
    one, other = bot.ask(asked), bot.ask(asked)
    sent = pickle.loads(pickle.dumps(one))
    bot.ask("Who visited Norway?")
    assert sent == one == other
    assert sent.explanation == other.explanation
    assert hash(sent.explanation) == hash(other.explanation)
    assert one.explanation.words[0].text == "When"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = bot.ask(asked).explanation.nothing
