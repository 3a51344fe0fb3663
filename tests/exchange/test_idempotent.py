"""Import of export changes nothing, whatever stands on the list: no event, no command, not a byte of a dump."""

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.exchange import WRITTEN
from paperlab.lab import Lab
from paperlab.records.works import Work
from tests.exchange.test_formats import BETTER, works


def dump(lab: Lab) -> list[str]:
    with closing(sqlite3.connect((lab.root / "reading_list.db").as_uri() + "?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


def test_better_bibtex_json_twice_is_once(tmp_path: Path) -> None:
    lab = Lab.create(tmp_path / "lab")
    assert lab.import_data("zotero.json", json.dumps(BETTER).encode()).new == 3
    before = dump(lab)
    again = lab.import_data("zotero.json", json.dumps(BETTER, indent=2).encode())
    assert (again.new, again.changed, again.same) == (0, 0, 3)
    assert dump(lab) == before


def test_a_key_that_two_works_share_brings_none_twice(tmp_path: Path) -> None:
    lab = Lab.create(tmp_path / "lab")
    paper = b'{"id": "1706.03762", "title": "Attention Is All You Need", "authors": ["Ashish Vaswani"], "published": "2017-06-12"}'
    lab.import_data("a.jsonl", paper)
    scholar = (
        b"@article{vaswani2017attention, title={Attention is all you need}, author={Vaswani, Ashish}, year={2017}}"
    )
    lab.import_data("scholar.bib", scholar)
    before = dump(lab)
    for form in ("bibtex", "csl"):
        done = lab.import_data(form, "".join(lab.export(form)).encode())
        assert (done.new, done.changed, dump(lab) == before) == (0, 0, True), form


def test_a_doi_that_a_list_of_links_names_is_known_by_it(tmp_path: Path) -> None:
    lab = Lab.create(tmp_path / "lab")
    lab.import_data("links", b"https://doi.org/10.1002/%28SICI%291097%28199806%29\n10.1145/3292500.3330701")
    with closing(sqlite3.connect(lab.root / "reading_list.db")) as connection, connection:
        connection.execute("UPDATE papers SET doi = NULL")  # as older lists keep them
    before = dump(lab)
    assert "doi:10.1002/(sici)1097(199806)" in "".join(before)
    for form in (f for f in WRITTEN if f != "atom"):
        done = lab.import_data(form, "".join(lab.export(form)).encode())
        assert (done.new, done.changed, dump(lab) == before) == (0, 0, True), form


@pytest.mark.parametrize("count", [8, pytest.param(200, marks=pytest.mark.slow)])
def test_import_of_export_changes_nothing(count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(works(), min_size=1, max_size=4, unique_by=lambda item: item.id), st.sampled_from(["", "2401.00001"])
    )
    def holds(items: list[Work], pending: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            lab = Lab.create(Path(folder) / "lab")
            with lab.library(write=True) as library:
                library.merge([*items, *([Work(id=pending, state="inbox")] if pending else [])])
            before = dump(lab)
            for form in (f for f in WRITTEN if f != "atom"):
                text = "".join(lab.export(form))
                assert text == "".join(lab.export(form))
                done = lab.import_data(form, text.encode())
                assert (done.faults, done.new, done.changed) == ((), 0, 0), form
                assert dump(lab) == before, form
            other = Lab.create(Path(folder) / "other")
            other.import_data("all", "".join(lab.export("jsonl")).encode())
            assert "".join(other.export("jsonl")) == "".join(lab.export("jsonl"))

    holds()
