r"""Gradient-based Hyperparameter Optimization through Reversible Learning: what each function of model.py must hold.

Red until the function is written; the message names the equation. Add the oracle that you trust: a slow loop, a case
worked by hand, torch's own layer. A test that was never red has not been tested.
"""

import importlib.util
import inspect
from pathlib import Path

import torch

_spec = importlib.util.spec_from_file_location("gradient_based_hyperparameter_model", Path(__file__).with_name("model.py"))
model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(model)


def stand_in(first, *others):
    """Stand in for a function that the formula calls: smooth, between 0 and 1, the shape of its first argument."""
    return torch.sigmoid(torch.as_tensor(first) + sum(torch.as_tensor(other).float().mean() for other in others))


def inputs(name, seed=0):
    """Random numbers between 0.1 and 0.9 in the shapes of model.SHAPES, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    sizes = model.SHAPES[name]
    drawn = {key: 0.1 + 0.8 * torch.rand(shape or (), generator=generator) for key, shape in sizes.items()}
    return {key: stand_in if sizes[key] is None else value for key, value in drawn.items()}


def call(name, seed=0, turned=False):
    """Call a function of model.py with `inputs`, their first axes turned round where that is asked.

    The global seed is set for functions that draw by themselves.
    """
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(seed)
        given = inputs(name, seed)
        if turned:
            given = {k: v if callable(v) or v.dim() == 0 else v.flip(0) for k, v in given.items()}
        kinds = inspect.signature(getattr(model, name)).parameters
        positional = [v for k, v in given.items() if kinds[k].kind is not inspect.Parameter.KEYWORD_ONLY]
        named = {k: v for k, v in given.items() if kinds[k].kind is inspect.Parameter.KEYWORD_ONLY}
        return getattr(model, name)(*positional, **named)


def tensors(value):
    """Give every number and tensor of an answer as a list of tensors."""
    if isinstance(value, (tuple, list)):
        return [part for inner in value for part in tensors(inner)]
    if isinstance(value, dict):
        return tensors(list(value.values()))
    assert value is not None, "the function returned None; does it end with `return`?"
    return [torch.as_tensor(value)]


def test_stochastic_gradient_descent_momentum_signature():
    r"""Algorithm 1, Section 2.1."""
    assert list(inspect.signature(model.stochastic_gradient_descent_momentum).parameters) == ["w_1", "gamma", "alpha", "L"], "the signature of stochastic_gradient_descent_momentum changed"


def test_stochastic_gradient_descent_momentum_shape_and_dtype():
    r"""Algorithm 1, Section 2.1."""
    for part in tensors(call("stochastic_gradient_descent_momentum")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "stochastic_gradient_descent_momentum gave another dtype than float32, that of its inputs: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_is_finite():
    r"""Algorithm 1, Section 2.1."""
    for part in tensors(call("stochastic_gradient_descent_momentum")):
        assert torch.isfinite(part).all(), "stochastic_gradient_descent_momentum gave values that are not finite: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_is_the_same_twice():
    r"""Algorithm 1, Section 2.1."""
    first, second = tensors(call("stochastic_gradient_descent_momentum")), tensors(call("stochastic_gradient_descent_momentum"))
    assert len(first) == len(second), "stochastic_gradient_descent_momentum gave two different answers: look at Algorithm 1"
    assert all(torch.equal(a, b) for a, b in zip(first, second)), "stochastic_gradient_descent_momentum gave two different answers: look at Algorithm 1"

# TODO: nothing that stochastic_gradient_descent_momentum must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?


def test_reverse_mode_differentiation_sgd_signature():
    r"""Algorithm 2, Section 2.1."""
    assert list(inspect.signature(model.reverse_mode_differentiation_sgd).parameters) == ["w_T", "v_T", "gamma", "alpha", "L", "f"], "the signature of reverse_mode_differentiation_sgd changed"


def test_reverse_mode_differentiation_sgd_shape_and_dtype():
    r"""Algorithm 2, Section 2.1."""
    for part in tensors(call("reverse_mode_differentiation_sgd")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "reverse_mode_differentiation_sgd gave another dtype than float32, that of its inputs: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_is_finite():
    r"""Algorithm 2, Section 2.1."""
    for part in tensors(call("reverse_mode_differentiation_sgd")):
        assert torch.isfinite(part).all(), "reverse_mode_differentiation_sgd gave values that are not finite: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_is_the_same_twice():
    r"""Algorithm 2, Section 2.1."""
    first, second = tensors(call("reverse_mode_differentiation_sgd")), tensors(call("reverse_mode_differentiation_sgd"))
    assert len(first) == len(second), "reverse_mode_differentiation_sgd gave two different answers: look at Algorithm 2"
    assert all(torch.equal(a, b) for a, b in zip(first, second)), "reverse_mode_differentiation_sgd gave two different answers: look at Algorithm 2"

# TODO: nothing that reverse_mode_differentiation_sgd must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?


def test_exactly_reversible_multiplication_ratio_signature():
    r"""Algorithm 3, Section 2.3."""
    assert list(inspect.signature(model.exactly_reversible_multiplication_ratio).parameters) == ["i", "c", "n", "d"], "the signature of exactly_reversible_multiplication_ratio changed"


def test_exactly_reversible_multiplication_ratio_shape_and_dtype():
    r"""Algorithm 3, Section 2.3."""
    for part in tensors(call("exactly_reversible_multiplication_ratio")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "exactly_reversible_multiplication_ratio gave another dtype than float32, that of its inputs: look at Algorithm 3"


def test_exactly_reversible_multiplication_ratio_is_finite():
    r"""Algorithm 3, Section 2.3."""
    for part in tensors(call("exactly_reversible_multiplication_ratio")):
        assert torch.isfinite(part).all(), "exactly_reversible_multiplication_ratio gave values that are not finite: look at Algorithm 3"


def test_exactly_reversible_multiplication_ratio_is_the_same_twice():
    r"""Algorithm 3, Section 2.3."""
    first, second = tensors(call("exactly_reversible_multiplication_ratio")), tensors(call("exactly_reversible_multiplication_ratio"))
    assert len(first) == len(second), "exactly_reversible_multiplication_ratio gave two different answers: look at Algorithm 3"
    assert all(torch.equal(a, b) for a, b in zip(first, second)), "exactly_reversible_multiplication_ratio gave two different answers: look at Algorithm 3"

# TODO: nothing that exactly_reversible_multiplication_ratio must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?
