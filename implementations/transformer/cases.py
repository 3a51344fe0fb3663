"""How the Transformer meets the harness: equality with torch's own parts, and three reasons the paper gives, tried out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    DecoderLayer,
    EncoderLayer,
    MultiHeadAttention,
    Transformer,
    attention,
    causal_mask,
    positional_encoding,
    smoothed_loss,
)
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot, scaled_dot_product_attention

from paperlab.harness import Case, Check, Enter, Implementation, Metric, Outcome, Pair, Probe, Trial
from paperlab.harness.cases import training as t
from paperlab.harness.checks import acausality, gradient_ratio, rms_ratio


def triple(probe: Probe, *shape: int) -> tuple[Tensor, Tensor, Tensor]:
    """Give queries, keys and values of one shape, float64."""
    g = probe.stream("inputs")
    Q, K, V = (torch.randn(shape, generator=g, dtype=torch.float64).to(probe.device) for _ in range(3))
    return Q, K, V


def shaken(module: Any, probe: Probe) -> Any:
    """Give all parameters random float64 values, since at the first ones some mistakes cancel."""
    g, module = probe.stream("weights"), module.double().eval()
    for p in module.parameters():
        p.data = (torch.randn(p.shape, generator=g, dtype=torch.float64) * 0.3).to(probe.device)
    return module


def attention_error(probe: Probe) -> float:
    """Compare attention, masked and not, with torch's."""
    Q, K, V = triple(probe, 2, 3, 7, 5)
    mask = causal_mask(7, Q.device)
    ours = [attention(Q, K, V), attention(Q, K, V, mask)]
    return rms_ratio(ours, [scaled_dot_product_attention(Q, K, V), scaled_dot_product_attention(Q, K, V, mask)])


def attention_gradient_error(probe: Probe) -> float:
    """Compare the gradients by queries, keys and values with torch's."""
    Q, K, V = triple(probe, 2, 6, 4)
    return gradient_ratio(attention, scaled_dot_product_attention, Q, K, V, generator=probe.stream("output"))


def copied(ours: Any, theirs: nn.MultiheadAttention) -> None:
    """Write our projections into torch's module, which keeps three of them in one matrix."""
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.W_Q.weight, ours.W_K.weight, ours.W_V.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.W_Q.bias, ours.W_K.bias, ours.W_V.bias]))
        theirs.out_proj.load_state_dict(ours.W_O.state_dict())


def heads_error(probe: Probe) -> float:
    """Compare multi-head attention with torch's module of the same weights."""
    ours = shaken(MultiHeadAttention(12, 3), probe)
    theirs = nn.MultiheadAttention(12, 3, batch_first=True).double().to(probe.device)
    copied(ours, theirs)
    x, memory, _ = triple(probe, 2, 5, 12)
    return rms_ratio(ours(x, memory), theirs(x, memory, memory, need_weights=False)[0])


def layer_error(probe: Probe) -> float:
    """Compare an encoder layer with torch's of the same weights."""
    ours = shaken(EncoderLayer(12, 3, 20), probe)
    theirs: Any = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True).double().to(probe.device).eval()
    copied(ours.attend, theirs.self_attn)
    pairs = ((theirs.linear1, ours.feed.W_1), (theirs.linear2, ours.feed.W_2))
    for to, source in (*pairs, (theirs.norm1, ours.add_1.norm), (theirs.norm2, ours.add_2.norm)):
        to.load_state_dict(source.state_dict())
    x, _, _ = triple(probe, 2, 5, 12)
    return rms_ratio(ours(x), theirs(x))


def smoothing_error(probe: Probe) -> float:
    """Compare label smoothing with torch's."""
    logits, _, _ = triple(probe, 4, 6, 9)
    labels = torch.randint(9, (4, 6), generator=probe.stream("labels")).to(probe.device)
    theirs = cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=0.1)
    return rms_ratio(smoothed_loss(logits, labels, 0.1), theirs)


def future_error(probe: Probe) -> float:
    """Give how far a decoder layer's output moves when later inputs change."""
    layer = shaken(DecoderLayer(8, 2, 16), probe)
    y, memory, _ = triple(probe, 2, 6, 8)
    return acausality(lambda x: layer(x, memory, causal_mask(6, x.device)), y, generator=probe.stream("future"))


def shift_error(probe: Probe) -> float:
    """Fit one linear map from PE(pos) to PE(pos + k) on half of the positions; give its worst error on the others."""
    PE, worst = positional_encoding(200, 32).double(), 0.0
    for k in torch.randint(1, 60, (5,), generator=probe.generator).tolist():
        here, there = PE[: 200 - k], PE[k:]
        moved = torch.linalg.lstsq(here[::2], there[::2], driver="gelsd").solution
        worst = max(worst, rms_ratio(here[1::2] @ moved, there[1::2]))
    return worst


def variance_error(probe: Probe) -> float:
    """Give how far, relatively, the variance of q . k is from d_k for unit components, over four widths."""
    g = probe.generator
    seen = [
        (torch.randn(2, 40_000, d, generator=g).prod(0).sum(-1).var() / d - 1).abs().item() for d in (4, 16, 64, 128)
    ]
    return max(seen)


def lookup_weights(d_k: int, trial: Trial) -> list[Tensor]:
    """Give W^Q, W^K, W^V, W^O with deviation fan-in^-1/2, so that components of q and k have variance 1."""
    g, shapes = trial.stream("init"), ((64, d_k), (64, d_k), (8, 32), (32, 8))
    return [(torch.randn(s, generator=g) * s[0] ** -0.5).to(trial.device).requires_grad_() for s in shapes]


def triangle(step: int, steps: int) -> float:
    """Give the share of the rate at a step: up over the first tenth, then down to nothing (the shape of Section 5.3)."""
    warm = max(1, steps // 10)
    return min((step + 1) / warm, (steps - step) / (steps - warm))


def lookup_once(scaled: bool, peak: float, trial: Trial) -> Outcome:
    """Learn to find one key of 8 among random words and to read its label; give the loss on new examples."""
    asked, kept = torch.randn(2, 32, 64, generator=trial.stream("words")).to(trial.device)
    weights, steps, g = lookup_weights(trial.settings["d_k"], trial), trial.settings["steps"], trial.stream("order")
    W_Q, W_K, W_V, W_O = weights
    optimizer = torch.optim.Adam(weights, lr=peak, betas=(0.9, 0.98))

    def loss(examples: int) -> Tensor:
        keys = torch.rand(examples, 32, generator=g).argsort(1)[:, :8].to(trial.device)
        labels = torch.randint(8, (examples, 8), generator=g).to(trial.device)
        pick = torch.randint(8, (examples, 1), generator=g).to(trial.device)
        Q, K = asked[keys.gather(1, pick)] @ W_Q, kept[keys] @ W_K
        found = attention(Q, K, one_hot(labels, 8).to(W_V) @ W_V, scaled=scaled) @ W_O  # (examples, 1, 8)
        return cross_entropy(found.squeeze(1), labels.gather(1, pick).squeeze(1))

    def step_loss(step: Tensor) -> Tensor:
        optimizer.param_groups[0]["lr"] = peak * triangle(int(step), steps)
        return loss(32)

    curve = t.train(step_loss, optimizer, iter(torch.arange(steps)), steps)
    with torch.no_grad():
        final = t.bounded(loss(1000))
    return Outcome(value=final, curve=(*curve, final))


LOOKUP = Case(
    name="wide-head-lookup",
    version=2,  # 1 had 16 keys and a constant rate: the spread over seeds was as large as the effect
    tests="Whether one attention head learns to find a key when its width is large.",
    source="ours, after the reason that Section 3.2.1 gives: large dot products saturate the softmax",
    slot="own",
    words=("attention", "softmax", "scaling"),
    metric=Metric(name="loss on new examples", unit="nats", higher_is_better=False),
    budgets={
        "smoke": {"d_k": 64, "steps": 10, "tuning_steps": 10, "rates": (3e-3,)},
        "small": {"d_k": 128, "steps": 200, "tuning_steps": 200, "rates": (1e-3, 3e-3, 1e-2)},
        "full": {"d_k": 256, "steps": 1000, "tuning_steps": 300, "rates": (3e-4, 1e-3, 3e-3, 1e-2)},
    },
    run=lambda scaled, trial: t.with_best_rate(lambda rate, one: lookup_once(scaled(), rate, one), trial),
    ladder={"chance": lambda _: float(torch.tensor(8.0).log()), "ceiling": lambda _: 0.0},
    cannot_show="Translation; depth; how a learned normalisation would change it.",
)


def reversing(vocabulary: int, length: int, *, positions: bool) -> nn.Module:
    """Give a Transformer small enough to learn a reversal in seconds."""
    del length  # sinusoids have no largest length
    return Transformer(vocabulary, N=1, d_model=32, h=4, d_ff=64, P_drop=0.0, positions=positions)


def attending(function: Callable[..., Tensor]) -> Callable[[Probe], Callable[[], object]]:
    """Give what times attention on 8 heads, 128 places, width 64."""

    def prepared(probe: Probe) -> Callable[[], object]:
        Q, K, V = (x.float() for x in triple(probe, 1, 8, 128, 64))
        return partial(function, Q, K, V)

    return prepared


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(
        Check(name="attention", run=attention_error, limit=1e-12, equation="Equation (1)"),
        Check(name="heads", run=heads_error, limit=1e-12, equation="Section 3.2.2"),
        Check(name="encoder-layer", run=layer_error, limit=1e-12, equation="Section 3.1 and Equation (2)"),
        Check(name="label-smoothing", run=smoothing_error, limit=1e-12, equation="Section 5.4"),
        Check(
            name="attention-gradient",
            kind="gradient",
            run=attention_gradient_error,
            limit=1e-10,
            equation="Equation (1)",
        ),
        Check(name="causal", kind="property", run=future_error, limit=1e-12, equation="Section 3.2.3"),
        Check(name="shift", kind="property", run=shift_error, limit=1e-4, equation="Section 3.5"),
        Check(
            name="variance",
            kind="property",
            run=variance_error,
            limit=0.05,
            equation="Section 3.2.1",
            unit="relative error",
        ),
    ),
    enters=(
        Enter(case="wide-head-lookup", arms={"ours": lambda: True, "unscaled": lambda: False}),
        Enter(
            case="reverse",
            arms={"ours": partial(reversing, positions=True), "no-positions": partial(reversing, positions=False)},
        ),
    ),
    cases=(LOOKUP,),
    speed=Pair(
        name="attention, 8 heads of width 64, 128 places",
        ours=attending(attention),
        against=attending(scaled_dot_product_attention),
        against_name="torch's scaled_dot_product_attention",
    ),
    equations={
        "Equation (1)": "attention",
        "Equation (2)": "FeedForward",
        "Equation (3)": "learning_rate",
        "Section 3.2.2": "MultiHeadAttention",
        "Section 3.5": "positional_encoding",
    },
)
