"""The examples of embedding do what their first lines say."""

import importlib.util
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.validate import validator

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples" / "embedding"


def example(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(name, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, EXAMPLES / f"{name}.py", *arguments], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    return done.stdout.decode()


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


def test_the_web_endpoint_answers_and_holds_conversations():
    web = example("web")
    with make_server("127.0.0.1", 0, validator(web.application), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()

        def get(path):
            with urlopen(f"http://127.0.0.1:{server.server_port}{path}") as response:
                return json.load(response)

        try:
            assert get("/ask?q=trade+2018")["values"] == [1_270_000_000]
            for name in "ab":
                assert "2005" in get(f"/ask?session={name}&q={quote('Did Erdoğan visit Norway?')}")["text"]
            assert "Bondevik" in get("/ask?session=a&q=Who+received+him")["text"]
            assert "Bondevik" not in get("/ask?session=c&q=Who+received+him")["text"]
            for wrong in ("/", "/ask", "/ask?q="):
                with pytest.raises(HTTPError) as caught:
                    get(wrong)
                with caught.value as response:
                    assert (response.code, json.load(response)) == (404, {"error": "ask with /ask?q=QUESTION"})
        finally:
            server.shutdown()
            thread.join()


def test_the_web_endpoint_forgets_who_has_been_silent_longest(monkeypatch):
    web = example("web")
    monkeypatch.setattr(web, "MOST_SESSIONS", 2)
    for name in ("a", "b", "a", "c"):
        web.answer("hello", name)
    assert list(web.sessions) == ["a", "c"]


def test_the_chat_handler_keeps_threads_apart_and_lets_people_talk(bot):
    kept = {}
    Handler = example("chat_app").Handler  # noqa: N806 - a class

    def say(text, thread, handler=None, **more):
        event = {"type": "message", "channel": "C1", "ts": "9.9", "thread_ts": thread, "text": text, **more}
        return (handler or Handler(bot, kept))(event)

    first = say("Did Erdoğan visit Norway?", "1.0")
    assert (first["channel"], first["thread_ts"]) == ("C1", "1.0")
    assert first["text"].splitlines()[-1].startswith("_Source: article")
    assert say("Shall we have lunch?", "2.0") is None
    assert say("hello", "2.0", bot_id="B1") is None
    assert "Bondevik" in say("Who received him?", "1.0")["text"]  # by another handler, as after a restart
    assert "Bondevik" not in (say("Who received him?", "3.0") or {"text": ""})["text"]
    assert json.loads(kept["C1/1.0"])


def test_the_chat_handler_runs_by_itself():
    assert run("chat_app").endswith("> Shall we have lunch?\n(says nothing)\n")


def test_the_notebook_runs_from_top_to_bottom():
    shown = run("notebook")
    assert shown.startswith("The trade volume between Norway and Turkey in 2018 was 1.27 billion dollars.\n")
    assert "(1270000000,)" in shown.splitlines()[1]
    assert "Counter({'no_data': 19, 'answered': 1})" in shown
    assert shown.splitlines()[-1] == "The diameter of Mars is 6,792 km."


def test_a_column_of_a_frame_is_answered(bot, tmp_path):
    pd = pytest.importorskip("pandas")
    column = example("column")
    frame = pd.DataFrame({"question": ["When did relations begin?", "hello"]})
    texts = [bot.ask(question).text for question in frame["question"]]
    assert column.with_text(frame, bot)["text"].to_list() == texts
    assert column.answered(frame, bot)["text"].to_list() == texts
    frame.to_csv(tmp_path / "questions.csv", index=False)
    (tmp_path / "answers.csv").write_text(run("column", tmp_path / "questions.csv"), encoding="utf-8")
    assert pd.read_csv(tmp_path / "answers.csv")["text"].to_list() == texts
