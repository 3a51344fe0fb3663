"""Files that hold very many records: opened whatever packs them, and cut into items without reading them whole.

A dump is cut at its lines, OAI pages at their <record> elements; a place in the file is the number of the member of
its archive and an offset in what that member unpacks to, so that a reading can go on where another one stopped.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from paperlab.arxiv.sniff import kind_of_bytes
from paperlab.errors import UsageError

LONGEST = 2_000_000
"""Bytes of one item; the longest record of arXiv has a hundredth of that."""
_BLOCK = 1 << 20
_HEAD = 1 << 16
_UNPACK: Mapping[str, Callable[..., Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile)
_BEGIN = re.compile(rb"<(?:\w+:)?record[\s>]")
_END = re.compile(rb"</(?:\w+:)?record\s*>")
_OAI = re.compile(rb"<(?:\w+:)?(?:OAI-PMH|ListRecords|GetRecord|record)[\s>]")

Place = tuple[int, int]


@dataclass(slots=True)
class Piece:
    """Some items of a file, and where the next ones begin."""

    kind: str
    """dump or oai."""
    items: list[bytes]
    faults: list[str]
    """What could not be cut into items."""
    place: Place
    raw: int
    """Bytes of the file itself read so far."""


class Source:
    """A file, or stdin, opened and unpacked; one reading from front to back."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name
        self._faults: list[str] = []

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()

    def size(self) -> int:
        """Give the bytes of the file; 0 where it is a pipe."""
        import os

        return os.fstat(self.file.fileno()).st_size

    def pieces(self, after: Place, most: int) -> Iterator[Piece]:
        """Cut what stands behind the place `after` into pieces of at most `most` items.

        Raises:
            UsageError: nothing in the file is a dump or an OAI page.
        """
        known = after != (0, 0)
        try:
            for number, stream, name in self._members():
                if number < after[0]:
                    continue
                offset = after[1] if number == after[0] else 0
                kind, head = _kind(stream, name)
                if kind is None:
                    self._faults.append(f"{name}: neither a dump nor OAI records")
                    continue
                known = True
                yield from self._member(number, stream, kind, head, offset, most)
        except _DAMAGE as error:
            self._faults.append(f"the file is damaged or ends early ({type(error).__name__})")
        if not known:
            raise UsageError(
                f"{self.name}: expected arXiv's metadata, one JSON object a line or OAI ListRecords pages, got "
                f"{'; '.join(self._faults[:1]) or 'nothing'}"
            )
        if self._faults:
            yield Piece("dump", [], self._taken(), (1 << 30, 0), self._raw())

    def _member(
        self, number: int, stream: IO[bytes], kind: str, head: bytes, offset: int, most: int
    ) -> Iterator[Piece]:
        cut = _lines if kind == "dump" else _records
        items: list[bytes] = []
        end = offset
        try:
            for end, item in cut(_Ahead(stream, head), offset):
                if item is None:
                    self._faults.append(f"an item of over {LONGEST / 1e6:.0f} MB at byte {end}")
                elif item.strip():
                    items.append(item)
                if len(items) >= most:
                    yield Piece(kind, items, self._taken(), (number, end), self._raw())
                    items = []
        except _DAMAGE as error:
            self._faults.append(f"the file is damaged or ends early ({type(error).__name__})")
        yield Piece(kind, items, self._taken(), (number, end), self._raw())

    def _taken(self) -> list[str]:
        faults, self._faults = self._faults, []
        return faults

    def _raw(self) -> int:
        try:
            return self.file.tell()
        except (OSError, ValueError):  # a pipe
            return 0

    def _members(self) -> Iterator[tuple[int, IO[bytes], str]]:
        """Give the files within: one, or those of an archive."""
        head = _peek(self.file, 512)
        kind = kind_of_bytes(head)
        if kind == "zip":
            with zipfile.ZipFile(self.file) as archive:
                for number, info in enumerate(i for i in archive.infolist() if not i.is_dir()):
                    with archive.open(info) as stream:
                        yield number, stream, info.filename
            return
        with ExitStack() as stack:
            stream = stack.enter_context(_UNPACK[kind](self.file)) if kind in _UNPACK else self.file
            if kind_of_bytes(_peek(stream, 512)) == "tar":
                yield from _of_tar(stream)
            else:
                yield 0, stream, self.name


def _of_tar(stream: IO[bytes]) -> Iterator[tuple[int, IO[bytes], str]]:
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for number, member in enumerate(m for m in archive if m.isfile()):
            inside = archive.extractfile(member)
            if inside is not None:
                yield number, inside, member.name


def open_source(path: Path) -> Source:
    """Open a file.

    Raises:
        UsageError: not there, or it cannot be read.
    """
    try:
        return Source(path.open("rb"), str(path))
    except OSError as error:
        raise UsageError(
            f"{path}: expected arXiv's metadata, got a file that cannot be read: {error.strerror}"
        ) from error


def fingerprint(path: Path) -> str:
    """Tell a file from what it was before: its size, its time, and a hash of its beginning."""
    import hashlib

    found = path.stat()
    with path.open("rb") as file:
        head = hashlib.sha256(file.read(_HEAD)).hexdigest()[:16]
    return f"{found.st_size} {found.st_mtime_ns} {head}"


def _peek(stream: IO[bytes], size: int) -> bytes:
    """Look at the beginning of a stream that is still at it; files, unpackers and stdin all hold a buffer."""
    peek = getattr(stream, "peek", None)
    return bytes(peek(size)[:size]) if peek else b""


def _kind(stream: IO[bytes], name: str) -> tuple[str | None, bytes]:
    """Say what a member holds, and give the bytes that were read for it."""
    del name
    head = stream.read(_HEAD)
    begin = head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0 \t\r\n")
    if begin.startswith(b"{"):
        return "dump", head
    return ("oai" if begin.startswith(b"<") and _OAI.search(head) else None), head


class _Ahead:
    """A stream whose first bytes were read already."""

    def __init__(self, stream: IO[bytes], head: bytes) -> None:
        self._stream, self._head = stream, head

    def skip(self, count: int) -> None:
        """Go on `count` bytes behind the beginning."""
        left = count - len(self._head)
        self._head = self._head[count:]
        while left > 0 and (got := self._stream.read(min(left, _BLOCK))):
            left -= len(got)

    def read(self, size: int) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        return head or self._stream.read(size)

    def readline(self, size: int) -> bytes:
        if not self._head:
            return self._stream.readline(size)
        end = self._head.find(b"\n", 0, size) + 1
        line = self._head[: end or size]
        self._head = self._head[len(line) :]
        ended = end or len(line) >= size
        return line if ended else line + self._stream.readline(size - len(line))


def _lines(stream: _Ahead, offset: int) -> Iterator[tuple[int, bytes | None]]:
    """Give each line with the offset of its end; None for one that is too long."""
    stream.skip(offset)
    while line := stream.readline(LONGEST):
        offset += len(line)
        if len(line) < LONGEST or line.endswith(b"\n"):
            yield offset, line
            continue
        while (rest := stream.readline(LONGEST)) and not rest.endswith(b"\n"):
            offset += len(rest)
        offset += len(rest)
        yield offset, None


def _records(stream: _Ahead, offset: int) -> Iterator[tuple[int, bytes | None]]:
    """Give each <record> with the offset of its end; None for one that is too long or is cut."""
    stream.skip(offset)
    held = b""
    while block := stream.read(_BLOCK):
        held += block
        used = 0
        while end := _END.search(held, used):
            begin = _BEGIN.search(held, used, end.end())
            yield offset + end.end(), held[begin.start() : end.end()] if begin else None
            used = end.end()
        offset += used
        held = held[used:]
        if len(held) > LONGEST:
            offset += len(held) - 100
            held = held[-100:]
            yield offset, None
    if _BEGIN.search(held):
        yield offset + len(held), None
