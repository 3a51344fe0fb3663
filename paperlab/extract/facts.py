"""All facts of running text at once; a reader that fails costs its own items and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from paperlab.extract.claims import read_claims
from paperlab.extract.clock import OutOfTime, check
from paperlab.extract.hyperparameters import read_hyperparameters
from paperlab.extract.invariants import read_invariants
from paperlab.extract.lexicon import read_datasets, read_metrics
from paperlab.extract.links import read_links
from paperlab.extract.passage import Passage
from paperlab.extract.spaces import read_spaces
from paperlab.extract.stated import read_stated
from paperlab.extract.symbols import read_symbols
from paperlab.extract.unnamed import read_unnamed
from paperlab.records.extracted import (
    Algorithm,
    ClaimSentence,
    Hyperparameter,
    Invariant,
    Link,
    Problem,
    Space,
    Symbol,
    Table,
)

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What running text and tables state."""

    hyperparameters: tuple[Hyperparameter, ...] = ()
    claims: tuple[ClaimSentence, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    spaces: tuple[Space, ...] = ()
    invariants: tuple[Invariant, ...] = ()
    links: tuple[Link, ...] = ()
    datasets: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    stated: tuple[Hyperparameter, ...] = ()
    """What sentences state of the ledger."""
    problems: tuple[Problem, ...] = ()


def read_facts(
    passages: Sequence[Passage],
    tables: Sequence[Table] = (),
    algorithms: Sequence[Algorithm] = (),
    source: Callable[[str], str | None] = lambda _: None,
    listings: Sequence[Passage] = (),
) -> Facts:
    """Run every reader of facts over the passages, tables and algorithms; `source` gives the text of a file by its path, `listings` are code."""
    problems: list[Problem] = []

    def guarded(kind: str, read: Callable[[], tuple[_Item, ...]]) -> tuple[_Item, ...]:
        try:
            check()
            return read()
        except OutOfTime:
            problems.append(Problem(kind="time limit", message=f"{kind}: left out, since the source takes too long"))
            return ()
        except Exception as error:  # noqa: BLE001 -- one reader's fault must not cost the others' items
            problems.append(Problem(kind=kind, message=f"could not read {kind}: {type(error).__name__}: {error}"))
            return ()

    spaces = guarded("spaces", lambda: read_spaces(passages))
    shapes = {space.symbol: space.shape for space in reversed(spaces)}
    named = guarded("symbols", lambda: read_symbols(passages, algorithms, tables))
    symbols = tuple(replace(s, shape=s.shape or shapes.get(s.symbol, ())) for s in named)
    glossary = {s.symbol: s.meaning for s in symbols}
    return Facts(
        hyperparameters=guarded(
            "hyperparameters", lambda: read_hyperparameters(passages, tables, glossary, source, listings)
        ),
        claims=guarded("claims", lambda: read_claims(passages, tables)),
        symbols=symbols,
        spaces=spaces,
        invariants=guarded("invariants", lambda: (*read_invariants(passages), *read_unnamed(passages))),
        links=guarded("links", lambda: read_links(passages)),
        datasets=guarded("datasets", lambda: read_datasets(passages, tables)),
        metrics=guarded("metrics", lambda: read_metrics(passages, tables)),
        stated=guarded("what is stated", lambda: read_stated(passages)),
        problems=tuple(problems),
    )
