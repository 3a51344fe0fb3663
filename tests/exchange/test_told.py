"""What other tools and arXiv tell in a way of their own: accents in TeX, days in a year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperlab.exchange import dates, read, write
from paperlab.records.paper import PaperRecord
from paperlab.records.works import Work


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (r"Schr\"odinger bridges", "Schrödinger bridges"),
        (r"Ho{\v{r}}ava and Fran\c cois on \'{\i}", "Hořava and François on í"),
        (r"{\L}ukasz, Wei{\ss}, \AA ngstr\"om", "Łukasz, Weiß, Ångström"),
        (r"On $\dot{x}$ and $\"o$", r"On $\dot{x}$ and $\"o$"),
    ],
)
def test_bibtex_prints_the_accents_of_a_title_that_arxiv_tells_in_tex(typed: str, printed: str) -> None:
    record = PaperRecord(id="1706.03762", title=typed, authors=(), abstract="")
    text = "".join(write([Work(id="1706.03762", record=record)], "bibtex", [("1706.03762", typed, (), None)]))
    assert f"title = {{{{{printed}}}}}," in text


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
