"""The whole chat, in a real pseudo-terminal whose screen is read back."""

import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from driver import (
    CTRL_C,
    CTRL_D,
    CTRL_R,
    CTRL_U,
    CTRL_Y,
    DOWN,
    ENTER,
    ESCAPE,
    F2,
    LEFT,
    RIGHT,
    TAB,
    UP,
    Terminal,
    pasted,
)

ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def open_terminal(tmp_path):
    """Opens chats, in folders of their own; each is ready for the first key, and ended with the test."""
    opened = []

    def open_(*arguments, ready="/help", **options):
        own = {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        options["environment"] = {**own, **options.get("environment", {})}
        terminal = Terminal("chat", *arguments, **options)
        opened.append(terminal)
        return terminal.until(ready).until(prompted)

    yield open_
    for terminal in opened:
        terminal.__exit__()


def prompted(terminal):
    """Whether the next line can be typed: what comes earlier goes to the system, and so would Ctrl-C."""
    return terminal.line.startswith(">")


def enter(terminal, line, seen):
    """Type *line*, wait until *seen* is on the screen and the next line can be typed."""
    terminal.type(line + ENTER)
    return terminal.until(seen).until(lambda t: prompted(t) and line not in t.line)


def test_the_first_screen_says_in_three_lines_what_can_be_asked(open_terminal):
    terminal = open_terminal().settle()
    assert terminal.lines[:5] == [
        "I answer questions about relations between Norway and Turkey, with my source.",
        "Ask, for example: Give me an overview of Norway–Turkey relations.",
        "/help lists the commands and keys, /topics what can be asked, Ctrl-D leaves.",
        "",
        ">",
    ]
    assert terminal.bottom == "F2 hides this line · Tab completes · Ctrl-R searches · /help"


def test_words_take_the_colour_of_their_reading_and_the_line_below_shows_the_answer(open_terminal):
    terminal = open_terminal()
    terminal.type("when did Norway export to Sweden in 2018 ")
    terminal.until("I do not know about “Sweden”")
    kinds = {word: terminal.style(word) for word in ("when", "Norway", "export to", "2018", "did")}
    assert terminal.style("Sweden").underscore
    assert not any(kind.underscore for kind in kinds.values())
    assert len({kind.fg for kind in kinds.values()}) == 5
    terminal.type(CTRL_U + "how much did Norway export to Turkey in 2018")
    terminal.until("value of exports · Norway · Turkey · 2018 → 765 million dollars")


def test_a_word_that_is_not_finished_is_not_complained_of(open_terminal):
    terminal = open_terminal()
    terminal.type("what was the trade ")
    terminal.until("→ 1.27 billion dollars")
    terminal.type("volumxq")
    terminal.until("I do not know about “volumxq”")
    assert terminal.style("volumxq").underscore


def test_a_key_turns_the_reading_off_and_on(open_terminal):
    terminal = open_terminal()
    terminal.type("exports of Sweden ")
    terminal.until("I do not know about “Sweden”")
    terminal.type(F2)
    terminal.until("I do not know", gone=True).until(lambda t: not t.style("Sweden").underscore)
    terminal.type(F2)
    terminal.until("I do not know about “Sweden”").until(lambda t: t.style("Sweden").underscore)


def test_tab_completes_values_where_a_slot_is_open_and_spellings(open_terminal):
    terminal = open_terminal()
    terminal.type("the trade volume in " + TAB)
    terminal.until(lambda t: re.search(r"Turkey +party", t.text) and re.search(r"2018 +time", t.text))
    terminal.type(ESCAPE + CTRL_U)
    terminal.until(prompted)
    terminal.type("what was the trade vulome")
    terminal.until("→ 1.27 billion")
    terminal.type(TAB)
    terminal.until("> what was the trade volume")


def test_commands_complete_with_their_help(open_terminal):
    terminal = open_terminal()
    terminal.type("/so")
    terminal.until(lambda t: re.search(r"/source +where the last answer comes from", t.text))


def test_the_right_arrow_takes_the_grey_suggestion(open_terminal):
    terminal = open_terminal()
    terminal.type("When did King")
    terminal.until("> When did King Harald visit Turkey?")
    terminal.type(RIGHT + ENTER)
    terminal.until("Harald V visited Turkey on 5–6 November 2013.")


def test_control_r_finds_earlier_lines_in_other_chats_too(open_terminal):
    first = open_terminal()
    enter(first, "list all visits", "Source:")
    first.type(CTRL_D)
    assert first.ended() == 0
    terminal = open_terminal()
    terminal.type(CTRL_R + "vs")
    terminal.until(lambda t: "earlier> vs" in t.text and "list all visits" in t.text)
    terminal.type(ENTER)
    terminal.until("> list all visits")


def test_a_list_is_a_table_and_figures_are_bars(open_terminal):
    terminal = open_terminal(columns=100)
    enter(terminal, "list all visits", lambda t: re.search(r"Guest +Host +Place +Country +Time", t.text))
    assert "─────" in terminal.text
    terminal.type("exports in 2018" + ENTER)
    terminal.until(lambda t: re.search(r"Norway  █{20,}.?  765 million dollars", t.text))
    assert terminal.text.index("Source:") < terminal.text.index("█")


def test_a_question_back_is_a_menu_that_the_arrow_keys_answer(open_terminal):
    terminal = open_terminal()
    terminal.type("when did it happen?" + ENTER)
    terminal.until(">  1. When did Norway and Turkey establish")
    terminal.type(DOWN)
    terminal.until(">  2. ")
    terminal.type(UP + ENTER)
    terminal.until("Norway and Turkey established diplomatic relations in 1926.")


def test_a_menu_takes_digits(open_terminal, second_option):
    terminal = open_terminal()
    terminal.type("when did it happen?" + ENTER)
    terminal.until(">  1. When did Norway")
    terminal.type("2")
    terminal.until(f">  2. {second_option[0]}")
    terminal.type(ENTER)
    terminal.until(second_option[1])


def test_a_menu_gives_way_to_plain_words(open_terminal):
    terminal = open_terminal()
    terminal.type("when did it happen?" + ENTER)
    terminal.until(">  1. When did Norway")
    terminal.type("the visit" + ENTER)
    terminal.until("> the visit").until("Source:")


def test_what_was_missed_can_be_edited_from_the_menu_of_suggestions(open_terminal):
    terminal = open_terminal()
    terminal.type("how much did Norway export to Sweden in 2018" + ENTER)
    terminal.until("You can ask:").until(">  1.")
    terminal.type(LEFT)
    terminal.until(lambda t: t.line == "> how much did Norway export to Sweden in 2018")


def test_topics_are_looked_through(open_terminal):
    terminal = open_terminal()
    terminal.type("/topics" + ENTER)
    terminal.until("1. the relations in general")
    terminal.type("7" + ENTER)
    terminal.until("About high-level visits:").until(">  1. When did King Harald visit Turkey?")
    terminal.type(ENTER)
    terminal.until("Harald V visited Turkey on 5–6 November 2013.")


def test_answers_fit_the_size_that_the_terminal_has_now(open_terminal):
    terminal = open_terminal()
    terminal.resize(60, 30)
    terminal.settle()
    enter(terminal, "exports in 2018", "765 million dollars\n")
    assert all(len(line) <= 60 for line in terminal.lines)
    wide = max(line.count("█") for line in terminal.lines)
    terminal.resize(120, 30)
    terminal.settle()
    terminal.type("exports in 2018" + ENTER)
    terminal.until(lambda t: max(line.count("█") for line in t.lines) > wide + 40)


def test_control_c_clears_the_line_and_twice_leaves(open_terminal):
    terminal = open_terminal()
    terminal.type("not this" + CTRL_C)
    terminal.until("Ctrl-C once more, or Ctrl-D, leaves.").until(prompted)
    assert "not this" not in terminal.line
    terminal.type(CTRL_C)
    assert terminal.ended() == 0


def test_pasted_lines_are_asked_one_after_the_other(open_terminal):
    terminal = open_terminal()
    terminal.type(pasted("When did King Harald visit Turkey?\nWho received him?"))
    terminal.until("2 lines, to be asked one after the other")
    terminal.type(ENTER)
    terminal.until("Harald V visited Turkey").until("Abdullah Gül received")


def test_a_paste_and_an_answer_bring_no_escape_sequence_of_their_own(open_terminal, tmp_path):
    terminal = open_terminal()
    terminal.type(pasted("what is \x1b]0;owned\x07 \x1b[31m\u202ethe capital\u202c \x9b31m of Mars") + ENTER)
    terminal.until("I do not know about").settle()
    assert b"]0;owned" not in terminal.written.replace(b" ]0;owned", b"")
    assert "\u202e".encode() not in terminal.written
    assert b"\x1b[31m" not in terminal.written
    assert "\x9b".encode() not in terminal.written


def test_what_is_typed_or_recalled_brings_no_escape_sequence_of_its_own(open_terminal, tmp_path):
    history = tmp_path / "state" / "citebot" / "history"
    history.parent.mkdir(parents=True)
    history.write_text("\n# 2026-11-23\n+recalled \x1b]0;owned\x07 \x9b31m \u202eline\n", encoding="utf-8")
    terminal = open_terminal()
    terminal.type("typed \u202e\x9b31m too")
    terminal.until("typed ��31m too").type(CTRL_U + UP)
    terminal.until("recalled").type(ENTER)
    terminal.until("looks like part of a binary file").until(prompted).type(CTRL_R)
    terminal.until("earlier>").settle()
    assert b"\x1b]0;owned" not in terminal.written
    assert "\u202e".encode() not in terminal.written
    assert "\x9b".encode() not in terminal.written


def test_broken_files_bring_no_escape_sequence_of_their_own(open_terminal, subject):
    facts = subject / "knowledge" / "facts.yaml"
    terminal = open_terminal("--intents", str(subject / "intents"), "--knowledge", str(subject / "knowledge"))
    facts.write_text(facts.read_text().replace("opening", "\\e]0;owned\\a\x9b31m\u202e"))
    enter(terminal, "/reload", "Until that is mended I go on with what I had.")
    assert b"]0;owned" in terminal.written
    assert b"\x1b]0;owned" not in terminal.written
    assert "\u202e".encode() not in terminal.written
    assert "\x9b".encode() not in terminal.written


@pytest.fixture
def subject(tmp_path):
    """A small subject in files."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "intents").mkdir()
    (tmp_path / "knowledge" / "facts.yaml").write_text(
        """\
about: "things"
documents: {book: {label: "Book", kind: book}}
reference: {document: book}
types: {thing: {label: thing, plural: things}}
entities:
  alpha: {label: "alpha", type: thing, aliases: [alpha]}
  beta: {label: "beta", type: thing, aliases: [beta]}
properties:
  opened:
    label: "opening"
    roles: {thing: thing, time: time}
    subject: thing
    value: time
    event: yes
    sentence: "{thing} opened in {time}."
statements:
  opened:
    - {thing: alpha, time: 1911}
    - {thing: beta, time: 1987}
"""
    )
    (tmp_path / "intents" / "questions.yaml").write_text(
        """\
name: "subject"
topics: {main: {label: Main}}
intents:
  opened:
    about: opened
    topic: main
    patterns: ["{thing} open in {time}"]
    words: [opening]
    examples: ["When did alpha open?"]
"""
    )
    return tmp_path


def test_no_color_takes_the_colours_and_leaves_the_underlining(open_terminal):
    terminal = open_terminal(environment={"NO_COLOR": "1"})
    terminal.type("exports of Sweden in 2018 ")
    terminal.until("I do not know about “Sweden”")
    assert terminal.style("Sweden in").underscore
    terminal.type(CTRL_U + "exports in 2018" + ENTER)
    terminal.until("█").settle()
    drawn = [char for row in terminal.screen.buffer.values() for char in row.values()]
    assert {char.fg for char in drawn} == {"default"}
    assert {char.bg for char in drawn} == {"default"}


def test_a_dumb_terminal_gets_plain_text(open_terminal):
    terminal = open_terminal(environment={"TERM": "dumb"})
    terminal.type("how much did Norway export to Sweden\n")
    terminal.until("  1. ")
    terminal.type("/quit\n")
    assert terminal.ended() == 0
    assert b"\x1b" not in terminal.written


def test_forty_columns_are_enough(open_terminal):
    terminal = open_terminal(columns=40)
    terminal.type("list all visits" + ENTER)
    enter(terminal, "/new", "Starting over.")
    terminal.type("when did it happen?" + ENTER)
    terminal.until(">  1.")
    assert all(len(line) <= 40 for line in terminal.lines)


def test_two_hundred_columns_are_used(open_terminal):
    terminal = open_terminal(columns=200)
    terminal.type("list all visits" + ENTER)
    terminal.until(lambda t: re.search(r"Recep Tayyip Erdoğan  Kjell Magne Bondevik +Oslo and Stavanger", t.text))


def test_a_terminal_that_speaks_no_utf_8_gets_letters_that_it_has(open_terminal):
    ascii_only = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    terminal = open_terminal(environment=ascii_only)
    terminal.type("exports in 2018" + ENTER)
    terminal.until('Source: article "Norway-Turkey relations"').until(
        lambda t: re.search(r"Norway  #{20,}  765", t.text)
    )
    terminal.until(prompted).type(CTRL_C)
    terminal.until("Ctrl-C once more").until(prompted).type(CTRL_C)
    assert terminal.ended() == 0
    terminal.written.decode("ascii")


def test_changed_files_are_taken_up_and_broken_ones_are_told(open_terminal, subject):
    facts = subject / "knowledge" / "facts.yaml"
    terminal = open_terminal(
        "--watch", "--intents", str(subject / "intents"), "--knowledge", str(subject / "knowledge"), columns=100
    )
    enter(terminal, "when did alpha open", "in 1911.")
    facts.write_text(facts.read_text().replace("1911", "1912"))
    terminal.until("Read anew: 1 intent, 2 statements.").until(prompted).settle()
    enter(terminal, "when did alpha open", "in 1912.")
    facts.write_text(facts.read_text().replace("thing: alpha, time", "thing: omega, time"))
    terminal.until("facts.yaml:").until("Until that is mended I go on with what I had.").until(prompted).settle()
    enter(terminal, "/new", "Starting over.")
    terminal.type("when did alpha open" + ENTER)
    terminal.until(lambda t: t.text.count("in 1912.") == 2)


def test_an_answer_is_copied_through_the_terminal(open_terminal):
    terminal = open_terminal()
    enter(terminal, "When did King Harald visit Turkey?", "Source:")
    enter(terminal, "/copy", "Copied, if the terminal allows it")
    assert b"\x1b]52;c;SGFyYWxkIFYgdmlzaXRlZCBUdXJrZXkg" in terminal.written
    terminal.type(CTRL_Y)
    terminal.until("> Harald V visited Turkey on")


def test_the_last_conversation_is_there_in_the_next_chat(open_terminal):
    first = open_terminal()
    enter(first, "When did King Harald visit Turkey?", "Source:")
    first.type("/quit" + ENTER)
    assert first.ended() == 0
    terminal = open_terminal()
    enter(terminal, "/load", "Took up 1 question.")
    enter(terminal, "who received him?", "Abdullah Gül received")


def test_a_long_conversation_is_taken_up_with_a_bar_that_says_how_far(open_terminal, tmp_path):
    (tmp_path / "long.jsonl").write_text('{"question": "hello"}\n' * 400)
    terminal = open_terminal()
    terminal.type(f"/load {tmp_path}/long.jsonl" + ENTER)
    terminal.until("Took up 400 questions. The last one: hello").until(prompted)
    assert b"Taking up" in terminal.written
    enter(terminal, "When did King Harald visit Turkey?", "Harald V visited Turkey on")


def test_a_setting_is_kept_for_the_next_chat(open_terminal, tmp_path):
    first = open_terminal()
    enter(first, "/set understanding off", "understanding = false")
    first.type(CTRL_D)
    assert first.ended() == 0
    assert "understanding = false\n" in (tmp_path / "config" / "citebot" / "config.toml").read_text()
    assert "F2 hides" not in open_terminal().settle().text
