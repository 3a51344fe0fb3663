"""Rows of measurements by hand, and the verdict that they give."""

from paperlab.harness import judge
from paperlab.records.card import Card, Claim
from paperlab.records.measurement import Measurement, Verdict

BASE = Claim(id="c", place="Section 1", kind="better-than", case="k", compare=("ours", "other"), minimum_effect=0.1)


def row(arm: str = "ours", seed: int = 0, value: float | None = 1.0, **change: object) -> Measurement:
    facts: dict[str, object] = {
        "key": f"{arm}-{seed}-{change.get('budget')}-{change.get('source_hash')}-{change.get('case')}",
        "slug": "s", "source_hash": "h", "kind": "quality", "case": "k", "case_version": 1, "budget": "small",
        "device": "cpu", "metric": "accuracy", "unit": "fraction", "higher_is_better": True, "at": "2026-01-01T00:00:00Z",
        "seconds": 2.0,
    }  # fmt: skip
    return Measurement(**facts | {"arm": arm, "seed": seed, "value": value} | change)  # type: ignore[arg-type]


def check(name: str = "oracle", kind: str = "equality", **change: object) -> Measurement:
    facts = {"case": name, "kind": "check", "value": 0.0, "limit": 0.1, "budget": "smoke", "notes": {"kind": kind}}
    return row(**facts | {"equation": "Equation (1)"} | change)


def arms(**values: list[float]) -> list[Measurement]:
    return [row(arm, seed, v) for arm, column in values.items() for seed, v in enumerate(column)]


def verdict(claim: Claim, rows: list[Measurement], budget: str = "small") -> Verdict:
    (found,) = judge(Card(slug="s", id=None, title="t", claims=(claim,)), [check(), *rows], budget=budget)
    return found


HIGH, LOW = [0.9, 0.91, 0.92], [0.5, 0.51, 0.52]
