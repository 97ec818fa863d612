"""The cache of loaded domains: it is never older than the files, never in the way, and never needed."""

import json
import marshal
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot import Bot, LoadError, cache, loading
from bot.paths import bundled, cache_dir

QUESTIONS = (
    "When did relations begin?",
    "How many ambassadors were declared persona non grata?",
    "What did Norway export to Turkey in 2018?",
    "when wer relatons establishd",
    "hello",
    "What is the population of Sweden?",
    "",
)
KNOWLEDGE = """\
about: a zoo
types:
  animal: {label: animal, plural: animals, words: [animal]}
  place: {label: place, plural: places, words: [place]}
documents:
  guide: {label: Guide}
properties:
  home:
    label: home
    sentence: "{animal} lives in {place}."
    roles:
      animal: animal
      place: place
    subject: animal
    value: place
entities:
  bruno: {label: Bruno, type: animal}
  cave: {label: the cave, type: place}
statements:
  home:
    - {animal: bruno, place: cave, reference: {document: guide}}
"""
WORDS = """\
questions:
  where: [where, at what place]
auxiliaries: [does]
spellings: {wher: where}
senses:
  visit: [visit, drop in]
"""
INTENTS = """\
name: zoo
senses:
  live: [live, dwell]
intents:
  home:
    about: [home]
    asks: [place]
    patterns: ["{animal!} live"]
    examples: ["Where does Bruno live?"]
"""


@pytest.fixture(autouse=True)
def cache_home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CITEBOT_CACHE", raising=False)
    return tmp_path / "cache" / "citebot" / "domains"


@pytest.fixture
def zoo(tmp_path):
    """The places of a small domain, long unchanged."""
    language = tmp_path / "language"
    language.mkdir()
    (language / "words.yaml").write_text(WORDS, encoding="utf-8")
    for name, content in (("knowledge", KNOWLEDGE), ("intents", INTENTS)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "zoo.yaml").write_text(content, encoding="utf-8")
    return tmp_path / "intents", tmp_path / "knowledge", language


@pytest.fixture
def loads(monkeypatch):
    """The places that were loaded from their files, in order."""
    loaded = []
    original = loading.load_domain

    def load_domain(*places, **options):
        loaded.append(places)
        return original(*places, **options)

    monkeypatch.setattr(loading, "load_domain", load_domain)
    return loaded


@pytest.fixture
def settled(monkeypatch):
    """Lets files that were just written count as long unchanged."""
    monkeypatch.setattr(cache, "SETTLED", -60.0)


@pytest.fixture(scope="module")
def plain():
    """The bundled domain without the cache."""
    return Bot.load(cache=False)


def entries(folder, suffix):
    return sorted(folder.glob(f"*{suffix}"))


def test_the_second_load_reads_no_source(zoo, loads, settled, cache_home):
    first, second = cache.load_domain(*zoo), cache.load_domain(*zoo)
    assert len(loads) == 1
    assert second.kb == first.kb
    assert second.intents == first.intents
    assert second.lexicon == first.lexicon
    assert len(entries(cache_home, ".domain")) == len(entries(cache_home, ".index")) == 1


def test_unchanged_files_are_not_even_read(zoo, loads, settled, monkeypatch):
    cache.load_domain(*zoo)
    monkeypatch.setattr(cache, "_content_key", lambda signature: pytest.fail("read the files"))
    assert cache.load_domain(*zoo).name == "zoo"


def test_files_that_just_changed_are_read(zoo, loads, cache_home):
    cache.load_domain(*zoo)
    cache.load_domain(*zoo)
    assert entries(cache_home, ".index") == []
    assert len(loads) == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_changed_file_is_loaded(zoo, place, loads, settled):
    cache.load_domain(*zoo)
    (file,) = zoo[place].iterdir()
    file.write_text(file.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    cache.load_domain(*zoo)
    assert len(loads) == 2


def test_a_change_that_leaves_size_and_time_is_seen(zoo, loads, settled):
    assert cache.load_domain(*zoo).kb.entities["bruno"].label == "Bruno"
    file = zoo[1] / "zoo.yaml"
    before = file.stat()
    file.write_text(file.read_text(encoding="utf-8").replace("Bruno", "Bosse"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size
    assert cache.load_domain(*zoo).kb.entities["bruno"].label == "Bosse"


def test_going_back_to_what_a_file_said_loads_nothing(zoo, loads, settled):
    file = zoo[1] / "zoo.yaml"
    for content in (KNOWLEDGE, KNOWLEDGE + "# changed\n", KNOWLEDGE):
        file.write_text(content, encoding="utf-8")
        cache.load_domain(*zoo)
    assert len(loads) == 2


@pytest.mark.parametrize("change", ["add", "remove", "rename"])
def test_a_file_that_comes_goes_or_is_renamed_is_seen(zoo, change, loads, settled):
    extra = zoo[0] / "more" / "extra.yaml"
    extra.parent.mkdir()
    if change != "add":
        extra.write_text("fillers: [please]\n", encoding="utf-8")
    cache.load_domain(*zoo)
    if change == "add":
        extra.write_text("fillers: [please]\n", encoding="utf-8")
    elif change == "remove":
        extra.unlink()
    else:
        extra.rename(extra.with_name("other.yaml"))
    cache.load_domain(*zoo)
    assert len(loads) == 2


def test_another_version_of_the_code_makes_its_own(zoo, loads, settled, monkeypatch):
    cache.load_domain(*zoo)
    monkeypatch.setattr(cache, "__version__", "0.0.0")
    cache.load_domain(*zoo)
    assert len(loads) == 2


def test_the_package_and_the_stemmer_are_among_the_sources(zoo):
    names = {Path(path).name for _, path, _ in cache._signature(tuple(map(str, zoo)))[4]}
    assert {"loading.py", "language.py", "cache.py", "english_stemmer.py"} <= names


def test_a_domain_that_changed_while_it_was_loaded_is_not_kept(zoo, loads, cache_home, monkeypatch):
    original = loading.load_domain

    def load_slowly(*places, **options):
        domain = original(*places, **options)
        (zoo[1] / "zoo.yaml").write_text(KNOWLEDGE.replace("Bruno", "Bosse"), encoding="utf-8")
        return domain

    monkeypatch.setattr(loading, "load_domain", load_slowly)
    assert cache.load_domain(*zoo).kb.entities["bruno"].label == "Bruno"
    assert entries(cache_home, ".domain") == []
    assert cache.load_domain(*zoo).kb.entities["bruno"].label == "Bosse"


def test_a_domain_with_errors_is_never_kept(zoo, loads, cache_home):
    (zoo[0] / "zoo.yaml").write_text("intents:\n  home: {about: [hoem]}\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LoadError):
            cache.load_domain(*zoo)
    assert len(loads) == 2
    assert entries(cache_home, ".domain") == []


def damage(content, how):
    return {
        "empty": b"",
        "short": content[: len(content) // 2],
        "changed": content[:-9] + b"x" + content[-8:],
        "foreign": b"\x80\x05K\x01.",
        "zeros": bytes(len(content)),
    }[how]


@pytest.mark.parametrize("suffix", [".domain", ".index"])
@pytest.mark.parametrize("how", ["empty", "short", "changed", "foreign", "zeros"])
def test_a_damaged_file_is_ignored_and_made_again(zoo, suffix, how, loads, settled, cache_home):
    cache.load_domain(*zoo)
    (file,) = entries(cache_home, suffix)
    content = file.read_bytes()
    file.write_bytes(damage(content, how))
    assert cache.load_domain(*zoo).name == "zoo"
    assert len(loads) == (2 if suffix == ".domain" else 1)
    assert cache._read(str(file)) is not None
    assert cache.load_domain(*zoo).name == "zoo"
    assert len(loads) == (2 if suffix == ".domain" else 1)


def test_a_whole_file_with_something_else_in_it_is_ignored(zoo, loads, settled, cache_home):
    cache.load_domain(*zoo)
    for suffix in (".domain", ".index"):
        (file,) = entries(cache_home, suffix)
        assert cache._write(str(cache_home), str(file), marshal.dumps((1, 2, 3)))
    assert cache.load_domain(*zoo).name == "zoo"
    assert len(loads) == 2


def test_only_classes_of_the_package_are_unpacked(zoo):
    _, whole, packed = marshal.loads(cache.pack(loading.load_domain(*zoo)))
    for harmful in (os.system, print, cache.pack):
        with pytest.raises(ValueError, match="has no place in a domain"):
            cache.unpack(marshal.dumps((pickle.dumps(harmful), whole, packed)))


@pytest.mark.skipif(sys.platform == "win32", reason="modes say nothing there")
class TestPermissions:
    def test_what_is_written_is_the_users_alone(self, zoo, settled, cache_home):
        cache.load_domain(*zoo)
        assert cache_home.stat().st_mode & 0o777 == 0o700
        assert {file.stat().st_mode & 0o777 for file in cache_home.iterdir()} == {0o600}

    @pytest.mark.parametrize("mode", [0o602, 0o620])
    def test_a_file_that_others_can_write_is_ignored(self, zoo, mode, loads, settled, cache_home):
        cache.load_domain(*zoo)
        entries(cache_home, ".domain")[0].chmod(mode)
        cache.load_domain(*zoo)
        assert len(loads) == 2
        assert entries(cache_home, ".domain")[0].stat().st_mode & 0o777 == 0o600

    def test_a_folder_that_others_can_write_is_not_used(self, zoo, loads, settled, cache_home):
        cache_home.mkdir(parents=True)
        cache_home.chmod(0o777)
        cache.load_domain(*zoo)
        cache.load_domain(*zoo)
        assert len(loads) == 2
        assert list(cache_home.iterdir()) == []

    def test_what_belongs_to_somebody_else_is_ignored(self, zoo, loads, settled, cache_home, monkeypatch):
        cache.load_domain(*zoo)
        content = {file: file.stat() for file in cache_home.iterdir()}
        monkeypatch.setattr(os, "geteuid", lambda: cache_home.stat().st_uid + 1)
        cache.load_domain(*zoo)
        assert len(loads) == 2
        assert {file: file.stat() for file in cache_home.iterdir()} == content

    def test_a_link_is_not_followed(self, zoo, loads, settled, cache_home, tmp_path):
        cache.load_domain(*zoo)
        (file,) = entries(cache_home, ".domain")
        file.rename(tmp_path / "elsewhere")
        file.symlink_to(tmp_path / "elsewhere")
        cache.load_domain(*zoo)
        assert len(loads) == 2
        assert not file.is_symlink()


@pytest.mark.parametrize("obstacle", ["file", "no-folder", "full"])
def test_where_nothing_can_be_written_the_domain_is_loaded_all_the_same(zoo, obstacle, loads, monkeypatch, tmp_path):
    if obstacle == "file":
        (tmp_path / "cache").write_text("in the way")
    elif obstacle == "no-folder":
        monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/nowhere")
    else:

        def replace(*paths):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", replace)
    for _ in range(2):
        assert cache.load_domain(*zoo).name == "zoo"
    assert len(loads) == 2
    if obstacle == "full":
        assert list((cache_dir() / "domains").iterdir()) == []


def test_what_cannot_be_packed_is_used_and_not_kept(zoo, loads, cache_home, monkeypatch):
    original = loading.load_domain

    def load_odd(*places, **options):
        domain = original(*places, **options)
        domain.lexicon.exact["odd"] = {"senses": object()}
        return domain

    monkeypatch.setattr(loading, "load_domain", load_odd)
    assert "odd" in cache.load_domain(*zoo).lexicon.exact
    assert list(cache_home.iterdir()) == []


@pytest.mark.parametrize("value", ["0", "off", "No", " false "])
def test_the_environment_switches_it_off(zoo, value, loads, cache_home, monkeypatch):
    monkeypatch.setenv("CITEBOT_CACHE", value)
    cache.load_domain(*zoo)
    cache.load_domain(*zoo)
    assert len(loads) == 2
    assert not cache_home.exists()


def test_a_caller_can_do_without(zoo, loads, cache_home):
    Bot.load(*zoo[:2], cache=False)
    assert not cache_home.exists()
    Bot.load(*zoo[:2])
    assert cache_home.exists()


def test_old_entries_are_removed(zoo, settled, cache_home):
    cache_home.mkdir(parents=True, mode=0o700)
    old = time.time() - 2 * cache.ABANDONED
    for number in range(20):
        for suffix in (".domain", ".index", ".index.77-1.tmp", ".txt"):
            file = cache_home / f"{number:02}{suffix}"
            file.write_bytes(b"")
            os.utime(file, (old + number, old + number))
    (cache_home / "new.domain.77-1.tmp").write_bytes(b"")
    cache.load_domain(*zoo)
    domains = entries(cache_home, ".domain")
    assert len(domains) == cache.KEPT_DOMAINS
    assert [file.stem for file in domains if file.stat().st_size == 0] == [f"{n:02}" for n in range(13, 20)]
    assert [file.name for file in entries(cache_home, ".tmp")] == ["new.domain.77-1.tmp"]
    assert len(entries(cache_home, ".txt")) == 20


def test_a_domain_may_be_single_files(zoo, loads, settled):
    files = (zoo[0] / "zoo.yaml", zoo[1] / "zoo.yaml", zoo[2])
    for _ in range(2):
        assert cache.load_domain(*files).name == "zoo"
    assert len(loads) == 1
    files[1].write_text(KNOWLEDGE.replace("Bruno", "Bosse"), encoding="utf-8")
    assert cache.load_domain(*files).kb.entities["bruno"].label == "Bosse"


def test_relative_places_are_told_apart(zoo, loads, settled, monkeypatch, tmp_path):
    other = tmp_path / "other"
    for place in zoo:
        shutil.copytree(place, other / place.name)
    (other / "intents" / "zoo.yaml").write_text(INTENTS.replace("name: zoo", "name: ark"), encoding="utf-8")
    names = []
    for folder in (tmp_path, other) * 2:
        monkeypatch.chdir(folder)
        names.append(cache.load_domain(Path("intents"), Path("knowledge"), Path("language")).name)
    assert names == ["zoo", "ark"] * 2
    assert len(loads) == 2


# What is unpacked


@pytest.fixture(scope="module")
def domain():
    """The bundled domain, not asked anything: a lexicon remembers the stems of words that it met."""
    return Bot.load(cache=False)._domain


@pytest.fixture(scope="module")
def packed(domain):
    return cache.pack(domain)


@pytest.fixture
def unpacked(packed):
    return cache.unpack(packed)


def test_the_bundled_domain_survives_whole(domain, unpacked):
    for name in domain.__dataclass_fields__:
        assert getattr(unpacked, name) == getattr(domain, name), name
    assert type(unpacked.lexicon.exact) is dict


def test_answers_are_the_same(plain, unpacked):
    bot = Bot(unpacked)
    for question in QUESTIONS:
        assert bot.ask(question) == plain.ask(question)


def test_a_question_unpacks_little(unpacked):
    Bot(unpacked).ask(QUESTIONS[0])
    assert 0 < len(dict.keys(unpacked.lexicon.exact)) < 1000
    assert unpacked.lexicon.exact._shards._count < 30


def test_after_many_questions_the_tables_are_plain(domain, unpacked):
    for phrase, entry in domain.lexicon.exact.items():
        assert unpacked.lexicon.exact.get(phrase) == entry
    assert all(type(getattr(unpacked.lexicon, name)) is dict for name in cache.TABLES)


@pytest.mark.parametrize("table", [*cache.TABLES, *cache.WHOLE])
@pytest.mark.parametrize(
    "look",
    [len, sorted, dict, repr, lambda t: dict(t.items()), lambda t: sorted(t.keys()), lambda t: len(t.values()),
     lambda t: {**t}, lambda t: t.copy(), lambda t: [k in t for k in ("live", "where", "no such", "xyzzy", 7)],
     lambda t: [t.get(k) for k in ("live", "where", "wher", "no such", "xyzzy")], lambda t: t.get("xyzzy", 1),
     lambda t: t.setdefault("xyzzy", 1), lambda t: pickle.loads(pickle.dumps(t)), lambda t: next(iter(t), "") in t],
)  # fmt: skip
def test_a_table_behaves_as_if_all_were_there(zoo, table, look):
    domain = loading.load_domain(*zoo)
    expected, found = getattr(domain.lexicon, table), getattr(cache.unpack(cache.pack(domain)).lexicon, table)
    if look is repr:
        assert len(look(found)) == len(look(expected))
    else:
        assert look(found) == look(expected)


def test_a_missing_key_is_a_key_error(unpacked):
    assert unpacked.lexicon.exact["embassy"]
    with pytest.raises(KeyError, match="xyzzy"):
        unpacked.lexicon.exact["xyzzy"]


def test_a_bot_from_the_cache_can_be_pickled(plain, unpacked):
    bot = pickle.loads(pickle.dumps(Bot(unpacked)))
    assert type(bot._domain.lexicon.exact) is dict
    assert bot.ask(QUESTIONS[0]) == plain.ask(QUESTIONS[0])


def test_threads_may_share_a_bot_from_the_cache(domain, unpacked):
    lexicon, original = unpacked.lexicon, domain.lexicon
    phrases = list(original.exact)
    wrong = []

    def look(start):
        found = (phrase for phrase in phrases[start:] + phrases[:start] if lexicon.exact.get(phrase) is None)
        wrong.extend(found)

    threads = [threading.Thread(target=look, args=(start,)) for start in range(0, len(phrases), len(phrases) // 8)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []
    assert lexicon.exact == original.exact


# Whole processes


ASK = """
import json, sys
from bot import Bot
bot = Bot.load()
json.dump([bot.ask(question).record() for question in sys.argv[1:]], sys.stdout)
"""


def test_first_runs_at_once_agree_and_leave_one_entry(plain, cache_home):
    running = [
        subprocess.Popen([sys.executable, "-c", ASK, *QUESTIONS], stdout=subprocess.PIPE, cwd=bundled("intents").parent)
        for _ in range(4)
    ]
    answers = [json.loads(process.communicate(timeout=120)[0]) for process in running]
    expected = json.loads(json.dumps([plain.ask(question).record() for question in QUESTIONS]))
    assert answers == [expected] * 4
    assert len(entries(cache_home, ".domain")) == 1
    assert entries(cache_home, ".tmp") == []


def test_a_start_from_the_cache_imports_nothing_heavy():
    Bot.load()
    heavy = ("yaml", "rapidfuzz", "snowballstemmer", "bot.source", "bot.loading", "prompt_toolkit", "pickle", "hashlib")
    program = f"{ASK}sys.exit(' '.join(name for name in {heavy} if name in sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-c", program, QUESTIONS[0]], capture_output=True, text=True, cwd=bundled("intents").parent,
        env={**os.environ, "PYTHONPATH": str(bundled("intents").parent)}, timeout=120, check=False,
    )  # fmt: skip
    assert ran.stderr.strip() in ("", "hashlib"), "hashlib alone, and only while the files are new"
    assert json.loads(ran.stdout)[0]["values"] == [1926]


def test_a_stem_costs_no_other_language():
    program = (
        "import sys\n"
        "from bot.language import _stem\n"
        "stems = [_stem(word) for word in ('exports', 'visiting', 'relations')]\n"
        "print(*stems, 'snowballstemmer' in sys.modules)\n"
        "from snowballstemmer import stemmer\n"
        "print(*stemmer('english').stemWords(('exports', 'visiting', 'relations')), False)\n"
    )
    root = bundled("intents").parent
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=root, timeout=60, check=True
    )
    light, whole = ran.stdout.splitlines()
    assert light == whole == "export visit relat False"
