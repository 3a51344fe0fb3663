"""Archives into folders, safely: what a stranger packed writes nothing outside, and nothing without limit.

Each archive is read as a stream, so that a bomb is met while it unfolds; whatever it names is checked here and
written by us, to a new file in a new folder. A member that would reach outside, or is anything but a file or a
folder, makes the whole archive Unsafe: an honest e-print has none.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from paperlab.arxiv.sniff import HEAD_BYTES, TEX_ENDINGS, kind_of_bytes
from paperlab.errors import BadAnswer, Unsafe

Opener = Callable[[IO[bytes]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an archive may unfold to. arXiv itself takes submissions of 50 MB, packed."""

    members: int = 10_000
    total_bytes: int = 500_000_000
    file_bytes: int = 100_000_000
    component_bytes: int = 255
    """What file systems take."""
    path_bytes: int = 1024
    depth: int = 32
    ratio: int = 200
    """Unfolded by packed, once more than `free_bytes` are out; TeX comes to 5, empty plots to 100."""
    free_bytes: int = 50_000_000
    header_bytes: int = 1_000_000
    """A tar header that only holds a long name or attributes."""


LIMITS = Limits()


def unfold(source: Path, folder: Path, *, name: str = "", limits: Limits = LIMITS) -> None:
    """Write what `source` holds into the empty `folder`: the members of an archive, or the single file itself.

    Args:
        source: archive or single file; what it is, its bytes say.
        folder: exists and is empty.
        name: how a single file is called where its archive does not say; `main` with a fitting ending otherwise.
        limits: what is accepted.

    Raises:
        Unsafe: a member reaches outside, is no file, or a limit is passed.
        BadAnswer: the archive is cut or broken, or the bytes are nothing that paperlab knows.
    """
    with source.open("rb") as handle, _broken_is_bad():
        head = handle.read(HEAD_BYTES)
        handle.seek(0)
        if kind_of_bytes(head) == "zip":
            _unzip(handle, _Folder(folder, limits))
        else:
            _unfold_stream(handle, head, _Folder(folder, limits), name)


_OPENERS: Mapping[str, Opener] = {
    "gzip": lambda handle: gzip.GzipFile(fileobj=handle, mode="rb"),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_NAMES: Mapping[str, str] = {"pdf": "main.pdf", "html": "index.html", "postscript": "main.ps", "text": "main.tex"}


def _unfold_stream(handle: IO[bytes], head: bytes, folder: _Folder, name: str) -> None:
    kind, packed = kind_of_bytes(head), handle
    if kind == "gzip":
        name = gzip_name(head) or name
    # Twice at most: a server that packs what is packed already is known, more is a trick.
    for _ in range(2):
        if kind in _OPENERS:
            handle = io.BufferedReader(_Bounded(_OPENERS[kind](handle), packed, folder.limits), 1 << 16)
            kind = kind_of_bytes(handle.peek(HEAD_BYTES)[:HEAD_BYTES])
    if kind == "binary" and name.lower().endswith(TEX_ENDINGS):
        kind = "text"  # a stray zero byte, or UTF-16: read as TeX what an archive's member of that name would be
    if kind == "tar":
        _untar(handle, folder)
    elif kind in _NAMES:
        folder.put(single_name(name, kind), handle)
    else:
        raise BadAnswer(f"expected an e-print (tar, zip, gzip, TeX, HTML or PDF), got a file that is {kind}")
    while handle.read(1 << 16):
        pass  # to the end, so that the checksum of the packing is compared


class _Header(tarfile.TarInfo):
    """A tar header that is refused before tarfile reads a giant attribute into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Any:
        found = super().frombuf(buf, encoding, errors)
        if found.type in _NAME_HEADERS and found.size > LIMITS.header_bytes:
            raise Unsafe(
                f"expected names and attributes of at most {LIMITS.header_bytes:,} bytes, got a tar header of {found.size:,}; not unpacked"
            )
        return found


_NAME_HEADERS = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


def _untar(handle: IO[bytes], folder: _Folder) -> None:
    with tarfile.open(
        fileobj=handle, mode="r|", tarinfo=_Header, encoding="utf-8", errors="surrogateescape"
    ) as archive:
        for member in archive:
            folder.count()
            if member.isdir():
                folder.parts(member.name)
                continue
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                raise Unsafe(
                    f"expected files and folders in the archive, got {shown(member.name)} which is a {_special(member)}; not unpacked"
                )
            folder.put(member.name, content, announced=member.size)


def _special(member: tarfile.TarInfo) -> str:
    return "link" if member.issym() or member.islnk() else "FIFO" if member.isfifo() else "device or the like"


def _unzip(handle: IO[bytes], folder: _Folder) -> None:
    with zipfile.ZipFile(handle) as archive:
        for member in archive.infolist():
            folder.count()
            if member.is_dir():
                folder.parts(member.filename)
                continue
            mode = member.external_attr >> 16
            if member.flag_bits & 0x1 or (stat.S_IFMT(mode) and not stat.S_ISREG(mode)):
                what = "locked by a password" if member.flag_bits & 0x1 else "a link or device"
                raise Unsafe(
                    f"expected files and folders in the archive, got {shown(member.filename)} which is {what}; not unpacked"
                )
            with archive.open(member) as content:
                folder.put(member.filename, content, announced=member.file_size)


class _Folder:
    """The folder that is being filled, and what it has taken so far."""

    def __init__(self, root: Path, limits: Limits) -> None:
        self.root, self.limits = root, limits
        self.members = self.bytes = 0
        self.names = Names(fold_of(root))

    def count(self) -> None:
        """Count one member."""
        self.members += 1
        if self.members > self.limits.members:
            raise Unsafe(f"expected at most {self.limits.members:,} members in the archive, got more; not unpacked")

    def parts(self, name: str) -> tuple[str, ...]:
        """Check a member's name."""
        return safe_parts(name, self.limits)

    def put(self, name: str, content: IO[bytes], *, announced: int = 0) -> None:
        """Write one file; a second one of the same name replaces the first, as tar itself does."""
        parts = self.parts(name)
        if not parts:
            raise Unsafe(f"expected a file name in the archive, got {shown(name)}; not unpacked")
        self._room(name, announced)
        path = self.root.joinpath(*self.names.free(parts))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                path.unlink()
            with path.open("xb") as sink:
                self._pour(name, content, sink)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise Unsafe(
                f"expected a file or a folder called {shown(name)} in the archive, got both; not unpacked"
            ) from error

    def _pour(self, name: str, content: IO[bytes], sink: IO[bytes]) -> None:
        taken = 0
        while chunk := content.read(1 << 16):
            taken += len(chunk)
            self.bytes += len(chunk)
            self._room(name, taken)
            sink.write(chunk)

    def _room(self, name: str, size: int) -> None:
        if size > self.limits.file_bytes or self.bytes > self.limits.total_bytes:
            raise Unsafe(
                f"expected files of at most {self.limits.file_bytes:,} bytes and {self.limits.total_bytes:,} together, "
                f"got more at {shown(name)}; not unpacked"
            )


class _Bounded(io.RawIOBase):
    """An unpacking stream that ends a bomb: too many bytes, or too many for what was packed."""

    def __init__(self, plain: IO[bytes], packed: IO[bytes], limits: Limits) -> None:
        super().__init__()
        self.plain, self.packed, self.limits, self.out = plain, packed, limits, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self.plain.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.out += len(chunk)
        # Half as much again for the archive's own headers and padding.
        too_many = self.out > self.limits.total_bytes * 3 // 2
        if too_many or (
            self.out > self.limits.free_bytes and self.out > self.limits.ratio * max(1, self.packed.tell())
        ):
            raise Unsafe(
                f"expected an archive that unfolds to at most {self.limits.ratio} times its size, got a bomb; not unpacked"
            )
        return len(chunk)


class Names:
    """Names that are taken in a folder where `fold` says which names are one."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        """Start with none taken."""
        self.fold, self.taken = fold, dict[str, str]()

    def free(self, parts: tuple[str, ...]) -> tuple[str, ...]:
        """Give the name itself, or one with a number where another spelling of it is taken.

        >>> names = Names(str.casefold)
        >>> names.free(("Fig.eps",)), names.free(("fig.eps",)), names.free(("Fig.eps",))
        (('Fig.eps',), ('fig~2.eps',), ('Fig.eps',))
        """
        exact, stem = "/".join(parts), Path(parts[-1])
        for number in range(1, LIMITS.members + 2):
            last = parts[-1] if number == 1 else f"{stem.stem}~{number}{stem.suffix}"
            key = self.fold("/".join((*parts[:-1], last)))
            if self.taken.setdefault(key, exact) == exact:
                return (*parts[:-1], last)
        raise Unsafe(f"expected different names in the archive, got {shown(exact)} again and again; not unpacked")


def fold_of(folder: Path) -> Callable[[str], str]:
    """Find out whether the file system of `folder` tells `a` from `A`."""
    probe = folder / "a"
    probe.touch()
    try:
        same = (folder / "A").exists()
    finally:
        probe.unlink()
    return (lambda name: unicodedata.normalize("NFC", name).casefold()) if same else (lambda name: name)


def safe_parts(name: str, limits: Limits = LIMITS) -> tuple[str, ...]:
    r"""Check the name of a member and give its components; bytes that are no UTF-8 become readable letters.

    Raises:
        Unsafe: absolute, `..`, too long or too deep.

    >>> safe_parts("./sections//intro.tex"), safe_parts("r\udce9sum\udce9.tex")
    (('sections', 'intro.tex'), ('résumé.tex',))
    """
    text = readable(name)
    components = re.split(r"[/\\]", text)
    if text.startswith(("/", "\\")) or re.match(r"[A-Za-z]:[/\\]", text) or ".." in components:
        raise Unsafe(f"expected names inside the archive's own folder, got {shown(text)}; not unpacked")
    parts = tuple(_printable(part) for part in text.split("/") if part not in ("", "."))
    if (
        len(parts) > limits.depth
        or len(text.encode("utf-8")) > limits.path_bytes
        or any(len(part.encode("utf-8")) > limits.component_bytes for part in parts)
    ):
        raise Unsafe(
            f"expected names of at most {limits.depth} folders and {limits.component_bytes} bytes each, got {shown(text)}; not unpacked"
        )
    return parts


def readable(name: str) -> str:
    """Give a name as text that can be encoded: UTF-8 where it is, Latin-1 where it is not."""
    raw = name.encode("utf-8", "surrogateescape") if not _lone(name) else name.encode("utf-8", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _lone(name: str) -> bool:
    """A surrogate that is no escaped byte cannot be written at all."""
    return any("\ud800" <= sign <= "\udfff" and not "\udc80" <= sign <= "\udcff" for sign in name)


def _printable(part: str) -> str:
    """Replace what would move a terminal's cursor, turn the text round, or cut a path."""
    return "".join(
        "_" if sign == "\\" or unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") else sign for sign in part
    )


def shown(name: str) -> str:
    """Give a name for a message: one line, short."""
    return repr(readable(name)[:120])


def gzip_name(head: bytes) -> str:
    """Give the file name in a gzip header, empty where it has none."""
    if len(head) < 10 or not head[3] & 0x08:
        return ""
    start = 10 + (2 + int.from_bytes(head[10:12], "little") if head[3] & 0x04 else 0)
    end = head.find(b"\x00", start)
    return readable(head[start:end].decode("utf-8", "surrogateescape")) if end > start else ""


def single_name(name: str, kind: str) -> str:
    """Name a single file: its own name without folders, with an ending that says what it is.

    >>> single_name("9901001", "text"), single_name("../../x.tex", "text"), single_name("", "pdf")
    ('9901001.tex', 'x.tex', 'main.pdf')
    """
    last = _printable(re.split(r"[/\\]", readable(name))[-1]).strip(". ")
    last = last.encode("utf-8")[:200].decode("utf-8", "ignore")
    default = _NAMES[kind]
    if not last:
        return default
    known = {"text": (".tex", ".ltx", ".latex"), "html": (".html", ".htm", ".xhtml")}.get(kind, (Path(default).suffix,))
    return last if last.lower().endswith(known) else last + Path(default).suffix


@contextlib.contextmanager
def _broken_is_bad() -> Iterator[None]:
    """Translate what the readers of the standard library say about broken archives."""
    try:
        yield
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's own trouble; gzip and bz2 raise OSError without a number for broken data
        raise BadAnswer(
            f"expected a whole archive, got one that is cut or broken ({error}); fetch it again",
            archive=True,
        ) from error
    except (RecursionError, NotImplementedError, ValueError, OverflowError, MemoryError) as error:
        raise Unsafe(
            f"expected a plain archive, got one that cannot be read ({type(error).__name__}: {error}); not unpacked"
        ) from error
