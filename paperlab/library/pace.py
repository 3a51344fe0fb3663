"""My own pace: minutes told over minutes estimated, for each depth, from the newest papers that I finished."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from paperlab.library.ranking import DEPTHS, USUAL_PAGES
from paperlab.records.judgement import Pace

NEWEST = 600
"""Events with minutes that are looked at: of some 200 papers, since a pace changes with practice."""
DOUBT = 5
"""Usual papers at the usual pace that are taken as read: one slow paper says little."""
LEAST, MOST = 0.25, 4.0

_DEPTH = """CASE WHEN v.after = 'skimmed' THEN 'skim'
    WHEN v.after IN ('reading', 'read') AND e.state IN ('read', 'implementing', 'reproduced', 'explained') THEN 'read'
    WHEN v.after IN ('implementing', 'reproduced', 'explained') AND e.state IN ('reproduced', 'explained')
    THEN 'implement' END"""
_TOLD = f"""
SELECT {_DEPTH} AS depth, e.pages, sum(v.minutes)
FROM (SELECT * FROM events INDEXED BY idx_events_minutes WHERE minutes > 0 ORDER BY id DESC LIMIT {NEWEST}) v
JOIN commands c ON c.id = v.command JOIN entries e ON e.paper = v.paper
WHERE c.undone = 0 AND depth IS NOT NULL GROUP BY v.paper, depth
"""


def paces(connection: sqlite3.Connection) -> Mapping[str, Pace]:
    """Give the pace at each depth: 0.25 to 4, 1 for the usual one and while nothing is known."""
    told = dict.fromkeys(DEPTHS, (0, 0, 0))
    for depth, pages, minutes in connection.execute(_TOLD):
        papers, spent, estimated = told[depth]
        told[depth] = (papers + 1, spent + minutes, estimated + DEPTHS[depth].minutes(pages))
    return {depth: _pace(depth, *sums) for depth, sums in told.items()}


def _pace(depth: str, papers: int, spent: int, estimated: int) -> Pace:
    usual = DOUBT * DEPTHS[depth].minutes(USUAL_PAGES)
    factor = min(max((spent + usual) / (estimated + usual), LEAST), MOST)
    return Pace(depth=depth, factor=factor, papers=papers, told=spent, estimated=estimated)
