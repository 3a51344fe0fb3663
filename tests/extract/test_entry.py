"""Which reader reads what, and what one e-print may not do: read outside, hang, or hide what failed."""

import json
import os
import zlib
from pathlib import Path

import pytest

from paperlab.errors import NothingFound, UsageError
from paperlab.extract import extract
from paperlab.records.paper import PaperRecord

TEX = r"\documentclass{article}\begin{document}\section{A}text\end{document}"
PAGE = "<html><body><h1>Title</h1><h2>One</h2><p>text</p></body></html>"
RECORD = PaperRecord(id="1234.56789", title="T", abstract="We reach 5% error on R&D. More on MNIST.")


def one_page_pdf(lines: list[str]) -> bytes:
    """Write a PDF by hand: one page, one font, one line of text a string."""
    text = " T* ".join(f"({line}) Tj" for line in lines)
    stream = zlib.compress(f"BT /F1 12 Tf 14 TL 72 720 Td {text} ET".encode())
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for i, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (i, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (len(parts) + 1, table, end)


PDF = one_page_pdf(["On the Making of Widgets", "Abstract", "Short.", "1 Introduction", "Widgets.", "2 Method", "We turn them."])  # fmt: skip


@pytest.mark.parametrize(
    ("files", "kind", "sections"),
    [
        ({"a.tex": TEX.encode(), "b.html": PAGE.encode(), "c.pdf": PDF}, "latex", ["A"]),
        ({"b.html": PAGE.encode(), "c.pdf": PDF}, "html", ["One"]),
        ({"c.pdf": PDF}, "pdf", ["Abstract", "Introduction", "Method"]),
        ({"a.tex": b"nothing", "b.html": PAGE.encode()}, "html", ["One"]),
        ({"b.html": b"<html>", "c.pdf": PDF}, "pdf", ["Abstract", "Introduction", "Method"]),
        ({"page.tex": PAGE.encode()}, "html", ["One"]),
        ({"appendix.htm": PAGE.encode() * 9, "report.htm": PAGE.encode()}, "html", ["One"]),
    ],
)
def test_tries_the_readers_in_order(tmp_path: Path, files: dict[str, bytes], kind: str, sections: list[str]):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paper = extract(tmp_path)
    assert (paper.source.kind, [s.title for s in paper.sections]) == (kind, sections)


@pytest.mark.parametrize("reader", ["latex", "html", "pdf"])
def test_one_reader_can_be_forced(tmp_path: Path, reader: str):
    for name, data in {"a.tex": TEX.encode(), "b.html": PAGE.encode(), "c.pdf": PDF}.items():
        (tmp_path / name).write_bytes(data)
    assert extract(tmp_path, reader=reader).source.kind == reader
    assert extract(tmp_path, kind=reader).source.kind == reader
    abstract = extract(tmp_path, reader="abstract", record=RECORD)
    assert (abstract.source.kind, abstract.sections) == ("abstract", ())


def test_an_unknown_reader_is_named_with_those_there_are(tmp_path: Path):
    with pytest.raises(UsageError, match="expected the reader latex, html, pdf or abstract, got 'ocr'"):
        extract(tmp_path, reader="ocr")


@pytest.mark.parametrize("data", [b"%PDF-1.4\ngarbage", PDF[:200], PDF.replace(b"stream\n", b"stream\nx"), b""])
def test_a_pdf_that_cannot_be_read_costs_one_problem(tmp_path: Path, data: bytes):
    (tmp_path / "a.pdf").write_bytes(data)
    paper = extract(tmp_path, record=RECORD)
    assert (paper.source.kind, paper.title, len(paper.problems)) == ("abstract", "T", 1)
    assert len(extract(tmp_path).problems) == 1


def test_a_percent_sign_of_an_abstract_is_no_comment():
    paper = extract(Path("nowhere"), record=RECORD)
    assert paper.datasets == ("MNIST",)


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path):
    secret = tmp_path / "secret.tex"
    secret.write_text(r"\section{Secret}")
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "link.tex").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    names = ["../secret", str(secret), "linked/secret", "link", "/etc/passwd", "~/secret", "|cat /etc/passwd", "a/../../secret", "//etc/passwd", '"../secret"', "C:/x", "/dev/zero", "/proc/self/environ"]  # fmt: skip
    text = "".join(rf"\input{{{n}}}\import{{{n}}}{{secret}}\bibliography{{{n}}}\includegraphics{{{n}}}" for n in names)
    reads = rf"\newread\f\openin\f={secret} \read\f to\x \x \verbatiminput{{{secret}}}\lstinputlisting{{../secret.tex}}\immediate\write18{{touch {tmp_path}/made}}"
    (folder / "main.tex").write_text(
        r"\documentclass{article}\begin{document}\section{A}" + text + reads + r"\end{document}"
    )
    paper = extract(folder)
    assert [s.title for s in paper.sections] == ["A"]
    assert "Secret" not in json.dumps(paper.to_json())
    assert "root:" not in json.dumps(paper.to_json())
    assert {p.name for p in tmp_path.iterdir()} == {"secret.tex", "paper"}


def test_pipes_and_odd_names_do_not_stop_a_reader(tmp_path: Path):
    os.mkfifo(tmp_path / "main.tex")
    os.mkfifo(tmp_path / "index.html")
    (tmp_path / "new\nline.sty").write_text(TEX)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.tex")).write_text(TEX)
    paper = extract(tmp_path)
    assert [s.title for s in paper.sections] == ["A"]
    json.dumps(paper.to_json(), ensure_ascii=False).encode("utf-8")
    assert paper.source.main_file == "bad\ufffd.tex"
    with pytest.raises(NothingFound):
        extract(tmp_path / "main.tex")


def test_deep_and_full_folders_are_walked(tmp_path: Path):
    deep = tmp_path.joinpath(*["d"] * 100)
    deep.mkdir(parents=True)
    (deep / "main.tex").write_text(TEX)
    for i in range(500):
        (tmp_path / f"{i}.png").touch()
    assert [s.title for s in extract(tmp_path).sections] == ["A"]
