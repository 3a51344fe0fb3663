"""preference: a table of answers, pairs of which somebody prefers; the best policy for them has a closed form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid, relu

from paperlab.harness.api import Instance, Outcome, Trial
from paperlab.harness.cases import build, hand
from paperlab.harness.cases import training as t

Loss = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
Make = Callable[[float], Loss]

QUESTIONS, ANSWERS = 16, 6


@dataclass(frozen=True, slots=True)
class World:
    """reference (questions, answers): log-probabilities; reward (questions, answers)."""

    reference: Tensor
    reward: Tensor

    def optimum(self, beta: float) -> Tensor:
        """Give the log-probabilities that maximise E[reward] - beta KL(policy || reference)."""
        return (self.reference + self.reward / beta).log_softmax(-1)


def world(trial: Trial) -> World:
    """Draw a reference and rewards, on the CPU in float32."""
    logits, reward = torch.randn(2, QUESTIONS, ANSWERS, generator=trial.stream("world"))
    return World(logits.log_softmax(-1), reward)


def comparisons(it: World, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Give questions, chosen and rejected answers, (count) each.

    Two answers are drawn from the reference; one is preferred with probability sigmoid(difference of rewards).
    """
    questions = torch.randint(QUESTIONS, (count,), generator=generator)
    pair = torch.multinomial(it.reference.exp()[questions], 2, generator=generator)
    gain = it.reward[questions[:, None], pair]
    first = torch.rand(count, generator=generator) < (gain[:, 0] - gain[:, 1]).sigmoid()
    return questions, torch.where(first, pair[:, 0], pair[:, 1]), torch.where(first, pair[:, 1], pair[:, 0])


def run(make: Make, trial: Trial) -> Outcome:
    """Minimise `make(beta)` over tabular policies from the reference on, with the best of the case's rates."""
    return t.with_best_rate(lambda rate, trial: _once(make, rate, trial), trial)


def _once(make: Make, rate: float, trial: Trial) -> Outcome:
    s, it = trial.settings, world(trial)
    loss = make(s["beta"])
    question, chosen, rejected = (x.to(trial.device) for x in comparisons(it, s["pairs"], trial.stream("data")))
    start = it.reference.to(trial.device)
    logits = start.clone().requires_grad_()
    order = t.batches(s["pairs"], s["batch"], s["steps"], trial.stream("order"))

    def step(i: Tensor) -> Tensor:
        policy, (q, a, b) = logits.log_softmax(-1), (x[i.to(trial.device)] for x in (question, chosen, rejected))
        return loss(policy[q, a], policy[q, b], start[q, a], start[q, b])

    curve = t.train(step, torch.optim.Adam([logits], lr=rate), order, s["steps"])
    return Outcome(value=away(logits.detach().cpu().log_softmax(-1), it, s["beta"]), curve=curve)


def away(policy: Tensor, it: World, beta: float) -> float:
    """Give KL(policy || optimum) in nats, on average over the questions: 1 / beta of the regularised return lost."""
    return t.bounded((policy.exp() * (policy - it.optimum(beta))).sum(-1).mean())


def dpo(beta: float) -> Loss:
    """Give the loss of direct preference optimisation (2305.18290)."""
    return lambda a, b, a0, b0: -logsigmoid(beta * ((a - a0) - (b - b0))).mean()


def ipo(beta: float) -> Loss:
    """Give the squared loss of identity preference optimisation (2310.12036)."""
    return lambda a, b, a0, b0: ((a - a0) - (b - b0) - 1 / (2 * beta)).square().mean()


def hinge(beta: float) -> Loss:
    """Give a margin on the scaled difference of log-ratios, as in SLiC (2305.10425)."""
    return lambda a, b, a0, b0: relu(1 - beta * ((a - a0) - (b - b0))).mean()


def likelihood(beta: float) -> Loss:  # noqa: ARG001 -- the slot's signature
    """Give the log-likelihood of what was chosen: fine-tuning, which asks nobody about the rest."""
    return lambda a, b, a0, b0: -a.mean()  # noqa: ARG005


def _rung(policy: Callable[[World, float], Tensor]) -> Callable[[Trial], float]:
    def value(trial: Trial) -> float:
        it, beta = world(trial), trial.settings["beta"]
        return away(policy(it, beta), it, beta)

    return value


def _rewards(trial: Trial) -> float:
    """Fit a reward to the comparisons (Bradley and Terry 1952), a little drawn to 0, and take the closed form for it."""
    it, s = world(trial), trial.settings
    question, chosen, rejected = comparisons(it, s["pairs"], trial.stream("data"))
    reward = torch.zeros_like(it.reward).requires_grad_()
    newton = torch.optim.LBFGS([reward], max_iter=100, line_search_fn="strong_wolfe")

    def lost() -> Tensor:
        newton.zero_grad()
        gap = reward[question, chosen] - reward[question, rejected]
        loss = -logsigmoid(gap).sum() + 0.5 * reward.square().sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    newton.step(lost)  # type: ignore[no-untyped-call]
    return away(World(it.reference, reward.detach()).optimum(s["beta"]), it, s["beta"])


def by_hand(trial: Trial) -> Iterator[Instance]:
    """Show reference and rewards of one question; the answer is the best policy's probabilities."""
    it, beta = world(trial), trial.settings["beta"]
    for n in range(hand.COUNT):
        one = World(it.reference[n : n + 1], it.reward[n : n + 1])
        rows = (
            f"{name} {' '.join(f'{x:7.2f}' for x in values.flatten().tolist())}"
            for name, values in (("reference, %  ", 100 * one.reference.exp()), ("reward        ", one.reward))
        )
        told = f"Chances of the policy with the most reward - {beta:g} KL(policy || reference), in %:"
        yield hand.numbers("\n".join([*rows, "", told]), ANSWERS, lambda said, one=one: _said(said, one, beta), least=0)  # type: ignore[misc]


def _said(chances: list[float], it: World, beta: float) -> float:
    policy = torch.tensor([chances]) + 1e-9
    return away((policy / policy.sum()).log(), it, beta)


CASE = build(
    "preference",
    run=run,
    ladder={
        "chance": _rung(lambda it, _: torch.zeros_like(it.reward).log_softmax(-1)),
        "trivial": _rung(lambda it, _: it.reference),
        "classic": _rewards,
        "reference": lambda trial: run(dpo, trial).value,
        "ceiling": _rung(lambda it, beta: it.optimum(beta)),
    },
    arms={"dpo": dpo, "ipo": ipo, "hinge": hinge, "likelihood": likelihood},
    by_hand=by_hand,
)
