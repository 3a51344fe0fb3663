"""What a person types and what a feed brings, before and after arXiv is asked."""

import pytest

from paperlab.lab.reading import NAMED, parse_ids
from paperlab.records.ids import PaperId

ONE, TWO = PaperId("1706.03762"), PaperId("hep-th/9901001", 3)

LINES: dict[str, tuple[list[PaperId], list[str]]] = {
    "1706.03762": ([ONE], []),
    "1706.03762 # why not": ([ONE], []),
    "# 1706.03762": ([], []),
    "https://arxiv.org/abs/1706.03762#S1": ([ONE], []),
    "1706.03762, hep-th/9901001v3;1810.04805": ([ONE, TWO, PaperId("1810.04805")], []),
    "arXiv:1706.03762 [cs.CL] 6 Dec 2017": ([ONE], []),
    "1706.03762 1706.03762v5 1706.03762": ([PaperId("1706.03762", 5)], []),
    "1706.03762 nonsense 2401.0001": ([ONE], ["'nonsense'", "'2401.0001': ids have five digits"]),
    "attention is all you need": ([], ["'attention is all you need'"]),
    "": ([], []),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_read_into_ids_and_what_is_none(line: str) -> None:
    ids, words = LINES[line]
    good, bad = parse_ids([line])
    assert list(good) == ids
    assert (bad is None) == (not words)
    for word in words:
        assert word in str(bad)


def test_a_page_of_text_is_not_told_word_by_word() -> None:
    good, bad = parse_ids([f"word{n}" for n in range(1000)] + ["1706.03762"])
    assert good == (ONE,)
    assert f"'word{NAMED - 1}' and {1000 - NAMED} more" in str(bad)
