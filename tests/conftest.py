"""For all tests, doctests too: nothing that they load comes from or goes to the user's own cache."""

import os
import shutil
import tempfile


def pytest_configure(config):
    config.cache_home = os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="citebot-tests-")


def pytest_unconfigure(config):
    shutil.rmtree(config.cache_home, ignore_errors=True)
