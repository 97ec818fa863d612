"""Which answers changed between two versions of a domain, and why."""

import json
import shutil
from pathlib import Path

import pytest

from bot import InputError
from bot.cli import main
from bot.differences import compare, load_version, read_questions


@pytest.fixture
def versions(town):
    """`old` and `new`, the same still."""
    for name in ("old", "new"):
        shutil.copytree("town", name)
    return town


def change(file, before, after):
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def asked(*questions):
    Path("questions.txt").write_text("\n".join(questions), encoding="utf-8")


def test_versions_that_say_the_same_differ_in_nothing(versions, capsys):
    asked("when did the branch open?", "how many books does the main library hold?", "what is the weather?")
    assert main(["diff", "old", "new", "questions.txt"]) == 0
    assert capsys.readouterr().out == "0 of 3 answers changed\n"


def test_a_fact_that_changed_is_told_as_a_statement(versions, capsys):
    change("new/knowledge/facts.yaml", "1987", "1988")
    asked("when did the branch open?", "when did the main library open?")
    assert main(["diff", "old", "new", "questions.txt"]) == 1
    assert capsys.readouterr().out == (
        "1: when did the branch open?\n"
        "  - answered: The Harbour Library opened in 1987.\n"
        "  + answered: The Harbour Library opened in 1988.\n"
        "  why: statement: The Harbour Library opened in 1987. [leaflet “Visitors' leaflet”]"
        " → The Harbour Library opened in 1988. [leaflet “Visitors' leaflet”]\n"
        "\n"
        "1 of 2 answers changed: 1 answered → answered\n"
    )


def test_a_word_that_is_understood_now_is_told_with_its_code(versions, capsys):
    change("new/intents/questions.yaml", "shelf: [shelf, rack]", "shelf: [shelf, rack, gondola]")
    asked("how many gondolas does the branch hold?")
    assert main(["diff", "old", "new", "questions.txt", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["moves"] == {"not_understood → answered": 1}
    (difference,) = record["differences"]
    assert difference["fields"] == [
        "status", "text", "values", "intent", "operation", "slots", "references",
    ]  # fmt: skip
    codes = {why["code"]: (why["old"], why["new"]) for why in difference["why"]}
    assert codes["reason"] == ("unknown-word: gondolas", "")
    assert codes["word"] == ("“gondolas” unknown", "“gondolas” sense shelf")
    assert codes["candidate"] == ("", "books chosen: pattern “{library} (shelf|bookcase)”")


def test_another_wording_of_the_same_fact_is_told_as_wording(versions, capsys):
    change("new/intents/questions.yaml", "    asks: number", '    asks: number\n    answers: {number: "{number}."}')
    asked("how many books does the branch hold?")
    assert main(["diff", "old", "new", "questions.txt"]) == 1
    assert "  why: the wording alone is another\n" in capsys.readouterr().out


def test_values_that_differ_under_the_same_text_are_told(versions, capsys):
    change("new/intents/questions.yaml", "    asks: number", "    asks: library")
    change("old/intents/questions.yaml", "    asks: number", "    asks: number")
    asked("the branch: books")
    assert main(["diff", "old", "new", "questions.txt"]) == 1
    assert "  values: [12500] → [\"the Harbour Library\"]\n" in capsys.readouterr().out  # fmt: skip


def test_turns_of_a_dialogue_are_asked_in_one_session(versions):
    Path("tests.yaml").write_text(
        "tests: [{turns: [{ask: when did the branch open?}, {ask: and the main library?}]}]", encoding="utf-8"
    )
    change("new/knowledge/facts.yaml", "1911", "1912")
    found = compare(load_version("old"), load_version("new"), read_questions(["tests.yaml"]))
    assert [one.old.text for one in found.changed] == ["The Main Library opened in 1911."]


def test_rows_of_one_session_are_one_dialogue(versions):
    Path("rows.csv").write_text(
        "question,session\nwhen did the branch open?,a\nand the main library?,a\n", encoding="utf-8"
    )
    found = compare(load_version("old"), load_version("new"), read_questions(["rows.csv"]))
    assert (found.asked, found.changed) == (2, ())


def test_tests_in_jsonl_keep_their_turns(versions):
    Path("tests.jsonl").write_text('{"id": "d", "turns": [{"q": "hello"}, {"q": "thanks"}]}\n', encoding="utf-8")
    assert [(q.id, q.text) for q in read_questions(["tests.jsonl"])] == [("d/1", "hello"), ("d/2", "thanks")]


def test_the_language_data_of_a_version_are_its_own(versions):
    from bot.paths import bundled

    shutil.copytree(bundled("intents") / "language", "new/intents/language")
    change("new/intents/language/en/grammar.yaml", "  he: [he, him", "  he: [he, hym, him")
    assert load_version("new").domain.lexicon.exact["hym"]["pronoun"] == "he"


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "nowhere: there is no folder; name the folder that holds the folders 'intents' and 'knowledge'"),
        (
            "bare",
            "bare: it holds neither; name the folder that holds the folders 'intents' and 'knowledge'",
        ),
    ],
)
def test_a_folder_that_is_no_version_is_refused(versions, folder, message):
    Path("bare").mkdir()
    with pytest.raises(InputError) as refused:
        load_version(folder)
    assert str(refused.value) == message


def test_a_version_with_mistakes_is_refused_with_their_places(versions, capsys):
    change("new/intents/questions.yaml", "about: opened", "about: opned")
    asked("when did the branch open?")
    assert main(["diff", "old", "new", "questions.txt"]) == 2
    assert capsys.readouterr().err.startswith("new/intents/questions.yaml:8:12: unknown property 'opned'")


def test_a_file_without_questions_is_refused(versions, capsys):
    asked("")
    assert main(["diff", "old", "new", "questions.txt"]) == 2
    assert capsys.readouterr().err == "questions.txt: there are no questions in it\n"


def test_a_row_that_cannot_be_read_is_refused_with_its_place(versions, capsys):
    Path("rows.jsonl").write_text('{"question": "hello"}\n{"question": 7}\n', encoding="utf-8")
    assert main(["diff", "old", "new", "rows.jsonl"]) == 2
    assert capsys.readouterr().err.startswith("rows.jsonl:2: ")


def test_folders_of_another_command_are_refused(versions, capsys):
    asked("hello")
    assert main(["diff", "old", "new", "questions.txt", "--intents", "old/intents"]) == 2
    assert capsys.readouterr().err == (
        "bot: diff takes each version as one folder; --intents, --knowledge and --tables are not used\n"
    )
