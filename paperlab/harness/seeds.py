"""The one place that touches torch's global random state, and puts it back.

torch's layers draw their first weights from the global generator, with no argument for another one. Inside `fixed`
that generator starts from the trial's seed; afterwards it goes on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from paperlab.harness.api import Probe, stream_seed


@contextmanager
def fixed(probe: Probe, name: str) -> Iterator[None]:
    """Let what draws from torch's global generator follow from the probe's seed and a purpose."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(stream_seed(probe.seed, name))
        yield


@contextmanager
def same_noise(seed: int) -> Iterator[None]:
    """Let what draws from the global generators of any device draw the same for the same seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        yield


def safety_net(seed: int) -> None:
    """Seed every global generator of a child process, for code that does not use the ones it is given."""
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed % 2**32)  # noqa: NPY002 -- learners' code may use the legacy generator
    torch.manual_seed(seed)
