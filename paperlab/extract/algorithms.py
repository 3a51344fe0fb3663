r"""Read an algorithm float: nested lines with their kinds, inputs, outputs and caption, whatever package wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from paperlab.extract.algorithm2e import read_algorithm2e
from paperlab.extract.algorithmic import read_algorithmic
from paperlab.extract.block import Block
from paperlab.extract.pseudocode import MOST_LINES, Lines, is_end, sort_words
from paperlab.extract.scan import argument, caption_words, commands, environments, options
from paperlab.extract.text import to_text
from paperlab.records.extracted import Algorithm, AlgorithmLine

LONGEST = 60_000
"""Characters of one algorithm that are read."""
_ALGORITHMIC = frozenset(("algorithmic", "algorithmicx", "algpseudocode", "pseudocode"))
_VERBATIM = frozenset(
    ("lstlisting", "verbatim", "Verbatim", "minted", "alltt", "python", "lstlisting*", "verbatim*", "BVerbatim")
)
_BY_HAND = frozenset(("tabbing", "enumerate", "itemize", "compactenum", "enumerate*", "description"))
_LINE_COMMAND = re.compile(
    r"\\(?:State|STATE|For|FOR|Require|REQUIRE|If|IF|While|WHILE|Procedure|Function|Statex)(?![A-Za-z])"
)
_END_COMMAND = re.compile(
    r"\\(?:End(?:For|If|While|Procedure|Function|Loop)|END(?:FOR|IF|WHILE)|State|STATE)(?![A-Za-z])"
)
_ALGORITHM2E = re.compile(
    r"\\;|\\(?:KwIn|KwOut|KwData|KwResult|SetKw\w+|eIf|uIf|lIf|ForEach|DontPrintSemicolon|SetAlgoLined|KwRet)(?![A-Za-z])"
)


def read_algorithm(block: Block, labels: Mapping[str, str] | None = None, preamble: str = "") -> Algorithm:
    """Read the pseudocode of a float, or a bare `algorithmic`.

    Args:
        block: the float; its body may hold any of the packages' commands, a listing, or lines made by hand.
        labels: label -> number as printed, for references in lines.
        preamble: TeX before the text, where keywords of algorithm2e may be defined.
    """
    block = replace(block, body=block.body[:LONGEST])
    lines = _lines(block, labels, preamble)
    return Algorithm(
        number=block.number,
        caption=_caption(block, labels),
        inputs=tuple(lines.inputs),
        outputs=tuple(lines.outputs),
        lines=tuple(lines.lines),
        span=block.span,
    )


def _caption(block: Block, labels: Mapping[str, str] | None) -> str:
    for found in commands(block.body, "caption", "captionof"):
        at = options(block.body, found.end())
        if found.group().startswith("\\captionof"):
            at = argument(block.body, at)[1]
        if words := caption_words(block.body, at):
            return to_text(words.tex, labels)
    option = next((a for a in block.args if block.name.startswith(("lstlisting", "tcolorbox"))), "")
    found_title = re.search(r"(?:caption|title)\s*=\s*(\{.*?\}|[^,\]]*)", option)
    return to_text(found_title.group(1), labels) if found_title else ""


def _lines(block: Block, labels: Mapping[str, str] | None, preamble: str) -> Lines:
    body = block.body
    if block.name in _VERBATIM:
        return _listing(body, labels)
    if block.name in _ALGORITHMIC:
        return read_algorithmic(body, labels, preamble)
    inner = list(environments(body, _ALGORITHMIC))
    if inner:
        return _lists(body, inner, labels, preamble)
    if _END_COMMAND.search(body) and not _ALGORITHM2E.search(body):
        return read_algorithmic(body, labels, preamble)
    if _ALGORITHM2E.search(body):
        return read_algorithm2e(body, labels, preamble)
    listing = [body[at:end] for _, _, at, end in environments(body, _VERBATIM)]
    if listing:
        return _listing("\n".join(listing), labels)
    if _LINE_COMMAND.search(body):
        return read_algorithm2e(body, labels, preamble)
    return _by_hand(body, labels)


_GIVEN = re.compile(
    r"\\\\(?:\s*\[[^\]]{0,20}\])?|\n[ \t]*\n|\\(?:par|newline)(?![A-Za-z])"
    r"|(?=(?:\\text(?:bf|sc|it)\s*\{|\{\s*\\(?:bf|bfseries|it|em|sc)\s)\s*(?:Input|Output|Require|Ensure|Param|Hyper|Data|Result|Given))"
)
"""What parts the words in front of a list of lines."""


def _lists(body: str, found: list[tuple[str, int, int, int]], labels: Mapping[str, str] | None, preamble: str) -> Lines:
    """Read lists of lines one behind the other, and what is written by hand in front of the first: its inputs and outputs."""
    tex = "\n".join(re.sub(r"\A\s*\[\d*\]", "", body[at:end]) for _, _, at, end in found)
    given, out = Lines(labels), read_algorithmic(tex, labels, preamble)
    for piece in _GIVEN.split(_without_caption(body[: found[0][1]])):
        given.add("statement", piece)
    out.inputs[:0], out.outputs[:0] = given.inputs, given.outputs
    return out


_OPTION_LINE = re.compile(r"\A\s*(?:\[[^\]]{0,500}\]|\{[A-Za-z+#]+\})+[ \t]*\n?")


def _listing(body: str, labels: Mapping[str, str] | None) -> Lines:
    """Read a listing: indent by its blanks, kinds by the words of Python and of pseudocode."""
    out = Lines(labels)
    levels: list[int] = []
    for line in _OPTION_LINE.sub("", body).expandtabs(4).splitlines():
        text = line.strip()
        if not text or is_end(text):
            continue
        blanks = len(line) - len(line.lstrip())
        while levels and blanks < levels[-1]:
            levels.pop()
        if not levels or blanks > levels[-1]:
            levels.append(blanks)
        out.depth = len(levels) - 1
        text, note = _code_note(text)
        kind, rest = sort_words(text)
        if kind in ("input", "output"):
            out.put(kind, rest)
        else:
            _add_raw(out, kind, rest)
        if note:
            _add_raw(out, "comment", note)
    return out


_CODE_NOTE = re.compile(r"(?<=\s)(?:#++\s+|//\s*(?=[A-Za-z]{2}))(?=\S)")


def _code_note(text: str) -> tuple[str, str]:
    """Cut a comment off the end of a line of code; a sign inside quotes begins none."""
    for found in _CODE_NOTE.finditer(text):
        before = text[: found.start()]
        if before.count("'") % 2 == 0 and before.count('"') % 2 == 0:
            return before.rstrip(), text[found.end() :]
    return text, ""


def _add_raw(out: Lines, kind: str, text: str) -> None:
    """Add a line of a listing as it stands: it is no TeX."""
    if len(out.lines) < MOST_LINES:
        out.lines.append(AlgorithmLine(indent=out.depth, kind=kind, text=text))


_HAND_CUT = re.compile(
    r"\\item(?![A-Za-z])(?:\s*\[[^\]]{0,100}\])?|\\\\(?:\s*\[[^\]]{0,20}\])?|\\begin\s*\{(\w+\*?)\}(?:\s*\[[^\]]{0,200}\])?|\\end\s*\{(\w+\*?)\}|\n[ \t]*\n|\\par(?![A-Za-z])"
)
_CLOSING = re.compile(
    r"\bend\b[}\s]*(?:\\[a-z]+\s*)*(?:for|if|while|function|procedure)?\s*(?:[.;}]|\\\\|$)",
    re.IGNORECASE | re.MULTILINE,
)
_OPENERS = frozenset(("for", "while", "if", "elif", "else", "repeat", "function"))


def _by_hand(body: str, labels: Mapping[str, str] | None) -> Lines:
    r"""Read lines made by hand: items, `\\`, paragraphs; indent by nested lists, `\>` of tabbing, and words that open a block."""
    out = Lines(labels)
    lists, start = 0, 0
    body = _without_caption(body)
    words = [0] if _CLOSING.search(body) else [-1]
    for found in _HAND_CUT.finditer(body):
        _hand_line(out, body[start : found.start()], lists, words)
        start = found.end()
        lists += (found.group(1) in _BY_HAND) - (found.group(2) in _BY_HAND)
    _hand_line(out, body[start:], lists, words)
    return out


def _hand_line(out: Lines, tex: str, lists: int, words: list[int]) -> None:
    """Add one line; `words` holds the depth that opening words gave so far, -1 where no line closes a block."""
    text = to_text(tex.replace("\\>", " ").replace("\\=", " ").replace("\\kill", ""), out.labels)
    text = re.sub(r"^\(?\d{1,2}[.:)]\s+", "", text)
    if is_end(text):
        words[0] = max(0, words[0] - 1)
        return
    kind, rest = sort_words(text)
    if words[0] >= 0:
        back = kind in ("else", "elif", "until") and words[0] > 0
        out.depth = words[0] - back
        words[0] += (kind in _OPENERS and not back) - (kind == "until")
    else:
        stops = tex.count("\\>") + len(re.findall(r"\\(?:q?quad|hspace|indent)(?![A-Za-z])", tex))
        out.depth = max(stops, lists - 1, 0)
    if text:
        out.add(kind, rest, sort=False)


def _without_caption(body: str) -> str:
    for found in reversed(list(commands(body, "caption", "label", "caption*"))):
        at = options(body, found.end())
        words = caption_words(body, at)
        body = body[: found.start()] + body[words.end if words else argument(body, at)[1] :]
    return body
