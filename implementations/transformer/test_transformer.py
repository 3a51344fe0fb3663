"""The Transformer's parts against torch's own with the same weights, closed forms and what attention must not see."""

import importlib
import math
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook
from torch import nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

HERE = str(Path(__file__).parent)


def load():
    """Import the model.py beside this file, with its shapes checked at each call."""
    sys.path.insert(0, HERE)
    try:
        with install_import_hook("model", "beartype.beartype"):
            return importlib.import_module("model")
    finally:
        sys.path.remove(HERE)
        sys.modules.pop("model", None)


model = load()
SIZES = st.integers(1, 5)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def shake(module, seed=1):
    """Give a module random float64 weights, biases and norms included: at their first values some mistakes cancel."""
    generator = torch.Generator().manual_seed(seed)
    module = module.double()
    with torch.no_grad():
        for p in module.parameters():
            p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64) * 0.3)
    return module


def copy_attention(ours, theirs):
    """Write our projections into nn.MultiheadAttention, which keeps the first three in one matrix."""
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.W_Q.weight, ours.W_K.weight, ours.W_V.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.W_Q.bias, ours.W_K.bias, ours.W_V.bias]))
        theirs.out_proj.load_state_dict(ours.W_O.state_dict())


def copy_layer(ours, theirs):
    """Write one of our layers into torch's, sub-layer by sub-layer."""
    copy_attention(ours.attend, theirs.self_attn)
    if hasattr(ours, "look"):
        copy_attention(ours.look, theirs.multihead_attn)
        theirs.norm3.load_state_dict(ours.add_3.norm.state_dict())
    theirs.linear1.load_state_dict(ours.feed.W_1.state_dict())
    theirs.linear2.load_state_dict(ours.feed.W_2.state_dict())
    theirs.norm1.load_state_dict(ours.add_1.norm.state_dict())
    theirs.norm2.load_state_dict(ours.add_2.norm.state_dict())


@given(SIZES, SIZES, SIZES, SIZES, SIZES, st.booleans())
@settings(deadline=None, max_examples=50)
def test_attention_is_torch_attention(batch, n, m, d_k, d_v, masked):
    Q, K, V = random(batch, 2, n, d_k), random(batch, 2, m, d_k, seed=1), random(batch, 2, m, d_v, seed=2)
    mask = random(n, m, seed=3) > 0
    mask[:, 0] = True
    mask = mask if masked else None
    torch.testing.assert_close(model.attention(Q, K, V, mask), scaled_dot_product_attention(Q, K, V, mask))


def test_attention_worked_by_hand():
    """Scores 0 and 2 ln 3 at d_k = 4 become 0 and ln 3, weights 1/4 and 3/4."""
    Q = torch.tensor([[2 * math.log(3.0), 0.0, 0.0, 0.0]])
    K = torch.tensor([[0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    V = torch.tensor([[0.0], [4.0]])
    assert model.attention(Q, K, V).item() == pytest.approx(3.0)
    assert model.attention(Q, K, V, scaled=False).item() == pytest.approx(4 * 9 / 10)


def test_gradients_of_attention_agree_with_finite_differences():
    Q, K, V = (random(2, 3, 4, seed=s).requires_grad_() for s in range(3))
    assert torch.autograd.gradcheck(lambda *x: model.attention(*x, model.causal_mask(3)), (Q, K, V))


@pytest.mark.parametrize(("d_model", "h"), [(12, 3), (8, 1), (8, 8)])
def test_heads_are_those_of_torch(d_model, h):
    ours = shake(model.MultiHeadAttention(d_model, h))
    theirs = nn.MultiheadAttention(d_model, h, batch_first=True).double()
    copy_attention(ours, theirs)
    x, memory, mask = random(2, 5, d_model), random(2, 5, d_model, seed=1), model.causal_mask(5)
    expected, _ = theirs(x, memory, memory, attn_mask=~mask, need_weights=False)
    torch.testing.assert_close(ours(x, memory, mask), expected)


def test_encoder_layer_is_that_of_torch():
    ours = shake(model.EncoderLayer(12, 3, 20)).eval()
    theirs = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True).double().eval()
    copy_layer(ours, theirs)
    x = random(2, 5, 12)
    torch.testing.assert_close(ours(x), theirs(x))


def test_decoder_layer_is_that_of_torch():
    ours = shake(model.DecoderLayer(12, 3, 20)).eval()
    theirs = nn.TransformerDecoderLayer(12, 3, 20, batch_first=True).double().eval()
    copy_layer(ours, theirs)
    y, memory, mask = random(2, 5, 12), random(2, 7, 12, seed=1), model.causal_mask(5)
    torch.testing.assert_close(ours(y, memory, mask), theirs(y, memory, tgt_mask=~mask))


@pytest.mark.parametrize(("batch", "m", "n", "trains"), [(2, 5, 5, False), (1, 7, 4, True), (3, 150, 140, True)])
def test_the_whole_network_and_its_gradients_are_those_of_torch_layers(batch, m, n, trains):
    """Figure 1: each layer after the other, the decoder's on the encoder's output; one matrix embeds and reads out.

    Without dropout nothing may differ in training.
    """
    ours = shake(model.Transformer(11, N=2, d_model=12, h=3, d_ff=20, P_drop=0.0)).train(trains)
    E, source, target = ours.embedding.weight, tokens(batch, m), tokens(batch, n, seed=1)
    memory, y = (E[x] * math.sqrt(12) + model.positional_encoding(x.shape[1], 12) for x in (source, target))
    for layer in ours.encoder:
        theirs = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True).double().eval()
        copy_layer(layer, theirs)
        memory = theirs(memory)
    for layer in ours.decoder:
        theirs = nn.TransformerDecoderLayer(12, 3, 20, batch_first=True).double().eval()
        copy_layer(layer, theirs)
        y = theirs(y, memory, tgt_mask=~model.causal_mask(n))
    found, expected = ours(source, target), y @ E.T
    torch.testing.assert_close(found, expected)
    weights = random(*found.shape, seed=2)
    ours_by_E, theirs_by_E = (torch.autograd.grad((weights * x).sum(), E, retain_graph=True) for x in (found, expected))
    torch.testing.assert_close(ours_by_E, theirs_by_E)


def test_each_layer_has_weights_of_its_own():
    net = model.Transformer(11, N=3, d_model=8, h=2, d_ff=16)
    assert (len(set(net.encoder)), len(set(net.decoder))) == (3, 3)
    assert all(p.requires_grad for p in net.parameters())


def test_a_masked_place_gets_nothing_however_low_the_other_scores():
    """Where all that may be seen scores about -1e12, a mask of -1e9 would be the largest score."""
    Q, K, V = random(6, 4).abs() * 1e6, random(6, 4, seed=1).abs() * -1e6, random(6, 4, seed=2)
    mask = model.causal_mask(6)
    torch.testing.assert_close(model.attention(Q, K, V, mask), scaled_dot_product_attention(Q, K, V, mask))


def test_attention_leaves_its_inputs_as_they_are():
    given = [random(6, 4, seed=s) for s in range(3)]
    kept = [x.clone() for x in given]
    model.attention(*given, model.causal_mask(6))
    assert all(torch.equal(x, y) for x, y in zip(given, kept, strict=True))


def test_heads_without_scaling_are_heads_with_larger_queries():
    scaled, unscaled = (shake(model.MultiHeadAttention(12, 3, scaled=s)) for s in (True, False))
    with torch.no_grad():
        for p in scaled.W_Q.parameters():
            p.mul_(math.sqrt(4))
    x, memory = random(2, 5, 12), random(2, 5, 12, seed=1)
    torch.testing.assert_close(unscaled(x, memory), scaled(x, memory))


def test_feed_forward_worked_by_hand():
    feed = model.FeedForward(1, 2)
    with torch.no_grad():
        feed.W_1.weight.copy_(torch.tensor([[1.0], [-1.0]]))
        feed.W_1.bias.copy_(torch.tensor([0.5, 0.0]))
        feed.W_2.weight.copy_(torch.tensor([[2.0, 10.0]]))
        feed.W_2.bias.copy_(torch.tensor([1.0]))
    assert feed(torch.tensor([[3.0], [-3.0], [50.0]])).flatten().tolist() == [8.0, 31.0, 102.0]


@given(st.integers(0, 60) | st.integers(0, 5000), st.integers(0, 15))
@settings(deadline=None)
def test_positions_are_the_papers_sines_and_cosines(pos, i):
    PE = model.positional_encoding(5001, 32)
    angle = pos / 10_000 ** (2 * i / 32)
    assert PE[pos, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
    assert PE[pos, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


@given(st.integers(0, 40))
@settings(deadline=None)
def test_a_shift_of_k_is_one_linear_map_for_all_positions(k):
    """Section 3.5: each pair of dimensions turns by an angle that depends on k alone."""
    PE = model.positional_encoding(100, 16).double()
    angle = k / 10_000 ** (torch.arange(0, 16, 2, dtype=torch.float64) / 16)
    turn = torch.stack([torch.stack([angle.cos(), -angle.sin()]), torch.stack([angle.sin(), angle.cos()])])
    here = PE[: 100 - k].reshape(-1, 8, 2)
    torch.testing.assert_close(torch.einsum("nia,abi->nib", here, turn), PE[k:].reshape(-1, 8, 2), atol=2e-6, rtol=0)


def small(**changes):
    """A Transformer of 11 tokens and width 8, with random weights."""
    arguments = {"N": 2, "d_model": 8, "h": 2, "d_ff": 16, "P_drop": 0.0} | changes
    torch.manual_seed(0)
    return shake(model.Transformer(11, **arguments)).eval()


def tokens(*shape, seed=0):
    return torch.randint(11, shape, generator=torch.Generator().manual_seed(seed))


def test_nothing_is_seen_of_later_target_tokens():
    net, source, target = small(), tokens(2, 5), tokens(2, 6, seed=1)
    whole = net(source, target)
    for cut in range(1, 6):
        other = target.clone()
        other[:, cut:] = (other[:, cut:] + 3) % 11
        torch.testing.assert_close(net(source, other)[:, :cut], whole[:, :cut])
        assert not torch.allclose(net(source, other)[:, cut:], whole[:, cut:])


@pytest.mark.parametrize("n", [1, 2, 17, 300, 1100])
def test_the_mask_fits_any_length(n):
    assert torch.equal(model.causal_mask(n), torch.ones(n, n).tril().bool())


def test_the_mask_is_where_the_tokens_are():
    assert model.causal_mask(3, torch.device("meta")).device.type == "meta"
    assert model.causal_mask(3).device.type == "cpu"
    with torch.device("meta"):  # no numbers, and no other device may meet it
        net, target = model.Transformer(5, N=1, d_model=4, h=1, d_ff=4), torch.zeros(1, 3, dtype=torch.long)
    assert net(target, target).device.type == "meta"


def test_each_source_token_is_seen_from_each_target_place():
    net, source, target = small(), tokens(1, 5), tokens(1, 4, seed=1)
    for place in range(5):
        other = source.clone()
        other[:, place] = (other[:, place] + 1) % 11
        moved = (net(other, target) - net(source, target)).abs().amax(-1)
        assert (moved > 1e-6).all()


def test_without_positions_the_order_of_the_source_is_invisible():
    """Section 3.5: no recurrence and no convolution, so that order must be put in."""
    source, target = torch.tensor([[1, 2, 3, 4, 5]]), tokens(1, 4)
    net = small(positions=False)
    torch.testing.assert_close(net(source.flip(1), target), net(source, target))
    net = small()
    assert not torch.allclose(net(source.flip(1), target), net(source, target))


def test_embeddings_are_scaled_and_shared_with_the_readout():
    net = small(positions=False, N=1)
    torch.testing.assert_close(net.embed(tokens(2, 3)), net.embedding.weight[tokens(2, 3)] * math.sqrt(8))
    assert sum(p.shape == (11, 8) for p in net.parameters()) == 1
    with torch.no_grad():
        before = net(tokens(1, 3), tokens(1, 3))
        net.embedding.weight[7] += 1.0
    unused = ~(tokens(1, 3) == 7).any()
    assert not unused or not torch.allclose(net(tokens(1, 3), tokens(1, 3))[..., 7], before[..., 7])


def test_dropout_is_off_in_evaluation_and_on_in_training():
    net, source, target = small(P_drop=0.5), tokens(1, 4), tokens(1, 4)
    torch.testing.assert_close(net(source, target), net(source, target))
    net.train()
    assert not torch.allclose(net(source, target), net(source, target))


def halved(share):
    """Tell whether about half is dropped and the rest doubled."""
    kept = share.abs() > 1e-9
    return 0.4 < kept.double().mean() < 0.6 and torch.allclose(share[kept], torch.tensor(2.0).to(share))


def test_dropout_stands_behind_each_sub_layer_and_behind_the_embedding():
    """Section 5.4: on what is added, before it is added and normalised, and on the sum of embedding and positions."""
    torch.manual_seed(0)
    add, x, sublayer = model.Residual(12, 0.5).double(), random(4, 50, 12), random(4, 50, 12, seed=1)
    add.norm = nn.Identity()
    assert halved((add(x, sublayer) - x) / sublayer)
    net, many = small(P_drop=0.5), torch.arange(11).repeat(4, 5)
    whole = net.embed(many)
    assert halved(net.train().embed(many) / whole)


def test_the_rate_of_dropout_reaches_each_place():
    net = model.Transformer(11, N=2, d_model=8, h=2, d_ff=16, P_drop=0.3)
    assert [d.p for d in net.modules() if isinstance(d, nn.Dropout)] == [0.3] * (2 * 2 + 2 * 3 + 1)


@pytest.mark.slow
def test_the_base_model_has_the_papers_65_million_parameters():
    """Table 3, row base, with the shared vocabulary of about 37,000 of Section 5.1."""
    with torch.device("meta"):
        net = model.Transformer(37_000)
    assert round(sum(p.numel() for p in net.parameters()) / 1e6) in (63, 64, 65)


@given(st.integers(1, 20_000), st.sampled_from([64, 512]), st.integers(1, 8000))
@settings(deadline=None)
def test_the_rate_rises_to_its_peak_at_the_end_of_the_warm_up(step, d_model, warmup):
    rate = model.learning_rate(step, d_model, warmup)
    peak = model.learning_rate(warmup, d_model, warmup)
    assert peak == pytest.approx((d_model * warmup) ** -0.5)
    expected = peak * (step / warmup if step <= warmup else math.sqrt(warmup / step))
    assert rate == pytest.approx(expected)


@given(st.floats(0, 0.9), st.integers(2, 9))
@settings(deadline=None)
def test_smoothed_loss_is_that_of_torch(epsilon, classes):
    logits, labels = random(4, 3, classes) * 5, torch.arange(12).reshape(4, 3) % classes
    expected = cross_entropy(logits.flatten(0, 1), labels.flatten(), label_smoothing=epsilon)
    torch.testing.assert_close(model.smoothed_loss(logits, labels, epsilon), expected)


def test_smoothed_loss_of_a_certain_answer_is_not_zero():
    """Section 5.4: being sure costs; at logit 20 of 2 tokens it is about 0.1 / 2 * 20."""
    loss = model.smoothed_loss(torch.tensor([[20.0, 0.0]]), torch.tensor([0]), 0.1)
    assert loss.item() == pytest.approx(1.0, rel=1e-4)


def test_a_width_that_the_heads_do_not_divide_is_refused():
    with pytest.raises(ValueError, match="multiple of h, got 10 and 4"):
        model.MultiHeadAttention(10, 4)


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.attention(torch.zeros(2, 3), torch.zeros(2, 4), torch.zeros(2, 3))
