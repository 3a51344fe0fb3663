"""Structural rules that no linter checks."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from paperlab.cli.verbs import MODULES
from paperlab.harness.cases import names as cases
from paperlab.harness.executors import EXECUTORS
from paperlab.harness.exports import EXPORTS
from paperlab.publish import targets
from paperlab.scaffold import sections
from paperlab.scaffold.sections import SECTIONS

ROOT = Path(__file__).parents[2]
FOLDERS = ("paperlab", "implementations", "benchmarks", "docs", "tests")
SOURCES = sorted(p for folder in FOLDERS for p in (ROOT / folder).rglob("*.py"))
STARTED = {
    "paperlab.__main__": "python -m paperlab",
    "paperlab.harness.witness": "a plugin that pytest loads, by name",
    "paperlab.harness.zygote": "the process that forks the measured ones",
}
"""Modules that no module of paperlab imports, and who starts them."""


def named(paths: list[Path]) -> list[str]:
    return [str(p.relative_to(ROOT)) for p in paths]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function with its length in lines, docstring not counted."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            doc = ast.get_docstring(node, clean=False)
            taken = (first.end_lineno or 0) - first.lineno + 1 if doc is not None else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - taken


@pytest.mark.parametrize("path", SOURCES, ids=named(SOURCES))
def test_no_file_is_over_400_lines_and_no_function_over_40(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert [(name, lines) for name, lines in functions(path) if lines > 40] == []


def bound(path: Path) -> list[str]:
    """Names that the top level of a module binds, one for each binding; a branch of an `if` or `try` is not looked into."""
    nodes = [n for n in tree(path).body if isinstance(n, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef)]
    targets = [t for n in nodes if isinstance(n, ast.Assign) for t in n.targets]
    targets += [n.target for n in nodes if isinstance(n, ast.AnnAssign)]
    return [t.id for t in targets if isinstance(t, ast.Name)] + [n.name for n in nodes if hasattr(n, "name")]


def test_no_module_binds_a_name_twice() -> None:
    """The first one would be lost, for those too who still mean it; no linter tells of constants."""
    names = {path: bound(path) for path in SOURCES}
    assert names
    assert {path: n for path, n in names.items() if len(n) != len(set(n))} == {}


def test_every_module_of_a_room_is_used_or_stands_in_the_table_of_its_kind() -> None:
    """A file that nobody imports is dead, or was forgotten in the table that should load it."""
    graph = grimp.build_graph("paperlab", cache_dir=None)
    alone = {m for m in graph.modules if not graph.find_modules_that_directly_import(m) and not graph.find_children(m)}
    verbs = {f"paperlab.cli.{module}" for module in MODULES.values()}
    loaded = {f"paperlab.harness.cases.{case.replace('-', '_')}" for case in cases()}
    chosen = {f"paperlab.harness.executors.{name}" for name in EXECUTORS}
    chosen |= {f"paperlab.harness.exports.{name}" for name in EXPORTS}
    assert alone - verbs - loaded - chosen == set(STARTED)


def test_every_section_of_the_notebook_and_every_target_is_listed() -> None:
    used = {section.__module__.rpartition(".")[2] for _, section in SECTIONS}
    assert used == {p.stem for p in Path(sections.__file__).parent.glob("*.py")} - {"__init__"}
    files = {p.name for p in Path(targets.__file__).parent.glob("*.py")} - {"__init__.py"}
    assert files == set(re.findall(r"^(\w+\.py) ", targets.__doc__ or "", re.MULTILINE))


def test_every_fixture_is_asked_for() -> None:
    tests = [p for p in SOURCES if p.is_relative_to(ROOT / "tests") or p.name.startswith("test_")]
    nodes = [n for p in tests for n in ast.walk(tree(p)) if isinstance(n, ast.FunctionDef)]
    decorators = {n.name: [ast.unparse(d) for d in n.decorator_list] for n in nodes}
    fixtures = {
        name for name, d in decorators.items() if any(re.match(r"pytest\.fixture\b(?!.*autouse)", x) for x in d)
    }
    asked = {a.arg for n in nodes for a in (*n.args.args, *n.args.kwonlyargs)}
    asked |= {word for d in decorators.values() for x in d if "usefixtures" in x for word in re.findall(r"\w+", x)}
    assert fixtures - asked == set()


def test_no_text_installs_the_package_of_another_project() -> None:
    """On the package index the name paperlab belongs to somebody else."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    texts = [
        ROOT / n for n in listed if n.endswith((".md", ".py", ".txt", ".ipynb", ".toml", ".j2")) and "tests" not in n
    ]
    wrong = re.compile(r"pip[3x]? +install +(?:-\S+ +)*[\"']?paperlab(?!-)\b")
    assert texts
    assert [p for p in texts if wrong.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("verb", MODULES)
def test_every_command_stands_in_the_readme(verb: str) -> None:
    assert f"[`{verb}`](docs/reference.md#paperlab-{verb})" in (ROOT / "README.md").read_text(encoding="utf-8")


PACKAGES = sorted((ROOT / "paperlab").rglob("__init__.py"))


@pytest.mark.parametrize("path", PACKAGES, ids=[p.parent.name for p in PACKAGES])
def test_no_module_has_the_name_of_something_else_in_its_package(path: Path) -> None:
    """Importing the module would put it in the place of the function, for all who import later."""
    defined = {n.name for n in tree(path).body if hasattr(n, "name")}
    assert defined & {sibling.stem for sibling in path.parent.iterdir() if sibling != path} == set()
