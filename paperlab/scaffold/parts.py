"""The three-way merge of a Python file, by its parts: each top-level function, class, name and import is one.

The base is the sha256 of each part as we wrote it, kept in the folder's manifest; ours is what would be written now;
theirs is the file. The rows of a top-level dictionary, as of `SHAPES`, are parts of their own.

    theirs = base            ours replaces it (or removes it, where the paper's item is gone)
    theirs != base           theirs stays; where ours != base too, it is told once
    no name of ours          the learner's, as comments and blank lines are: stays where it stands
    name known, part gone    the learner deleted it: stays deleted
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from paperlab.scaffold.files import read_manifest, read_note, sha256

NOTE = "parts"
"""Key of the folder's manifest: `model.py#softmax`, `model.py#SHAPES[softmax]` -> hash of what we wrote."""
_IMPORTS = (ast.Import, ast.ImportFrom)


class Part(NamedTuple):
    """Some lines of a file."""

    names: tuple[str, ...]
    """What they bind; nothing for comments, blank lines and statements that bind nothing."""
    text: str
    imports: bool = False


class Merged(NamedTuple):
    """Files after the merge."""

    files: dict[str, bytes]
    done: frozenset[str]
    """Names of the files that hold the learner's work, and ours where it was free to go in."""
    marked: tuple[str, ...]
    """Parts of the learner's for which there is a newer form: `model.py#softmax`; `model.py: ...` for a file left alone."""
    note: dict[str, str]


def merge_files(folder: Path, files: Mapping[str, bytes]) -> Merged:
    """Put what is new into each Python file of a folder that the learner has changed; nothing is written.

    A file that is as we wrote it, or of which no parts are remembered, is given as it would be written anew.
    """
    known, hashes = read_note(folder, NOTE), read_manifest(folder)
    result, marked, note = dict(files), list[str](), dict[str, str]()
    done = set()
    for name, new in ((n, data) for n, data in files.items() if n.endswith(".py")):
        theirs, old = _read(folder / name), _of(known, name)
        base = prints(new.decode()) | {"": sha256(new)}
        if theirs not in (b"", new) and sha256(theirs) not in ([old[""]] if old else hashes.get(name, [])):
            merged = _merged(theirs, new.decode(), old) if old else None
            base = base if merged else old  # what could not be merged goes in once it can be
            if old:
                result[name], told = merged or (theirs, [_NO_PYTHON])
                done.add(name)
                marked += [f"{name}{one}" for one in told]
        note |= {f"{name}#{key}".removesuffix("#"): value for key, value in base.items()}
    return Merged(result, frozenset(done), tuple(marked), note)


_NO_PYTHON = ": no Python, nothing was merged"


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _of(known: Mapping[str, str], name: str) -> dict[str, str]:
    """Give what the manifest remembers of one file: part -> hash, and under no name that of the whole."""
    found = {key.partition("#")[2]: value for key, value in known.items() if key.partition("#")[0] == name}
    return found if "" in found else {}


def _merged(theirs: bytes, new: str, base: Mapping[str, str]) -> tuple[bytes, list[str]] | None:
    """Merge a file as it lies on the disk; None for one that is no Python in UTF-8."""
    try:
        text = theirs.decode()
        lead, ends = text[: text.startswith("\ufeff")], "\r\n" if "\r\n" in text else "\n"
        mine = text.removeprefix("\ufeff").replace("\r\n", "\n")
        merged, told = merge_text(mine, new, base)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return theirs if merged == mine else (lead + merged.replace("\n", ends)).encode(), [f"#{one}" for one in told]


def merge_text(theirs: str, new: str, base: Mapping[str, str]) -> tuple[str, list[str]]:
    """Merge what would be written now into the learner's text.

    Args:
        theirs: the learner's file, lines ended by a newline alone.
        new: the file as it would be written.
        base: name of a part -> hash of what we wrote, see `prints`.

    Returns:
        the text, and the names of the learner's parts that have a newer form or are gone from the paper.

    Raises:
        SyntaxError: `theirs` is no Python.
    """
    there, ours = split(theirs), {name: part for part in split(new) for name in part.names}
    kept, marked = [], list[str]()
    for part in there:
        one, told = _part(part, ours, base)
        kept += [one] if one else []
        marked += told
    names = {name for part in there for name in part.names}
    added = [n for n, part in ours.items() if not part.imports and n not in names and n not in base]
    for name in added:
        _insert(kept, name, [*ours], ours[name])
    old = {part.text for part in there}
    used = {word for part in kept if part.text not in old for word in re.findall(r"\w+", part.text)}
    for name in (n for n, part in ours.items() if part.imports and n not in names and n in used):
        _insert(kept, name, [*ours], ours[name])
    text = "".join(part.text for part in kept)
    ast.parse(text)
    return text, list(dict.fromkeys(marked))


def split(text: str) -> list[Part]:
    """Cut a file into its parts; joined they are the text.

    Raises:
        SyntaxError: it is no Python.
    """
    rows = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    parts: list[Part] = []
    end = 0
    for first, last, nodes in _spans(ast.parse(text), rows):
        parts += [Part((), "".join(rows[end:first]))] if end < first else []
        names = dict.fromkeys(name for node in nodes for name in _names(node))
        parts.append(Part((*names,), "".join(rows[first:last]), all(isinstance(n, _IMPORTS) for n in nodes)))
        end = last
    return [*parts, Part((), "".join(rows[end:]))] if end < len(rows) else parts


def _spans(tree: ast.Module, rows: Sequence[str]) -> Iterator[tuple[int, int, list[ast.stmt]]]:
    """Give the statements of a file with their lines, decorators and the comments at their end with them."""
    first, last, nodes = 0, 0, list[ast.stmt]()
    for node in tree.body:
        start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))]) - 1
        if nodes and start >= last:
            yield first, last, nodes
            nodes = []
        first = first if nodes else start
        nodes.append(node)
        last = node.end_lineno or node.lineno
        if hasattr(node, "body"):
            last = _commented(rows, last)
    if nodes:
        yield first, last, nodes


def _commented(rows: Sequence[str], last: int) -> int:
    """Give the end of a body with the indented comments below its last statement."""
    for number in range(last, len(rows)):
        if rows[number].strip() and not re.match(r"[ \t]+#", rows[number]):
            break
        last = number + 1 if rows[number].strip() else last
    return last


def _names(node: ast.stmt) -> Iterator[str]:
    """Give what a statement binds at the top of its module."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield "__doc__"
    for inner in ast.walk(node):
        if isinstance(inner, ast.alias):
            yield (inner.asname or inner.name).partition(".")[0]
        elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield inner.name
        elif isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            yield inner.id


def prints(text: str) -> dict[str, str]:
    """Give the hash of each part of a file, by its name, and of each row of a dictionary: `SHAPES[softmax]`."""
    found: dict[str, str] = {}
    for part in split(text):
        found |= dict.fromkeys(part.names, _print(part.text))
        found |= {_row(part, key): _print(value) for key, (_, _, value) in _rows(part).items()}
    return found


def _print(text: str) -> str:
    return hashlib.sha256(_plain(text).strip().encode("utf-8", "surrogatepass")).hexdigest()


def _plain(text: str) -> str:
    """Give a text without what editors do at the ends of lines."""
    return "\n".join(row.rstrip() for row in text.split("\n"))


def _part(part: Part, ours: Mapping[str, Part], base: Mapping[str, str]) -> tuple[Part | None, list[str]]:
    """Give what stands in a part's place after the merge, None where it goes, and what is to be told."""
    (name,) = part.names if len(part.names) == 1 else ("",)
    new = ours.get(name)
    if name and base.get(name) == _print(part.text):
        return (part if part.imports else None) if new is None else _ended(new), []
    if new and _rows(new) and _rows(part):
        text, told = _merged_rows(part, new, base)
        return part._replace(text=text), told
    return part, [] if part.imports else [n for n in part.names if _is_newer(n, part.text, ours, base)]


def _is_newer(name: str, text: str, ours: Mapping[str, Part], base: Mapping[str, str]) -> bool:
    """Say whether what we would write has changed since, and is not what the learner has."""
    return _changed(base.get(name), _print(text), _print(ours[name].text) if name in ours else None)


def _changed(base: str | None, theirs: str, new: str | None) -> bool:
    return base is not None if new is None else new not in (base, theirs)


def _ended(part: Part) -> Part:
    return part if part.text.endswith("\n") else part._replace(text=part.text + "\n")


def _insert(parts: list[Part], name: str, order: Sequence[str], new: Part) -> None:
    """Put a new part behind the nearest of ours before it; without one before the nearest behind it, else at the end."""
    at = order.index(name)
    before = _place(parts, reversed(order[:at]))
    behind = None if before is not None else _place(parts, iter(order[at + 1 :]))
    spot = before + 1 if before is not None else behind if behind is not None else len(parts)
    gap = "" if new.imports else "\n\n"
    if spot and not parts[spot - 1].text.endswith("\n"):
        parts[spot - 1] = _ended(parts[spot - 1])
    added = [_ended(new), Part((), gap)] if before is None and behind is not None else [Part((), gap), _ended(new)]
    parts[spot:spot] = [part for part in added if part.text]


def _place(parts: Sequence[Part], names: Iterator[str]) -> int | None:
    for name in names:
        for number, part in enumerate(parts):
            if name in part.names:
                return number
    return None


def _row(part: Part, key: str) -> str:
    return f"{part.names[0]}[{key}]"


def _rows(part: Part) -> dict[str, tuple[int, int, str]]:
    """Give key -> first byte of the key, end of the value, the value's text, for a dictionary with words for keys."""
    found: dict[str, tuple[int, int, str]] = {}
    table = _table(part)
    data, starts = part.text.encode(), _starts(part.text)
    for key, value in zip(table.keys, table.values, strict=True) if table else ():
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            first, last = starts[value.lineno - 1] + value.col_offset, _end(value, starts)
            found[key.value] = (starts[key.lineno - 1] + key.col_offset, last, data[first:last].decode())
    return found


def _table(part: Part) -> ast.Dict | None:
    if len(part.names) != 1 or part.imports or "{" not in part.text:
        return None
    match ast.parse(part.text).body:
        case [ast.Assign(value=ast.Dict() as table) | ast.AnnAssign(value=ast.Dict() as table)]:
            return table
    return None


def _starts(text: str) -> list[int]:
    starts = [0]
    for row in text.split("\n"):
        starts.append(starts[-1] + len(row.encode()) + 1)
    return starts


def _end(node: ast.expr, starts: Sequence[int]) -> int:
    return starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)


def _merged_rows(part: Part, new: Part, base: Mapping[str, str]) -> tuple[str, list[str]]:
    """Merge a dictionary row by row, from its end on, so that places before stay right."""
    theirs, ours, table = _rows(part), _rows(new), _table(part)
    data, told = part.text.encode(), list[str]()
    fresh = [key for key in ours if key not in theirs and _row(new, key) not in base]
    if fresh and table:
        data = _with_rows(data, table, _starts(part.text), [f'"{key}": {ours[key][2]}' for key in fresh])
    for key, (first, last, value) in reversed(theirs.items()):
        name, mine = _row(part, key), _print(value)
        if base.get(name) == mine:
            data = _replaced(data, first, last, value, ours[key][2] if key in ours else None)
        elif _changed(base.get(name), mine, _print(ours[key][2]) if key in ours else None):
            told.append(name)
    return data.decode(), told[::-1]


def _replaced(data: bytes, first: int, last: int, old: str, new: str | None) -> bytes:
    if new is not None:
        return data[: last - len(old.encode())] + new.encode() + data[last:]
    start = data.rfind(b"\n", 0, first) + 1
    end = re.match(rb",[ \t]*\n", data[last:])
    alone = end is not None and not data[start:first].strip()
    return data[:start] + data[last + end.end() :] if end and alone else data


def _with_rows(data: bytes, table: ast.Dict, starts: Sequence[int], rows: Sequence[str]) -> bytes:
    """Put rows before a dictionary's closing bracket."""
    close, last = _end(table, starts) - 1, _end(table.values[-1], starts)
    after = re.sub(rb"#[^\n]*", b"", data[last:close])
    comma = b"" if b"," in after else b","
    between = data[last:close].rstrip(b" \t")
    between += b"" if between.endswith(b"\n") else b"\n"
    return data[:last] + comma + between + "".join(f"    {row},\n" for row in rows).encode() + data[close:]
