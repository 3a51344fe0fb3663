r"""Pseudocode in the style of algorithmic, algorithmicx and algpseudocode: one command a line, blocks closed by `\End...`.

Old and new packages differ by case only (`\STATE`, `\State`), so that names are compared in lower case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from paperlab.extract.pseudocode import Lines
from paperlab.extract.scan import COMMAND, argument, has_group, options


@dataclass(frozen=True, slots=True)
class _Command:
    """What a command does: its line's kind, its arguments, and how it moves the depth before and after."""

    kind: str
    arguments: int = 0
    before: int = 0
    after: int = 0


_LINES: dict[str, _Command] = {
    **dict.fromkeys(("state", "statex", "statep", "lstate", "longstate", "stateindent", "print", "globals", "step"), _Command("statement")),
    **dict.fromkeys(("for", "forall", "foreach", "parfor", "forp", "forpar", "forallp", "pfor"), _Command("for", 1, 0, 1)),
    **dict.fromkeys(("while", "whilep"), _Command("while", 1, 0, 1)),
    "if": _Command("if", 1, 0, 1),
    **dict.fromkeys(("elsif", "elseif", "elif"), _Command("elif", 1, -1, 1)),
    "else": _Command("else", 0, -1, 1),
    **dict.fromkeys(("repeat", "loop", "doloop", "do"), _Command("repeat", 0, 0, 1)),
    **dict.fromkeys(("until", "dowhile", "enddowhile"), _Command("until", 1, -1, 0)),
    **dict.fromkeys(("function", "procedure", "algfunction", "method"), _Command("function", 2, 0, 1)),
    **dict.fromkeys(("return", "returns"), _Command("return")),
    **dict.fromkeys(("require", "input", "inputs", "given", "parameters", "params", "data", "hyperparameters"), _Command("input")),
    **dict.fromkeys(("ensure", "output", "outputs", "result"), _Command("output")),
    **dict.fromkeys(("comment", "lcomment", "linecomment", "commentline"), _Command("comment", 1)),
    **dict.fromkeys(("endfor", "endforall", "endforeach", "endparfor", "endwhile", "endif", "endloop", "endfunction", "endprocedure",
                     "endpfor", "endmethod", "endfornoend", "endforp"), _Command("end", 0, -1, 0)),
    "indent": _Command("shift", 0, 0, 1), "endindent": _Command("shift", 0, -1, 0), "unindent": _Command("shift", 0, -1, 0),
    **dict.fromkeys(("algblock", "algblockdefx", "algnewcommand", "algrenewcommand", "algsetup", "algtext", "algloop"), _Command("skip", 2)),
    **dict.fromkeys(("caption", "label", "vspace", "hspace", "algorithmicindent", "algstore", "algrestore"), _Command("skip", 1)),
}  # fmt: skip


def read_algorithmic(body: str, labels: Mapping[str, str] | None = None) -> Lines:
    r"""Read the inside of an `algorithmic` environment; commands that close nothing are passed over."""
    out = Lines(labels)
    kind, start = "skip", 0
    body = re.sub(r"\\(?:begin|end)\s*\{algorithmic[x]?\}(?:\s*\[[^\]]{0,20}\])?", " ", body)
    body = re.sub(r"\A\s*\[\d*\]", "", body)
    at = 0
    while True:
        found = COMMAND.search(body, at)
        if found is None:
            break
        at = found.end()
        command = _command(found.group())
        if command is None:
            at = _past_group(body, found.group(), at)
            continue
        _close(out, kind, body[start : found.start()])
        kind, at = _open(out, command, body, at)
        start = at
    _close(out, kind, body[start:])
    return out


def _command(piece: str) -> _Command | None:
    r"""Find a command; all that make lines begin with a capital, `\\input` and an author's `\\data` do not."""
    name = piece[1:].rstrip("*")
    command = _LINES.get(name.lower())
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
    note, at = _option_text(body, at) if command.arguments and command.kind != "skip" else ("", at)
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
        out.add(kind, arguments[0] if arguments else "", sort=False)
        return "after"
    return kind


def _option_text(body: str, at: int) -> tuple[str, int]:
    r"""Read old algorithmic's comment in brackets: `\FOR[each example]{...}`."""
    end = options(body, at)
    return (body[at:end].strip()[1:-1], end) if end > at else ("", at)
