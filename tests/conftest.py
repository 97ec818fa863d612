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


@pytest.fixture(scope="session")
def bot():
    """The bundled domain on a fixed day."""
    from bot import Bot

    return Bot.load(clock=TODAY)
