"""How the Transformer meets the harness: equality with torch's own parts, and three reasons the paper gives, tried out."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from model import (  # type: ignore[import-not-found]
    DecoderLayer,
    EncoderLayer,
    FeedForward,
    MultiHeadAttention,
    Residual,
    Transformer,
    attention,
    causal_mask,
    learning_rate,
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
    """Compare attention with torch's: masked and not, d_v below d_k, on scores far below a mask of -1e9, inputs unharmed."""
    Q, K, V = triple(probe, 2, 3, 7, 5)
    V = V[..., :3]
    kept, mask = (Q.clone(), K.clone(), V.clone()), torch.ones(7, 7, dtype=torch.bool, device=Q.device).tril()
    asked = ((Q, K, V, None), (Q, K, V, mask), (Q.abs() * 1e6, K.abs() * -1e6, V, mask))
    ours = [attention(*x) for x in asked]
    return rms_ratio([*ours, Q, K, V], [*(scaled_dot_product_attention(*x) for x in asked), *kept])


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


def counterpart(ours: Any) -> Any:
    """Give torch's layer with the weights of ours, an encoder's or a decoder's, of width 12 with 3 heads."""
    decodes = isinstance(ours, DecoderLayer)
    kind = nn.TransformerDecoderLayer if decodes else nn.TransformerEncoderLayer
    theirs: Any = kind(12, 3, 20, batch_first=True).double().to(ours.feed.W_1.weight.device).eval()
    copied(ours.attend, theirs.self_attn)
    pairs = [(theirs.linear1, ours.feed.W_1), (theirs.linear2, ours.feed.W_2)]
    pairs += [(theirs.norm1, ours.add_1.norm), (theirs.norm2, ours.add_2.norm)]
    if decodes:
        copied(ours.look, theirs.multihead_attn)
        pairs.append((theirs.norm3, ours.add_3.norm))
    for to, source in pairs:
        to.load_state_dict(source.state_dict())
    return theirs


def layer_error(probe: Probe) -> float:
    """Compare an encoder layer with torch's of the same weights."""
    ours = shaken(EncoderLayer(12, 3, 20), probe)
    x, _, _ = triple(probe, 2, 5, 12)
    return rms_ratio(ours(x), counterpart(ours)(x))


def feed_forward_error(probe: Probe) -> float:
    """Compare the feed-forward network with its formula, on inputs from small to large."""
    ours = shaken(FeedForward(6, 9), probe)
    x = triple(probe, 4, 5, 6)[0] * torch.logspace(-2, 4, 5, dtype=torch.float64, device=probe.device).view(5, 1)
    W_1, b_1, W_2, b_2 = ours.parameters()
    return rms_ratio(ours(x), torch.maximum(x @ W_1.T + b_1, torch.zeros_like(b_1)) @ W_2.T + b_2)


def waves(n: int, d_model: int) -> Tensor:
    """Give the formula of Section 3.5, entry by entry."""
    rows = [[pos / 10_000 ** (2 * (j // 2) / d_model) for j in range(d_model)] for pos in range(n)]
    return torch.tensor([[(math.sin, math.cos)[j % 2](x) for j, x in enumerate(row)] for row in rows])


def positions_error(probe: Probe) -> float:
    """Compare the positional encoding with its formula."""
    del probe
    return max(rms_ratio(positional_encoding(n, d), waves(n, d)) for n, d in ((100, 32), (1000, 12)))


def network_error(probe: Probe) -> float:
    """Compare the whole network, and the gradient of its embedding, with torch's layers in the order of Figure 1.

    In training too, where without dropout nothing may differ; alone and in a batch; on long sequences.
    """
    worst, g = 0.0, probe.stream("tokens")
    for batch, m, n in ((2, 5, 5), (1, 7, 4), (3, 150, 140)):
        ours = shaken(Transformer(11, N=2, d_model=12, h=3, d_ff=20, P_drop=0.0), probe).train(batch > 1)
        source, target = (torch.randint(11, (batch, length), generator=g).to(probe.device) for length in (m, n))
        E, illegal = ours.embedding.weight, ~torch.ones(n, n, dtype=torch.bool, device=probe.device).tril()
        memory, y = (E[x] * math.sqrt(12) + waves(x.shape[1], 12).to(E) for x in (source, target))
        for layer in ours.encoder:
            memory = counterpart(layer)(memory)
        for layer in ours.decoder:
            y = counterpart(layer)(y, memory, tgt_mask=illegal)
        pair = ours(source, target), y @ E.T
        weights = torch.linspace(-1, 1, pair[1].numel()).view_as(pair[1]).to(E)
        mine, theirs = (torch.autograd.grad(out, E, weights, retain_graph=True)[0] for out in pair)
        worst = max(worst, rms_ratio(pair[0], pair[1]), rms_ratio(mine, theirs))
    return worst


def dropout_error(probe: Probe) -> float:
    """Count what is dropped where it should not be, or not where it should: Section 5.4 names two kinds of places."""
    x, sublayer, _ = triple(probe, 4, 50, 12)
    add: Any = Residual(12, 0.5).double().train()
    add.norm = nn.Identity()
    share = (add(x.cpu(), sublayer.cpu()) - x.cpu()) / sublayer.cpu()  # 0 or 1 / (1 - 0.5)
    wrong = [not _halved(share)]
    net: Any = Transformer(11, N=2, d_model=12, h=3, d_ff=20, P_drop=0.5).double()
    tokens = torch.arange(11).repeat(4, 5)
    wrong.append(not _halved(net.train().embed(tokens) / net.eval().embed(tokens)))
    net = Transformer(11, N=2, d_model=12, h=3, d_ff=20, P_drop=0.3)
    wrong.append({d.p for d in net.modules() if isinstance(d, nn.Dropout)} != {0.3})
    return float(sum(wrong))


def _halved(share: Tensor) -> bool:
    """Tell whether about half is dropped and the rest doubled."""
    kept = share.abs() > 1e-9
    return 0.4 < float(kept.double().mean()) < 0.6 and bool(((share[kept] - 2).abs() < 1e-9).all())


def base_error(probe: Probe) -> float:
    """Count what differs from the base row of Table 3: number of weights (torch's layers hold as many), heads, dropout, size of embedding, what learns."""
    del probe
    kinds = (nn.TransformerEncoderLayer, nn.TransformerDecoderLayer)
    with torch.device("meta"):  # shapes without their numbers
        ours: Any = Transformer(100)
        theirs = nn.ModuleList(kind(512, 8, 2048) for kind in kinds for _ in range(6))
    counts = [sum(p.numel() for p in m.parameters()) for m in (ours, theirs)]
    heads = {m.h for m in ours.modules() if isinstance(m, MultiHeadAttention)}
    parts = (ours, EncoderLayer(4, 1, 4), DecoderLayer(4, 1, 4))  # a layer taken by itself drops as much
    rates = {m.p for part in parts for m in part.modules() if isinstance(m, nn.Dropout)}
    size = float(Transformer(2000, N=1, d_model=64, h=1, d_ff=1).embedding.weight.detach().std()) * 8
    still = not all(p.requires_grad for p in ours.parameters())
    return float(
        sum([counts[0] != counts[1] + 100 * 512, heads != {8}, rates != {0.1}, not abs(size - 1) <= 0.05, still])
    )


def ablation_error(probe: Probe) -> float:
    """Compare what is left without the scale, and without positions, with formulas that have none."""
    Q, K, V = triple(probe, 2, 5, 12)
    heads = shaken(MultiHeadAttention(12, 3, scaled=False), probe)
    theirs = nn.MultiheadAttention(12, 3, batch_first=True).double().to(probe.device)
    copied(heads, theirs)
    with torch.no_grad():  # the scale of a width of 4, taken back
        theirs.in_proj_weight[:12] *= 2
        theirs.in_proj_bias[:12] *= 2
    net = shaken(Transformer(11, N=1, d_model=12, h=3, d_ff=20, positions=False), probe)
    tokens = torch.arange(11, device=probe.device).view(1, -1)
    ours = [attention(Q, K, V, scaled=False), heads(Q, K), net.embed(tokens)]
    plain = scaled_dot_product_attention(Q, K, V, scale=1.0)
    return rms_ratio(ours, [plain, theirs(Q, K, K, need_weights=False)[0], net.embedding(tokens) * math.sqrt(12)])


def rate_error(probe: Probe) -> float:
    """Compare the schedule with a line up to the peak (d_model warmup)^-1/2 and a root down from it."""
    del probe
    worst = abs(learning_rate(100, 512) * (512 * 4000) ** 0.5 * 40 - 1)  # as the paper warms up
    for d_model, warm in ((512, 4000), (64, 10)):
        for step in (1, 2, warm // 2, warm, warm + 1, 7 * warm, 100_000):
            right = (d_model * warm) ** -0.5 * (step / warm if step <= warm else math.sqrt(warm / step))
            worst = max(worst, abs(learning_rate(step, d_model, warm) / right - 1))
    return worst


def smoothing_error(probe: Probe) -> float:
    """Compare label smoothing with torch's, from none to much."""
    logits, _, _ = triple(probe, 4, 6, 9)
    labels = torch.randint(9, (4, 6), generator=probe.stream("labels")).to(probe.device)
    shares = (0.0, 0.1, 0.4)
    theirs = [cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=e) for e in shares]
    ours = [
        smoothed_loss(logits, labels, shares[0]),
        smoothed_loss(logits, labels),
        smoothed_loss(logits, labels, shares[2]),
    ]
    return rms_ratio(ours, theirs)  # the one in the middle is the paper's


def future_error(probe: Probe) -> float:
    """Give how far a decoder layer's output moves when later inputs change; the mask must fit any length and device."""
    with torch.device("meta"):  # no numbers, and no other device may meet it
        net, tokens = Transformer(5, N=1, d_model=4, h=1, d_ff=4), torch.zeros(1, 3, dtype=torch.long)
    strange = causal_mask(3, torch.device("meta")).device.type != "meta" or net(tokens, tokens).device.type != "meta"
    lengths = (1, 2, 3, 40, 300, 1100)  # 3 again, now on the CPU
    if strange or not all(torch.equal(causal_mask(n), torch.ones(n, n).tril().bool()) for n in lengths):
        return 1.0
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
        Q, K, V = (x.to(getattr(torch, probe.dtype)) for x in triple(probe, 1, 8, 128, 64))
        return partial(function, Q, K, V)

    return prepared


IMPLEMENTATION = Implementation(
    kind="module",
    checks=(
        Check(name="attention", run=attention_error, limit=1e-12, equation="Equation (1)"),
        Check(name="heads", run=heads_error, limit=1e-12, equation="Section 3.2.2"),
        Check(name="encoder-layer", run=layer_error, limit=1e-12, equation="Section 3.1 and Equation (2)"),
        Check(name="feed-forward", run=feed_forward_error, limit=1e-12, equation="Equation (2)"),
        Check(name="positions", run=positions_error, limit=1e-6, equation="Section 3.5"),
        Check(name="network", run=network_error, limit=1e-6, equation="Figure 1 and Section 3.4"),
        Check(name="base-model", run=base_error, limit=0.0, equation="Table 3, row base", unit="places"),
        Check(name="ablations", run=ablation_error, limit=1e-12, equation="Sections 3.2.1 and 3.5, left out"),
        Check(name="dropout", run=dropout_error, limit=0.0, equation="Section 5.4", unit="places"),
        Check(name="learning-rate", run=rate_error, limit=1e-9, equation="Equation (3)", unit="relative error"),
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
