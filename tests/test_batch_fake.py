"""
A bot for the tests of batch processing: quick, predictable, and able to misbehave. Holds no tests.

It is a module of its own because worker processes import it too, and pytest would slow each of them down.
"""

import argparse
import dataclasses
import functools
import sys

from bot import batch, batch_job
from bot.answer import Answer, CandidateNote, Explanation, WordReading


class FakeBot:
    def __init__(self, work=0, clock=None):
        self.work = work
        self.clock = clock

    def ask(self, text):
        for step in range(self.work):
            hash(step)
        if text == "crash":
            raise ZeroDivisionError("it did")
        if text == "surrogate":
            return Answer(text, "answered", "\ud800")
        if text.startswith("not "):
            words = tuple(WordReading(word, 0, len(word), "unknown") for word in text.split()[1:])
            candidates = (CandidateNote("near", 0.4, "left-over-word"),)
            explanation = Explanation(words=words, candidates=candidates, reasons=(("unknown-word", text),))
            return Answer(text, "not_understood", "Sorry.", suggestions=("Since when?",), explanation=explanation)
        return Answer(text, "answered", f"Re: {text}", values=(1926,), intent="begun", confidence=0.9)

    def session(self):
        return FakeSession(self)


class FakeSession:
    """Its answers tell all that was said before, so that a conversation out of order shows."""

    def __init__(self, bot):
        self.bot = bot
        self.said = []

    def ask(self, text):
        self.said.append(text)
        answer = self.bot.ask(text)
        return dataclasses.replace(answer, text=" < ".join(reversed(self.said[-20:])) + f" ({len(self.said)})")


def load(work=0):
    return functools.partial(FakeBot, work)


def fail_to_load(clock):
    from bot.errors import LoadError, Position, Problem

    raise LoadError([Problem(Position("intents/a.yaml", 3, 1), "no such thing")])


def die(clock):
    import os

    os._exit(7)


def parse(*arguments):
    parser = argparse.ArgumentParser()
    batch.add_arguments(parser)
    elsewhere = argparse.Namespace(intents="intents", knowledge="knowledge")  # not ours, which others may be editing
    return parser.parse_args([str(argument) for argument in arguments], elsewhere)


def run(*arguments, load=FakeBot):
    return batch.main(parse(*arguments), load)


def main():
    """For tests that need a process of its own: the first argument is the bot's work, the rest are the command's."""
    batch_job.CHECKPOINT_SECONDS = 0.0
    batch_job.CHECKPOINT_SHARE = 0
    work, *arguments = sys.argv[1:]
    sys.exit(run(*arguments, load=load(int(work))))


if __name__ == "__main__":
    import test_batch_fake  # by its name, by which a bot can travel to other processes

    test_batch_fake.main()
