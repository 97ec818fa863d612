"""Knowledge in a file answers as knowledge in memory does, and a file that is broken or gone does no harm."""

from __future__ import annotations

import csv
import importlib.util
import json
import multiprocessing
import os
import pickle
import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml
from conftest import TODAY
from rapidfuzz.distance import OSA

from bot import Bot, BotError, LoadError, cache
from bot.fuzzy import Speller
from bot.paths import bundled
from bot.store import Store, StoredKnowledge, StoreError, stamp_of
from bot.stored_words import shortened
from bot.storing import Compiler

ROOT = Path(__file__).parent.parent
PLANETS = ROOT / "examples" / "planets"


def world(entities: int):
    """The made-up tables of the benchmark, and its questions."""
    spec = importlib.util.spec_from_file_location("large_knowledge", ROOT / "benchmarks" / "large_knowledge.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.World(entities)


def pair(*places: Path) -> tuple[Bot, Bot]:
    """The same domain in memory and in a file."""
    memory = Bot.load(*places, cache=False, store=False, clock=TODAY)
    stored = Bot.load(*places, cache=False, store=True, clock=TODAY)
    assert not isinstance(memory.domain.kb, StoredKnowledge)
    assert isinstance(stored.domain.kb, StoredKnowledge)
    return memory, stored


def differences(memory: Bot, stored: Bot, questions: list[str]) -> list[str]:
    found = []
    for question in questions:
        one, other = memory.ask(question), stored.ask(question)
        if one.record() != other.record() or one.explanation != other.explanation:
            found.append(f"{question}\n  {one.text} {one.references}\n  {other.text} {other.references}")
    return found


@pytest.fixture(scope="module")
def bundled_pair() -> tuple[Bot, Bot]:
    return pair()


@pytest.fixture(scope="module")
def made_up(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    world(400).write(folder)
    return folder


@pytest.fixture(scope="module")
def made_up_pair(made_up: Path) -> tuple[Bot, Bot]:
    return pair(made_up / "intents", made_up / "knowledge")


@pytest.fixture(autouse=True)
def cache_home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CITEBOT_CACHE", raising=False)
    return tmp_path / "cache" / "citebot" / "domains"


# the same answers


def test_the_bundled_domain_answers_the_same_from_a_file(bundled_pair) -> None:
    questions = [example for intent in bundled_pair[0].domain.intents.values() for example in intent.examples]
    questions += ["Norway", "Erdoğan", "What is the population of Sweden?", "513 million", "which events in 2013?", ""]
    questions += ["when wer relatons establishd", "what happened before 1950", "did the king visit Izmir?", "ankarra"]
    assert differences(*bundled_pair, questions) == []


def test_dialogues_go_the_same_way_from_a_file(bundled_pair) -> None:
    for path in sorted((ROOT / "tests" / "conversations").glob("*.yaml")):
        for dialogue in yaml.safe_load(path.read_text(encoding="utf-8")):
            one, other = bundled_pair[0].session(), bundled_pair[1].session()
            for asked in map(str, dialogue):
                assert one.ask(asked).record() == other.ask(asked).record(), (path.name, asked)


def test_the_planets_answer_the_same_from_a_file() -> None:
    lines = (PLANETS / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["q"] for line in lines]
    questions += [
        "which moons orbit jupiter and saturn",
        "the second largest moon",
        "which planet has the fewest moons",
        "the three largest moons of each planet",
        "how many planets have more than 3 moons",
        "what is the average diameter of the moons",
        "the total diameter of the planets",
        "which moons are smaller than every planet",
        "which planets are larger than the earth and smaller than saturn",
        "which planet has a moon that is larger than mercury",
        "who discovered the most moons",
        "titn",
        "jupiter",
    ]
    assert differences(*pair(PLANETS / "intents", PLANETS / "knowledge"), questions) == []


def test_a_made_up_domain_answers_the_same_from_a_file(made_up_pair, made_up: Path) -> None:
    asked = [question for _, question, _ in world(400).questions()]
    with open(made_up / "knowledge" / "cities.csv", encoding="utf-8") as file:
        cities = list(csv.DictReader(file))
    with open(made_up / "knowledge" / "books.csv", encoding="utf-8") as file:
        books = list(csv.DictReader(file))
    country, city, book = cities[0]["country"], cities[0]["city"], books[0]["book"]
    asked += [
        city,
        book.split()[0],
        f"how many books are by authors that were born in {city}",
        f"which cities in {country} have more than 1000000 people",
        f"how many cities are not in {country}",
        f"what is the smallest city in {country}",
        f"which publisher is based in the largest city in {country}",
        f"which cities are larger than {city}",
        f"how many cities are larger than {city}",
        "which country has the most cities",
        "which country has the fewest cities",
        "which countries have no cities",
        "how many authors wrote no book",
        "how many authors wrote more than 30 books",
        "how many authors wrote exactly 25 books",
        "the five largest cities",
        "the third largest city",
        "what is the largest city in each country",
        "what is the average number of employees of the publishers",
        "what is the average population of the cities",
        "what is the total population of the cities",
        "how many cities are there",
        "how many publishers are based in the country with the most cities",
        "which author wrote the heaviest book",
        "is the largest city in the smallest country",
        f"is {city} in {country}",
        f"how many books have between 100 and 300 {book}",
    ]
    assert differences(*made_up_pair, asked) == []


def test_the_benchmarks_questions_have_the_answers_of_the_tables(made_up_pair) -> None:
    for kind, question, values in world(400).questions():
        answer = made_up_pair[1].ask(question)
        if kind not in ("misspelt", "miss"):
            assert sorted(map(str, answer.values)) == sorted(map(str, values)), question


def test_the_containers_hold_the_same_from_a_file(made_up_pair) -> None:
    memory, stored = (bot.domain.kb for bot in made_up_pair)
    assert list(stored.entities) == list(memory.entities)
    assert dict(stored.entities.items()) == memory.entities
    assert list(stored.statements) == memory.statements
    assert len(stored.statements) == len(memory.statements)
    assert list(stored.by_property) == list(memory.by_property)
    assert {id: list(group) for id, group in stored.by_entity.items()} == {
        id: memory.by_entity[id] for id in memory.entities if id in memory.by_entity
    }
    assert [stored.by_id[statement.id] for statement in memory.statements] == memory.statements
    assert stored.statements[-1] == memory.statements[-1]
    assert stored.statements[2:4] == memory.statements[2:4]
    assert list(stored.members(["city", "book"])) == list(memory.members(["city", "book"]))
    amount = memory.statements[0].get("value")[0].amount
    assert list(stored.with_amount(amount)) == [
        s for s in memory.statements if any(getattr(v, "amount", None) == amount for v in s.get("value"))
    ]
    with pytest.raises(KeyError):
        stored.entities["nobody"]
    with pytest.raises(KeyError):
        stored.by_id["lies_in-row-999999999999999999999999"]
    with pytest.raises(IndexError):
        stored.statements[len(stored.statements)]


def test_misspelt_names_are_read_the_same_from_a_file(made_up_pair) -> None:
    memory = made_up_pair[0]
    chance = random.Random(3)
    words = sorted({word for entity in memory.domain.kb.entities.values() for word in entity.label.lower().split()})
    typed = []
    for word in chance.sample(words, 150):
        letters = list(word)
        for _ in range(1 + (len(word) > 7)):
            place = chance.randrange(len(letters))
            change = chance.choice(("drop", "swap", "add", "other", "vowels"))
            if change == "drop":
                letters[place] = ""
            elif change == "swap" and place:
                letters[place - 1 : place + 1] = letters[place - 1 : place + 1][::-1]
            elif change == "add":
                letters[place] += chance.choice("aelnrst")
            elif change == "other":
                letters[place] = chance.choice("aelnrst")
            else:
                letters = [letter for letter in letters if letter not in "aeiou"]
                break
            letters = list("".join(letters))
        typed.append("".join(letters))
    spellers: list[Speller] = [bot._reader.speller for bot in made_up_pair]
    assert [spellers[1].respell(word) for word in typed] == [spellers[0].respell(word) for word in typed]


def test_what_is_left_of_two_words_within_two_edits_has_something_in_common() -> None:
    chance = random.Random(5)
    for _ in range(300):
        word = "".join(chance.choices("abcdefgh", k=chance.randint(8, 12)))
        other = word
        for _ in range(2):
            place = chance.randrange(len(other) - 1)
            left, right = other[:place], other[place:]
            other = left + chance.choice((right[1:], "x" + right, "x" + right[1:], right[1::-1] + right[2:]))
        if OSA.distance(word, other) <= 2:  # two swaps of one letter are more
            assert shortened(word) & shortened(other, 2), (word, other)


# files


def load(folder: Path, **options) -> Bot:
    """The bot for a folder with little language of its own, which loads in no time."""
    places = (str(folder / kind) for kind in ("intents", "knowledge", "language"))
    return Bot(cache.load_domain(*places, **options), clock=TODAY)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    world(200).write(folder)
    (folder / "language").mkdir()
    for name in ("composition", "grammar", "numbers"):
        shutil.copy(bundled("intents") / "language" / "en" / f"{name}.yaml", folder / "language")
    for path in folder.rglob("*.*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))
    return folder


def test_few_statements_stay_in_memory_and_many_go_into_a_file(small: Path, monkeypatch) -> None:
    assert not isinstance(load(small).domain.kb, StoredKnowledge)
    monkeypatch.setattr("bot.large.LARGE", 100)
    assert isinstance(load(small, cache=False).domain.kb, StoredKnowledge)


def test_a_compiled_file_is_used_until_a_table_changes(small: Path, cache_home: Path) -> None:
    first = load(small, store=True).domain.kb.store.path
    assert Path(first).parent == cache_home
    assert load(small, store=True).domain.kb.store.path == first
    with open(small / "knowledge" / "countries.csv", "a", encoding="utf-8") as file:
        file.write("Atlantis,99000000\n")
    changed = load(small, store=True)
    assert changed.domain.kb.store.path != first
    assert changed.ask("what is the largest country").values == ("Atlantis",)


def test_tables_outside_the_folders_are_watched_too(small: Path) -> None:
    (small / "knowledge" / "countries.csv").rename(small / "countries.csv")
    mapping = small / "knowledge" / "books.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace("countries.csv", "../countries.csv"), "utf-8")
    first = load(small, store=True).domain.kb.store.path
    assert load(small, store=True).domain.kb.store.path == first
    with open(small / "countries.csv", "a", encoding="utf-8") as file:
        file.write("Atlantis,99000000\n")
    assert load(small, store=True).ask("what is the largest country").values == ("Atlantis",)


@pytest.mark.parametrize("damage", ["cut", "gone", "other", "empty"])
def test_a_damaged_file_is_made_anew(small: Path, damage: str) -> None:
    path = Path(load(small, store=True).domain.kb.store.path)
    if damage == "gone":
        path.unlink()
    else:
        content = {"cut": path.read_bytes()[:5000], "other": b"no database" * 9999, "empty": b""}[damage]
        path.write_bytes(content)
    again = load(small, store=True)
    assert again.domain.kb.store.path != str(path)
    assert again.ask("how many countries are there").values == (5,)


def test_damage_that_shows_only_later_is_told_and_mended_by_the_next_load(small: Path) -> None:
    path = Path(load(small, store=True).domain.kb.store.path)
    found, content = os.stat(path), path.read_bytes()
    third = len(content) // 4096 // 3 * 4096
    path.write_bytes(content[:third] + b"\xff" * third + content[2 * third :])
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    bot = load(small, store=True)
    assert bot.domain.kb.store.path == str(path)
    questions = [question for _, question, _ in world(200).questions()]
    with pytest.raises(BotError) as caught:
        list(bot.ask_many(questions))
    assert str(caught.value) == (
        f"the compiled knowledge {path} cannot be read (database disk image is malformed); load the bot once more"
    )
    assert load(small, store=True).ask("how many countries are there").values == (5,)


def test_a_file_that_is_gone_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store(str(tmp_path / "none"), stamp_of(str(tmp_path / "other")) or (1, 2))
    what = (
        f"the compiled knowledge {tmp_path / 'none'} is gone or was changed after it was made; load the bot once more"
    )
    assert str(caught.value) == what


def test_without_a_cache_the_file_is_temporary_and_goes_with_the_bot(small: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    bot = load(small, store=True, cache=False)
    path = Path(bot.domain.kb.store.path)
    assert path.parent == tmp_path
    assert path.exists()
    assert bot.ask("how many countries are there").values == (5,)
    bot.domain.kb.store._goes()
    assert not path.exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_cache_that_cannot_be_written_is_done_without(small: Path, cache_home: Path) -> None:
    cache_home.mkdir(parents=True, mode=0o700)
    cache_home.chmod(0o500)
    assert load(small, store=True).ask("how many countries are there").values == (5,)
    cache_home.chmod(0o700)


def test_where_no_file_can_be_made_it_is_said(small: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(BotError) as caught:
        load(small, store=True, cache=False)
    what = "there is no folder to compile the knowledge into: No such file or directory; set TMPDIR to one"
    assert str(caught.value) == what


def test_a_crash_in_the_middle_leaves_nothing_that_could_be_taken_for_knowledge(
    small: Path, cache_home: Path, monkeypatch
) -> None:
    def crash(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Compiler, "_measures", crash)
        with pytest.raises(MemoryError):
            load(small, store=True)
    assert [path.name for path in cache_home.iterdir() if not path.name.endswith(".index")] == []
    assert load(small, store=True).ask("how many countries are there").values == (5,)


def test_a_wrong_cell_leaves_no_file(small: Path, cache_home: Path) -> None:
    with open(small / "knowledge" / "countries.csv", "a", encoding="utf-8") as file:
        file.write("Atlantis,much\n")
    with pytest.raises(LoadError) as caught:
        load(small, store=True)
    assert [problem.what for problem in caught.value.problems] == ["'much' is not a number"]
    assert not list(cache_home.glob("*.knowledge*"))


def test_progress_is_told_from_nothing_to_all(small: Path) -> None:
    shares: list[float] = []
    load(small, store=True, progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)


def test_threads_share_a_bot(made_up_pair) -> None:
    questions = [question for _, question, _ in world(400).questions()][:60]
    expected = [made_up_pair[0].ask(question).text for question in questions]
    found: dict[int, list[str]] = {}

    def ask(number: int) -> None:
        found[number] = [made_up_pair[1].ask(question).text for question in questions]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [expected] * 4


def test_a_bot_with_a_file_can_be_pickled(made_up_pair) -> None:
    again = pickle.loads(pickle.dumps(made_up_pair[1]))
    assert again.ask("which country has the most cities").text == made_up_pair[0].ask(
        "which country has the most cities"
    ).text  # fmt: skip


def _asked(bot: Bot, answers) -> None:
    answers.put(bot.ask("how many cities are there").values)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_opens_the_file_anew(made_up_pair) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    expected = made_up_pair[1].ask("how many cities are there").values
    process = context.Process(target=_asked, args=(made_up_pair[1], answers))
    process.start()
    found = answers.get()
    process.join()
    assert found == expected
    assert Path(made_up_pair[1].domain.kb.store.path).exists()


def test_processes_that_start_at_once_compile_once(small: Path, cache_home: Path) -> None:
    places = [str(small / kind) for kind in ("intents", "knowledge", "language")]
    code = f"""
from bot import Bot, cache
bot = Bot(cache.load_domain(*{places!r}, store=True))
print(bot.ask("how many countries are there").values[0])
"""
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(3)
    ]
    assert [process.communicate()[0] for process in started] == ["5\n"] * 3
    assert len(list(cache_home.glob("*.knowledge"))) == 1


# what may be left out


def test_fixed_answers_need_no_knowledge(tmp_path: Path) -> None:
    intents = "intents:\n  lost:\n    says: Tell us.\n    examples: [I lost my card, my card is gone]\n"
    (tmp_path / "desk.yaml").write_text(intents, encoding="utf-8")
    bot = Bot.load(tmp_path)
    assert bot.ask("I lost my card").text == "Tell us."
    assert not bot.domain.kb.entities
    assert bot.ask("When did relations begin?").status == "not_understood"


def test_knowledge_from_tables_needs_no_intents() -> None:
    assert Bot.load(knowledge=PLANETS / "knowledge").ask("what is the largest moon").values == ("Ganymede",)


def test_intents_that_look_something_up_are_about_the_bundled_knowledge_without_any(
    tmp_path: Path, bundled_pair
) -> None:
    intents = "intents:\n  begun:\n    about: established\n    patterns: ['relations (begin|establish)']\n"
    property_ = next(iter(bundled_pair[0].domain.kb.properties))
    (tmp_path / "own.yaml").write_text(intents.replace("about: established", f"about: {property_}"), encoding="utf-8")
    bot = Bot.load(tmp_path)
    assert bot.domain.kb.properties[property_]
    assert bot.domain.intents.keys() == {"begun"}
