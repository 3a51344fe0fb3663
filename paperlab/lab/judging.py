"""Measuring and judging: the harness joined with the lab's own rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.errors import NothingFound, UsageError
from paperlab.lab.folders import Folder, folder, folders, own
from paperlab.lab.following import follow
from paperlab.lab.owncases import holds, still_true
from paperlab.litter import in_place_of
from paperlab.records.card import VERDICTS, stated
from paperlab.records.measurement import WITHDRAWN, Verdict

if TYPE_CHECKING:
    from paperlab.harness import Request
    from paperlab.lab import Lab
    from paperlab.records.card import Claim
    from paperlab.records.measurement import Measurement

RESULTS, STORE = "results.json", "measurements.db"
BUDGETS = ("full", "small", "smoke")
"""Longest first: a verdict rests on the longest budget that was run."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A verdict, and what it was read from."""

    verdict: Verdict
    source: str = ""
    """Empty for rows of this lab; else which file, run and date."""
    claim: Claim | None = None
    """What it judges, as paper.toml states it."""

    def to_json(self) -> dict[str, Any]:
        """Give the object that `claims --json` prints."""
        v = self.verdict
        return (stated(self.claim) if self.claim else {}) | {
            "slug": v.slug, "claim": v.claim, "place": v.place, "paper": v.paper, "ours": v.ours,
            "interval": list(v.interval) if v.interval else None, "seeds": v.seeds, "verdict": v.verdict,
            "metric": v.metric, "unit": v.unit, "reason": v.reason, "run": v.run or None, "at": v.at or None,
            "budget": v.budget or None, "device": v.device or None, "source": self.source or "this lab",
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Benched:
    """What one implementation came to."""

    slug: str
    claims: tuple[ClaimRow, ...]
    lines: tuple[str, ...] = ()
    """Gate and speed, one line each."""


def chosen(lab: Lab, slugs: Sequence[str]) -> tuple[Folder, ...]:
    """Give the named implementations, each once; without names all of the lab's own, or the shelf where it has none."""
    if slugs:
        named = (folder(lab.root, slug) for slug in slugs)
        return tuple({one.path: one for one in named}.values())
    found = own(lab.root, lab.talk) or folders(None)
    if not found:
        raise NothingFound("no implementation here yet; make one with `paperlab implement ID`")
    return found


def bench(
    lab: Lab,
    slugs: Sequence[str],
    request: Request,
    *,
    record: bool = False,
    on_progress: Callable[[int, int, str], None] = lambda *_: None,
) -> tuple[Benched, ...]:
    """Measure implementations one after the other; each row is kept as it comes.

    Raises:
        NothingFound: none of them has a case that the request names.
    """
    from paperlab.harness import missing

    done, strange = [], None
    for line in missing():
        lab.talk(line)
    for one in chosen(lab, slugs):
        try:
            done.append(_bench(lab, one, request, record=record, on_progress=on_progress))
        except NothingFound as error:
            strange = strange or error
    if strange and not done:
        raise strange
    return tuple(done)


def _bench(
    lab: Lab, one: Folder, request: Request, *, record: bool, on_progress: Callable[[int, int, str], None]
) -> Benched:
    from paperlab import harness
    from paperlab.library import Measurements

    if record and one.shipped:
        raise UsageError(
            f"{one.path} is on the shelf, which is read-only; run `paperlab implement {one.card.slug}` first"
        )
    if record and (request.cases or not request.speed or request.shard[1] > 1):
        words = "--record writes down a whole bench, and would take the other verdicts away; leave out --case, --no-speed and --shard"
        raise UsageError(words)
    kept = Measurements(lab.store / STORE)
    # What belongs to a case alone is measured once in a lab, whoever asked.
    before = kept.latest(source_hash=harness.SHARED) | kept.latest(one.card.slug)
    rows = harness.bench(
        one.path,
        one.card,
        request=request,
        known=before,
        scratch=lab.store / "scratch",
        on_row=lambda row: kept.append([row]),
        on_progress=lambda done, total, what: on_progress(done, total, f"{one.card.slug}: {what}"),
    )
    # A timing may have closed the gate of this source in an earlier bench, which this one did not take again.
    source, asked = harness.source_hash(one.path), {row.key for row in rows}
    rows += tuple(r for r in before.values() if r.source_hash == source and r.key not in asked and harness.again([r]))
    # A shard alone decides nothing.
    verdicts = harness.judge(one.card, rows, budget=request.measured) if request.shard[1] == 1 else ()
    found = harness.results(one.card, rows, verdicts)
    if _passed(one, verdicts):
        # Who passes with a folder of their own has implemented it, whatever the list said.
        follow(lab, one.card.id, "reproduced", act="bench", through=() if one.shipped else ("implementing",))
    if record:
        _record(one.path / RESULTS, found)
    return Benched(one.card.slug, _beside(one, map(ClaimRow, verdicts)), harness.in_lines(found))


def merge(lab: Lab, others: Sequence[Path]) -> int:
    """Take over what other labs measured, such as the shards of one bench; give how many rows were new.

    Args:
        lab: the lab that takes them.
        others: each a lab's folder, or a file of measurements.

    Raises:
        NothingFound: one of them has no measurements; nothing was taken.
    """
    from paperlab.library import Measurements

    files = [_measured(path) for path in others]
    return Measurements(lab.store / STORE).merge(files)


def _measured(path: Path) -> Path:
    found = path if path.is_file() else path / ".paperlab" / STORE
    if not found.is_file():
        raise NothingFound(f"{path}: expected a lab in which `paperlab bench` ran, found no {STORE}; name its folder")
    return found


def _passed(one: Folder, verdicts: Sequence[Verdict]) -> bool:
    """Tell whether a main claim is reproduced and none of them failed; one that nobody could test yet may be open."""
    main = {c.id for c in one.card.claims if c.main}
    found = {v.verdict for v in verdicts if v.claim in main}
    return "reproduced" in found and "not" not in found


def _record(path: Path, results: dict[str, Any]) -> None:
    """Write results.json whole or not at all."""
    text = json.dumps(results, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False)
    with in_place_of(path) as fresh:
        fresh.write_text(text + "\n", encoding="utf-8")


def claims(lab: Lab, slugs: Sequence[str]) -> tuple[ClaimRow, ...]:
    """Give every claim: judged from this lab's rows, else from results.json, else not tested.

    Without names, a file that cannot be read costs its own folder alone, as a card does.
    """
    if slugs:
        return tuple(row for slug in slugs for row in claims_of(lab, folder(lab.root, slug)))
    return tuple(row for one in folders(lab.root, lab.talk) for row in _readable(lab, one))


def _readable(lab: Lab, one: Folder) -> tuple[ClaimRow, ...]:
    try:
        return claims_of(lab, one)
    except (UsageError, OSError) as error:
        lab.talk(f"paperlab: {error}; {one.path.name} is left out")
        return ()


def claims_of(lab: Lab, one: Folder) -> tuple[ClaimRow, ...]:
    """Give the claims of one implementation.

    They rest on this lab's rows for the source as it stands; what was not measured anew, on results.json; else on
    nothing: rows of an older source decide no claim, and the reason says that there are some.
    """
    return _beside(one, _judged(lab, one))


def _beside(one: Folder, rows: Iterable[ClaimRow]) -> tuple[ClaimRow, ...]:
    """Put beside each verdict the claim that it judges."""
    claims = {claim.id: claim for claim in one.card.claims}
    return tuple(replace(row, claim=claims.get(row.verdict.claim)) for row in rows)


def _judged(lab: Lab, one: Folder) -> tuple[ClaimRow, ...]:
    from paperlab.harness import judge, source_hash

    now, rows, recorded = source_hash(one.path), all_rows(lab, one), one.path / RESULTS
    if any(r.source_hash == now for r in rows):
        kept = _kept(lab, one, rows, now)
        return tuple(kept.get(v.claim, ClaimRow(v)) for v in best(one, rows, now))
    if recorded.is_file():
        return _recorded(one, recorded, now)
    found = judge(one.card, (), budget="small")
    measured = max((r.at for r in rows if r.source_hash), default="")
    stale = f"the source changed since the run of {measured}; run paperlab bench {one.card.slug} again"
    return tuple(ClaimRow(replace(v, reason=stale) if measured else v) for v in found)


def _kept(lab: Lab, one: Folder, rows: Sequence[Measurement], now: str) -> dict[str, ClaimRow]:
    """Give claim -> its verdict in results.json, for claims of which nothing was measured here; a broken check keeps none."""
    from paperlab.harness import closes

    here = [r for r in rows if r.source_hash == now]
    path = one.path / RESULTS
    if not path.is_file() or any(map(closes, here)):
        return {}
    measured = {r.case for r in here}
    left = {c.id for c in one.card.claims if c.case and c.case not in measured}
    try:
        found = _recorded(one, path, now) if left else ()
    except UsageError as error:
        lab.talk(f"paperlab: {error}")
        return {}
    return {r.verdict.claim: r for r in found if r.verdict.claim in left and r.verdict.verdict != "not tested"}


def best(one: Folder, rows: Sequence[Measurement], now: str) -> tuple[Verdict, ...]:
    """Judge each claim at the longest budget at which its case was run with the source as it stands."""
    from paperlab.harness import judge

    run = {r.budget for r in rows if r.kind != "check" and r.source_hash == now}
    tables = [judge(one.card, rows, budget=b, source_hash=now) for b in longest_first(run)]
    columns = zip(*(tables or [judge(one.card, rows, budget="small", source_hash=now)]), strict=True)
    return tuple(next((v for v in column if v.verdict != "not tested"), column[0]) for column in columns)


def longest_first(run: Iterable[str]) -> list[str]:
    """Put budgets in the order in which verdicts rest on them: those of steps before those of equal seconds.

    >>> longest_first({"smoke", "small, 2 s", "full"})
    ['full', 'smoke', 'small, 2 s']
    """
    known = [(b not in BUDGETS, BUDGETS.index(plain), b) for b in run if (plain := b.partition(",")[0]) in BUDGETS]
    return [b for *_, b in sorted(known)]


def all_rows(lab: Lab, one: Folder) -> list[Measurement]:
    """Give this lab's rows for the implementation, of whatever source; the harness keeps apart what does not mix.

    Rows of a case of the lab's own whose file has changed since are left out: they measured something else.
    """
    from paperlab.library import Measurements

    path = lab.store / STORE
    rows = Measurements(path).latest(one.card.slug).values() if path.is_file() else []
    kept = (row for row in rows if row.status != WITHDRAWN)
    return [row for row in kept if "case" not in row.environment or still_true(lab, row)]


def _recorded(one: Folder, path: Path, now: str) -> tuple[ClaimRow, ...]:
    """Read the verdicts that a folder carries; claims that it does not speak of are not tested.

    Nor are those of a run of an older source, as with rows.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found = {v["claim"]: recorded_verdict(v) for v in data["verdicts"]}
        source = f"{RESULTS}, run {data['run']} of {data['at']}"
        news = changed(one, data.get("hashes", {}), now)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path}: expected results of a run, got: {error!r:.200}; write it again with bench --record"
        ) from error
    if "source" in news:
        reason = f"the source changed since the run of {data['at']} in {RESULTS}; run paperlab bench {one.card.slug}"
        rows = [_untested(one, c, reason) for c in one.card.claims]
    else:
        rows = [found.get(c.id) or _untested(one, c, f"not in {RESULTS}") for c in one.card.claims]
    return tuple(ClaimRow(_noted(v, news), "; ".join([source, *news.values()])) for v in rows)


def changed(one: Folder, hashes: dict[str, Any], now: str) -> dict[str, str]:
    """Say what is no longer as it was when the file was written: source, claims."""
    from paperlab.harness import claims_hash

    stated = claims_hash(one.card.claims)
    found = {} if now in hashes.get("source", [now]) else {"source": "the source changed since"}
    cases = one.path.parents[1] / "cases"
    if not all(holds(cases, place, source) for place, source in hashes.get("cases", {}).items()):
        found["source"] = "a case changed since"
    if hashes.get("claims", stated) != stated:
        found["claims"] = "what the claims ask for changed since"
    return found


def _noted(verdict: Verdict, news: dict[str, str]) -> Verdict:
    """Let the reason tell what a page, which shows no source, must tell too."""
    if "claims" not in news or verdict.verdict == "not tested":
        return verdict
    return replace(verdict, reason="; ".join(filter(None, [verdict.reason, news["claims"]])))


def recorded_verdict(data: dict[str, Any]) -> Verdict:
    """Read a verdict; numbers must be numbers, since a table or a page shows them."""
    low_high = data.get("interval")
    made = Verdict(**{**data, "interval": tuple(low_high) if low_high else None, "runs": tuple(data.get("runs", ()))})
    numbers: tuple[object, ...] = (made.paper, made.ours, made.seeds, *(made.interval or ()))
    texts = (made.claim, made.place, made.reason, made.unit, made.metric, made.run, made.at, made.budget, made.device)
    fits = all(map(_number, numbers)) and all(map(_text, texts)) and len(made.interval or (0, 0)) == 2
    if made.verdict not in VERDICTS or not fits:
        raise ValueError(f"a verdict on claim {made.claim!r} that is none")
    return made


def _number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and isfinite(value))


def _text(value: object) -> bool:
    return isinstance(value, str)


def _untested(one: Folder, claim: Claim, reason: str) -> Verdict:
    return Verdict(
        slug=one.card.slug, claim=claim.id, place=claim.place, paper=claim.paper, ours=None, interval=None, seeds=0,
        verdict="not tested", reason=reason,
    )  # fmt: skip
