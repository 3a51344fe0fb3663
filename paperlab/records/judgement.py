"""Why a paper stands where it stands: the parts of a judgement, papers that are alike, how good the ranker is."""

from __future__ import annotations

from typing import NamedTuple

from paperlab.records.queue import Entry, Ranked


class Pace(NamedTuple):
    """My minutes over the estimated ones, at one depth."""

    depth: str
    factor: float
    """0.25 to 4; 1 is the usual pace. Some usual papers are counted in, so that one paper says little."""
    papers: int
    """Finished papers of mine that it was measured on."""
    told: int
    """Minutes that they took."""
    estimated: int
    """Minutes that they were estimated at."""


class Near(NamedTuple):
    """A paper that is like another."""

    entry: Entry
    cosine: float
    """0 (nothing in common) to 1 (the same text)."""
    words: tuple[str, ...]
    """What both have, the most telling first."""


class Learned(NamedTuple):
    """What the ranker has learned from."""

    liked: int
    """Papers queued or further up the ladder."""
    dropped: int
    needed: int
    """How many more of both it needs before it learns anything; 0 when it has."""
    stale: int
    """Changes since it last learned."""


class Why(NamedTuple):
    """Why a paper stands where it stands."""

    ranked: Ranked
    left_out: str | None
    """Why `next` does not choose it; None where it does."""
    estimate: int
    """Minutes at the usual pace, for the whole paper."""
    pace: Pace
    relevance: float
    """-1 (like what I drop) to 1 (as near to what I go on with as the best hundredth of the list)."""
    words: tuple[tuple[str, float], ...]
    """Words for (+) and against (-) it, in units of likeness, the strongest first."""
    near: tuple[Near, ...]
    """Papers that I went on with and that are most like it."""
    signs: tuple[str, ...]
    """What speaks for an implementation."""
    raise_it: tuple[str, ...]
    """What would raise its score, each with by how much."""
    learned: Learned


class Share(NamedTuple):
    """A share of n with its 95 % interval (Wilson)."""

    value: float | None
    low: float | None
    high: float | None


class RankerReport(NamedTuple):
    """How good the ranker was, by what I then did; each decision is judged by the score stored before it."""

    accepted: int
    """Papers taken from the inbox while at least ten waited there, that day."""
    dropped: int
    hits: Share
    """Share of the accepted that the ranker had in its top tenth."""
    by_date: Share
    """Share of the accepted that are in the newest tenth: what reading by date would have shown."""
    chance: float
    difference: Share
    """hits - by_date, with the interval of a paired difference."""
    learned: Learned
    words_for: tuple[tuple[str, float], ...]
    words_against: tuple[tuple[str, float], ...]
