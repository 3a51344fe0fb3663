r"""Pseudocode in the style of algorithmic, algorithmicx and algpseudocode: one command a line, blocks closed by `\End...`.

Old and new packages differ by case only (`\STATE`, `\State`), so that names are compared in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from paperlab.extract.algblocks import Block, first_line, read_blocks
from paperlab.extract.pseudocode import Lines, sort_words
from paperlab.extract.scan import COMMAND, argument, has_group, options
from paperlab.extract.text import to_text


@dataclass(frozen=True, slots=True)
class _Command:
    """What a command does: its line's kind, its arguments, and how it moves the depth before and after."""

    kind: str
    arguments: int = 0
    before: int = 0
    after: int = 0
    lead: str = ""
    """What turns its head into one of its kind: a loop that goes on while it holds ends until it does not."""


_LINES: dict[str, _Command] = {
    **dict.fromkeys(("state", "statex", "statep", "lstate", "longstate", "stateindent", "print", "globals", "step"), _Command("statement")),
    **dict.fromkeys(("for", "forall", "foreach", "parfor", "forp", "forpar", "forallp", "pfor"), _Command("for", 1, 0, 1)),
    **dict.fromkeys(("while", "whilep"), _Command("while", 1, 0, 1)),
    "if": _Command("if", 1, 0, 1),
    **dict.fromkeys(("elsif", "elseif", "elif"), _Command("elif", 1, -1, 1)),
    "else": _Command("else", 0, -1, 1),
    **dict.fromkeys(("repeat", "loop", "doloop", "do"), _Command("repeat", 0, 0, 1)),
    **dict.fromkeys(("dowhile", "enddowhile"), _Command("until", 1, -1, 0, "not ")),
    "until": _Command("until", 1, -1, 0),
    **dict.fromkeys(("function", "procedure", "algfunction", "method"), _Command("function", 2, 0, 1)),
    **dict.fromkeys(("return", "returns"), _Command("return")),
    **dict.fromkeys(("require", "input", "inputs", "given", "parameters", "params", "data", "hyperparameters"), _Command("input")),
    **dict.fromkeys(("ensure", "output", "outputs", "result"), _Command("output")),
    **dict.fromkeys(("comment", "lcomment", "linecomment", "commentline"), _Command("comment", 1)),
    **dict.fromkeys(("endfor", "endforall", "endforeach", "endparfor", "endwhile", "endif", "endloop", "endfunction", "endprocedure",
                     "endpfor", "endmethod", "endfornoend", "endforp"), _Command("end", 0, -1, 0)),
    "indent": _Command("shift", 0, 0, 1), "endindent": _Command("shift", 0, -1, 0), "unindent": _Command("shift", 0, -1, 0),
    **dict.fromkeys(("algblock", "algblockdefx", "algnewcommand", "algrenewcommand", "algsetup", "algtext", "algloop"), _Command("skip", 2)),
    **dict.fromkeys(("caption", "vspace", "algorithmicindent", "algstore", "algrestore"), _Command("skip", 1)),
    **dict.fromkeys(("beginbox", "endbox"), _Command("skip")),
}  # fmt: skip


_ITEM = _Command("item")
"""What a paper's own `\\algnewcommand\\Params{\\item[..]}` prints: a line whose label tells its kind."""


def read_algorithmic(body: str, labels: Mapping[str, str] | None = None, preamble: str = "") -> Lines:
    r"""Read the inside of an `algorithmic` environment; commands that close nothing are passed over."""
    out = Lines(labels, by_words=_HAND_END.search(body) is not None)
    body = re.sub(r"\\(?:begin|end)\s*\{algorithmic[x]?\}(?:\s*\[[^\]]{0,20}\])?", " ", _SILENT.sub(" ", body))
    body = re.sub(r"\A\s*\[\d*\]", "", body)
    own = read_blocks(body, preamble, _LINES.keys())
    kind, start, at, opened, lead = "skip", 0, 0, False, ""
    while (found := COMMAND.search(body, at)) is not None:
        at = found.end()
        name = found.group()[1:].rstrip("*")
        command = _command(name, own)
        if command is None:
            at = _past_group(body, found.group(), at)
            continue
        _close(out, kind, lead + body[start : found.start()])
        lead = _own_label(body, at) if command is _ITEM else ""
        block = own.get(name.lower())
        beside = command.kind == "comment" and opened and not body[start : found.start()].strip()
        out.depth -= beside  # it stands on the line that opens the block
        kind, at = _open_own(out, block, name, body, at) if block else _open(out, command, body, at)
        out.depth += beside
        start, opened = at, command.after > 0
    _close(out, kind, lead + body[start:])
    return out


_SILENT = re.compile(r"\\(?:label|vspace\*?)\s*\{(?!\s*-)[^{}]*\}")
"""What prints nothing and may stand within a line: `\\STATE \\label{l} x`. A step back up is taken for what stands beside."""


def _own_label(body: str, at: int) -> str:
    r"""Give the label of an item that names no input and no output, as TeX: `\item[\textbf{Initialize:}]`."""
    label = _option_text(body, at)[0]
    return "" if _kind_of_label(label) in ("input", "output") else f"{label} "


def _kind_of_label(label: str) -> str:
    word = to_text(label).rstrip(": ")
    kind, rest = sort_words(f"{word}:")
    return "statement" if rest.strip() else kind


_HAND_END = re.compile(r"\\STATE?\b[\s{]*+(?:\\[a-z]++[\s{]*+)?end\s*+(?:for|if|while)", re.IGNORECASE)
"""An end of a block that is written as a statement."""


def _command(name: str, own: Mapping[str, Block]) -> _Command | None:
    r"""Find a command; all that make lines begin with a capital, `\\input` and an author's `\\data` do not."""
    if name == "item":
        return _ITEM
    lower = name.lower()
    if lower in own or lower.removeprefix("end") in own:
        return _Command("own", 0, 0, 1) if lower in own else _Command("end", 0, -1, 0)
    command = _LINES.get(lower)
    return command if command is not None and (name[:1].isupper() or command.kind == "skip") else None


def _past_group(body: str, piece: str, at: int) -> int:
    r"""Skip `\Call`'s name; other arguments are read on, since a line may begin inside `{\bf x}`."""
    return argument(body, at)[1] if piece == "\\Call" and has_group(body, at) else at


def _close(out: Lines, kind: str, text: str) -> None:
    """End the running line: its text is what stood since its command."""
    if kind == "after":
        out.add("statement", text)
    elif kind != "skip":
        out.add(kind, text)


def _open(out: Lines, command: _Command, body: str, at: int) -> tuple[str, int]:
    """Begin what a command begins; give the kind of the line whose text follows, and the place after the arguments."""
    if command is _ITEM:
        label, at = _option_text(body, at)
        kind = _kind_of_label(label)
        return (kind if kind in ("input", "output") else "statement"), at
    noted = command.kind in ("else", "repeat") or (command.arguments and command.kind != "skip")
    note, at = _option_text(body, at) if noted else ("", at)
    arguments = []
    for _ in range(command.arguments):
        if has_group(body, at):
            text_, at = argument(body, at)
            arguments.append(text_)
    out.depth = max(0, out.depth + command.before)
    waits = _begin_line(out, command, arguments)
    if note:
        out.add("comment", note)
    out.depth += command.after
    return waits, at


def _open_own(out: Lines, block: Block, name: str, body: str, at: int) -> tuple[str, int]:
    """Begin a block that the paper defines."""
    text, at = first_line(block, name, body, at)
    out.add(block.kind, text, sort=block.kind == "statement")
    out.depth += 1
    return "after", at


def _begin_line(out: Lines, command: _Command, arguments: list[str]) -> str:
    """Add the line of a command whose text are its arguments; give the kind that waits for text after it."""
    kind = command.kind
    if kind in ("skip", "end", "shift"):
        return "after" if kind == "end" else "skip"
    if kind == "function":
        name, inner = [*arguments, "", ""][:2]
        out.add(kind, f"{name}({inner})" if len(arguments) > 1 else name, sort=False)
        return "after"
    if kind in ("else", "repeat"):
        out.add(kind, "", sort=False)
        return "after"
    if command.arguments:
        out.add(kind, command.lead + (arguments[0] if arguments else ""), sort=False)
        return "after"
    return kind


def _option_text(body: str, at: int) -> tuple[str, int]:
    r"""Read old algorithmic's comment in brackets: `\FOR[each example]{...}`."""
    end = options(body, at)
    return (body[at:end].strip()[1:-1], end) if end > at else ("", at)
