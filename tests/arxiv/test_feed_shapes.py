"""arXiv's own shapes of a feed are read from the tree; feedparser, which reads any feed, is the oracle."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.arxiv import feeds
from paperlab.arxiv.feeds import _any_feed, _arxivs_own, parse_feed, read_feed
from paperlab.arxiv.text import when
from tests.support.arxiv_server import ArxivServer, Paper

HEAD = (
    '<?xml version="1.0"?><rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><lastBuildDate>Mon, 05 Feb 2024 00:00:00 -0500</lastBuildDate>'
)
TRICKY = (
    "$a < b$ & c", "Über die Größe", "注意力就是一切", "כל מה שצריך", "Poincar\\'e & G\\\"odel", "<b>x</b>", 'a "b" <c',
    "two\nlines  here", "<script>alert(1)</script>", "x &amp; y",
)  # fmt: skip
TEXT = st.one_of(
    st.sampled_from(TRICKY),
    st.lists(st.sampled_from(["a", "$x^2$", "λ", "<", ">", "&", "'"]), min_size=1).map(" ".join),
)


def both(body: bytes) -> tuple[object, object]:
    """Read a feed with each reader: when it was built, and its announcements."""
    own = _arxivs_own(read_feed(body, address="test"))
    assert own is not None
    return tuple((when(b), [feeds._announcement(e) for e in entries]) for b, entries in (own, _any_feed(body)))


def item(title: str, abstract: str, authors: str, version: int, kind: str) -> str:
    id = "2401.00001"
    return (
        f"<item><title>{escape(title)}</title><link>https://arxiv.org/abs/{id}</link><description>arXiv:{id}v{version} "
        f"Announce Type: {kind} \nAbstract: {escape(abstract)}</description><guid isPermaLink='false'>oai:arXiv.org:{id}v{version}"
        f"</guid><category>cs.LG</category><category>stat.ML</category><pubDate>Mon, 05 Feb 2024 00:00:00 -0500</pubDate>"
        f"<arxiv:announce_type>{kind}</arxiv:announce_type><dc:rights>http://x.org/l</dc:rights><arxiv:DOI>10.1/x</arxiv:DOI>"
        f"<arxiv:journal_reference>J. 1</arxiv:journal_reference><dc:creator>{escape(authors)}</dc:creator></item>"
    )


@given(TEXT, TEXT, st.sampled_from(["Ada One, Bo Two", "Jürgen Ä", "A. One (CERN, Geneva), B. Two"]), st.integers(1, 3), st.sampled_from(feeds.KINDS))  # fmt: skip
def test_rss_is_read_as_feedparser_reads_it(title: str, abstract: str, authors: str, version: int, kind: str) -> None:
    one, two = both(f"{HEAD}{item(title, abstract, authors, version, kind)}</channel></rss>".encode())
    assert one == two


def test_the_recorded_feed_is_read_as_feedparser_reads_it(shared_arxiv: Path) -> None:
    for path in (shared_arxiv / "rss").glob("*.xml"):
        one, two = both(path.read_bytes())
        assert one == two


def test_a_feed_of_another_shape_is_read_by_feedparser() -> None:
    """One item that is not arXiv's own is enough."""
    old = (
        "<item><title>T</title><link>https://arxiv.org/abs/2401.00002v1</link><description>&lt;p&gt;We.&lt;/p&gt;"
        "</description></item>"
    )
    body = f"{HEAD}{item('A', 'B', 'C', 1, 'new')}{old}</channel></rss>".encode()
    assert _arxivs_own(read_feed(body, address="test")) is None
    assert [i.record.id for i in parse_feed(body, feed="cs.LG").items] == ["2401.00001", "2401.00002"]


def test_days_that_the_feed_skips_are_told() -> None:
    body = f"{HEAD}<skipDays><day>Sunday</day><day>Saturday</day></skipDays></channel></rss>".encode()
    assert parse_feed(body, feed="cs.LG").skip_days == ("Sunday", "Saturday")


@pytest.mark.slow
def test_a_large_feed_is_read_as_feedparser_reads_it() -> None:
    server = ArxivServer()
    server.http.server_close()
    for n in range(2000):
        id = f"2401.{n:05}"
        server.papers[id] = Paper(id, title=f"{TRICKY[n % len(TRICKY)]} {n}", abstract=TRICKY[(n * 7) % len(TRICKY)])
        server.announcements.append((id, 1, "new"))
    one, two = both(server.reply("/rss/cs.LG", {}).body)
    assert one == two
