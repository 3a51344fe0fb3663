"""Cases, measuring, statistics, verdicts: the only room that imports torch.

Names load on first use, so that asking for the list of cases or for verdicts does not start torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paperlab.harness.api import Case as Case
    from paperlab.harness.api import Check as Check
    from paperlab.harness.api import Enter as Enter
    from paperlab.harness.api import Implementation as Implementation
    from paperlab.harness.api import Metric as Metric
    from paperlab.harness.api import Outcome as Outcome
    from paperlab.harness.api import Pair as Pair
    from paperlab.harness.api import Probe as Probe
    from paperlab.harness.api import Study as Study
    from paperlab.harness.api import Trial as Trial

_HOMES = {
    "api": ("Case", "Check", "Enter", "Implementation", "Metric", "Outcome", "Pair", "Probe", "Study", "Trial"),
}
_WHERE = {name: module for module, names in _HOMES.items() for name in names}
__all__ = ["Case", "Check", "Enter", "Implementation", "Metric", "Outcome", "Pair", "Probe", "Study", "Trial"]


def __getattr__(name: str) -> Any:
    """Load `name` from the module that holds it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'paperlab.harness' has no attribute {name!r}")
    return getattr(import_module(f"paperlab.harness.{_WHERE[name]}"), name)
