"""
A loaded domain kept on disk, so that a cold start parses no YAML.

Two kinds of file lie in the user's cache folder. `<key>.domain` holds a loaded domain; its key is a hash of
every byte that it was made from: the YAML, the language data, this package's own code, the stemmer's, and the
version of Python. `<place>.index` says which key the files of one place had when their `os.stat` was such and
such, so that most starts need not read them: it is the fast path, with the contents behind it. Like git, we do
not trust the times of a file that changed within the last seconds, as it may change again within one tick
of the clock; such files are read.

Only what is needed of a domain is unpacked. The lexicon, by far its largest part, is cut into shards by the
first letters of a phrase, and a question unpacks those of its own words. When questions have touched many
of them, all are unpacked into plain dicts and the shards forgotten.

Whatever is wrong with the cache, the domain is loaded from its files, as if there were none: a folder that
cannot be written, a file that is cut short, belongs to somebody else or could have been written by them. Files
come into being whole, under another name first, so that any number of processes may start at once.

`CITEBOT_CACHE=0` in the environment switches it off.
"""

from __future__ import annotations

import gc
import marshal
import os
import stat
import sys
import time
from _thread import RLock  # threading takes longer to import
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bot import __version__
from bot.paths import cache_path

if TYPE_CHECKING:
    from bot.domain import Domain
    from bot.language import Lexicon
    from bot.large import Progress
    from bot.places import Place

MAGIC = b"citebot cache 2\n"
"""Begins every file; the number changes with the layout of what follows."""
SHARDS = 1024
"""Some 25 phrases of the bundled data each: small enough to unpack in microseconds."""
UNPACK_ALL = 200
"""Shards in use from which on the rest is unpacked too: several questions were asked, more will be."""
KEPT_DOMAINS = 8
KEPT_INDEXES = 64
KEPT_STORES = 3
"""Compiled knowledge may take hundreds of megabytes."""
SETTLED = 2.0
"""Seconds after which a file that changes is sure to get another time: FAT counts in twos."""
ABANDONED = 3600.0
"""Seconds after which an unfinished file belongs to a process that was killed."""

TABLES = ("exact", "stemmed", "longest", "longest_stemmed", "begins", "begins_stemmed", "stems", "spellings")
"""The dicts of a Lexicon that are cut into shards, by how their keys begin."""
WHOLE = ("words",)
"""Those that are unpacked in one piece, when first used."""

_LANGUAGE_FILES = (".yaml", ".yml", ".txt", ".csv", ".tsv", ".tab")
_ABSENT: Any = object()

Path = str | os.PathLike[str]
"""A folder or a single file; text on the fast path, which has no time to import pathlib."""
Signature = tuple[Any, ...]
Source = tuple[str, str, tuple[int, ...]]
"""A file's name below its folder, its path, and what `os.stat` says of it."""


def load_domain(
    intents: Place | None,
    knowledge: Place,
    language: Path,
    tables: Place | None = None,
    *,
    may_skip: bool = False,
    cache: bool = True,
    store: bool | None = None,
    progress: Progress | None = None,
) -> Domain:
    """
    As `bot.loading.load_domain`, from the cache when none of the files has changed.

    Without *cache* always anew, and so is what lies in no folder of the system's: resources in an archive, and dicts.

    Knowledge goes into a file of its own beside the domain, where *store* or its size says so. Raises what that does;
    a domain that cannot be loaded is not remembered.
    """
    places = (intents, knowledge, language, tables)
    how = (store, may_skip, intents is None)

    def load(folder: str | None) -> Domain:
        return _load(places, may_skip, store, folder, progress)

    folder = _folder() if cache else None
    given = _paths(places)
    if folder is None or given is None:
        return load(None)
    signature = _signature(given, how)
    index = os.path.join(folder, f"{crc32(marshal.dumps(signature[:2])):08x}.index")
    remembered = _read_index(index)
    outside = _again(remembered[2]) if remembered is not None else ()
    if remembered is not None and remembered[0] == signature and remembered[2] == outside:
        key: str | None = remembered[1]
    else:
        key = _content_key(signature, outside)
        if key is not None and _is_settled(signature, outside):
            _write(folder, index, marshal.dumps((signature, key, outside)))
    if key is None:
        return load(None)
    domain = _read_domain(os.path.join(folder, f"{key}.domain"))
    if domain is not None:
        return domain
    with _Alone(os.path.join(folder, f"{key}.lock")):
        domain = _read_domain(os.path.join(folder, f"{key}.domain"))  # another process may have made it meanwhile
        if domain is None:
            before = time.time_ns()
            domain = load(folder)
            is_same = _content_key(_signature(given, how), _again(outside)) == key  # else who knows which was loaded
            outside = _outside(domain.tables, signature)
            if is_same and all(max(numbers[1:3], default=before) < before for _, _, numbers in outside):
                key = _content_key(signature, outside)
                known = signature if _is_settled(signature, outside) else None
                if known is not None or outside:  # which tables lie outside has to be known before the next load
                    _write(folder, index, marshal.dumps((known, key, outside)))
                domain = _store(folder, os.path.join(folder, f"{key}.domain"), domain)
    return domain


def _paths(places: Iterable[Place | None]) -> tuple[str, ...] | None:
    """*places* as text, as far as there are some; None when one of them is no path."""
    paths = []
    for place in places:
        if isinstance(place, (str, os.PathLike)):
            paths.append(os.fspath(place))
        elif place is not None:
            return None
    return tuple(paths)


def _load(
    places: tuple[Place | None, Place, Path, Place | None],
    may_skip: bool,
    store: bool | None,
    folder: str | None,
    progress: Progress | None,
) -> Domain:
    import pathlib

    from bot.large import Storing
    from bot.loading import load_domain

    intents, knowledge, language, tables = places
    storing = Storing(store, folder, progress)
    return load_domain(intents, knowledge, pathlib.Path(language), tables, storing, may_skip=may_skip)


class _Alone:
    """While no other process does the same, as far as the system can tell: large knowledge is compiled once."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = -1

    def __enter__(self) -> None:
        try:
            import fcntl

            self._lock = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        except (ImportError, OSError):
            pass  # a system without locks: then it is done twice

    def __exit__(self, *_: object) -> None:
        if self._lock >= 0:
            _remove(self._path)
            os.close(self._lock)


# What a domain is made from


def _signature(given: tuple[str, ...], how: tuple[object, ...] = ()) -> Signature:
    """What can be known of the sources without reading them. The first two parts say which place it is."""
    places = [*given, os.path.dirname(os.path.abspath(__file__))]
    sources = tuple(source for place in places for source in sorted(_sources(place)))
    version = f"{__version__} {how}"
    return (given, tuple(map(os.path.abspath, given)), version, sys.version, sources + _stemmer_sources())


def _outside(tables: tuple[str, ...], signature: Signature) -> tuple[Source, ...]:
    """The tables that lie at none of the places that are looked through anyway."""
    known = {os.path.realpath(path) for _, path, _ in signature[4]}
    return _again((table, table, ()) for table in tables if os.path.realpath(table) not in known)


def _again(sources: Iterable[Source]) -> tuple[Source, ...]:
    """*sources* with what `os.stat` says of them now."""
    found = []
    for name, path, _ in sources:
        try:
            found.append((name, path, _stat(os.stat(path))))
        except OSError:
            found.append((name, path, ()))
    return tuple(found)


def _sources(place: str) -> Iterator[Source]:
    """Every file at *place*, a folder or a single file, that may take part in a domain."""
    is_package = place == os.path.dirname(os.path.abspath(__file__))
    suffixes = (".py",) if is_package else _LANGUAGE_FILES
    folders = [place]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if not is_package:
                            folders.append(entry.path)
                    elif entry.name.endswith(suffixes):
                        yield entry.path[len(place) :], entry.path, _stat(entry.stat())
        except NotADirectoryError:
            yield "", place, _stat(os.stat(place))
        except OSError:
            continue  # loading says what is wrong with it


def _stemmer_sources() -> tuple[Source, ...]:
    """Another stemmer makes another lexicon of the same words."""
    from importlib.machinery import PathFinder

    spec = PathFinder.find_spec("snowballstemmer")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = os.path.join(folder, "english_stemmer.py")
        try:
            return (("english_stemmer.py", path, _stat(os.stat(path))),)
        except OSError:
            continue
    return ()


def _stat(result: os.stat_result) -> tuple[int, ...]:
    return result.st_size, result.st_mtime_ns, result.st_ctime_ns, result.st_ino, result.st_dev


def _is_settled(signature: Signature, outside: tuple[Source, ...] = ()) -> bool:
    """Whether no file changed so lately that its next change could leave the same times."""
    newest = max((max(numbers[1:3], default=0) for _, _, numbers in (*signature[4], *outside)), default=0)
    return newest < (time.time() - SETTLED) * 1e9


def _content_key(signature: Signature, outside: tuple[Source, ...] = ()) -> str | None:
    """A hash of all that a domain is made from; None when a file cannot be read."""
    from hashlib import blake2b

    given, _, version, python, sources = signature
    total = blake2b(repr((MAGIC, given, version, python, SHARDS)).encode("utf-8", "surrogateescape"), digest_size=16)
    try:
        for name, path, _ in (*sources, *outside):
            with open(path, "rb") as file:
                content = file.read()
            total.update(repr((name, len(content))).encode("utf-8", "surrogateescape"))
            total.update(content)
    except OSError:
        return None
    return total.hexdigest()


# Files


def _folder() -> str | None:
    """The folder to keep domains in, made where there is none; None when there is no place that is ours alone."""
    if os.environ.get("CITEBOT_CACHE", "").strip().lower() in ("0", "no", "off", "false"):
        return None
    folder = os.path.join(cache_path(), "domains")
    try:
        try:
            found = os.stat(folder)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(folder), mode=0o700, exist_ok=True)
            os.mkdir(folder, 0o700)
            found = os.stat(folder)
    except FileExistsError:
        return folder if _is_ours(os.stat(folder)) else None  # another process was as fast
    except (OSError, ValueError):
        return None
    return folder if stat.S_ISDIR(found.st_mode) and _is_ours(found) else None


def _is_ours(found: os.stat_result) -> bool:
    """Whether nobody but this user can have written it."""
    if sys.platform == "win32":
        return True  # profiles are private there, and modes say nothing
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _read(path: str) -> bytes | None:
    """What was written to *path*; None when it is not there, not ours or not whole."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb", buffering=0) as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                return None
            content = file.readall()
    except OSError:
        return None
    start = len(MAGIC) + 4
    body = content[start:]
    checksum = int.from_bytes(content[len(MAGIC) : start], "little")
    return body if content.startswith(MAGIC) and crc32(body) == checksum and body else None


def _write(folder: str, path: str, body: bytes) -> bool:
    """Put *body* at *path*, whole or not at all; whether it went well."""
    temporary = f"{path}.{os.getpid()}-{time.monotonic_ns()}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, 0o600), "wb") as file:
            file.write(MAGIC + crc32(body).to_bytes(4, "little") + body)
        os.replace(temporary, path)
    except OSError:
        _remove(temporary)
        return False
    _prune(folder)
    return True


def _prune(folder: str) -> None:
    """Remove all but the newest files, and what killed processes left."""
    found: list[tuple[float, str]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found.append((entry.stat(follow_symlinks=False).st_mtime, entry.path))
                except OSError:
                    continue  # another process was faster
    except OSError:
        return
    found.sort(reverse=True)
    for suffix, kept in ((".domain", KEPT_DOMAINS), (".index", KEPT_INDEXES), (".knowledge", KEPT_STORES)):
        for _, path in [pair for pair in found if pair[1].endswith(suffix)][kept:]:
            _remove(path)
    for changed, path in found:
        if path.endswith(".tmp") and changed < time.time() - ABANDONED:
            _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass  # gone already, or open in another process on Windows: pruned another time


def _read_index(path: str) -> tuple[Signature, str, tuple[Source, ...]] | None:
    body = _read(path)
    if body is None:
        return None
    try:
        signature, key, outside = marshal.loads(body)  # noqa: S302 - ours alone, and whole
    except (EOFError, ValueError, TypeError):
        return None
    return (signature, key, outside) if isinstance(key, str) and key.isalnum() else None


# Packing and unpacking


def _store(folder: str, file: str, domain: Domain) -> Domain:
    """Keep *domain*; what is to be used, which holds no more than it needs if its knowledge is large."""
    try:
        body = pack(domain)
    except Exception:  # whatever cannot be packed can still be used
        return domain
    if not _write(folder, file, body) or domain.names is None:
        return domain
    kept = _read_domain(file)
    if kept is None:
        return domain
    domain.names.store.keep()
    return kept


def _read_domain(file: str) -> Domain | None:
    body = _read(file)
    if body is None:
        return None
    try:
        return unpack(body)
    except Exception:  # written by other code than this, whatever its key says: make it again
        return None


def pack(domain: Domain) -> bytes:
    """*domain* as bytes, its lexicon cut into shards."""
    import dataclasses
    import io
    import pickle

    lexicon = domain.lexicon
    tables = {id(getattr(lexicon, name)): name for name in (*TABLES, *WHOLE)}

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> str | None:
            return tables.get(id(obj))

        def reducer_override(self, obj: Any) -> Any:
            # A frozen dataclass with slots restores itself field by field; to make it anew is faster.
            own = hasattr(obj, "__post_init__") or "__reduce__" in type(obj).__dict__
            if dataclasses.is_dataclass(obj) and not isinstance(obj, type) and not own:
                fields = dataclasses.fields(obj)
                if all(field.init and not field.kw_only for field in fields):
                    return type(obj), tuple(getattr(obj, field.name) for field in fields)
            return NotImplemented

    rest = io.BytesIO()
    Pickler(rest, 5).dump(domain)
    shards: list[tuple[dict[str, Any], ...]] = [tuple({} for _ in TABLES) for _ in range(SHARDS)]
    shared: dict[Any, Any] = {}
    for place, name in enumerate(TABLES):
        for key, value in getattr(lexicon, name).items():
            shards[_shard(key)][place][_share(key, shared)] = _share(value, shared)
    whole = tuple(marshal.dumps(dict(getattr(lexicon, name))) for name in WHOLE)
    return marshal.dumps((rest.getvalue(), whole, tuple(_pack_shard(shard) for shard in shards)))


def unpack(body: bytes) -> Domain:
    """The domain that `pack` made *body* of."""
    try:
        from _pickle import Unpickler  # the C half alone: the module around it takes longer to import than this
    except ImportError:
        from pickle import Unpickler
    from io import BytesIO

    rest, whole, packed = marshal.loads(body)  # noqa: S302 - ours alone, and whole
    shards = Shards(packed)
    tables: dict[str, Any] = {name: Table(shards) for name in TABLES}
    tables.update((name, Whole(content)) for name, content in zip(WHOLE, whole, strict=True))

    class Reader(Unpickler):
        def persistent_load(self, name: str) -> Any:
            return tables[name]

        def find_class(self, module: str, name: str) -> Any:
            found = super().find_class(module, name)
            if not module.startswith("bot.") or not isinstance(found, type):
                raise ValueError(f"{module}.{name} has no place in a domain")
            return found

    collects = gc.isenabled()
    gc.disable()  # thousands of objects come, and none goes
    try:
        domain: Domain = Reader(BytesIO(rest)).load()
    finally:
        if collects:
            gc.enable()
    shards.serve(domain.lexicon, tables)
    return domain


def _share(value: Any, shared: dict[Any, Any]) -> Any:
    """*value*, or what is equal to it in *shared*, so that it is packed and unpacked once in each shard."""
    if isinstance(value, dict):
        value = {_share(key, shared): _share(part, shared) for key, part in value.items()}
        name: Any = (dict, tuple((key, type(part), id(part)) for key, part in value.items()))
    elif isinstance(value, (frozenset, tuple)):
        value = type(value)(_share(part, shared) for part in value)
        name = (type(value), frozenset(map(id, value)) if isinstance(value, frozenset) else tuple(map(id, value)))
    elif isinstance(value, (set, list)):
        return type(value)(_share(part, shared) for part in value)
    else:
        name = (type(value), value)
    return shared.setdefault(name, value)


def _pack_shard(tables: tuple[dict[str, Any], ...]) -> bytes:
    return marshal.dumps(tables) if any(tables) else b""


def _shard(key: str) -> int:
    """Words that begin alike are together: most inflections with their stem."""
    return crc32(key[:4].partition(" ")[0].encode("utf-8", "surrogatepass")) % SHARDS


class Shards:
    """The packed parts of a lexicon's tables, unpacked into them as they are needed, by any number of threads."""

    def __init__(self, packed: tuple[bytes, ...]) -> None:
        self._packed = packed
        self._unpacked = bytearray(SHARDS)
        """1 for each shard whose contents are all in the tables."""
        self._count = 0
        self._tables: tuple[dict[str, Any], ...] = ()
        self._lexicon: Lexicon | None = None
        self._lock = RLock()
        self._process = os.getpid()

    def serve(self, lexicon: Lexicon, tables: dict[str, dict[str, Any]]) -> None:
        self._lexicon = lexicon
        self._tables = tuple(tables[name] for name in TABLES)

    def fetch(self, key: str) -> None:
        """Unpack the shard that *key* belongs to, if that was not done before."""
        number = _shard(key)
        if self._unpacked[number]:
            return
        self._begin_again_after_fork()
        with self._lock:
            self._unpack(number)
            self._count += 1
            if self._count >= UNPACK_ALL:
                self.fetch_all()

    def _begin_again_after_fork(self) -> None:
        """A lock that another thread held at a fork is never released there; what that thread did can be redone."""
        if self._process != os.getpid():
            self._lock, self._process = RLock(), os.getpid()

    def fetch_all(self) -> None:
        """Unpack everything, and give the lexicon plain dicts, which are faster."""
        self._begin_again_after_fork()
        with self._lock:
            if self._lexicon is None:
                return
            for number in range(SHARDS):
                self._unpack(number)
            for name, table in zip(TABLES, self._tables, strict=True):
                setattr(self._lexicon, name, dict(dict.items(table)))
            self._lexicon, self._packed = None, ()

    def _unpack(self, number: int) -> None:
        if self._unpacked[number]:
            return
        if self._packed[number]:
            parts = marshal.loads(self._packed[number])  # noqa: S302 - as above
            for table, part in zip(self._tables, parts, strict=True):
                dict.update(table, part)
        self._unpacked[number] = 1


class Table(dict[str, Any]):
    """A dict of which each part is unpacked when it is first asked for. Behaves as if all of it were there."""

    __slots__ = ("_shards",)

    def __init__(self, shards: Shards) -> None:
        super().__init__()
        self._shards = shards

    def get(self, key: str, default: Any = None) -> Any:
        value = dict.get(self, key, _ABSENT)
        if value is not _ABSENT:
            return value
        self._shards.fetch(key)
        return dict.get(self, key, default)

    def __missing__(self, key: str) -> Any:
        value = self.get(key, _ABSENT)
        if value is _ABSENT:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or (isinstance(key, str) and self.get(key, _ABSENT) is not _ABSENT)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._shards.fetch(key)
        return super().setdefault(key, default)

    def __iter__(self) -> Iterator[str]:
        self._all()
        return super().__iter__()

    def __len__(self) -> int:
        self._all()
        return super().__len__()

    def __eq__(self, other: object) -> bool:
        self._all()
        return isinstance(other, dict) and dict(dict.items(self)) == dict(other.items())

    __hash__ = None

    def __repr__(self) -> str:
        self._all()
        return super().__repr__()

    def __reduce_ex__(self, protocol: Any) -> Any:
        return dict, (self.copy(),)

    def keys(self) -> Any:
        self._all()
        return super().keys()

    def items(self) -> Any:
        self._all()
        return super().items()

    def values(self) -> Any:
        self._all()
        return super().values()

    def copy(self) -> dict[str, Any]:
        self._all()
        return dict(dict.items(self))

    def _all(self) -> None:
        self._shards.fetch_all()


class Whole(Table):
    """The same for a table that is used as a whole or not at all."""

    __slots__ = ("_packed",)

    def __init__(self, packed: bytes) -> None:
        dict.__init__(self)
        self._packed = packed

    def get(self, key: str, default: Any = None) -> Any:
        self._all()
        return dict.get(self, key, default)

    def setdefault(self, key: str, default: Any = None) -> Any:
        self._all()
        return dict.setdefault(self, key, default)

    def _all(self) -> None:
        packed = self._packed
        if packed:
            dict.update(self, marshal.loads(packed))  # noqa: S302 - as above
            self._packed = b""
