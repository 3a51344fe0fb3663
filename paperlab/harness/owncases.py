"""Cases of one's own: files of a lab's `cases/` folder, and entry points `paperlab.cases` of installed packages.

A file binds one or several Cases at its top level; an entry point names a Case, whose name it bears, or a module of
them. None of that code runs until a case is asked for by name or all of them are listed, and then in a child process
where it can be. What cannot be loaded costs itself alone; a name that is taken is refused, with both places.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Protocol

from paperlab.errors import UsageError
from paperlab.harness import cases
from paperlab.harness.api import Case
from paperlab.harness.units import DATA, data_hash, source_hash

GROUP = "paperlab.cases"
FOLDER, LIST = "cases", "reading_list.db"
"""A lab's folder of cases, and what lies beside it."""
OURS = "paperlab"
"""Place of the shared cases."""


@dataclass(frozen=True, slots=True)
class Own:
    """A case, where it stands, and the sha256 of what it is made of."""

    case: Case
    place: str
    """`cases/NAME.py`, or `package NAME VERSION (ENTRY = MODULE:CASE)`."""
    source: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at places gave."""

    found: tuple[Own, ...]
    problems: tuple[str, ...]
    """One line for each place that gave nothing, and each name that is taken; what to do about it."""


class Place(Protocol):
    """Where cases may lie."""

    @property
    def shown(self) -> str:
        """How a person finds it."""

    def may_hold(self, name: str) -> bool:
        """Tell, without running anything, whether a case of that name may lie here."""

    def load(self) -> tuple[list[Case], str]:
        """Run its code; give its cases and the sha256 of their source."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path

    @property
    def shown(self) -> str:
        return f"{FOLDER}/{self.path.name}"

    def may_hold(self, name: str) -> bool:
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return any(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text) for form in (name, name.replace("-", "_")))

    def load(self) -> tuple[list[Case], str]:
        return _bound(_alone(self.path)), case_hash(self.path)

    def names(self) -> set[str]:
        return {own.case.name for own in _loaded(self)[0]}


@dataclass(frozen=True, slots=True)
class _Offered:
    """What an installed package offers."""

    point: EntryPoint

    @property
    def shown(self) -> str:
        dist, offered = self.point.dist, f"{self.point.name} = {self.point.value}"
        return f"package {dist.name} {dist.version} ({offered})" if dist else f"package ({offered})"

    def may_hold(self, name: str) -> bool:
        return self.point.name == name or not self.point.attr

    def load(self) -> tuple[list[Case], str]:
        found = self.point.load()
        module = sys.modules[self.point.module]
        source = _package_hash(Path(module.__file__ or ""), packed=bool(module.__package__))
        if isinstance(found, ModuleType):
            return _bound(found), source
        if not isinstance(found, Case):
            raise UsageError(f"expected a Case or a module, got {type(found).__name__}")
        if found.name != self.point.name:
            raise UsageError(
                f"expected the entry point to be called {found.name!r} as its case is, got {self.point.name!r}"
            )
        return [found], source


def places(folder: str) -> list[Place]:
    """Give where cases of one's own lie; nothing is run.

    Args:
        folder: the lab's `cases/`, which need not be there; empty without a lab.
    """
    files = sorted(Path(folder).glob("*.py")) if folder else []
    points = sorted(set(entry_points(group=GROUP)), key=lambda point: (point.name, point.value))
    return [*(_File(path) for path in files if not path.name.startswith(("_", "."))), *map(_Offered, points)]


def nearest(start: Path) -> str:
    """Give the `cases/` of the lab that `start` lies in; empty where it lies in none."""
    for folder in (start, *start.parents):
        if (folder / LIST).is_file():
            return str(folder / FOLDER)
    return ""


def look(folder: str, name: str = "") -> Looked:
    """Load what the places hold, or with a name those that may hold it; two cases of one name are both left out."""
    tried = [_loaded(place) for place in places(folder) if not name or place.may_hold(name)]
    found = [own for loaded, _ in tried for own in loaded]
    taken = doubles((own.case.name, own.place) for own in found)
    problems = (*(problem for _, problem in tried if problem), *taken.values())
    return Looked(tuple(own for own in found if own.case.name not in taken), problems)


def at(folder: str, shown: str) -> tuple[list[Own], str]:
    """Load the place that is shown as `shown`; give its cases, or what is wrong with it."""
    return next((_loaded(place) for place in places(folder) if place.shown == shown), ([], ""))


def doubles(found: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give each name that two cases have, be one of them shared, with a line that says where they stand.

    Args:
        found: name and place of cases of one's own.
    """
    stand: dict[str, list[str]] = {shared: [OURS] for shared in cases.names()}
    for name, place in found:
        stand.setdefault(name, []).append(place)
    return {name: _taken(name, where) for name, where in stand.items() if len(where) > 1}


def _taken(name: str, where: Sequence[str]) -> str:
    return f"two cases are called {name!r}, in {' and in '.join(where)}: give yours another name"


def _loaded(place: Place) -> tuple[list[Own], str]:
    try:
        held, source = place.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever a stranger's code raises costs itself alone
        words = " ".join(getattr(error, "message", f"{type(error).__name__}: {error}").split())
        return [], f"{place.shown}: {words[:300]}; it is left out"
    return [Own(case, place.shown, source) for case in held], ""


def named(name: str, folder: str) -> Own:
    """Give the case of one's own that is called `name`.

    Raises:
        UsageError: there is none, or two; tells what could not be loaded.
    """
    # Where no place says that it may hold it, the name may be put together by a file's code.
    for asked in (name, ""):
        looked = look(folder, asked)
        if (found := next((own for own in looked.found if own.case.name == name), None)) is not None:
            return found
    known = ", ".join([*cases.names(), *(own.case.name for own in looked.found)])
    said = "".join(f"; {problem}" for problem in looked.problems)
    raise UsageError(f"expected a case, one of {known}; got {name!r}{said}")


def any_case(name: str, folder: str) -> tuple[Case, str, str]:
    """Give a case, its place, and its source: empty for a shared one, whose version says all.

    Raises:
        UsageError: there is no case of that name.
    """
    if name in cases.names():
        return cases.load(name), OURS, ""
    own = named(name, folder)
    return own.case, own.place, own.source


def doubled(name: str, folder: str) -> str:
    """Say so where a file of the lab gives a case the name of a shared one: whoever enters it may mean either.

    Only a file that seems to do so is run; what a package offers under such a name is left out without a word here.
    """
    declared = re.compile(rf"name\s*=\s*[\"']{re.escape(name)}[\"']|def {re.escape(name.replace('-', '_'))}\(")
    for path in sorted(Path(folder).glob("*.py")) if folder and name in cases.names() else ():
        place = _File(path)
        if declared.search(path.read_text(encoding="utf-8", errors="replace")) and name in place.names():
            return _taken(name, [OURS, place.shown])
    return ""


def case_hash(path: Path) -> str:
    """Give the sha256 of a case file of a lab, and of the `data/` beside it where there is one."""
    code, data = file_hash(path), path.parent / DATA
    return hashlib.sha256(f"{code} {data_hash(data)}".encode()).hexdigest() if data.is_dir() else code


def file_hash(path: Path) -> str:
    """Give the sha256 of a file's text, with line ends made equal."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def _package_hash(path: Path, *, packed: bool) -> str:
    """Give the sha256 of a module, and where it lies in a package of that package: its neighbours may help it."""
    if not path.is_file():
        return ""
    return source_hash(path.parent) if packed else file_hash(path)


def installed_hash(place: str) -> str:
    """Give the sha256 that an installed case of this place has now; empty where it cannot be found. Runs nothing.

    Args:
        place: as `Own.place` tells it.
    """
    named = re.search(r"= ([\w.]+)(:[\w.]+)?\)$", place)
    top, *rest = named[1].split(".") if named else [""]
    spec = find_spec(top) if top else None  # of a name without dots: nothing is imported
    found = _file_of(spec, rest) if spec else None
    return _package_hash(found, packed=bool(rest) or found.name == "__init__.py") if found else ""


def _file_of(spec: ModuleSpec, rest: Sequence[str]) -> Path | None:
    """Give the file of a module below another one, as Python would find it."""
    if not rest:
        return Path(spec.origin) if spec.origin else None
    inner = (Path(folder).joinpath(*rest) for folder in spec.submodule_search_locations or ())
    tried = (path for one in inner for path in (one / "__init__.py", one.with_name(f"{one.name}.py")))
    return next((path for path in tried if path.is_file()), None)


def _alone(path: Path) -> ModuleType:
    """Run a file of the folder.

    Raises:
        UsageError: it imports another file of the folder, whose changes no key would know.
    """
    before, told = (
        set(sys.modules),
        UsageError(
            "expected a file that stands by itself, got one that imports a neighbour; put both into one file, or into a package"
        ),
    )
    try:
        module = _run(path)
    except ImportError as error:
        if "relative import" in str(error) or (path.parent / f"{error.name}.py").is_file():
            raise told from error
        raise
    files = (getattr(sys.modules[name], "__file__", None) for name in {*sys.modules} - before - {module.__name__})
    if any(file and Path(file).resolve().parent == path.parent.resolve() for file in files):
        raise told
    return module


def _run(path: Path) -> ModuleType:
    name = f"paperlab_own_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageError("expected Python")
    module, quiet = module_from_spec(spec), sys.dont_write_bytecode
    sys.modules[name], sys.dont_write_bytecode = module, True  # a lab's folder stays clean
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.dont_write_bytecode = quiet
    return module


def _bound(module: ModuleType) -> list[Case]:
    """Give the cases that a module binds, each once; a shared one that it imported stays where it is."""
    found = list({id(one): one for one in _cases(module) if not _is_shared(one)}.values())
    if not found:
        raise UsageError("expected a Case at the top level, such as CASE = Case(...) or one made by @case(...)")
    return found


def _cases(module: ModuleType) -> Iterator[Case]:
    return (value for value in vars(module).values() if isinstance(value, Case))


def _is_shared(one: Case) -> bool:
    module = sys.modules.get(f"{cases.__name__}.{one.name.replace('-', '_')}")
    return getattr(module, "CASE", None) is one
