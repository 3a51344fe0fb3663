"""The files of an e-print: what may be read, how its bytes become text, and where everything came from."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from pathlib import Path

from paperlab.records.extracted import Span

_FILE_LIMIT = 12_000_000
"""Bytes of one text file; a paper has 0.1 million."""
_TEXT_LIMIT = 4_000_000
"""Characters of one file that are read; the longest papers with all their tables have one million."""
_PAGE_LIMIT = 60_000_000
"""Bytes of a page or a PDF."""
_FILES_LIMIT = 20_000
_INPUTENC = re.compile(rb"\\usepackage\s*\[([\w,\s-]+)\]\s*\{inputenc\}")
_ENCODINGS = {
    "latin1": "latin-1", "latin2": "iso8859-2", "latin9": "iso8859-15", "ansinew": "cp1252", "cp1252": "cp1252", "applemac": "mac-roman",
    "koi8-r": "koi8-r", "cp1251": "cp1251", "cp1250": "cp1250", "latin5": "iso8859-9",
}  # fmt: skip


_CJK = re.compile(rb"\\begin\s*\{CJK\*?\}\s*(?:\[[^\]\n]*\])?\s*\{([\w-]{1,10})\}")
_OF_CJK = {
    "GBK": "gb18030",
    "GB": "gb18030",
    "Bg5": "big5",
    "SJIS": "shift_jis",
    "JIS": "euc_jp",
    "EUC-JP": "euc_jp",
    "KS": "euc_kr",
}
_BROKEN = re.compile("[\udc80-\udcff]")
_MOST_BROKEN = 0.2
"""Broken bytes beside each whole letter beyond ASCII of a text that is UTF-8 all the same."""


def decode(data: bytes) -> str:
    """Give the text of a TeX file: UTF-8, else the encoding that it declares, else Windows' superset of Latin-1.

    >>> decode("né".encode("latin-1"))
    'né'
    """
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16", "replace") if utf16 else _decode_bytes(data)
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def _decode_bytes(data: bytes) -> str:
    found = _INPUTENC.search(data[:200_000])
    if (whole := _broken_utf8(data)) is not None:
        return whole
    declared = [_ENCODINGS.get(n.strip().decode("ascii", "replace"), "") for n in found[1].split(b",")] if found else []
    if cjk := _CJK.search(data[:200_000]):
        declared.insert(0, _OF_CJK.get(cjk[1].decode("ascii", "replace"), ""))
    for encoding in [*filter(None, declared), "cp1252"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _broken_utf8(data: bytes) -> str | None:
    """Read UTF-8 in which a few bytes are of Windows' encoding; None where they are many."""
    text = data.decode("utf-8-sig", "surrogateescape")
    broken = len(_BROKEN.findall(text))
    if not broken:
        return text
    whole = sum(c > "\x7f" for c in text) - broken
    return None if broken > whole * _MOST_BROKEN else _BROKEN.sub(_windows, text)


def _windows(found: re.Match[str]) -> str:
    return bytes((ord(found[0]) - 0xDC00,)).decode("cp1252", "replace")


class Tree:
    """The files below one folder. Nothing outside is ever read, and links are refused."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._names: dict[str, Path] | None = None
        self._lower: dict[str, str] | None = None

    @property
    def names(self) -> dict[str, Path]:
        """Every plain file by its path relative to the root, in the order of names."""
        if self._names is None:
            self._names = dict(self._walk())
        return self._names

    def _walk(self) -> list[tuple[str, Path]]:
        found: list[tuple[str, Path]] = []
        pending = [self.root]
        while pending and len(found) < _FILES_LIMIT:
            folder = pending.pop()
            for path in _children(folder):
                if path.is_symlink():
                    continue
                if path.is_dir():
                    pending.append(path)
                elif path.is_file():
                    found.append((_printable(path.relative_to(self.root).as_posix()), path))
        return sorted(found)

    def find(self, name: str, *, folder: str = "", endings: tuple[str, ...] = ("",)) -> str | None:
        """Give the path, relative to the root, of the file that TeX would open for `name`; None where there is none.

        Args:
            name: as written, with quotes, backslashes or double slashes.
            folder: folder of the main file, relative to the root.
            endings: tried in this order.
        """
        clean = re.sub(r"/+", "/", name.strip().strip('"').strip().replace("\\", "/"))
        for base in dict.fromkeys([folder, ""]):
            for ending in endings:
                path = _normal(f"{base}/{clean}{ending}" if base else clean + ending)
                if path is not None and path in self.names:
                    return path
        return self._any_case(clean, endings)

    def _any_case(self, name: str, endings: tuple[str, ...]) -> str | None:
        """Papers made on a system that ignores case."""
        if self._lower is None:
            self._lower = {}
            for path in self.names:
                self._lower.setdefault(path.lower(), path)
        wanted = ((_normal(name + ending) or "").lower() for ending in endings)
        return next((self._lower[path] for path in wanted if path in self._lower), None)

    def text(self, name: str) -> str | None:
        """Give the text of a file; None where it is not there, cannot be read, or is too big."""
        path = self.names.get(name)
        if path is None or not path.resolve().is_relative_to(self.root):
            return None
        try:
            if path.stat().st_size > _FILE_LIMIT:
                return None
            return decode(path.read_bytes())[:_TEXT_LIMIT]
        except OSError:
            return None

    def data(self, name: str) -> bytes | None:
        """Give the bytes of a page or a PDF; None where it is not there or is too big."""
        path = self.names.get(name)
        if path is None or not path.resolve().is_relative_to(self.root):
            return None
        try:
            return path.read_bytes() if path.stat().st_size <= _PAGE_LIMIT else None
        except OSError:
            return None


def _printable(name: str) -> str:
    """Give a name that can be written as UTF-8, whatever the file system holds."""
    return os.fsencode(name).decode("utf-8", "replace")


def _children(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _normal(path: str) -> str | None:
    """Resolve `.` and `..` in a relative path; None where it leaves the root or is absolute."""
    if path.startswith(("/", "~")) or "\0" in path or re.match(r"[A-Za-z]:", path):
        return None
    parts: list[str] = []
    for part in path.split("/"):
        if part == ".." and not parts:
            return None
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


class Files:
    """The texts that were read, laid one after the other: one whole number is a place in all of them."""

    def __init__(self) -> None:
        self._bases: list[int] = []
        self._files: list[tuple[str, str, list[int]]] = []

    def add(self, name: str, text: str) -> int:
        """Keep a text and give the place of its first character."""
        base = self._bases[-1] + len(self._files[-1][1]) + 1 if self._files else 0
        self._bases.append(base)
        self._files.append((name, text, [m.start() for m in re.finditer("\n", text)]))
        return base

    def span(self, place: int) -> Span | None:
        """Give file and line of a place."""
        if not self._files:
            return None
        index = max(bisect_right(self._bases, place) - 1, 0)
        name, _, ends = self._files[index]
        return Span(file=name, line=bisect_right(ends, place - self._bases[index] - 1) + 1)

    def between(self, start: int, end: int) -> str:
        """Give what was written between two places; empty where they lie in two files or in the wrong order."""
        index = max(bisect_right(self._bases, start) - 1, 0)
        if not self._files or end <= start:
            return ""
        _, text, _ = self._files[index]
        base = self._bases[index]
        return text[start - base : end - base] if end - base <= len(text) else ""
