"""Questions of the bot's own making and their changes, on a domain and a language that are written out here."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bot.answer import Answer
from bot.canonical import Canon, Canonical, Part, Question
from bot.cli import main
from bot.engine import Bot
from bot.knowledge import Time
from bot.loading import load_domain
from bot.mutating import Mutator, Report, Result, Variant, mutate

LANGUAGE = """
questions:
  {agent: [who], time: [when], quantity: [how high], thing: [which, what], number: [how many],
   duration: [how many years], how: [how]}
operations: {ago: [ago], happen: [happened], describe: [tell me about], difference: [difference between]}
auxiliaries: [did, is]
prepositions: [in, by, of, about]
fillers: [the, it, "true", that, is]
joins: {and: [and]}
units: {length: {metre: [metre]}, time: {year: [year, years]}}
countries: {se: {label: Sweden, words: [sweden]}, no: {label: Norway, words: [norway]}}
senses: {raise: [raise, erect]}
canonical:
  lookup:
    agent: ["who {phrase}?"]
    entity: ["which {type} {phrase}?"]
    time: ["when {phrase}?"]
    quantity: ["how high {phrase}?"]
  verify: {any: ["did {phrase}?"]}
  count: {any: ["how many {types} {phrase}?"]}
  ago: {any: ["how many years ago {phrase}?"]}
  window: {any: ["what happened {time}?"]}
  entity: {any: ["what is {entity}?"]}
  difference: {any: ["what is the difference between {a} and {b}?"]}
  times: {year: ["in {time}"]}
  reorder: {any: ["{moved}, {rest}"]}
  keyboard: {rows: [qwertyuiop, asdfghjkl, zxcvbnm]}
"""

KNOWLEDGE = """
types: {agent: {label: maker}, engineer: {label: engineer, is: agent}, tower: {label: tower}, land: {label: land}}
documents: {book: {label: Lights}}
reference: {document: book}
properties:
  built:
    label: building
    name: "the height of {tower}"
    roles:
      {tower: tower, engineer: engineer, land: land, time: time, height: quantity, colour: {type: text, asked: [how]}}
    subject: tower
    value: height
    unit: metre
    event: yes
    sentence: "{engineer} raised {tower}, {height}, in {land} in {time}."
  owner:
    label: owner
    roles: {tower: tower, keeper: engineer}
    subject: tower
    value: keeper
    sentence: "{keeper} keeps {tower}."
entities:
  utsira: {label: Utsira, type: tower, aliases: [Northlight]}
  slettnes: {label: Slettnes, type: tower}
  olsen: {label: Olsen, type: engineer}
  larsen: {label: Larsen, type: engineer}
  norway: {label: Norway, type: land}
statements:
  built:
    - {tower: utsira, engineer: olsen, land: norway, time: 1844, height: 14}
    - {tower: slettnes, engineer: larsen, land: norway, time: 1905, height: 39, colour: red}
  owner:
    - {tower: utsira, keeper: larsen}
"""

INTENTS = """
intents:
  built:
    about: built
    patterns: ["{engineer} raise {tower} in {land} {time}", "height {tower} => height"]
    asks: [time]
    answers: {time: "In {time}."}
    examples: ["When did Olsen raise Utsira?"]
"""


@pytest.fixture
def bot(tmp_path):
    for name, content in (("language", LANGUAGE), ("knowledge", KNOWLEDGE), ("intents", INTENTS)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.yaml").write_text(content, encoding="utf-8")
    domain = load_domain(tmp_path / "intents", tmp_path / "knowledge", tmp_path / "language")
    return Bot(domain, clock=date(2005, 1, 1))


def canon(bot):
    return Canonical(bot).collect()


@pytest.fixture
def question():
    return Question(
        (
            Part("who"),
            Part("erect", senses=frozenset({"raise"})),
            Part("Utsira", "tower", "utsira"),
            Part("Norway", "land", "norway", "in "),
            Part("1844", "time", Time.years(1844), "in "),
            Part("?"),
        ),
        "built",
        "lookup",
        "engineer",
        frozenset({"Olsen"}),
    )


def test_questions_come_from_patterns_examples_and_templates(bot):
    of_utsira = [
        (question.text, question.operation, question.role, question.values)
        for question, _ in canon(bot).questions
        if "Slettnes" not in question.text and "Larsen" not in question.text
    ]
    assert of_utsira == [
        ("When did Olsen raise Utsira?", "lookup", "time", {1844}),
        ("which tower height?", "lookup", "tower", {"Utsira", "Slettnes"}),
        ("which tower Olsen raise in Norway in 1844?", "lookup", "tower", {"Utsira"}),
        ("how many towers height?", "count", "tower", {2}),
        ("who raise Utsira in Norway in 1844?", "lookup", "engineer", {"Olsen"}),
        ("who height Utsira?", "lookup", "engineer", {"Olsen"}),
        ("which engineer raise Utsira in Norway in 1844?", "lookup", "engineer", {"Olsen"}),
        ("which engineer height Utsira?", "lookup", "engineer", {"Olsen"}),
        ("which land height Utsira?", "lookup", "land", {"Norway"}),
        ("which land Olsen raise Utsira in 1844?", "lookup", "land", {"Norway"}),
        ("when Olsen raise Utsira in Norway?", "lookup", "time", {1844}),
        ("when height Utsira?", "lookup", "time", {1844}),
        ("how high Olsen raise Utsira in Norway in 1844?", "lookup", "height", {14}),
        ("how high height Utsira?", "lookup", "height", {14}),
        ("did height Utsira?", "verify", "", {"yes"}),
        ("did Olsen raise Utsira in Norway in 1844?", "verify", "", {"yes"}),
        ("how many years ago Olsen raise Utsira in Norway?", "ago", "", {161}),
        ("how many years ago height Utsira?", "ago", "", {161}),
        ("what happened in 1844?", "window", "", None),
        ("what happened in 1905?", "window", "", None),
        ("what is Utsira?", "entity", "", None),
        ("what is Olsen?", "entity", "", None),
        ("what is Norway?", "entity", "", None),
    ]


def test_amounts_of_two_facts_are_set_against_each_other(bot):
    question, answer = canon(bot).questions[-1]
    assert question.text == "what is the difference between the height of Utsira and the height of Slettnes?"
    assert (question.values, answer.values) == ({25}, (25,))


def test_what_no_question_asks_for_is_told(bot):
    found = {key: [fact.id for fact in facts] for key, facts in canon(bot).unreached.items()}
    assert found == {("built", "colour"): ["built-2"]}


def test_variants_that_mean_the_same_and_swaps_that_do_not(bot, question):
    question = replace(question, facts=tuple(bot.domain.kb.by_property["built"][:1]))
    found = [(v.kind, v.must_answer, v.text, v.changed) for v in Mutator(Canonical(bot)).variants(question)]
    assert found == [
        ("typo: swap", True, "who eerct Utsira in Norway in 1844?", "erect → eerct"),
        ("typo: drop", True, "who erec Utsira in Norway in 1844?", "erect → erec"),
        ("typo: double", True, "who erect Utsira in Norrway in 1844?", "Norway → Norrway"),
        ("typo: neighbour", True, "who erect Utsira in Notway in 1844?", "Norway → Notway"),
        ("reorder", True, "in 1844, who erect Utsira in Norway?", "in 1844 first"),
        ("synonym", True, "who raise Utsira in Norway in 1844?", "erect → raise"),
        ("other name", True, "who erect Northlight in Norway in 1844?", "Utsira → Northlight"),
        ("year", False, "who erect Utsira in Norway in 1848?", "1844 → 1848"),
        ("year", False, "who erect Utsira in Norway in 1905?", "1844 → 1905"),
        ("entity", False, "who erect Slettnes in Norway in 1844?", "Utsira → Slettnes"),
        ("stranger", False, "who erect Utsira in Sweden in 1844?", "Norway → Sweden"),
    ]


def test_another_seed_makes_other_changes(bot, question):
    canonical = Canonical(bot)
    first, second, again = ([v.text for v in Mutator(canonical, seed=n).variants(question)] for n in (0, 1, 0))
    assert first == again != second


def test_a_swap_that_leaves_the_answer_right_is_no_swap(bot, question):
    where = Question(
        (Part("which land"), Part("Utsira", "tower", "utsira")), "built", "lookup", "land", frozenset({"Norway"})
    )
    assert [v.kind for v in Mutator(Canonical(bot)).variants(where) if not v.must_answer] == []


@pytest.mark.parametrize(
    "after, must_answer, ok",
    [
        ({}, True, True),
        ({"values": ("Larsen",)}, True, False),
        ({"status": "no_data"}, True, False),
        ({"references": ()}, True, False),
        ({}, False, False),
        ({"values": ("Larsen",)}, False, True),
        ({"status": "no_data"}, False, True),
        ({"text": "No. Olsen raised it in 1844."}, False, True),
    ],
)
def test_what_counts_as_the_same_answer_and_as_the_old_one(bot, question, after, must_answer, ok):
    before = bot.ask("who raise Utsira?")
    question = replace(question, facts=tuple(bot.domain.kb.by_property["built"][:1]))
    variant = Variant("year", must_answer, "", question, "")
    assert Mutator(Canonical(bot)).is_ok(variant, before, replace(before, **after)) is ok


def test_the_report_of_a_sound_domain(bot):
    report = mutate(bot)
    assert report.reaches(100)
    assert (
        report.text()
        == """\
intent        questions  must answer  must refuse
built                34      185/185        96/96
(window)              2          2/2          4/4
(entity)              5        21/21            –
(difference)          1          5/5            –

kind             right
typo: swap       40/40
typo: drop       40/40
typo: double     40/40
typo: neighbour  40/40
reorder          19/19
synonym          18/18
other name       16/16
year             28/28
year put in      18/18
entity           40/40
stranger         14/14
direction            –

no question reaches
  built colour: built-2

42 canonical questions; 213 of 213 variants answered the same (100.0 %); 0 of 100 swaps answered with the old fact"""
    )


def test_a_report_of_failures_lists_the_wrong_answers_first(question):
    report = Report(Canon(), ("built",))
    report.asked["built"] = 1
    before = Answer("", "answered", "Olsen did.", ("Olsen",))
    lost = Answer("", "not_understood", "I do not know about “erec”.")
    report.add(Result(Variant("typo: drop", True, "who erec Utsira?", question, "erect → erec"), before, lost, False))
    report.add(
        Result(Variant("year", False, "who erect Utsira in 1848?", question, "1844 → 1848"), before, before, False)
    )
    assert not report.reaches(0)
    assert report.text(verbose=True).split("\n\n")[2:] == [
        "built: 2 failed\n"
        "  must refuse, year (1844 → 1848): who erect Utsira in 1848?\n"
        "    was Olsen; now answered: Olsen\n"
        "  must answer, typo: drop (erect → erec): who erec Utsira?\n"
        "    was Olsen; now not_understood: I do not know about “erec”.",
        "1 canonical questions; 0 of 1 variants answered the same (0.0 %); 1 of 1 swaps answered with the old fact",
    ]
    record = report.record()
    assert (record["must_answer"], record["must_refuse"]) == ({"right": 0, "total": 1}, {"ok": 0, "total": 1})
    assert record["failures"][1] == {
        "intent": "built",
        "operation": "lookup",
        "kind": "year",
        "must": "refuse",
        "question": "who erect Utsira in Norway in 1844?",
        "variant": "who erect Utsira in 1848?",
        "changed": "1844 → 1848",
        "values": ["Olsen"],
        "status": "answered",
        "values_after": ["Olsen"],
        "text": "Olsen did.",
    }


def test_nothing_to_ask_reaches_no_bar():
    assert not Report(Canon(), ()).reaches(0)


def test_the_command_reports_as_json_and_exits_by_the_bar(tmp_path, capsys):
    for name, content in (("knowledge", KNOWLEDGE), ("intents", INTENTS)):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    folders = [f"--{name}={tmp_path / name}.yaml" for name in ("intents", "knowledge")]
    code = main(["check", "--mutate", "--json", "--limit", "3", "--fail-under", "0", *folders])
    out, err = capsys.readouterr()
    record = json.loads(out)
    report = record.pop("mutations")
    assert [problem["code"] for problem in record["problems"]] == ["unasked-property"]
    assert report["unasked"] == []
    assert {one["canonical_questions"] for one in report["intents"]} <= {0, 1, 2, 3}
    assert code == (1 if report["must_refuse"]["ok"] < report["must_refuse"]["total"] else 0)
    assert err.startswith("bot: ") == bool(code)


def test_a_limit_is_a_number(capsys):
    with pytest.raises(SystemExit):
        main(["check", "--mutate", "--limit", "0"])
    assert (
        capsys.readouterr().err.splitlines()[-1] == "bot check: error: argument --limit: '0' is no whole number above 0"
    )


def test_a_list_that_the_facts_give_to_the_other_question_too_is_no_old_answer(question):
    bot_like = Mutator.__new__(Mutator)
    bot_like.canonical = type("Tells", (), {"tells": lambda *_: True, "conjunction": "and"})()
    before = Answer("", "answered", "Rye.", ("rye",))
    after = Answer("", "answered", "Rye and wheat.", ("rye", "wheat"))
    wide = Variant("entity", False, "which breads contain salt?", question, "honey → salt", frozenset({"rye", "wheat"}))
    assert bot_like.is_ok(wide, before, after)
    assert not bot_like.is_ok(Variant("entity", False, wide.text, question, wide.changed), before, after)


def test_an_intent_without_a_question_says_why(tmp_path):
    intents = INTENTS + (
        "  hours: {says: From nine to five., patterns: [hour]}\n"
        "  gap: {about: built, patterns: [gap], operation: difference}\n"
    )
    for name, content in (("knowledge", KNOWLEDGE), ("intents", intents)):
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    bot = Bot.load(tmp_path / "intents.yaml", tmp_path / "knowledge.yaml", cache=False)
    report = mutate(bot, limit=1)
    assert report.unasked == {
        "hours": "it has a fixed answer and no facts",
        "gap": "it has the operation 'difference' and no `asks` that says of what",
    }
    assert "no question was made for\n  hours: it has a fixed answer and no facts\n  gap: " in report.text()
