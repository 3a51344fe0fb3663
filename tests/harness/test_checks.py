"""Each check gives 0 for a right answer and a large error for a known wrong one."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

from paperlab.harness import checks


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def x(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=generator())


def test_zeros_in_place_of_a_small_answer_are_wholly_wrong() -> None:
    """KernelBench issue 165: allclose with atol 1e-2 passes zeros for a softmax over 4096."""
    answer = x(4096).softmax(-1)
    assert torch.allclose(torch.zeros(4096), answer, atol=1e-2)
    assert checks.rms_ratio(torch.zeros(4096), answer) == pytest.approx(1.0)


def test_rms_ratio_by_hand() -> None:
    assert checks.rms_ratio(torch.tensor([3.0, 5.0]), torch.tensor([3.0, 4.0])) == pytest.approx(1 / 5)


@pytest.mark.parametrize(
    ("ours", "oracle", "expected"),
    [
        (torch.ones(2), torch.ones(3), math.inf),
        (torch.tensor([math.nan]), torch.ones(1), math.inf),
        (torch.tensor([1.0, -math.inf]), torch.tensor([1.0, -math.inf]), 0.0),
        (torch.tensor([1.0, 0.0]), torch.tensor([1.0, -math.inf]), math.inf),
        (torch.full((2,), 0.5), torch.zeros(2), 0.5),
        (torch.zeros(0), torch.zeros(0), 0.0),
    ],
)
def test_rms_ratio_at_the_edges(ours: torch.Tensor, oracle: torch.Tensor, expected: float) -> None:
    assert checks.rms_ratio(ours, oracle) == expected


def test_error_in_references_is_one_for_the_reference_itself() -> None:
    a, b = x(64, 64), x(64, 64).T
    oracle = a.double() @ b.double()
    assert checks.error_in_references(a @ b, a @ b, oracle) <= 1.0
    assert checks.error_in_references((a @ b) * 1.001, a @ b, oracle) > 100


def test_gradients_of_the_wrong_scale_are_found() -> None:
    q, k, v = x(2, 6, 4), x(2, 6, 4) + 1, x(2, 6, 4) * 2

    def ours(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
        return (q @ k.mT / 2).softmax(-1) @ v

    assert checks.gradient_ratio(ours, scaled_dot_product_attention, q, k, v, generator=generator()) < 1e-5
    wrong = lambda q, k, v: ours(q * 2, k, v)  # noqa: E731
    assert checks.gradient_ratio(wrong, scaled_dot_product_attention, q, k, v, generator=generator()) > 0.1


def test_a_constant_has_gradients_of_zero_which_are_wholly_wrong() -> None:
    assert checks.gradient_ratio(torch.ones_like, lambda a: a**2, x(3), generator=generator()) == pytest.approx(1.0)
    both = lambda a: (a**2, torch.ones(2))  # noqa: E731
    assert checks.gradient_ratio(both, both, x(3), generator=generator()) == 0


class WrongBackward(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.save_for_backward(a)
        return a**2

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


def test_gradcheck_finds_a_missing_factor() -> None:
    assert checks.gradcheck(lambda a: a**2, x(3)) == 0
    assert checks.gradcheck(WrongBackward.apply, x(3)) == 1


@pytest.mark.parametrize(
    "lazy",
    [
        *(torch.zeros_like, torch.ones_like, lambda a: a, lambda a: a * math.nan, lambda _: None, lambda _: []),
        *(
            torch.Tensor.float,
            torch.Tensor.half,
            torch.flatten,
            torch.t,
            lambda a: a.view(2, 2, -1),
            lambda a: [a[None]],
        ),
    ],
)
def test_functions_that_do_no_work_are_found(lazy) -> None:
    a = x(4, 3).double()
    assert checks.insensitivity(lazy, [a], [a + 1]) == 1
    assert checks.insensitivity(torch.clone, [torch.complex(a, a)], [torch.complex(a, -a)]) == 1


@pytest.mark.parametrize(
    "moving", [lambda a: a.flip(0), lambda a: a.sort(1).values, torch.Tensor.bfloat16, torch.Tensor.round]
)
def test_other_orders_and_values_are_work(moving) -> None:
    a = x(4, 3).double()
    assert checks.insensitivity(lambda b: moving(b) * (1 + 2**-4), [a * 3], [a * 3 + 1]) == 0


@pytest.mark.parametrize("lazy", [torch.zeros_like, torch.ones_like, lambda a: a.mul_(1)])
def test_one_idle_result_among_several_is_found(lazy) -> None:
    assert checks.insensitivity(lambda a: (a.cumsum(0), lazy(a)), [x(3)], [x(3) * 2]) == 1
    assert checks.insensitivity(lambda a: (a.cumsum(0), a + 1), [x(3)], [x(3) * 2]) == 0


def test_a_result_is_held_against_the_reference_s_error_in_that_result_alone() -> None:
    """A large error of the reference in one result must not cover ours in another."""
    right = [x(8).double(), x(8).double() * 2]
    reference = [right[0].float() * 1.1, right[1].float()]
    ours = [right[0].float(), right[1].float() * 1.01]
    assert checks.error_in_references(ours, reference, right) > 1e4
    assert checks.error_in_references(ours[:1], reference, right) == math.inf


def test_a_function_that_works_passes() -> None:
    assert checks.insensitivity(lambda a: a.cumsum(0), [x(3)], [x(3) * 2]) == 0


def test_a_function_that_changes_its_input_is_found() -> None:
    assert checks.mutation(lambda a: a * 2, x(3)) == 0
    assert checks.mutation(lambda a: a.mul_(2), x(3)) == pytest.approx(1.0)


def test_a_look_into_the_future_is_found() -> None:
    assert checks.acausality(lambda a: a.cumsum(1), x(2, 5, 3), generator=generator()) < 1e-6
    assert checks.acausality(lambda a: a - a.mean(1, keepdim=True), x(2, 5, 3), generator=generator()) > 0.01


def test_batch_norm_depends_on_its_neighbours_and_layer_norm_does_not() -> None:
    assert checks.batch_dependence(nn.LayerNorm(4), x(5, 4)) < 1e-6
    assert checks.batch_dependence(lambda a: a - a.mean(0), x(5, 4)) > 0.1


def test_equivariance_is_told_from_its_lack() -> None:
    order = torch.tensor([2, 0, 1])
    assert checks.inequivariance(lambda a: a.softmax(1), x(2, 3), order=order) < 1e-6
    assert checks.inequivariance(lambda a: a.cumsum(1), x(2, 3), order=order) > 0.1


def test_a_function_that_reads_memory_in_place_of_values_is_found() -> None:
    assert checks.layout_dependence(lambda a: a + 1, x(4, 3)) == 0
    flat = lambda a: torch.as_strided(a, a.shape, (3, 1))  # noqa: E731
    assert checks.layout_dependence(flat, x(4, 3)) > 0.1


def test_a_function_that_draws_is_found() -> None:
    g = generator()
    assert checks.unrepeatable(lambda: x(3)) == 0
    assert checks.unrepeatable(lambda: torch.randn(3, generator=g)) > 0.1
