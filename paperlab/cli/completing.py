"""What the shell offers where a verb takes a paper, a tag, a state, a feed or an implementation; loaded by the shell's question alone.

A fault of any kind offers nothing and says nothing: the person is in the middle of a line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from paperlab.lab import Lab

Offers = Iterable[tuple[str, str]]
"""A word that may stand there, and what is shown beside it."""
MOST = 100
_SHOWN = 60


def _papers(lab: Lab, begun: str) -> Offers:
    # A colon parts words in bash, so that an id with one would be put in wrongly.
    return ((id, title) for id, title in lab.beginning(begun, limit=MOST) if ":" not in id)


def _tags(lab: Lab, _begun: str) -> Offers:
    return ((tag, f"{count} papers") for tag, count in lab.tags())


def _states(_lab: Lab, _begun: str) -> Offers:
    from paperlab.records.queue import STATES

    return ((state, "") for state in STATES)


def _feeds(lab: Lab, _begun: str) -> Offers:
    return ((feed.name, feed.query if feed.query != feed.name else "") for feed in lab.feeds())


def _depths(_lab: Lab, _begun: str) -> Offers:
    return ((depth, "") for depth in ("skim", "read", "implement"))


def _slugs(lab: Lab, _begun: str) -> Offers:
    from paperlab.lab.folders import slugs

    return ((slug, "") for slug in slugs(lab.root))


KINDS: Mapping[str, Callable[[Lab, str], Offers]] = {
    "ID": _papers, "PARENT": _papers, "TAG": _tags, "STATE": _states, "STATES": _states, "NAME": _feeds,
    "DEPTH": _depths, "SLUG": _slugs,
}  # fmt: skip
"""The first word of a metavar -> what may stand there."""


class Offered(click.types.StringParamType):
    """Text, of which the lab knows what it may be; where it knows nothing, what another type offers."""

    def __init__(self, kind: str, other: click.ParamType) -> None:
        """Take a key of KINDS, and the type of before."""
        self.kind, self.other = kind, other

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Give what begins so."""
        kind, sign, begun = self.kind, "", incomplete
        if param.name == "words" and ctx.params.get("words"):  # `tag ID +one`: after the paper come tags
            kind, sign, begun = "TAG", incomplete[:1] if incomplete[:1] == "+" else "", incomplete.removeprefix("+")
        items = [
            CompletionItem(f"{sign}{word}", help=_beside(told))
            for word, told in KINDS[kind](_lab(ctx), begun)
            if word.startswith(begun)
        ]
        path = isinstance(self.other, click.Path)
        return self.other.shell_complete(ctx, param, incomplete) if path and not (items and incomplete) else items


def _beside(text: str) -> str | None:
    """Give a text in one short line that cannot steer the terminal; None where there is none."""
    from paperlab.cli.output import fit, plain

    return fit(plain(text), _SHOWN).rstrip() or None


def _lab(ctx: click.Context) -> Lab:
    from paperlab.cli.talk import Context

    return Context(lab=ctx.find_root().params.get("lab"), loudness=-1).open()


def offering(command: click.Command) -> click.Command:
    """Make the parameters of a verb, and of the verbs of a group, offer what they take."""
    for inner in getattr(command, "commands", {}).values():
        offering(inner)
    for param in command.params:
        kind = _kind(param)
        if kind in KINDS:
            param.type = Offered(kind, param.type)
    return command


def _kind(param: click.Parameter) -> str:
    """Give the first word of a metavar; the name that an option gives to something new is no name of a feed."""
    told: Any = getattr(param, "metavar", None)
    found = re.search(r"[A-Z]+", told or "")
    return found[0] if found and not (found[0] == "NAME" and isinstance(param, click.Option)) else ""
