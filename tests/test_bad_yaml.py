"""
Broken and hostile domain files: every problem at once, each with its place, what, why and how to mend it.

The files start from a small sound domain with a language of two lines, so that a load takes a millisecond.
"""

# ruff: noqa: E501 - messages are shown as people see them

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.errors import LoadError
from bot.loading import load_domain

ROOT = Path(__file__).parent.parent
LANGUAGE = "language: en\noperations: {difference: [gap]}\n"
KNOWLEDGE = """\
types:
  thing: {label: thing}
entities:
  cup: {label: cup, type: thing}
properties:
  age:
    label: age
    roles: {owner: thing, time: time, size: quantity, text: text}
    subject: owner
    value: time
    sentence: "{owner} is of {time}."
statements:
  age:
    - {owner: cup, time: 1926}
"""
INTENTS = """\
intents:
  age:
    about: age
    patterns: ["age {owner}"]
    answers: {time: "{owner}: {time}"}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Every test has a folder of its own with a sound domain, and names its files without it."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("intents", INTENTS), ("knowledge", KNOWLEDGE), ("language", LANGUAGE)):
        write(f"{name}/{name}.yaml", text)
    return tmp_path


def write(name, content):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def load():
    return load_domain(Path("intents"), Path("knowledge"), Path("language"))


def problems():
    with pytest.raises(LoadError) as caught:
        load()
    return caught.value.problems


def told():
    return "".join(f"{problem}\n" for problem in problems())


def test_the_domain_that_the_faults_are_put_into_is_sound():
    domain = load()
    assert domain.warnings == ()
    assert len(domain.kb.statements) == 1


# What each fault is told as: the text in its file, what takes its place, the message


FAULTS = [
    pytest.param(
        "KNOWLEDGE",
        "",
        "statments: {}\n",
        """\
knowledge/knowledge.yaml:15:1: unknown key 'statments' [unknown-key]
    statments: {}
    ^~~~~~~~~
  mend: did you mean 'statements'?
""",
        id="unknown top key",
    ),
    pytest.param(
        "INTENTS",
        "",
        "intens: {}\n",
        """\
intents/intents.yaml:6:1: unknown key 'intens' [unknown-key]
    intens: {}
    ^~~~~~
  mend: did you mean 'intents'?
""",
        id="unknown intent key",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cup, time: 1926, colour: red}\n",
        """\
knowledge/knowledge.yaml:14:32: unknown key 'colour' [unknown-key]
    - {owner: cup, time: 1926, colour: red}
                               ^~~~~~
  why:  a statement of age may have 'owner', 'time', 'size', 'text', 'reference', 'paragraph', 'note'; another key would be lost in silence
  mend: remove it, or use one of those keys
""",
        id="unknown role value",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {time: 1926}\n",
        """\
knowledge/knowledge.yaml:14:7: a statement of age needs the key 'owner' [missing-key]
    - {time: 1926}
      ^~~~~~~~~~~~
  mend: add a line 'owner: …'
""",
        id="missing subject",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cup}\n",
        """\
knowledge/knowledge.yaml:14:7: a statement of age needs the key 'time' [missing-key]
    - {owner: cup}
      ^~~~~~~~~~~~
  mend: add a line 'time: …'
""",
        id="missing value",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cup, time: }\n",
        """\
knowledge/knowledge.yaml:14:20: 'time' has no value [missing-value]
    - {owner: cup, time: }
                   ^~~~
  mend: write its value after the colon
""",
        id="empty value",
    ),
    pytest.param(
        "KNOWLEDGE",
        "statements:\n  age:\n",
        "statements:\n  agee:\n",
        """\
knowledge/knowledge.yaml:13:3: unknown property 'agee' [unknown-property]
    agee:
    ^~~~
  mend: did you mean 'age'?
""",
        id="unknown property",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cupp, time: 1926}\n",
        """\
knowledge/knowledge.yaml:14:15: unknown entity 'cupp' [unknown-entity]
    - {owner: cupp, time: 1926}
              ^~~~
  mend: did you mean 'cup'?
""",
        id="unknown entity",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    roles: {owner: thing, time: time, size: quantity, text: text}\n",
        "    roles: {owner: thin, time: time, size: quantity, text: text}\n",
        """\
knowledge/knowledge.yaml:8:20: unknown type 'thin' [unknown-type]
    roles: {owner: thin, time: time, size: quantity, text: text}
                   ^~~~
  mend: did you mean 'thing'?
""",
        id="unknown type of role",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  cup: {label: cup, type: thing}\n",
        "  cup: {label: cup, type: thinn}\n",
        """\
knowledge/knowledge.yaml:4:27: unknown type 'thinn' [unknown-type]
    cup: {label: cup, type: thinn}
                            ^~~~~
  mend: did you mean 'thing'?
""",
        id="unknown type of entity",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cup, time: 31 February 2005}\n",
        """\
knowledge/knowledge.yaml:14:26: '31 February 2005' is not a time [wrong-time]
    - {owner: cup, time: 31 February 2005}
                         ^~~~~~~~~~~~~~~~
  mend: write 1926, 2000s, 2002–2018, October 2021, 11–12 April 2005 or 2005-04-11
""",
        id="wrong time",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - {owner: cup, time: 1926, size: much}\n",
        """\
knowledge/knowledge.yaml:14:38: 'much' is not a quantity [wrong-quantity]
    - {owner: cup, time: 1926, size: much}
                                     ^~~~
  mend: write a number such as 765000000, 765 million or 1.27 billion
""",
        id="wrong quantity",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    subject: owner\n",
        "    subject: ownr\n",
        """\
knowledge/knowledge.yaml:9:14: unknown role 'ownr' [unknown-role]
    subject: ownr
             ^~~~
  mend: did you mean 'owner'?
""",
        id="subject not role",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    value: time\n",
        "    value: tiem\n",
        """\
knowledge/knowledge.yaml:10:12: unknown role 'tiem' [unknown-role]
    value: tiem
           ^~~~
  mend: did you mean 'time'?
""",
        id="value not role",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    subject: owner\n",
        "",
        """\
knowledge/knowledge.yaml:7:5: a property needs the key 'subject' [missing-key]
    label: age
    ^~~~~
  mend: add a line 'subject: …'
""",
        id="no subject",
    ),
    pytest.param(
        "KNOWLEDGE",
        '    sentence: "{owner} is of {time}."\n',
        '    sentence: "{owner} is of {tiem}."\n',
        """\
knowledge/knowledge.yaml:11:15: unknown role 'tiem' [unknown-role]
    sentence: "{owner} is of {tiem}."
              ^~~~~~~~~~~~~~~~~~~~~~~
  mend: did you mean 'time'?
""",
        id="sentence hole",
    ),
    pytest.param(
        "KNOWLEDGE",
        '    sentence: "{owner} is of {time}."\n',
        '    complete: [tim]\n    sentence: "{owner} is of {time}."\n',
        """\
knowledge/knowledge.yaml:11:16: unknown role 'tim' [unknown-role]
    complete: [tim]
               ^~~
  mend: did you mean 'time'?
""",
        id="complete unknown",
    ),
    pytest.param(
        "KNOWLEDGE",
        '    sentence: "{owner} is of {time}."\n',
        '    part_of: agee\n    sentence: "{owner} is of {time}."\n',
        """\
knowledge/knowledge.yaml:11:14: unknown property 'agee' [unknown-property]
    part_of: agee
             ^~~~
  mend: did you mean 'age'?
""",
        id="part_of unknown",
    ),
    pytest.param(
        "KNOWLEDGE",
        '    sentence: "{owner} is of {time}."\n',
        "    name: 'of {ownr}'\n    sentence: \"{owner} is of {time}.\"\n",
        """\
knowledge/knowledge.yaml:11:11: unknown role 'ownr' [unknown-role]
    name: 'of {ownr}'
          ^~~~~~~~~~~
  mend: did you mean 'owner'?
""",
        id="name hole",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    roles: {owner: thing, time: time, size: quantity, text: text}\n",
        "    roles: {owner: thing, time: time, size: quantity, text: {type: text, of: ownr}}\n",
        """\
knowledge/knowledge.yaml:8:78: unknown role 'ownr' [unknown-role]
    roles: {owner: thing, time: time, size: quantity, text: {type: text, of: ownr}}
                                                                             ^~~~
  mend: did you mean 'owner'?
""",
        id="role of unknown",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    roles: {owner: thing, time: time, size: quantity, text: text}\n",
        "    roles: {owner: thing, time: time, size: quantity, text: {type: number, counts: thin}}\n",
        """\
knowledge/knowledge.yaml:8:61: unknown type 'thin' [unknown-type]
    roles: {owner: thing, time: time, size: quantity, text: {type: number, counts: thin}}
                                                            ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
  mend: did you mean 'thing'?
""",
        id="role counts unknown",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  thing: {label: thing}\n",
        "  thing: {label: thing, is: agnt}\n",
        """\
knowledge/knowledge.yaml:2:3: unknown type 'agnt' [unknown-type]
    thing: {label: thing, is: agnt}
    ^~~~~
  mend: did you mean 'agent'?
""",
        id="is unknown",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  cup: {label: cup, type: thing}\n",
        "  cup: {label: cup, type: thing, belongs_to: cupp}\n",
        """\
knowledge/knowledge.yaml:4:46: unknown entity 'cupp' [unknown-entity]
    cup: {label: cup, type: thing, belongs_to: cupp}
                                               ^~~~
  mend: did you mean 'cup'?
""",
        id="belongs unknown",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    about: agge\n",
        """\
intents/intents.yaml:3:12: unknown property 'agge' [unknown-property]
    about: agge
           ^~~~
  mend: did you mean 'age'?
""",
        id="about unknown",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    topic: tpic\n    about: age\n",
        """\
intents/intents.yaml:3:12: unknown topic 'tpic' [unknown-topic]
    topic: tpic
           ^~~~
  mend: declare it first: there is none yet
""",
        id="topic unknown",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    operation: differnce\n    about: age\n",
        """\
intents/intents.yaml:3:16: unknown operation 'differnce' [unknown-operation]
    operation: differnce
               ^~~~~~~~~
  mend: did you mean 'difference'?
""",
        id="operation unknown",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    asks: tim\n    about: age\n",
        """\
intents/intents.yaml:3:11: unknown role 'tim' [unknown-role]
    asks: tim
          ^~~
  mend: did you mean 'time'?
""",
        id="asks unknown",
    ),
    pytest.param(
        "INTENTS",
        '    answers: {time: "{owner}: {time}"}\n',
        '    answers: {tme: "{owner}: {time}"}\n',
        """\
intents/intents.yaml:5:15: unknown answer 'tme' [unknown-answer]
    answers: {tme: "{owner}: {time}"}
              ^~~
  mend: did you mean 'time'?
""",
        id="answers unknown",
    ),
    pytest.param(
        "INTENTS",
        '    answers: {time: "{owner}: {time}"}\n',
        '    answers: {time: "{ownr}: {time}"}\n',
        """\
intents/intents.yaml:5:21: unknown role 'ownr' [unknown-role]
    answers: {time: "{ownr}: {time}"}
                    ^~~~~~~~~~~~~~~~
  mend: did you mean 'owner'?
""",
        id="answers hole",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    where: {ownr: cup}\n    about: age\n",
        """\
intents/intents.yaml:3:13: unknown role 'ownr' [unknown-role]
    where: {ownr: cup}
            ^~~~
  mend: did you mean 'owner'?
""",
        id="where unknown role",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    where: {owner: cupp}\n    about: age\n",
        """\
intents/intents.yaml:3:20: unknown entity 'cupp' [unknown-entity]
    where: {owner: cupp}
                   ^~~~
  mend: did you mean 'cup'?
""",
        id="where unknown entity",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["age {ownr}"]\n',
        """\
intents/intents.yaml:4:16: unknown slot 'ownr' [unknown-slot]
    patterns: ["age {ownr}"]
               ^~~~~~~~~~~~
  mend: did you mean 'owner'?
""",
        id="slot unknown",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["age => ownr"]\n',
        """\
intents/intents.yaml:4:16: unknown role 'ownr' [unknown-role]
    patterns: ["age => ownr"]
               ^~~~~~~~~~~~~
  mend: did you mean 'owner'?
""",
        id="asks pattern unknown",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: [""]\n',
        """\
intents/intents.yaml:4:16: a pattern needs a word or a needed slot [empty-pattern]
    patterns: [""]
               ^~
  why:  it would match every question
  mend: add a word, or mark a slot as needed: {slot!}
""",
        id="empty pattern",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["{owner}"]\n',
        """\
intents/intents.yaml:4:16: a pattern needs a word or a needed slot [empty-pattern]
    patterns: ["{owner}"]
               ^~~~~~~~~
  why:  it would match every question
  mend: add a word, or mark a slot as needed: {slot!}
""",
        id="pattern only slot",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["age {owner"]\n',
        """\
intents/intents.yaml:4:16: a bracket in a pattern is empty or not closed [wrong-pattern]
    patterns: ["age {owner"]
               ^~~~~~~~~~~~
  why:  a slot is {name} or {name!}, a choice (one|other), a word that may be left out [word]
  mend: close every bracket, and put a word on each side of '|'
""",
        id="pattern unclosed",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["(age|) {owner}"]\n',
        """\
intents/intents.yaml:4:16: a bracket in a pattern is empty or not closed [wrong-pattern]
    patterns: ["(age|) {owner}"]
               ^~~~~~~~~~~~~~~~
  why:  a slot is {name} or {name!}, a choice (one|other), a word that may be left out [word]
  mend: close every bracket, and put a word on each side of '|'
""",
        id="pattern empty alt",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        '    patterns: ["() {owner}"]\n',
        """\
intents/intents.yaml:4:16: a bracket in a pattern is empty or not closed [wrong-pattern]
    patterns: ["() {owner}"]
               ^~~~~~~~~~~~
  why:  a slot is {name} or {name!}, a choice (one|other), a word that may be left out [word]
  mend: close every bracket, and put a word on each side of '|'
""",
        id="pattern empty paren",
    ),
    pytest.param(
        "INTENTS",
        '    patterns: ["age {owner}"]\n',
        "    patterns: {a: b}\n",
        """\
intents/intents.yaml:4:15: expected text, found keys and values [wrong-type]
    patterns: {a: b}
              ^~~~~~
  mend: put quotation marks around a text that begins with '{' or has ': ' in it
""",
        id="pattern map",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    includes: [agge]\n    about: age\n",
        """\
intents/intents.yaml:2:3: unknown intent 'agge' [unknown-intent]
    age:
    ^~~
  mend: did you mean 'age'?
""",
        id="includes unknown",
    ),
    pytest.param(
        "INTENTS",
        '  age:\n    about: age\n    patterns: ["age {owner}"]\n    answers: {time: "{owner}: {time}"}\n',
        "  age: {}\n",
        """\
intents/intents.yaml:2:3: intent 'age' is about nothing [empty-intent]
    age: {}
    ^~~
  mend: add 'about' with a property, 'includes' with intents, or 'says' with a text
""",
        id="no about no pattern",
    ),
    pytest.param(
        "INTENTS",
        '    about: age\n    patterns: ["age {owner}"]\n    answers: {time: "{owner}: {time}"}\n',
        "",
        """\
intents/intents.yaml:2:3: intent 'age' is about nothing [empty-intent]
    age:
    ^~~
  mend: add 'about' with a property, 'includes' with intents, or 'says' with a text
""",
        id="intent null",
    ),
    pytest.param(
        "INTENTS",
        '  age:\n    about: age\n    patterns: ["age {owner}"]\n    answers: {time: "{owner}: {time}"}\n',
        "  age: hello\n",
        """\
intents/intents.yaml:2:8: expected keys and values, found 'hello' [wrong-type]
    age: hello
         ^~~~~
  mend: write 'key: value', with a space after the colon
""",
        id="intent text",
    ),
    pytest.param(
        "INTENTS",
        'intents:\n  age:\n    about: age\n    patterns: ["age {owner}"]\n    answers: {time: "{owner}: {time}"}\n',
        "intents: [a]\n",
        """\
intents/intents.yaml:1:10: expected keys and values, found a list [wrong-type]
    intents: [a]
             ^~~
  mend: write 'key: value', with a space after the colon
""",
        id="intents list",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    words: ['']\n    about: age\n",
        """\
intents/intents.yaml:3:13: the text is empty [missing-value]
    words: ['']
            ^~
  mend: write a text, or remove it
""",
        id="empty word",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  cup: {label: cup, type: thing}\n",
        "  - cup\n",
        """\
knowledge/knowledge.yaml:4:3: expected keys and values, found a list [wrong-type]
    - cup
    ^
  mend: write 'key: value', with a space after the colon
knowledge/knowledge.yaml:14:15: unknown entity 'cup' [unknown-entity]
    - {owner: cup, time: 1926}
              ^~~
  mend: declare it first: there is none yet
""",
        id="entity list",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  cup: {label: cup, type: thing}\n",
        "  cup: {type: thing}\n",
        """\
knowledge/knowledge.yaml:4:8: an entity needs the key 'label' [missing-key]
    cup: {type: thing}
         ^~~~~~~~~~~~~
  mend: add a line 'label: …'
""",
        id="entity no label",
    ),
    pytest.param(
        "KNOWLEDGE",
        "  cup: {label: cup, type: thing}\n",
        "  cup:\n",
        """\
knowledge/knowledge.yaml:4:7: an entity needs the key 'label' [missing-key]
    cup:
        ^
  mend: add a line 'label: …'
knowledge/knowledge.yaml:4:7: an entity needs the key 'type' [missing-key]
    cup:
        ^
  mend: add a line 'type: …'
""",
        id="entity null",
    ),
    pytest.param(
        "KNOWLEDGE",
        "statements:\n  age:\n    - {owner: cup, time: 1926}\n",
        "statements: [a]\n",
        """\
knowledge/knowledge.yaml:12:13: expected keys and values, found a list [wrong-type]
    statements: [a]
                ^~~
  mend: write 'key: value', with a space after the colon
""",
        id="statements list",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    - cup\n",
        """\
knowledge/knowledge.yaml:14:7: expected keys and values, found 'cup' [wrong-type]
    - cup
      ^~~
  mend: write 'key: value', with a space after the colon
""",
        id="statement text",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    - {owner: cup, time: 1926}\n",
        "    -\n",
        """\
knowledge/knowledge.yaml:14:6: a statement of age needs the key 'owner' [missing-key]
    -
     ^
  mend: add a line 'owner: …'
knowledge/knowledge.yaml:14:6: a statement of age needs the key 'time' [missing-key]
    -
     ^
  mend: add a line 'time: …'
""",
        id="statement null",
    ),
    pytest.param(
        "KNOWLEDGE",
        'types:\n  thing: {label: thing}\nentities:\n  cup: {label: cup, type: thing}\nproperties:\n  age:\n    label: age\n    roles: {owner: thing, time: time, size: quantity, text: text}\n    subject: owner\n    value: time\n    sentence: "{owner} is of {time}."\nstatements:\n  age:\n    - {owner: cup, time: 1926}\n',
        "- a\n",
        """\
intents/intents.yaml:3:12: unknown property 'age' [unknown-property]
    about: age
           ^~~
  mend: declare it first: there is none yet
knowledge/knowledge.yaml:1:1: expected keys and values, found a list [wrong-type]
    - a
    ^
  mend: write 'key: value', with a space after the colon
""",
        id="top list",
    ),
    pytest.param(
        "INTENTS",
        "    about: age\n",
        "    examples: {a: b}\n    about: age\n",
        """\
intents/intents.yaml:3:15: expected text, found keys and values [wrong-type]
    examples: {a: b}
              ^~~~~~
  mend: put quotation marks around a text that begins with '{' or has ': ' in it
""",
        id="examples map",
    ),
    pytest.param(
        "INTENTS",
        "",
        "senses: [a]\n",
        """\
intents/intents.yaml:6:9: expected keys and values, found a list [wrong-type]
    senses: [a]
            ^~~
  mend: write 'key: value', with a space after the colon
""",
        id="senses list",
    ),
    pytest.param(
        "INTENTS",
        "",
        "fillers: {a: b}\n",
        """\
intents/intents.yaml:6:10: expected text, found keys and values [wrong-type]
    fillers: {a: b}
             ^~~~~~
  mend: put quotation marks around a text that begins with '{' or has ': ' in it
""",
        id="fillers map",
    ),
    pytest.param(
        "KNOWLEDGE",
        "types:\n",
        "reference: hello\ntypes:\n",
        """\
knowledge/knowledge.yaml:1:12: expected keys and values, found 'hello' [wrong-type]
    reference: hello
               ^~~~~
  mend: write 'key: value', with a space after the colon
""",
        id="reference text",
    ),
    pytest.param(
        "KNOWLEDGE",
        "",
        "? [a]\n: x\n",
        """\
knowledge/knowledge.yaml:15:3: a key must be text, found a list [wrong-type]
    ? [a]
      ^~~
  mend: write 'key: value'; put a text that begins with '{' or '[' in quotation marks
""",
        id="key list",
    ),
    pytest.param(
        "KNOWLEDGE",
        "    roles: {owner: thing, time: time, size: quantity, text: text}\n",
        "    roles: {owner: , time: time, size: quantity, text: text}\n",
        """\
knowledge/knowledge.yaml:8:13: role 'owner' has no type [missing-value]
    roles: {owner: , time: time, size: quantity, text: text}
            ^~~~~
  mend: name a type of entities, or one of time, quantity, number, text
""",
        id="role plain",
    ),
    pytest.param(
        "KNOWLEDGE",
        '    sentence: "{owner} is of {time}."\n',
        '    event: maybe\n    sentence: "{owner} is of {time}."\n',
        """\
knowledge/knowledge.yaml:11:12: expected true or false, found 'maybe' [wrong-type]
    event: maybe
           ^~~~~
  mend: write true, false, yes or no
""",
        id="event maybe",
    ),
]


@pytest.mark.parametrize(("file", "sound", "faulty", "message"), FAULTS)
def test_a_fault_is_told_with_its_place_and_how_to_mend_it(file, sound, faulty, message):
    text = {"KNOWLEDGE": KNOWLEDGE, "INTENTS": INTENTS}[file]
    assert sound in text
    write(f"{file.lower()}/{file.lower()}.yaml", text.replace(sound, faulty, 1) if sound else text + faulty)
    assert told() == message


def test_every_problem_of_every_file_is_told_at_once_sorted_by_place():
    write(
        "knowledge/knowledge.yaml", KNOWLEDGE.replace("time: 1926", "time: soon").replace("type: thing}", "type: thng}")
    )
    write("knowledge/more.yaml", "statements:\n  weight:\n    - {owner: cup}\nentites: {}\n")
    write("intents/intents.yaml", INTENTS.replace("age {owner}", "age {ownr}"))
    write("intents/broken.yaml", "intents: a: b\n")
    found = problems()
    assert [(str(problem.position), problem.code) for problem in found] == [
        ("intents/broken.yaml:1:11", "yaml-syntax"),
        ("intents/intents.yaml:4:16", "unknown-slot"),
        ("knowledge/knowledge.yaml:4:27", "unknown-type"),
        ("knowledge/knowledge.yaml:14:26", "wrong-time"),
        ("knowledge/more.yaml:2:3", "unknown-property"),
        ("knowledge/more.yaml:4:1", "unknown-key"),
    ]
    assert all(problem.severity == "error" and problem.what and problem.mend for problem in found)


@pytest.mark.parametrize(
    ("kind", "folder_name", "text"),
    [
        ("entity", "knowledge", "entities:\n  cup: {label: mug, type: thing}\n"),
        ("type", "knowledge", "types:\n  thing: {label: object}\n"),
        ("property", "knowledge", "properties:\n  age: {label: age, roles: {a: thing}, subject: a, value: a}\n"),
        ("intent", "intents", "intents:\n  age: {about: age}\n"),
    ],
)
def test_what_two_files_declare_is_told_in_the_second(kind, folder_name, text):
    write(f"{folder_name}/second.yaml", text)
    (problem,) = [problem for problem in problems() if problem.code == f"duplicate-{kind}"]
    assert str(problem.position) == f"{folder_name}/second.yaml:2:3"
    assert f"{kind} '{'cup' if kind == 'entity' else 'thing' if kind == 'type' else 'age'}' is there twice" in str(
        problem
    )
    assert f"{folder_name}/{folder_name}.yaml:" in problem.why


def test_a_document_that_is_not_declared_is_told_when_others_are():
    write("knowledge/more.yaml", "documents:\n  article: {label: An article}\nreference: {document: artcle}\n")
    assert [problem.code for problem in problems()] == ["unknown-document"]


# Files that are no YAML, or hostile


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"types: {a: {label: caf\xe9}}\n", "not-utf8"),
        ("types: {a: {label: x}}\n".encode("utf-16"), "not-utf8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-utf8"),
        (b"types: {a: {label: \x07}}\n", "control-character"),
        (b"types: !!python/object/apply:os.system ['touch hacked']\n", "yaml-tag"),
        (b"types: {a: !thing {label: x}}\n", "yaml-tag"),
        (b"types: &a {a: {label: x}}\n", "yaml-alias"),
        (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "yaml-alias"),
        (b"%TAG ! tag:x,2000:\n---\na: b\n", "yaml-directive"),
        (b"a: b\n---\nc: d\n", "several-documents"),
        (b"a: " + b"[" * 5000, "too-deep"),
        (b"a: " + b"{b: " * 5000, "too-deep"),
        (b"types: [a, b\n", "yaml-syntax"),
        (b"types:\n\tthing: {label: x}\n", "yaml-syntax"),
        (b'types: "never closed\n', "yaml-syntax"),
        (b"types: a: b\n", "yaml-syntax"),
        (b"types: {}\ntypes: {}\n", "duplicate-key"),
    ],
)
@pytest.mark.parametrize("where", ["knowledge", "intents", "language"])
def test_what_is_no_plain_yaml_is_refused(folder, where, content, code):
    write(f"{where}/bad.yaml", content)
    started = time.monotonic()
    assert code in {problem.code for problem in problems() if problem.position.file == f"{where}/bad.yaml"}
    assert time.monotonic() - started < 3
    assert not (folder / "hacked").exists()


def test_a_bomb_of_aliases_is_refused_at_once():
    lines = ["a0: &a0 [" + ",".join("x" * 9) + "]"]
    lines += [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 40)]
    write("knowledge/bomb.yaml", "\n".join(lines))
    started = time.monotonic()
    assert {problem.code for problem in problems()} >= {"yaml-alias"}
    assert time.monotonic() - started < 3


def test_a_huge_file_is_refused_without_being_read():
    with open("knowledge/huge.yaml", "wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert [problem.code for problem in problems()] == ["file-too-big"]


def test_a_thousand_faults_are_enough():
    write("knowledge/many.yaml", "statements:\n  age:\n" + "    - {owner: nobody, time: never}\n" * 3000)
    found = problems()
    assert len(found) <= 1001
    assert "too-many-problems" in {problem.code for problem in found}


# Folders


def test_a_folder_that_is_not_there_or_empty_is_told():
    Path("empty").mkdir()
    for name, what in (("missing", "no such folder"), ("empty", "no YAML files here")):
        with pytest.raises(LoadError) as caught:
            load_domain(Path(name), Path("knowledge"), Path("language"))
        assert str(caught.value) == f"{name}: {what} [nothing-to-load]\n  mend: name a folder that holds .yaml files"


def test_a_single_file_may_stand_for_a_folder():
    assert load_domain(Path("intents/intents.yaml"), Path("knowledge/knowledge.yaml"), Path("language")).intents


def test_a_folder_called_like_a_file_and_other_files_are_passed_over():
    Path("knowledge/folder.yaml").mkdir()
    write("knowledge/notes.txt", b"\xff\xfe not ours")
    write("knowledge/deep/down/more.yml", "entities:\n  jug: {label: jug, type: thing}\n")
    assert "jug" in load().kb.entities


# At the command line


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def test_check_prints_every_problem_and_falls_short():
    write("knowledge/knowledge.yaml", KNOWLEDGE.replace("1926", "soon"))
    done = run("check", "--intents", "intents", "--knowledge", "knowledge")
    assert done.returncode == 1
    assert "\nknowledge/knowledge.yaml:14:26: 'soon' is not a time [wrong-time]\n" in done.stdout
    assert done.stdout.endswith("1 error, 1 warning\n")  # it says of no source either
    assert done.stderr == ""


def test_a_question_to_a_broken_domain_is_input_that_cannot_be_used():
    write("intents/intents.yaml", b"intents: !!python/none x\n")
    done = run("ask", "how old is the cup", "--intents", "intents", "--knowledge", "knowledge")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("intents/intents.yaml:1:10: tag '!!python/none' [yaml-tag]\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("command", "code"), [(("check",), 1), (("ask", "hello"), 2)])
def test_an_empty_folder_is_told_and_a_missing_one_is_wrong_usage(command, code):
    Path("empty").mkdir()
    done = run(*command, "--intents", "empty", "--knowledge", "knowledge")
    assert done.returncode == code
    assert "empty: no YAML files here [nothing-to-load]" in done.stdout + done.stderr
    missing = run(*command, "--intents", "nowhere", "--knowledge", "knowledge")
    assert missing.returncode == 2
    assert "there is no folder 'nowhere'" in missing.stderr
    assert "Traceback" not in done.stderr + missing.stderr
