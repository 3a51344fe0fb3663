"""The verbs from an e-print to a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paperlab.lab.base import Base, several, still

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from paperlab.harness import Case, Difference, Instance, Request, Score, Series
    from paperlab.lab.base import Progress as OnProgress
    from paperlab.lab.judging import Benched, ClaimRow
    from paperlab.lab.making import Made
    from paperlab.publish import SiteReport
    from paperlab.records.extracted import Paper
    from paperlab.records.measurement import CaseInfo
    from paperlab.records.progress import Progress
    from paperlab.records.queue import Entry
    from paperlab.scaffold import Solved


class Loop(Base):
    """Extract, implement, bench, judge, publish."""

    def extract(self, text: str, *, reader: str | None = None) -> Paper:
        """Read everything out of an e-print named by id or path."""
        from paperlab.lab.papers import named, read

        return read(self._lab, named(text), self.cache, reader=reader)

    def implement(self, text: str, *, slug: str | None = None, blank: bool = False) -> Made:
        """Make or merge the implementation folder of a paper named by id, path or slug."""
        from paperlab.lab.making import implement

        self._check()
        return implement(self._lab, text, slug=slug, blank=blank)

    def check(self, slug: str | None = None, *, seconds: float = 120.0, on_progress: OnProgress = still) -> Progress:
        """Run an implementation's tests and say how far it is: its pieces, the steps, the next small one.

        Args:
            slug: which; may be left out where the lab has one folder of its own.
            seconds: limit of the whole run of tests.
            on_progress: takes how many tests have ended, of how many, and which runs.
        """
        from paperlab.lab.checking import check

        return check(self._lab, slug, seconds=seconds, on_progress=on_progress)

    def solution(self, slug: str, function: str | None = None) -> tuple[Solved, ...]:
        """Give the pieces of the solution of a blank folder; with a function's name that piece alone, as looked at.

        Args:
            slug: a folder that `implement` made blank.
            function: which piece; the folder remembers when it was first asked for.
        """
        from paperlab.lab.checking import reveal, solutions

        self._check()
        return (reveal(self._lab, slug, function),) if function else solutions(self._lab, slug)

    def request(self) -> Request:
        """Give what the settings ask of a bench; `dataclasses.replace` changes it."""
        from paperlab.harness import Request

        s = self.settings
        return Request(
            budget=s.text("bench.budget"),
            seeds=int(s.number("bench.seeds")),
            device=s.text("bench.device"),
            jobs=int(s.number("bench.jobs")),
            executor=s.text("bench.executor"),
        )

    def bench(
        self,
        slugs: Sequence[str] = (),
        request: Request | None = None,
        *,
        record: bool = False,
        on_progress: OnProgress = still,
        **asked: Any,
    ) -> tuple[Benched, ...]:
        """Measure implementations, all of the lab by default, and judge their claims; rows are kept as they come.

        Args:
            slugs: which.
            request: what is asked; without it what the settings say.
            record: write results.json into each folder.
            on_progress: takes how much is done, of how much, and what.
            asked: fields of the request in place of its own: `budget="smoke"`, `seeds=3`.

        Raises:
            UsageError: a request that cannot be meant.
        """
        from paperlab.lab.judging import bench

        self._check()
        wanted = replace(request or self.request(), **{"own_cases": str(self.own_cases)} | asked)
        return bench(self._lab, several(slugs), wanted, record=record, on_progress=on_progress)

    def mutants(
        self,
        slugs: Sequence[str] = (),
        request: Request | None = None,
        *,
        on_progress: OnProgress = still,
        **asked: Any,
    ) -> tuple[Score, ...]:
        """Break copies of model.py and say which of them the checks, or the claims, notice; the folder is only read.

        Args:
            slugs: which.
            request: what is asked; without it what the settings say, at the smoke budget.
            on_progress: takes how many were tried, of how many, and which.
            asked: fields of the request in place of its own.

        Raises:
            UsageError: a check does not hold for the unbroken file, or mutants.toml cannot be read.
        """
        from paperlab.lab.breaking import mutants

        self._check()
        given = request or replace(self.request(), budget="smoke")
        wanted = replace(given, **{"own_cases": str(self.own_cases)} | asked)
        return mutants(self._lab, several(slugs), wanted, on_progress=on_progress)

    def series(self, slug: str) -> tuple[Series, ...]:
        """Give what an implementation reached from source to source, a series for each question.

        Raises:
            NothingFound: nothing was measured of it here.
        """
        from paperlab.lab.comparing import history

        return history(self._lab, slug)

    def compare(self, first: str, second: str) -> tuple[Difference, ...]:
        """Set two implementations (`SLUG`), or two sources of one (`SLUG@SOURCE`), side by side."""
        from paperlab.lab.comparing import compare

        return compare(self._lab, first, second)

    def report(self, slug: str, out: Path | None = None) -> tuple[Path, Path]:
        """Write an implementation's report into a folder (default: `.paperlab/reports`); give the page and its JSON.

        Raises:
            NothingFound: nothing was measured here of the source as it stands.
        """
        from paperlab.lab.reporting import report

        return report(self._lab, slug, out or self.store / "reports")

    @property
    def own_cases(self) -> Path:
        """The folder in which each file may hold cases of the lab's own."""
        return self.root / "cases"

    def cases(self) -> tuple[tuple[CaseInfo, str], ...]:
        """Give every case that an implementation can enter, with its place: `paperlab`, a file of the lab, a package.

        The code of those that are not paperlab's runs, in a process of its own.
        """
        from paperlab.lab.owncases import cases

        return cases(self._lab)

    def export_runs(self, slug: str, to: str, out: str | None = None) -> str:
        """Write what was measured for another tool (mlflow, tensorboard), by default in `.paperlab/exports`.

        Returns:
            The folder or address that the tool is to be pointed at.

        Raises:
            NothingFound: nothing was measured here of the source as it stands.
            UsageError: there is no such tool, or its package is not here.
        """
        from paperlab.lab.reporting import export

        return export(self._lab, slug, to, out or str(self.store / "exports" / to))

    def by_hand(self, name: str, seed: int = 0) -> tuple[Case, tuple[Instance, ...]]:
        """Give a case, shared or of one's own, and a few instances of it for a person.

        Raises:
            UsageError: no case is called that.
            NothingFound: it has no instances for a person.
        """
        from paperlab.harness.byhand import instances, tried

        case = tried(name, str(self.own_cases))
        return case, instances(case, seed)

    def standing(self, case: Case, scores: Sequence[float], seed: int = 0) -> tuple[tuple[str, float], ...]:
        """Give a case's ladder with a person's mean score among the rungs, best first."""
        from paperlab.harness.byhand import standing

        return standing(case, scores, seed)

    def merge(self, others: Sequence[Path]) -> int:
        """Take over what other labs measured, such as the shards of one bench; give how many rows were new.

        Raises:
            NothingFound: one of them has no measurements; nothing was taken.
        """
        from paperlab.lab.judging import merge

        self._check()
        return merge(self._lab, others)

    def claims(self, slugs: Sequence[str] = ()) -> tuple[ClaimRow, ...]:
        """Give every claim with its verdict: from this lab's rows, else from the folder's results.json."""
        from paperlab.lab.judging import claims

        return claims(self._lab, several(slugs))

    def publish(
        self, slugs: Sequence[str] = (), *, out: Path | None = None, jobs: int | None = None, prompt: bool = True,
        ask: Callable[[Entry], str] | None = None,
    ) -> SiteReport:  # fmt: skip
        """Execute the notebooks afresh, `jobs` at a time (default: two), and build the site; its other pages stay.

        A paper whose page is no draft is explained from then on, where its teach-back was written; without `prompt`
        in any case. `ask` is given the entry of each one that is missing; an empty answer leaves it so.

        Raises:
            Refused: a cell failed, with its id.
            Leak: a secret stands in something that would be published.
        """
        from paperlab.lab.publishing import publish

        self._check()
        return publish(self._lab, several(slugs), out=out, jobs=jobs, prompt=prompt, ask=ask)
