"""E-prints that mean harm, through `implement` by path and by id: one line, exit code 4, nothing outside the lab."""

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from tests.support.arxiv_server import ArxivServer, arxiv_server, tar_gz
from tests.support.commands import Shell, shell, tree

__all__ = ["arxiv_server", "shell"]

ID = "2401.00001"
TEX = rb"\documentclass{article}\title{T}\begin{document}\section{S}$x=1$\end{document}"


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
        for header, content in members:
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return buffer.getvalue()


def link(name: str, target: str, kind: bytes) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.type, header.linkname = kind, target
    return header


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, TEX)
    return buffer.getvalue()


def bomb() -> bytes:
    """Zeros that are a thousand times larger than their archive."""
    inner = io.BytesIO()
    with gzip.GzipFile(fileobj=inner, mode="wb", compresslevel=9) as sink:
        for _ in range(1200):
            sink.write(bytes(1 << 20))
    return inner.getvalue()


OUTSIDE = "/tmp/paperlab-escaped.tex"  # noqa: S108 - what an archive names, and must not get
MAIN = (tarfile.TarInfo("main.tex"), TEX)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "parent": lambda: packed(MAIN, (tarfile.TarInfo("../../escaped.tex"), TEX)),
    "absolute": lambda: packed(MAIN, (tarfile.TarInfo(OUTSIDE), TEX)),
    "symbolic link": lambda: packed(MAIN, (link("out", "../../../..", tarfile.SYMTYPE), b""), (tarfile.TarInfo("out/escaped.tex"), TEX)),
    "hard link": lambda: packed(MAIN, (link("out.tex", "/etc/passwd", tarfile.LNKTYPE), b"")),
    "device": lambda: packed(MAIN, (link("null", "", tarfile.CHRTYPE), b"")),
    "zip parent": lambda: zipped("../../escaped.tex"),
    "bomb": bomb,
}  # fmt: skip
WAYS = [
    *(pytest.param("path", kind, marks=[pytest.mark.slow] * (kind == "bomb")) for kind in HOSTILE),
    ("id", "parent"),
    ("id", "symbolic link"),
]


@pytest.mark.parametrize(("way", "kind"), WAYS)
def test_it_is_refused_in_one_line_and_nothing_is_left(
    shell: Shell, arxiv_server: ArxivServer, way: str, kind: str
) -> None:
    body = HOSTILE[kind]()
    archive = shell.folder / "eprint.tar.gz"
    archive.write_bytes(body)
    arxiv_server.sources[ID] = body
    before = set(tree(shell.folder))
    shell("implement", ID if way == "id" else str(archive), code=4)
    new = {name for name in set(tree(shell.folder)) - before if not name.startswith("state/")}
    assert new == set()
    assert not Path(OUTSIDE).exists()
    assert list((shell.lab / "implementations").iterdir()) == []


def test_names_that_are_no_utf8_are_harmless(shell: Shell) -> None:
    archive = shell.folder / "eprint.tar.gz"
    name = b"bad\xff\xfename.tex".decode("utf-8", "surrogateescape")
    archive.write_bytes(packed(MAIN, (tarfile.TarInfo(name), b"x")))
    shell("implement", str(archive), "--slug", "paper")
    assert (shell.lab / "implementations" / "paper" / "paper.toml").is_file()


@pytest.mark.parametrize(
    "body", [b"", b"\x1f\x8b", gzip.compress(TEX)[:-9], tar_gz({"main.tex": TEX * 500})[:-40], b"\0" * 2000]
)
def test_a_broken_archive_is_told_in_one_line(shell: Shell, body: bytes) -> None:
    archive = shell.folder / "eprint.tar.gz"
    archive.write_bytes(body)
    with shell.start("implement", str(archive)) as process:
        _, err = process.communicate()
    assert process.returncode in (1, 2, 4)
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert list((shell.lab / "implementations").iterdir()) == []


STRANGE = {
    "recursion": rb"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a",
    "input of itself": rb"\input{main}\input{main.tex}",
    "missing files": rb"\input{nowhere}\include{../../../etc/passwd}\input{/etc/passwd}\bibliography{none}",
    "unclosed groups": b"{{{{\\textbf{ \\begin{equation} x = {1 \\begin{table}\\begin{tabular}{ll} a & b",
    "closed too often": rb"}}}}\end{equation}\end{table} x",
    "deep": b"{" * 20_000 + b"x" + b"}" * 20_000,
    "doubling": b"".join(b"\\def\\x%c{\\x%c\\x%c}" % (97 + i, 98 + i, 98 + i) for i in range(24)) + rb"\xa",
}


QUICK = ("recursion", "missing files", "unclosed groups")


@pytest.mark.parametrize("kind", [pytest.param(k, marks=[pytest.mark.slow] * (k not in QUICK)) for k in STRANGE])
def test_strange_latex_still_becomes_a_folder(shell: Shell, kind: str) -> None:
    folder = shell.folder / "eprint"
    folder.mkdir()
    (folder / "main.tex").write_bytes(
        rb"\documentclass{article}\title{Strange}\begin{document}\section{One}" + STRANGE[kind] + rb"\end{document}"
    )
    shell("implement", str(folder))
    made = shell.lab / "implementations" / "strange"
    nbformat.validate(nbformat.read(made / "notebook.ipynb", as_version=4))
    assert not any(b"root:" in content for content in tree(made).values())
