"""For all tests, doctests too: one bundled bot, and nothing that comes from or goes to the user's own folders."""

import os
import shutil
import tempfile
from datetime import date

import pytest

TODAY = date(2026, 11, 23)
"""What the bot takes for today, so that "how long ago" has one answer."""


def pytest_addoption(parser):
    parser.addoption("--update-goldens", action="store_true", help="write what the bot says now as what it should say")


def pytest_configure(config):
    home = config.own_home = tempfile.mkdtemp(prefix="citebot-tests-")
    config.cache_home = os.environ["XDG_CACHE_HOME"] = os.path.join(home, "cache")
    os.environ["XDG_STATE_HOME"] = os.path.join(home, "state")
    os.environ["XDG_CONFIG_HOME"] = os.path.join(home, "config")
    os.environ.pop("PYTHONHASHSEED", None)  # it would reach the processes that tests start


def pytest_unconfigure(config):
    shutil.rmtree(config.own_home, ignore_errors=True)


TOWN = {
    "town/knowledge/facts.yaml": """\
# The libraries of a town.
about: the libraries of a small town
documents:
  leaflet: {label: Visitors' leaflet, kind: leaflet}
reference: {document: leaflet}

types:
  library: {label: library, plural: libraries, is: place}

entities:
  main: {label: the Main Library, type: library}
  harbour: {label: the Harbour Library, type: library, aliases: [the branch]}

properties:
  opened:
    label: opening
    roles: {library: library, time: time}
    subject: library
    value: time
    event: yes
    sentence: "{library} opened in {time}."
  books:
    label: number of books
    roles: {library: library, number: number}
    subject: library
    value: number
    sentence: "{library} holds {number} books."

statements:
  opened:
    - {library: main, time: 1911}  # the old building
    - {library: harbour, time: 1987}
  books:
    - {library: main, number: 84000, paragraph: 2}
    - {library: harbour, number: 12500, paragraph: 2}
""",
    "town/intents/questions.yaml": """\
name: librarybot

senses:
  shelf: [shelf, rack]

intents:
  opened:
    about: opened
    patterns:
      - "{library} begin in {time}"
    examples:
      - When did the Main Library open?
  books:
    about: books
    patterns:
      - "{library} (book|volume)"  # either word
      - "{library} (shelf|bookcase)"
    words: [hold, have, collection]
    asks: number
    examples:
      - How many books does the Main Library hold?
""",
}


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A subject of four facts in `town/knowledge` and `town/intents`, in a folder that is the current one."""
    for name, text in TOWN.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def bot():
    """The bundled domain on a fixed day."""
    from bot import Bot

    return Bot.load(clock=TODAY)


@pytest.fixture(scope="session")
def second_option(bot):
    """The second question that is offered to "when did it happen?", and the value that answers it."""
    question = bot.ask("when did it happen?").suggestions[1]
    return question, str(bot.ask(question).values[0])
