"""What other tools write, each as it does: dates in words, notes of their own, bookmarks, tables of links."""

import json

import pytest

from paperlab.exchange import read, write
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work


def _one(text: str) -> Work:
    reading = read(text.encode())
    assert not reading.faults
    (work,) = reading.works
    return work


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("June 2016", "2016-06-01"),
        ("May 28, 2015", "2015-05-28"),
        ("28 May 2015", "2015-05-28"),
        ("July 9\u201311, 2015", "2015-07-09"),
        ("12/2014", "2014-12-01"),
        ("Spring 2018", "2018-01-01"),
        ("2018-21", "2018-01-01"),
        ("31/12/1998", "1998-01-01"),
        ("2017-06-12", "2017-06-12"),
        ("in press", None),
    ],
)
def test_a_date_that_a_person_wrote_is_read_in_every_format(typed: str, day: str | None) -> None:
    item = {"itemType": "journalArticle", "title": "A title", "DOI": "10.1000/x", "date": typed}
    csl = {"type": "article", "title": "A title", "DOI": "10.1000/x", "issued": {"literal": typed}}
    files = [
        json.dumps([item]),
        json.dumps([csl]),
        f'"Key","Item Type","Title","DOI","Date"\n"A","journalArticle","A title","10.1000/x","{typed}"\n',
        f"TY  - JOUR\nTI  - A title\nDO  - 10.1000/x\nDA  - {typed}\nER  - \n",
        f"@article{{a,\n title = {{A title}},\n doi = {{10.1000/x}},\n date = {{{typed}}}\n}}\n",
    ]
    days = {work.record and work.record.published for work in map(_one, files)}
    assert days == {day and f"{day}T00:00:00Z"}


@pytest.mark.parametrize(
    ("month", "day"),
    [
        ("{07--09 Jul}", "2015-07-07"),  # the proceedings of PMLR
        ("{20--22 Jun}", "2015-06-20"),
        ("{09--15 Jun}", "2015-06-09"),
        ('"8~" # jan', "2015-01-08"),  # as btxdoc has it
        ('sep # " 28 - " # oct # " 2"', "2015-09-28"),  # the ACL Anthology
        ("{21}", "2015-01-01"),
        ("{Sept.}", "2015-09-01"),
    ],
)
def test_a_month_of_bibtex_may_hold_days(month: str, day: str) -> None:
    work = _one(f"@inproceedings{{a,\n title = {{A title}},\n year = {{2015}},\n month = {month}\n}}\n")
    assert work.record
    assert work.record.published == f"{day}T00:00:00Z"


@pytest.mark.parametrize(
    ("fields", "tags", "state", "added_at"),
    [
        ("keywords = {nlp}, mendeley-tags = {nlp,to read}", ("nlp", "to-read"), None, None),
        ("readstatus = {read}", (), "read", None),  # JabRef
        ("readstatus = {skimmed}", (), "skimmed", None),
        ("readstatus = {}", (), None, None),
        ("date-added = {2016-02-01T10:11:12GMT}", (), None, "2016-02-01T10:11:12Z"),  # Papers
    ],
)
def test_what_i_did_with_a_paper_in_another_program_comes_along(
    fields: str, tags: tuple[str, ...], state: str | None, added_at: str | None
) -> None:
    work = _one(f"@misc{{a,\n title = {{A title}},\n {fields}\n}}\n")
    assert (work.tags, work.state, work.added_at) == (tags, state, added_at)


@pytest.mark.parametrize(
    ("fields", "notes", "comment"),
    [
        ("comment = {my thought}", "my thought", None),  # JabRef
        ("review = {my thought}", "my thought", None),
        ("annote = {NULL}", "", None),  # Mendeley, for nothing
        ("annote = {Comment: 15 pages}", "", "15 pages"),  # Zotero, of arXiv
        ("note = {Comment: 15 pages}, annotation = {mine}", "mine", "15 pages"),  # Better BibTeX
    ],
)
def test_notes_of_each_program_are_notes(fields: str, notes: str, comment: str | None) -> None:
    work = _one(f"@misc{{a,\n title = {{A title}},\n eprint = {{1706.03762}},\n {fields}\n}}\n")
    assert work.record
    assert (work.notes, work.record.comment) == (notes, comment)


def test_notes_of_zotero_are_text_in_each_of_its_exports() -> None:
    html = ["<p>Comment: 15 pages</p>", '<div data-schema-version="8"><p>my <b>note</b></p></div>']
    row = f'"Key","Item Type","Title","Url","Notes"\n"A","preprint","T","http://arxiv.org/abs/1706.03762","{"; ".join(html).replace(chr(34), chr(34) * 2)}"\n'
    ris = (
        "TY  - GEN\nTI  - T\nUR  - http://arxiv.org/abs/1706.03762\n"
        + "".join(f"N1  - {n}\n" for n in html)
        + "ER  - \n"
    )
    beside = [
        {
            "key": "A",
            "data": {"key": "A", "itemType": "preprint", "title": "T", "url": "http://arxiv.org/abs/1706.03762"},
        }
    ]
    beside += [
        {"key": f"N{n}", "data": {"key": f"N{n}", "itemType": "note", "parentItem": "A", "note": n}} for n in html
    ]
    for text in (row, ris, json.dumps(beside)):
        work = _one(text)
        assert work.record
        assert (work.notes, work.record.comment) == ("my note", "15 pages")


@pytest.mark.parametrize(
    "text",
    [
        "@misc{a,\n title = {T},\n bdsk-url-1 = {https://arxiv.org/abs/1706.03762}\n}\n",  # BibDesk
        "TY  - JOUR\nTI  - T\nM1  - arXiv:1706.03762\nER  - \n",
        "TY  - EJOU\nTI  - T\nJO  - arXiv e-prints\nSP  - arXiv:1706.03762\nER  - \n",  # NASA ADS
        "TY  - JOUR\nTI  - T\nJO  - arXiv preprint arXiv:1706.03762\nER  - \n",  # Mendeley
        '[{"type": "article-journal", "title": "T", "container-title": "arXiv:1706.03762 [cs]"}]',
    ],
)
def test_a_paper_of_arxiv_is_known_and_arxiv_is_no_journal(text: str) -> None:
    work = _one(text)
    assert work.record
    assert (work.id, work.record.journal_ref) == ("1706.03762", None)


def test_the_time_at_which_dblp_knew_a_work_is_not_when_i_took_it() -> None:
    fields = "title = {T}, eprint = {1412.6980}, timestamp = {Thu, 25 Jul 2019 14:25:37 +0200}"
    assert _one(f"@article{{a, {fields}}}").added_at == "2019-07-25T12:25:37Z"
    assert _one(f"@article{{a, {fields}, bibsource = {{dblp computer science bibliography}}}}").added_at is None


@pytest.mark.parametrize(
    "text",
    [
        " @article{a, title={<i>Ab initio</i> H<sub>2</sub>O &amp; more}, DOI={10.1000/xyz} }",
        json.dumps({"status": "ok", "message": {"DOI": "10.1000/xyz", "title": ["Ab initio H2O &amp; more"]}}),
        json.dumps({"references": [{"type": "article", "DOI": "10.1000/xyz", "title": "Ab initio H2O & more"}]}),
    ],
)
def test_what_crossref_and_pandoc_give(text: str) -> None:
    work = _one(text)
    assert work.record
    assert (work.id, work.record.title) == ("doi:10.1000/xyz", "Ab initio H2O & more")


_BOOKMARKS = """<!DOCTYPE NETSCAPE-Bookmark-file-1>
<TITLE>Bookmarks</TITLE><H1>Bookmarks</H1>
<DL><p><DT><H3>Papers</H3><DL><p>
<DT><A HREF="https://arxiv.org/abs/1706.03762" ADD_DATE="1700000000" TAGS="nlp,to do">[1706.03762] Attention</A>
<DT><A HREF="https://doi.org/10.1000/xyz" ADD_DATE="1700000001">A title &amp; more</A>
</DL><p></DL><p>
"""
_POCKET = '<html><body><h1>Unread</h1><ul><li><a href="https://arxiv.org/abs/1706.03762" time_added="1700000000" tags="nlp,to do">A</a></li></ul></body></html>'
_RAINDROP = 'id,title,note,url,tags,created\n1,"Attention, all",,https://arxiv.org/abs/1706.03762,"nlp, to do",2023-11-14T22:13:20.000Z\n'


@pytest.mark.parametrize(
    "text", [_BOOKMARKS, _POCKET, _RAINDROP, f"\ufeff{_RAINDROP.replace(chr(10), chr(13) + chr(10))}"]
)
def test_bookmarks_and_tables_of_links_are_lists_of_links(text: str) -> None:
    reading = read(text.encode())
    assert not reading.faults
    first = reading.works[0]
    assert (first.id, first.tags, first.added_at, first.record) == (
        "1706.03762",
        ("nlp", "to-do"),
        "2023-11-14T22:13:20Z",
        None,
    )
    assert [(w.id, w.record and w.record.title) for w in reading.works[1:]] == [
        ("doi:10.1000/xyz", "A title & more")
    ] * (text == _BOOKMARKS)


def test_of_a_page_the_links_that_name_no_paper_are_counted() -> None:
    page = f'{_BOOKMARKS}<A HREF="https://example.org/shop">Shop</A>'
    reading = read(page.encode())
    assert len(reading.works) == 2
    assert reading.faults[0].startswith("left out: 1 of the links")
    assert len(read(page.encode(), "links").works) == 3


def test_a_comma_ends_the_address_of_a_paper() -> None:
    reading = read(b"https://arxiv.org/abs/1412.6980,Adam\nhttps://example.org/a,b\n")
    assert [work.id for work in reading.works] == ["1412.6980", "url:https://example.org/a,b"]


@pytest.mark.parametrize("newest", [None, 9, 10])
def test_json_lines_tell_the_version_that_i_want_from_the_newest(newest: int | None) -> None:
    record = PaperRecord(id="1412.6980", version=newest, title="Adam", authors=(), abstract="")
    work = Work(id="1412.6980", version=9, record=record)
    back = _one("".join(write([work], "jsonl", [("1412.6980", "Adam", (), None)])))
    assert back.record
    assert (back.version, back.record.version) == (9, newest)
