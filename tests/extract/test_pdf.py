"""What is left of a paper in the text of its PDF: title, headings, references; and PDFs that are none."""

import io
import time
import zlib

import pypdf
import pytest

from paperlab.extract.pdf import _letters, read_pdf, read_pdf_references, read_pdf_text
from tests.extract.test_entry import PDF, one_page_pdf

ITEMS = ["1. We present a novel method for estimating the curve of", "affine filters.", "2. We show that it works on all sets of points that were", "given."]  # fmt: skip
HEADINGS = {
    "plain": (["1 Introduction", *ITEMS, "2 Related Work and", "Other Things", "2.1 Filters", "2.2 The Classifi-", "cation Task", "3 Method", "References"],
              ["1 Introduction", "2 Related Work and Other Things", "2.1 Filters", "2.2 The Classification Task", "3 Method", "None References"]),
    "items as headings are written": (["1. Introduction", "1. First thing in a list", "2. We show that it works on all sets of points that were", "2. Method"],
                                      ["1 Introduction", "2 Method"]),
    "items as headings are not": (["1 Introduction", "1. First thing in a list", "2. Second thing in a list", "2 Method"], ["1 Introduction", "2 Method"]),
    "run in": (["1. Introduction", "1.1. Filters. They are old.", "1.2. Curves. They are new."], ["1 Introduction", "1.1 Filters", "1.2 Curves"]),
    "Roman": (["I. INTRODUCTION", "A. Old Filters", "Text.", "B. New Filters", "II. THE METHOD", "A. Channel", "C. Poe wrote it"],
              ["I INTRODUCTION", "A Old Filters", "B New Filters", "II THE METHOD", "A Channel"]),
    "capitals": (["1 INTRODUCTION", "2 THE METHOD OF X"], ["1 INTRODUCTION", "2 THE METHOD OF X"]),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADINGS)
def test_headings_rise_and_items_of_lists_are_none(name: str) -> None:
    lines, expected = HEADINGS[name]
    sections = read_pdf(one_page_pdf(["On Widgets", "Abstract", *lines])).sections
    assert [f"{s.number} {s.title}" for s in sections if s.title != "Abstract"] == expected


TITLES = {
    ("On the Making of Widgets", "Ann Bee and Cy Dee"): "On the Making of Widgets",
    ("A Very Long Title That Goes On Behind the End of its First Line With", "No Stop", "Ann Bee"): "A Very Long Title That Goes On Behind the End of its First Line With No Stop",
    ("A Very Long Title That Goes On and Is Broken in the Middle of Opti-", "mization", "Ann Bee"): "A Very Long Title That Goes On and Is Broken in the Middle of Optimization",
}  # fmt: skip


@pytest.mark.parametrize("lines", TITLES)
def test_a_title_goes_on_where_its_line_says_so(lines: tuple[str, ...]) -> None:
    assert read_pdf(one_page_pdf([*lines, "Abstract", "Text."])).title == TITLES[lines]


REFERENCES = """Short words and a term.
References
Bee, A., Cruz, S., Dorn, K., and Edgar, L. Long short-
term memory and an end. In Things, 2015.
A. Poe, N. Shaw, N. Parc, J. Usz, L. Jon, A. N. Gom, L.
Kais, and I. Pol. Attention is all. In NIPS, 2017.
Fr´ed´eric Gee. A model of classi-
fication and more words.
In International Conference on Things, 2016.
"""


def test_an_entry_ends_at_no_initial_and_before_no_place() -> None:
    found = list(read_pdf_references(_letters(REFERENCES)))
    assert [(r.title, r.authors[0], r.year) for r in found] == [
        ("Long short-term memory and an end", "A. Bee", 2015),
        ("Attention is all", "A. Poe", 2017),
        ("A model of classification and more words", "Frédéric Gee", 2016),
    ]


BEE, DEE = (
    "A. Bee. On the first thing of all. In Things, 2015.",
    "C. Dee and E. Fox. Attention to the second\nthing. Journal of\n12. Things, 2017.",
)
MARKS = {
    "two in brackets": (f"[1] {BEE}\n[2] {DEE}", 2), "one": (f"[1] {BEE}", 1), "letters": (f"[Bee15] {BEE}\n[DF17] {DEE}", 2),
    "numbers": (f"1. {BEE}\n2. {DEE}\n3. {BEE}", 3), "two numbers": (f"1. {BEE}\n2. {DEE}", 2), "none": (f"{BEE}\n{DEE}", 2),
}  # fmt: skip


@pytest.mark.parametrize("name", MARKS)
def test_each_mark_begins_an_entry_of_a_short_list_too(name: str) -> None:
    text, count = MARKS[name]
    found = list(read_pdf_references(f"Words.\nReferences\n{text}\n"))
    assert [r.year for r in found] == [2015, 2017, 2015][:count]
    assert [r.authors for r in found] == [("A. Bee",), ("C. Dee", "E. Fox"), ("A. Bee",)][:count]


def _with(act: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(PDF))
    if act == "pages":
        for _ in range(3000):
            writer.add_page(writer.pages[0])
    else:
        writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_encrypted_one_says_so() -> None:
    (problem,) = read_pdf(_with("encrypted")).problems
    assert "stopped after 0 pages" in problem.message


def _stream(inside: bytes) -> bytes:
    """Put another content into the page of a small PDF."""
    old = PDF[PDF.index(b"4 0 obj") : PDF.index(b"5 0 obj")]
    packed = zlib.compress(inside)
    return PDF.replace(
        old, b"4 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream\nendobj\n" % (len(packed), packed)
    )


BOMBS = {
    "long text": b"BT /F1 12 Tf 72 720 Td " + b"(words of a text) Tj T* " * 400_000 + b"ET",
    "text": b"BT /F1 12 Tf 72 720 Td " + b"(words of a text) Tj T* " * 120_000 + b"ET",
    "blanks": b" " * 60_000_000,
    "nested": b"q " * 2_000_000,
    "arrays": b"[" * 1_000_000,
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", BOMBS)
def test_a_page_that_costs_time_is_left_out(name: str) -> None:
    start = time.process_time()
    paper = read_pdf(_stream(BOMBS[name]), limit_seconds=4.0)
    assert time.process_time() - start < 6
    assert paper.problems


def test_of_many_pages_the_first_are_read() -> None:
    start = time.process_time()
    assert [s.title for s in read_pdf(_with("pages"), limit_seconds=4.0).sections][:2] == ["Abstract", "Introduction"]
    assert time.process_time() - start < 8


@pytest.mark.parametrize(
    "line", ["", "Abstract", "References", "[1] A. Bee.", "1 Introduction", "A. Bee.", "x " * 50, "(2001)."]
)
def test_long_texts_are_read_in_linear_time(line: str) -> None:
    start = time.process_time()
    read_pdf_text([f"Title\nReferences\n{line}\n" + f"{line}\n" * 100_000])
    assert time.process_time() - start < 5
