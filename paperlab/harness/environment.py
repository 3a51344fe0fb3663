"""What was there when a unit ran: versions, device, threads, CPU pressure. Never the name of the machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from paperlab import __version__
from paperlab.harness.units import DATA, source_hash

CONTAMINATED = 10.0
"""Per cent of a time span in which some task waited for a CPU; above it a timing is marked."""
CROWDED = 0.5
"""Share of such timings above which they are not kept apart: then all count, and what rests on them says so."""


def pressure_total() -> int | None:
    """Give microseconds since boot in which some task waited for a CPU (Linux PSI), or None elsewhere."""
    try:
        text = Path("/proc/pressure/cpu").read_text(encoding="ascii")
    except OSError:
        return None
    found = re.search(r"^some .*total=(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else None


def pressure_between(before: int | None, after: int | None, seconds: float) -> float | None:
    """Give the per cent of a time span in which some task waited for a CPU, or None where the kernel doesn't tell.

    >>> pressure_between(0, 500_000, 1.0)
    50.0
    """
    if before is None or after is None or seconds <= 0:
        return None
    return min(100.0, (after - before) / (seconds * 1e4))


def missing(system: str = sys.platform) -> tuple[str, ...]:
    """Give what a bench cannot do on a system, a line each.

    >>> missing("linux")
    ()
    """
    if system != "win32":
        return ()
    return (
        "on Windows nothing limits the memory of a benchmark: close what you need before a large one",
        "on Windows nobody tells whether others used the CPU: repeat a timing that surprises you",
    )


def commit_of(folder: Path) -> str:
    """Give the commit of the repository that a folder lies in, with a plus where the folder has changed since; "" for none.

    The repository's own settings start no program.
    """
    try:
        commit = _git(folder, "rev-parse", "--short=12", "HEAD").decode().strip()
        changed = _git(folder, "status", "--porcelain", "--", ".")
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return commit + "+" * bool(changed.strip())


def source_at(folder: Path, revision: str) -> str:
    """Give the source hash that a folder had at a commit, a tag or a branch of its repository; "" where it was not there.

    The files are taken as git keeps them: no filter of the repository runs.
    """
    try:
        commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
        names = os.fsdecode(_git(folder, "ls-tree", "-r", "-z", "--name-only", commit, "--", ".")).split("\0")
        wanted = [name for name in names if name.endswith(".py") or name.startswith(f"{DATA}/")]
        with tempfile.TemporaryDirectory() as there:
            for name in wanted:
                path = Path(there) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_git(folder, "cat-file", "blob", f"{commit}:./{name}"))
            return source_hash(Path(there)) if wanted else ""
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""


def _git(folder: Path, *words: str) -> bytes:
    git = ("git", "-C", str(folder), "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
    return subprocess.run([*git, *words], capture_output=True, timeout=10, check=True).stdout


@cache
def processor() -> str:
    """Give the processor's model name."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def described(device: str) -> dict[str, Any]:
    """Give the facts of this process on a device; torch must be there."""
    import torch

    on_gpu = device.startswith("cuda")
    name = torch.cuda.get_device_name(device) if on_gpu else processor()
    return {
        "paperlab": __version__,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "system": f"{platform.system()} {platform.machine()}",
        "device": name,
        "threads": torch.get_num_threads(),
        # Since the process began, which has done nothing but its one unit.
        **({"peak bytes": torch.cuda.max_memory_allocated(device)} if on_gpu else {}),
    }


def picked(device: str) -> str:
    """Give the device that `auto` stands for here: cuda, then mps, then cpu; other names pass through.

    Raises:
        UsageError: the device that was asked for is not there.
    """
    import torch

    from paperlab.errors import UsageError

    here = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, there in here.items() if there)
    name, _, index = device.partition(":")
    many = torch.cuda.device_count() if name == "cuda" else 1
    if not here.get(name, False) or (index and not (index.isdecimal() and int(index) < many)):
        have = ", ".join(name for name, there in here.items() if there)
        raise UsageError(f"expected a device that torch finds here ({have}), got {device!r}; take --device auto")
    return device
