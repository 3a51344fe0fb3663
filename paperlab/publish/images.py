"""Pictures: checked by content, their metadata taken off.

Formats: PNG (W3C PNG, third edition), JPEG (ITU-T T.81), GIF (89a). A picture is published only when its first bytes
say what its MIME type says; text chunks, EXIF, comments and whatever stands behind the end are not copied.
"""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from collections.abc import Callable, Iterator

MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
}
SUFFIX = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/svg+xml": ".svg"}
MAX_TEXT = 1_000_000
"""Bytes that a compressed text chunk may unfold to before the rest is left unread."""

_PNG_TEXT = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")
_PNG_KEEP = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"bKGD", b"sBIT")


def decode(text: str) -> bytes | None:
    """Give the bytes of a base64 text, None when it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def sniff(data: bytes) -> str | None:
    """Give the MIME type that the first bytes say."""
    return next((mime for mime, starts in MAGIC.items() if data.startswith(starts)), None)


def strip(data: bytes) -> bytes | None:
    """Give the picture without metadata, None when it is broken or of another kind."""
    mime = sniff(data)
    try:
        stripped = _STRIP[mime](data) if mime else None
    except (struct.error, IndexError, ValueError):
        return None
    return stripped if stripped and size(stripped) else None


def size(data: bytes) -> tuple[int, int] | None:
    """Give (width, height) in pixels."""
    mime = sniff(data)
    try:
        if mime == "image/png":
            found = struct.unpack(">II", data[16:24])
        elif mime == "image/gif":
            found = struct.unpack("<HH", data[6:10])
        else:
            found = _jpeg_size(data)
    except struct.error:
        return None
    width, height = found
    return (width, height) if 0 < width < 65536 and 0 < height < 65536 else None


def texts(data: bytes) -> Iterator[str]:
    """Give every text that a picture carries beside its pixels, for the leak gate."""
    mime = sniff(data)
    try:
        if mime:
            yield from (t.decode("latin-1") for t in _TEXTS[mime](data))
    except (struct.error, IndexError):
        yield data.decode("latin-1")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Give (type, body, whole chunk); the last is ("", rest, rest) with what stands behind IEND."""
    at = 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 12 + length
        if end > len(data):
            break
        kind = data[at + 4 : at + 8]
        yield kind, data[at + 8 : end - 4], data[at:end]
        at = end
        if kind == b"IEND":
            break
    yield b"", data[at:], data[at:]


def _png_strip(data: bytes) -> bytes:
    kept = [(kind, whole) for kind, _, whole in _png_chunks(data) if kind in _PNG_KEEP]
    if not kept or kept[0][0] != b"IHDR" or kept[-1][0] != b"IEND":
        raise ValueError("not a whole PNG")
    return data[:8] + b"".join(whole for _, whole in kept)


def _png_texts(data: bytes) -> Iterator[bytes]:
    for kind, body, _ in _png_chunks(data):
        if kind not in _PNG_KEEP:
            yield body.replace(b"\0", b" ")
            yield from _unfolded(body)


def _unfolded(body: bytes) -> Iterator[bytes]:
    """Give what a zTXt or iTXt chunk holds compressed: zlib streams begin with 0x78."""
    at = body.find(b"\x78")
    while 0 <= at < len(body):
        try:
            text = zlib.decompressobj().decompress(body[at:], MAX_TEXT)
        except zlib.error:
            at = body.find(b"\x78", at + 1)
        else:
            yield text
            return


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Give (marker, body, whole segment) up to the scan, then (0, rest, rest)."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            break
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        yield marker, data[at + 4 : at + 2 + length], data[at : at + 2 + length]
        at += 2 + length
    yield 0, data[at:], data[at:]


def _jpeg_strip(data: bytes) -> bytes:
    out = [data[:2]]
    for marker, _, whole in _jpeg_segments(data):
        if marker == 0:
            end = whole.rfind(b"\xff\xd9")
            if end < 0:
                raise ValueError("not a whole JPEG")
            # A scan holds no COM or APP segment between its markers in baseline files; progressive ones may: cut them.
            out.append(_without_late_segments(whole[:end]) + b"\xff\xd9")
        elif not (0xE1 <= marker <= 0xEF or marker == 0xFE) or marker == 0xEE:
            out.append(whole)
    return b"".join(out)


def _without_late_segments(scan: bytes) -> bytes:
    """Cut APPn and COM segments that stand between the scans, and a second picture behind the first one's end."""
    first_end = scan.find(b"\xff\xd9")
    scan = scan if first_end < 0 else scan[:first_end]
    out, at = bytearray(), 0
    while at < len(scan):
        late = scan[at] == 0xFF and at + 4 <= len(scan) and (0xE1 <= scan[at + 1] <= 0xEF or scan[at + 1] == 0xFE)
        if late:
            at += 2 + struct.unpack(">H", scan[at + 2 : at + 4])[0]
        else:
            out.append(scan[at])
            at += 1
    return bytes(out)


def _jpeg_texts(data: bytes) -> Iterator[bytes]:
    for marker, body, _ in _jpeg_segments(data):
        if marker == 0:
            yield body[-4096:]
        elif marker >= 0xE0:
            yield body
            yield body.replace(b"\0", b"")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    for marker, body, _ in _jpeg_segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", body[1:5])
            return int(width), int(height)
    return 0, 0


def _gif_blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give (label, whole block): 0 the head, 0x2C an image, else an extension's label; -1 what is behind the end."""
    at = 13 + (3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0)
    yield 0, data[:at]
    while at < len(data) and data[at] in (0x21, 0x2C):
        start, label = at, data[at + 1] if data[at] == 0x21 else 0x2C
        at += 2 if data[at] == 0x21 else 10 + (3 << ((data[at + 9] & 7) + 1) if data[at + 9] & 0x80 else 0) + 1
        while data[at]:
            at += data[at] + 1
        at += 1
        yield label, data[start:at]
    yield -1, data[at:]


def _gif_strip(data: bytes) -> bytes:
    loop = b"\x21\xff\x0bNETSCAPE2.0"
    blocks = list(_gif_blocks(data))
    if not any(label == 0x2C for label, _ in blocks):
        raise ValueError("not a whole GIF")
    kept = [b for label, b in blocks if label in (0, 0x2C, 0xF9) or (b.startswith(loop) and len(b) == 19)]
    return b"".join(kept) + b"\x3b"


def _gif_texts(data: bytes) -> Iterator[bytes]:
    for label, block in _gif_blocks(data):
        if label not in (0, 0x2C, 0xF9):
            yield block
            yield b"".join(_gif_parts(block))


def _gif_parts(block: bytes) -> Iterator[bytes]:
    """Give what an extension holds, without the byte before each part that says how long it is."""
    at = 2
    while at < len(block) and block[at]:
        yield block[at + 1 : at + 1 + block[at]]
        at += block[at] + 1


_STRIP: dict[str, Callable[[bytes], bytes]] = {
    "image/png": _png_strip,
    "image/jpeg": _jpeg_strip,
    "image/gif": _gif_strip,
}
_TEXTS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "image/png": _png_texts,
    "image/jpeg": _jpeg_texts,
    "image/gif": _gif_texts,
}
