"""The questions that could not be answered, put together, and mended in the files: `bot review`."""

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from bot import Answer, Bot
from bot.cli import main
from bot.decision import Decision
from bot.knowledge import Time
from bot.mending import Workshop, covering
from bot.misses import MissLog, domain_key
from bot.query import Constraint, Query
from bot.review import gather

TOWN = ("town/intents", "town/knowledge")
FOLDERS = ["--intents", TOWN[0], "--knowledge", TOWN[1]]
QUESTIONS = Path("town/intents/questions.yaml")
FACTS = Path("town/knowledge/facts.yaml")


@pytest.fixture
def log(town, monkeypatch):
    monkeypatch.setenv("CITEBOT_MISSES", str(town / "misses.sqlite"))
    return MissLog(town / "misses.sqlite", domain_key(*TOWN))


@pytest.fixture
def missed(log):
    """Ask questions of the town, so that those that are not answered are kept."""

    def ask(*questions):
        bot = Bot.load(*TOWN, misses=log.path)
        for question in questions:
            bot.ask(question)

    return ask


def review(monkeypatch, *typed, options=()):
    monkeypatch.setattr("sys.stdin", StringIO("".join(line + "\n" for line in typed)))
    return main(["review", *options, *FOLDERS])


# what belongs together


def test_like_questions_with_the_same_word_in_the_way_are_one_thing_to_mend(missed, log):
    missed("how many gizmos does the branch hold?", "how many gizmos?", "how many gizmos has the main library?")
    gathered = gather(Bot.load(*TOWN), log.read())
    assert [(len(cluster.misses), cluster.words) for cluster in gathered.clusters] == [(3, ("gizmos",))]


def test_unlike_questions_with_the_same_word_in_the_way_stay_apart(missed, log):
    missed("how many gizmos does the branch hold?", "when was the main library opened by gizmos?")
    assert [len(cluster.misses) for cluster in gather(Bot.load(*TOWN), log.read()).clusters] == [1, 1]


def test_no_fact_is_proposed_where_one_covers_the_time(missed, log, capsys):
    Path("town/knowledge/head.yaml").write_text(
        "reference: {document: leaflet}\n"
        "types: {person: {label: person, is: agent}}\n"
        "entities: {ada: {label: Ada Lund, type: person}}\n"
        "properties:\n"
        "  head: {label: head, roles: {person: person, time: time, shelf: number}, subject: person, value: time,\n"
        '         sentence: "{person} was head in {time}."}\n'
        "statements: {head: [{person: ada, time: 1968–2003}]}\n",
        encoding="utf-8",
    )
    statement = Bot.load(*TOWN).domain.kb.by_property["head"][0]
    query = Query(("head",), (Constraint("time", "time", Time.years(1990)),))
    decision = Decision("no_data", "", "head", query=query)
    assert covering(Bot.load(*TOWN), decision) == "Ada Lund was head in 1968–2003."
    later = replace(decision, query=Query(("head",), (Constraint("time", "time", Time.years(2010)),)))
    assert covering(Bot.load(*TOWN), later) == ""
    assert statement.time is not None


def test_a_word_of_the_language_leads_to_the_intent_that_shares_its_sense(missed, log, capsys):
    """As "tariff" is a price's word in the language data, though not a central one; other intents are as near."""
    Path("town/knowledge/fee.yaml").write_text(
        "reference: {document: leaflet}\n"
        "properties:\n"
        "  fee: {label: fee, roles: {library: library, amount: quantity}, subject: library, value: amount, unit: EUR,\n"
        '        sentence: "A card of {library} costs {amount}."}\n'
        "statements: {fee: [{library: main, amount: 15}]}\n",
        encoding="utf-8",
    )
    Path("town/intents/fee.yaml").write_text(
        'intents: {fee: {about: fee, patterns: ["{library} (price|cost)"], asks: amount, '
        "examples: [What does the Main Library cost?, Price of the Main Library?]}}\n",
        encoding="utf-8",
    )
    workshop = Workshop(*TOWN)
    diagnosis = workshop.diagnose("what is the tariff for the main library?")
    assert (diagnosis.words, diagnosis.intent) == (("tariff",), "fee")
    assert workshop.test(diagnosis.mends[0], "what is the tariff for the main library?").good


def test_a_typo_in_the_word_makes_no_other_thing_to_mend(missed, log):
    missed("how many gizmos does the branch hold?", "how many gizmoz does the branch hold?")
    assert len(gather(Bot.load(*TOWN), log.read()).clusters) == 1


def test_alike_questions_with_other_words_in_the_way_stay_apart(missed, log):
    missed("how many gizmos does the branch hold?", "how many parrots does the branch hold?")
    assert len(gather(Bot.load(*TOWN), log.read()).clusters) == 2


def test_what_is_asked_most_comes_first(missed, log):
    missed("how many parrots does the branch hold?", *["how many gizmos does the branch hold?"] * 3)
    clusters = gather(Bot.load(*TOWN), log.read()).clusters
    assert [(cluster.question, cluster.times) for cluster in clusters] == [
        ("how many gizmos does the branch hold?", 3),
        ("how many parrots does the branch hold?", 1),
    ]


def test_what_is_answered_by_now_is_no_longer_to_mend(missed, log):
    missed("how many gizmos does the branch hold?")
    QUESTIONS.write_text(QUESTIONS.read_text().replace("[shelf, rack]", "[shelf, rack, gizmo]"), encoding="utf-8")
    gathered = gather(Bot.load(*TOWN), log.read())
    assert (len(gathered.clusters), len(gathered.answered)) == (0, 1)


def test_what_went_on_from_something_else_is_not_judged_alone(town, log):
    log.note(Answer("and in 1911?", "no_data", ""), followed=True)
    gathered = gather(Bot.load(*TOWN), log.read())
    assert [miss.question for miss in gathered.followed] == ["and in 1911?"]


# what would mend it


@pytest.mark.parametrize(
    ("question", "kind", "why", "line", "answer"),
    [
        (
            "how many gizmos does the branch hold?",
            "synonym",
            "“gizmos” means what “book” means",
            "town/intents/questions.yaml:5:   book: [gizmo]",
            "The Harbour Library holds 12,500 books.",
        ),
        (
            "when did the haven library open?",
            "name",
            "“haven library” is another name of the Harbour Library",
            "town/knowledge/facts.yaml:12:   harbour: {label: the Harbour Library, type: library, "
            "aliases: [the branch, haven library]}",
            "The Harbour Library opened in 1987.",
        ),
        (
            "how many books are stowed in the branch?",
            "word",
            "“stowed” may be said when “books” is asked for, and changes nothing",
            "town/intents/questions.yaml:18:     words: [hold, have, collection, stowed]",
            "The Harbour Library holds 12,500 books.",
        ),
    ],
)
def test_a_mend_is_a_line_of_a_file_and_holds(town, question, kind, why, line, answer):
    workshop = Workshop(*TOWN)
    before = {path: path.read_bytes() for path in (QUESTIONS, FACTS)}
    mends = [mend for mend in workshop.diagnose(question).mends if workshop.test(mend, question).good]
    found = {mend.why: mend for mend in mends}
    assert why in found, list(found)
    assert found[why].kind == kind
    assert found[why].lines() == [line]
    assert workshop.test(found[why], question).text == answer
    assert {path: path.read_bytes() for path in before} == before, "a try changes no file"


def test_a_fact_that_is_missing_is_left_for_the_author_to_fill(town):
    FACTS.write_text(
        FACTS.read_text().replace("entities:", "entities:\n  hill: {label: the Hill Library, type: library}"),
        encoding="utf-8",
    )
    diagnosis = Workshop(*TOWN).diagnose("when did the Hill Library open?")
    assert diagnosis.intent == "opened"
    (mend,) = diagnosis.mends
    assert mend.is_open
    assert mend.lines() == ["town/knowledge/facts.yaml:34:     - {library: hill, time: …}"]


def test_a_mend_that_would_change_another_answer_does_not_hold(town):
    from bot.mending import Edit, Mend

    workshop = Workshop(*TOWN)
    mend = Mend("name", "wrong", (Edit(str(FACTS), ("entities", "harbour", "aliases"), "the Main Library"),))
    outcome = workshop.test(mend, "when did the harbour library open?")
    assert not outcome.good
    assert outcome.text.startswith("“When did the Main Library open?” and 1 more would be answered differently: ")


def test_a_mend_with_a_mistake_does_not_hold(town):
    from bot.mending import Edit, Mend

    mend = Mend("fact", "wrong", (Edit(str(FACTS), ("statements", "opened"), "{library: nowhere, time: 1990}"),))
    outcome = Workshop(*TOWN).test(mend, "when did the branch open?")
    assert (outcome.good, outcome.text) == (False, "the files have a mistake then")
    assert [problem.code for problem in outcome.problems] == ["unknown-entity"]


def test_an_intent_told_by_examples_wants_the_question_as_one(town):
    Path("desk.yaml").write_text(
        "intents:\n"
        "  lost:\n    says: Tell us.\n    examples: [I lost my card, My card has been stolen, My card is missing]\n"
        "  limit:\n    says: Ask us.\n    examples: [What can I spend, Raise my limit, How much may I spend a day]\n",
        encoding="utf-8",
    )
    Path("bare.yaml").write_text("about: cards\n", encoding="utf-8")
    workshop = Workshop("desk.yaml", "bare.yaml")
    question = "somebody pinched my card yesterday evening"
    diagnosis = workshop.diagnose(question)
    assert diagnosis.intent == "lost"
    assert diagnosis.mends[0].kind == "example"
    assert workshop.test(diagnosis.mends[0], question).text == "Tell us."


# the command


def test_the_list_shows_each_with_what_would_mend_it(missed, capsys, monkeypatch):
    missed("when did the haven library open?", "what is love?", "when did the haven library open?")
    assert review(monkeypatch, options=["--list"]) == 0
    assert capsys.readouterr().out == (
        "1 of 2, asked 2 times: when did the haven library open?\n"
        "  in the way: “haven”\n"
        "  nearest intent: opened\n"
        "  would mend it: “haven library” is another name of the Harbour Library\n"
        "    town/knowledge/facts.yaml:12:   harbour: {label: the Harbour Library, type: library, "
        "aliases: [the branch, haven library]}\n"
        "  then: The Harbour Library opened in 1987.\n"
        "\n"
        "2 of 2, asked once: what is love?\n"
        "  in the way: “love”\n"
        "  nearest intent: none\n"
        "  no single line would mend it; `bot explain` shows how it was read\n"
        "\n"
        "2 things to mend.\n"
    )


def test_json_has_the_edits(missed, capsys, monkeypatch):
    missed("when did the haven library open?")
    assert review(monkeypatch, options=["--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)["shown"]
    assert shown["words"] == ["haven"]
    assert shown["mend"]["edits"] == [
        {
            "file": "town/knowledge/facts.yaml",
            "path": ["entities", "harbour", "aliases"],
            "value": "haven library",
        }
    ]
    assert shown["mend"]["answer"] == "The Harbour Library opened in 1987."


def test_accepting_edits_the_file_keeps_its_comments_and_forgets_the_question(missed, log, capsys, monkeypatch):
    missed("when did the haven library open?", "did the haven library open in 1987?")
    before = FACTS.read_text()
    assert review(monkeypatch, "a") == 0
    out = capsys.readouterr().out
    assert "  done: Yes. The Harbour Library opened in 1987.\n  2 of 2 questions of its kind are answered now\n" in out
    assert FACTS.read_text() == before.replace("aliases: [the branch]", "aliases: [the branch, haven library]")
    assert "# the old building" in FACTS.read_text()
    assert log.read() == []


def test_skipping_changes_nothing(missed, log, capsys, monkeypatch):
    missed("when did the haven library open?")
    before = FACTS.read_bytes()
    assert review(monkeypatch, "s") == 0
    assert FACTS.read_bytes() == before
    assert len(log.read()) == 1
    assert capsys.readouterr().out.endswith("0 mended; there were 1 thing to mend.\n")


@pytest.mark.parametrize("typed", [["q"], []])
def test_leaving_changes_nothing(missed, log, monkeypatch, capsys, typed):
    missed("when did the haven library open?")
    assert review(monkeypatch, *typed) == 0
    assert len(log.read()) == 1


def test_the_next_way_is_offered(missed, capsys, monkeypatch):
    missed("when did the haven library open?")
    review(monkeypatch, "n", "a")
    assert "aliases: [haven library]" in FACTS.read_text()


def test_a_missing_fact_is_filled_in_by_the_author(missed, log, capsys, monkeypatch):
    FACTS.write_text(
        FACTS.read_text().replace("entities:", "entities:\n  hill: {label: the Hill Library, type: library}"),
        encoding="utf-8",
    )
    missed("when did the Hill Library open?")
    assert review(monkeypatch, "a", "1999") == 0
    assert "    - {library: hill, time: 1999}\n" in FACTS.read_text() or '"1999"' in FACTS.read_text()
    assert "  done: The Hill Library opened in 1999.\n" in capsys.readouterr().out


def test_a_fact_that_is_no_fact_is_put_back_and_said_why(missed, capsys, monkeypatch):
    FACTS.write_text(
        FACTS.read_text().replace("entities:", "entities:\n  hill: {label: the Hill Library, type: library}"),
        encoding="utf-8",
    )
    before = FACTS.read_bytes()
    missed("when did the Hill Library open?")
    assert review(monkeypatch, "a", "long ago") == 0
    assert FACTS.read_bytes() == before
    out = capsys.readouterr().out
    assert "  put back: the files have a mistake then\n" in out
    assert "'long ago' is not a time [wrong-time]" in out


def test_tests_given_guard_their_answers(missed, capsys, monkeypatch):
    Path("tests.yaml").write_text(
        "tests: [{ask: how many gizmos does the branch hold?, status: not_understood}]", encoding="utf-8"
    )
    missed("how many gizmos does the branch hold?")
    review(monkeypatch, options=["--list", "--tests", "tests.yaml"])
    assert "no single line would mend it" in capsys.readouterr().out


def test_clearing_forgets_them_all(missed, log, capsys, monkeypatch):
    missed("what is love?", "what is hate?")
    assert review(monkeypatch, options=["--clear"]) == 0
    assert capsys.readouterr().out == "2 questions forgotten.\n"
    assert log.read() == []


def test_without_misses_it_says_how_to_keep_them(town, log, capsys, monkeypatch):
    assert review(monkeypatch) == 0
    assert capsys.readouterr().out == (
        f"No questions are kept for this subject in {log.path}.\n"
        "Give --log-misses to `bot chat`, `bot ask` or `bot batch`, or set CITEBOT_MISSES=1, to keep those that cannot "
        "be answered.\n"
    )


def test_a_log_that_is_none_is_refused(town, capsys, monkeypatch):
    Path("notes.txt").write_text("notes\n" * 100)
    assert review(monkeypatch, options=["--log", "notes.txt"]) == 2
    assert capsys.readouterr().err == "notes.txt: the log of misses cannot be used: file is not a database\n"


def test_files_with_a_mistake_are_refused_with_its_place(missed, capsys, monkeypatch):
    missed("what is love?")
    QUESTIONS.write_text(QUESTIONS.read_text().replace("about: books", "about: boks"), encoding="utf-8")
    assert review(monkeypatch) == 2
    assert capsys.readouterr().err.startswith("town/intents/questions.yaml:14:12: unknown property 'boks'")
