"""FlashAttention against torch's attention with every kind of cut, its counts worked by hand, and scores out of range."""

import importlib
import math
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import install_import_hook
from torch.nn.functional import scaled_dot_product_attention

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
SIZES = st.integers(1, 7)


def random(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def triple(n, d, *front, keys=None):
    return random(*front, n, d), random(*front, keys or n, d, seed=1), random(*front, keys or n, d, seed=2)


@given(SIZES, SIZES, st.integers(1, 6), st.integers(0, 60), st.booleans())
@settings(deadline=None, max_examples=15)
def test_it_is_torch_attention_however_it_is_cut(n, keys, d, more, causal):
    inputs = triple(n, d, 2, keys=n if causal else keys)
    expected = scaled_dot_product_attention(*inputs, is_causal=causal)
    torch.testing.assert_close(model.flash_attention(*inputs, M=d + more, causal=causal), expected)
    torch.testing.assert_close(model.attention(*inputs, causal=causal), expected)


@pytest.mark.parametrize("M", [4, 25, 100, 1000])
@pytest.mark.parametrize("causal", [False, True])
def test_gradients_are_those_of_torch(M, causal):
    inputs, push = [x.requires_grad_() for x in triple(11, 4, 2)], random(2, 11, 4, seed=3)
    ours = torch.autograd.grad(model.flash_attention(*inputs, M=M, causal=causal), inputs, push)
    expected = torch.autograd.grad(scaled_dot_product_attention(*inputs, is_causal=causal), inputs, push)
    torch.testing.assert_close(ours, expected)


def test_gradients_agree_with_finite_differences():
    inputs = [x.requires_grad_() for x in triple(5, 3)]
    assert torch.autograd.gradcheck(lambda *x: model.flash_attention(*x, M=30, causal=True), inputs)


def test_the_scale_is_the_root_of_the_width_unless_told():
    Q, K, V = triple(4, 16)
    O, _ = model.forward(Q, K, V, 2, 2, 0.25, causal=False)
    torch.testing.assert_close(model.flash_attention(Q, K, V), O)
    O, _ = model.forward(Q, K, V, 2, 2, 1.5, causal=False)
    torch.testing.assert_close(O, (1.5 * Q @ K.T).softmax(-1) @ V)


def test_a_block_is_added_as_worked_by_hand():
    """Scores 0, then ln 3: weights 1/4 and 3/4 of values 0 and 4."""
    start = torch.tensor([[-math.inf]]), torch.zeros(1, 1), torch.zeros(1, 1)
    m, total, O = model.add_block(start, torch.tensor([[0.0]]), torch.tensor([[0.0]]))
    assert (m.item(), total.item(), O.item()) == (0.0, 1.0, 0.0)
    m, total, O = model.add_block((m, total, O), torch.tensor([[math.log(3)]]), torch.tensor([[4.0]]))
    assert (m.item(), total.item(), O.item()) == (pytest.approx(math.log(3)), pytest.approx(4 / 3), pytest.approx(3.0))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5))
@settings(deadline=None, max_examples=15)
def test_blocks_may_come_in_any_sizes(sizes):
    S, V = 5 * random(3, sum(sizes)), random(sum(sizes), 2, seed=1)
    state = torch.full((3, 1), -math.inf).double(), torch.zeros(3, 1).double(), torch.zeros(3, 2).double()
    for s, v in zip(S.split(sizes, 1), V.split(sizes), strict=True):
        state = model.add_block(state, s, v)
    torch.testing.assert_close(state[2], S.softmax(-1) @ V)
    torch.testing.assert_close(state[0] + state[1].log(), S.logsumexp(-1, keepdim=True))


def test_a_key_that_is_masked_for_some_rows_changes_nothing_for_them():
    state = torch.zeros(2, 1), torch.ones(2, 1), torch.tensor([[1.0], [1.0]])
    _, _, O = model.add_block(state, torch.tensor([[-math.inf], [0.0]]), torch.tensor([[3.0]]))
    assert O.tolist() == [[1.0], [2.0]]


def test_what_is_kept_for_the_backward_pass_is_the_logarithm_of_the_sum():
    Q, K, V = triple(9, 4, 2)
    _, L = model.forward(Q, K, V, 3, 2, 0.5, causal=False)
    torch.testing.assert_close(L, (0.5 * Q @ K.mT).logsumexp(-1, keepdim=True))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_scores_of_millions_are_no_trouble(sign, dtype):
    Q, K, V = (x.to(dtype) for x in triple(8, 4))
    inputs = 1e3 * Q, sign * 1e3 * K, V
    for causal in (False, True):
        expected = scaled_dot_product_attention(*inputs, is_causal=causal)
        torch.testing.assert_close(model.flash_attention(*inputs, M=20, causal=causal), expected)


def test_no_output_depends_on_a_later_key():
    Q, K, V = triple(10, 4)
    changed = K.clone(), V.clone()
    for x in changed:
        x[6:] = random(4, 4, seed=9)
    before, after = (model.flash_attention(Q, *kv, M=50, causal=True)[:6] for kv in ((K, V), changed))
    assert torch.equal(before, after)


def test_the_matrix_of_scores_is_never_whole():
    """No tensor is larger than the inputs, and there are blocks of scores as large as line 1 says: 4 by 10."""
    shapes = set()

    class Watch(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, args=(), kwargs=None):
            out = function(*args, **(kwargs or {}))
            if isinstance(out, torch.Tensor):
                shapes.add(tuple(out.shape))
            return out

    inputs = triple(50, 4, 2)
    with Watch():
        model.flash_attention(*inputs, M=160)
    assert max(map(math.prod, shapes)) <= 2 * 50 * 4
    assert (2, 4, 10) in shapes


def test_autograd_keeps_one_number_a_row():
    seen = {}

    def pack(x):
        seen[x.untyped_storage().data_ptr()] = x.numel()
        return x

    inputs = [x.requires_grad_() for x in triple(100, 4)]
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        out = model.flash_attention(*inputs)
    for x in (*inputs, out):
        seen.pop(x.untyped_storage().data_ptr(), None)
    assert list(seen.values()) == [100]


@pytest.mark.parametrize(
    ("d", "M", "sizes"), [(64, 25_600, (64, 100)), (128, 25_600, (50, 50)), (8, 33, (2, 2)), (64, 64, (1, 1))]
)
def test_the_sizes_of_blocks_are_those_of_line_1(d, M, sizes):
    assert model.block_sizes(d, M) == sizes


def test_accesses_worked_by_hand():
    """N = 4, d = 2, M = 16: blocks of two rows. Twice 8 numbers of K and V, and in each twice 12 and 8 of the rows."""
    assert model.accesses(4, 2, 16) == 2 * (8 + 2 * (12 + 8))
    assert model.accesses(5, 2, 16) == 20 + 3 * (30 + 20)
    assert model.standard_accesses(4, 2) == 32 + 32 + 32


def test_rows_are_cut_without_a_gap():
    assert [(b.start, b.stop) for b in model.blocks(7, 3)] == [(0, 3), (3, 6), (6, 7)]


def test_a_fast_memory_too_small_for_a_row_is_refused():
    with pytest.raises(ValueError, match="expected M of at least d = 4 numbers, got 3"):
        model.flash_attention(*triple(5, 4), M=3)
    model.flash_attention(*triple(5, 4), M=4)


def test_inputs_stay_as_they_are():
    inputs = triple(9, 4)
    kept = [x.clone() for x in inputs]
    model.flash_attention(*inputs, M=20)
    assert all(torch.equal(x, y) for x, y in zip(inputs, kept, strict=True))


def test_shapes_are_checked():
    with pytest.raises(Exception, match=r"(?i)shape|type-check"):
        model.flash_attention(torch.zeros(3, 4), torch.zeros(3, 4), torch.zeros(2, 4))
