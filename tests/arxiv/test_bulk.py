"""Bulk files: whatever packs them and wherever they are cut, the same records; what is broken costs itself alone."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.arxiv import bulk
from paperlab.arxiv.bulk import Source
from paperlab.arxiv.dump import parse_dump_line, read_items
from paperlab.errors import UsageError
from paperlab.records.paper import PaperRecord


def told(id: str = "0704.0010", **more: object) -> dict[str, object]:
    return {
        "id": id, "submitter": "X", "authors": "C. Bal\\'azs, E. L. Berger", "title": "Calculation of\n  prompt",
        "comments": "37 pages", "journal-ref": "Phys.Rev.D76", "doi": "10.1103/PhysRevD.76.013009", "report-no": None,
        "categories": "hep-ph cs.LG", "license": None, "abstract": "  A fully\ndifferential.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
                     {"version": "v10", "created": "Tue, 24 Jul 2007 20:10:27 GMT"}],
        "update_date": "2008-11-26", "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr."]],
    } | more  # fmt: skip


LINES = [json.dumps(told(f"0704.{n:04}")).encode() + b"\n" for n in range(1, 30)]
RECORD = (
    b'<record><header><identifier>oai:arXiv.org:0704.%04d</identifier></header><metadata><arXiv xmlns="http://arxiv.org'
    b'/OAI/arXiv/"><id>0704.%04d</id><title>A title</title><abstract>words</abstract></arXiv></metadata></record>'
)
PAGE = b"<?xml version='1.0'?><OAI-PMH><ListRecords>%s</ListRecords></OAI-PMH>"
RECORDS = [RECORD % (n, n) for n in range(1, 30)]


def read(body: bytes, after: tuple[int, int] = (0, 0), most: int = 7) -> tuple[list[str], list[str]]:
    ids, faults = [], []
    for piece in Source(io.BufferedReader(io.BytesIO(body)), "file").pieces(after, most):
        faults += piece.faults
        for item in read_items(piece.kind, piece.items):
            (ids if isinstance(item, PaperRecord) else faults).append(getattr(item, "id", str(item)))
    return ids, faults


IDS = [f"0704.{n:04}" for n in range(1, 30)]


def test_a_line_of_the_dump() -> None:
    record = parse_dump_line(json.dumps(told()).encode())
    assert (record.id, record.version, record.title) == ("0704.0010", 10, "Calculation of prompt")
    assert record.authors == ("C. Balázs", "E. L. Berger Jr.")
    assert (record.published, record.updated) == ("2007-04-02T19:18:42Z", "2007-07-24T20:10:27Z")
    assert (record.categories, record.abstract) == (("hep-ph", "cs.LG"), "A fully differential.")
    assert (record.doi, record.licence, record.withdrawn) == ("10.1103/PhysRevD.76.013009", None, False)


@pytest.mark.parametrize(
    ("more", "why"),
    [({"id": 704.001}, "id as text"), ({"id": "0704.1"}, "arXiv id"), ({"title": " "}, "no title"), ({"title": None}, "no title")],
)  # fmt: skip
def test_a_line_that_is_refused(more: dict[str, object], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        parse_dump_line(json.dumps(told(**more)).encode())


@pytest.mark.parametrize("more", [{"versions": 3}, {"versions": [7, {}]}, {"authors_parsed": "x"}, {"authors_parsed": [[1]]}, {"categories": None}, {"comments": {}}])  # fmt: skip
def test_a_field_of_another_shape_is_left_out(more: dict[str, object]) -> None:
    assert parse_dump_line(json.dumps(told(**more)).encode()).title == "Calculation of prompt"


def zipped(body: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("arxiv-metadata-oai-snapshot.json", body)
    return made.getvalue()


def tarred(*bodies: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for number, body in enumerate(bodies):
            info = tarfile.TarInfo(f"page{number}.xml")
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return made.getvalue()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zipped, tarred])
@pytest.mark.parametrize("body", [b"".join(LINES), PAGE % b"".join(RECORDS)], ids=["dump", "oai"])
def test_whatever_packs_it(pack, body: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(pack(body))
    with (tmp_path / "x").open("rb") as file:
        pieces = list(Source(file, "x").pieces((0, 0), 10))
    found = [item.id for piece in pieces for item in read_items(piece.kind, piece.items)]
    assert found == IDS


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 31), st.data(), st.sampled_from(["dump", "oai", "tar"]))
def test_it_goes_on_wherever_it_was_cut(most: int, data: st.DataObject, kind: str) -> None:
    page = PAGE % b"".join(RECORDS)
    body = {"dump": b"".join(LINES), "oai": page, "tar": gzip.decompress(tarred(page, page))}[kind]
    pieces = list(Source(io.BufferedReader(io.BytesIO(body)), "x").pieces((0, 0), most))
    cut = data.draw(st.integers(1, len(pieces))) - 1
    rest = list(Source(io.BufferedReader(io.BytesIO(body)), "x").pieces(pieces[cut].place, most))
    before = [item for piece in pieces[: cut + 1] for item in piece.items]
    after = [item for piece in rest for item in piece.items]
    assert before + after == [item for piece in pieces for item in piece.items]


@pytest.mark.parametrize(
    ("bad", "faults"),
    [(b"{not json\n", 1), (b"[1, 2]\n", 1), (b"\0\0\0\n", 1), (b'{"id": "0704.0001"}\n', 1), (b"\xff\xfe\n", 1),
     (b"x" * 10_000_000 + b"\n", 1), (b"[" * 100_000 + b"\n", 1), (b"\n\n  \n", 0)],
)  # fmt: skip
def test_a_broken_line_costs_itself_alone(bad: bytes, faults: int) -> None:
    ids, found = read(b"".join([*LINES[:9], bad, *LINES[9:]]))
    assert (ids, len(found)) == (IDS, faults)


def test_a_line_cut_at_the_end_costs_itself_alone() -> None:
    ids, found = read(b"".join(LINES)[:-40])
    assert (ids, len(found)) == (IDS[:-1], 1)


@pytest.mark.parametrize("bad", [b"<record><x></record>", b"<record>" + b"x" * 5_000_000, b"<record>" + b"\0" * 9])
def test_a_broken_record_costs_itself_alone(bad: bytes) -> None:
    ids, found = read(PAGE % b"".join([*RECORDS, bad]))
    assert ids == IDS
    assert found


def test_a_packed_file_that_ends_early_gives_what_it_has() -> None:
    ids, found = read(gzip.compress(b"".join(LINES * 200))[:-12], most=1000)
    assert ids[:29] == IDS
    assert "ends early" in found[-1]


@pytest.mark.parametrize(
    "body", [b"", b"hello\n", b"<html></html>", b"%PDF-1.4", gzip.compress(b"hello"), b"PK\x03\x04"]
)
def test_another_file_is_refused(body: bytes) -> None:
    with pytest.raises(UsageError, match="expected arXiv's metadata"):
        read(body)


def test_a_deleted_record_is_told_by_its_id() -> None:
    gone = b'<record><header status="deleted"><identifier>oai:arXiv.org:0704.0031</identifier></header></record>'
    assert list(read_items("oai", [gone])) == ["0704.0031"]
    assert bulk.LONGEST > 1_000_000
