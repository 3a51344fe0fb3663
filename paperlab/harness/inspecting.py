"""The source of what was written in a notebook: one hash over the code that functions are made of and reach.

A module that lies in a file counts with the whole of it; what a notebook's cells define counts piece by piece, by name,
with the globals, closures and defaults that it uses, numbers and tensors among them. Of what is installed, a package
that uses paperlab counts with all of its files; others do not count.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import pickle
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType

import torch

from paperlab.harness.units import source_hash

_INSTALLED = tuple(Path(path).resolve() for path in (sysconfig.get_path("stdlib"), Path(__file__).parents[1]))
_SITES = ("site-packages", "dist-packages")


def code_hash(*roots: object) -> str:
    """Give the sha256 of the source of functions, of records and tables that hold some, and of all that they use."""
    walk = _Walk()
    for root in roots:
        walk.visit(root)
    return hashlib.sha256("\0".join(walk.parts).encode("utf-8", "surrogatepass")).hexdigest()


class _Walk:
    """What was met so far, in the order of the first meeting; what comes again is told by its number."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._met: dict[int, tuple[int, object]] = {}

    def visit(self, thing: object) -> None:
        """Add a thing and all that it uses."""
        if id(thing) in self._met:
            self.parts.append(f"again {self._met[id(thing)][0]}")
            return
        text, uses = _told(thing)
        if uses or callable(thing):
            self._met[id(thing)] = len(self._met), thing  # held, so that no other thing gets its number
        self.parts.append(text)
        for used in uses:
            self.visit(used)


def _told(thing: object) -> tuple[str, list[object]]:
    """Give the text of a thing by itself, and what it uses."""
    if isinstance(thing, MethodType):
        return "method", [thing.__func__, thing.__self__]
    if isinstance(thing, partial):
        return "partial", [thing.func, thing.args, thing.keywords]
    if isinstance(thing, staticmethod | classmethod):
        return type(thing).__name__, [thing.__func__]
    if isinstance(thing, property):
        return "property", [thing.fget, thing.fset]
    if isinstance(thing, FunctionType):
        return _function(thing)
    if isinstance(thing, ModuleType):
        return _module(thing)
    return _class(thing) if isinstance(thing, type) else _value(thing)


def _function(f: FunctionType) -> tuple[str, list[object]]:
    home = _home(f.__module__)
    held = [*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values(), *_closed(f), getattr(f, "__wrapped__", None)]
    if home is None:
        reached = [f.__globals__[name] for name in sorted(_names(f.__code__)) if name in f.__globals__]
        return _text(f), [*reached, *held]
    return f"{f.__module__}.{f.__qualname__}", [*home, *held]


def _closed(f: FunctionType) -> list[object]:
    found = []
    for cell in f.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # a name that nothing was bound to yet
            found.append(None)
    return found


def _class(kind: type) -> tuple[str, list[object]]:
    home = _home(kind.__module__)
    if home is not None:
        return f"{kind.__module__}.{kind.__qualname__}", list(home)
    inside = [v for name, v in vars(kind).items() if name not in _OF_ANY_CLASS]
    return f"class {kind.__qualname__} {' '.join(vars(kind))}", [*kind.__bases__, *inside]


_OF_ANY_CLASS = (
    "__dict__",
    "__weakref__",
    "__module__",
    "__doc__",
    "__firstlineno__",
    "__static_attributes__",
    "__annotations__",
)


def _module(module: ModuleType) -> tuple[str, list[object]]:
    """Give the text of a module's file, and the other modules that it uses, be it by a name of theirs."""
    path = Path(module.__file__ or "") if getattr(module, "__file__", None) else None
    if path is None or _is_installed(path) or not path.is_file():
        return f"module {module.__name__}{_offered(module)}", []
    names = {getattr(v, "__module__", None) for v in vars(module).values() if issubclass(type(v), type | FunctionType)}
    used = [v for v in vars(module).values() if issubclass(type(v), ModuleType)]
    used += [sys.modules[name] for name in sorted(filter(None, names)) if name in sys.modules and name != "__main__"]
    return path.read_text(encoding="utf-8", errors="replace"), [*used]


def _value(thing: object) -> tuple[str, list[object]]:
    if dataclasses.is_dataclass(thing):
        fields = dataclasses.fields(thing)
        return f"{type(thing).__qualname__} {' '.join(f.name for f in fields)}", [
            getattr(thing, f.name) for f in fields
        ]
    if isinstance(thing, Mapping):
        return f"mapping {' '.join(map(repr, thing))}", list(thing.values())
    if isinstance(thing, list | tuple):
        return f"{type(thing).__name__} of {len(thing)}", list(thing)
    if thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
        return repr(thing), []
    return _content(thing), [type(thing)]


def _content(thing: object) -> str:
    """Give what a tensor, a network or a table holds; of what cannot be written down, its type."""
    try:
        if isinstance(thing, torch.nn.Module):
            return f"{thing} {[_content(value) for value in thing.state_dict().values()]}"
        if isinstance(thing, torch.Tensor):
            held = thing.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
            return f"{thing.dtype} {[*thing.shape]} {hashlib.sha256(held).hexdigest()}"
        return hashlib.sha256(pickle.dumps(thing)).hexdigest()
    except Exception:  # noqa: BLE001 -- whatever cannot be pickled raises what it likes
        return f"{type(thing).__module__}.{type(thing).__qualname__}"


def _home(name: str | None) -> list[object] | None:
    """Give what stands for code of a module: itself, or nothing where it is installed and does not use paperlab.

    None for a notebook's cells, and for what was made without a file.
    """
    module = sys.modules.get(name or "")
    if name == "__main__" or module is None:
        return None
    path = getattr(module, "__file__", None)
    if path is None or _is_installed(Path(path)):
        return [module] if _uses_paperlab(_top(module), len(sys.modules)) else []
    return [module]


def _top(module: ModuleType) -> str:
    return module.__name__.partition(".")[0]


@lru_cache
def _uses_paperlab(top: str, _loaded: int) -> bool:
    """Tell whether what is loaded of an installed package names something of paperlab's; anew once more is loaded."""
    inside = [m for name, m in sys.modules.items() if name.partition(".")[0] == top]
    foreign = top not in ("paperlab", "__main__")
    return foreign and any(_of_paperlab(v) for m in inside for v in [*getattr(m, "__dict__", {}).values()])


def _of_paperlab(thing: object) -> bool:
    kind = type(thing)
    named = thing.__module__ if issubclass(kind, type | FunctionType) else kind.__module__
    return str(named).partition(".")[0] == "paperlab"


def _offered(module: ModuleType) -> str:
    """Give the sha256 of the files of an installed package that uses paperlab; of others nothing."""
    if not _uses_paperlab(_top(module), len(sys.modules)):
        return ""
    top = sys.modules.get(_top(module), module)
    if hasattr(top, "__path__"):
        return " ".join(["", *(source_hash(Path(folder)) for folder in top.__path__)])
    path = Path(getattr(top, "__file__", None) or "")
    return f" {hashlib.sha256(path.read_bytes()).hexdigest()}" if path.is_file() else ""


def _is_installed(path: Path) -> bool:
    whole = path.resolve()
    return any(part in _SITES for part in whole.parts) or any(whole.is_relative_to(place) for place in _INSTALLED)


def _names(code: CodeType) -> set[str]:
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return {*code.co_names}.union(*map(_names, inner))


def _text(f: FunctionType) -> str:
    """Give a function's source, or where no line of it is kept its compiled code."""
    try:
        return inspect.getsource(f)
    except (OSError, TypeError, SyntaxError, IndexError):
        return "\n".join(_compiled(f.__code__))


def _compiled(code: CodeType) -> Iterator[str]:
    yield f"{code.co_code.hex()} {code.co_names} {code.co_varnames}"
    for const in code.co_consts:
        yield from _compiled(const) if isinstance(const, CodeType) else (repr(const),)
