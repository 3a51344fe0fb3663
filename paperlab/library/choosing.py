"""The best few of the list, and the one of ten that is drawn by chance: one scan of an index each."""

from __future__ import annotations

import sqlite3

from paperlab.library.exploring import drawn, slots
from paperlab.library.ranking import NUMBERS, VALUE, Asked, Numbers, facts, judged
from paperlab.records.queue import Ranked

_BEST = (
    f"SELECT e.paper, {NUMBERS} FROM (SELECT paper, added_day, ({VALUE}) / ({{cost}}) AS score {{candidates}} "
    "ORDER BY score DESC, added_day, paper LIMIT :limit"
    ") k CROSS JOIN entries e ON e.paper = k.paper ORDER BY k.score DESC, k.added_day, k.paper"
)


def ranked(connection: sqlite3.Connection, asked: Asked, *, limit: int) -> list[Ranked]:
    """Give the best papers to read next, the last ones sometimes drawn by chance: see `exploring`."""
    sql = _BEST.format(cost=asked.cost_sql(), candidates=asked.candidates())
    rows = connection.execute(sql, {**asked.values(), "limit": max(limit, 0)}).fetchall()
    best = [(row[0], Numbers(*row[1:])) for row in rows]
    many = slots(limit, asked.now) if len(best) == limit else 0
    chance = drawn(connection, asked, count=many, without=[paper for paper, _ in best]) if many else []
    found = [judged(connection, paper, numbers, asked) for paper, numbers in best[: limit - len(chance)]]
    for paper in chance:
        numbers = facts(connection, paper)
        if numbers is not None:
            found.append(judged(connection, paper, numbers, asked, explore=True))
    return found
