"""Units of work and their content keys: equal keys ask for equal work, so a finished one is never run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from paperlab.harness.scales import factor
from paperlab.records.card import Claim

SHARED = ""
"""Source hash of what belongs to a case alone: its ladder and the arms that it brings."""

DATA = "data"
"""Folder beside the code, of an implementation or of a lab's cases, whose files count as the code does."""

CHECK_SEEDS = (0, 1)
"""Each check is asked twice, on other inputs."""

AGAIN = "after it was timed"
"""Note of a timing after which the checks did not hold on fresh inputs: the check that `evidence.gated` makes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One piece of work for one process; travels as JSON."""

    kind: str
    """describe | cases | check | mutant | quality | ladder | speed | cost."""
    folder: str
    """Not part of the key: the same source at another place is the same work."""
    slug: str
    source_hash: str
    case: str = ""
    case_version: int = 0
    arm: str = "ours"
    seed: int = 0
    budget: str = "small"
    device: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    compile: bool = False
    """Whether torch.compile goes over both sides of a timing first."""
    gate: int = 0
    """Version of what holds a timing in another dtype, or compiled; the plain one has its checks, and 0."""
    method: int = 0
    """Version of the way in which a timing is taken; 0 where nothing is timed."""
    cases: str = ""
    """The lab's folder of cases. Not part of the key."""
    case_source: str = ""
    """sha256 of the code of a case of the lab or of a package; empty for the others, whose version or folder says all."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the row says besides: metric, unit, direction, limit, equation. Not part of the key."""

    @property
    def key(self) -> str:
        """sha256 of what is asked."""
        asked = {k: v for k, v in asdict(self).items() if k not in ("folder", "facts", "cases")}
        for later in ("compile", "case_source", "gate", "method"):
            if not asked[later]:
                del asked[later]  # rows that were measured before there was a choice keep their keys
        return _sha(asked)

    def to_json(self) -> str:
        """Give the text that a child process reads."""
        return json.dumps(asdict(self), sort_keys=True)

    @staticmethod
    def from_json(text: str) -> Unit:
        """Read what `to_json` gave."""
        return Unit(**json.loads(text))


def timed_budget(budget: str, seconds: float | None) -> str:
    """Name the budget of a bench whose arms train for equal seconds; what is asked is another question.

    >>> timed_budget("small", 2.0), timed_budget("small", None)
    ('small, 2 s', 'small')
    """
    return budget if seconds is None else f"{budget}, {seconds:g} s"


def seconds_of(budget: str) -> tuple[str, float | None]:
    """Give the plain budget, and the seconds that each arm trained for where they were equal.

    >>> seconds_of("small, 2 s"), seconds_of("small")
    (('small', 2.0), ('small', None))
    """
    plain, comma, seconds = budget.partition(", ")
    return plain, float(seconds.removesuffix(" s")) if comma else None


def data_hash(folder: Path) -> str:
    """Give sha256 over all files of a folder of data."""
    return _digest(folder, folder.rglob("*"))


def source_hash(folder: Path) -> str:
    """Give sha256 over the folder's Python files and what lies in its `data/`: names and contents.

    Line ends of code are made equal. Hidden folders and __pycache__ do not count; a link that leads out of the folder
    counts by its name alone.
    """
    return _digest(folder, {*folder.rglob("*.py"), *(folder / DATA).rglob("*")})


def _digest(folder: Path, found: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in found if p.is_file() and not any(map(_skipped, p.relative_to(folder).parts))):
        inside = path.resolve().is_relative_to(folder.resolve())
        text = _content(path) if inside else b""
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        digest.update(b"%d %d " % (len(name), len(text)) + name + text)
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """Give a text of code, or the sha256 of data, which may be large."""
    if path.suffix == ".py":
        return path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def claims_hash(claims: Iterable[Claim]) -> str:
    """Give sha256 over id, minimum effect and tolerance of each claim, in order of id."""
    return _sha(claims_stated(claims))


def claims_stated(claims: Iterable[Claim]) -> dict[str, list[float | None]]:
    """Give what was fixed before the run: id -> [minimum effect, tolerance]; what is stated in % as a fraction."""
    ordered = sorted(claims, key=lambda c: c.id)
    return {c.id: [_number(c.minimum_effect, c), _number(c.tolerance, c)] for c in ordered}


def _number(x: float | None, claim: Claim) -> float | None:
    # 1 and 1.0 in TOML state the same; 1 and 1 % do not.
    return None if x is None else float(x) * (factor("fraction", claim.unit) or 1.0)


def _skipped(part: str) -> bool:
    return part.startswith(".") or part == "__pycache__"


def _sha(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
