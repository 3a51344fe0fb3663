"""The shared cases: `<name>.toml` holds what a case is, `<name>.py` beside it how it runs.

The folder is the registry: a case is there when both files are. Asking what there is reads the TOML files alone;
torch starts with the first `load`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from paperlab.errors import UsageError
from paperlab.harness.api import Case, Metric
from paperlab.records.measurement import CaseInfo

_FOLDER = Path(__file__).parent


def info() -> tuple[CaseInfo, ...]:
    """Give what is known of each shared case, by name, without torch."""
    return tuple(_unready(name).info for name in names())


@cache
def names() -> tuple[str, ...]:
    """Give the names of the shared cases in alphabetical order."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def load(name: str) -> Case:
    """Give a shared case, ready to run.

    Raises:
        UsageError: no shared case is called that.
    """
    if name not in names():
        raise UsageError(f"expected a shared case, one of {', '.join(names())}; got {name!r}")
    case: Case = import_module(f"{__name__}.{name.replace('-', '_')}").CASE
    return case


def build(
    name: str,
    *,
    run: Callable[..., Any],
    ladder: Mapping[str, Callable[..., float]],
    arms: Mapping[str, Callable[..., Any]],
    by_hand: Callable[..., Any],
) -> Case:
    """Join what a case's TOML file says to the functions that run it; `arms` are those that it names."""
    return Case(**_facts(name) | {"arms": arms}, run=run, ladder=ladder, by_hand=by_hand)


def _unready(name: str) -> Case:
    return Case(**_facts(name), run=_nothing)


def _nothing(*_: Any) -> Any:
    raise NotImplementedError("this Case was made to be described, not run")


@cache
def _facts(name: str) -> dict[str, Any]:
    data = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    lists = {key: tuple(data.get(key, ())) for key in ("words", "preload")}
    arms = dict.fromkeys(data["arms"], _nothing)
    return {"name": name} | data | {"metric": Metric(**data["metric"]), "arms": arms} | lists
