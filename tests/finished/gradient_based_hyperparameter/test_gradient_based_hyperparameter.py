r"""Gradient-based Hyperparameter Optimization through Reversible Learning: what each function of model.py must hold.

Red until the function is written; the message names the equation. Add the oracle that you trust: a slow loop, a case
worked by hand, torch's own layer. A test that was never red has not been tested.
"""

import importlib.util
import inspect
import math
from pathlib import Path

import torch

_spec = importlib.util.spec_from_file_location("gradient_based_hyperparameter_model", Path(__file__).with_name("model.py"))
model = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(model)


def stand_in(slope, shift):
    """Stand in for a function that the formula calls: smooth, between 0 and 1, the shape of its first argument."""

    def answer(first, *others):
        beside = sum(torch.as_tensor(other).float().mean() for other in others)
        return torch.sigmoid(slope * torch.as_tensor(first) + shift * (1 + beside))

    return answer


def drawn(size, generator):
    """Stand in for an argument: numbers between 0 and 0.9 in that shape, a count as it stands, or a function.

    A square matrix has its weight on the diagonal, so that it has an inverse, and distances by it have a root.
    """
    if size is None or isinstance(size, int):
        return stand_in(*(0.5 + torch.rand(2, generator=generator)).tolist()) if size is None else size
    made = 0.1 + 0.8 * torch.rand(size, generator=generator)
    if len(size) < 2 or size[-1] != size[-2]:
        return made
    on = torch.eye(size[-1])
    return on * (0.5 + 0.4 * made) + (1 - on) * made * 0.5 / size[-1]


def called(function, given):
    """Call a function with arguments by their names, in its own way of taking them; say at which sizes it stops."""
    kinds = inspect.signature(function).parameters
    if "generator" in kinds and "generator" not in given:
        given = {**given, "generator": torch.Generator().manual_seed(0)}
    alone = [name for name in given if kinds[name].kind is inspect.Parameter.KEYWORD_ONLY]
    try:
        return function(*(v for k, v in given.items() if k not in alone), **{name: given[name] for name in alone})
    except NotImplementedError:
        raise
    except (IndexError, RuntimeError, ValueError) as error:
        sizes = ", ".join(f"{k} {tuple(v.shape)}" for k, v in given.items() if isinstance(v, torch.Tensor))
        said, place = str(error).partition("\n")[0], (function.__doc__ or "model.py").strip().partition("\n")[0]
        raise AssertionError(
            f"{function.__name__} stopped at {sizes}: {said}; look at {place} Where the paper states no sizes they are "
            "guesses: change them in model.SHAPES"
        ) from error


def inputs(name, seed=0, dtype=torch.float32):
    """Give what `model.SHAPES` says that a function takes, the same for the same seed."""
    generator = torch.Generator().manual_seed(seed)
    given = {key: drawn(size, generator) for key, size in model.SHAPES[name].items()}
    return {key: v.to(dtype) if isinstance(v, torch.Tensor) else v for key, v in given.items()}


def numbered(name, low):
    """Give numbers between `low` and 0.9 that no chance decides, in the sizes of `model.SHAPES`."""
    given = {}
    for k, (key, size) in enumerate(model.SHAPES[name].items()):
        if isinstance(size, tuple):
            steps = (7 * torch.arange(math.prod(size)) + 5 * k) % 11
            given[key] = (low + (0.9 - low) * steps / 10).reshape(size)
        else:
            given[key] = stand_in(0.5 + k / 10, 0.3) if size is None else size
    return given


def shown(numbers):
    """Give the first few numbers as a message shows them."""
    return ", ".join(f"{number:.4g}" for number in numbers[:3].tolist()) + ", ..." * (len(numbers) > 3)


def call(name, given=None, draw=0):
    """Call a function of model.py with `given`, else with `inputs`; `draw` seeds functions that draw by themselves."""
    with torch.random.fork_rng(devices=[]):
        torch.random.default_generator.manual_seed(draw)
        return called(getattr(model, name), inputs(name) if given is None else given)


def draws_by_generator(name):
    """Say whether a function draws from a generator that it is handed, and so from nothing else."""
    return int("generator" in inspect.signature(getattr(model, name)).parameters)


def parameters(name):
    """Give the names of what a function takes, without the generator that it may draw from."""
    found = list(inspect.signature(getattr(model, name)).parameters)
    return found if "generator" in model.SHAPES[name] else [key for key in found if key != "generator"]


def ranks(name):
    """Give how many axes each argument has in `model.SHAPES`; None for a count or a function."""
    return [len(size) if isinstance(size, tuple) else None for size in model.SHAPES[name].values()]


def long(shape):
    """Give the axes that are longer than one."""
    return [n for n in shape if n != 1]


def same(first, second):
    """Say whether two answers are equal, number by number."""
    first, second = tensors(first), tensors(second)
    return len(first) == len(second) and all(torch.equal(a, b) for a, b in zip(first, second))


def turned(given):
    """Give the inputs with their first axes turned round."""
    return {k: v.flip(0) if isinstance(v, torch.Tensor) and v.dim() else v for k, v in given.items()}


def hangs_on(name, key):
    """Say whether an answer changes with one argument, for any of a few inputs: a maximum may take another one."""
    for seed in range(9):
        given, other = inputs(name, seed), inputs(name, seed + 100)
        if not same(call(name, given), call(name, given | {key: other[key]})):
            return True
    return False


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
    assert parameters("stochastic_gradient_descent_momentum") == list(model.SHAPES["stochastic_gradient_descent_momentum"]), "stochastic_gradient_descent_momentum takes other arguments than its row in model.SHAPES says"


def test_stochastic_gradient_descent_momentum_shape_and_dtype():
    r"""Algorithm 1, Section 2.1."""
    for part in tensors(call("stochastic_gradient_descent_momentum")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "stochastic_gradient_descent_momentum gave another dtype than float32, that of its inputs: look at Algorithm 1"
    for part in tensors(call("stochastic_gradient_descent_momentum", inputs("stochastic_gradient_descent_momentum", dtype=torch.float64))):
        assert part.dtype != torch.float32 or part.dim() == 0, "stochastic_gradient_descent_momentum gave float32 for inputs of float64: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_is_finite():
    r"""Algorithm 1, Section 2.1."""
    for part in tensors(call("stochastic_gradient_descent_momentum")):
        assert torch.isfinite(part).all(), "stochastic_gradient_descent_momentum gave values that are not finite: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_is_the_same_twice():
    r"""Algorithm 1, Section 2.1."""
    assert same(call("stochastic_gradient_descent_momentum"), call("stochastic_gradient_descent_momentum")), "stochastic_gradient_descent_momentum gave two different answers: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_leaves_its_inputs_alone():
    r"""Algorithm 1, Section 2.1."""
    given = inputs("stochastic_gradient_descent_momentum")
    call("stochastic_gradient_descent_momentum", given)
    before = inputs("stochastic_gradient_descent_momentum")
    for key in (key for key in given if isinstance(given[key], torch.Tensor)):
        assert torch.equal(given[key], before[key]), key + ": stochastic_gradient_descent_momentum changes this input: look at Algorithm 1"


def test_stochastic_gradient_descent_momentum_hangs_on_its_arguments():
    r"""Algorithm 1, Section 2.1."""
    for key in [key for key in model.SHAPES["stochastic_gradient_descent_momentum"] if key in {"w_1", "gamma", "alpha", "L"}]:
        assert hangs_on("stochastic_gradient_descent_momentum", key), key + ": stochastic_gradient_descent_momentum gives the same whatever this is: look at Algorithm 1"

# TODO: nothing that stochastic_gradient_descent_momentum must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?


def test_reverse_mode_differentiation_sgd_signature():
    r"""Algorithm 2, Section 2.1."""
    assert parameters("reverse_mode_differentiation_sgd") == list(model.SHAPES["reverse_mode_differentiation_sgd"]), "reverse_mode_differentiation_sgd takes other arguments than its row in model.SHAPES says"


def test_reverse_mode_differentiation_sgd_shape_and_dtype():
    r"""Algorithm 2, Section 2.1."""
    for part in tensors(call("reverse_mode_differentiation_sgd")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "reverse_mode_differentiation_sgd gave another dtype than float32, that of its inputs: look at Algorithm 2"
    for part in tensors(call("reverse_mode_differentiation_sgd", inputs("reverse_mode_differentiation_sgd", dtype=torch.float64))):
        assert part.dtype != torch.float32 or part.dim() == 0, "reverse_mode_differentiation_sgd gave float32 for inputs of float64: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_is_finite():
    r"""Algorithm 2, Section 2.1."""
    for part in tensors(call("reverse_mode_differentiation_sgd")):
        assert torch.isfinite(part).all(), "reverse_mode_differentiation_sgd gave values that are not finite: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_is_the_same_twice():
    r"""Algorithm 2, Section 2.1."""
    assert same(call("reverse_mode_differentiation_sgd"), call("reverse_mode_differentiation_sgd")), "reverse_mode_differentiation_sgd gave two different answers: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_leaves_its_inputs_alone():
    r"""Algorithm 2, Section 2.1."""
    given = inputs("reverse_mode_differentiation_sgd")
    call("reverse_mode_differentiation_sgd", given)
    before = inputs("reverse_mode_differentiation_sgd")
    for key in (key for key in given if isinstance(given[key], torch.Tensor)):
        assert torch.equal(given[key], before[key]), key + ": reverse_mode_differentiation_sgd changes this input: look at Algorithm 2"


def test_reverse_mode_differentiation_sgd_hangs_on_its_arguments():
    r"""Algorithm 2, Section 2.1."""
    for key in [key for key in model.SHAPES["reverse_mode_differentiation_sgd"] if key in {"w_T", "v_T", "gamma", "alpha", "L", "f"}]:
        assert hangs_on("reverse_mode_differentiation_sgd", key), key + ": reverse_mode_differentiation_sgd gives the same whatever this is: look at Algorithm 2"

# TODO: nothing that reverse_mode_differentiation_sgd must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?


def test_exactly_reversible_multiplication_ratio_signature():
    r"""Algorithm 3, Section 2.3."""
    assert parameters("exactly_reversible_multiplication_ratio") == list(model.SHAPES["exactly_reversible_multiplication_ratio"]), "exactly_reversible_multiplication_ratio takes other arguments than its row in model.SHAPES says"


def test_exactly_reversible_multiplication_ratio_shape_and_dtype():
    r"""Algorithm 3, Section 2.3."""
    for part in tensors(call("exactly_reversible_multiplication_ratio")):
        assert part.dtype == torch.float32 or not part.is_floating_point(), "exactly_reversible_multiplication_ratio gave another dtype than float32, that of its inputs: look at Algorithm 3"
    for part in tensors(call("exactly_reversible_multiplication_ratio", inputs("exactly_reversible_multiplication_ratio", dtype=torch.float64))):
        assert part.dtype != torch.float32 or part.dim() == 0, "exactly_reversible_multiplication_ratio gave float32 for inputs of float64: look at Algorithm 3"


def test_exactly_reversible_multiplication_ratio_is_finite():
    r"""Algorithm 3, Section 2.3."""
    for part in tensors(call("exactly_reversible_multiplication_ratio")):
        assert torch.isfinite(part).all(), "exactly_reversible_multiplication_ratio gave values that are not finite: look at Algorithm 3"


def test_exactly_reversible_multiplication_ratio_is_the_same_twice():
    r"""Algorithm 3, Section 2.3."""
    assert same(call("exactly_reversible_multiplication_ratio"), call("exactly_reversible_multiplication_ratio", draw=1)), "exactly_reversible_multiplication_ratio gave two different answers: look at Algorithm 3"


def test_exactly_reversible_multiplication_ratio_leaves_its_inputs_alone():
    r"""Algorithm 3, Section 2.3."""
    given = inputs("exactly_reversible_multiplication_ratio")
    call("exactly_reversible_multiplication_ratio", given)
    before = inputs("exactly_reversible_multiplication_ratio")
    for key in (key for key in given if isinstance(given[key], torch.Tensor)):
        assert torch.equal(given[key], before[key]), key + ": exactly_reversible_multiplication_ratio changes this input: look at Algorithm 3"

# TODO: nothing that exactly_reversible_multiplication_ratio must hold was recognised in the paper. Does it sum to one, is it symmetric, non-negative, causal,
# unchanged by a permutation, right in a limit that you can work by hand?


def test_exactly_reversible_multiplication_ratio_gives_all_that_it_returns():
    r"""Algorithm 3, Section 2.3."""
    answer = call("exactly_reversible_multiplication_ratio")
    assert isinstance(answer, (tuple, list, dict)), "exactly_reversible_multiplication_ratio does not give 2 things, i, c: look at Algorithm 3"
    assert len(answer) == 2, "exactly_reversible_multiplication_ratio does not give 2 things, i, c: look at Algorithm 3"
