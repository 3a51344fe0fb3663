r"""A text -> the same text as an attacker, or a careless reader, would put it together.

Joined over line breaks and string concatenation; unescaped (`\x68`, `%68`, `&#104;`, `\u0068`); decoded from base64,
base32, hex and lists of byte values, also when packed by zlib or gzip; reversed.
"""

from __future__ import annotations

import ast
import base64
import binascii
import html
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote

from paperlab.publish.notebook import ANSI

MAX_DEPTH = 3
MAX_DECODED = 2_000_000
"""Bytes of one decoded run: what is longer is a data set, and its beginning is read."""
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_CONCATENATED = re.compile(r"""(["'])[ \t]*(?:\\?\r?\n[ \t]*|\+|,|\s)*[rbfuRBFU]{0,2}(["'])""")
_BROKEN = re.compile(r"(?<![ \t])[ \t]*\\?\r?\n[ \t]*(?:#|//|>|\*|\|)?[ \t]*")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}|[A-Za-z0-9_-]{20,}={0,2}")
"""Twenty signs hold fifteen bytes, less than any token has; shorter values are searched for by `forms`."""
_WRAPPED = re.compile(r"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{16,}[ \t]*\r?\n[ \t]*)+[A-Za-z0-9+/_-]{2,}={0,2}")
_BASE32 = re.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{24,}={0,6}")
_HEX = re.compile(r"(?<![A-Za-z0-9])(?:(?:\\x|0x|%)?[0-9A-Fa-f]{2}[\s,:]{0,2}){8,}")
_NUMBERS = re.compile(r"(?:\b\d{2,3}\b\s*,\s*){7,}\b\d{2,3}\b")
_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\([0-7]{3})")
_ESCAPED_SIGN = re.compile(r"\\([_*.~-])")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,500}>")
_CELLS = re.compile(r"</t[dh]>\s*<t[dh](?:\s[^<>]{0,200})?>")
_PRINTABLE = re.compile(rb"[\x09\x0a\x0d\x20-\x7e]{8,}")


@dataclass(frozen=True, slots=True)
class View:
    """One way to read a text; `plain` is the text itself, where assignments are judged too."""

    text: str
    plain: bool


def views(text: str, *, code: bool = False) -> Iterator[View]:
    """Give the text itself and every other reading of it that differs."""
    if not text:
        return
    clean = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    read = {_one_string(clean), _cells(clean)}
    seen = {clean}
    yield View(clean, plain=True)
    level = [clean]
    for depth in range(MAX_DEPTH):
        following = []
        for one in level:
            readings = [*_joined(one, code=code and depth == 0), *_unescaped(one), *_decoded(one)]
            following += [r for r in dict.fromkeys(readings) if r not in seen]
            seen.update(readings)
        for reading in following:
            yield View(reading, plain=depth == 0 and reading in read)
        level = following
    yield View(clean[::-1], plain=False)


def _one_string(text: str) -> str:
    """Join neighbouring string literals, by sight: it works in any language and in broken code."""
    return _CONCATENATED.sub(lambda m: "" if m[1] == m[2] else m[0], text)


def _cells(text: str) -> str:
    """Read neighbours in a table of HTML as a name and its value."""
    return _TAG.sub("", _CELLS.sub("=", text)) if "</t" in text else text


def _joined(text: str, *, code: bool) -> Iterator[str]:
    yield _one_string(text)
    yield _BROKEN.sub("", text)
    if code:
        yield from _folded(text)


def _folded(text: str) -> Iterator[str]:
    """Give the string constants that Python would build: `a + b`, f-strings, `"".join([...])`, `%`."""
    lines = [("" if line.lstrip().startswith(("%", "!", "?")) else line) for line in text.split("\n")]
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    names: dict[str, str] = {}
    for node in _nodes(tree):
        if isinstance(node, ast.Assign):
            value = _constant(node.value, names)
            names.update({t.id: value for t in node.targets if isinstance(t, ast.Name) and value is not None})
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and isinstance(node.op, ast.Add):
            grown = _together([names.get(node.target.id), _constant(node.value, names)])
            if grown is not None:
                names[node.target.id] = grown
                yield grown
        if isinstance(node, ast.BinOp | ast.JoinedStr | ast.Call):
            value = _constant(node, names)
            if value is not None and len(value) >= 8:
                yield value


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """Give nodes in the order of the text, so that a name is known where it is used."""
    return sorted(ast.walk(tree), key=lambda n: (getattr(n, "lineno", 0), not isinstance(n, ast.Assign)))


def _constant(node: ast.AST, names: dict[str, str], depth: int = 0) -> str | None:
    """Evaluate an expression of constant strings; None for anything else."""
    if depth > 40:
        return None
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.Constant(value=bytes(raw)):
            return raw.decode("latin-1")
        case ast.Name(id=name):
            return names.get(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _together([_constant(left, names, depth + 1), _constant(right, names, depth + 1)])
        case ast.JoinedStr(values=values):
            return _together([_constant(v, names, depth + 1) for v in values])
        case ast.FormattedValue(value=value):
            return _constant(value, names, depth + 1)
        case ast.Call(func=ast.Attribute(value=glue, attr="join"), args=[ast.List(elts=elts) | ast.Tuple(elts=elts)]):
            return _together([_constant(e, names, depth + 1) for e in elts], _constant(glue, names, depth + 1) or "")
    return None


def _together(parts: list[str | None], glue: str = "") -> str | None:
    return None if any(part is None for part in parts) else glue.join(part for part in parts if part is not None)


def _unescaped(text: str) -> Iterator[str]:
    if "\x1b" in text:
        yield ANSI.sub("", text)
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield html.unescape(text)
    if "<" in text:
        yield from dict.fromkeys([_cells(text), _TAG.sub("", text)])
    if "\\" in text:
        yield _ESCAPED_SIGN.sub(r"\1", text)
        yield _ESCAPED.sub(lambda m: chr(int(m[1] or m[2] or m[3], 8 if m[3] else 16)), text)


def _decoded(text: str) -> Iterator[str]:
    """Give printable runs of what base64, hex and byte lists hold."""
    for match in _BASE64.finditer(text):
        yield from _base64(match[0])
    for match in _WRAPPED.finditer(text):
        yield from _base64(re.sub(r"\s+", "", match[0]))
    for match in _BASE32.finditer(text):
        run = match[0].rstrip("=")[: MAX_DECODED & ~7]
        with suppress(binascii.Error):  # a length that no encoder gives
            yield from _runs(base64.b32decode(run + "=" * (-len(run) % 8)))
    for match in _HEX.finditer(text):
        yield from _runs(bytes.fromhex(re.sub(r"\\x|0x|[^0-9A-Fa-f]", "", match[0])[: MAX_DECODED & ~1]))
    for match in _NUMBERS.finditer(text):
        numbers = [int(n) for n in re.findall(r"\d+", match[0])]
        yield from _runs(bytes(n if n < 256 else 0 for n in numbers))


def _base64(run: str) -> Iterator[str]:
    """Decode a run at each of the four alignments, since a prefix such as `key_` may stand before it."""
    run = run.rstrip("=").replace("-", "+").replace("_", "/")[:MAX_DECODED]
    for start in range(4):
        part = run[start:]
        part = part[:-1] if len(part) % 4 == 1 else part
        data = base64.b64decode(part + "=" * (-len(part) % 4))
        yield from _runs(data)
        if start == 0:
            yield from _runs(_unpacked(data))


def _unpacked(data: bytes) -> bytes:
    """Unpack zlib and gzip; nothing for anything else."""
    if data[:2] != b"\x1f\x8b" and data[:1] != b"\x78":
        return b""
    try:
        return zlib.decompressobj(47).decompress(data, MAX_DECODED)
    except zlib.error:
        return b""


def _runs(data: bytes) -> Iterator[str]:
    for one in (data, data.replace(b"\0", b"") if b"\0" in data else b""):
        yield from (run.decode("ascii") for run in _PRINTABLE.findall(one))


def forms(secret: str) -> Iterator[str]:
    """Give a secret in the forms that are searched for: plain, base64 at each alignment, hex, URL-encoded, reversed."""
    raw = secret.encode()
    yield from dict.fromkeys(
        [secret, quote(secret, safe=""), quote_plus(secret), secret[::-1], raw.hex(), raw.hex().upper()]
    )
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + raw).decode().rstrip("=")
        # The first signs mix with what stands before, the last with what follows.
        core = coded[(0, 2, 3)[lead] : len(coded) - (1 if (len(raw) + lead) % 3 else 0)]
        if len(core) >= 6:
            yield core
            yield core.replace("+", "-").replace("/", "_")
