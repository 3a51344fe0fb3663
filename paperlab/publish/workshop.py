"""What one page gathers while it is made: figures by content hash, and notes of what was dropped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import unquote

from paperlab.publish import images, svg
from paperlab.publish.macros import Macros

MAX_IMAGE_BYTES = 5_000_000
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202f\u2060-\u2064\ue000\ue001\ufeff]")


@dataclass
class Workshop:
    """The bench of one page."""

    slug: str
    folder: Path
    """Where relative images of Markdown are looked up; nothing outside it is read."""
    pages: frozenset[str] = frozenset()
    """Relative names that a link may point to: the bundle's files."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Claim id -> what `{{ claim:ID }}` stands for."""
    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    """(level, anchor, text) of the notebook's headings."""
    macros: Macros = field(default_factory=Macros)
    formulas: list[bool] = field(default_factory=list)
    """For each formula, whether it became MathML."""

    def note(self, where: str, text: str) -> None:
        """Keep one line about what was dropped or rewritten."""
        self.notes.append(f"{self.slug}, {where}: {text}")

    def anchor(self, wanted: str) -> str:
        """Give a unique HTML id."""
        base = fragment(wanted) or "part"
        name, count = base, 1
        while name in self.anchors:
            count += 1
            name = f"{base}-{count}"
        self.anchors.add(name)
        return name

    def picture(self, data: bytes) -> tuple[str, tuple[int, int]] | None:
        """Keep a raster picture by its content's hash.

        Returns:
            (relative address, (width, height)), or None when it is not a whole PNG, JPEG or GIF.
        """
        kept = images.strip(data) if len(data) <= MAX_IMAGE_BYTES else None
        found = images.size(kept) if kept else None
        mime = images.sniff(kept) if kept else None
        return (self._keep(kept, images.SUFFIX[mime]), found) if kept and found and mime else None

    def drawing(self, text: str, where: str) -> tuple[str, tuple[int, int] | None] | None:
        """Keep an SVG, reduced to the allow-list, by its content's hash."""
        cleaned = svg.clean(text) if len(text) <= MAX_IMAGE_BYTES else None
        if cleaned is None:
            return None
        data, found, dropped = cleaned
        if dropped:
            self.note(where, f"dropped from an SVG: {', '.join(name[:40] for name in dropped[:5])}")
        return self._keep(data, ".svg"), found

    def _keep(self, data: bytes, suffix: str) -> str:
        name = f"figures/{hashlib.sha256(data).hexdigest()[:16]}{suffix}"
        self.files[name] = data
        return name

    def beside(self, name: str) -> bytes | None:
        """Read a picture beside the notebook; None for anything outside the folder, too large or no plain file."""
        try:
            root = self.folder.resolve(strict=True)
            path = (root / unquote(name)).resolve(strict=True)
            if path.is_relative_to(root) and path.is_file() and path.stat().st_size <= MAX_IMAGE_BYTES:
                return path.read_bytes()
        except (OSError, ValueError, RuntimeError):
            pass
        return None

    def link(self, address: str) -> str | None:
        """Give an address that a link may have: http, https, mailto, a file of the bundle, or a fragment."""
        address = _CONTROL.sub("", address)
        if _SCHEME.match(address):
            return address if address.lower().startswith(("http://", "https://", "mailto:")) else None
        if address.startswith("#"):
            return f"#{fragment(unquote(address[1:]))}"
        name = address.removeprefix("./")
        return name if name in self.pages else None


def fragment(text: str) -> str:
    """Give what a heading is called in an address: its letters and digits, of any script."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:60].rstrip("-")


def image_tag(address: str, size: tuple[int, int] | None, alt: str) -> str:
    """Give `<img>` with its size, so that the page does not jump."""
    dimensions = f' width="{size[0]}" height="{size[1]}"' if size else ""
    return f'<img src="{escape(address)}" alt="{escape(alt)}"{dimensions} loading="lazy">'
