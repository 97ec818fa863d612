"""Reading along, completing and suggesting; and the prompt with keys that a program presses."""

import io
import re
import threading

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.auto_suggest import Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.plain_text import PlainTextOutput

from bot.answer import Answer, Explanation, WordReading
from bot.terminal import clipboard
from bot.terminal.commands import Chat
from bot.terminal.completing import Completions, Earlier, Suggestions
from bot.terminal.look import Look, plain
from bot.terminal.palette import THEMES, styles
from bot.terminal.prompt import Terminal
from bot.terminal.settings import Settings
from bot.terminal.understanding import Reading, Understanding, Vocabulary, coloured, is_premature, summary

ENTER, CTRL_C, CTRL_D, TAB, RIGHT, DOWN = "\r", "\x03", "\x04", "\t", "\x1b[C", "\x1b[B"


# Reading along


class Known:
    """A vocabulary of one word."""

    def has_beginning(self, start):
        return "volume".startswith(start) and start != "volume"


class Seen:
    """Collects what an `Understanding` publishes, and waits for it."""

    def __init__(self, ask):
        self.news = threading.Condition()
        self.readings = []
        self.understanding = Understanding(ask, self.note, Known)

    def note(self):
        with self.news:
            self.readings.append(self.understanding.current)
            self.news.notify_all()

    def until(self, holds):
        with self.news:
            assert self.news.wait_for(lambda: any(map(holds, self.readings)), 20)


@pytest.fixture
def read_along():
    opened = []

    def begin(ask):
        seen = Seen(ask)
        opened.append(seen.understanding)
        return seen

    yield begin
    for understanding in opened:
        understanding.close()


def test_a_line_is_read_in_another_thread(read_along):
    threads = set()

    def ask(text):
        threads.add(threading.current_thread())
        return Answer(text, "answered", f"about {text}")

    seen = read_along(ask)
    seen.understanding.look("one")
    seen.until(lambda reading: reading.text == "one" and reading.answer.text == "about one")
    assert threading.current_thread() not in threads


def test_the_newest_line_wins_and_looking_never_waits(read_along):
    gate, asked = threading.Event(), []

    def ask(text):
        asked.append(text)
        if text == "slow":
            assert gate.wait(20)
        return Answer(text, "answered", text)

    seen = read_along(ask)
    seen.understanding.look("slow")
    while "slow" not in asked:
        pass
    for text in ("a", "ab", "abc"):
        seen.understanding.look(text)
    gate.set()
    seen.until(lambda reading: reading.text == "abc")
    assert "a" not in asked
    assert "ab" not in asked


def test_commands_and_several_lines_are_asked_of_nobody(read_along):
    asked = []
    seen = read_along(lambda text: asked.append(text) or Answer(text, "answered", text))
    for text in ("/why", "one\ntwo", "  "):
        seen.understanding.look(text)
        seen.until(lambda reading, text=text: reading.text == text and reading.answer is None)
    assert not {"/why", "one\ntwo", "  "} & set(asked)


def test_an_engine_that_fails_does_not_end_the_reading(read_along):
    def ask(text):
        if text == "bad":
            raise RuntimeError
        return Answer(text, "answered", text)

    seen = read_along(ask)
    seen.understanding.look("bad")
    seen.until(lambda reading: reading.text == "bad" and reading.answer is None)
    seen.understanding.look("good")
    seen.until(lambda reading: reading.text == "good" and reading.answer is not None)


def test_an_unfinished_word_is_complained_of_when_the_person_stops(read_along):
    seen = read_along(lambda text: Answer(text, "not_understood", "I do not know that."))
    seen.understanding.look("the vol")
    seen.until(lambda reading: reading.text == "the vol" and reading.premature)
    seen.until(lambda reading: reading.text == "the vol" and not reading.premature)


def test_a_word_is_unfinished_only_while_a_known_one_begins_so():
    missed, found = Answer("", "not_understood", ""), Answer("", "answered", "")
    assert is_premature("the vol", missed, Known())
    assert not is_premature("the vol ", missed, Known())
    assert not is_premature("the volx", missed, Known())
    assert not is_premature("the volume", missed, Known())
    assert not is_premature("the vol", found, Known())


def test_the_vocabulary_is_that_of_the_domain(bot):
    words = Vocabulary(bot)
    assert words.has_beginning("consula")
    assert words.has_beginning("İZM")
    assert not words.has_beginning("qqq")


def reading(text, *words, status="answered", reasons=(), premature=False):
    notes = []
    for word, kind in words:
        start = text.index(word)
        notes.append(WordReading(word, start, start + len(word), kind))
    answer = Answer(text, status, "", explanation=Explanation(tuple(notes), reasons=tuple(reasons)))
    return Reading(text, answer, premature)


def test_each_kind_of_word_has_its_style():
    read = reading(
        "how many Oslo ships 2018", ("how many", "question"), ("Oslo", "entity"), ("ships", "sense"), ("2018", "time")
    )
    assert coloured(read.text, read) == [
        ("", ""), ("class:operation", "how many"), ("", " "), ("class:entity", "Oslo"), ("", " "),
        ("class:topic", "ships"), ("", " "), ("class:value", "2018"), ("", ""),
    ]  # fmt: skip


def test_the_words_in_the_way_are_marked_whatever_they_are():
    read = reading(
        "capital of Oslo", ("capital", "sense"), ("Oslo", "entity"),
        status="not_understood", reasons=[("left-over-word", "capital")],
    )  # fmt: skip
    assert ("class:unknown", "capital") in coloured(read.text, read)


def test_a_reading_serves_for_what_the_line_still_has_in_common_with_it():
    read = reading("Oslo ship", ("Oslo", "entity"), ("ship", "sense"))
    assert coloured("Oslo ships", read) == [("", ""), ("class:entity", "Oslo"), ("", " ships")]
    assert coloured("Os", read) == [("", "Os")]
    assert coloured("", read) == [("", "")]


@pytest.mark.parametrize("text", ["", "when", "who visited him", "北京 2018 İzmir", "a b\u202ec"])
def test_colours_change_no_character(bot, text):
    session = bot.session()
    session.ask("When did King Harald visit Turkey?")
    read = Reading(text, session.fork().ask(text or "x"))
    assert plain(coloured(text, read)) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("What was the trade volume in 2018?", "trade volume · 2018 → 1.27 billion dollars"),
        ("exports in 2018", "value of exports · 2018 → 513 million dollars, 765 million dollars"),
        ("did Harald visit Izmir", "high-level visit · Harald V · İzmir → No. Harald V visited Ankara and Istanbul…"),
        ("exports to Sweden", "exports → I do not know about “Sweden”."),
        ("hello", "Hello! Ask me a question, for example: “Give me an overview of Norway–Turkey r…"),
    ],
)  # fmt: skip
def test_the_line_below_says_what_enter_would_bring(bot, text, line):
    assert plain(summary(Reading(text, bot.ask(text)), bot, Look(80))) == line


def test_the_line_below_fits_forty_columns(bot):
    shown = plain(summary(Reading("", bot.ask("did the king visit Izmir?")), bot, Look(40)))
    assert shown == "No. Harald V visited Ankara and Istanb…"


# Completing


def completions(completer, text):
    found = completer.get_completions(Document(text), CompleteEvent(completion_requested=True))
    return [(c.text, c.display_meta_text) for c in found]


def test_values_complete_where_a_slot_is_open(bot):
    found = completions(Completions(Chat(bot)), "the trade volume in ")
    assert found[:3] == [("Norway", "party"), ("Turkey", "party"), ("2018", "time")]


def test_a_value_that_was_said_is_not_offered_again(bot):
    found = completions(Completions(Chat(bot)), "the trade volume in 2018 ")
    assert "2018" not in [text for text, _ in found]


def test_entities_complete_by_any_of_their_letters(bot):
    assert ("Recep Tayyip Erdoğan", "person") in completions(Completions(Chat(bot)), "who is tayy")


def test_questions_complete_that_hold_the_words_typed(bot):
    found = completions(Completions(Chat(bot)), "king vis")
    assert found[0] == ("When did King Harald visit Turkey?", "question")


def test_a_misspelt_word_completes_to_what_it_may_have_been(bot):
    assert ("consulates", "spelling") in completions(Completions(Chat(bot)), "how many comsulatse")


def test_commands_complete_with_their_help_and_arguments(bot, tmp_path):
    completer = Completions(Chat(bot))
    assert ("/topics", "what can be asked, to look through") in completions(completer, "/tpc")
    assert ("visits", "high-level visits") in completions(completer, "/topics v")
    assert completions(completer, "/set theme ") == [("auto", ""), ("dark", ""), ("light", "")]
    assert [text for text, _ in completions(completer, "/set menus ")] == ["true", "false"]
    (tmp_path / "talk.md").write_text("")
    assert [text for text, _ in completions(completer, f"/load {tmp_path}/ta")] == ["lk.md"]


def test_a_long_line_that_fits_nothing_takes_no_time(bot):
    hard = "e" * 24  # a fuzzy search for it would try every way to choose 24 of a line's letters
    found = completions(Completions(Chat(bot)), f"{hard} {hard} {hard}")
    assert found == []


def test_earlier_lines_are_found_by_any_of_their_words(bot):
    history = InMemoryHistory()
    for line in ("when did it open", "who visited whom", "who visited whom", "/why"):
        history.append_string(line)
    assert [text for text, _ in completions(Earlier(history), "visited wo")] == ["who visited whom"]
    assert [text for text, _ in completions(Earlier(history), "")] == ["/why", "who visited whom", "when did it open"]


def suggestion(bot, text, *, earlier=(), asked=()):
    chat = Chat(bot)
    for question in asked:
        chat.reply(question)
    buffer = Buffer(history=InMemoryHistory())
    for line in earlier:
        buffer.history.append_string(line)
    return Suggestions(chat).get_suggestion(buffer, Document(text))


def test_the_rest_of_a_line_is_suggested_from_history_first(bot):
    assert suggestion(bot, "When did K", earlier=["when did kings go"]).text == "ings go"
    assert suggestion(bot, "When did K").text == "ing Harald visit Turkey?"
    assert suggestion(bot, "when did k").text == "ing Harald visit Turkey?"
    assert suggestion(bot, "/so").text == "urce"


def test_follow_ups_come_before_other_questions(bot):
    asked = suggestion(bot, "W", asked=["When did King Harald visit Turkey?"])
    assert asked.text == "ho received Erdoğan in Norway?"


@pytest.mark.parametrize("text", ["", "  ", "qqq", "one\ntwo"])
def test_nothing_is_suggested_where_nothing_fits(bot, text):
    assert suggestion(bot, text) is None


def test_a_suggestion_is_harmless(bot):
    assert suggestion(bot, "x", earlier=["x\x1b[31m"]) is None
    assert isinstance(suggestion(bot, "x", earlier=["xy"]), Suggestion)


# Colours


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("theme", "background"), [("both", "#000000"), ("both", "#ffffff"), ("dark", "#1e1e1e"), ("light", "#fdf6e3")]
)
def test_every_colour_can_be_read_on_its_background(theme, background):
    lights = {name: sorted((luminance(colour), luminance(background))) for name, colour in THEMES[theme].items()}
    assert [name for name, (dark, light) in lights.items() if (light + 0.05) / (dark + 0.05) < 4.5] == []


def test_every_theme_has_every_style():
    assert len({frozenset(styles(theme)) for theme in THEMES}) == 1


# The prompt


@pytest.fixture
def type_at_prompt(bot, tmp_path):
    """Type keys at a prompt; returns what stood on the screen below the first screen, one long line a line."""

    def type_keys(*keys, folder=tmp_path, **settings):
        screen = io.StringIO()
        with create_pipe_input() as keyboard, create_app_session(input=keyboard, output=PlainTextOutput(screen)):
            terminal = Terminal(bot, settings=Settings(**settings), folder=folder)
            keyboard.send_text("".join(keys))
            terminal.run()
        return screen.getvalue()

    return type_keys


def test_questions_at_the_prompt_are_turns_of_one_conversation(type_at_prompt):
    shown = type_at_prompt("When did King Harald visit Turkey?", ENTER, "Who received him?", ENTER, CTRL_D)
    assert "President Abdullah Gül received Harald V." in shown


def test_quit_leaves_at_the_prompt(type_at_prompt):
    assert "Hello!" not in type_at_prompt("/quit", ENTER, "hi", ENTER)


def test_control_c_twice_leaves_and_once_does_not(type_at_prompt):
    assert "Hello!" in type_at_prompt("a", CTRL_C, "hi", ENTER, CTRL_C, CTRL_C)
    assert "Hello!" in type_at_prompt("a", CTRL_C, "b", CTRL_C, "hi", ENTER, CTRL_D)
    assert "Hello!" not in type_at_prompt("a", CTRL_C, CTRL_C, "hi", ENTER)


def test_a_menu_is_answered_by_keys(type_at_prompt, second_option):
    shown = type_at_prompt("when did it happen?", ENTER, DOWN, ENTER, CTRL_D)
    assert second_option[1] in shown


def test_a_menu_that_was_left_does_not_come_again_by_itself(type_at_prompt):
    shown = type_at_prompt("when did it happen?", ENTER, "x", "\x15", ENTER, "hi", ENTER, CTRL_D)
    assert shown.count("Whom or what do you mean") == 1
    assert shown.count("Pick one, or say it yourself:\r\n") == 2  # drawn, and once more when it is left
    assert "Hello!" in shown


def test_what_a_pasted_line_offers_is_listed_before_the_next_is_answered(type_at_prompt, second_option):
    shown = type_at_prompt("\x1b[200~when did it happen?\nhi\x1b[201~", ENTER, CTRL_D)
    assert re.search(rf"  2\. {re.escape(second_option[0])}.*Hello!", shown, re.DOTALL)


def test_without_menus_numbers_pick(type_at_prompt, second_option):
    shown = type_at_prompt("when did it happen?", ENTER, "2", ENTER, CTRL_D, menus=False)
    assert f"  2. {second_option[0]}" in shown
    assert second_option[1] in shown


def test_the_right_arrow_on_an_empty_line_takes_the_likely_question(type_at_prompt):
    shown = type_at_prompt("When did King Harald visit Turkey?", ENTER, RIGHT, ENTER, CTRL_D)
    assert "Kjell Magne Bondevik received Recep Tayyip Erdoğan" in shown


def test_what_was_typed_is_kept_for_this_user_only(type_at_prompt, tmp_path):
    type_at_prompt("hi", ENTER, CTRL_D)
    file = tmp_path / "history"
    assert "+hi" in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "conversation-citebot.jsonl").stat().st_mode & 0o077 == 0


def test_nothing_is_kept_when_that_is_set(type_at_prompt, tmp_path):
    type_at_prompt("hi", ENTER, CTRL_D, history=False)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_kept_does_no_harm(type_at_prompt, tmp_path):
    (tmp_path / "file").write_text("")
    assert "Hello!" in type_at_prompt("hi", ENTER, CTRL_D, folder=tmp_path / "file")


def test_a_chat_goes_on_with_the_last_conversation_when_that_is_set(type_at_prompt):
    type_at_prompt("When did King Harald visit Turkey?", ENTER, CTRL_D)
    shown = type_at_prompt("who received him?", ENTER, CTRL_D, resume=True)
    assert "Took up 1 question." in shown
    assert "Abdullah Gül received Harald V." in shown


# The clipboard


def test_the_terminal_is_asked_where_no_program_is_for_the_clipboard():
    assert clipboard.program({}, "linux") is None
    assert clipboard.program({"DISPLAY": ":0", "SSH_CONNECTION": "x"}, "linux") is None
    assert clipboard.escape_sequence("hi") == "\x1b]52;c;aGk=\x07"
    assert clipboard.escape_sequence("x" * 75_000) is None


def test_a_program_takes_the_text_where_there_is_one(tmp_path, monkeypatch):
    fake = tmp_path / "xclip"
    fake.write_text(f"#!/bin/sh\ncat > {tmp_path}/taken\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert clipboard.copy_by_program("İzmir")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "İzmir"
