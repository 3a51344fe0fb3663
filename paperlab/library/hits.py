"""How good the ranker was: each decision about the inbox, against the score that was stored before it.

A decision is kept with how many papers of that day's inbox were better, equal and newer (schema_judgement.py); those
that were undone do not count. Ties share their places. A top tenth needs ten papers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import sqrt

from paperlab.library.alike import learned
from paperlab.library.reasons import overall
from paperlab.records.judgement import RankerReport, Share

TOP = 0.1
LEAST_OTHERS = 9
_Z = 1.959964

_DECISIONS = """
SELECT d.accepted, (d.better + d.equal / 2.0) / (d.others + 1.0), d.newer / (d.others + 1.0)
FROM decisions d JOIN commands c ON c.id = d.command WHERE c.undone = 0 AND d.others >= ?
"""


def report(connection: sqlite3.Connection) -> RankerReport:
    """Give the hit rate of the ranker beside that of the date and of chance."""
    rows = connection.execute(_DECISIONS, (LEAST_OTHERS,)).fetchall()
    taken = [(ours < TOP, date < TOP) for accepted, ours, date in rows if accepted]
    for_, against = overall(connection)
    return RankerReport(
        accepted=len(taken),
        dropped=len(rows) - len(taken),
        hits=wilson(sum(ours for ours, _ in taken), len(taken)),
        by_date=wilson(sum(date for _, date in taken), len(taken)),
        chance=TOP,
        difference=paired(taken),
        learned=learned(connection),
        words_for=for_,
        words_against=against,
    )


def wilson(hits: int, count: int) -> Share:
    """Give a share with its 95 % interval.

    >>> [round(x or 0, 3) for x in wilson(5, 10)]
    [0.5, 0.237, 0.763]
    """
    if not count:
        return Share(None, None, None)
    share, z2 = hits / count, _Z**2 / count
    middle = (share + z2 / 2) / (1 + z2)
    half = _Z * sqrt(share * (1 - share) / count + z2 / count / 4) / (1 + z2)
    return Share(share, max(middle - half, 0.0), min(middle + half, 1.0))


def paired(taken: Sequence[tuple[bool, bool]]) -> Share:
    """Give the difference of two shares of the same papers, with its 95 % interval."""
    if not taken:
        return Share(None, None, None)
    n = len(taken)
    ours, date = (sum(a and not b for a, b in taken), sum(b and not a for a, b in taken))
    value = (ours - date) / n
    # Half a paper on each side, so that a few that agree do not make a certainty.
    half = _Z * sqrt(max(ours + date + 1 - n * value**2, 1.0)) / n
    return Share(value, max(value - half, -1.0), min(value + half, 1.0))
