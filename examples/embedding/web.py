"""
A web endpoint: GET /ask?q=QUESTION gives the answer's record as JSON.

    python web.py [PORT]

`application` is plain WSGI, so gunicorn, uWSGI or mod_wsgi serve it as well: `gunicorn web:application`. With
`session=NAME` in the query, questions of one name are one conversation.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable
from threading import Lock
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server

from bot import Answer, Bot, Session

MOST_SESSIONS = 10_000

bot = Bot.load()  # once: all threads share it
sessions: OrderedDict[str, Session] = (
    OrderedDict()
)  # those that spoke last, as a program that runs for months must forget
lock = Lock()


def application(environ: dict, start_response: Callable) -> Iterable[bytes]:
    query = parse_qs(environ.get("QUERY_STRING", ""))
    question, name = query.get("q", [""])[0], query.get("session", [""])[0]
    if environ.get("PATH_INFO") != "/ask" or not question:
        return respond(start_response, "404 Not Found", {"error": "ask with /ask?q=QUESTION"})
    return respond(start_response, "200 OK", answer(question, name).record())


def answer(question: str, name: str) -> Answer:
    if not name:
        return bot.ask(question)
    with lock:  # one turn of a conversation at a time; a turn takes less than a millisecond
        session = sessions.pop(name, None) or bot.session()
        sessions[name] = session
        if len(sessions) > MOST_SESSIONS:
            sessions.popitem(last=False)
        return session.ask(question)


def respond(start_response: Callable, status: str, content: dict) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "application/json; charset=utf-8")])
    return [json.dumps(content, ensure_ascii=False).encode()]


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with make_server("localhost", port, application) as server:
        print(f"http://localhost:{server.server_port}/ask?q=trade+2018", flush=True)
        server.serve_forever()
