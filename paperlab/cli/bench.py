"""Verbs of the harness: bench, claims."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli import context
from paperlab.cli.output import emit, emit_array, facts, table
from paperlab.cli.verbs import default_verb, group
from paperlab.cli.verdicts import show, sources
from paperlab.errors import NothingFound, UsageError, VerdictFailed
from paperlab.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paperlab.cli.talk import Context
    from paperlab.harness import Instance, Request
    from paperlab.lab import Lab
    from paperlab.lab.judging import Benched, ClaimRow
    from paperlab.records.measurement import CaseInfo

bench = group(cls=default_verb("run"), help="Check, measure, time, and judge the paper's claims.")
Slugs = Annotated[
    list[str] | None, typer.Argument(metavar="[SLUG]...", help="Which, by name or paper; all of the lab by default.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 unless every claim is reproduced.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@bench.command("run")
def run(
    ctx: typer.Context,
    slugs: Slugs = None,
    case: Annotated[list[str] | None, typer.Option("--case", metavar="NAME", help="Only this case.")] = None,
    seeds: Annotated[int | None, typer.Option(min=1, max=1000, help="Seeds of each measurement. Default 5.")] = None,
    budget: Annotated[str | None, typer.Option(metavar="smoke|small|full", help="How long to train. Default small.")] = None,
    device: Annotated[str | None, typer.Option(metavar="auto|cpu|cuda|mps", help="Where to run.")] = None,
    jobs: Annotated[int | None, typer.Option(min=1, max=256, help="Units side by side. Default 1.")] = None,
    executor: Annotated[str | None, typer.Option(metavar="NAME", help="inline, processes, ray, slurm. Default processes.")] = None,
    option: Annotated[list[str] | None, typer.Option("--executor-option", metavar="KEY=VALUE", help="Such as Slurm's partition.")] = None,
    gpus: Annotated[int, typer.Option("--gpus-per-unit", min=0, max=64, help="0: each unit sees all GPUs.")] = 0,
    speed: Annotated[bool, typer.Option("--speed/--no-speed", help="Time it against its baseline too.")] = True,
    dtype: Annotated[str, typer.Option(metavar="float32|bf16|fp16", help="What to time in; training keeps float32.")] = "float32",
    seconds: Annotated[float | None, typer.Option("--equal-seconds", metavar="SECONDS", help="Train each arm so long, not by steps.")] = None,
    compile: Annotated[bool, typer.Option("--compile", help="Time both sides compiled; training is not.")] = False,
    shard: Annotated[str, typer.Option(metavar="I/N", help="Only the I-th of N parts; `bench merge` joins them.")] = "1/1",
    mutants: Annotated[bool, typer.Option("--mutants", help="Try broken copies: which are noticed?")] = False,
    record: Annotated[bool, typer.Option("--record", help="Write results.json into the folder.")] = False,
    strict: Strict = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Check, measure, time, and judge the paper's claims."""
    talk = context(ctx)
    flags = {"bench__seeds": seeds, "bench__budget": budget, "bench__device": device, "bench__jobs": jobs}
    lab = talk.open(**flags, bench__executor=executor)
    for name, said in (("bench.budget", budget), ("bench.device", device), ("bench.executor", executor)):
        _known(name, said)
    request = replace(lab.request(), cases=tuple(case or ()), speed=speed, dtype=dtype, compile=compile)
    request = replace(request, equal_seconds=seconds, gpus=gpus, options=_options(option or ()), shard=_shard(shard))
    if mutants:
        request = replace(request, budget=budget or "smoke")
        return _try_mutants(talk, lab, slugs or (), request, record=record, strict=strict, json=json)
    if strict and request.shard[1] > 1:
        raise UsageError("--strict judges claims, and one shard alone decides none; merge all of them first")
    done = lab.bench(slugs or (), request, record=record, on_progress=lab.progress)
    rows = tuple(row for one in done for row in one.claims)
    _show_speed(talk.say, done)
    if request.shard[1] > 1 and not json:
        return talk.say(f"shard {shard}: {_MERGE}")
    return _finish(rows, talk.say, strict=strict, json=json)


_MERGE = "when all are done, `paperlab bench merge LAB...` joins them, and `paperlab claims` judges"


def _try_mutants(
    talk: Context, lab: Lab, slugs: Sequence[str], request: Request, *, record: bool, strict: bool, json: bool
) -> None:
    """Break copies; the budget is that of the claims, which are asked where the checks notice nothing."""
    from paperlab.cli.mutants import show_mutants

    if record or request.shard[1] > 1 or request.equal_seconds is not None:
        words = "--mutants measures broken copies alone, and writes no results; leave out --record, --shard and --equal-seconds"
        raise UsageError(words)
    found = lab.mutants(slugs, request, on_progress=lab.progress)
    show_mutants(found, talk.say, strict=strict, json=json)


def _shard(text: str) -> tuple[int, int]:
    """Read `1/2`."""
    which, slash, of = text.partition("/")
    if not (slash and which.isascii() and which.isdecimal() and of.isascii() and of.isdecimal()):
        raise UsageError(f"expected --shard as I/N, such as 1/2; got {text!r}")
    return int(which), int(of)


def _options(said: Sequence[str]) -> dict[str, str]:
    """Read `partition=gpu`, several times over."""
    pairs = [text.partition("=") for text in said]
    for text, (key, equals, _) in zip(said, pairs, strict=True):
        if not (key and equals):
            raise UsageError(f"expected --executor-option as KEY=VALUE, such as partition=gpu; got {text!r}")
    return {key: value for key, _, value in pairs}


@bench.command("try")
def by_hand(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="A case, such as digits or mqar: see `bench cases`.")],
    seed: Annotated[int, typer.Option(min=0, help="Other seeds give other instances.")] = 0,
) -> None:
    """Answer a case by hand: your score on its ladder."""
    talk = context(ctx)
    lab = talk.open()
    found, asked = lab.by_hand(case, seed)
    emit(f"{found.tests}\nsource: {found.source}")
    scores = [_answered(f"{n} of {len(asked)}. {one.question}", one) for n, one in enumerate(asked, 1)]
    talk.say("the ladder is computed at the small budget: some seconds ...")
    metric = found.metric
    emit(f"\n{metric.name} ({metric.unit}), {'higher' if metric.higher_is_better else 'lower'} is better")
    table(("rung", metric.name), [(name, f"{value:.3g}") for name, value in lab.standing(found, scores, seed)])
    for rung, why in found.missing.items():
        emit(f"no {rung}: {why}")
    talk.say(f"what this case cannot show: {found.cannot_show}\nother instances: --seed {seed + 1}")


def _answered(question: str, one: Instance) -> float:
    """Ask until the answer can be read; give its score."""
    emit(f"\n{question}\n")
    while True:
        try:
            said = input(f"{one.asks}> ").strip()
        except EOFError:
            raise UsageError("expected an answer to each instance, a line each; the input ended") from None
        try:
            score = one.score(said)
        except ValueError as error:
            emit(f"expected {error}, got {said[:40]!r}")
            continue
        emit(f"{score:.3g}")
        return score


@bench.command("cases")
def cases(
    ctx: typer.Context,
    case: Annotated[str | None, typer.Argument(metavar="[CASE]", help="Tell all of this one.")] = None,
    json: Json = False,
) -> None:
    """List the cases that there are, or tell all of one."""
    found = context(ctx).open().cases()
    if case is not None and not (found := tuple(one for one in found if one[0].name == case)):
        raise NothingFound(f"no case called {case!r}; `paperlab bench cases` lists all that there are")
    if json:
        emit_array(asdict(one) | {"place": place} for one, place in found)
        return
    if case is not None:
        facts(_case_facts(*found[0]))
        return
    rows = [
        (one.name, one.metric, "higher" if one.higher_is_better else "lower", place, one.tests) for one, place in found
    ]
    table(("case", "metric", "better", "place", "tests"), rows, spare=("better", "metric", "tests"))


def _case_facts(case: CaseInfo, place: str) -> dict[str, str]:
    better = "higher" if case.higher_is_better else "lower"
    told = {
        "case": f"{case.name}, version {case.version}", "tests": case.tests, "source": case.source, "place": place,
        "metric": f"{case.metric} ({case.unit}), {better} is better", "takes": case.takes, "arms": ", ".join(case.arms),
    }  # fmt: skip
    return told | {f"no {rung}": why for rung, why in case.missing.items()} | {"cannot show": case.cannot_show}


@bench.command("merge")
def merge(
    ctx: typer.Context,
    labs: Annotated[list[Path], typer.Argument(metavar="LAB...", help="Folders of labs, or files of measurements.")],
) -> None:
    """Join what other labs measured, as the shards of one bench."""
    talk = context(ctx)
    new = talk.open().merge(labs)
    typer.echo(f"{new} new measurement{'s' * (new != 1)}")
    talk.say("`paperlab claims` judges from them; `paperlab bench SLUG --record` writes them down")


def _known(name: str, said: str | None) -> None:
    """Refuse a word on the command line that the setting does not know."""
    known = SETTINGS[name].choices
    if said is not None and said not in known:
        raise UsageError(f"expected --{name.removeprefix('bench.')} to be one of {', '.join(known)}, got {said!r}")


def _show_speed(say: Callable[[str], None], done: Sequence[Benched]) -> None:
    for one in done:
        for line in one.lines:
            say(f"{one.slug}: {line}")


def claims(ctx: typer.Context, slugs: Slugs = None, strict: Strict = False, json: Json = False) -> None:
    """Show each claim of the papers, our number, and the verdict."""
    talk = context(ctx)
    lab = talk.open()
    rows = lab.claims(slugs or ())
    for line in sources(rows):
        talk.say(line)
    for made in lab.outdated(slugs={r.verdict.slug for r in rows}):
        talk.say(f"{made.slug}: made from v{made.version}; v{made.newest} is out: `paperlab show {made.id}`")
    _finish(rows, talk.say, strict=strict, json=json)


def _finish(rows: Sequence[ClaimRow], say: Callable[[str], None], *, strict: bool, json: bool) -> None:
    """Print the verdicts; under --strict, fail where one is not reproduced."""
    if json:
        emit_array(row.to_json() for row in rows)
    elif rows:
        show(rows, say)
    else:
        say("no claim is stated yet: write the first into paper.toml")
    short = [r for r in rows if r.verdict.verdict != "reproduced"]
    if strict and not rows:
        raise VerdictFailed("no claim is stated, so none is reproduced")
    if strict and short:
        raise VerdictFailed(f"{len(short)} of {len(rows)} claims are not reproduced, first: {short[0].verdict.claim}")


@bench.command("report")
def report(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Which implementation.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where. Default .paperlab/reports.")] = None,
) -> None:
    """Write what was measured as one page and its JSON."""
    for path in context(ctx).open().report(slug, out):
        typer.echo(path)


@bench.command("export")
def export(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Which implementation.")],
    to: Annotated[str, typer.Option(metavar="mlflow|tensorboard", help="For which tool; its package must be there.")],
    out: Annotated[str | None, typer.Option(metavar="DIR", help="Where. Default .paperlab/exports/TOOL.")] = None,
) -> None:
    """Write what was measured for MLflow or TensorBoard."""
    typer.echo(context(ctx).open().export_runs(slug, to, out))


@bench.command("history")
def history(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Which implementation.")],
    case: Annotated[str | None, typer.Option("--case", metavar="NAME", help="Only this case, or speed.")] = None,
    json: Json = False,
) -> None:
    """What each source reached, and where it changed."""
    from paperlab.cli.levels import show_history

    show_history(context(ctx).open().series(slug), case, json=json)


@bench.command("compare")
def compare(
    ctx: typer.Context,
    first: Annotated[
        str, typer.Argument(metavar="A", help="SLUG, or SLUG@ a source's or commit's first digits, a tag, a branch.")
    ],
    second: Annotated[str, typer.Argument(metavar="B", help="The same.")],
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if A is the worse one somewhere.")] = False,
    json: Json = False,
) -> None:
    """Two implementations, or two sources, by seeds."""
    from paperlab.cli.levels import show_differences

    show_differences(context(ctx).open().compare(first, second), (first, second), strict=strict, json=json)


VERBS = {"bench": bench, "claims": claims}
