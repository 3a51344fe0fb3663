"""Whether an implementation can enter a case, before anything is run: by the case's own words, and by its arms' signatures."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from paperlab.harness.api import SLOTS

if TYPE_CHECKING:
    from paperlab.harness.api import Case, Enter, Implementation


def why_not(case: Case, enter: Enter, implementation: Implementation) -> str:
    """Give "" where the implementation can enter the case as `enter` says, otherwise the reason why not, in a line."""
    reasons = (_unlike(case, arm, make) for arm, make in enter.arms.items())
    return case.applies(implementation) or next(filter(None, reasons), "")


def _unlike(case: Case, arm: str, make: object) -> str:
    """Say so where a factory cannot be called with what the case hands over; one that hides what it takes is let through."""
    told = case.takes or SLOTS[case.slot]
    if not callable(make):
        return f"arm {arm!r}: expected a factory, called as {told.split(' -> ')[0]}; got {type(make).__name__}"
    call, takes = handed(told), _signature(make)
    if not call or takes is None:
        return ""
    try:
        takes.bind(*call)
    except TypeError:
        return f"arm {arm!r}: expected a factory for make({', '.join(call)}); got one for {str(takes).split(' -> ')[0]}"
    return ""


def _signature(make: Callable[..., Any]) -> inspect.Signature | None:
    try:
        return inspect.signature(make)
    except (TypeError, ValueError):
        return None


def handed(takes: str) -> tuple[str, ...]:
    """Give the names of what a factory is handed, of the words of a slot or of a case; none where they name none.

    >>> handed(SLOTS["optimizer"]), handed(SLOTS["own"]), handed("make(x, label) -> classify(x)")
    (('parameters', 'rate'), (), ('x', 'label'))
    """
    found = re.match(r"make\(([\w, ]+)\)", takes)
    names = tuple(found[1].split(", ")) if found else ()
    return names if all(map(str.isidentifier, names)) else ()
