"""The cache of e-prints and pages: by content, checked on use, never half-written.

    <cache>/eprints/<sha256>/source        the bytes as they came
    <cache>/eprints/<sha256>/files/...     what they unfold to; the root of an Eprint
    <cache>/eprints/<sha256>/eprint.json   each file with its size and sha256
    <cache>/eprints/ids/<id>.json          which bytes an id gave, when, from where
    <cache>/pages/<id>.<ending>            single pages

A folder is built under another name and renamed when it is whole, so a kill leaves at most litter that the next
run sweeps.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from paperlab import __version__, litter
from paperlab.arxiv.sniff import kind_of_tree
from paperlab.arxiv.unpacking import LIMITS, unfold
from paperlab.errors import BadAnswer, LabUnusable, NothingFound, Unsafe, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Eprint, Provenance

TOOL = f"paperlab {__version__}"
SOURCE_BYTES = 200_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Which bytes an id gave."""

    sha256: str
    version: int | None
    address: str
    fetched_at: str

    @property
    def age_seconds(self) -> float:
        """Seconds since the bytes came; endless where the date cannot be read."""
        try:
            return time.time() - datetime.fromisoformat(self.fetched_at).timestamp()
        except ValueError:
            return float("inf")


class Store:
    """The e-prints of one cache."""

    def __init__(self, cache: Path) -> None:
        """Keep e-prints below `cache`, which need not exist."""
        self.root = cache / "eprints"

    @contextlib.contextmanager
    def workplace(self) -> Iterator[Path]:
        """Give a new empty folder in the cache that is gone afterwards; sweep what a kill left behind."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.root, self.root / "ids", self.root.parent / "pages"):
                litter.sweep(folder)
            place = Path(tempfile.mkdtemp(litter.SUFFIX, litter.prefix("eprint"), self.root))
        except OSError as error:
            raise _unwritable(self.root, error) from error
        try:
            yield place
        except OSError as error:
            raise _unwritable(self.root, error) from error
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def keep(self, place: Path, *, name: str = "", withdrawn_means_nothing: bool = False) -> str:
        """Unfold `place/source` and keep it under its sha256.

        Args:
            place: a workplace with a file `source` in it.
            name: of a single file, where it has one.
            withdrawn_means_nothing: raise NothingFound for the stub that stands for a withdrawn paper.

        Returns:
            The sha256.

        Raises:
            Unsafe: an archive that reaches outside or passes a limit.
            BadAnswer: an archive that is cut, broken or unknown.
            NothingFound: neither TeX, HTML nor PDF is in it.
        """
        sha256 = sha256_of(place / "source")
        if self.intact(sha256):
            return sha256
        files = place / "files"
        files.mkdir()
        unfold(place / "source", files, name=name)
        manifest = manifest_of(files)
        kind = kind_of_tree(files, tuple(manifest))
        if withdrawn_means_nothing and _is_withdrawn_stub(files, tuple(manifest)):
            raise NothingFound("the e-print is a stub that stands for a withdrawn paper", withdrawn=True)
        if kind is None:
            raise NothingFound(
                f"expected TeX, HTML or PDF in the e-print, got {_named(tuple(manifest))}; paperlab cannot read it"
            )
        (place / "eprint.json").write_text(
            json.dumps({"kind": kind, "tool": TOOL, "files": manifest}), encoding="utf-8"
        )
        self._install(place, sha256)
        return sha256

    def intact(self, sha256: str) -> str | None:
        """Compare the folder with its manifest; give its kind, None where anything differs."""
        try:
            data = json.loads((self.root / sha256 / "eprint.json").read_bytes())
            same = data["files"] == manifest_of(self.root / sha256 / "files")
            return str(data["kind"]) if same and data["kind"] in ("latex", "html", "pdf") else None
        except (OSError, ValueError, KeyError, TypeError, Unsafe):
            return None

    def eprint(self, sha256: str, *, id: PaperId | None, known: Known) -> Eprint:
        """Give the record of what is kept."""
        return Eprint(
            root=self.root / sha256 / "files",
            kind=self.intact(sha256) or "latex",
            id=id.base if id else None,
            version=known.version,
            provenance=Provenance(address=known.address, sha256=sha256, fetched_at=known.fetched_at, tool=TOOL),
        )

    def note(self, id: PaperId, known: Known) -> None:
        """Write down which bytes an id gave, for the id as asked and for the id with its version."""
        for name in {id.file_name, PaperId(id.base, known.version).file_name}:
            write_whole(self.root / "ids" / f"{name}.json", json.dumps(asdict(known)).encode())

    def known(self, id: PaperId) -> Known | None:
        """Give which bytes an id gave, where they are still whole."""
        try:
            known = Known(**json.loads((self.root / "ids" / f"{id.file_name}.json").read_bytes()))
            return known if self.intact(known.sha256) or self._mended(known.sha256) else None
        except (OSError, ValueError, TypeError, AttributeError):
            return None

    def _mended(self, sha256: str) -> bool:
        """Unfold again from the bytes as they came, where these are whole."""
        source = self.root / sha256 / "source"
        try:
            if sha256_of(source) != sha256:
                return False
            with self.workplace() as place:
                shutil.copyfile(source, place / "source")
                return self.keep(place) == sha256
        except (OSError, LabUnusable, NothingFound, BadAnswer, Unsafe):
            return False

    def _install(self, place: Path, sha256: str) -> None:
        """Rename the workplace to its final name; what stands there in part is replaced."""
        target = self.root / sha256
        for _ in range(2):
            try:
                place.rename(target)
            except OSError:
                if self.intact(sha256):  # another process was faster
                    return
                shutil.rmtree(target, ignore_errors=True)
            else:
                return
        raise LabUnusable(f"could not put an e-print at {target}; remove that folder and try again")


def unpack(source: Path, cache: Path) -> Eprint:
    """Read a local folder, archive or single file as an e-print.

    A folder is used in place, unless a link stands in it: then what lies inside is copied to the cache, so that
    nothing is followed out of it.

    Raises:
        UsageError: there is nothing at `source`, or it is too much to be one paper.
        Unsafe: an archive that reaches outside or passes a limit.
        BadAnswer: an archive that is cut, broken or unknown.
        NothingFound: neither TeX, HTML nor PDF is in it.
    """
    if source.is_dir():
        return _folder(source.resolve(), Store(cache))
    if not source.is_file():
        raise UsageError(f"expected a folder, an archive or a file at {source}, got nothing there; check the path")
    if source.stat().st_size > SOURCE_BYTES:
        raise UsageError(
            f"expected an e-print of at most {SOURCE_BYTES:,} bytes, got {source.stat().st_size:,} at {source}"
        )
    return _local(source.resolve(), Store(cache))


def _local(source: Path, store: Store) -> Eprint:
    with store.workplace() as place:
        shutil.copyfile(source, place / "source")
        try:
            sha256 = store.keep(place, name=source.name if source.suffix.lower() in _OWN_NAMES else "")
        except (Unsafe, BadAnswer, NothingFound) as error:
            raise type(error)(f"{source}: {error}") from error
    return store.eprint(
        sha256, id=None, known=Known(sha256=sha256, version=None, address=str(source), fetched_at=now())
    )


_OWN_NAMES = (".tex", ".ltx", ".latex", ".txt", ".html", ".htm", ".xhtml", ".pdf")


def _folder(source: Path, store: Store) -> Eprint:
    """Use a folder in place, or a copy without its links."""
    files, links = _walk(source)
    if links:
        return _without_links(source, files, store)
    kind = kind_of_tree(source, tuple(files))
    if kind is None:
        raise NothingFound(
            f"{source}: expected TeX, HTML or PDF in the folder, got {_named(tuple(files))}; paperlab cannot read it"
        )
    return Eprint(root=source, kind=kind)


def _without_links(source: Path, files: list[str], store: Store) -> Eprint:
    """Pack the files that are no links, and read the pack as any other archive."""
    import tarfile

    with store.workplace() as place:
        with tarfile.open(place / "source", "w") as archive:
            for name in sorted(files):
                # A fixed header makes the same files the same bytes.
                header = tarfile.TarInfo(name)
                header.size = (source / name).stat().st_size
                with (source / name).open("rb") as content:
                    archive.addfile(header, content)
        sha256 = store.keep(place)
    return store.eprint(
        sha256, id=None, known=Known(sha256=sha256, version=None, address=str(source), fetched_at=now())
    )


def _walk(root: Path) -> tuple[list[str], bool]:
    """List the plain files below a folder, and say whether a link stands among them; hidden folders are left out."""
    files: list[str] = []
    links = False
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        links = links or any((here / name).is_symlink() for name in (*folders, *names))
        folders[:] = sorted(f for f in folders if not f.startswith(".") and not (here / f).is_symlink())
        files += [(here / n).relative_to(root).as_posix() for n in sorted(names) if _plain(here / n)]
        if len(files) > LIMITS.members:
            raise UsageError(
                f"expected the folder of one paper, got more than {LIMITS.members:,} files below {root}; name its own folder"
            )
    return files, links


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def manifest_of(root: Path) -> dict[str, list[int | str]]:
    """Give each file below `root` with its size and sha256, in order.

    Raises:
        Unsafe: anything that is no file and no folder.
    """
    found: dict[str, list[int | str]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise Unsafe(f"expected files and folders, got {path}")
        if path.is_file():
            found[path.relative_to(root).as_posix()] = [path.stat().st_size, sha256_of(path)]
    return found


def sha256_of(path: Path) -> str:
    """Give the sha256 of a file, hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(litter.SUFFIX, litter.prefix(path.name), path.parent)
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
        Path(temporary).replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error


def now() -> str:
    """Give the time as ISO 8601 UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_withdrawn_stub(root: Path, files: tuple[str, ...]) -> bool:
    """See whether a single short file says `%auto-ignore`: how withdrawn papers were stored once."""
    if len(files) != 1:
        return False
    with (root / files[0]).open("rb") as handle:
        head = handle.read(4096)
    return head.startswith(b"%auto-ignore") and b"\\document" not in head


def _named(files: tuple[str, ...]) -> str:
    return f"{len(files)} files, such as {', '.join(files[:3])}" if files else "no file"


def _unwritable(path: Path, error: OSError) -> LabUnusable:
    return LabUnusable(
        f"could not write to the cache at {path}: {error.strerror or error}; free some space or its rights, then try again"
    )
