"""
Each kind of problem that spans files, provoked in a small sound domain, with its message whole.

The domain is about mills and uses the real language data, as the bot itself is asked whether a sentence fits.
"""

# ruff: noqa: E501 - messages are shown as people see them

import shutil
import sys
from pathlib import Path

import pytest

from bot.checks import check
from bot.paths import bundled

ROOT = Path(__file__).parent.parent
LANGUAGE = bundled("intents") / "language" / "en"
SMALL = LANGUAGE
KNOWLEDGE = """\
about: mills
documents:
  survey: {label: Survey of mills}
reference: {document: survey}
types:
  mill: {label: mill, is: place}
  person: {label: person, plural: people, is: agent}
entities:
  upper: {label: Upper Mill, type: mill}
  lower: {label: Lower Mill, type: mill}
  ada: {label: Ada Holm, type: person}
properties:
  built:
    label: building
    roles: {mill: mill, time: time}
    subject: mill
    value: time
    event: yes
    sentence: "{mill} was built in {time}."
  output:
    label: output
    roles: {mill: mill, time: time, amount: quantity}
    subject: mill
    value: amount
    unit: tonne
    sentence: "{mill} ground {amount} in {time}."
  miller:
    label: miller
    roles: {mill: mill, person: person}
    subject: mill
    value: person
    sentence: "{person} runs {mill}."
statements:
  built:
    - {mill: upper, time: 1780}
    - {mill: lower, time: 1811}
  output:
    - {mill: upper, time: 1900, amount: 300}
    - {mill: lower, time: 1900, amount: 200}
  miller:
    - {mill: upper, person: ada}
"""
INTENTS = """\
name: millbot
intents:
  built:
    about: built
    patterns:
      - "{mill} (erect|built)"
    examples: [When was Upper Mill built?]
  output:
    about: output
    patterns:
      - "{mill} grind"
    words: [flour]
  miller:
    about: miller
    patterns:
      - "{mill} miller"
"""


PARTS = ("grammar", "numbers", "canonical", "conversation", "fillers")
"""What of the language data these tests need: all of it takes a second to load."""


@pytest.fixture(scope="session")
def language(tmp_path_factory):
    folder = tmp_path_factory.mktemp("language")
    for name in PARTS:
        shutil.copy(LANGUAGE / f"{name}.yaml", folder)
    shutil.copy(LANGUAGE / "common-words.txt", folder)
    return folder


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, language):
    """Every test has a folder of its own with the sound domain, and names its files without it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys.modules[__name__], "SMALL", language)
    write("knowledge.yaml", KNOWLEDGE)
    write("intents.yaml", INTENTS)


def write(name, text):
    Path(name).write_text(text, encoding="utf-8")


def told(**options):
    found = check(Path("intents.yaml"), Path("knowledge.yaml"), SMALL, **options)
    return "".join(f"{problem.severity}: {problem}\n" for problem in found.problems)


def provoke(*edits):
    texts = {"KNOWLEDGE": KNOWLEDGE, "INTENTS": INTENTS}
    for where, old, new in edits:
        assert not old or texts[where].count(old) == 1
        texts[where] = texts[where].replace(old, new) if old else texts[where] + new
    for where, text in texts.items():
        write(f"{where.lower()}.yaml", text)


def test_the_domain_that_the_faults_are_put_into_is_sound():
    assert told() == ""


FAULTS = {
    "no reference in the file": (
        [
            ("KNOWLEDGE", "reference: {document: survey}\n", ""),
        ],
        """\
warning: knowledge.yaml:3:3: the document 'survey' is not used [unused-document]
    survey: {label: Survey of mills}
    ^~~~~~
  why:  no reference names it
  mend: use it, or remove it
warning: knowledge.yaml:34:7: none of the 5 statements of this file says where it comes from [missing-reference]
    - {mill: upper, time: 1780}
      ^~~~~~~~~~~~~~~~~~~~~~~~~
  why:  an answer made of it could not say where it comes from
  mend: add a line such as `reference: {document: handbook}` at the top, and declare it under `documents`
""",
    ),
    "unit of nothing": (
        [
            ("KNOWLEDGE", "    value: time\n", "    value: time\n    unit: tonne\n"),
        ],
        """\
error: knowledge.yaml:18:11: the unit 'tonne' is a unit of nothing [unit-mismatch]
    unit: tonne
          ^~~~~
  why:  no role of 'built' is a quantity
  mend: let the role of the amount be `quantity`, or remove the unit
""",
    ),
    "unit called otherwise": (
        [
            ("KNOWLEDGE", "    unit: tonne\n", "    unit: tons\n"),
        ],
        """\
warning: knowledge.yaml:25:11: the unit 'tons' is called 'tonne' here [unit-name]
    unit: tons
          ^~~~
  why:  a question about tonnes would find amounts in another unit
  mend: write 'tonne'
""",
    ),
    "part in another unit": (
        [
            (
                "KNOWLEDGE",
                "  miller:\n    label: miller\n",
                '  rye:\n    label: rye\n    roles: {mill: mill, time: time, amount: quantity}\n    subject: mill\n    value: amount\n    unit: kilogram\n    part_of: output\n    sentence: "{mill} {amount} {time}."\n  miller:\n    label: miller\n',
            ),
        ],
        """\
error: knowledge.yaml:33:14: 'rye' is in 'kilogram', and 'output', of which it is a part, in 'tonne' [unit-mismatch]
    part_of: output
             ^~~~~~
  why:  a part and its whole can only be set against each other in one unit
  mend: give both one unit
""",
    ),
    "two amounts": (
        [
            (
                "KNOWLEDGE",
                "    - {mill: lower, time: 1900, amount: 200}\n",
                "    - {mill: lower, time: 1900, amount: 200}\n    - {mill: lower, time: 1900, amount: 210}\n",
            ),
        ],
        """\
warning: knowledge.yaml:40:7: this statement contradicts another: 210 tonnes and 200 tonnes [contradiction]
    - {mill: lower, time: 1900, amount: 210}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  the one at knowledge.yaml:39:7 is the same in all but 'amount', and differs by more than 1 %
  mend: correct one of them; if the documents disagree, say so in a `note`
""",
    ),
    "two times": (
        [
            (
                "KNOWLEDGE",
                "    - {mill: lower, time: 1811}\n",
                "    - {mill: lower, time: 1811}\n    - {mill: lower, time: 1812}\n",
            ),
        ],
        """\
warning: knowledge.yaml:37:7: this statement contradicts another: 1812 and 1811 [contradiction]
    - {mill: lower, time: 1812}
      ^~~~~~~~~~~~~~~~~~~~~~~~~
  why:  the one at knowledge.yaml:36:7 is the same in all but 'time'
  mend: correct one of them; if the documents disagree, say so in a `note`; if both are right, add a role that tells them apart
""",
    ),
    "a part above its whole": (
        [
            (
                "KNOWLEDGE",
                "  miller:\n    label: miller\n",
                '  rye:\n    label: rye\n    roles: {mill: mill, time: time, amount: quantity}\n    subject: mill\n    value: amount\n    unit: tonne\n    part_of: output\n    sentence: "{mill} {amount} {time}."\n  miller:\n    label: miller\n',
            ),
            (
                "KNOWLEDGE",
                "  miller:\n    - {mill: upper, person: ada}\n",
                "  rye:\n    - {mill: upper, time: 1900, amount: 400}\n  miller:\n    - {mill: upper, person: ada}\n",
            ),
        ],
        """\
warning: knowledge.yaml:49:7: a part is larger than its whole: 400 tonnes of 300 tonnes [contradiction]
    - {mill: upper, time: 1900, amount: 400}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  'rye' is part of 'output': Upper Mill ground 300 tonnes in 1900.
  mend: correct one of them; if the documents disagree, say so in a `note`
warning: knowledge.yaml:49:7: no question asks for 'rye' [unasked-property]
    - {mill: upper, time: 1900, amount: 400}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  who asks for all that is known of something is told it, but no intent and no vocabulary names it
  mend: add an intent `about: rye`, or words for it under `vocabulary`
""",
    ),
    "operation of an intent": (
        [
            ("INTENTS", "    about: miller\n", "    about: miller\n    operation: difference\n"),
        ],
        """\
error: intents.yaml:15:16: 'difference' cannot be done with 'miller' [impossible-operation]
    operation: difference
               ^~~~~~~~~~
  why:  it needs an amount, and no role is one
  mend: remove it, or give the property such a role
""",
    ),
    "operation of an answer": (
        [
            ("INTENTS", "    about: miller\n", '    about: miller\n    answers: {sum: "{person}."}\n'),
        ],
        """\
error: intents.yaml:15:15: 'sum' cannot be done with 'miller' [impossible-operation]
    answers: {sum: "{person}."}
              ^~~
  why:  it needs an amount, and no role is one
  mend: remove it, or give the property such a role
""",
    ),
    "event without a time": (
        [
            ("KNOWLEDGE", "    value: person\n", "    value: person\n    event: yes\n"),
        ],
        """\
error: knowledge.yaml:32:12: 'miller' cannot stand in timelines [impossible-operation]
    event: yes
           ^~~
  why:  it needs a time, and no role is one
  mend: remove `event`, or give the property a role that is a `time`
""",
    ),
    "brackets": (
        [
            ("KNOWLEDGE", '"{person} runs {mill}."', '"{person runs {mill}."'),
        ],
        """\
error: knowledge.yaml:32:15: a bracket in this text is no hole [wrong-template]
    sentence: "{person runs {mill}."
              ^~~~~~~~~~~~~~~~~~~~~~
  why:  a hole is {role}, a part that may fall away stands in [ ]; anything else would be told as it stands
  mend: close every bracket, and write the name of one role in each { }
""",
    ),
    "unknown placeholder": (
        [
            ("KNOWLEDGE", '"{person} runs {mill}."', '"{persn} runs {mill}."'),
        ],
        """\
error: knowledge.yaml:32:15: unknown role 'persn' [unknown-role]
    sentence: "{persn} runs {mill}."
              ^~~~~~~~~~~~~~~~~~~~~~
  mend: did you mean 'person'?
""",
    ),
    "hole that stays empty": (
        [
            (
                "KNOWLEDGE",
                "    roles: {mill: mill, person: person}\n",
                "    roles: {mill: mill, person: person, year: time}\n",
            ),
            ("KNOWLEDGE", '"{person} runs {mill}."', '"{person} runs {mill} since {year}."'),
        ],
        """\
warning: knowledge.yaml:29:47: no statement of 'miller' has a 'year' [unused-role]
    roles: {mill: mill, person: person, year: time}
                                              ^~~~
  mend: give it to the statements that have one, or remove the role
warning: knowledge.yaml:32:15: nothing fills {year} [unfilled-placeholder]
    sentence: "{person} runs {mill} since {year}."
              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  no statement of 'miller' has it, so this text is never told
  mend: write [ ] around the part with {year}, or give the statements one
""",
    ),
    "phrase that is never said": (
        [
            ("INTENTS", "", 'phrases: {verify_yess: "Yes. {text}"}\n'),
        ],
        """\
warning: intents.yaml:17:11: the bot never says 'verify_yess' [unknown-phrase]
    phrases: {verify_yess: "Yes. {text}"}
              ^~~~~~~~~~~
  mend: did you mean 'verify_yes'?
""",
    ),
    "placeholder of a phrase": (
        [
            ("INTENTS", "", 'phrases: {nothing_else: "Nothing else. {txt}"}\n'),
        ],
        """\
error: intents.yaml:17:25: unknown placeholder 'txt' [unknown-placeholder]
    phrases: {nothing_else: "Nothing else. {txt}"}
                            ^~~~~~~~~~~~~~~~~~~~~
  why:  nothing fills it where 'nothing_else' is said, and the whole text falls away
  mend: did you mean 'text'?
""",
    ),
    "word twice": (
        [
            ("INTENTS", "words: [flour]", "words: [flour, bread, Flour]"),
        ],
        """\
warning: intents.yaml:12:27: 'Flour' is in this list already [repeated-word]
    words: [flour, bread, Flour]
                          ^~~~~
  why:  it is read as 'flour' is
  mend: remove one of them
""",
    ),
    "word that means nothing": (
        [
            ("INTENTS", "words: [flour]", "words: [flour, between]"),
        ],
        """\
warning: intents.yaml:12:20: the word 'between' does nothing here [unused-word]
    words: [flour, between]
                   ^~~~~~~
  why:  question words and prepositions may be said in any question
  mend: remove it
""",
    ),
    "unused sense": (
        [
            ("INTENTS", "", "senses: {sack: [sack, bag]}\n"),
        ],
        """\
warning: intents.yaml:17:10: no intent uses the sense 'sack' [unused-sense]
    senses: {sack: [sack, bag]}
             ^~~~
  why:  its 2 words are read, but bring up no intent
  mend: name it in a pattern or in the words of an intent, or remove it
""",
    ),
    "unused type": (
        [
            (
                "KNOWLEDGE",
                "  mill: {label: mill, is: place}\n",
                "  mill: {label: mill, is: place}\n  river: {label: river}\n",
            ),
        ],
        """\
warning: knowledge.yaml:7:3: the type 'river' is not used [unused-type]
    river: {label: river}
    ^~~~~
  why:  no entity has it, and no role
  mend: use it, or remove it
""",
    ),
    "unused entity": (
        [
            (
                "KNOWLEDGE",
                "types:\n  mill: {label: mill, is: place}\n",
                "types:\n  river: {label: river}\n  mill: {label: mill, is: place}\n",
            ),
            ("KNOWLEDGE", "  ada: {", "  brook: {label: Mill Brook, type: river}\n  ada: {"),
        ],
        """\
warning: knowledge.yaml:12:3: the entity 'brook' is not used [unused-entity]
    brook: {label: Mill Brook, type: river}
    ^~~~~
  why:  no statement names it, and no role takes such a thing
  mend: use it, or remove it
""",
    ),
    "unused topic": (
        [
            ("INTENTS", "", "topics: {grain: {label: grain}}\n"),
        ],
        """\
warning: intents.yaml:17:10: the topic 'grain' is not used [unused-topic]
    topics: {grain: {label: grain}}
             ^~~~~
  why:  no intent belongs to it
  mend: use it, or remove it
""",
    ),
    "unused document": (
        [
            (
                "KNOWLEDGE",
                "  survey: {label: Survey of mills}\n",
                "  survey: {label: Survey of mills}\n  map: {label: Map}\n",
            ),
        ],
        """\
warning: knowledge.yaml:4:3: the document 'map' is not used [unused-document]
    map: {label: Map}
    ^~~
  why:  no reference names it
  mend: use it, or remove it
""",
    ),
    "role that no statement has": (
        [
            (
                "KNOWLEDGE",
                "    roles: {mill: mill, person: person}\n",
                "    roles: {mill: mill, person: person, since: time}\n",
            ),
        ],
        """\
warning: knowledge.yaml:29:48: no statement of 'miller' has a 'since' [unused-role]
    roles: {mill: mill, person: person, since: time}
                                               ^~~~
  mend: give it to the statements that have one, or remove the role
""",
    ),
    "text that no answer tells": (
        [
            (
                "KNOWLEDGE",
                "    roles: {mill: mill, person: person}\n",
                "    roles: {mill: mill, person: person, remark: text}\n",
            ),
            ("KNOWLEDGE", "person: ada}", "person: ada, remark: since spring}"),
        ],
        """\
warning: knowledge.yaml:29:49: no answer tells the 'remark' of 'miller' [unused-role]
    roles: {mill: mill, person: person, remark: text}
                                                ^~~~
  why:  no sentence and no answer has it, and no question word asks for a text
  mend: put {remark} into the sentence, let an intent ask for it, or remove the role
""",
    ),
    "example that is not answered": (
        [
            ("INTENTS", "[When was Upper Mill built?]", "[When was Upper Mill bought?]"),
        ],
        """\
warning: intents.yaml:7:16: the example 'When was Upper Mill bought?' is not answered [failing-example]
    examples: [When was Upper Mill bought?]
               ^~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  it is not_understood: I do not know about “bought”.
  mend: add its words to a pattern or to `words`; `bot explain` shows how it is read
""",
    ),
    "example of another intent": (
        [
            ("INTENTS", "[When was Upper Mill built?]", "[Who is the miller of Upper Mill?]"),
        ],
        """\
warning: intents.yaml:7:16: the example 'Who is the miller of Upper Mill?' is taken for 'miller' [failing-example]
    examples: [Who is the miller of Upper Mill?]
               ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  mend: move it there, or let a pattern have more of its words; `bot explain` shows why
""",
    ),
    "pattern with a question word": (
        [
            ("INTENTS", '      - "{mill} miller"\n', '      - "{mill} miller"\n      - "{mill} who"\n'),
        ],
        """\
warning: intents.yaml:17:9: no question reaches the pattern '{mill} who' [unreachable-pattern]
    - "{mill} who"
      ^~~~~~~~~~~~
  why:  'who' is a question word or a preposition, which mean nothing by themselves
  mend: leave it out
""",
    ),
    "slot of a text": (
        [
            ("INTENTS", '      - "{mill} miller"\n', '      - "{mill} miller"\n      - "{remark!} miller"\n'),
            (
                "KNOWLEDGE",
                "    roles: {mill: mill, person: person}\n",
                "    roles: {mill: mill, person: person, remark: text}\n",
            ),
            ("KNOWLEDGE", "person: ada}", "person: ada, remark: since spring}"),
            ("KNOWLEDGE", '"{person} runs {mill}."', '"{person} runs {mill}, {remark}."'),
        ],
        """\
warning: intents.yaml:17:9: no question reaches the pattern '{remark!} miller' [unreachable-pattern]
    - "{remark!} miller"
      ^~~~~~~~~~~~~~~~~~
  why:  {remark!} has to be said, and no text can be found in a question
  mend: write {remark}
""",
    ),
    "slot without entities": (
        [
            ("INTENTS", '      - "{mill} miller"\n', '      - "{mill} miller"\n      - "{river!} miller"\n'),
            (
                "KNOWLEDGE",
                "    roles: {mill: mill, person: person}\n",
                "    roles: {mill: mill, person: person, river: river}\n",
            ),
            ("KNOWLEDGE", "types:\n", "types:\n  river: {label: river}\n"),
        ],
        """\
warning: intents.yaml:17:9: no question reaches the pattern '{river!} miller' [unreachable-pattern]
    - "{river!} miller"
      ^~~~~~~~~~~~~~~~~
  why:  {river!} has to be said, and there is no entity of type 'river'
  mend: write {river}
warning: knowledge.yaml:30:48: no statement of 'miller' has a 'river' [unused-role]
    roles: {mill: mill, person: person, river: river}
                                               ^~~~~
  mend: give it to the statements that have one, or remove the role
""",
    ),
    "pattern twice": (
        [
            ("INTENTS", '      - "{mill} grind"\n', '      - "{mill} grind"\n      - "{mill} grind"\n'),
        ],
        """\
warning: intents.yaml:12:9: the pattern '{mill} grind' is there twice [duplicate-pattern]
    - "{mill} grind"
      ^~~~~~~~~~~~~~
  why:  '{mill} grind' at intents.yaml:11:9 accepts the same
  mend: remove it
""",
    ),
    "pattern within another": (
        [
            ("INTENTS", '      - "{mill} (erect|built)"\n', '      - "{mill} (erect|built)"\n      - "{mill} erect"\n'),
        ],
        """\
warning: intents.yaml:7:9: the pattern '{mill} erect' is never needed [shadowed-pattern]
    - "{mill} erect"
      ^~~~~~~~~~~~~~
  why:  '{mill} (erect|built)' at intents.yaml:6:9 accepts all that it does
  mend: remove it
""",
    ),
    "two intents": (
        [
            ("INTENTS", '      - "{mill} grind"\n', '      - "{mill} grind"\n      - "{mill} miller"\n'),
        ],
        """\
warning: intents.yaml:14:3: the intents 'miller' and 'output' accept the same sentence: 'miller' [intent-conflict]
    miller:
    ^~~~~~
  why:  it fits both equally well ('miller' answers, as it is first in the alphabet); the other one is at intents.yaml:8:3
  mend: let one of them need another word or a slot, or say which comes first: `before: output` in 'miller'
""",
    ),
    "a circle": (
        [
            ("INTENTS", "    about: miller\n", "    about: miller\n    before: miller\n"),
        ],
        """\
error: intents.yaml:13:3: intent 'miller' comes before itself [circular-order]
    miller:
    ^~~~~~
  mend: remove one of the `before` that lead in a circle
""",
    ),
    "share of nothing": (
        [
            ("KNOWLEDGE", "    value: person\n", "    value: person\n    part_of: output\n"),
        ],
        """\
error: knowledge.yaml:32:14: 'miller' cannot be a share of anything [impossible-operation]
    part_of: output
             ^~~~~~
  why:  it needs an amount, and no role is one
  mend: remove `part_of`
""",
    ),
    "fact without an intent": (
        [
            (
                "KNOWLEDGE",
                "  miller:\n    label: miller\n",
                '  rule:\n    label: rule\n    roles: {name: text, duty: text}\n    subject: name\n    value: duty\n    sentence: "{name}: {duty}."\n  miller:\n    label: miller\n',
            ),
            (
                "KNOWLEDGE",
                "  miller:\n    - {",
                "  rule:\n    - {name: first, duty: pay the miller}\n  miller:\n    - {",
            ),
        ],
        """\
warning: knowledge.yaml:47:7: no question can reach this statement [unreachable-fact]
    - {name: first, duty: pay the miller}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  no intent is about 'rule'
  mend: add an intent `about: rule`
""",
    ),
    "fact left out by every intent": (
        [
            (
                "KNOWLEDGE",
                "  miller:\n    label: miller\n",
                '  rule:\n    label: rule\n    roles: {name: text, duty: text}\n    subject: name\n    value: duty\n    sentence: "{name}: {duty}."\n  miller:\n    label: miller\n',
            ),
            (
                "KNOWLEDGE",
                "  miller:\n    - {",
                "  rule:\n    - {name: first, duty: pay the miller}\n  miller:\n    - {",
            ),
            (
                "INTENTS",
                "  miller:\n    about: miller\n",
                "  rule:\n    about: rule\n    patterns: [rule]\n    where: {name: second}\n  miller:\n    about: miller\n",
            ),
        ],
        """\
warning: knowledge.yaml:47:7: no question can reach this statement [unreachable-fact]
    - {name: first, duty: pay the miller}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  'rule' leaves it out by its `where`
  mend: widen it, or add an intent without one
""",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_place_its_reason_and_its_remedy(fault):
    edits, message = FAULTS[fault]
    provoke(*edits)
    assert told() == message


def test_one_statement_of_a_file_without_a_reference():
    sourced = KNOWLEDGE.replace("reference: {document: survey}\n", "").replace(
        "}\n  ", ", reference: {document: survey}}\n  "
    )
    write(
        "knowledge.yaml",
        sourced[: sourced.index("statements:")].replace(", reference: {document: survey}", "")
        + sourced[sourced.index("statements:") :],
    )
    assert (
        told()
        == """\
warning: knowledge.yaml:40:7: this statement does not say where it comes from [missing-reference]
    - {mill: upper, person: ada}
      ^~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  an answer made of it could not say where it comes from
  mend: add `reference: {document: …}` to it, or for the whole file at the top
"""
    )


def test_columns_of_a_table_in_different_units():
    write("rivers.csv", "name,km,miles\nOse,10,6\n")
    provoke(
        (
            "KNOWLEDGE",
            "statements:\n",
            "tables:\n  - file: rivers.csv\n    type: river\n    name: name\n    columns:\n"
            "      km: {property: length, unit: kilometre}\n      miles: {property: length, unit: mile}\n"
            "vocabulary:\n  properties:\n    length: {nouns: [length]}\nstatements:\n",
        )
    )
    assert (
        told()
        == """\
error: knowledge.yaml:39:14: the 'length' of a river is in 'mile' here, and in 'kilometre' at knowledge.yaml:38:11 [unit-mismatch]
    miles: {property: length, unit: mile}
           ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
  why:  amounts of one property are compared and added up, where they are in one unit
  mend: give both one unit
"""
    )


def test_words_that_compare_what_has_no_amounts():
    write("rivers.csv", "name,sea\nOse,North Sea\n")
    provoke(
        (
            "KNOWLEDGE",
            "statements:\n",
            "tables:\n  - file: rivers.csv\n    type: river\n    name: name\n    columns:\n"
            "      sea: {property: mouth, type: sea, create: yes}\n"
            "vocabulary:\n  properties:\n    mouth: {nouns: [mouth], more: [wide]}\nstatements:\n",
        )
    )
    assert (
        told()
        == """\
error: knowledge.yaml:41:35: nothing can have more of 'mouth' [impossible-operation]
    mouth: {nouns: [mouth], more: [wide]}
                                  ^~~~~~
  why:  its values are 'sea', and no amounts
  mend: give the words to a property of amounts
"""
    )


def test_problems_of_loading_and_of_all_rules_come_together_sorted_by_place():
    provoke(
        ("KNOWLEDGE", "person: ada}", "person: adda}"),
        ("KNOWLEDGE", "    value: time\n", "    value: time\n    unit: tonne\n"),
        ("INTENTS", "words: [flour]", "words: [flour, flour]"),
    )
    found = check(Path("intents.yaml"), Path("knowledge.yaml"), SMALL)
    assert [(p.position.file, p.position.line, p.code) for p in found.problems] == [
        ("intents.yaml", 12, "repeated-word"),
        ("knowledge.yaml", 18, "unit-mismatch"),
        ("knowledge.yaml", 42, "unknown-entity"),
    ]
    assert found.bot is None  # what is unused would mostly be so because of the errors


def test_a_contradiction_that_a_note_tells_is_none():
    old = "    - {mill: lower, time: 1811}\n"
    provoke(("KNOWLEDGE", old, old + "    - {mill: lower, time: 1812, note: The survey has both years.}\n"))
    assert told() == ""


def test_what_happens_again_and_again_has_many_times():
    old = "    - {mill: upper, time: 1780}\n    - {mill: lower, time: 1811}\n"
    more = "    - {mill: upper, time: 1850}\n    - {mill: lower, time: 1860}\n"
    provoke(("KNOWLEDGE", old, old + more))
    assert told() == ""


def test_a_finer_time_does_not_contradict_a_coarser_one():
    old = "    - {mill: lower, time: 1811}\n"
    provoke(("KNOWLEDGE", old, old + "    - {mill: lower, time: May 1811}\n"))
    assert told() == ""


@pytest.mark.parametrize(("tolerance", "contradicts"), [(0.06, False), (0.04, True)])
def test_amounts_may_differ_by_the_tolerance(tolerance, contradicts):
    old = "    - {mill: lower, time: 1900, amount: 200}\n"
    provoke(("KNOWLEDGE", old, old + "    - {mill: lower, time: 1900, amount: 210}\n"))
    assert ("[contradiction]" in told(tolerance=tolerance)) is contradicts


def test_the_bundled_domain_is_clean():
    found = check(bundled("intents"), bundled("knowledge"), LANGUAGE)
    assert [str(problem) for problem in found.problems] == []


@pytest.mark.parametrize("example", ["planets", "faq"])
def test_the_examples_are_clean(example):
    folder = ROOT / "examples" / example
    found = check(folder / "intents", folder / "knowledge", LANGUAGE)
    assert [str(problem) for problem in found.problems] == []


GEO = {
    "states": ("state_name,population,area,density,capital", "Alta,500,20,25,Port Alta"),
    "cities": ("city_name,state_name,population", "Newton,Alta,90"),
    "rivers": ("river_name,length,traverse", "Red,120,Alta"),
    "borders": ("state_name,border", "Alta,Alta"),
    "highlow": (
        "state_name,highest_point,highest_elevation,lowest_point,lowest_elevation",
        "Alta,Mount One,900,Low Lake,3",
    ),
    "lakes": ("lake_name,area,state_name", "Blue Lake,30,Alta"),
    "mountains": ("mountain_name,mountain_altitude,state_name", "One,900,Alta"),
}


def test_the_example_whose_tables_come_from_elsewhere_is_clean(tmp_path):
    for name, lines in GEO.items():
        write(f"{name}.csv", "\n".join(lines) + "\n")
    folder = ROOT / "examples" / "geo"
    found = check(folder / "intents", folder / "knowledge", LANGUAGE, tmp_path)
    assert [str(problem) for problem in found.problems] == []
