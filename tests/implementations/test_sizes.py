"""The shelf at odd and empty sizes, by copies of its models: which sizes each takes as torch, scipy or a formula does."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import linear, scaled_dot_product_attention

from paperlab.harness import Probe
from paperlab.harness.checks import TIMES, size_dependence, usual

SHELF = Path(__file__).parents[2] / "implementations"
G = torch.Generator


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Callable[[str], ModuleType]]:
    loaded = []

    def load(slug: str, *change: str) -> ModuleType:
        copy = tmp_path / f"{slug}_copy.py"
        copy.write_text((SHELF / slug / "model.py").read_text(encoding="utf-8").replace(*(change or ("", ""))), "utf-8")
        spec = importlib.util.spec_from_file_location(f"{slug}_copy", copy)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up
        loaded.append(spec.name)
        spec.loader.exec_module(module)
        return module

    yield load
    for name in loaded:
        del sys.modules[name]


def drawn(*shape: int) -> Tensor:
    return torch.randn(shape, generator=G().manual_seed(1), dtype=torch.float64)


def double(module: nn.Module) -> nn.Module:
    with torch.no_grad():
        for p in module.double().parameters():
            p.copy_(drawn(*p.shape) * 0.3)
    return module.eval()


def same_heads(ours: nn.Module) -> Callable[[Tensor], Tensor]:
    """Give torch's module with the weights of ours."""
    theirs = nn.MultiheadAttention(12, 3, batch_first=True).double()
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([ours.W_Q.weight, ours.W_K.weight, ours.W_V.weight]))
        theirs.in_proj_bias.copy_(torch.cat([ours.W_Q.bias, ours.W_K.bias, ours.W_V.bias]))
        theirs.out_proj.load_state_dict(ours.W_O.state_dict())
    return lambda x: theirs(x, x, x, need_weights=False)[0]


def attention_of(axis: int) -> Callable[[int], list[Tensor]]:
    def draw(size: int) -> list[Tensor]:
        shape = [2, 3, 7, 5]
        shape[axis] = size
        return [drawn(*shape)] * 3

    return draw


@pytest.mark.parametrize("axis", [0, 1, 2], ids=["batch", "heads", "length"])
def test_attention_takes_the_sizes_that_torchs_takes(model, axis: int) -> None:
    attention = model("transformer").attention
    assert size_dependence(attention, scaled_dot_product_attention, attention_of(axis)) < 1e-12


CUT = "x.reshape(*x.shape[:2], self.h, -1)", "x.unflatten(-1, (self.h, -1))"
"""Of nothing, no width can be found out: the shelf's copy asks for it, the other cuts the one axis alone."""


@pytest.mark.parametrize("change", [pytest.param((), marks=pytest.mark.xfail(reason="a reshape with -1")), CUT])
@pytest.mark.parametrize("axis", [0, 1])
def test_heads_take_the_sizes_that_torchs_take(model, axis: int, change: tuple[str, ...]) -> None:
    ours = double(model("transformer", *change).MultiHeadAttention(12, 3))
    draw = lambda size: [drawn(*((size, 5, 12) if axis == 0 else (2, size, 12)))]  # noqa: E731
    assert size_dependence(lambda x: ours(x, x), same_heads(ours), draw) < 1e-12


def test_adam_takes_parameters_of_every_size(model) -> None:
    def path(make: Callable[..., torch.optim.Optimizer]) -> Callable[[Tensor], Tensor]:
        def walked(gradients: Tensor) -> Tensor:
            theta = torch.zeros_like(gradients[0]).requires_grad_()
            optimizer = make([theta])
            for g in gradients:
                theta.grad = g.clone()
                optimizer.step()
            return theta.detach()

        return walked

    adam = model("adam")
    for ours, theirs, rate in ((adam.Adam, torch.optim.Adam, 1e-3), (adam.AdaMax, torch.optim.Adamax, 2e-3)):
        known = lambda p, theirs=theirs, rate=rate: theirs(p, lr=rate)  # noqa: E731
        assert size_dependence(path(ours), path(known), lambda size: [drawn(9, size)]) < 1e-9


def interpolated(x: Tensor) -> Tensor:
    """Read on straight lines between values by two weights, of any number of rows."""
    where = torch.linspace(0, x.shape[-1] - 1, 40, dtype=x.dtype)
    left = where.floor().long().clamp(max=x.shape[-1] - 2)
    part = where - left
    return x[..., left] * (1 - part) + x[..., left + 1] * part


def test_the_changes_of_mnist1d_take_batches_of_every_size(model) -> None:
    it = model("mnist1d")
    ramp = torch.linspace(-0.5, 0.5, 72, dtype=torch.float64)
    assert (
        size_dependence(lambda x: it.shear(x, x[:, 0]), lambda x: x - x[:, :1] * ramp, lambda n: [drawn(n, 72)]) < 1e-12
    )
    assert size_dependence(lambda x: it.resample(x, 40), interpolated, lambda n: [drawn(n, 72)]) < 1e-12


def test_the_mlp_of_mnist1d_takes_batches_of_every_size(model) -> None:
    net = double(model("mnist1d").MLP())

    def formula(x: Tensor) -> Tensor:
        h = linear(x, net.first.weight, net.first.bias).clamp(min=0)
        h = h + linear(h, net.second.weight, net.second.bias).clamp(min=0)
        return linear(h, net.read.weight, net.read.bias)

    assert size_dependence(net, formula, lambda n: [drawn(n, 40)]) < 1e-12


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_attention_holds_the_usual_checks(model, dtype: str) -> None:
    attention = model("transformer").attention

    def draw(probe: Probe, size: int) -> list[Tensor]:
        g = probe.stream("inputs")
        return [torch.randn(size, 4, 3, generator=g, dtype=torch.float64) for _ in range(3)]

    found = {c.name: c.run(Probe(dtype=dtype)) for c in usual(attention, scaled_dot_product_attention, draw)}
    assert found.pop("precision") <= TIMES
    assert max(found.values()) < 1e-10
