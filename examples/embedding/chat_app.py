"""
A handler for a chat application such as Slack: an event in, a message out.

Each thread of messages is a conversation of its own. It is kept as JSON where the application keeps its data (here a
dict; a table with one column of text does as well), so that any process can take the next turn, also after a restart.
The bot speaks only when it knows something or asks back; where it knows nothing, it leaves the question to people.
"""

from __future__ import annotations

import json
from collections.abc import MutableMapping

from bot import Bot, Session


class Handler:
    def __init__(self, bot: Bot, kept: MutableMapping[str, str]) -> None:
        self._bot = bot
        self._kept = kept

    def __call__(self, event: dict) -> dict | None:
        """The message to post in answer to *event*, or None."""
        if event.get("bot_id") or not event.get("text"):
            return None  # never talk to bots, oneself among them
        thread = event.get("thread_ts") or event["ts"]
        key = f"{event['channel']}/{thread}"
        saved = self._kept.get(key)
        session = Session.restore(self._bot, json.loads(saved)) if saved else self._bot.session()
        answer = session.ask(event["text"])
        if answer.status == "not_understood":
            return None
        self._kept[key] = json.dumps(session.save())
        lines = [answer.text, *(f"_Source: {reference}_" for reference in answer.references)]
        if answer.status in ("clarify", "no_data"):
            lines += [f"• {suggestion}" for suggestion in answer.suggestions]
        return {"channel": event["channel"], "thread_ts": thread, "text": "\n".join(lines)}


if __name__ == "__main__":
    handle = Handler(Bot.load(), {})
    for text in ("Did Erdoğan visit Norway?", "Who received him?", "Shall we have lunch?"):
        print(">", text)
        message = handle({"type": "message", "channel": "C1", "ts": "1.0", "text": text})
        print(message["text"] if message else "(says nothing)")
