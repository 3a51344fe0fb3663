"""Records made ready in other processes: each piece comes back in its turn, with its own rows."""

import json

import pytest

from paperlab.arxiv.bulk import Piece
from paperlab.lab.preparing import preparer


def piece(number: int, items: int) -> Piece:
    told = [
        {"id": f"20{number:02}.{n:05}", "title": f"Title {n}", "abstract": "of the", "categories": "cs.LG"}
        for n in range(1, items + 1)
    ]
    lines = [json.dumps(row).encode() for row in told] + [b"no json"] * number
    return Piece("dump", lines, [], (0, number), 0)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("sizes", [[], [3], [2, 0], [1, 5, 2, 40, 1, 3]])
def test_each_piece_comes_back_in_its_turn_with_its_own_rows(alone: bool, sizes: list[int]) -> None:
    pieces = [piece(number, size) for number, size in enumerate(sizes, start=1)]
    with preparer({"of": 1, "the": 2}, alone=alone) as prepare:
        done = list(prepare(iter(pieces)))
    assert [place.place for place, *_ in done] == [(0, n) for n in range(1, len(sizes) + 1)]
    for (asked, rows, deleted, faults), size in zip(done, sizes, strict=True):
        number = asked.place[1]
        assert [row[1] for row in rows] == [f"20{number:02}.{n:05}" for n in range(1, size + 1)]
        assert (deleted, len(faults)) == ([], number)
        assert all(row[-3].startswith("of the ") and len(row[-3].split()) == 3 for row in rows)
