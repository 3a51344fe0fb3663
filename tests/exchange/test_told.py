"""What other tools and arXiv tell in a way of their own: accents in TeX, days in a year."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.errors import UsageError
from paperlab.exchange import dates, read, write
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work


def written(typed: str, format: str) -> str:
    record = PaperRecord(id="1706.03762", title=typed, authors=(), abstract=typed, journal_ref=typed)
    work = Work(id="1706.03762", record=record, state="queued")
    return "".join(write([work], format, [("1706.03762", typed, (), None)]))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (r"Schr\"odinger bridges", "Schrödinger bridges"),
        (r"Ho{\v{r}}ava and Fran\c cois on \'{\i}", "Hořava and François on í"),
        (r"{\L}ukasz, Wei{\ss}, \AA ngstr\"om", "Łukasz, Weiß, Ångström"),
    ],
)
@pytest.mark.parametrize(
    ("format", "times"), [("bibtex", 3), ("csl", 3), ("ris", 3), ("atom", 2), ("markdown", 1), ("opml", 1)]
)
def test_other_tools_are_told_the_accents_of_a_text_that_arxiv_tells_in_tex(
    typed: str, printed: str, format: str, times: int
) -> None:
    assert written(typed, format).count(printed) == times
    assert json.loads(written(typed, "jsonl"))["title"] == typed


def test_maths_in_a_title_stays_as_it_is() -> None:
    typed = r"On $\dot{x}$ and $\"o$"
    assert f"title = {{{{{typed}}}}}," in written(typed, "bibtex")
    assert f"TI  - {typed}\n" in written(typed, "ris")


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("Y1  - 2019/3/7/Spring", "2019-03-07"),
        ("PY  - 2019/03/07/", "2019-03-07"),
        ("PY  - 2019///", "2019-01-01"),
        ("PY  - 2019/13/01", "2019-01-01"),
        ("PY  - 2019\nDA  - 2019/03/07", "2019-03-07"),
    ],
)
def test_ris_tells_the_day_in_the_year_too(lines: str, published: str) -> None:
    (work,) = read(f"TY  - JOUR\nTI  - A title\n{lines}\nDO  - 10.1000/x\nER  - \n".encode(), "ris").works
    assert work.record.published == f"{published}T00:00:00Z"


@given(st.dates(), st.sampled_from("-/"))
def test_a_day_is_read_whatever_parts_its_numbers(day: date, sign: str) -> None:
    assert dates.moment(sign.join(day.isoformat().split("-"))) == f"{day.isoformat()}T00:00:00Z"


@pytest.mark.parametrize("typed", ["2015-07/01", "0000-07-01", "2015/13/01", "2015/02/29", "2015/7/1"])
def test_what_is_no_day_with_two_digits_each_is_read_with_care(typed: str) -> None:
    expected = {
        "2015-07/01": "07-01",
        "0000-07-01": None,
        "2015/13/01": "01-01",
        "2015/02/29": "02-01",
        "2015/7/1": "07-01",
    }
    assert dates.moment(typed) == (f"2015-{expected[typed]}T00:00:00Z" if expected[typed] else None)


MEDLINE = """
PMID- 31452104
OWN - NLM
TI  - Deep learning for cells: a
      long title.
LID - 10.1038/s41592-019-0001-1 [doi]
LID - S0001 [pii]
AB  - We count cells.
FAU - Doe, Jane A
AU  - Doe JA
DP  - 2019 Aug 12
JT  - Nature methods
OT  - deep learning

PMID- 31452105
TI  - Second.
AU  - Roe R
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_pubmed_gives_is_read(end: str) -> None:
    reading = read(MEDLINE.replace("\n", end).encode())
    assert (reading.format, reading.faults) == ("medline", ())
    first, second = reading.works
    assert first.record == PaperRecord(
        id="doi:10.1038/s41592-019-0001-1", title="Deep learning for cells: a long title.", authors=("Jane A Doe",),
        abstract="We count cells.", published="2019-08-12T00:00:00Z", journal_ref="Nature methods",
        doi="10.1038/s41592-019-0001-1",
    )  # fmt: skip
    assert first.tags == ("deep-learning",)
    assert (second.id, second.record.title) == ("url:https://pubmed.ncbi.nlm.nih.gov/31452105/", "Second.")
    assert second.record.authors == ("Roe R",)


@pytest.mark.parametrize(
    ("author", "shown"),
    [
        ("King, Jr.", "King Jr."),
        ("King, Martin Luther, Jr.", "Martin Luther King Jr."),
        ("King, Jr., Martin Luther", "Martin Luther King Jr."),
    ],
)
def test_a_suffix_in_ris_stands_last_or_in_the_middle(author: str, shown: str) -> None:
    (work,) = read(f"TY  - JOUR\nTI  - Letter\nAU  - {author}\nER  - \n".encode()).works
    assert work.record.authors == (shown,)


def test_a_journal_that_ads_names_by_a_macro_is_spelled_out() -> None:
    (work,) = read(rb"@ARTICLE{a, title={On M 31}, journal={\mnras}, doi={10.1000/mn}}").works
    assert work.record.journal_ref == "Monthly Notices of the Royal Astronomical Society"


def test_markup_of_crossref_is_taken_off_and_a_lone_sign_stays() -> None:
    item = {
        "id": "a", "type": "article", "DOI": "10.1000/a", "title": "When p<b>q: a <i>test</i>",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>We show <jats:italic>x</jats:italic>.</jats:p><jats:p>And more.</jats:p>",
    }  # fmt: skip
    (work,) = read(json.dumps([item]).encode()).works
    assert (work.record.title, work.record.abstract) == ("When p<b>q: a test", "We show x. And more.")


def test_a_feed_is_no_export_of_zotero() -> None:
    feed = b'<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><item><title>A</title></item></rdf:RDF>'
    with pytest.raises(UsageError, match="none of them"):
        read(feed)
