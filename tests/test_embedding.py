"""A bot inside other programs: threads, tasks, forks, other processes, several bots, and nothing printed."""

import asyncio
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

import pytest

from bot import Bot, BotError
from bot.language import _stem

ROOT = Path(__file__).parent.parent
CONVERSATIONS = [
    [line.removeprefix("> ") for line in part.splitlines() if line.startswith("> ")]
    for golden in sorted((ROOT / "tests" / "conversations").glob("*.golden"))
    for part in golden.read_text(encoding="utf-8").split("\n\n")
]
"""What people say one after another, of which most is understood only from what was said before."""


@pytest.fixture(scope="module")
def expected(bot):
    return [[answer.text for answer in map(bot.session().ask, said)] for said in CONVERSATIONS]


def talk(bot, number):
    """A whole conversation, as one thread or process has it."""
    session = bot.session()
    return [session.ask(said).text for said in CONVERSATIONS[number % len(CONVERSATIONS)]]


@pytest.fixture
def hasty():
    """Threads that take turns a hundred times as often as usual, so that they meet everywhere."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-5)
    yield
    sys.setswitchinterval(before)


def test_64_threads_with_sessions_of_their_own_never_mix(bot, expected, hasty):
    fresh = Bot.load(clock=bot.today())
    with ThreadPoolExecutor(64) as pool:
        found = list(pool.map(talk, [fresh] * 192, range(192)))
    assert found == [expected[number % len(expected)] for number in range(192)]


def test_1000_tasks_with_sessions_of_their_own_never_mix(bot, expected):
    async def task(number):
        session, texts = bot.session(), []
        for said in CONVERSATIONS[number % len(CONVERSATIONS)][:3]:
            texts.append(session.ask(said).text)
            await asyncio.sleep(0)  # now it is the others' turn
        return texts

    async def all_of_them():
        return await asyncio.gather(*map(task, range(1000)))

    found = asyncio.run(all_of_them())
    assert found == [expected[number % len(expected)][:3] for number in range(1000)]


def test_threads_find_the_stems_of_their_own_words(hasty):
    """The stemmer keeps the word in itself while it works."""
    words = (ROOT / "intents" / "language" / "en" / "common-words.txt").read_text(encoding="utf-8").split()[:3000]
    expected = [_stem(word) for word in words]
    _stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda step: [_stem(word) for word in words[::step]][::step], [1, -1] * 4):
            assert found == expected


def test_a_bot_travels_to_processes_that_begin_anew(bot, expected):
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(talk, bot, 1).result() == expected[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # of Python 3.12, about just what is tested
def test_a_process_forked_off_while_another_thread_asks_answers_the_same(bot):
    fresh = Bot.load(clock=bot.today())
    stop = threading.Event()

    def ask_on():
        for number in count():
            if stop.is_set():
                return
            fresh.ask(f"what of {number} exprots of sefood")

    thread = threading.Thread(target=ask_on)
    thread.start()
    try:
        codes = []
        for number in range(4):
            child = os.fork()
            if not child:
                same = talk(fresh, number) == talk(bot, number)
                os._exit(0 if same else 1)
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    finally:
        stop.set()
        thread.join()
    assert codes == [0] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_lock_held_at_a_fork_holds_nobody_up_in_the_child(bot):
    """Part of a domain from the cache is unpacked as it is needed, by one thread at a time."""
    Bot.load(clock=bot.today())  # into the cache
    fresh = Bot.load(clock=bot.today())
    shards = fresh.domain.lexicon.exact._shards
    held, done = threading.Event(), threading.Event()

    def hold():
        with shards._lock:
            held.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if not child:
        os._exit(0 if fresh.ask("When did relations begin?").status == "answered" else 1)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        done.set()
        thread.join()


def test_bots_of_several_domains_live_in_one_process(bot, hasty):
    planets = Bot.load(ROOT / "examples" / "planets" / "intents", ROOT / "examples" / "planets" / "knowledge")
    desk = Bot.load(ROOT / "examples" / "faq" / "intents", ROOT / "examples" / "faq" / "knowledge")
    asked = [(bot, "trade 2018"), (planets, "Which planet has the most moons?"), (desk, "I lost my card")] * 20
    expected = [(b.name, b.ask(question)) for b, question in asked[:3]] * 20
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda pair: (pair[0].name, pair[0].ask(pair[1])), asked)) == expected
    assert len({answer.text for _, answer in expected[:3]}) == 3


def test_a_bot_has_nothing_to_set(bot):
    for name in ("name", "domain", "examples", "about", "weighed_intents"):
        with pytest.raises(AttributeError):
            setattr(bot, name, None)


def test_nothing_is_printed(capfd, caplog):
    with caplog.at_level(logging.DEBUG):
        fresh = Bot.load(cache=False)
        fresh.session().ask("When did relations begin?")
        list(fresh.ask_many(["hello", "xylophage quark"]))
        fresh.explain("\x00")
    assert capfd.readouterr() == ("", "")


def test_a_program_sets_no_logging_up_by_importing_it():
    code = "import logging, bot; bot.Bot.load().ask('hello'); print(logging.root.handlers)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (found.stdout, found.stderr) == ("[]\n", "")


# Many questions


def numbers():
    for number in count(1900):
        yield f"What was the trade volume in {number}?"


@pytest.mark.parametrize("workers", [1, 2])
def test_many_answers_come_in_order_and_as_they_are_needed(bot, workers):
    taken = 0

    def counted():
        nonlocal taken
        for question in numbers():
            taken += 1
            yield question

    answers = bot.ask_many(counted(), workers=workers)
    assert taken == 0
    found = list(islice(answers, 130))
    assert taken <= 130 + 64 * 2 * workers
    if workers > 1:
        answers.close()
    assert found == [bot.ask(question) for question in islice(numbers(), 130)]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("wrong, hint", [(None, "NoneType"), (7, "int"), (b"When?", "bytes; decode it first")])
def test_a_question_that_is_none_is_named_by_its_number(bot, workers, wrong, hint):
    answers = bot.ask_many(["hello", wrong, "hello"], workers=workers)
    assert next(answers).status == "social"
    with pytest.raises(TypeError) as caught:
        next(answers)
    assert str(caught.value) == f"question 2: a question is a str, not {hint}"


def test_what_the_questions_raise_comes_in_its_place(bot):
    def broken():
        yield "hello"
        raise OSError("the line is dead")

    answers = bot.ask_many(broken(), workers=2)
    assert next(answers).status == "social"
    with pytest.raises(OSError, match="the line is dead"):
        next(answers)


@pytest.mark.parametrize("wrong", ["When?", b"When?"])
def test_one_question_is_not_many(bot, wrong):
    with pytest.raises(TypeError) as caught:
        bot.ask_many(wrong)
    assert str(caught.value) == "ask_many takes many questions: give one to ask(), or a list"


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", True])
def test_a_number_of_workers_is_a_whole_number(bot, workers):
    with pytest.raises(ValueError, match=r"^workers: a whole number from 1 on, not "):
        bot.ask_many([], workers=workers)


def test_a_program_that_does_not_guard_its_beginning_is_told_so(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("from bot import Bot\nlist(Bot.load().ask_many(['hello'], workers=2))\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    found = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, check=False)
    assert found.stderr.splitlines()[-1] == (
        f"bot.errors.{BotError.__name__}: ask_many: a worker process has ended before its time; a program that uses "
        "workers must begin below `if __name__ == '__main__':`, and there must be memory for a bot in each"
    )
