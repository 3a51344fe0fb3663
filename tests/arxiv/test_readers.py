"""Atom, RSS and OAI into records: against the standard library's parser on real recordings, and by hand."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paperlab.arxiv
from paperlab.arxiv import parse_oai
from paperlab.arxiv.atom import answers, checked
from paperlab.arxiv.feeds import parse_feed
from paperlab.arxiv.text import categories, letters, looks_withdrawn, names, publisher_doi, squash, when
from paperlab.errors import BadAnswer
from paperlab.records.paper import PaperRecord

A = {
    "a": "http://www.w3.org/2005/Atom",
    "x": "http://arxiv.org/schemas/atom",
    "o": "http://a9.com/-/spec/opensearch/1.1/",
}


def read_all(body: bytes) -> list[PaperRecord]:
    """Give the records of one page, whatever the header says about further pages."""
    page = checked(body)
    return list(answers(lambda _: body, query="x", limit=page.entries)) if page.entries else []


def test_every_recorded_api_answer_is_read_as_the_standard_library_reads_it(shared_arxiv: Path) -> None:
    files = sorted((shared_arxiv / "api").glob("*.xml"))
    assert len(files) > 25
    for path in files:
        body = path.read_bytes()
        if "id_abc" in path.name:
            continue
        entries = ET.fromstring(body).findall("a:entry", A)
        records = read_all(body)
        assert len(entries) == len(records), path.name
        for entry, record in zip(entries, records, strict=True):
            same_as(entry, record)


def same_as(entry: ET.Element, record: PaperRecord) -> None:
    def text(name: str) -> str:
        return " ".join(entry.findtext(name, "", A).split())

    assert re.sub(r".*/abs/", "", text("a:id")) == f"{record.id}v{record.version}"
    assert (text("a:title"), text("a:summary")) == (record.title, record.abstract)
    assert (text("a:published"), text("a:updated")) == (record.published, record.updated)
    assert [" ".join((e.text or "").split()) for e in entry.findall("a:author/a:name", A)] == list(record.authors)
    assert (text("x:comment") or None, text("x:journal_ref") or None) == (record.comment, record.journal_ref)
    terms = [e.get("term", "") for e in entry.findall("a:category", A)]
    assert set(record.categories) <= set(terms)
    assert all(re.search(r"\d|;|,", term) or " " in term for term in set(terms) - set(record.categories)), terms
    primary = entry.find("x:primary_category", A)
    assert primary is not None
    assert primary.get("term") == record.primary_category
    assert record.primary_category in record.categories
    assert not re.search(r"\s\s|\n", record.title + record.abstract)


def test_the_recorded_error_feed_gives_its_words(shared_arxiv: Path) -> None:
    assert checked((shared_arxiv / "api" / "id_abc_s0_m100.xml").read_bytes()).error == "incorrect id format for abc"


def test_every_recorded_api_answer_that_is_cut_is_noticed(shared_arxiv: Path) -> None:
    for path in sorted((shared_arxiv / "api").glob("*.xml")):
        body = path.read_bytes().rstrip()
        for kept in (len(body) // 3, len(body) // 2, len(body) - 1):
            with pytest.raises(BadAnswer):
                checked(body[:kept])


def test_a_page_that_lost_an_entry_is_noticed(shared_arxiv: Path) -> None:
    body = (shared_arxiv / "api" / "q_testing_s0_m10.xml").read_bytes()
    with pytest.raises(BadAnswer, match=r"expected 10 entries .* got 9"):
        checked(re.sub(rb"<entry>.*?</entry>", b"", body, count=1, flags=re.DOTALL))


@pytest.mark.parametrize("name", [b"published", b"updated", b"id"])
def test_an_entry_that_the_arxiv_package_would_leave_out_is_noticed(shared_arxiv: Path, name: bytes) -> None:
    body = (shared_arxiv / "api" / "q_testing_s0_m10.xml").read_bytes()
    head, entry = body.split(b"<entry>", 1)
    spoiled = re.sub(b"<%b>.*?</%b>" % (name, name), b"<%b>?</%b>" % (name, name), entry, count=1, flags=re.DOTALL)
    with pytest.raises(BadAnswer, match="id and dates"):
        checked(head + b"<entry>" + spoiled)


def test_an_empty_feed_without_a_count_is_no_answer() -> None:
    """Nothing found is `totalResults` 0; a feed that says nothing at all must not cost a paper its place."""
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query</title>%b</feed>'
    with pytest.raises(BadAnswer, match="empty feed"):
        checked(feed % b"")
    count = b'<o:totalResults xmlns:o="http://a9.com/-/spec/opensearch/1.1/">0</o:totalResults>'
    assert checked(feed % count).entries == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"Rate exceeded.", b"<html><body>x</body></html>", b"\x00\xff", b"<feed/>", b"{}",
     b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><feed>&b;</feed>'],
)  # fmt: skip
def test_what_is_no_feed_is_a_bad_answer(body: bytes) -> None:
    for read in (checked, parse_oai):
        with pytest.raises(BadAnswer):
            read(body)
    if body != b"<feed/>":
        with pytest.raises(BadAnswer):
            parse_feed(body, feed="cs.LG")


def test_no_entity_reads_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOPSECRET")
    body = f"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>
    <OAI-PMH><record><header><identifier>oai:arXiv.org:2401.00001</identifier></header><metadata><arXiv>
    <id>2401.00001</id><title>T &x;</title></arXiv></metadata></record></OAI-PMH>""".encode()
    with pytest.raises(BadAnswer, match="brings a DTD"):
        parse_oai(body)


def test_every_recorded_oai_answer_is_read_as_the_standard_library_reads_it(shared_arxiv: Path) -> None:
    total = 0
    for path in sorted((shared_arxiv / "oai").glob("*.xml")):
        page = parse_oai(path.read_bytes())
        elements = list(ET.parse(path).getroot().iter())
        identifiers = [e.text or "" for e in elements if e.tag.endswith("identifier") and "oai:" in (e.text or "")]
        titles = [squash(e.text) for e in elements if e.tag.endswith("}title")]
        assert [i.removeprefix("oai:arXiv.org:") for i in identifiers] == [record.id for record in page.records], (
            path.name
        )
        assert titles == [record.title for record in page.records]
        assert page.problems == ()
        assert all(record.authors and record.abstract and record.published for record in page.records), path.name
        tokens = [e.text for e in elements if e.tag.endswith("resumptionToken")]
        assert (tokens[0] if tokens else None) == page.token
        total += len(page.records)
    assert total > 2500


def test_dates_licences_and_names_of_the_arxiv_format(shared_arxiv: Path) -> None:
    page = parse_oai((shared_arxiv / "oai" / "ListRecords_cs_arXiv_page1.xml").read_bytes())
    tree = ET.parse(shared_arxiv / "oai" / "ListRecords_cs_arXiv_page1.xml")
    space = {"r": "http://arxiv.org/OAI/arXiv/"}
    for element, record in zip(tree.iter("{http://arxiv.org/OAI/arXiv/}arXiv"), page.records, strict=True):
        assert f"{element.findtext('r:created', '', space)}T00:00:00Z" == record.published
        assert element.findtext("r:license", None, space) == record.licence
        last = [squash(e.text) for e in element.findall("r:authors/r:author/r:keyname", space)]
        assert len(last) == len(record.authors)
        assert all("\\" in name or name in author for name, author in zip(last, record.authors, strict=True))


def test_the_raw_format_has_the_history(shared_arxiv: Path) -> None:
    page = parse_oai((shared_arxiv / "oai" / "GetRecord_arXivRaw_1810.09584.xml").read_bytes())
    record = page.records[0]
    assert (record.version, record.published, record.updated) == (2, "2018-10-22T22:41:50Z", "2019-01-13T11:17:09Z")
    assert record.authors == ("Raphael Chetrite", "Shamik Gupta", "Izaak Neri", "\u00c9dgar Rold\u00e1n")
    assert [(v.number, v.size, v.source_type) for v in page.versions[record.id]] == [
        (1, "401kb", "D"),
        (2, "669kb", "D"),
    ]


def test_a_deleted_record_and_a_broken_one_cost_themselves_alone() -> None:
    good = "<record><header><identifier>oai:arXiv.org:2401.00001</identifier></header><metadata><arXiv><id>2401.00001</id><title>T</title></arXiv></metadata></record>"
    gone = '<record><header status="deleted"><identifier>oai:arXiv.org:2401.00002</identifier></header></record>'
    broken = "<record><header><identifier>oai:arXiv.org:x</identifier></header><metadata><arXiv/></metadata></record>"
    page = parse_oai(f"<OAI-PMH>{gone}{broken}{good}<resumptionToken>t|1</resumptionToken></OAI-PMH>".encode())
    assert [record.id for record in page.records] == ["2401.00001"]
    assert (page.deleted, page.token, len(page.problems)) == (("2401.00002",), "t|1", 1)


def test_the_recorded_feed_is_read(shared_arxiv: Path) -> None:
    path = next((shared_arxiv / "rss").glob("*.xml"))
    batch = parse_feed(path.read_bytes(), feed="cs.AI")
    entries = ET.parse(path).getroot().findall("a:entry", A)
    assert [item.kind for item in batch.items] == ["cross", "cross", "cross", "cross", "cross", "new", "new"]
    for entry, item in zip(entries, batch.items, strict=True):
        assert f"oai:arXiv.org:{item.record.id}v{item.record.version}" == entry.findtext("a:id", "", A)
        summary = entry.findtext("a:summary", "", A)
        assert squash(summary.split("Abstract:", 1)[1]) == item.record.abstract
        creator = entry.findtext("{http://purl.org/dc/elements/1.1/}creator", "")
        assert tuple(part.strip() for part in creator.replace("\\'e", "\u00e9").split(",")) == item.record.authors
        assert entry.findtext("{http://purl.org/dc/elements/1.1/}rights") == item.record.licence
    assert batch.built_at == "2025-08-20T04:00:19Z"


def test_markup_in_a_feed_stays_text() -> None:
    body = b"""<rss xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>t</title><item>
    <title>Bounds for $a &lt; b$ &lt;script&gt;alert(1)&lt;/script&gt;</title><link>https://arxiv.org/abs/2401.00001</link>
    <description>arXiv:2401.00001v1 Announce Type: new \nAbstract: We show $x &lt; y$ and &lt;b&gt;.</description>
    <guid isPermaLink="false">oai:arXiv.org:2401.00001v1</guid></item></channel></rss>"""
    record = parse_feed(body, feed="cs.LG").items[0].record
    assert record.title == "Bounds for $a < b$ <script>alert(1)</script>"
    assert record.abstract == "We show $x < y$ and <b>."


RSS = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:arxiv="http://arxiv.org/schemas/atom" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel><title>cs.LG</title>%b</channel></rss>'
)
ITEM = (
    "<item><title>T</title><link>https://arxiv.org/abs/{id}</link><description>arXiv:{id}{v} Announce Type: {kind} \n"
    "Abstract: We.</description><guid>{guid}</guid><arxiv:announce_type>{kind}</arxiv:announce_type></item>"
)


def rss(*items: tuple[str, str, str], guid: str = "oai:arXiv.org:{id}{v}") -> bytes:
    """Write a feed of (id, version, announce type)."""
    told = (ITEM.format(id=id, v=v, kind=kind, guid=guid.format(id=id, v=v)) for id, v, kind in items)
    return RSS % "".join(told).encode()


def announced(body: bytes) -> list[tuple[str, int | None, str]]:
    items = parse_feed(body, feed="cs.LG").items
    return [(item.record.id, item.record.version, item.kind) for item in items]


ONE = "2508.13426"


def test_two_versions_in_one_feed_are_two_announcements() -> None:
    both = [(ONE, 1, "new"), (ONE, 2, "replace")]
    assert announced(rss((ONE, "v1", "new"), (ONE, "v2", "replace"))) == both
    assert announced(rss((ONE, "v2", "replace"), (ONE, "v1", "new"))) == both[::-1]


@pytest.mark.parametrize("kinds", [("new", "cross"), ("cross", "new")])
def test_what_is_new_in_one_category_and_crossed_in_another_is_new(kinds: tuple[str, str]) -> None:
    assert announced(rss(*((ONE, "v1", kind) for kind in kinds))) == [(ONE, 1, "new")]


@pytest.mark.parametrize(
    ("word", "version", "kind"),
    [("New", "v1", "new"), ("Replace-Cross", "v3", "replace-cross"), ("absonly", "v3", "replace"), ("absonly", "v1", "new"), ("", "v2", "replace")],
)  # fmt: skip
def test_an_announce_type_that_is_none_of_four_goes_by_the_version(word: str, version: str, kind: str) -> None:
    item = parse_feed(rss((ONE, version, word)), feed="cs.LG").items[0]
    assert item.kind == kind
    assert announced(rss((ONE, version, word))) == [(ONE, int(version[1:]), kind)]


def test_a_new_paper_has_its_date_however_the_word_is_written() -> None:
    dated = rss((ONE, "v1", "NEW")).replace(b"<guid>", b"<pubDate>Wed, 20 Aug 2025 00:00:00 -0400</pubDate><guid>")
    assert parse_feed(dated, feed="cs.LG").items[0].record.published == "2025-08-20T04:00:00Z"


def test_without_a_guid_the_description_tells_the_version() -> None:
    assert announced(rss((ONE, "v4", "replace"), guid="")) == [(ONE, 4, "replace")]
    assert announced(rss((ONE, "v4", "replace"), guid="").replace(b"arXiv:2508", b"arXiv:2507")) == [
        (ONE, None, "replace")
    ]


def test_a_feed_of_items_that_name_no_paper_is_not_an_empty_feed() -> None:
    with pytest.raises(BadAnswer, match="1 items that name none, such as 'Error'"):
        parse_feed(RSS % b"<item><title>Error</title><description>no such archive</description></item>", feed="x")
    with pytest.raises(BadAnswer, match="without a channel"):
        parse_feed(b"<rss version='2.0'/>", feed="cs.LG")
    assert announced(rss((ONE, "v1", "new")).replace(b"<item>", b"<item><title>?</title></item><item>", 1)) == [
        (ONE, 1, "new")
    ]


def test_two_feeds_in_one_body_are_refused_and_white_space_before_one_is_not() -> None:
    body = rss((ONE, "v1", "new"))
    with pytest.raises(BadAnswer):
        parse_feed(body + body, feed="cs.LG")
    assert announced(b"\n \n" + body) == [(ONE, 1, "new")]


def test_the_markup_of_old_feeds_is_left_out() -> None:
    """Until 2024 feeds wrapped abstracts in paragraphs and authors in links."""
    body = rss((ONE, "v1", "cross")).replace(b"<description>", b"<description>&lt;p&gt;").replace(
        b"Abstract:", b"&lt;/p&gt;&lt;p&gt;Abstract:"
    ).replace(b"<guid>", b'<dc:creator>&lt;a href="http://arxiv.org/a/x"&gt;A. One&lt;/a&gt;, B. Two</dc:creator><guid>')  # fmt: skip
    record = parse_feed(body, feed="cs.LG").items[0].record
    assert (record.abstract, record.authors) == ("We.", ("A. One", "B. Two"))


def test_an_empty_feed_of_a_weekend_is_no_error() -> None:
    body = b"<rss version='2.0'><channel><title>t</title><skipDays><day>Sunday</day></skipDays></channel></rss>"
    assert parse_feed(body, feed="cs.LG").items == ()


WITHDRAWN = {
    "This paper has been withdrawn by the author due to an error": True,
    "This article has been withdrawn because it has been merged": True,
    "Withdrawn: The construction contains a flaw": True,
    "This has been withdrawn by arXiv administrators due to plagiarism": True,
    "Submitted to IEEE Trans., This paper has been withdrawn by the authors": True,
    "we would like to withdraw this paper": True,
    "The preprint has been temporarily withdrawn.": True,
    "17 pages, 6 figures; paper withdrawn from IEEE Transactions and re-submitted": False,
    "We study the withdrawn bubble": False,
    "Cash withdrawn by customers": False,
    "12 pages. Supersedes a withdrawn version": False,
    "": False,
}


@pytest.mark.parametrize("words", WITHDRAWN)
def test_words_of_withdrawal(words: str) -> None:
    assert WITHDRAWN[words] == looks_withdrawn(words, "")


def test_real_withdrawals_are_seen_and_nothing_else(shared_arxiv: Path) -> None:
    records = [r for p in sorted((shared_arxiv / "oai").glob("*.xml")) for r in parse_oai(p.read_bytes()).records]
    speaking = [r for r in records if "withdr" in f"{r.comment} {r.abstract[:200]}".lower()]
    # The one that speaks of it otherwise was withdrawn from a journal.
    assert [(r.comment or "")[21:45] for r in speaking if not r.withdrawn] == ["paper withdrawn from IEE"]
    assert all(r in speaking for r in records if r.withdrawn)


NAMES = {
    "A. One, B. Two and C. Three": ("A. One", "B. Two", "C. Three"),
    "A. One (1), B. Two (1 and 2) ((1) CERN, Geneva, (2) DESY)": ("A. One", "B. Two"),
    "J. Doe, Jr., A. Roe III": ("J. Doe, Jr.", "A. Roe III"),
    r"\'Edgar Rold\'an, Gar\c{c}on {\O}ye": ("\u00c9dgar Rold\u00e1n", "Gar\u00e7on \u00d8ye"),
    "ATLAS Collaboration": ("ATLAS Collaboration",),
    "Anders And and Sandy Hand": ("Anders And", "Sandy Hand"),
    "Sebastiano Carpi, Marco V. Giannone, and Claudia\n  Pinzari": (
        "Sebastiano Carpi",
        "Marco V. Giannone",
        "Claudia Pinzari",
    ),
    "": (),
    "(((": (),
    "a) b": ("a b",),
}


@pytest.mark.parametrize("line", NAMES)
def test_a_line_of_authors_is_cut_into_names(line: str) -> None:
    assert NAMES[line] == names(line)


@given(st.text(st.sampled_from([*"ab  \n\n\t\r\x1c\xa0\u2003\u200b", "\x85"])))
def test_white_space_is_folded_as_split_folds_it(text: str) -> None:
    assert squash(text) == " ".join(text.split())


@given(st.text())
def test_no_line_of_authors_and_no_date_crashes(line: str) -> None:
    assert all(name and name == squash(name) for name in names(line))
    assert when(line) is None or re.fullmatch(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\dZ", when(line) or "")
    assert isinstance(letters(line), str)
    assert isinstance(looks_withdrawn(line, line), bool)
    assert publisher_doi(line) is None or str(publisher_doi(line)).startswith("10.")


def test_words_of_withdrawal_are_read_fast_in_any_text() -> None:
    for text in ("paper " * 5000, "this " * 5000, "withdrawn by the " * 3000):
        looks_withdrawn(text, text)  # the test's own timeout is the check


def test_categories_leave_out_what_is_not_arxivs() -> None:
    given_terms = [
        "cs.LG",
        "I.2.6; I.2.7",
        "68T05",
        "Primary 62G05, Secondary 62H30",
        "astro-ph",
        "cond-mat.mes-hall",
        "q-bio.NC",
    ]
    assert categories(given_terms) == ("cs.LG", "astro-ph", "cond-mat.mes-hall", "q-bio.NC")


def test_importing_the_room_loads_no_network_library() -> None:
    code = "import sys, paperlab.arxiv, paperlab.arxiv.client, paperlab.arxiv.pace; paperlab.arxiv.next_request_at; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"requests", "urllib3", "lxml", "arxiv", "feedparser", "filelock", "pylatexenc", "numpy"} & set(loaded)


def test_every_module_of_the_room_is_listed() -> None:
    folder = Path(paperlab.arxiv.__file__).parent
    listed = set(re.findall(r"^    (\w+\.py) ", paperlab.arxiv.__doc__ or "", re.MULTILINE))
    assert {path.name for path in folder.glob("*.py")} - {"__init__.py"} == listed


@given(st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the zone stands beside it
def test_the_date_of_a_dump_is_read_as_the_standard_library_reads_it(moment: datetime) -> None:
    told = format_datetime(moment.replace(microsecond=0), usegmt=True)
    assert when(told) == parsedate_to_datetime(told).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert when(f"Tue, 31 Feb {told[12:]}") is None
