"""Two intents that accept the same sentence: found, the shortest one told, and as the bot itself has it."""

# ruff: noqa: E501 - messages are shown as people see them

import shutil
from pathlib import Path

import pytest

from bot.checks import check
from bot.paths import bundled

KNOWLEDGE = """\
documents: {leaflet: {label: Leaflet}}
reference: {document: leaflet}
types:
  hut: {label: hut, is: place}
entities:
  low: {label: Low Hut, type: hut}
  high: {label: High Hut, type: hut}
properties:
  beds: {label: beds, roles: {hut: hut, number: number}, subject: hut, value: number, sentence: "{hut}: {number} beds."}
  stoves: {label: stoves, roles: {hut: hut, number: number}, subject: hut, value: number, sentence: "{hut}: {number} stoves."}
statements:
  beds:
    - {hut: low, number: 30}
    - {hut: high, number: 12}
  stoves:
    - {hut: low, number: 3}
    - {hut: high, number: 1}
"""


@pytest.fixture(scope="module")
def language(tmp_path_factory):
    folder = tmp_path_factory.mktemp("language")
    for name in ("grammar.yaml", "numbers.yaml", "fillers.yaml", "common-words.txt"):
        shutil.copy(bundled("intents") / "language" / "en" / name, folder)
    return folder


@pytest.fixture
def found(tmp_path, monkeypatch, language):
    """What `check` finds of the two intents `beds` and `stoves`, each given as YAML."""
    monkeypatch.chdir(tmp_path)
    Path("knowledge.yaml").write_text(KNOWLEDGE, encoding="utf-8")

    def found(beds, stoves):
        text = f"intents:\n  beds:\n    about: beds\n{beds}\n  stoves:\n    about: stoves\n{stoves}\n"
        Path("intents.yaml").write_text(text, encoding="utf-8")
        return check(Path("intents.yaml"), Path("knowledge.yaml"), language)

    return found


def sentences(checked):
    return [p.what.split(": ", 1)[1] for p in checked.problems if p.code == "intent-conflict"]


def test_intents_with_words_of_their_own_are_no_conflict(found):
    assert found("    patterns: [bed]", "    patterns: [stove]").problems == ()


def test_the_same_word_in_both_is_one(found):
    checked = found("    patterns: [bed, room]", "    patterns: [stove, room]")
    assert sentences(checked) == ["'room'"]


def test_of_several_sentences_the_shortest_is_told(found):
    checked = found("    patterns: [room in_winter warm, cosy room]", "    patterns: [warm room in_winter, room cosy]")
    assert sentences(checked) == ["'cosy room'"]


def test_words_that_either_only_knows_make_a_sentence_of_both(found):
    """Each needs a word of its own and lets the other's be said: with both, nothing tells them apart."""
    checked = found("    patterns: [bed]\n    words: [stove]", "    patterns: [stove]\n    words: [bed]")
    assert sentences(checked) == ["'bed stove'"]


def test_slots_that_must_be_filled_are_said(found):
    checked = found('    patterns: ["{hut!} cosy"]', '    patterns: ["{hut!} cosy"]')
    assert sentences(checked) == ["'High Hut cosy'"]


def test_a_pattern_that_says_more_wins_and_is_no_conflict(found):
    assert sentences(found("    patterns: [cosy]", "    patterns: [cosy stove]")) == []


def test_the_sentence_told_is_one_that_the_bot_is_in_two_minds_about(found):
    checked = found("    patterns: [bed]\n    words: [stove]", "    patterns: [stove]\n    words: [bed]")
    (sentence,) = sentences(checked)
    answer = checked.bot.ask(sentence.strip("'"))
    outcomes = {note.intent: note.outcome for note in answer.explanation.candidates}
    assert answer.intent == "beds"
    assert outcomes == {"beds": "chosen", "stoves": "tie"}


def test_it_is_settled_by_saying_which_comes_first(found):
    checked = found("    patterns: [room]", "    patterns: [room]\n    before: beds")
    assert checked.problems == ()
    assert checked.bot.ask("room").intent == "stoves"


def test_the_order_reaches_through_several_intents(found):
    checked = found("    patterns: [room]\n    before: [stoves]", "    patterns: [room]")
    assert checked.bot.ask("room").intent == "beds"
    assert checked.bot.domain.intents["stoves"].rank == 1


def test_who_comes_before_must_be_an_intent(found):
    (problem,) = found("    patterns: [bed]\n    before: stovs", "    patterns: [stove]").problems
    assert str(problem) == (
        "intents.yaml:5:13: unknown intent 'stovs' [unknown-intent]\n    before: stovs\n            ^~~~~\n"
        "  mend: did you mean 'stoves'?"
    )


def test_the_same_answer_of_two_intents_is_no_conflict(found):
    same = '    patterns: [bed]\n    answers: {default: "As the leaflet says."}'
    assert sentences(found(same, same)) == []


def test_progress_is_told_while_patterns_are_looked_at(found, language):
    found("    patterns: [bed]", "    patterns: [stove]")
    told = []
    check(
        Path("intents.yaml"), Path("knowledge.yaml"), language, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 2), (2, 2)]


def test_a_word_of_another_order_is_another_pattern(found):
    """Words are found in the order of the pattern, which matters where one word of a question would do for both."""
    checked = found("    patterns: [cosy bed, bed cosy]", "    patterns: [stove]")
    assert checked.problems == ()
