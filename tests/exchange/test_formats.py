"""Every format out and in again, over hostile texts; other people's readers as oracles."""

import json
import string
from dataclasses import replace

import bibtexparser
import feedparser
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.exchange import read, write
from paperlab.exchange.bibtex import authors
from paperlab.exchange.latex import to_latex, to_unicode
from paperlab.records.accents import accents
from paperlab.records.paper import PaperRecord
from paperlab.records.queue import STATES
from paperlab.records.works import Work

HOSTILE = ["$x^{2}$", "$a_{1", "50%", "A & B", "{", "}", "\\", '"', "\u6ce8\u610f", "\u05e9\u05dc\u200f", "\U0001f600", "Gödel", "ł", "--", "``", "''", "~", "^", "#", "_", "<a>", "@misc{x,", "and", "TY  - ", ", ", "\\textit{x}", "\\~N", "\\\"{o}", "{\\o}", "$5 and $6", "]]>", "[l](u)", "`"]  # fmt: skip
texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=6).map("".join)


def line(text: str) -> str:
    return " ".join(text.replace("\0", "").encode("utf-8", "replace").decode().split())


lines = texts.map(line)
filled = lines.filter(bool)
tags = st.lists(
    st.text(string.ascii_lowercase + "c++#_-ü注", min_size=1, max_size=5)
    .map(lambda t: t.strip("-").lstrip("#"))
    .filter(bool),
    max_size=3,
    unique=True,
)


@st.composite
def works(draw: st.DrawFn) -> Work:
    id = draw(
        st.sampled_from(
            [
                "1706.03762",
                "math/0309136",
                "doi:10.1145/abc",
                "url:https://example.org/a_b?c=d%20e",
                "bib:knuth1984",
                "doi:10.1002/(sici)1097(199806)49:8<693::aid-4>3.0.co;2-o",
                "url:https://example.org/A_(b)",
                "bib:müller2020",
                "bib:x'y",
                "bib:2020",
            ]
        )
    )
    here = id[0] in "1m"
    record = PaperRecord(
        id=id, title=draw(filled), authors=tuple(draw(st.lists(filled, max_size=3))), abstract=draw(lines),
        categories=("cs.LG",) if here else (), primary_category="cs.LG" if here else None,
        published=draw(st.sampled_from(["2017-06-12T00:00:00Z", None])), comment=draw(st.sampled_from([None, "15 pages & $x$"])),
        doi=id.removeprefix("doi:") if id.startswith("doi") else None, version=draw(st.sampled_from([None, 3])) if here else None,
    )  # fmt: skip
    return Work(
        id=id, record=record, state=draw(st.sampled_from(STATES[:8])), priority=draw(st.integers(0, 9)), why=draw(lines) or None,
        tags=tuple(sorted(draw(tags))), minutes=draw(st.sampled_from([None, 0, 25])), added_at="2026-01-01T00:00:00Z",
        notes=draw(texts).replace("\0", "").encode("utf-8", "replace").decode().strip(), main_idea=draw(lines) or None,
    )  # fmt: skip


def printed(record: PaperRecord) -> PaperRecord:
    """Give what other tools are told: accents that were typed in TeX are letters."""
    return replace(record, title=line(accents(record.title)), abstract=line(accents(record.abstract)))


def through(item: Work, format: str) -> Work:
    named = [(item.id, item.record.title, item.record.authors, item.record.published)]
    reading = read("".join(write([item], format, named)).encode(), {"markdown": "links"}.get(format, format))
    assert reading.faults == ()
    assert len(reading.works) == 1
    return reading.works[0]


@given(texts)
def test_latex_and_back_is_the_text(text: str) -> None:
    assert to_unicode(to_latex(text)) == " ".join(text.split())


@settings(max_examples=150)
@given(works())
def test_json_lines_carry_everything(item: Work) -> None:
    assert through(item, "jsonl") == item


@settings(max_examples=150)
@given(works())
def test_bibtex_carries_what_it_says(item: Work) -> None:
    found = through(item, "bibtex")
    assert (found.id, found.tags, found.notes) == (item.id, item.tags, line(item.notes))
    for name in ("title", "authors", "abstract", "primary_category", "comment", "doi"):
        assert getattr(found.record, name) == getattr(printed(item.record), name), name
    assert (found.record.published or "")[:7] == (item.record.published or "")[:7]


@settings(max_examples=150)
@given(works())
def test_csl_carries_what_it_says(item: Work) -> None:
    found = through(item, "csl")
    assert (found.id, found.tags, found.notes) == (item.id, item.tags, item.notes)
    record = printed(item.record)
    assert replace(found.record, version=None, categories=()) == replace(record, version=None, categories=())


@settings(max_examples=150)
@given(works())
def test_opml_keeps_id_state_tags_and_when_it_was_added(item: Work) -> None:
    found = through(item, "opml")
    assert (found.id, found.state, found.tags, found.added_at) == (item.id, item.state, item.tags, item.added_at)


@settings(max_examples=150)
@given(works())
def test_ris_and_markdown_keep_the_id(item: Work) -> None:
    assert through(item, "ris").id == item.id
    found = through(item, "markdown")
    assert found.id == item.id
    assert (found.state == "read") == (item.state in ("read", "implementing", "reproduced", "explained"))


@settings(max_examples=60)
@given(works())
def test_other_readers_agree(item: Work) -> None:
    named = [(item.id, item.record.title, item.record.authors, item.record.published)]
    parsed = bibtexparser.parse_string("".join(write([item], "bibtex", named)))
    assert parsed.failed_blocks == []
    assert [to_unicode(e["title"]) for e in parsed.entries] == [printed(item.record).title]
    (row,) = rispy.loads("".join(write([item], "ris")))
    assert " ".join(row["title"].split()) == printed(item.record).title
    feed = feedparser.parse("".join(write([item], "atom")).encode())
    assert not feed.bozo
    assert len(feed.entries) == 1
    assert feed.entries[0].updated == item.added_at


@pytest.mark.parametrize(
    ("text", "id", "version"),
    [
        ("@misc{a, title={T}, eprint={1706.03762v5}, archiveprefix={arXiv}}", "1706.03762", 5),
        ("@article{a, title={T}, journal={arXiv preprint arXiv:1706.03762}}", "1706.03762", None),
        ("@article{a, title={T}, journal={CoRR}, volume={abs/1706.03762}}", "1706.03762", None),
        ("@misc{a, title={T}, doi={10.48550/arXiv.1706.03762}}", "1706.03762", None),
        ("@misc{a, title={T}, url={https://arxiv.org/abs/1706.03762v2}, eprint={1706.03762}}", "1706.03762", 2),
        ("@misc{a, title={T}, note={arXiv:hep-th/9901001}}", "hep-th/9901001", None),
        ("@misc{a, title={T}, eprint={9901001}, archiveprefix={arXiv}, primaryclass={hep-th}}", "hep-th/9901001", None),
        ("@misc{a, title={T}, doi={https://doi.org/10.1145/ABC}}", "doi:10.1145/abc", None),
        ("@misc{a, title={T}, url={https://Example.org/x}}", "url:https://example.org/x", None),
        ("@misc(knuth, title = \"T\" # { {\\TeX}} )", "bib:knuth", None),
        ("TY  - JOUR\nTI  - T\nUR  - http://arxiv.org/abs/1706.03762v5\nER  - \n", "1706.03762", 5),
        ('[{"id":"x","type":"article","title":"T","note":"arXiv:1706.03762 [cs]"}]', "1706.03762", None),
        ('[{"id":"x","type":"article","title":"T","DOI":"10.48550/ARXIV.1706.03762"}]', "1706.03762", None),
        ('{"id": "arXiv:1706.03762v5", "title": "T", "strange": [1]}', "1706.03762", 5),
        ('<opml version="2.0"><body><outline text="g"><outline text="T" htmlUrl="https://arxiv.org/pdf/1706.03762v1.pdf"/></outline></body></opml>', "1706.03762", 1),
        ("https://arxiv.org/abs/1706.03762v4\n", "1706.03762", 4),
        ("- [ ] [T](https://arxiv.org/abs/1706.03762)\n", "1706.03762", None),
        ("# my list\n1706.03762v4\n", "1706.03762", 4),
        ('"Key","Item Type","Author","Title","DOI","Url","Extra","Manual Tags"\n"AB","preprint","A, B","T","","","arXiv:1706.03762 [cs]","x y"\n', "1706.03762", None),
    ],
)  # fmt: skip
def test_each_place_of_an_id(text: str, id: str, version: int | None) -> None:
    (found,) = read(text.encode()).works
    assert (found.id, found.version) == (id, version)


NAMES = r"{van Beethoven}, Ludwig and Martin Luther King, Jr. and King, Jr., Martin Luther and {OpenAI} and {\"O}zg{\"u}r {\c{C}}i{\c{c}}ek and {\L}ukasz Kaiser and others"


def test_names_and_accents() -> None:
    (found,) = read(
        f"@misc{{a, title={{{{BERT}} in G{{\\\"o}}del \\'{{\\i}} \\v{{S}} \\& $O(n^{{2}})$}}, author={{{NAMES}}}}}".encode()
    ).works
    assert found.record.title == "BERT in Gödel í Š & $O(n^{2})$"
    assert found.record.authors == (
        "Ludwig van Beethoven", "Martin Luther King Jr.", "Martin Luther King Jr.", "OpenAI", "Özgür Çiçek", "Łukasz Kaiser",
    )  # fmt: skip


def test_an_entry_inherits_from_the_one_that_its_crossref_names() -> None:
    text = "@inproceedings{a, title={A}, crossref={Proc}, year=2001}\n@inproceedings{b, title={B}, crossref={Proc}}\n"
    found = read(f"{text}@proceedings{{proc, title={{Some Proceedings}}, year=1999, editor={{E F}}}}".encode()).works
    told = {w.id: (w.record.published[:4], w.record.journal_ref, w.record.authors) for w in found if w.record}
    assert told["bib:a"] == ("2001", "Some Proceedings", ("E F",))
    assert told["bib:b"][:2] == ("1999", "Some Proceedings")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("family=Berg, given=Rianne, prefix=van den, useprefix=true", "Rianne van den Berg"),
        ("family={de la Cruz}, given={J. P.}, suffix=Jr.", "J. P. de la Cruz Jr."),
        (r"{\noopsort{Zzz}}Zhang, Wei", "Wei Zhang"),
    ],
)
def test_names_of_biblatex_and_names_sorted_elsewhere(name: str, expected: str) -> None:
    assert authors(f"{name} and Dao, Tri") == (expected, "Tri Dao")


def test_records_in_an_array_keep_what_csl_has_no_word_for() -> None:
    item = read(b'[{"id": "1706.03762", "title": "A", "tags": ["x"], "priority": 5}]').works[0]
    assert (item.tags, item.priority) == (("x",), 5)


def test_one_item_of_csl_on_one_line_is_no_record_of_ours() -> None:
    item = read(
        b'{"id": "one", "type": "article", "title": "In <i>vivo</i>", "URL": "https://arxiv.org/abs/2001.00001"}'
    ).works[0]
    assert (item.id, item.record and item.record.title) == ("2001.00001", "In vivo")


def test_a_line_of_the_dump_says_which_option_takes_it() -> None:
    line = b'{"id": "0704.0001", "title": "A", "authors": "A B, C D", "authors_parsed": [["B", "A", ""]]}'
    with pytest.raises(UsageError, match="--arxiv-metadata"):
        read(line)


def test_an_outline_of_a_query_names_the_feed_that_asks_it() -> None:
    feed = "https://export.arxiv.org/api/query?search_query=cat:cs.CL+AND+ti:x&amp;start=0"
    text = f'<opml version="2.0"><body><outline text="a" xmlUrl="{feed}"/><outline text="1706.03762"/></body></opml>'
    assert "`paperlab feed add 'cat:cs.CL AND ti:x'`" in read(text.encode()).faults[0]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("see (https://example.org/A_(b)).", ["url:https://example.org/A_(b)"]),
        ("https://example.org/a).", ["url:https://example.org/a"]),
        ("(10.1016/S0140-6736(20)30183-5) and [1706.03762].", ["doi:10.1016/s0140-6736(20)30183-5", "1706.03762"]),
    ],
)
def test_brackets_of_an_address_are_told_from_those_around_it(text: str, ids: list[str]) -> None:
    assert [item.id for item in read(text.encode(), "links").works] == ids


def test_a_broken_entry_costs_one_line_and_never_the_rest() -> None:
    reading = read(
        b"@misc{a, title={A}}\n@misc{b, title={never closed\n@misc{c, title={C}}\n@misc{d title={D}}\n@misc{e, title={E}}\n"
    )
    assert [w.id for w in reading.works] == ["bib:a", "bib:c", "bib:e"]
    assert [fault.split(" (")[0] for fault in reading.faults] == ["line 2", "line 4"]
    rows = [
        '{"id": "1706.03762", "title": "T"}',
        '{"id": "1706.03763", "title": 3}',
        "{",
        '{"id": "no id"}',
        '{"id": "1706.03764", "authors": "x"}',
    ]
    reading = read("\n".join(rows).encode())
    assert [w.id for w in reading.works] == ["1706.03762"]
    assert [fault.split(":")[0] for fault in reading.faults] == ["line 2", "line 3", "line 4", "line 5"]
    assert "expected title to be a text, got 3" in reading.faults[0]


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"just some words", b"<html><body>x</body></html>", b'{"a": ']
)
def test_what_is_nothing_we_know_says_what_was_expected(data: bytes) -> None:
    with pytest.raises(UsageError, match="expected"):
        read(data)


def test_xml_is_read_without_entities() -> None:
    bomb = '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;" url="https://arxiv.org/abs/1706.03762"/></body></opml>'
    with pytest.raises(UsageError, match="entities"):
        read(bomb.encode())


RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:z="http://www.zotero.org/namespaces/export#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:bib="http://purl.org/net/biblio#"
 xmlns:foaf="http://xmlns.com/foaf/0.1/"><bib:Article rdf:about="http://arxiv.org/abs/1706.03762"><z:itemType>preprint</z:itemType>
 <bib:authors><rdf:Seq><rdf:li><foaf:Person><foaf:surname>Vaswani</foaf:surname><foaf:givenName>Ashish</foaf:givenName></foaf:Person></rdf:li></rdf:Seq></bib:authors>
 <dcterms:isReferencedBy rdf:resource="#item_1"/><dcterms:isReferencedBy rdf:resource="#item_2"/>
 <dc:subject>My Tag</dc:subject><dc:subject><z:AutomaticTag><rdf:value>Computer Science - Machine Learning</rdf:value></z:AutomaticTag></dc:subject>
 <dc:title>Attention</dc:title><dcterms:abstract>We.</dcterms:abstract><dc:date>2017-06-12</dc:date><dc:description>arXiv:1706.03762 [cs]</dc:description></bib:Article>
 <bib:Memo rdf:about="#item_1"><rdf:value>&lt;p&gt;Comment: 15 pages&lt;/p&gt;</rdf:value></bib:Memo>
 <bib:Memo rdf:about="#item_2"><rdf:value>&lt;p&gt;read &lt;b&gt;this&lt;/b&gt;&lt;/p&gt;&lt;p&gt;twice&lt;/p&gt;</rdf:value></bib:Memo>
 <z:Attachment rdf:about="#item_3"><z:itemType>attachment</z:itemType><dc:title>PDF</dc:title></z:Attachment></rdf:RDF>"""


def test_zotero_rdf_with_tags_and_notes() -> None:
    (found,) = read(RDF.encode()).works
    assert (found.id, found.tags, found.notes) == (
        "1706.03762",
        ("my-tag", "computer-science-machine-learning"),
        "read this\ntwice",
    )
    assert (found.record.authors, found.record.comment, found.record.abstract) == (
        ("Ashish Vaswani",),
        "15 pages",
        "We.",
    )
    assert found.record.published == "2017-06-12T00:00:00Z"


def test_zotero_csv_with_notes_and_date_added() -> None:
    text = '"Key","Item Type","Author","Title","DOI","Date Added","Notes","Manual Tags","Automatic Tags"\n"AB","journalArticle","Doe, Jane; OpenAI","T, U","10.1145/X","2024-01-02 03:04:05","<p>mine</p>","a b; c","d"\n"CD","attachment","","PDF","","","","",""\n'
    (found,) = read(text.encode("utf-8-sig")).works
    assert (found.id, found.tags, found.notes, found.added_at) == (
        "doi:10.1145/x",
        ("a-b", "c", "d"),
        "mine",
        "2024-01-02T03:04:05Z",
    )
    assert found.record.authors == ("Jane Doe", "OpenAI")


BETTER = {
    "config": {"id": "36a3b0b5", "label": "BetterBibTeX JSON", "options": {"exportNotes": True}},
    "collections": {"ABC": {"name": "mine", "items": [1]}},
    "items": [
        {
            "itemType": "preprint", "itemID": 1, "key": "Q", "title": "Attention", "abstractNote": "We.", "date": "2017-06-12",
            "creators": [
                {"firstName": "Ashish", "lastName": "Vaswani", "creatorType": "author"},
                {"name": "OpenAI", "creatorType": "author"}, {"firstName": "E", "lastName": "D", "creatorType": "editor"},
            ],
            "DOI": "10.48550/arXiv.1706.03762", "url": "http://arxiv.org/abs/1706.03762v5", "archiveID": "arXiv:1706.03762",
            "extra": "arXiv:1706.03762 [cs.CL]\nCitation Key: vaswani2017", "dateAdded": "2024-01-02T03:04:05Z",
            "tags": [{"tag": "My Tag"}, {"tag": "Computer Science - Machine Learning", "type": 1}, "plain"],
            "notes": [{"note": "<p>Comment: 15 pages</p>"}, "<p>read <b>this</b></p><p>twice</p>"],
        },
        {"itemType": "journalArticle", "title": "T", "extra": ["DOI: 10.1145/X", "other"], "publicationTitle": "J", "date": 2020},
        {"itemType": "book", "title": "A book", "citationKey": "knuth1984", "creators": [{"lastName": "Knuth", "creatorType": "editor"}]},
        {"itemType": "attachment", "title": "PDF"}, {"itemType": "note", "note": "alone"},
    ],
}  # fmt: skip


@pytest.mark.parametrize("place", ["archiveID", "archiveLocation", "number", "reportNumber", "url", "DOI", "extra"])
def test_an_item_of_zotero_names_its_paper_in_any_place(place: str) -> None:
    told = {"url": "https://arxiv.org/abs/1706.03762", "DOI": "10.48550/arXiv.1706.03762"}.get(
        place, "arXiv:1706.03762"
    )
    assert read(json.dumps([{"itemType": "preprint", "title": "T", place: told}]).encode()).works[0].id == "1706.03762"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("shape", ["whole", "items", "first", "api", "one"])
def test_better_bibtex_json_is_told_by_its_content(indent: int | None, shape: str) -> None:
    items = BETTER["items"]
    data = {
        "whole": BETTER, "items": items, "first": {"collections": {"x": "y" * 30_000}, **BETTER}, "one": items[0],
        "api": [{"key": item.get("key", ""), "version": 1, "data": item} for item in items],
    }[shape]  # fmt: skip
    reading = read(json.dumps(data, indent=indent).encode())
    assert (reading.format, reading.faults) == ("zotero", ())
    first, *rest = reading.works
    assert (first.id, first.version, first.added_at) == ("1706.03762", 5, "2024-01-02T03:04:05Z")
    assert (first.tags, first.notes) == (("my-tag", "computer-science-machine-learning", "plain"), "read this\ntwice")
    record = first.record
    assert (record.title, record.authors, record.abstract) == ("Attention", ("Ashish Vaswani", "OpenAI"), "We.")
    assert (record.comment, record.published, record.primary_category) == ("15 pages", "2017-06-12T00:00:00Z", "cs.CL")
    if shape != "one":
        assert [(w.id, w.record.journal_ref, w.record.authors) for w in rest] == [
            ("doi:10.1145/x", "J", ()), ("bib:knuth1984", None, ("Knuth",)),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "item", [{"itemType": "book"}, {"itemType": "book", "title": {}}, {"itemType": 1, "creators": 1, "tags": 1}]
)
def test_an_item_of_zotero_without_a_name_costs_a_line(item: dict[str, object]) -> None:
    reading = read(json.dumps({"items": [item, *BETTER["items"]]}).encode())
    assert len(reading.works) == 3
    assert reading.faults == ("item 1: expected an arXiv id, a DOI, an address or a title, found none",)


def test_entries_that_are_one_work_are_one() -> None:
    text = "@misc{a, title={T}, eprint={1706.03762}, keywords={x}}\n@article{b, title={T}, doi={10.1145/abc}, abstract={We.}}\n@misc{c, title={T}, eprint={1706.03762v2}, doi={10.1145/abc}, keywords={y}}\n@misc{k, title={One}}\n@misc{k, title={Two}}\n"
    found = read(text.encode()).works
    assert [w.id for w in found] == ["1706.03762", "bib:k", "bib:k-2"]
    assert (found[0].tags, found[0].version) == (("x", "y"), 2)


def test_keys_are_stable_and_unique() -> None:
    named = [(f"1706.0000{n}", "The Same Title", ("Ludwig van Beethoven",), "2017-01-01T00:00:00Z") for n in range(3)]
    items = [Work(id=id, record=PaperRecord(id=id, title=title, authors=authors)) for id, title, authors, _ in named]
    all_of = [row["id"] for row in json.loads("".join(write(items, "csl", named)))]
    assert all_of == ["vanbeethoven2017same", "vanbeethoven2017samea", "vanbeethoven2017sameb"]
    assert json.loads("".join(write(items[2:], "csl", named)))[0]["id"] == all_of[2]


def test_a_checklist_is_one_though_no_line_of_it_is_a_link() -> None:
    assert [work.id for work in read(b"- [ ] $x^\\{2\\}$ `bib:knuth1984`\n").works] == ["bib:knuth1984"]
