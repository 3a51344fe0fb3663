"""Where units run: in this process, in processes of this machine, on a Ray cluster, through Slurm.

with opened("processes", terms) as executor:
    for unit, result in finished(executor, units): ...
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from paperlab.errors import UsageError
from paperlab.harness.executing import Done, Executor, Limits, Terms, finished

__all__ = ["EXECUTORS", "Done", "Executor", "Limits", "Terms", "finished", "opened"]

EXECUTORS: Mapping[str, str] = {"inline": "", "processes": "", "ray": "ray", "slurm": "submitit"}
"""Name of the module in this folder -> what must be installed for it."""


def opened(name: str, terms: Terms) -> AbstractContextManager[Executor]:
    """Give an executor for the length of a `with`; leaving it stops all that it started.

    Raises:
        UsageError: there is no such executor, it needs a package that is not here, or it has no such option.
    """
    if name not in EXECUTORS:
        raise UsageError(f"expected an executor of {', '.join(EXECUTORS)}; got {name!r}")
    needs = EXECUTORS[name]
    if needs and find_spec(needs) is None:
        raise UsageError(f"the {name} executor needs {needs}: pip install 'paperlab-loop[{name}]'")
    module = import_module(f"{__name__}.{name}")
    return cast(AbstractContextManager[Executor], module.opened(terms))
