r"""Expand the authors' macros, decide conditionals and read files in: from a main file to one text.

Standard commands stay as they are. What TeX would do with boxes, fonts and pages is left out; what it does with names is
done token by token, with limits, so that a definition without end costs one problem and not the paper.
Source: D. Knuth, The TeXbook, chapters 7, 8, 20; the LaTeX companion for the defining commands.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from paperlab.extract import choices, conditionals, definitions, dialects, environments, files, glossary, registers
from paperlab.extract.codes import call_active, is_plain
from paperlab.extract.counters import FORMER
from paperlab.extract.expanded import Expanded, Frame
from paperlab.extract.macros import FROZEN, KNOWN, Macro, Parameter, fill
from paperlab.extract.source import Files, Tree
from paperlab.extract.tokens import INTERNAL, PLAIN, Token, is_word
from paperlab.records.extracted import Problem

_BURST = 20_000
"""Expansions since the last character that came from a file; more is a definition without end."""
_BURST_TOKENS = 1_000_000
_OUTPUT = 5_000_000
"""Characters of the expanded text."""
_DEPTH = 2_000
_ARGUMENT = 300_000
"""Tokens of one argument; a longer one is a missing brace."""
_PROBLEMS = 100

HANDLERS = (
    definitions.HANDLERS | conditionals.HANDLERS | choices.HANDLERS | registers.HANDLERS | environments.HANDLERS | files.HANDLERS | glossary.HANDLERS | dialects.HANDLERS
)  # fmt: skip


@dataclass(slots=True)
class Expander:
    """The state while expanding; `run` does the work."""

    tree: Tree
    deadline: float
    folder: str = ""
    imported: str = ""
    r"""Folder, below that of the main file, where `\import` makes `\input` look first; ends with a slash."""
    files: Files = field(default_factory=Files)
    frames: list[Frame] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=lambda: dict(KNOWN))
    environments: dict[str, tuple[Macro, tuple[str, ...]]] = field(default_factory=dict)
    verbatim: dict[str, str] = field(default_factory=dict)
    """Environment of the authors -> the standard one, where what stands in it is taken as it is or dropped."""
    switches: dict[str, bool] = field(default_factory=dict)
    """`\\iffoo` -> its value."""
    counts: dict[str, int] = field(default_factory=dict)
    r"""Register of a whole number -> its value; those of LaTeX's counters begin with `\c@`."""
    packages: set[str] = field(default_factory=set)
    terms: dict[str, glossary.Term] = field(default_factory=dict)
    signs: set[str] = field(default_factory=set)
    """Signs that are, or once were, read otherwise than TeX reads them."""
    only: set[str] | None = None
    r"""What `\includeonly` names."""
    unless: bool = False
    groups: list[list[tuple[str, Macro | None]]] = field(default_factory=list)
    """What each open group must put back."""
    conditions: int = 0
    misread: int = 0
    """Conditionals without end whose branch was read after all."""
    math: str = ""
    """`inline`, `display`, or empty in text."""
    quiet: bool = False
    """True in packages: definitions are kept, text is dropped."""
    internal: bool = False
    opened: list[str] = field(default_factory=list)
    document_class: str = ""
    problems: list[Problem] = field(default_factory=list)
    late: bool = False
    _out: list[str] = field(default_factory=list)
    _size: int = 0
    _starts: list[int] = field(default_factory=list)
    _places: list[int] = field(default_factory=list)
    _runs: list[bool] = field(default_factory=list)
    _next_place: int = -1
    _word: bool = False
    _burst: int = 0
    _burst_tokens: int = 0
    _runaways: int = 0

    def run(self, main: str, text: str) -> Expanded:
        """Expand a main file."""
        self.open_file(main, text)
        steps = 0
        while (token := self.next()) is not None:
            steps += 1
            if (steps & 511 == 0 or self._runaways > 50) and self._stop():
                break
            self.step(token)
        return Expanded(
            "".join(self._out), self.files, self._starts, self._places, self._runs, self.problems, self.document_class,
            self.late, frozenset(self.packages),
        )  # fmt: skip

    def _stop(self) -> bool:
        if time.monotonic() > self.deadline:
            self.problem("time limit", "the source takes too long to read; what was read until then is given")
            self.late = True
            return True
        if self._size > _OUTPUT:
            self.problem("size limit", f"the expanded text passes {_OUTPUT} characters; the rest is left out")
            return True
        return False

    def problem(self, kind: str, message: str) -> None:
        """Keep a problem, unless there are too many."""
        item = Problem(kind=kind, message=message[:300])
        if len(self.problems) < _PROBLEMS and item not in self.problems:
            self.problems.append(item)

    # Reading -------------------------------------------------------------------------------------------------------

    def open_file(self, name: str, text: str, *, quiet: bool | None = None, internal: bool = False) -> None:
        """Read a file next."""
        restore = (self.quiet, self.internal) if quiet is not None else None
        self.frames.append(Frame(text=text, name=name, base=self.files.add(name, text), is_file=True, restore=restore))
        if quiet is not None:
            self.quiet, self.internal = quiet, internal

    def close_file(self) -> None:
        r"""Stop reading the innermost file, as `\endinput` does."""
        for frame in reversed(self.frames):
            if frame.is_file:
                frame.index = len(frame.text)
                return

    def push(self, tokens: list[Token]) -> None:
        """Read these tokens next."""
        if tokens:
            self.frames.append(Frame(tokens=tokens))

    def next(self) -> Token | None:
        """Give the next token, or None at the end of everything. Comments are gone."""
        while self.frames:
            frame = self.frames[-1]
            if frame.tokens is not None:
                if frame.index < len(frame.tokens):
                    frame.index += 1
                    return frame.tokens[frame.index - 1]
            elif found := (INTERNAL if self.internal else PLAIN).match(frame.text, frame.index):
                start, frame.index = found.span()
                text = found.group()
                self._burst = self._burst_tokens = 0
                if text[0] == "%":
                    if not is_plain(self, "%"):
                        continue
                    text, frame.index = r"\%", start + 1
                return text, frame.base + start
            self._leave(self.frames.pop())
        return None

    def _leave(self, frame: Frame) -> None:
        if frame.restore is not None:
            self.quiet, self.internal = frame.restore
        if frame.imported is not None:
            self.imported = frame.imported

    def peek(self) -> Token | None:
        """Give the next token and leave it there."""
        token = self.next()
        if token is not None:
            self.push([token])
        return token

    def skip_blank(self) -> None:
        """Pass over white space."""
        token = self.next()
        if token is not None and not token[0].isspace():
            self.push([token])

    def argument(self) -> list[Token]:
        """Read one argument: a group without its braces, a control word, or one character."""
        self.skip_blank()
        token = self.next()
        if token is None or token[0] == "}":
            self.push([token] if token else [])
            return []
        text, place = token
        if text == "{":
            return self._group()
        if text[0] in "\\#" or len(text) == 1:
            return [token]
        self.push([(text[1:], place + 1)])
        return [(text[0], place)]

    def _group(self) -> list[Token]:
        """Read up to the brace that closes an open group."""
        tokens: list[Token] = []
        depth = 1
        limit = _ARGUMENT if self._runaways < 3 else 2_000
        while len(tokens) < limit and (token := self.next()) is not None:
            depth += {"{": 1, "}": -1}.get(token[0], 0)
            if depth == 0:
                return tokens
            tokens.append(token)
        self._runaways += 1
        self.problem("unclosed group", "a brace is opened and never closed")
        self.push(tokens)
        return []

    def words(self) -> str:
        """Read one argument as text."""
        return "".join(text for text, _ in self.argument()).strip()

    def bracket(self, signs: str = "[]") -> list[Token] | None:
        """Read an optional argument; None where it is not there."""
        self.skip_blank()
        token = self.next()
        if token is None or token[0][0] != signs[0]:
            self.push([token] if token else [])
            return None
        self.push([(token[0][1:], token[1] + 1)] if len(token[0]) > 1 else [])
        return self.until(signs[1], limit=20_000)

    def until(self, delimiter: str, *, limit: int = _ARGUMENT) -> list[Token]:
        """Read up to a delimiter outside of braces, and drop the delimiter."""
        tokens: list[Token] = []
        depth = 0
        limit = limit if self._runaways < 3 else min(limit, 2_000)
        while len(tokens) < limit and (token := self.next()) is not None:
            text, place = token
            depth += {"{": 1, "}": -1}.get(text, 0)
            at = text.find(delimiter) if depth == 0 and (text[0] != "\\" or text == delimiter) else -1
            if depth < 0 or at >= 0:
                tokens += [(text[:at], place)] if at > 0 else []
                rest = (text[at + len(delimiter) :], place + at + len(delimiter)) if depth == 0 else token
                self.push([rest] if rest[0] else [])
                return tokens
            tokens.append(token)
        self._runaways += 1
        self.push(tokens)
        return []

    # Writing -------------------------------------------------------------------------------------------------------

    def emit(self, text: str, place: int, *, always: bool = False) -> None:
        """Write a token to the expanded text."""
        if self.quiet and not always:
            return
        text = text.removeprefix(FROZEN)
        if not text:
            return
        if self._word and text[0].isalpha():
            self._out.append(" ")
            self._size += 1
            self._next_place = -1
        if place != self._next_place:
            self._starts.append(self._size)
            self._places.append(place)
            self._runs.append(len(text) > 1 or place != self._next_place)
        self._out.append(text)
        self._size += len(text)
        self._next_place = place + len(text)
        self._word = is_word(text)

    # One step ------------------------------------------------------------------------------------------------------

    def step(self, token: Token) -> None:
        """Do what one token asks for."""
        text, place = token
        if text[0] == "\\":
            self._control(text, place)
            return
        if text[0] == "$":
            self._dollar(text, place)
            return
        if text == "{":
            self.open_group()
        elif text == "}":
            self.close_group()
        elif text[0].isspace() and "\n\n" in text and self.math == "inline":
            self.math = ""
        if not (self.signs and call_active(self, text, place)):
            self.emit(text, place)

    def _control(self, text: str, place: int) -> None:
        found = self.macros.get(text)
        if found is not None:
            if not self.quiet or found.body[:1] == (conditionals.SWITCH,):
                self.expand(text, found, place)
            return
        handler = HANDLERS.get(text)
        if handler is not None:
            handler(self, text, place)
        elif text in self.counts:
            registers.assign(self, text)
        elif conditionals.is_condition(self, text) or conditionals.may_be_condition(self, text):
            conditionals.unknown(self, text, place)
        else:
            self.emit(text, place)

    def _dollar(self, text: str, place: int) -> None:
        if text == "$$" and self.math == "inline":
            self.emit("$", place)
            self.emit("$", place + 1)
            return
        self.math = "" if self.math else ("display" if text == "$$" else "inline")
        self.emit(text, place)

    def open_group(self) -> None:
        """Begin a scope of definitions."""
        if len(self.groups) < _DEPTH:
            self.groups.append([])

    def close_group(self) -> None:
        """End a scope: definitions made in it are undone, and how numbers print is as before."""
        for name, old in reversed(self.groups.pop() if self.groups else []):
            if name.startswith(FROZEN):
                self.emit(rf"\renewcommand{{{name[1:]}}}{{{FORMER}}}", max(self._next_place, 0), always=True)
            elif old is None:
                self.macros.pop(name, None)
            else:
                self.macros[name] = old

    def define(self, name: str, new: Macro, *, everywhere: bool = False) -> None:
        """Keep a definition, in this group or everywhere."""
        if self.groups and not everywhere:
            self.groups[-1].append((name, self.macros.get(name)))
        self.macros[name] = new

    # Calls ---------------------------------------------------------------------------------------------------------

    def expand(self, name: str, found: Macro, place: int) -> None:
        """Replace a call by the body of its macro."""
        self._burst += 1
        if is_word(name):
            self.skip_one_blank()
        arguments = [a for p in found.parameters if (a := self.parameter(p)) is not None]
        result = fill(found.body, arguments, place)
        self._burst_tokens += len(result)
        if self._burst > _BURST or self._burst_tokens > _BURST_TOKENS or len(self.frames) > _BURST:
            self.stop_recursion(name)
            return
        self.push(result)

    def stop_recursion(self, name: str) -> None:
        """Give up a call that does not end, and the definition with it."""
        self.problem("recursion", f"{name} expands without end; its call is left out")
        waiting: list[Token] = []
        while self.frames and not self.frames[-1].is_file:
            frame = self.frames.pop()
            waiting += (frame.tokens or [])[frame.index :] if frame.ahead else []
            self._leave(frame)
        self.push(waiting)
        self.macros.pop(name, None)
        self.environments.pop(name.partition("{")[2].rstrip("}"), None)
        self._burst = self._burst_tokens = 0

    def skip_one_blank(self) -> None:
        r"""TeX drops white space after a control word; an empty line stays a paragraph."""
        token = self.next()
        if token is None or (token[0].isspace() and token[0].count("\n") < 2):
            return
        ahead = self.frames[-1].is_file or self.frames[-1].ahead
        self.push([token])
        self.frames[-1].ahead = ahead

    def parameter(self, parameter: Parameter) -> list[Token] | None:
        """Read what one parameter takes; None for literal text, which is no argument."""
        kind = parameter.kind
        if kind == "m":
            return self.argument()
        if kind == "body":
            return environments.body(self, parameter.text)
        if kind == "until":
            return self.until(parameter.text)
        if kind == "literal":
            self._literal(parameter.text)
            return None
        if kind == "s":
            return [(FROZEN + (r"\True" if self._star() else r"\False"), 0)]
        found = self.bracket(parameter.signs)
        return found if found is not None else definitions.tokens_of(parameter.text)

    def _literal(self, text: str) -> None:
        token = self.next()
        if token is not None and token[0].startswith(text):
            self.push([(token[0][len(text) :], token[1] + len(text))] if token[0] != text else [])
        elif token is not None:
            self.push([token])

    def _star(self) -> bool:
        token = self.next()
        if token is not None and token[0].startswith("*"):
            self.push([(token[0][1:], token[1] + 1)] if len(token[0]) > 1 else [])
            return True
        self.push([token] if token else [])
        return False

    def star(self) -> bool:
        """Read an optional star."""
        self.skip_blank()
        return self._star()
