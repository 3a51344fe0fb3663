"""Archives: honest ones come out byte for byte, hostile ones cost one line and write nothing outside."""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.arxiv.unpacking import LIMITS, Limits, Names, gzip_name, safe_parts, single_name, unfold
from paperlab.errors import BadAnswer, PaperlabError, Unsafe

SMALL = Limits(members=20, total_bytes=50_000, file_bytes=20_000, ratio=20, free_bytes=10_000, depth=4)


def tar(
    *members: tuple[str, bytes] | tarfile.TarInfo, form: int = tarfile.PAX_FORMAT, errors: str = "surrogateescape"
) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, errors=errors) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                header = tarfile.TarInfo(member[0])
                header.size = len(member[1])
                archive.addfile(header, io.BytesIO(member[1]))
    return buffer.getvalue()


def special(kind: bytes, name: str = "x", target: str = "") -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, target
    return header


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def zip_link() -> bytes:
    info = zipfile.ZipInfo("x")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped((info, b"/etc/passwd"))


class Place:
    """A folder for what is unfolded, inside one where nothing else may appear."""

    def __init__(self, outer: Path) -> None:
        self.outer, self.source, self.inner = outer, outer / "source", outer / "in" / "side" / "here"
        self.inner.mkdir(parents=True)

    def unfold(self, content: bytes, name: str = "", limits: Limits = SMALL) -> dict[str, bytes]:
        self.source.write_bytes(content)
        unfold(self.source, self.inner, name=name, limits=limits)
        return self.files()

    def files(self) -> dict[str, bytes]:
        found = [p for p in self.inner.rglob("*") if not p.is_dir()]
        return {p.relative_to(self.inner).as_posix(): p.read_bytes() for p in found}

    def outside(self) -> set[str]:
        everything = {p.relative_to(self.outer).as_posix() for p in self.outer.rglob("*")}
        return {name for name in everything if not name.startswith("in/side/here/")} - {
            "source",
            "in",
            "in/side",
            "in/side/here",
        }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "outer")


TEX = b"\\documentclass{article}\\begin{document}Hi.\\end{document}"
PDF = b"%PDF-1.4\n...\n%%EOF"


@pytest.mark.parametrize(
    "pack", [lambda b: b, gzip.compress, bz2.compress, lzma.compress, lambda b: gzip.compress(gzip.compress(b))],
    ids=["plain", "gzip", "bzip2", "xz", "twice"],
)  # fmt: skip
@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_is_known_by_content_however_it_is_packed(
    place: Place, pack: Callable[[bytes], bytes], form: int
) -> None:
    files = {"main.tex": TEX, "sections/a.tex": b"a", "fig.png": bytes(range(256)), "d" * 60 + "/" + "n" * 90: b"long"}
    assert files == place.unfold(pack(tar(*files.items(), form=form)), limits=LIMITS)


def test_a_zip_is_known_by_content(place: Place) -> None:
    assert place.unfold(zipped(("main.tex", TEX), ("a/", b""), ("a/b.tex", b"b"))) == {"main.tex": TEX, "a/b.tex": b"b"}


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (TEX, "", "main.tex"),
        (gzip.compress(TEX), "", "main.tex"),
        (PDF, "", "main.pdf"),
        (gzip.compress(PDF), "", "main.pdf"),
        (b"<!DOCTYPE html><html></html>", "", "index.html"),
        (b"  <?xml version='1.0'?>\n<!-- x -->\n<html xmlns='y'></html>", "", "index.html"),
        (b"%!PS-Adobe-3.0", "", "main.ps"),
        (TEX, "../../paper.tex", "paper.tex"),
        (TEX, "9901001", "9901001.tex"),
        (b"R\xe9sum\xe9 \\documentstyle{article}", "", "main.tex"),
    ],
)
def test_a_single_file_gets_a_name_that_says_what_it_is(place: Place, content: bytes, name: str, expected: str) -> None:
    assert [expected] == list(place.unfold(content, name))


@pytest.mark.parametrize(
    ("stored", "expected"), [("paper.tex", "paper.tex"), ("../../../evil.tex", "evil.tex"), ("0001001", "0001001.tex"), ("..", "main.tex")]
)  # fmt: skip
def test_the_name_in_a_gzip_header_is_kept_without_its_folders(place: Place, stored: str, expected: str) -> None:
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="x", fileobj=buffer, mode="wb") as packed:
        packed.write(TEX)
    # GzipFile keeps the last component only; a hostile header is written by hand.
    content = buffer.getvalue().replace(b"x\x00", stored.encode() + b"\x00", 1)
    assert gzip_name(content) == stored
    assert [expected] == list(place.unfold(content))
    assert set() == place.outside()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "dots": (tar(("../evil.tex", b"x")), "inside the archive's own folder"),
    "dots within": (tar(("a/../../evil.tex", b"x")), "inside the archive's own folder"),
    "dots by backslash": (tar(("a\\..\\..\\evil.tex", b"x")), "inside the archive's own folder"),
    "absolute": (tar(("/tmp/evil.tex", b"x")), "inside the archive's own folder"),  # noqa: S108 - a name, never written
    "drive": (tar(("C:\\evil.tex", b"x")), "inside the archive's own folder"),
    "folder outside": (tar(special(tarfile.DIRTYPE, "../evil")), "inside the archive's own folder"),
    "symbolic link": (tar(special(tarfile.SYMTYPE, "x", "/etc/passwd"), ("x/y", b"z")), "a link"),
    "inner link": (tar(("a.tex", b"x"), special(tarfile.SYMTYPE, "b.tex", "a.tex")), "a link"),
    "hard link": (tar(("a.tex", b"x"), special(tarfile.LNKTYPE, "b.tex", "../../source")), "a link"),
    "fifo": (tar(special(tarfile.FIFOTYPE)), "a FIFO"),
    "device": (tar(special(tarfile.CHRTYPE)), "a device"),
    "block device": (tar(special(tarfile.BLKTYPE)), "a device"),
    "many members": (tar(*((f"{n}", b"") for n in range(21))), "at most 20 members"),
    "one big file": (tar(("big", b"x" * 20_001)), "at most 20,000 bytes"),
    "many big files": (tar(*((f"{n}", os.urandom(9_000)) for n in range(6))), "50,000 together"),
    "gzip bomb": (gzip.compress(b"\0" * 3_000_000), "a bomb|at most"),
    "bomb in a tar": (gzip.compress(tar(("big", b"x" * 19_000), ("more", b"x" * 19_000))), "a bomb"),
    "too deep": (tar(("a/b/c/d/e.tex", b"x")), "at most 4 folders"),
    "long name": (tar(("n" * 256, b"x")), "255 bytes"),
    "no name": (tar(("./", b"x")), "a file name"),
    "file and folder": (tar(("a", b"x"), ("a/b", b"y")), "got both"),
    "folder and file": (tar(("a/b", b"y"), ("a", b"x")), "got both"),
    "zip dots": (zipped(("../evil.tex", b"x")), "inside the archive's own folder"),
    "zip absolute": (zipped(("/evil.tex", b"x")), "inside the archive's own folder"),
    "zip link": (zip_link(), "a link"),
    "zip bomb": (zipped(("big", b"\0" * 20_001)), "at most 20,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_archive_is_refused_in_one_line_and_writes_nothing_outside(place: Place, case: str) -> None:
    content, words = HOSTILE[case]
    with pytest.raises(Unsafe, match=words) as caught:
        place.unfold(content)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 4
    assert set() == place.outside()
    assert not any(path.is_symlink() for path in place.inner.rglob("*"))


def test_a_giant_attribute_is_refused_before_it_is_read(place: Place) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, 400_000_000
    with pytest.raises(Unsafe, match="tar header"):
        place.unfold(header.tobuf(tarfile.USTAR_FORMAT) + b"\0" * 1024)


def test_a_sparse_file_is_measured_by_what_it_unfolds_to(place: Place) -> None:
    header = tarfile.TarInfo("sparse")
    header.type, header.size = tarfile.GNUTYPE_SPARSE, 512
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[386:398], block[398:410] = b"%011o\0" % 0, b"%011o\0" % 512
    block[483:495] = b"%011o\0" % (8**11 - 1)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    with pytest.raises(Unsafe, match="at most 20,000 bytes"):
        place.unfold(bytes(block) + b"x" * 512 + b"\0" * 1024)


def test_a_tower_of_long_names_is_refused(place: Place) -> None:
    header = tarfile.TarInfo("n")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 5
    with pytest.raises(PaperlabError):
        place.unfold((header.tobuf(tarfile.GNU_FORMAT) + b"name\0".ljust(512, b"\0")) * 3000)


@pytest.mark.parametrize("kept", [20, 300, 0.5, 0.9, -12, -4])
def test_a_cut_gzip_is_a_bad_answer(place: Place, kept: float) -> None:
    whole = gzip.compress(tar(("main.tex", os.urandom(4000))))
    with pytest.raises(BadAnswer, match=r"cut or broken|that is"):
        place.unfold(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])


def test_a_flipped_bit_is_a_bad_answer(place: Place) -> None:
    whole = bytearray(gzip.compress(tar(("main.tex", TEX * 20))))
    whole[-6] ^= 1  # in the checksum
    with pytest.raises(BadAnswer, match="cut or broken"):
        place.unfold(bytes(whole))


def test_a_flipped_bit_behind_the_end_of_the_tar_is_a_bad_answer(place: Place) -> None:
    whole = bytearray(gzip.compress(tar(("main.tex", TEX)) + b"\0" * 300_000))
    whole[-6] ^= 1  # tarfile stops long before the checksum
    with pytest.raises(BadAnswer, match="cut or broken"):
        place.unfold(bytes(whole), limits=LIMITS)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\x03" * 200, b"\x7fELF\x00\x00"])
def test_what_is_nothing_known_says_so(place: Place, content: bytes) -> None:
    with pytest.raises(BadAnswer, match="expected an e-print"):
        place.unfold(content)


@pytest.mark.parametrize("content", [TEX + b"\x00 x", "\\section{A}".encode("utf-16")])
def test_a_file_that_is_called_tex_is_tex_whatever_its_bytes(place: Place, content: bytes) -> None:
    assert place.unfold(content, name="paper.tex") == {"paper.tex": content}


def test_names_that_are_no_utf8_become_readable(place: Place) -> None:
    assert place.unfold(tar(("r\udce9sum\udce9.tex", b"x"), ("na\u00efve.tex", b"y"), form=tarfile.GNU_FORMAT)) == {
        "r\u00e9sum\u00e9.tex": b"x",
        "na\u00efve.tex": b"y",
    }


def test_names_that_would_move_the_cursor_are_printable(place: Place) -> None:
    assert list(place.unfold(tar(("a\x1b[2Jb\u202ec.tex", b"x")))) == ["a_[2Jb_c.tex"]


def test_a_name_that_comes_twice_gives_the_last_content(place: Place) -> None:
    assert place.unfold(tar(("a.tex", b"first"), ("./a.tex", b"second"))) == {"a.tex": b"second"}


def test_spellings_that_one_file_system_cannot_tell_apart_are_both_kept() -> None:
    names = Names(str.casefold)
    free = [names.free(("sub", name)) for name in ("A.tex", "a.tex", "A.TEX", "a.tex")]
    assert free == [("sub", "A.tex"), ("sub", "a~2.tex"), ("sub", "A~3.TEX"), ("sub", "a~2.tex")]


member_names = st.one_of(
    st.text(alphabet="ab/.\\~:*\x00\n\u00e9\udcff\u202e", min_size=1, max_size=12),
    st.sampled_from(["..", "../x", "/abs", "a/../../b", "C:/x", "~/x", ".ssh/x", "con", "a//b", "./.", "-rf"]),
)
members = st.one_of(
    st.tuples(member_names, st.binary(max_size=200)),
    st.builds(
        special,
        st.sampled_from([tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE]),
        member_names,
        member_names,
    ),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(members, max_size=6), st.booleans(), st.integers(0, 40))
def test_whatever_is_packed_stays_inside_and_is_plain(
    tmp_path_factory: pytest.TempPathFactory, packed: list[tuple[str, bytes] | tarfile.TarInfo], squeeze: bool, cut: int
) -> None:
    place = Place(tmp_path_factory.mktemp("fuzz") / "outer")
    try:
        content = tar(*packed, form=tarfile.GNU_FORMAT)
    except (ValueError, UnicodeEncodeError):
        return  # a name that no tar can hold
    content = gzip.compress(content) if squeeze else content
    with contextlib.suppress(PaperlabError):
        place.unfold(content[: len(content) - (cut if cut > 20 else 0)])
    assert set() == place.outside()
    assert all(stat.S_ISREG(p.lstat().st_mode) or stat.S_ISDIR(p.lstat().st_mode) for p in place.inner.rglob("*"))


@given(st.text(max_size=40))
def test_a_safe_name_has_no_way_out(name: str) -> None:
    try:
        parts = safe_parts(name)
    except Unsafe:
        return
    assert not {"", ".", ".."} & set(parts)
    assert not any("/" in part or "\\" in part or "\x00" in part for part in parts)
    assert safe_parts("/".join(parts)) == parts


@given(st.text(max_size=40), st.sampled_from(["pdf", "html", "text", "postscript"]))
def test_a_single_name_is_one_component(name: str, kind: str) -> None:
    single = single_name(name, kind)
    assert "/" not in single
    assert "\\" not in single
    assert single not in ("", ".", "..")
    assert len(single.encode()) <= 255
