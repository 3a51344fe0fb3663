"""What one call costs besides time: FLOPs, bytes moved, bytes kept for the backward pass, growth of the process.

Counted below autograd, operation by operation, so that the backward pass counts too and nothing hides in a module.
FLOPs come from torch's own formulas (a multiply and an add are two). An operation without a formula is taken for one
FLOP an element that it gives, which only serves to say what share was counted; where one of them multiplies matrices,
or hides such work, there is no count at all. Attention is taken apart first: as one operation it has no formula on a CPU.

The peaks are measured here and now, never read from a data sheet: a square matrix product, and a copy of a large block.
"""

from __future__ import annotations

import ctypes
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import flop_registry

Call = Callable[[], object]

_HEAVY = re.compile(
    r"(?<![au])mm|matmul|mv(?!l)|dot|conv(?!ert)|attention|lstm|gru|rnn|transformer|fft|[cp]dist|ger$|einsum"
    r"|(?<!sample_)(?<!sample_bi)(?<!sample_tri)linear"
    r"|(?<!re)solve|svd|eig(?!ht)|(?<!s)qr|(?<!erf)inv(_ex)?$|det$|cholesky|lu_factor|linalg_lu|ldl|lstsq|householder"
    r"|matrix_exp"
)
"""Names of operations that do more than one FLOP an element; not of `lgamma`, `cummax`, `rsqrt`, `erfinv`, `weight_norm`."""
_FREE = frozenset(["_unsafe_view", "detach", "empty", "empty_like", "new_empty", "empty_strided"])
"""Operations that neither read nor write an element."""
_OWN: Mapping[str, Callable[..., int]] = {
    "mv": lambda a, _: 2 * a.numel(),
    "addmv": lambda _, a, __, **___: 2 * a.numel(),
    "dot": lambda a, _: 2 * a.numel(),
}
"""Formulas that torch lacks."""
SIDE: Mapping[str, tuple[int, int]] = {"cpu": (768, 2**27), "cuda": (8192, 2**30), "mps": (4096, 2**28)}
"""Device -> side of the matrices, bytes of the block, for the peaks."""
REPEATS = 5


class Tally(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what the operations inside it do.

    Attributes:
        flops: by the formulas.
        loose: elements that operations without a formula gave.
        moved: bytes that operations read and wrote; what stays in a cache counts too, so it is an upper bound.
        without: operations without a formula -> calls.
        dtypes: floating ones that operations gave.
    """

    def __init__(self) -> None:
        """Begin at zero."""
        super().__init__()  # type: ignore[no-untyped-call]
        self.flops = self.loose = self.moved = 0
        self.without: Counter[str] = Counter()
        self.dtypes: set[str] = set()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run one operation and count it."""
        out = func(*args, **(kwargs or {}))
        if not (func.is_view or func._overloadpacket.__name__ in _FREE):
            self._count(func, args, kwargs or {}, out)
        return out

    def _count(self, func: Any, args: Any, kwargs: Any, out: Any) -> None:
        packet, given = func._overloadpacket, _tensors(out)
        name = str(packet).removeprefix("aten.")
        self.moved += sum(t.numel() * t.element_size() for t in (*_tensors((args, kwargs)), *given))
        self.dtypes |= {str(t.dtype).removeprefix("torch.") for t in given if t.is_floating_point()}
        if packet in flop_registry:
            self.flops += flop_registry[packet](*args, **kwargs, out_val=out)
        elif name in _OWN:
            self.flops += _OWN[name](*args, **kwargs)
        else:
            self.loose += sum(t.numel() for t in given)
            self.without[name] += 1

    @property
    def heavy(self) -> list[str]:
        """Operations without a formula that do more than one FLOP an element."""
        return sorted(name for name in self.without if _HEAVY.search(name))

    def notes(self) -> dict[str, Any]:
        """Give the count with its coverage; None where a count would mislead."""
        known = self.flops > 0 and not self.heavy
        return {
            "FLOPs": self.flops if known else None,
            "FLOPs counted, per cent": 100 * self.flops / (self.flops + self.loose) if known else None,
            "without a formula": self.heavy or [name for name, _ in self.without.most_common(5)],
            "bytes moved": self.moved,
            "dtypes": sorted(self.dtypes),
        }


def _tensors(tree: Any) -> list[torch.Tensor]:
    return [x for x in tree_leaves(tree) if isinstance(x, torch.Tensor)]


def tallied(call: Call) -> Tally:
    """Count one call."""
    tally = Tally()
    with sdpa_kernel(SDPBackend.MATH), tally:
        call()
    return tally


def kept(call: Call) -> int:
    """Give the bytes that autograd keeps from the forward to the backward pass: each storage once, parameters not."""
    seen: dict[int, torch.UntypedStorage] = {}  # held, so that no address is given out twice

    def pack(x: torch.Tensor) -> torch.Tensor:
        if not (x.is_leaf and x.requires_grad):
            storage = x.untyped_storage()
            seen.setdefault(storage.data_ptr(), storage)
        return x

    hooks: AbstractContextManager[None] = torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x)
    with hooks:
        call()
    return sum(storage.nbytes() for storage in seen.values())


def grown(call: Call, device: str) -> int | None:
    """Give by how many bytes a call makes the process, or the GPU's memory, grow at its highest.

    It asks for a process that does nothing else. The first call counts what stays of it too: what torch loads for it, an
    optimizer's state. A later one on a CPU counts a large block to some tens of kB, and the sum of many small ones to
    about a third, for the allocator cuts them as it likes. None where the system does not tell.
    """
    if device.startswith("cuda"):
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        call()
        torch.cuda.synchronize(device)
        return int(torch.cuda.max_memory_allocated(device)) - before
    _give_back()
    before_cpu = _reset_highest()
    call()
    after = _status("VmHWM")
    return None if before_cpu is None or after is None else max(0, after - before_cpu)


def _give_back() -> None:
    """Let the allocator return what it keeps of earlier calls, which the next one would be served from unseen."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # another C library than GNU's keeps little, or cannot be asked
        return


def _reset_highest() -> int | None:
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return None
    return _status("VmRSS")


def _status(key: str) -> int | None:
    """Read a size of this process in bytes (Linux)."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    found = re.search(rf"^{key}:\s+(\d+) kB", text, re.MULTILINE)
    return 1024 * int(found[1]) if found else None


def cost(call: Call, device: str, dtype: str) -> dict[str, Any]:
    """Give all of it for one call, and the machine's peaks; memory first, while the process is fresh."""
    growth = {"peak growth, bytes": grown(call, device), "growth in a later call, bytes": grown(call, device)}
    return growth | tallied(call).notes() | {"kept for backward, bytes": kept(call)} | peaks(device, dtype)


def peaks(device: str, dtype: str) -> dict[str, float]:
    """Measure this machine, with the threads that this process has: FLOP/s of a matrix product, bytes/s of a copy."""
    side, size = SIDE.get(device.partition(":")[0], SIDE["cpu"])
    a = torch.ones(side, side, dtype=getattr(torch, dtype), device=device)
    block = torch.zeros(size // 4, dtype=torch.float32, device=device)
    other = torch.empty_like(block)
    return {
        "peak FLOP/s": 2 * side**3 / min(_seconds(lambda: a @ a, device)),
        "peak bytes/s": 2 * size / min(_seconds(lambda: other.copy_(block), device)),
    }


def _seconds(call: Call, device: str) -> Iterator[float]:
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        call()
        if device != "cpu":
            torch.accelerator.synchronize()
        yield time.perf_counter() - start
