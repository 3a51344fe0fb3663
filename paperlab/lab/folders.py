"""Implementation folders: the lab's own first, then the shelf that ships with paperlab."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.made import CARD, cards

if TYPE_CHECKING:
    from paperlab.records.card import Card


@dataclass(frozen=True, slots=True)
class Folder:
    """An implementation folder and its card."""

    path: Path
    card: Card
    shipped: bool
    """True on the shelf, which is read-only."""


def shelf() -> Path:
    """Give the folder of implementations that ships with paperlab: in the wheel, else in the checkout."""
    package = Path(__file__).parents[1]
    inside = package / "shelf"
    return inside if inside.is_dir() else package.parent / "implementations"


def read_card(folder: Path) -> Card:
    """Read paper.toml of a folder.

    Raises:
        UsageError: the file is no TOML, or holds what a card does not, or is a copy that kept its neighbour's slug, or
            the folder is called as a verb of `paperlab bench`.
    """
    from paperlab.records.card import VERBS, card_from_toml

    path = folder / CARD
    if folder.name in VERBS:
        raise UsageError(
            f"{path}: expected a folder that can be named, got {folder.name!r}, a verb of `paperlab bench`; rename it"
        )
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: expected a readable TOML card, got: {error}") from error
    card = card_from_toml(data, where=str(path))
    if card.slug != folder.name and card.slug in {beside.name for beside in cards(folder.parent)}:
        # Both would be judged and published under one name.
        raise UsageError(f'{path}: {card.slug!r} is the folder beside it; write slug = "{folder.name}"')
    return card


def folders(root: Path | None, talk: Callable[[str], None] | None = None) -> tuple[Folder, ...]:
    """Give every implementation, the lab's own first and hiding a shipped one of the same slug.

    Args:
        root: of the lab; None means the shelf alone.
        talk: hears of a card that cannot be read, which then costs its own folder alone.

    Raises:
        UsageError: a card cannot be read, and nobody was named to hear of it.
    """
    found: dict[str, Folder | None] = {}
    for path, shipped in _paths(root):
        if path.name not in found:
            found[path.name] = _read(path, shipped, talk)
    return tuple(one for one in found.values() if one)


def _read(path: Path, shipped: bool, talk: Callable[[str], None] | None) -> Folder | None:
    try:
        return Folder(path, read_card(path), shipped)
    except UsageError as error:
        if talk is None:
            raise
        talk(f"paperlab: {error.message}; {path.name} is left out")
        return None


def own(root: Path, talk: Callable[[str], None] | None = None) -> tuple[Folder, ...]:
    """Give the lab's own implementations; `talk` as for `folders`."""
    return tuple(f for f in folders(root, talk) if not f.shipped)


def folder(root: Path | None, slug: str) -> Folder:
    """Give the implementation called `slug`, or else that of the paper whose id, link or DOI it is.

    Raises:
        NothingFound: there is none; names the nearest and the known ones.
    """
    for path, shipped in _paths(root):
        if path.name == slug:
            return Folder(path, read_card(path), shipped)
    if one := _of_paper(root, slug):
        return one
    known = slugs(root)
    near = difflib.get_close_matches(slug, known, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise NothingFound(f"no implementation called {slug!r}; {hint}known: {', '.join(known) or 'none yet'}")


def _of_paper(root: Path | None, text: str) -> Folder | None:
    from paperlab.records.ids import PaperId

    if (id := PaperId.maybe(text)) is None:
        return None
    return next((one for one in folders(root, lambda _: None) if id.base in (one.card.id, *one.card.also)), None)


def slugs(root: Path | None) -> list[str]:
    """Give the names of all implementations, in order; no card is read."""
    return sorted({path.name for path, _ in _paths(root)})


def _paths(root: Path | None) -> Iterator[tuple[Path, bool]]:
    mine = root / "implementations" if root else None
    for place, shipped in ((mine, False), (shelf(), True)):
        if place:
            yield from ((path, shipped) for path in cards(place))
