"""Intents that are told by examples alone: what tells them apart, what is declined, and how both are tuned."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest

from bot import Bot, InputError, LoadError
from bot.cache import pack, unpack
from bot.cli import main
from bot.evidence import Evidence, gather, spoken_words
from bot.grading import grade, read_cases
from bot.language import Lexicon
from bot.tuning import Sought, Tuning, read_questions, tune

EXAMPLES = Path(__file__).parent.parent / "examples" / "faq"

SHOP = {
    "returns": [
        "How do I return a jacket?",
        "Can I send shoes back?",
        "I want to give back what I ordered",
        "What is your return policy?",
        "Where do I send a parcel back to?",
    ],
    "delivery": [
        "When will my order arrive?",
        "How long does delivery take?",
        "Where is my parcel?",
        "Do you deliver on Saturdays?",
        "Has my order been shipped?",
    ],
    "password": [
        "I forgot my password",
        "How do I reset my password?",
        "I cannot log in to my account",
        "Please send me a new password",
        "My login does not work",
    ],
}


def evidence_of(examples: dict[str, list[str]], **settings: float) -> Evidence:
    words = {intent: [spoken_words(text, {}) for text in texts] for intent, texts in examples.items()}
    return gather(words, Lexicon(), **settings)


def shop_yaml(examples: dict[str, list[str]], head: str = "") -> str:
    lines = [head, "intents:"]
    for intent, texts in examples.items():
        lines += [f"  {intent}:", f"    says: The answer to {intent}.", "    examples:"]
        lines += [f"      - {json.dumps(text)}" for text in texts]
    return "\n".join(lines) + "\n"


def load(folder: Path, intents: str, knowledge: str = "about: a shop\n") -> Bot:
    for name, text in (("intents", intents), ("knowledge", knowledge)):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "file.yaml").write_text(text, encoding="utf-8")
    return Bot.load(folder / "intents", folder / "knowledge", cache=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Bot:
    return load(tmp_path_factory.mktemp("shop"), shop_yaml(SHOP))


# Weights


@pytest.mark.parametrize(
    ("asked", "intent"),
    [
        ("return the shoes", "returns"),
        ("is my order on its way", "delivery"),
        ("reset the password of my account", "password"),
    ],
)
def test_evidence_from_several_examples_adds_up(asked: str, intent: str) -> None:
    assert evidence_of(SHOP).weigh(asked.split())[0].intent == intent


def test_an_example_word_for_word_is_beyond_doubt() -> None:
    evidence = evidence_of(SHOP)
    assert evidence.weigh(spoken_words("Where is my parcel?", {}))[0] == ("delivery", 1.0, 1.0)


def test_an_example_of_two_intents_is_not_beyond_doubt() -> None:
    evidence = evidence_of({"a": ["cancel my order", "stop it"], "b": ["cancel my order", "undo it"]})
    first, second = evidence.weigh(["cancel", "my", "order"])
    assert first.confidence < 1
    assert first.lead == pytest.approx(0)
    assert second.intent == "b"


def test_words_that_no_example_has_speak_against_an_answer() -> None:
    evidence = evidence_of(SHOP)
    plain = evidence.weigh(spoken_words("How do I reset the password", {}))[0]
    more = evidence.weigh(spoken_words("How do I reset the password of a nuclear submarine", {}))[0]
    assert more.intent == plain.intent == "password"
    assert more.confidence < plain.confidence


def test_nothing_known_is_nothing_found() -> None:
    evidence = evidence_of(SHOP)
    assert evidence.weigh(["xyzzy"]) == ()
    assert evidence.weigh([]) == ()


def test_one_intent_alone_can_be_told_from_nothing() -> None:
    evidence = evidence_of({"only": ["where is my parcel", "has my parcel been sent"]})
    assert evidence.weigh(["where", "is", "the", "parcel"])[0].intent == "only"


def test_the_order_of_intents_does_not_matter() -> None:
    backwards = dict(reversed(SHOP.items()))
    words = spoken_words("when does the parcel come back", {})
    assert evidence_of(SHOP).weigh(words) == evidence_of(backwards).weigh(words)


def test_a_telling_word_weighs_more_than_one_that_all_intents_share() -> None:
    shares = evidence_of(SHOP).shares(["reset", "my", "password"], "password")
    assert shares[0].text == "password"
    assert {share.text: share.share for share in shares}["my"] < shares[0].share


# Answers


def test_a_question_in_other_words_gets_the_fixed_answer(shop: Bot) -> None:
    answer = shop.ask("My password does not work, how can I reset it?")
    assert (answer.status, answer.intent, answer.text) == ("answered", "password", "The answer to password.")
    assert 0.5 <= answer.confidence <= 1


@pytest.mark.parametrize("typed", ["how do i reset my pasword", "how do i resett my password", "i forgott my passwrod"])
def test_a_typo_does_not_change_the_intent(shop: Bot, typed: str) -> None:
    assert shop.ask(typed).intent == "password"


def test_what_was_read_for_a_misspelt_word_is_said(shop: Bot) -> None:
    assert "“passwrod” as “password”" in shop.ask("i forgot my passwrod").text


@pytest.mark.parametrize(
    "asked", ["What is the capital of France?", "Do you sell elephants?", "Who painted the Mona Lisa?", "xyzzy"]
)
def test_what_no_example_is_about_is_declined(shop: Bot, asked: str) -> None:
    answer = shop.ask(asked)
    assert (answer.status, answer.intent) == ("not_understood", None)


def test_a_decline_names_unknown_words_and_suggests_the_nearest(shop: Bot) -> None:
    answer = shop.ask("Can I return an elephant to the jungle of Borneo with a giraffe?")
    assert answer.status == "not_understood"
    assert "“elephant”" in answer.text
    assert ("unknown-word", "elephant") in answer.explanation.reasons
    assert any(code == "below-threshold" for code, _ in answer.explanation.reasons)


def test_social_turns_stay_social_unless_an_intent_is_about_them(shop: Bot, tmp_path: Path) -> None:
    assert shop.ask("Hello!").status == "social"
    own = load(tmp_path, shop_yaml(SHOP | {"greeting": ["hello", "hello there", "good morning", "hi", "hi there"]}))
    assert own.ask("Hello!").intent == "greeting"


def test_two_intents_within_the_margin_are_both_offered(tmp_path: Path) -> None:
    twins = {
        "cancel_order": ["How do I cancel my order?", "I want to cancel what I ordered"],
        "cancel_account": ["How do I cancel my account?", "I want to cancel my membership"],
        "stores": ["Where is your shop?", "Which street is the shop in?"],
    }
    bot = load(tmp_path, shop_yaml(twins, "faq: {threshold: 0.2, margin: 0.5}"))
    answer = bot.ask("cancel")
    assert answer.status == "clarify"
    assert sorted(answer.suggestions) == ["How do I cancel my account?", "How do I cancel my order?"]
    assert bot.ask(answer.suggestions[0]).status == "answered"


def test_the_explanation_names_the_words_that_counted(shop: Bot) -> None:
    explanation = shop.explain("How can I reset the password?")
    chosen = explanation.candidates[0]
    assert (chosen.intent, chosen.outcome) == ("password", "chosen")
    assert chosen.detail.startswith("password ")
    assert "reset " in chosen.detail
    assert {word.text: word.kind for word in explanation.words}["password"] == "example"


SLOTS = """
intents:
  capital:
    about: capital
    patterns: ["capital"]
    answers: {city: "It is {city}."}
  travel:
    says: Our travel desk helps.
    examples: [How do I book a trip?, I want to travel, Can you find me a flight to the capital?, Book a hotel]
"""
FACTS = """
types:
  land: {label: land}
  city: {label: city, plural: cities}
properties:
  capital: {label: capital, roles: {land: land, city: city}, subject: land, value: city, sentence: "{city} is it."}
entities:
  peru: {label: Peru, type: land}
  lima: {label: Lima, type: city}
statements:
  capital: [{land: peru, city: lima}]
"""


def test_a_fully_explained_reading_with_slots_wins(tmp_path: Path) -> None:
    bot = load(tmp_path, SLOTS, FACTS)
    assert bot.ask("What is the capital of Peru?").intent == "capital"
    assert bot.ask("I want to book a trip").intent == "travel"
    assert bot.ask("What is the capital of Xanadu?").status == "not_understood"


def test_a_domain_without_such_intents_has_no_evidence(tmp_path: Path) -> None:
    bot = load(tmp_path, SLOTS.partition("  travel:")[0], FACTS)
    assert bot._domain.evidence is None
    assert bot.weigh("What is the capital of Peru?") == ()


def test_answers_survive_pickling_and_the_cache(shop: Bot) -> None:
    asked = "My login does not work any more"
    assert pickle.loads(pickle.dumps(shop)).ask(asked) == shop.ask(asked)
    assert Bot(unpack(pack(shop._domain))).ask(asked) == shop.ask(asked)


# Files


def test_a_threshold_of_one_declines_all_but_examples(tmp_path: Path) -> None:
    bot = load(tmp_path, shop_yaml(SHOP, "faq: {threshold: 1}"))
    assert bot.ask("How can I reset the password?").status == "not_understood"
    assert bot.ask("how do i reset my password").status == "answered"


def test_a_threshold_out_of_range_is_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load(tmp_path, shop_yaml(SHOP, "faq: {threshold: 50}"))
    (problem,) = caught.value.problems
    assert (problem.what, problem.code) == ("threshold is 50", "out-of-range")
    assert (problem.position.line, problem.position.column) == (1, 18)


def test_examples_without_an_answer_are_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        load(tmp_path, "intents:\n  lost:\n    examples: [I lost my card]\n")
    (problem,) = caught.value.problems
    assert (problem.what, problem.code, problem.position.line) == ("'lost' has no answer", "no-answer", 2)


def test_an_unknown_setting_is_pointed_at(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="treshold") as caught:
        load(tmp_path, shop_yaml(SHOP, "faq: {treshold: 0.5}"))
    assert "threshold" in caught.value.problems[0].mend


def test_an_example_of_two_intents_is_warned_of(tmp_path: Path) -> None:
    both = {name: [*texts, "Hello, is it me?"] for name, texts in SHOP.items() if name != "password"}
    (problem,) = load(tmp_path, shop_yaml(both)).check()
    assert (problem.severity, problem.code) == ("warning", "shared-example")
    assert problem.what == "'Hello, is it me?' is an example of 'returns' too"


# Tuning


def test_tuning_finds_the_threshold_between_the_questions() -> None:
    inside = tuple(Sought(0.6 + n / 100, 0.5, True, False) for n in range(20))
    outside = tuple(Sought(0.2 + n / 100, 0.5, False, False) for n in range(20))
    best = Tuning(inside, outside).best
    assert 0.39 < best.threshold <= 0.6
    assert (best.right, best.declined_outside, best.margin) == (1.0, 1.0, 0.0)


def test_tuning_counts_every_question_once() -> None:
    inside = (Sought(0.9, 0.5, True, False), Sought(0.9, 0.0, False, True), Sought(0.9, 0.5, False, True),
              Sought(0.1, 0.5, True, False))  # fmt: skip
    row = Tuning(inside, (Sought(0.1, 0, False, False), Sought(0.9, 0.0, False, False))).row(0.5, 0.1)
    assert row == (0.5, 0.1, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5)


def write_rows(file: Path, rows: list[dict[str, object]]) -> str:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(file)


def test_rows_say_intents_under_any_of_three_keys(tmp_path: Path) -> None:
    rows = [{"q": "a", "intent": "x"}, {"text": "b", "intent": "oos"}, {"question": "c", "intent": None}]
    file = write_rows(tmp_path / "rows.jsonl", rows)
    assert read_questions([file], ["x"]) == [("a", "x"), ("b", None), ("c", None)]
    assert read_questions([file], [], outside=True) == [("a", None), ("b", None), ("c", None)]
    table = tmp_path / "rows.csv"
    table.write_text("question,intent\na,x\nb,\n", encoding="utf-8")
    assert read_questions([str(table)], ["x"]) == [("a", "x"), ("b", None)]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"q": "a", "intent": "y"}', ":1: there is no intent 'y' that is told by examples"),
        ('{"intent": "x"}', ":1: a row needs a question, under q or text or question"),
        ("[]", ":1: not a JSON object"),
        ("{", ":1: not JSON: "),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: str, message: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(row, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_questions([str(file)], ["x"])
    assert str(caught.value).startswith(str(file) + message)


def test_the_command_prints_a_table_and_the_lines_to_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, shop_yaml(SHOP))
    inside = write_rows(
        tmp_path / "in.jsonl",
        [{"q": "reset the password", "intent": "password"}, {"q": "send the shoes back", "intent": "returns"}],
    )
    outside = write_rows(tmp_path / "out.jsonl", [{"q": "who painted the Mona Lisa"}, {"q": "how tall is a giraffe"}])
    folders = ["--intents", str(tmp_path / "intents"), "--knowledge", str(tmp_path / "knowledge")]
    assert main(["test", "--tune", inside, "--oos", outside, *folders]) == 0
    text = capsys.readouterr().out
    assert text.startswith("2 questions in scope, 2 out of scope\n")
    assert "\nfaq:\n  threshold: 0." in text
    assert main(["test", "--tune", inside, "--json", *folders]) == 0
    assert json.loads(capsys.readouterr().out)["in_scope"] == 2
    assert main(["test", inside, "--oos", outside, *folders]) == 2
    assert "--oos goes with --tune" in capsys.readouterr().err


def test_tuning_needs_questions_in_scope(shop: Bot) -> None:
    with pytest.raises(InputError, match="questions that an intent is there for"):
        tune(shop, [])


# The example domain


def test_the_library_answers_its_questions_and_declines_the_others() -> None:
    library = Bot.load(EXAMPLES / "intents", EXAMPLES / "knowledge", cache=False)
    assert library.check() == ()
    report = grade(library, read_cases(str(EXAMPLES / "questions.yaml")))
    assert [(one.case.question, one.reasons) for one in report.fell_short()] == []
