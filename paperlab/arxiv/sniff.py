"""What bytes are: read from the bytes alone, since names and headers of e-prints are often wrong.

Source: info.arxiv.org/help/mimetypes; single files are stored without a tar since 2024, and plain tar files
stand under the name .tar.gz in collections.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Mapping
from pathlib import Path

HEAD_BYTES = 4096
"""How much of a file `kind_of_bytes` wants to see."""

_MAGIC: Mapping[bytes, str] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"%!PS": "postscript",
}
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LATEX = re.compile(
    rb"\\(?:documentclass|documentstyle|begin\s*\{document\}|input\b|magnification|def\b|section\b|bye\b)"
)


def kind_of_bytes(head: bytes) -> str:
    r"""Name what a file holds, from its first HEAD_BYTES.

    Returns:
        gzip, bzip2, xz, zip, tar, pdf, postscript, html, text, empty or binary.

    >>> kind_of_bytes(b"%PDF-1.7"), kind_of_bytes(b"<!DOCTYPE html>"), kind_of_bytes(b"\\documentclass{article}")
    ('pdf', 'html', 'text')
    """
    if not head:
        return "empty"
    # First: the first member of a tar may well be a PDF, and begins within the first KiB.
    if _is_tar(head[:512]):
        return "tar"
    # Readers of PDF look for the mark in the first KiB; some files have a line before it.
    if b"%PDF-" in head[:1024] and head.lstrip()[:1] != b"\\":
        return "pdf"
    known = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if known:
        return known
    body = head.removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(body):
        return "html"
    return "binary" if b"\x00" in head else "text"


def kind_of_file(path: Path) -> str:
    """Name what a file holds."""
    with path.open("rb") as handle:
        return kind_of_bytes(handle.read(HEAD_BYTES))


def kind_of_tree(root: Path, files: tuple[str, ...]) -> str | None:
    """Name what an e-print is, from the files below `root`: latex, html or pdf; None where it is none of them.

    `anc/` holds what authors add to a paper, never the paper.
    """
    own = [name for name in files if not name.lower().startswith("anc/") and not Path(name).name.startswith("._")]
    by_name = {kind: [n for n in own if n.lower().endswith(endings)] for kind, endings in _ENDINGS.items()}
    if by_name["latex"] or any(_is_latex(root / name) for name in own if not Path(name).suffix):
        return "latex"
    for kind in ("html", "pdf"):
        if by_name[kind]:
            return kind
    return "latex" if any(_is_latex(root / name) for name in own) else None


TEX_ENDINGS = (".tex", ".ltx", ".latex")
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    "latex": TEX_ENDINGS,
    "html": (".html", ".htm", ".xhtml"),
    "pdf": (".pdf",),
}


def _is_latex(path: Path) -> bool:
    """See whether a file without a telling name is TeX: old e-prints are called `paper` or `9901001`."""
    if path.suffix.lower() in (".sty", ".cls", ".bst", ".bib", ".bbl", ".clo", ".def", ".cfg", ".fd"):
        return False
    with path.open("rb") as handle:
        head = handle.read(1 << 16)
    return kind_of_bytes(head[:HEAD_BYTES]) == "text" and _LATEX.search(head) is not None


def _is_tar(block: bytes) -> bool:
    """A tar header carries its own checksum, in the old formats without `ustar` too."""
    if len(block) < 512:
        return False
    if not block.strip(b"\x00"):
        return True
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True
