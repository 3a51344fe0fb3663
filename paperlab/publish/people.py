"""Home paths, user and host names, mail and private addresses: rewritten in the copy, and told.

A secret refuses the page (see leaks/); a name or a path is no secret, so it is taken off and the reader is told.
In code only strings and comments are touched: `x@W.net` is a product of matrices, not a mail address.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

_COMMON = frozenset(
    "root user users admin runner guest ubuntu debian home test jovyan vscode nobody python adam".split()
)
"""Names that say nothing about a person, or that are words of our field."""
_TLDS = "com|org|net|edu|gov|int|mil|info|io|ai|dev|app|me|co|uk|de|fr|ch|at|nl|be|it|es|se|no|fi|dk|pl|cz|eu|ru|cn|jp|kr|in|au|nz|ca|us|br|il|sg|hk|tw|pt|gr|ie|ac"
_RULES: tuple[tuple[str, str, str], ...] = (
    (
        "kernel path",
        r"(?:/private)?(?:/tmp|/var/folders/[\w/+-]+?/T|[A-Za-z]:\\+Users\\+[^\\\s]+\\+AppData\\+Local\\+Temp)[/\\]+ipykernel_\d+[/\\]+\d+\.py",
        "<cell>",
    ),
    ("path of packages", r"(?<![\w.~:/+@-])(?:/[\w.+@-]+)+/(?:site|dist)-packages(?=/)", "<packages>"),
    ("home path", r"(?<![\w.~:/-])(?:/home|/Users)/(?!Shared\b)[\w.-]+", "~"),
    ("home path", r"(?<![\w/])file:///(?:home|Users)/[\w.-]+", "file:~"),
    ("home path", r"(?<![\w.~/-])/root(?=/|$|[\s\"':,)])", "~"),
    ("home path", r"(?<!\w)[A-Za-z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/)[^\\/\s\"'<>|]+", "~"),
    (
        "e-mail",
        rf"(?<![\w.+:/-])[A-Za-z0-9_.+-]+@(?!example\.)(?:[A-Za-z0-9-]+\.)+(?:{_TLDS})(?![\w-]|\.\w|\()",
        "<e-mail>",
    ),
    (
        "private address",
        r"(?<![\w.])(?:10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})(?![\w.])",
        "<address>",
    ),
)


_SHELL = re.compile(r"^[ \t]*[!%].*$", re.MULTILINE)


@dataclass(frozen=True)
class People:
    """The rewriting for one page: built-in rules and this machine's own names."""

    rules: tuple[tuple[str, re.Pattern[str], str], ...]
    seen: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[str]] = field(default_factory=dict)

    def text(self, text: str, where: str) -> str:
        """Rewrite prose, an output or a value of metadata."""
        if len(text) < 4:
            return text
        for kind, pattern, instead in self.rules:
            text, count = pattern.subn(instead.replace("\\", r"\\"), text)
            if count:
                self.seen[kind] += count
                self.places.setdefault(kind, []).append(where)
        return text

    def code(self, text: str, where: str) -> str:
        """Rewrite the strings and comments of Python code, and lines that are a shell's (`!ls`, `%cd`, `%%bash`)."""
        if text.lstrip().startswith("%%"):
            return self.text(text, where)
        text = _SHELL.sub(lambda line: self.text(line[0], where), text)
        if not any(pattern.search(text) for _, pattern, _ in self.rules):
            return text
        from pygments.token import Token

        touched = (Token.Literal.String, Token.Comment)
        parts: list[tuple[bool, str]] = []
        for kind, value in _python(text):
            inside = any(kind in one for one in touched)
            if parts and parts[-1][0] == inside:
                parts[-1] = (inside, parts[-1][1] + value)
            else:
                parts.append((inside, value))
        return "".join(self.text(value, where) if inside else value for inside, value in parts)

    def notes(self) -> Iterable[str]:
        """Say what was rewritten: how often and where."""
        for kind, count in self.seen.items():
            places = list(dict.fromkeys(self.places[kind]))
            more = f" and {len(places) - 4} more" if len(places) > 4 else ""
            yield f"rewritten in the copy: {count} x {kind} ({', '.join(places[:4])}{more})"


def _python(text: str) -> Iterable[tuple[Any, str]]:
    from pygments.lexers import get_lexer_by_name

    for _, kind, value in get_lexer_by_name("python").get_tokens_unprocessed(text):
        yield kind, value


def rewriter(*, spare: str, folder: Path) -> People:
    """Build the rewriting of one page.

    Args:
        spare: text whose words are never taken for a user's or host's name: title, authors, slug.
        folder: the implementation's own folder; its path becomes `<project>`.
    """
    words = frozenset(re.findall(r"\w+", spare.lower()))
    own = [*_folders(folder), *((kind, name, instead) for kind, name, instead in _names() if name.lower() not in words)]
    return People(
        rules=tuple((kind, re.compile(pattern), instead) for kind, pattern, instead in [*map(_whole, own), *_RULES])
    )


def _whole(own: tuple[str, str, str]) -> tuple[str, str, str]:
    kind, name, instead = own
    return (
        kind,
        rf"(?<![\w]){re.escape(name)}(?![\w])" if kind != "project path" else rf"{re.escape(name)}(?![\w.-])",
        instead,
    )


def _folders(folder: Path) -> Iterable[tuple[str, str, str]]:
    """Give the project's and this user's folders, deepest first; `/` and `/tmp` name nobody."""
    found = {str(path) for path in (folder.absolute(), folder.resolve(), Path.cwd()) if len(path.parts) > 2}
    for name in sorted(found, key=len, reverse=True):
        yield "project path", name, "<project>"
    home = str(Path.home())
    if len(Path(home).parts) > 1:
        yield "home path", home, "~"


@lru_cache(maxsize=1)
def _machine() -> tuple[str, str]:
    return platform.node(), os.environ.get("USER") or _user()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without an entry in passwd
        return ""


def _names() -> Iterable[tuple[str, str, str]]:
    host, user = _machine()
    for kind, name, instead in (("host name", host, "<host>"), ("user name", user, "<user>")):
        if len(name) >= 4 and name.lower() not in _COMMON and name.lower() != "localhost":
            yield kind, name, instead


def rewrite(value: Any, change: Callable[[str], str]) -> Any:
    """Apply a change to every text in plain JSON, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [rewrite(item, change) for item in value]
    if isinstance(value, dict):
        return {change(key): rewrite(item, change) for key, item in value.items()}
    return value
