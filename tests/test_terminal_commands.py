"""The conversation behind the prompt: what comes back for each line."""

import io

import pytest

from bot import Bot, LoadError
from bot.errors import Position, Problem
from bot.terminal.commands import COMMANDS, Chat, listed
from bot.terminal.look import Look, plain


@pytest.fixture
def chat(bot):
    return Chat(bot)


def say(chat, *lines):
    """What is shown for the last of *lines*."""
    return [plain(chat.reply(line)) for line in lines][-1]


def test_the_first_screen_is_three_lines(bot):
    assert plain(Chat(bot, wraps=True).greeting()) == (
        "I answer questions about relations between Norway and Turkey, with my source.\n"
        "Ask, for example: Give me an overview of Norway–Turkey relations.\n"
        "/help lists the commands and keys, /topics what can be asked, Ctrl-D leaves."
    )


def test_a_blank_line_says_nothing(chat):
    assert chat.reply("  ") == []


def test_help_names_every_command_with_its_help(chat):
    shown = say(chat, "/help")
    assert [name for name, _, help_ in COMMANDS if name not in shown or help_ not in shown] == []


def test_every_command_answers_before_anything_was_asked(bot, monkeypatch):
    monkeypatch.setattr("bot.terminal.commands.MOST_EVENTS", 3)
    silent = []
    for name, _, _ in COMMANDS:
        chat = Chat(bot)
        if not chat.reply(name) and not chat.offer and not chat.done:
            silent.append(name)
    assert silent == []


@pytest.mark.parametrize("command", ["/why", "/source", "/table", "/plot", "/history", "/copy", "/save x.md"])
def test_commands_about_what_was_said_need_it(chat, command):
    assert say(chat, command) == "Nothing has been asked yet."


def test_source_is_that_of_the_last_answer(chat):
    assert say(chat, "When did King Harald visit Turkey?", "/source") == (
        "Source: article “Norway–Turkey relations”, section “High level visits”, row 2"
    )
    assert say(chat, "hi", "/source") == "The last answer states no fact, so it has no source."


def test_why_explains_the_last_answer(chat):
    assert say(chat, "When did King Harald visit Turkey?", "/why").startswith(
        "words\n  When                 question   time\n"
    )


def test_history_lists_the_questions(chat):
    assert say(chat, "hi", "who visited whom?", "/history") == "  1  hi\n  2  who visited whom?"


def test_a_long_history_is_cut_and_says_so(chat, monkeypatch):
    monkeypatch.setattr("bot.terminal.commands.MOST_EARLIER", 2)
    assert say(chat, "hi", "hello", "thanks", "/history") == "… the last 2 of 3:\n  2  hello\n  3  thanks"


def test_new_forgets_what_was_said(chat):
    say(chat, "When did King Harald visit Turkey?", "/new")
    assert say(chat, "/history") == "Nothing has been asked yet."
    assert "received" not in say(chat, "who received him?")


def test_undo_takes_the_last_question_back(chat):
    say(chat, "When did King Harald visit Turkey?", "exports in 2018")
    assert say(chat, "/undo") == "Took the last question back."
    assert say(chat, "/history") == "  1  When did King Harald visit Turkey?"
    assert say(chat, "/source").endswith("row 2")
    assert say(chat, "who received him?").startswith("President Abdullah Gül received")
    assert say(chat, "/undo", "/undo", "/undo") == "There is nothing to take back."


def test_an_unknown_command_is_told_and_asked_of_nobody(chat):
    assert say(chat, "/fly \x1b[31m away") == "There is no /fly; /help lists what there is."
    assert say(chat, "/sorce") == "There is no /sorce; did you mean /source?"
    assert chat.turns == []


def test_topics_can_be_looked_through(chat):
    say(chat, "/topics")
    assert chat.offer.message == "What I can be asked about:"
    assert ("high-level visits (4)", "/topics visits") in chat.offer.options
    say(chat, "/topics visits")
    assert plain(listed(chat.offer)).startswith("About high-level visits:\n  1. When did King Harald visit Turkey?\n")
    assert say(chat, "1").startswith("Harald V visited Turkey on 5–6 November 2013.")


def test_a_topic_that_there_is_not_is_told(chat):
    assert say(chat, "/topics cooking") == (
        "There is no topic 'cooking'; "
        "there are general, diplomacy, trade, investment, agreements, affair, visits, reading."
    )


def test_a_subject_without_topics_says_what_it_knows_of(folders):
    chat = Chat(load(folders))
    assert say(chat, "/topics") == "I know of: opening."


def test_what_would_fill_the_screen_is_cut_and_says_so(bot, monkeypatch):
    monkeypatch.setattr("bot.terminal.commands.MOST_SHOWN", 3)
    monkeypatch.setattr("bot.terminal.commands.MOST_SOURCES", 2)
    shown = say(Chat(bot, wraps=True), "what happened when?")
    assert "\n… 3 of 14; /timeline shows all." in shown
    assert "and 5 more; /source lists all" in " ".join(shown.split())


def test_every_question_of_every_topic_is_answered(bot):
    chat = Chat(bot)
    say(chat, "/topics")
    questions = []
    for _, line in chat.offer.options:
        say(chat, line)
        questions += [question for _, question in chat.offer.options]
    assert len(questions) == len(bot.examples)
    assert [q for q in questions if bot.ask(q).status != "answered"] == []


def test_a_number_picks_what_was_offered_even_after_a_look_at_something_else(chat):
    say(chat, "how much did Norway export to Sweden in 2018", "/why")
    assert say(chat, "1").startswith("Norway's exports to Turkey in 2018 came to 765 million dollars.")


def test_a_number_that_what_is_offered_speaks_of_is_what_it_says(chat):
    say(chat, "/topics trade")
    assert "1 billion" in plain(listed(chat.offer))
    assert not say(chat, "1").startswith("Trade between Norway and Turkey gained momentum")


def test_a_question_back_offers_its_options(chat):
    say(chat, "when did it happen?")
    assert len(chat.offer.options) > 1
    assert [line for _, line in chat.offer.options] == list(chat.last.suggestions)


def test_follow_ups_are_of_the_last_answers_topic_and_were_not_asked(chat):
    say(chat, "When did King Harald visit Turkey?")
    assert next(chat.follow_ups()) == "Who received Erdoğan in Norway?"
    assert "When did King Harald visit Turkey?" not in list(chat.follow_ups())


def test_a_preview_is_not_remembered(chat):
    say(chat, "exports in 2018")
    assert chat.preview("When did King Harald visit Turkey?").values == ("5–6 November 2013",)
    assert say(chat, "/history") == "  1  exports in 2018"
    assert len(chat.session.history.turns) == 1


@pytest.mark.parametrize("name", ["talk.md", "talk.jsonl"])
def test_a_conversation_is_saved_and_taken_up_again(bot, tmp_path, name):
    chat, file = Chat(bot), tmp_path / name
    say(chat, "When did King Harald visit Turkey?", "who received him?")
    assert say(chat, f"/save {file}") == f"Saved 2 questions with the answers in {file}."
    other = Chat(bot)
    assert say(other, f"/load {file}").startswith("Took up 2 questions. The last one: who received him?\nPresident")
    assert other.turns == chat.turns
    assert say(other, "/undo", "/history") == "  1  When did King Harald visit Turkey?"


def test_a_file_of_somebody_elses_is_not_overwritten_but_ones_own_is(chat, tmp_path):
    (tmp_path / "mine.md").write_text("mine")
    say(chat, "hi")
    assert say(chat, f"/save {tmp_path}/mine.md") == f"{tmp_path}/mine.md exists already; choose another name."
    assert (tmp_path / "mine.md").read_text() == "mine"
    say(chat, f"/save {tmp_path}/talk.md", "thanks")
    assert say(chat, f"/save {tmp_path}/talk.md") == f"Saved 2 questions with the answers in {tmp_path}/talk.md."


def test_a_file_that_cannot_be_taken_up_leaves_the_conversation_alone(chat, tmp_path):
    say(chat, "hi")
    assert say(chat, f"/load {tmp_path}/none.md") == f"{tmp_path}/none.md: cannot be read: No such file or directory"
    assert say(chat, "/history") == "  1  hi"


def test_the_last_conversation_is_kept_when_the_chat_ends_and_taken_up(bot, tmp_path):
    first = Chat(bot, last_conversation=tmp_path / "state" / "last.jsonl")
    say(first, "When did King Harald visit Turkey?")
    first.keep()
    chat = Chat(bot, last_conversation=tmp_path / "state" / "last.jsonl")
    assert say(chat, "/load").startswith("Took up 1 question.")
    assert say(chat, "who received him?").startswith("President Abdullah Gül received")


def test_load_without_a_file_needs_an_earlier_conversation(chat):
    assert say(chat, "/load") == "There is no earlier conversation."


def test_copy_gives_the_answer_with_its_source(bot):
    taken = []
    chat = Chat(bot, copy=lambda text: taken.append(text) or "Copied.")
    assert say(chat, "When did King Harald visit Turkey?", "/copy") == "Copied."
    assert taken == [
        "Harald V visited Turkey on 5–6 November 2013.\n"
        "Source: article “Norway–Turkey relations”, section “High level visits”, row 2"
    ]


def test_copy_without_a_terminal_says_so(chat):
    assert say(chat, "hi", "/copy") == "There is no terminal here, and so no clipboard."


def test_timeline_is_of_the_last_answer_or_of_everything(chat):
    assert say(chat, "/timeline").startswith("1926              ● Norway and Turkey established")
    assert say(chat, "exports in 2018", "/timeline") == (
        "2018 ● Turkey's exports to Norway in 2018 came to 513 million dollars.\n"
        "2018 ● Norway's exports to Turkey in 2018 came to 765 million dollars."
    )


def test_a_long_timeline_says_that_it_is_cut(chat, monkeypatch):
    monkeypatch.setattr("bot.terminal.commands.MOST_EVENTS", 2)
    assert say(chat, "/timeline").endswith("\n… the first 2 of 14.")


def test_a_plot_of_one_figure_is_none(chat):
    assert say(chat, "What was the trade volume in 2018?", "/plot") == (
        "A chart compares two figures or more of one kind; the last answer has none."
    )


SUBJECT = """\
about: things
documents: {book: {label: Book, kind: book}}
reference: {document: book}
types: {thing: {label: thing, plural: things}}
entities: {alpha: {label: alpha, type: thing}, beta: {label: beta, type: thing}}
properties:
  opened:
    label: opening
    roles: {thing: thing, time: time}
    subject: thing
    value: time
    sentence: "{thing} opened in {time}."
statements:
  opened: [{thing: alpha, time: 1911}, {thing: beta, time: 1987}]
"""
INTENTS = 'name: small\nintents: {opened: {about: opened, patterns: ["{thing} open in {time}"]}}\n'


@pytest.fixture
def folders(tmp_path):
    for kind, text in (("knowledge", SUBJECT), ("intents", INTENTS)):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "small.yaml").write_text(text)
    return tmp_path


def load(folders):
    return Bot.load(folders / "intents", folders / "knowledge")


def test_reload_goes_on_with_the_changed_files_and_the_conversation_so_far(folders):
    chat = Chat(load(folders), load=lambda: load(folders))
    assert say(chat, "when did alpha open").startswith("Alpha opened in 1911.")
    file = folders / "knowledge" / "small.yaml"
    # a statement before it, so that a conversation that leant on the order of statements would point elsewhere
    file.write_text(
        SUBJECT.replace("[{thing: alpha, time: 1911}", "[{thing: beta, time: 1800}, {thing: alpha, time: 1912}")
    )
    assert say(chat, "/reload") == "Read anew: 1 intent, 3 statements."
    assert say(chat, "/table") == "Thing  Time\n─────  ────\nalpha  1912"
    assert say(chat, "when did alpha open").startswith("Alpha opened in 1912.")


def test_a_broken_file_is_told_and_the_last_good_version_stays(folders):
    chat = Chat(load(folders), load=lambda: load(folders))
    file = folders / "knowledge" / "small.yaml"
    file.write_text(SUBJECT.replace("{thing: alpha, time", "{thing: omega, time"))
    shown = say(chat, "/reload")
    assert shown.startswith(f"{file}:14:20: unknown entity 'omega'")
    assert shown.endswith("\nUntil that is mended I go on with what I had.")
    assert say(chat, "when did alpha open").startswith("Alpha opened in 1911.")


def test_reload_without_files_says_so(chat):
    assert say(chat, "/reload") == "There is nothing to read anew."


def test_what_is_broken_is_told_harmlessly(bot):
    def fail():
        raise LoadError([Problem(Position("a\x1b]0;owned\x07.yaml", 1, 1), "bad \u202e text")])

    assert say(Chat(bot, load=fail), "/reload") == (
        "a\\u001b]0;owned\\u0007.yaml:1:1: bad \\u202e text\nUntil that is mended I go on with what I had."
    )


def test_set_shows_changes_and_keeps_settings(bot, tmp_path):
    chat = Chat(bot, config=tmp_path / "citebot" / "config.toml")
    assert (
        say(chat, "/set theme")
        == 'theme = "auto"  Colours for which background; NO_COLOR in the environment does without.'
    )
    assert say(chat, "/set theme light") == 'theme = "light"'
    assert chat.settings.theme == "light"
    assert 'theme = "light"\n' in (tmp_path / "citebot" / "config.toml").read_text()
    assert say(chat, "/set theme blue") == "Theme cannot be 'blue'; it is 'auto', 'dark' or 'light'."
    assert say(chat, "/set theem light") == "There is no setting 'theem'; did you mean 'theme'?"
    assert 'theme          "light"' in say(chat, "/set")


def test_a_setting_that_cannot_be_kept_holds_for_the_chat(bot, tmp_path):
    (tmp_path / "file").write_text("")
    config = tmp_path / "file" / "config.toml"
    chat = Chat(bot, config=config)
    assert say(chat, "/set views off") == f"views = false, for this chat: {config} cannot be written: Not a directory"
    assert chat.settings.views is False


def test_answers_are_wrapped_between_words_at_a_terminal_and_not_in_a_pipe(bot):
    narrow = Chat(bot, look=lambda: Look(30), wraps=True)
    assert max(map(len, say(narrow, "When did King Harald visit Turkey?").splitlines())) <= 30
    assert say(Chat(bot, look=lambda: Look(30)), "When did King Harald visit Turkey?").startswith(
        "Harald V visited Turkey on 5–6 November 2013.\n"
    )


def test_the_values_that_answer_stand_out_at_a_terminal(bot):
    shown = Chat(bot, wraps=True).reply("When did King Harald visit Turkey?")
    assert [text for style, text in shown if style == "class:heading"] == ["5–6 November 2013"]


def test_a_timeline_takes_the_place_of_the_sentences_it_holds(bot):
    shown = say(Chat(bot, wraps=True), "what happened when?")
    assert shown.startswith("1926")
    assert shown.count("established diplomatic relations") == 1
    assert shown.index("Source: ") > shown.index("October 2021")


def test_views_can_be_turned_off(bot):
    chat = Chat(bot, wraps=True)
    chat.change("views", False)
    assert "█" not in say(chat, "exports in 2018")


def test_what_is_quoted_from_the_person_is_harmless(chat):
    assert "\x1b" not in say(chat, "\x1b]0;owned\x07")
    assert "\x1b" not in say(chat, "/history")
    out = io.StringIO()
    out.write(say(chat, "/why"))
    assert "\x1b" not in out.getvalue()
