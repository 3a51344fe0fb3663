"""ArxivClient against the stand-in: lookups, searches, feeds, licences, and what goes wrong on the way."""

import math
import re
from pathlib import Path

import pytest

from paperlab import __version__
from paperlab.arxiv import ArxivClient, next_request_at
from paperlab.errors import BadAnswer, NetworkError, NothingFound, Offline, PaperlabError, Throttled, UsageError
from paperlab.records.ids import PaperId
from tests.arxiv.conftest import Build
from tests.support.arxiv_server import ArxivServer, Paper

ONE, OLD = PaperId("2401.00001"), PaperId("hep-th/9901001")


def test_a_lookup_tells_found_from_missing_in_the_order_asked(build: Build) -> None:
    lookup = build().lookup([OLD, PaperId("2401.99999"), ONE])
    assert [record.id for record in lookup.found] == ["hep-th/9901001", "2401.00001"]
    assert lookup.missing == ("2401.99999",)


def test_a_lookup_keeps_the_asked_version_and_its_dates(build: Build) -> None:
    newest, first = build().lookup([ONE, PaperId(ONE.base, 1)]).found
    assert (newest.version, newest.published, newest.updated) == (2, "2024-01-02T03:04:05Z", "2024-02-03T04:05:06Z")
    assert (first.version, first.published, first.updated) == (1, "2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z")


def test_a_version_that_does_not_exist_is_missing_as_asked(build: Build) -> None:
    lookup = build().lookup([PaperId(ONE.base, 7), ONE])
    assert lookup.missing == ("2401.00001v7",)
    assert len(lookup.found) == 1


def test_many_ids_go_in_few_requests(build: Build, arxiv_server: ArxivServer) -> None:
    ids = [PaperId(f"2402.{n:05}") for n in range(1, 121)]
    for paper in ids:
        arxiv_server.papers[paper.base] = Paper(paper.base)
    lookup = build().lookup(ids)
    assert [paper.base for paper in ids] == [record.id for record in lookup.found]
    assert len(arxiv_server.log) == 3
    assert all(len(path) < 2000 for path in arxiv_server.paths())


def test_no_ids_ask_nothing(build: Build, arxiv_server: ArxivServer) -> None:
    assert build().lookup([]).found == ()
    assert arxiv_server.log == []


def test_an_id_that_arxiv_refuses_costs_itself_alone(build: Build) -> None:
    # A PaperId that was built by hand: parse would have refused it.
    lookup = build().lookup([ONE, PaperId("abc"), OLD])
    assert [record.id for record in lookup.found] == ["2401.00001", "hep-th/9901001"]
    assert lookup.missing == ("abc",)


def test_a_refusal_that_names_no_id_is_narrowed_down(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2401.00002"] = Paper("2401.00002")
    lookup = build().lookup([ONE, PaperId("a,b"), PaperId("2401.00002")])
    assert {"2401.00001", "2401.00002"} == {record.id for record in lookup.found}
    assert lookup.missing == ("a,b",)


def test_an_error_that_is_about_no_id_makes_no_paper_unknown(build: Build, arxiv_server: ArxivServer) -> None:
    """Older servers send their errors with status 200."""
    arxiv_server.fail("/api/query", "error", times=None)
    with pytest.raises(BadAnswer, match="arXiv's error: backend unavailable"):
        build().lookup([ONE, OLD])
    assert len(arxiv_server.log) == 1


@pytest.mark.parametrize("fault", ["cut", "truncate", "html", "short", "empty", "nothing", "reset", "500"])
def test_one_fault_is_asked_again_and_nothing_is_lost(build: Build, arxiv_server: ArxivServer, fault: str) -> None:
    arxiv_server.fail("/api/query", fault)
    assert len(build().lookup([ONE, OLD]).found) == 2
    assert len(arxiv_server.log) == 2


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("cut", BadAnswer, "expected an Atom feed"),
        ("truncate", BadAnswer, "was cut"),
        ("html", BadAnswer, "expected an Atom feed"),
        ("short", BadAnswer, "expected 2 entries .* got 1"),
        ("empty", BadAnswer, "expected 1 entries|expected 2 entries"),
        ("nothing", BadAnswer, "expected an Atom feed"),
        ("reset", NetworkError, r"could not reach 127\.0\.0\.1:\d+: \[Errno \d+\] Connection reset by peer; check"),
        ("500", NetworkError, "status 500"),
        ("418", NetworkError, "status 418"),
        ("403", NetworkError, "access denied"),
    ],
)
def test_a_lasting_fault_is_one_line_that_says_what_came(
    build: Build, arxiv_server: ArxivServer, fault: str, kind: type[PaperlabError], words: str
) -> None:
    arxiv_server.fail("/api/query", fault, times=None)
    with pytest.raises(kind, match=words) as caught:
        build().lookup([ONE, OLD])
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
    assert len(arxiv_server.log) <= 3


def test_a_hang_ends_at_the_timeout(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "hang", times=None)
    with pytest.raises(NetworkError, match=r"within 0\.2 s"):
        build(timeout=0.2).lookup([ONE])


def test_a_drip_ends_at_the_deadline(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "drip", times=None)
    with pytest.raises(NetworkError, match=r"within 0\.1 s"):
        build(timeout=0.1).lookup([ONE])


def test_unasked_gzip_is_read(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "gzip")
    assert len(build().lookup([ONE]).found) == 1
    assert len(arxiv_server.log) == 1


def test_a_search_gives_each_paper_once_up_to_the_limit(build: Build, arxiv_server: ArxivServer) -> None:
    for n in range(1, 131):
        arxiv_server.papers[f"2403.{n:05}"] = Paper(f"2403.{n:05}")
    found = build().search("all:things", limit=120)
    assert len({record.id for record in found}) == 120
    assert "sortBy=submittedDate" in arxiv_server.paths()[0]
    assert "search_query=all%3Athings" in arxiv_server.paths()[0]


def test_results_that_shift_between_pages_come_once(build: Build, arxiv_server: ArxivServer) -> None:
    """While arXiv announces, the last result of a page is the first of the next one."""
    for n in range(1, 131):
        arxiv_server.papers[f"2403.{n:05}"] = Paper(f"2403.{n:05}")
    shifted = "/api/query?search_query=all:things&start=99&max_results=100&sortBy=submittedDate"
    arxiv_server.fail("start=100", "redirect", location=shifted)
    found = build().search("all:things", limit=120)
    assert len({record.id for record in found}) == len(found) == 119


def test_a_search_whose_second_page_does_not_come_gives_the_first_and_says_so(
    build: Build, arxiv_server: ArxivServer
) -> None:
    for n in range(1, 131):
        arxiv_server.papers[f"2403.{n:05}"] = Paper(f"2403.{n:05}")
    arxiv_server.fail("start=100", "empty", times=None)
    said: list[str] = []
    assert len(build(talk=said.append).search("all:things", limit=120)) == 100
    assert "going on with the first 100 results" in said[0]
    arxiv_server.fail("start=0", "empty", times=None)
    with pytest.raises(BadAnswer):
        build().search("all:things", limit=120)


def test_a_search_that_arxiv_reads_otherwise_says_so(build: Build) -> None:
    said: list[str] = []
    build(talk=said.append).search("all:things", limit=1)
    assert said == []
    build(talk=said.append).search("things", limit=1)
    assert said == ["arXiv read the query as: all:things"]


@pytest.mark.parametrize(("query", "words"), [("((", "unbalanced brackets"), ("  ", "words to search for")])
def test_a_search_that_cannot_be_read_is_a_usage_error(build: Build, query: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        build().search(query)


def test_an_unknown_sort_names_the_known_ones(build: Build) -> None:
    with pytest.raises(UsageError, match="relevance, lastUpdatedDate, submittedDate"):
        build().search("x", sort="stars")


def test_a_feed_gives_version_type_authors_and_licence(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.announcements = [("2401.00001", 1, "new"), ("hep-th/9901001", 2, "replace-cross")]
    batch = build().feed("cs.LG")
    assert [(item.record.id, item.record.version, item.kind) for item in batch.items] == [
        ("2401.00001", 1, "new"),
        ("hep-th/9901001", 2, "replace-cross"),
    ]
    record = batch.items[0].record
    assert record.authors == ("Ada Example", "Bo Example")
    assert record.abstract == "We make things up."
    assert record.licence is not None
    assert "nonexclusive" in record.licence
    assert record.categories == ("cs.LG", "stat.ML")
    assert (batch.built_at, batch.etag) == ("2024-02-05T05:00:00Z", '"made-up"')


def test_an_unchanged_feed_is_not_sent_again(build: Build) -> None:
    batch = build().feed("cs.LG")
    again = build().feed("cs.LG", etag=batch.etag, modified=batch.modified)
    assert (True, (), batch.etag) == (again.unchanged, again.items, again.etag)


@pytest.mark.parametrize("category", ["xx.YY", "cs.LG?x=1", "../oai", "", "cs LG"])
def test_a_category_that_does_not_exist_is_a_usage_error(build: Build, category: str) -> None:
    with pytest.raises(UsageError, match="expected a category"):
        build().feed(category)


@pytest.mark.parametrize("fault", ["cut", "html", "truncate"])
def test_a_broken_feed_is_never_an_empty_one(build: Build, arxiv_server: ArxivServer, fault: str) -> None:
    arxiv_server.fail("/rss/", fault, times=None)
    with pytest.raises(BadAnswer):
        build().feed("cs.LG")


def test_the_licence_comes_with_version_and_certain_withdrawal(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.papers["2401.00003"] = Paper(
        "2401.00003", licence="http://creativecommons.org/licenses/by/4.0/", withdrawn=True
    )
    record = build().licence(PaperId("2401.00003", 1))
    assert (
        record.licence,
        record.version,
        record.withdrawn,
    ) == ("http://creativecommons.org/licenses/by/4.0/", 2, True)
    assert record.authors == ("Ada Example", "Bo Example")
    with pytest.raises(NothingFound, match=r"no paper 2401\.77777"):
        build().licence(PaperId("2401.77777"))


def test_it_says_who_it_is(build: Build, arxiv_server: ArxivServer) -> None:
    build(contact="me@example.org\r\nX-Evil: 1").lookup([ONE])
    assert f"paperlab/{__version__} (+me@example.orgX-Evil: 1)" == arxiv_server.log[0].headers["User-Agent"]
    assert "X-Evil" not in arxiv_server.log[0].headers


def test_a_429_with_retry_after_is_waited_for_when_short(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "429", retry_after="1")
    assert len(build().lookup([ONE]).found) == 1
    assert arxiv_server.gaps()[0] >= 1.0
    assert next_request_at(build()._state) is None


@pytest.mark.parametrize("status", ["429", "503"])
def test_a_long_retry_after_ends_at_once_and_holds_for_other_clients(
    build: Build, arxiv_server: ArxivServer, status: str, tmp_path: Path
) -> None:
    arxiv_server.fail("/api/query", status, retry_after="120")
    with pytest.raises(Throttled, match="asks again from") as caught:
        build().lookup([ONE])
    until = next_request_at(tmp_path / "state")
    assert until is not None
    assert until == caught.value.context["until"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", until)
    with pytest.raises(Throttled):
        build().feed("cs.LG")
    assert len(arxiv_server.log) == 1


def test_429_without_retry_after_backs_off_ever_longer_then_gives_up(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "429", times=None)
    with pytest.raises(Throttled):
        build(delay=0.6).lookup([ONE])
    first, second = arxiv_server.gaps()
    assert 0.6 <= first < second
    assert len(arxiv_server.log) == 3
    until = next_request_at(build()._state)
    assert until is not None


def test_a_retry_after_that_is_a_date_is_honoured(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "503", retry_after="Fri, 01 Jan 2100 00:00:00 GMT")
    with pytest.raises(Throttled):
        build().lookup([ONE])
    assert len(arxiv_server.log) == 1


def test_offline_asks_nothing(build: Build, arxiv_server: ArxivServer) -> None:
    with pytest.raises(Offline, match="offline"):
        build(offline=True).lookup([ONE])
    assert arxiv_server.log == []


@pytest.mark.parametrize(
    "where",
    ["http://127.0.0.2:1/x", "https://example.org/", "ftp://arxiv.org/abs/1", "file:///etc/passwd", "//evil.example/"],
)
def test_a_redirect_away_is_not_followed(build: Build, arxiv_server: ArxivServer, where: str) -> None:
    arxiv_server.fail("/api/query", "redirect", times=None, location=where)
    with pytest.raises(BadAnswer, match="not followed"):
        build().lookup([ONE])


@pytest.mark.parametrize(
    ("where", "words"), [("http://[::1", "redirect to nowhere"), ("/api/query\xff\xfe", "5 redirects")]
)
def test_a_redirect_to_nowhere_is_a_bad_answer(build: Build, arxiv_server: ArxivServer, where: str, words: str) -> None:
    arxiv_server.fail("/api/query", "redirect", times=None, location=where)
    with pytest.raises(BadAnswer, match=words):
        build().lookup([ONE])


def test_a_redirect_to_arxiv_stays_at_the_mirror(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("^/api/query", "redirect", location="http://arxiv.org/api/query?id_list=2401.00001&max_results=1")
    assert len(build().lookup([ONE]).found) == 1
    assert len(arxiv_server.log) == 2


def test_redirects_in_a_circle_end(build: Build, arxiv_server: ArxivServer) -> None:
    arxiv_server.fail("/api/query", "redirect", times=None, location="/api/query?again")
    with pytest.raises(BadAnswer, match="redirects"):
        build().lookup([ONE])


@pytest.mark.parametrize(
    "mirror",
    ["ftp://x", "127.0.0.1:80", "http://", "nonsense", "http://[::1", "http://127.0.0.1:99999", "http://a b:1"],
)
def test_a_mirror_that_is_no_address_is_a_usage_error(build: Build, mirror: str) -> None:
    with pytest.raises(UsageError, match=r"arxiv\.mirror"):
        build(mirror=mirror).lookup([ONE])


@pytest.mark.parametrize(
    "setting", [{"delay": -1.0}, {"delay": math.nan}, {"delay": math.inf}, {"timeout": 0.0}, {"timeout": math.nan}]
)
def test_a_spacing_that_is_none_is_a_usage_error(build: Build, setting: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=r"arxiv\.delay"):
        build(**setting)


def test_a_host_that_is_not_there_is_told_by_its_reason(build: Build) -> None:
    with pytest.raises(NetworkError, match=r"could not reach 127\.0\.0\.1:1: Failed to establish.*refused"):
        build(mirror="http://127.0.0.1:1").lookup([ONE])


def test_a_proxy_that_is_not_there_is_named(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(NetworkError, match=r"could not reach \S+ through your proxy .*: Failed to .*refused"):
        build().lookup([ONE])


def test_without_a_mirror_arxiv_is_asked_over_https(build: Build, tmp_path: Path) -> None:
    fetch = ArxivClient(state=tmp_path)._fetch
    assert fetch._address("http://export.arxiv.org/src/1") == "https://export.arxiv.org/src/1"
    with pytest.raises(BadAnswer):
        fetch._address("https://arxiv.org.evil.example/src/1")
