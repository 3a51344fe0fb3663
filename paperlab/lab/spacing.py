"""How long until a main idea is asked for again: by FSRS (the extra `review`), else by a ladder of days.

A card is JSON: FSRS's own, or `{"step": 1, "last_review": ..., "due": ...}`. Each of the two takes up where the other left off:
installing or removing the extra loses no review.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

DAYS = (3, 10, 30, 90)
"""The built-in ladder: days until an idea is asked for again, a step up with each one that was said well."""
_MOVES = (None, 0, 1, 2)
"""Steps up for again, hard, good and easy; again begins anew."""


def spaced(card: str | None, grade: int, at: datetime) -> tuple[str, datetime, str]:
    """Give the card after a review, when it is due again, and what decided: `fsrs` or `steps`.

    Args:
        card: as it was kept; None before the first review.
        grade: 0 (again) to 3 (easy).
        at: time of the review, in UTC.
    """
    known: dict[str, Any] = json.loads(card) if card else {}
    try:
        import fsrs
    except ImportError:
        return _stepped(known, grade, at)
    # A paper is no word of a language: no steps of minutes, and the same answer gives the same day.
    scheduler = fsrs.Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    before = fsrs.Card.from_json(card) if card and "stability" in known else _begun(fsrs, known)
    after, _ = scheduler.review_card(before, fsrs.Rating(grade + 1), at)
    return after.to_json(), after.due, "fsrs"


def _begun(fsrs: Any, known: dict[str, Any]) -> Any:
    """Give a new card, or one that knows what the ladder of days had reached."""
    if not known:
        return fsrs.Card(card_id=1)
    return fsrs.Card(
        card_id=1, state=fsrs.State.Review, stability=float(DAYS[known["step"]]), difficulty=5.0,
        due=datetime.fromisoformat(known["due"]), last_review=datetime.fromisoformat(known["last_review"]),
    )  # fmt: skip


def _stepped(known: dict[str, Any], grade: int, at: datetime) -> tuple[str, datetime, str]:
    up = _MOVES[grade]
    step = 0 if up is None else min(max(_step(known) + up, 0), len(DAYS) - 1)
    due = at + timedelta(days=DAYS[step])
    return json.dumps({"step": step, "last_review": at.isoformat(), "due": due.isoformat()}), due, "steps"


def _step(known: dict[str, Any]) -> int:
    """Give the step that was reached; -1 before the first, so that a first good is asked for after the fewest days."""
    if not known:
        return -1
    if "stability" not in known:
        return int(known["step"])
    asked = datetime.fromisoformat(known["due"]) - datetime.fromisoformat(known["last_review"])
    return sum(asked.days >= days for days in DAYS) - 1
