r"""Blocks that a paper defines for algorithmicx: `\algdef{SE}[..]{With}{EndWith}..`, `\algblock{With}{EndWith}`.

A pair `\With ... \EndWith` is a block even where its definition is in a file that the e-print does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from paperlab.extract.scan import argument, commands, has_group, options

MOST_BLOCKS = 100
_END = re.compile(r"\\End([A-Z][A-Za-z]*)")
_KINDS = (
    ("foreach", "for"), ("for", "for"), ("while", "while"), ("elseif", "elif"), ("elsif", "elif"), ("else", "else"), ("case", "if"),
    ("if", "if"), ("when", "if"), ("repeat", "repeat"), ("loop", "repeat"), ("function", "function"), ("procedure", "function"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """How a block's first line is printed."""

    kind: str
    arguments: int | None = None
    """None where no definition says it: one, if a brace comes next."""
    text: str = ""
    """With `#1`; empty where the name is printed."""


def read_blocks(body: str, preamble: str, known: Collection[str]) -> Mapping[str, Block]:
    r"""Give the blocks that an algorithm uses and that no package defines, by their lower-case names.

    Args:
        body: the algorithm; what it closes by `\EndName` is opened by `\Name`.
        preamble: where the definitions may stand.
        known: lower-case names that the packages define.
    """
    ends = ((name, name.lower()) for name in _END.findall(body))
    names = dict.fromkeys(name for name, lower in ends if lower not in known and f"end{lower}" not in known)
    if not names:
        return {}
    defined = _definitions(preamble + body)
    return {n.lower(): defined.get(n) or Block(_kind(n)) for n in list(names)[:MOST_BLOCKS]}


def _definitions(tex: str) -> dict[str, Block]:
    out: dict[str, Block] = {}
    for found in commands(tex, "algdef", "algblockdefx", "algblockdef"):
        at = found.end()
        if found.group().startswith("\\algdef"):
            _, at = argument(tex, at)
        name, at = argument(tex, options(tex, at))
        _, at = argument(tex, at)
        count, text = re.match(r"\s*\[(\d)\]", tex[at : at + 10]), ""
        at = options(tex, at)
        if has_group(tex, at):
            text, at = argument(tex, at)
        out[name.strip()] = Block(_kind(name), int(count.group(1)) if count else 0, text)
    return out


def _kind(name: str) -> str:
    lower = name.lower()
    return next((kind for word, kind in _KINDS if word in lower), "statement")


def first_line(block: Block, name: str, body: str, at: int) -> tuple[str, int]:
    """Give the text of a block's first line, and the place after its arguments."""
    words: list[str] = []
    for _ in range(int(has_group(body, at)) if block.arguments is None else block.arguments):
        if has_group(body, at):
            word, at = argument(body, at)
            words.append(word)
    if block.kind != "statement":
        return " ".join(words), at
    text = block.text or f"{name.lower()} {' '.join(words)}"
    for i, word in enumerate(words, 1):
        text = text.replace(f"#{i}", word)
    return text, at
