"""What a slot promises and a case relies on, as checks of each arm: no look ahead, no use of the nodes' numbers.

An arm is asked with the inputs that its case hands it first, so that sizes and kinds are those it is made for. The case
runs until then and is broken off: nothing is trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from paperlab.errors import UsageError
from paperlab.harness.api import BUDGETS, PROMISES, Case, Check, Enter, Implementation, Probe, Trial
from paperlab.harness.checks import acausality
from paperlab.harness.comparing import rms_ratio
from paperlab.harness.fitting import why_not
from paperlab.harness.owncases import any_case
from paperlab.harness.seeds import same_noise

LIMIT = 1e-4
"""RMS ratio up to which a change is rounding: of a convolution by FFT in float32 it is below 1e-6."""
FEW = 4
"""Examples of a batch that are asked."""
Make = Callable[..., Any]


class _CaughtError(BaseException):
    """Carries a module and its first inputs out of a case; no case catches it."""


def gate(found: Implementation, folder: str) -> Iterator[Check]:
    """Give an implementation's own checks, then those of what it enters; none at all where it has no own ones.

    Args:
        found: what is to be held.
        folder: the lab's `cases/`; empty without a lab.
    """
    yield from found.checks
    if found.checks:
        yield from promised(_entered(found, folder))


def _entered(found: Implementation, folder: str) -> Iterator[tuple[Enter, Case]]:
    own = {case.name: case for case in found.cases}
    for enter in found.enters:
        with suppress(UsageError):  # a case that is not there is told of elsewhere
            case = own.get(enter.case) or any_case(enter.case, folder)[0]
            if not why_not(case, enter, found):
                yield enter, case


def promised(entered: Iterable[tuple[Enter, Case]]) -> tuple[Check, ...]:
    """Give the checks of what the slots of the entered cases promise, one for each arm and promise."""
    return tuple({check.name: check for enter, case in entered for check in _of_one(enter, case)}.values())


def _of_one(enter: Enter, case: Case) -> Iterator[Check]:
    for promise in dict.fromkeys((*PROMISES.get(case.slot, ()), *case.promises)):
        ask, told = _ASKED[promise]
        for arm, make in enter.arms.items():
            yield Check(
                name=f"{case.name}: {arm} {promise}",
                kind="property",
                run=partial(_held, ask, case, make),
                limit=LIMIT,
                unit=told,
                of=case.name,
            )


def _held(
    ask: Callable[[nn.Module, list[Tensor], torch.Generator], float], case: Case, make: Make, probe: Probe
) -> float:
    # At the largest sizes: what holds in a window of 32 need not hold in one of 64.
    budget = next((b for b in reversed(BUDGETS) if b in case.budgets), "smoke")
    trial = Trial(seed=probe.seed, device=probe.device, budget=budget, settings=case.budgets.get(budget, {}))
    found = _first(case, make, trial)
    if found is None:
        return 0.0
    module, given = found
    with torch.no_grad():
        _again(module.eval(), given)  # what is made at the first call is there now
        _wake(module, probe.stream("weights"))
        return ask(module, given, probe.stream("asked"))


def _first(case: Case, make: Make, trial: Trial) -> tuple[nn.Module, list[Tensor]] | None:
    """Give the module that an arm makes and what the case hands it first; None where it does not come to that.

    What goes wrong before is for the arm's own run to tell.
    """

    def watched(*arguments: Any) -> Any:
        made = make(*arguments)
        if isinstance(made, nn.Module):
            hooks.append(made.register_forward_pre_hook(_caught))
        return made

    hooks: list[Any] = []
    try:
        case.run(watched, trial)
    except _CaughtError as caught:
        module, given = caught.args
        return module, [x.detach()[:FEW].clone() for x in given]
    except Exception:  # noqa: BLE001 -- its own run meets the same, and says so
        return None
    finally:
        for hook in hooks:
            hook.remove()
    return None


def _caught(module: nn.Module, given: tuple[Tensor, ...]) -> None:
    raise _CaughtError(module, given)


def _wake(module: nn.Module, generator: torch.Generator) -> None:
    """Draw what begins at zero, which would hide what is behind it."""
    for weight in module.parameters():
        if not weight.any():
            weight.copy_(torch.randn(weight.shape, generator=generator))


def _again(module: nn.Module, given: list[Tensor], seed: int = 0) -> Tensor:
    """Call a module on copies, with equal noise for an equal seed where it draws some."""
    with same_noise(seed):
        result: Tensor = module(*(x.clone() for x in given))
    return result


def _ahead(module: nn.Module, given: list[Tensor], generator: torch.Generator) -> float:
    """Give how far results move as the last input changes further on in its second axis."""
    *before, last = given
    return acausality(lambda x: _again(module, [*before, x]), last, generator=generator)


def _numbered(module: nn.Module, given: list[Tensor], generator: torch.Generator) -> float:
    """Give how far results depend on the order of the nodes: second axis of the features, second and third of the edges."""
    x, *edges = given
    first = _again(module, given)
    if rms_ratio(_again(module, given, 1), first) > LIMIT:
        return 0.0  # it draws noise for each node: equal in distribution at best, which a few calls don't show
    order = torch.randperm(x.shape[1], generator=generator).to(x.device)
    turned = [x[:, order], *(e[:, order][:, :, order] for e in edges)]
    return rms_ratio(_again(module, turned), first[:, order])


_ASKED: Mapping[str, tuple[Callable[[nn.Module, list[Tensor], torch.Generator], float], str]] = {
    "causal": (_ahead, "RMS change of a position as later ones change: position t may see 0..t alone"),
    "equivariant": (_numbered, "RMS change as the nodes are numbered otherwise: a node has no number"),
}
