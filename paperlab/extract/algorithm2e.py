r"""Pseudocode in the style of algorithm2e: blocks are brace arguments, `\;` ends a statement.

The keywords that a paper defines for itself (`\SetKwInOut`, `\SetKwProg`, `\SetKwFor` ...) are read from the algorithm;
where they stand in the preamble instead, a command is taken by its name and by what its arguments hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from paperlab.extract.pseudocode import DEEPEST, Lines, in_formula
from paperlab.extract.scan import COMMAND, argument, commands, has_group, options, skip_space
from paperlab.extract.text import to_text


@dataclass(frozen=True, slots=True)
class _Word:
    """A keyword: its line's kind and its arguments: `c` a head, `b` a block, `e` a block under `else`, `t` text."""

    kind: str
    shape: str
    lead: str = ""
    """What stands before the head and says what no kind says."""


_HEADS = {
    "For": "for", "ForEach": "for", "ForAll": "for", "ForPar": "for", "PFor": "for", "ParFor": "for", "While": "while", "If": "if",
    "uIf": "if", "ElseIf": "elif", "uElseIf": "elif", "lElseIf": "elif", "lIf": "if", "lFor": "for", "lForEach": "for",
    "lForAll": "for", "lWhile": "while", "Case": "if", "uCase": "if", "lCase": "if", "Fn": "function",
    "Function": "function", "Procedure": "function", "Def": "function", "Proc": "function", "ForP": "for",
}  # fmt: skip
WORDS: dict[str, _Word] = {
    **{name: _Word(kind, "cb") for name, kind in _HEADS.items()},
    "eIf": _Word("if", "cbe"), "leIf": _Word("if", "cbe"), "Switch": _Word("statement", "cb", "switch "),
    **dict.fromkeys(("Else", "uElse", "lElse", "Other", "uOther", "lOther"), _Word("else", "b")),
    "Repeat": _Word("repeat", "ub"), "lRepeat": _Word("repeat", "ub"), "Begin": _Word("begin", "b"), "Block": _Word("begin", "b"),
    "Loop": _Word("repeat", "b"), "Do": _Word("repeat", "ub"),
    **dict.fromkeys(("KwIn", "KwData", "Input", "Data", "Require", "KwInput", "In", "KwRequire", "Inputs", "Parameter"), _Word("input", "t")),
    **dict.fromkeys(("KwOut", "KwResult", "Output", "Result", "Ensure", "KwOutput", "Out", "KwEnsure", "Outputs"), _Word("output", "t")),
    **dict.fromkeys(("KwRet", "Return", "KwReturn", "Ret"), _Word("return", "r")),
    **dict.fromkeys(("tcp", "tcc", "Comment", "tcpas", "tcbc", "commentline", "CommentSty", "mycomment"), _Word("comment", "t")),
    "Indp": _Word("in", ""), "Indm": _Word("out", ""),
    **dict.fromkeys(("caption", "label", "SetAlgoCaptionSeparator", "SetKwComment", "lnl", "nllabel", "nlset", "vspace", "SetAlFnt", "SetAlCapFnt",
                     "SetCommentSty", "SetInd", "SetNlSty", "SetAlgoNlRelativeSize", "SetAlCapNameFnt", "SetArgSty", "setcounter",
                     "SetKwFunction", "SetKwData", "SetKw", "SetKwInOut", "SetKwInput", "SetKwProg", "SetKwFor", "SetKwRepeat", "SetKwIF",
                     "SetKwBlock", "SetKwHangingKw", "SetKwArray", "SetKwSwitch", "SetFuncSty", "SetKwSty", "SetDataSty", "SetVlineSkip"),
                    _Word("skip", "*")),
    **dict.fromkeys(("DontPrintSemicolon", "SetAlgoLined", "SetAlgoNoLine", "SetAlgoVlined", "LinesNumbered", "LinesNotNumbered", "small", "SetNoFillComment", "centering", "PrintSemicolon",
                     "footnotesize", "scriptsize", "SetAlgoNoEnd", "SetAlgoShortEnd", "RestyleAlgo", "nl", "BlankLine", "linesnumbered", "AlFnt", "normalsize", "SetAlgoLongEnd", "LinesNumberedHidden", "tiny", "SetStartEndCondition"),
                    _Word("skip", "")),
}  # fmt: skip
_DEFINES = {
    "SetKwInOut": "t",
    "SetKwInput": "t",
    "SetKwProg": "cb",
    "SetKwFor": "cb",
    "SetKwRepeat": "ub",
    "SetKwBlock": "b",
    "SetKwFunction": "f",
    "SetKw": "w",
    "SetKwData": "w",
    "SetKwArray": "a",
}
_FAMILIES = {
    "SetKwSwitch": (_Word("statement", "cb", "switch "), _Word("if", "cb"), _Word("else", "b")),
    "SetKwIF": (_Word("if", "cb"), _Word("elif", "cb"), _Word("else", "b")),
}
"""What defines three words at once -> each of them, which come with `u` and `l` in front too."""
_BY_NAME = (
    ("for", "for"),
    ("while", "while"),
    ("elseif", "elif"),
    ("else", "else"),
    ("if", "if"),
    ("repeat", "repeat"),
)
MOST_STEPS = 200_000


@dataclass(slots=True)
class _Reader:
    out: Lines
    words: Mapping[str, _Word]
    printed: Mapping[str, str]
    steps: int = 0


def read_algorithm2e(body: str, labels: Mapping[str, str] | None = None, preamble: str = "") -> Lines:
    r"""Read the inside of an algorithm2e environment; `preamble` may hold `\SetKwFunction` and its kin."""
    words, printed = _definitions(f"{preamble}\n{body}")
    out = Lines(labels)
    _block(_Reader(out, words, printed), body, 0)
    return out


def _definitions(body: str) -> tuple[Mapping[str, _Word], Mapping[str, str]]:
    """Read the keywords that the algorithm defines, and the words printed for its functions."""
    words, printed = dict(WORDS), dict[str, str]()
    for found in commands(body, *_FAMILIES):
        at = found.end()
        for word in _FAMILIES[found.group()[1:].rstrip("*")]:
            name, at = argument(body, at)
            words |= dict.fromkeys((name, f"u{name}", f"l{name}"), word)
            words |= {f"e{name}": _Word("if", "cbe")} if word.kind == "if" else {}
    for found in commands(body, *_DEFINES):
        how = _DEFINES[found.group()[1:].rstrip("*")]
        name, at = argument(body, found.end())
        text, _ = argument(body, at) if has_group(body, at) else (name, at)
        names = [n.strip() for n in name.split(",") if n.strip()]
        texts = [t.strip() for t in text.split(",")] if how in "fwa" else [text]
        for i, one in enumerate(names):
            shown = texts[i] if i < len(texts) else one
            if how in "fwa":
                printed[one] = shown + "[" * (how == "a")
            else:
                words[one] = _Word(_kind(one, shown, how), how, _lead(body, at) if how == "ub" else "")
    return words, printed


def _lead(body: str, at: int) -> str:
    r"""Give what turns the end of a loop into an `until`: `\SetKwRepeat{Do}{do}{while}` goes on while it holds."""
    _, at = argument(body, at)
    end, _ = argument(body, at) if has_group(body, at) else ("", at)
    return "not " if "while" in to_text(end).lower() else ""


def _kind(name: str, shown: str, how: str) -> str:
    """Tell a defined keyword's kind by its name and printed word."""
    both = f"{name} {to_text(shown)}".lower()
    if how == "t":
        return "output" if re.search(r"out|result|ensure|return", both) else "input"
    by_word = next((kind for word, kind in _BY_NAME if word in both), "function")
    return {"b": "repeat" if "loop" in both else "begin", "ub": "repeat"}.get(how, by_word)


def _block(reader: _Reader, tex: str, depth: int) -> None:
    """Read statements and keywords up to the end of a block."""
    at = start = 0
    while at < len(tex) and reader.steps < MOST_STEPS:
        reader.steps += 1
        found = _NEXT.search(tex, at)
        if found is None:
            break
        at = found.end()
        piece = found.group()
        if piece == "\\begin":
            at = _behind_formula(tex, at)
            continue
        word = _word(reader, tex, piece, at)
        if piece in _ENDS or piece[0] == "\n":
            _statement(reader, tex[start : found.start()])
            start = at
        elif word is not None:
            _statement(reader, tex[start : found.start()])
            at = start = _keyword(reader, word, tex, at, depth)
    _statement(reader, tex[start:])


_OF_FORMULAS = re.compile(r"(?:[pbBvV]|small)?matrix|[dr]?cases|array|aligned|gathered|split|tabular")


def _behind_formula(tex: str, at: int) -> int:
    r"""Give the place behind an environment whose `\\\\` end no line; for others, the place itself."""
    name, behind = argument(tex, at)
    end = tex.find(rf"\end{{{name}}}", behind) if _OF_FORMULAS.fullmatch(name.rstrip("*")) else -1
    return end if end >= 0 else at


_NEXT = re.compile(r"\n[ \t]*\n\s*|" + COMMAND.pattern, re.DOTALL)
_ENDS = frozenset(("\\;", "\\\\", "\\par", "\\newline"))


def _word(reader: _Reader, tex: str, piece: str, at: int) -> _Word | None:
    r"""Find the keyword of a command, also where only its arguments show that it is a block: `\Foo{..}{..\;..}`."""
    name = piece[1:].rstrip("*")
    word = reader.words.get(name)
    if word is not None:
        needs = word.shape[:1] in ("c", "b", "u", "t") or word.kind in ("input", "output")
        return word if not needs or has_group(tex, options(tex, _angle(tex, at))) else None
    if not name[:1].isupper() or name in reader.printed or not has_group(tex, at):
        return None
    _, after = argument(tex, at)
    second = argument(tex, after)[0] if has_group(tex, after) else ""
    return _Word(next((k for w, k in _BY_NAME if w in name.lower()), "function"), "cb") if "\\;" in second else None


def _angle(tex: str, at: int) -> int:
    r"""Skip a comment in round brackets: `\For(\tcp*[f]{note}){head}{block}`."""
    start = skip_space(tex, at)
    if not tex.startswith("(", start):
        return at
    depth = 0
    for place in range(start, min(len(tex), start + 500)):
        depth += (tex[place] == "(") - (tex[place] == ")")
        if depth == 0:
            return place + 1
    return at


def _statement(reader: _Reader, tex: str) -> None:
    text = tex.strip().strip("{}").strip() if tex.strip() in ("{", "}") else tex.strip()
    if text:
        reader.out.add("statement", _named(reader, text))


def _named(reader: _Reader, tex: str) -> str:
    r"""Write the paper's own functions as `Name(arguments)`, its arrays as `Name[index]`."""
    if not reader.printed:
        return tex
    for found in reversed(list(commands(tex, *reader.printed))):
        inner, at = argument(tex, found.end()) if tex.startswith("{", found.end()) else ("", found.end())
        shown = reader.printed[found.group()[1:].rstrip("*")]
        opens, closes = "[]" if shown.endswith("[") else "()"  # an array of algorithm2e
        call = opens + in_formula(inner, tex[: found.start()]) + closes if at > found.end() else ""
        tex = f"{tex[: found.start()]}{shown.rstrip('[')}{call}{tex[at:]}"
    return tex


def _keyword(reader: _Reader, word: _Word, tex: str, at: int, depth: int) -> int:
    """Read a keyword's arguments, add its lines, and give the place after it."""
    if word.kind == "skip":
        at = options(tex, at)
        while word.shape and has_group(tex, at) and tex[at - 1 : at] != "\n":
            _, at = argument(tex, at)
        return at
    if word.kind in ("in", "out"):
        reader.out.depth = max(0, reader.out.depth + (1 if word.kind == "in" else -1))
        return at
    if word.kind == "return":
        return _return(reader, tex, at)
    if word.shape == "t":
        at = options(tex, _angle(tex, at))
        text, at = argument(tex, at)
        reader.out.add(word.kind, _named(reader, text), sort=False)
        return at
    return _blocks(reader, word, tex, at, depth)


def _return(reader: _Reader, tex: str, at: int) -> int:
    if has_group(tex, at):
        text, at = argument(tex, at)
    else:
        found = _STOP.search(tex, at)
        end = found.start() if found else len(tex)
        text, at = tex[at:end], end
    reader.out.add("return", _named(reader, text), sort=False)
    return at


_STOP = re.compile(r"\\;|\\\\|\n[ \t]*\n|\\tc[pc]\b")


def _blocks(reader: _Reader, word: _Word, tex: str, start: int, depth: int) -> int:
    """Read heads and blocks in the order of the keyword's shape."""
    at = options(tex, _angle(tex, start))
    out, until = reader.out, ""
    note = _note(tex[start:at])
    if word.shape[0] not in "cu" and word.kind != "begin":
        out.add(word.kind, "", sort=False)
    for sign in word.shape:
        if not has_group(tex, at) and sign != "c":
            break
        text, at = argument(tex, at)
        if sign == "c":
            out.add(word.kind, word.lead + _named(reader, text), sort=False)
            out.add("comment", note, sort=False)
        elif sign == "u":
            until = text
            out.add("repeat", "", sort=False)
        else:
            if sign == "e":
                out.add("else", "", sort=False)
            _inner(reader, text, depth, shift=word.kind != "begin")
    if until:
        out.add("until", word.lead + _named(reader, until), sort=False)
    return at


def _note(tex: str) -> str:
    r"""Give the comment of `\For(\tcp*[f]{note}){head}{block}`."""
    found = next(iter(commands(tex, "tcp", "tcc")), None)
    return argument(tex, options(tex, found.end()))[0] if found else ""


def _inner(reader: _Reader, text: str, depth: int, *, shift: bool) -> None:
    reader.out.depth += shift
    if depth < DEEPEST:
        _block(reader, text, depth + 1)
    else:
        reader.out.add("statement", text)
    reader.out.depth = max(0, reader.out.depth - shift)
