"""constraints.txt pins everything that an install takes; pyproject.toml holds nobody to one version."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES = [
    text
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if (text := line.split("#")[0].strip())
]
PINNED = {canonicalize_name(Requirement(line).name) for line in LINES}
DECLARED = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["dev"]]
PLATFORMS = [
    {"sys_platform": system, "platform_system": name, "python_version": version, "python_full_version": f"{version}.1"}
    for system, name in (("linux", "Linux"), ("darwin", "Darwin"))
    for version in ("3.11", "3.12", "3.13")
]
INSTALLER = "pip"
"""sqlite-utils asks for it; it is the one that installs, and is there before we are."""


def needed(names: list[str], where: dict[str, str]) -> set[str]:
    """Everything that an install takes on a platform, from the metadata of what is installed here."""
    environment = {**default_environment(), **where}
    found: set[tuple[str, str]] = set()
    open_ = [(Requirement(name), "") for name in names]
    while open_:
        one, extra = open_.pop()
        name = canonicalize_name(one.name)
        wanted = one.marker is None or one.marker.evaluate({**environment, "extra": extra})
        if not wanted or (name, str(one.extras)) in found:
            continue
        found.add((name, str(one.extras)))
        try:
            open_ += [(Requirement(text), more) for text in requires(name) or () for more in ("", *one.extras)]
        except PackageNotFoundError:  # of the other platform
            continue
    return {name for name, _ in found}


@pytest.mark.parametrize("where", PLATFORMS, ids=lambda p: f"{p['sys_platform']}-{p['python_version']}")
def test_every_package_that_an_install_takes_is_pinned(where: dict[str, str]) -> None:
    assert needed(DECLARED, where) - PINNED == {INSTALLER}


def test_pins_are_exact_and_torch_is_the_one_that_is_small_to_fetch() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[\w.-]+==[\w.]+( *;.*)?", line)] == []
    assert "torch==2.13.0" in LINES


def test_bounds_are_loose() -> None:
    assert [text for text in DECLARED if "==" in text] == []


def test_every_pin_is_needed_somewhere() -> None:
    build = [Requirement(text).name for text in PROJECT["build-system"]["requires"]]
    taken = set().union(*(needed([*DECLARED, *build, "trove-classifiers"], where) for where in PLATFORMS))
    assert PINNED - taken == set()
