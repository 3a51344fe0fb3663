"""E-prints and pages: fetched, checked, cached, mended; what stands in where there is no source; local paths."""

import gzip
import io
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from paperlab.arxiv import unpack
from paperlab.arxiv.eprints import Store
from paperlab.errors import BadAnswer, LabUnusable, NetworkError, NothingFound, Offline, Unsafe, UsageError
from paperlab.records.ids import PaperId
from paperlab.records.paper import Eprint
from tests.arxiv.conftest import Build
from tests.support.arxiv_server import ArxivServer, Paper, page, tar_gz

ONE, OLD = PaperId("2401.00001"), PaperId("hep-th/9901001", 1)
TEX = b"\\documentclass{article}\\begin{document}\\input{a}\\end{document}"
FILES = {"main.tex": TEX, "a.tex": b"Hi.", "figs/x.png": b"\x89PNG"}
PDF = b"%PDF-1.4\nmade up\n%%EOF\n"
HTML = b"<!DOCTYPE html><html><body class='ltx_page'>Hi.</body></html>"


def names(eprint: Eprint) -> set[str]:
    return {path.relative_to(eprint.root).as_posix() for path in eprint.root.rglob("*") if path.is_file()}


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_a_source_is_fetched_once_and_says_where_it_came_from(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    first, again = build().eprint(ONE, cache), build().eprint(ONE, cache)
    assert first == again
    assert len(arxiv_server.log) == 1
    assert set(FILES) == names(first)
    assert (first.root / "main.tex").read_bytes() == TEX
    assert (first.kind, first.id, first.version) == ("latex", "2401.00001", 2)
    assert first.provenance is not None
    assert (f"{arxiv_server.url}/src/2401.00001", first.root.parent.name) == (
        first.provenance.address,
        first.provenance.sha256,
    )


def test_the_version_that_came_answers_for_itself_too(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    build().eprint(ONE, cache)
    build().eprint(PaperId(ONE.base, 2), cache)
    assert len(arxiv_server.log) == 1
    build().eprint(PaperId(ONE.base, 1), cache)
    assert len(arxiv_server.log) == 2


def test_the_newest_version_is_asked_for_again_after_a_day(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    build().eprint(ONE, cache)
    index = cache / "eprints" / "ids" / "2401.00001.json"
    index.write_text(index.read_text().replace(str(time.gmtime().tm_year), "2020"))
    build().eprint(ONE, cache)
    assert len(arxiv_server.log) == 2


def test_an_old_eprint_is_better_than_none_while_arxiv_cannot_be_asked(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    build().eprint(ONE, cache)
    index = cache / "eprints" / "ids" / "2401.00001.json"
    index.write_text(index.read_text().replace(str(time.gmtime().tm_year), "2020"))
    arxiv_server.fail("/src/", "429", retry_after="600")
    said: list[str] = []
    assert set(FILES) == names(build(talk=said.append).eprint(ONE, cache))
    assert "throttling" in said[0]
    assert "going on with the e-print of 2020-" in said[0]


def test_offline_takes_what_the_cache_has_however_old(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    build().eprint(ONE, cache)
    assert set(FILES) == names(build(offline=True).eprint(ONE, cache))
    with pytest.raises(Offline):
        build(offline=True).eprint(OLD, cache)


@pytest.mark.parametrize("damage", ["change", "remove", "add", "link", "manifest", "half"])
def test_a_damaged_cache_is_mended_without_asking(
    build: Build, arxiv_server: ArxivServer, cache: Path, damage: str
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    root = build().eprint(ONE, cache).root
    spoil = {
        "change": lambda: (root / "a.tex").write_bytes(b"Ho."),
        "remove": (root / "a.tex").unlink,
        "add": lambda: (root / "new.tex").write_bytes(b"x"),
        "link": lambda: (root / "link.tex").symlink_to("/etc/passwd"),
        "manifest": lambda: (root.parent / "eprint.json").write_text("{"),
        "half": (root.parent / "eprint.json").unlink,
    }
    spoil[damage]()
    eprint = build().eprint(ONE, cache)
    assert set(FILES) == names(eprint)
    assert (eprint.root / "a.tex").read_bytes() == b"Hi."
    assert not (eprint.root / "link.tex").exists()
    assert len(arxiv_server.log) == 1


def test_a_cache_whose_source_is_damaged_too_is_fetched_again(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    root = build().eprint(ONE, cache).root
    (root.parent / "source").write_bytes(b"x")
    (root / "a.tex").unlink()
    assert set(FILES) == names(build().eprint(ONE, cache))
    assert len(arxiv_server.log) == 2


@pytest.mark.parametrize("fault", ["truncate", "cut", "html", "nothing", "reset"])
def test_one_broken_download_is_asked_again_and_leaves_nothing(
    build: Build, arxiv_server: ArxivServer, cache: Path, fault: str
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    arxiv_server.fail("/src/", fault)
    assert set(FILES) == names(build().eprint(ONE, cache))
    assert list(cache.rglob(".*.new")) == []


@pytest.mark.parametrize("fault", ["truncate", "cut", "html"])
def test_a_lasting_broken_download_keeps_nothing(
    build: Build, arxiv_server: ArxivServer, cache: Path, fault: str
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    arxiv_server.fail("/src/", fault, times=None)
    with pytest.raises(BadAnswer, match=f"{arxiv_server.url}/src/2401.00001"):
        build().eprint(ONE, cache)
    assert len(arxiv_server.log) <= 3
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_a_hostile_source_keeps_nothing(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz({"../../../evil.tex": TEX})
    with pytest.raises(Unsafe, match=f"{arxiv_server.url}/src/2401.00001: .*evil.tex"):
        build().eprint(ONE, cache)
    assert [path for path in cache.parent.rglob("*") if path.is_file() and path.parent.name != "state"] == []


@pytest.mark.parametrize("body", [tar_gz(FILES), gzip.compress(TEX)])
def test_the_x_gzip_label_changes_nothing(build: Build, arxiv_server: ArxivServer, cache: Path, body: bytes) -> None:
    arxiv_server.sources["2401.00001"] = body
    arxiv_server.source_headers = {"Content-Encoding": "x-gzip", "Content-Type": "application/x-eprint-tar"}
    assert "main.tex" in names(build().eprint(ONE, cache))


def test_a_pdf_only_paper_is_read_from_its_html_page(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = PDF
    arxiv_server.pages["html", "2401.00001"] = HTML
    eprint = build().eprint(ONE, cache)
    assert ("html", 2, {"index.html"}) == (eprint.kind, eprint.version, names(eprint))
    asked = len(arxiv_server.log)
    assert eprint == build().eprint(ONE, cache)
    assert asked == len(arxiv_server.log)


def test_trouble_on_the_way_to_the_html_page_does_not_settle_for_the_pdf(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = PDF
    arxiv_server.pages["html", "2401.00001"] = HTML
    arxiv_server.fail("/html/", "500", times=3)
    with pytest.raises(NetworkError, match="status 500"):
        build().eprint(ONE, cache)
    assert build().eprint(ONE, cache).kind == "html"


def test_a_pdf_only_paper_without_html_is_its_pdf(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = PDF
    eprint = build().eprint(ONE, cache)
    assert ("pdf", {"main.pdf"}) == (eprint.kind, names(eprint))


def test_without_any_source_the_pdf_page_stands_in(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.pages["pdf", "2401.00001"] = PDF
    said: list[str] = []
    assert build(talk=said.append).eprint(ONE, cache).kind == "pdf"
    assert said == ["2401.00001 has no source that paperlab reads; trying its HTML page, then its PDF"]


def test_a_withdrawn_version_offers_the_one_before(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.papers["2401.00001"] = Paper("2401.00001", withdrawn=True)
    with pytest.raises(NothingFound, match=r"withdrawn; earlier versions stay readable, ask for 2401\.00001v1"):
        build().eprint(PaperId("2401.00001", 2), cache)
    with pytest.raises(NothingFound, match=r"withdrawn; earlier versions stay readable, ask for 2401\.00001v1"):
        build().eprint(ONE, cache)


def test_the_stub_of_a_withdrawn_paper_is_no_paper(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = gzip.compress(b"%auto-ignore\nThis paper has been withdrawn.")
    with pytest.raises(NothingFound, match=r"withdrawn; .*ask for 2401\.00001v1"):
        build().eprint(ONE, cache)


def test_nothing_at_all_says_so(build: Build, cache: Path) -> None:
    with pytest.raises(NothingFound, match="no source, no HTML page and no PDF"):
        build().eprint(ONE, cache)


def test_an_unknown_paper_says_so(build: Build, cache: Path) -> None:
    with pytest.raises(NothingFound, match="does not know this paper"):
        build().eprint(PaperId("2401.77777"), cache)


@pytest.mark.parametrize(("kind", "body"), [("html", HTML), ("pdf", PDF), ("abs", HTML)])
def test_a_page_is_checked_kept_and_asked_for_once(
    build: Build, arxiv_server: ArxivServer, cache: Path, kind: str, body: bytes
) -> None:
    arxiv_server.pages[kind, "hep-th/9901001"] = body
    arxiv_server.fail(f"/{kind}/", "nothing")
    path = build().page(OLD, kind, cache)
    assert body == path.read_bytes()
    assert cache in path.parents
    assert path == build().page(OLD, kind, cache)
    assert len(arxiv_server.log) == 2


def test_a_page_that_is_html_in_place_of_a_pdf_is_refused(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.pages["pdf", "2401.00001"] = page("please enable scripts")
    with pytest.raises(BadAnswer, match=r"expected pdf .* got html"):
        build().page(ONE, "pdf", cache)
    arxiv_server.pages["pdf", "2401.00001"] = PDF[:-10]
    with pytest.raises(BadAnswer, match="whole pdf page"):
        build().page(ONE, "pdf", cache)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(("kind", "body"), [("html", HTML), ("abs", HTML.replace(b"ltx_page", b"with-cu-identity"))])
def test_a_page_that_is_cut_is_asked_again_and_never_kept(
    build: Build, arxiv_server: ArxivServer, cache: Path, kind: str, body: bytes
) -> None:
    """Cut where no length tells it: what arXiv makes ends with its closing tag."""
    arxiv_server.pages[kind, "hep-th/9901001"] = body[:-7]
    with pytest.raises(BadAnswer, match="whole html page"):
        build().page(OLD, kind, cache)
    assert len(arxiv_server.log) == 3
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_html_that_authors_wrote_may_end_as_it_likes(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.pages["html", "hep-th/9901001"] = body = b"<HTML><BODY>A report of 1999."
    assert build().page(OLD, "html", cache).read_bytes() == body


def test_a_page_that_is_not_there_and_a_kind_that_is_not_known(build: Build, cache: Path) -> None:
    with pytest.raises(NothingFound, match="no html page"):
        build().page(ONE, "html", cache)
    with pytest.raises(UsageError, match="html, pdf, abs"):
        build().page(ONE, "epub", cache)


def test_litter_of_a_killed_run_is_swept_at_once_and_that_of_a_live_one_stays(
    build: Build, arxiv_server: ArxivServer, cache: Path
) -> None:
    arxiv_server.sources["2401.00001"] = tar_gz(FILES)
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    dead, alive = (f".eprint.{pid}.abc_1.new" for pid in (ended.pid, os.getpid()))
    for name in (dead, alive):
        (cache / "eprints" / name).mkdir(parents=True)
    for folder in ("eprints/ids", "pages"):
        (cache / folder).mkdir(parents=True)
        (cache / folder / f".2401.00001.json.{ended.pid}.abc_1.new").touch()
    build().eprint(ONE, cache)
    assert [path.name for path in cache.rglob(".*.new")] == [alive]


def test_a_cache_that_cannot_be_written_says_so(build: Build, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(LabUnusable, match="could not write to the cache"):
        build().eprint(ONE, cache)


def test_a_postscript_only_paper_is_read_from_its_pdf(build: Build, arxiv_server: ArxivServer, cache: Path) -> None:
    arxiv_server.sources["2401.00001"] = gzip.compress(b"%!PS-Adobe-3.0")
    arxiv_server.pages["pdf", "2401.00001"] = PDF
    assert build().eprint(ONE, cache).kind == "pdf"


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_local_folder_is_used_in_place(tmp_path: Path, cache: Path) -> None:
    folder = fill(tmp_path / "paper", {**FILES, ".git/config": b"x"})
    eprint = unpack(folder, cache)
    assert (folder.resolve(), "latex", None) == (eprint.root, eprint.kind, eprint.id)
    assert not cache.exists()


def test_a_local_folder_with_links_is_copied_without_them(tmp_path: Path, cache: Path) -> None:
    folder = fill(tmp_path / "paper", FILES)
    (folder / "secret.tex").symlink_to("/etc/passwd")
    (folder / "home").symlink_to(Path.home())
    eprint = unpack(folder, cache)
    assert cache in eprint.root.parents
    assert set(FILES) == names(eprint)
    assert eprint.root == unpack(folder, cache).root


@pytest.mark.parametrize(
    ("name", "content", "kind", "files"),
    [
        ("x.tar.gz", tar_gz(FILES), "latex", set(FILES)),
        ("x.tex", TEX, "latex", {"x.tex"}),
        ("x.pdf", PDF, "pdf", {"x.pdf"}),
        ("page.html", HTML, "html", {"page.html"}),
        ("1907.07431.gz", gzip.compress(TEX, mtime=0), "latex", {"main.tex"}),
        ("noending", TEX, "latex", {"main.tex"}),
    ],
)
def test_a_local_file_is_unpacked_into_the_cache(
    tmp_path: Path, cache: Path, name: str, content: bytes, kind: str, files: set[str]
) -> None:
    (tmp_path / name).write_bytes(content)
    eprint = unpack(tmp_path / name, cache)
    assert (kind, files) == (eprint.kind, names(eprint))
    assert eprint.provenance is not None
    assert str(tmp_path / name) == eprint.provenance.address
    assert content == (tmp_path / name).read_bytes()


def test_local_paths_that_hold_no_paper_say_so(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(UsageError, match="nothing there"):
        unpack(tmp_path / "missing", cache)
    with pytest.raises(NothingFound, match="expected TeX, HTML or PDF in the folder, got 1 files"):
        unpack(fill(tmp_path / "photos", {"a.jpg": b"\xff\xd8\x00"}), cache)
    (tmp_path / "data.gz").write_bytes(gzip.compress(b"\x00\x01\x02" * 50))
    with pytest.raises(BadAnswer, match=r"data\.gz"):
        unpack(tmp_path / "data.gz", cache)
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(UsageError):
        unpack(tmp_path / "fifo", cache)


def test_a_hostile_local_archive_names_the_file(tmp_path: Path, cache: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        link = tarfile.TarInfo("x")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    (tmp_path / "evil.tar").write_bytes(buffer.getvalue())
    with pytest.raises(Unsafe, match=r"evil\.tar: .*'x' which is a link"):
        unpack(tmp_path / "evil.tar", cache)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_old_names_without_an_ending_are_seen_as_tex(tmp_path: Path, cache: Path) -> None:
    assert unpack(fill(tmp_path / "old", {"paper": b"\\input amstex\n\\magnification 1200"}), cache).kind == "latex"


def test_what_lies_in_anc_is_not_the_paper(tmp_path: Path, cache: Path) -> None:
    folder = fill(tmp_path / "p", {"paper.pdf": PDF, "anc/code.tex": TEX, "._main.tex": b"\x00\x05\x16\x07"})
    assert unpack(folder, cache).kind == "pdf"


@pytest.mark.parametrize("path", ["source/eprints", "source"])
def test_every_real_source_is_read(shared_arxiv: Path, cache: Path, path: str) -> None:
    found = {p.name: unpack(p, cache) for p in sorted((shared_arxiv / path).iterdir()) if p.name not in _NO_PAPERS}
    assert len(found) > 5
    for eprint in found.values():
        assert eprint.kind in ("latex", "html")
        assert not any(p.is_symlink() for p in eprint.root.rglob("*"))
    assert found["cs_9904010.tar.gz"].kind == "html" if path == "source/eprints" else True


_NO_PAPERS = ("eprints", "arxiv-00readme", "arxiv-preflight")


def test_two_stores_can_put_the_same_source_at_once(cache: Path) -> None:
    stores = [Store(cache), Store(cache)]
    with stores[0].workplace() as first, stores[1].workplace() as second:
        for place in (first, second):
            (place / "source").write_bytes(tar_gz(FILES) if place is first else (first / "source").read_bytes())
        assert stores[1].keep(second) == stores[0].keep(first)
    assert len([p for p in (cache / "eprints").iterdir() if p.name != "ids"]) == 1
