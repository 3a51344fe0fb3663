"""What other tools and arXiv tell in a way of their own: accents in TeX, days in a year."""

import pytest

from paperlab.exchange import read, write
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
