"""One of ten is drawn by chance: a ranker that only shows what it likes never learns that it was wrong.

The draw depends on the day (UTC) and on the list alone, so that a day's calls agree.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from paperlab.library.ranking import Asked

ONE_OF = 10
_PRIME = 2147483647


def slots(limit: int, now: str) -> int:
    """Give how many of `limit` papers are drawn by chance: one of ten; of five, one on half of the days.

    >>> slots(10, "2026-01-01T00:00:00Z"), slots(30, "2026-01-01T00:00:00Z")
    (1, 3)
    """
    return limit // ONE_OF + (_seed(now) % ONE_OF < limit % ONE_OF)


def _seed(now: str) -> int:
    return crc32(now[:10].encode())


def drawn(connection: sqlite3.Connection, asked: Asked, *, count: int, without: Sequence[str]) -> list[str]:
    """Draw papers that fit, are not among `without`, and are outside the tenth of the list that is most relevant.

    The scan is of one index; rows are mixed by their number on the list times the day's, modulo a prime.
    """
    from paperlab.library.kept import number

    marks = ", ".join(f":p{place}" for place in range(len(without)))
    sql = (
        f"SELECT paper {asked.candidates()} AND relevance <= :bar AND withdrawn = 0 AND paper NOT IN ({marks}) "
        f"ORDER BY (rowid * 48271 + 1) * :seed % {_PRIME}, paper LIMIT :count"
    )
    named = {f"p{place}": paper for place, paper in enumerate(without)}
    values = {**asked.values(), **named, "bar": number(connection, "bar"), "count": count}
    return [row[0] for row in connection.execute(sql, {**values, "seed": _seed(asked.now) % _PRIME + 1})]


def mixed(best: Sequence[str], now: str, limit: int) -> list[tuple[str, bool]]:
    """Give the first `limit` of papers in order of relevance, one place in ten drawn from those further down.

    Which places these are depends on the day, so that short sittings come to them too: see `slots`. Drawn is what
    would not be shown, or where all would, what is outside the tenth that is most relevant; of ten papers none is drawn.

    Returns:
        Pairs of paper and whether it was drawn by chance.
    """
    count, tenth = min(limit, len(best)), -(-len(best) // ONE_OF)
    further = best[max(count, tenth) :] or best[tenth:]
    chance = iter(
        sorted(further if len(best) > ONE_OF else (), key=lambda paper: crc32(f"{now[:10]} {paper}".encode()))
    )
    order, place = iter(best), _seed(now) % ONE_OF
    chosen: dict[str, bool] = {}
    while len(chosen) < count:
        drawn = next((p for p in chance if p not in chosen), None) if len(chosen) % ONE_OF == place else None
        paper = drawn or next(p for p in order if p not in chosen)
        chosen[paper] = drawn is not None
    return list(chosen.items())
