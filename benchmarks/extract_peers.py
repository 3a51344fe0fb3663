"""E-prints read by paperlab and by pandoc, TexSoup, plasTeX and LaTeXML: seconds, what failed, and what each found.

    python benchmarks/extract_peers.py SOURCES [--only NAME ...] [--limit 60] [--environments DIR] [--readers NAME ...] [--details]

SOURCES is a folder with one folder an e-print. Each reader is told the main file that paperlab found, and reads it once
in a process of its own; the seconds are those of reading, without the start of Python or the import of the reader, and
of the whole process for LaTeXML, a program. Each counts what it sees: displayed formulas (rows of an `align` count
each), numbered ones, tables, algorithms, sections and references. pandoc, TexSoup and plasTeX are installed in
environments of their own, made anew unless --environments names a folder to keep them in, which needs the package
index; LaTeXML is taken where `latexml` is on the path, with texlive-science, without which it loses algorithms.

It judges nothing: where readers differ, look (--details says where). The last lines are each reader's median and longest
time, the ratio to paperlab's on the papers that it read, its failures, and the share of its counts that are LaTeXML's;
then how much of what LaTeXML wrote paperlab has, and of what paperlab has LaTeXML wrote: formulas, their numbers, cells
of tables, references (`beside_latexml.py`).
Target: at most 1 s a paper of 100 kB, 150 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.beside_latexml import compare, differences, of_files, table
from benchmarks.extract_quality import line as score_line
from tests.support.quality import Score

KINDS = ("equations", "numbered", "tables", "algorithms", "sections", "references")


class Found(NamedTuple):
    """What came of one reader and one paper."""

    seconds: float
    megabytes: float
    counts: Mapping[str, int | None]
    """Kind -> items; None where the reader has no such thing."""
    failure: str = ""


_RUN = """
import json, resource, sys, time
main = sys.argv[1]
{prepare}
began = time.perf_counter()
{read}
seconds = time.perf_counter() - began
{count}
memory = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
print("\\n" + json.dumps([seconds, memory, counts]))
"""
"""A reader in its own process; `counts` has what KINDS names."""

PAPERLAB = _RUN.format(
    prepare="from paperlab.extract import extract",
    read="paper = extract(sys.argv[2])",
    count="""
counts = {kind: len(getattr(paper, kind)) for kind in ("equations", "tables", "algorithms", "references")}
counts["sections"] = sum(s.level <= 3 for s in paper.sections)
counts["numbered"] = sum(e.number is not None for e in paper.equations)
open(sys.argv[3], "w").write(json.dumps(paper.to_json()))
""",
)

PANDOC = _RUN.format(
    prepare="import pypandoc; pypandoc.get_pandoc_path()",
    read="tree = json.loads(pypandoc.convert_file(main, 'json', format='latex'))",
    count="""
def walk(node):
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from walk(part)
nodes = list(walk(tree["blocks"]))
kind = lambda name: [n for n in nodes if n.get("t") == name]
counts = {"equations": sum(n["c"][0]["t"] == "DisplayMath" for n in kind("Math")), "numbered": None,
          "tables": len(kind("Table")), "algorithms": 0, "sections": sum(n["c"][0] <= 3 for n in kind("Header")), "references": None}
""",
)

TEXSOUP = _RUN.format(
    prepare="from TexSoup import TexSoup",
    read="soup = TexSoup(open(main, encoding='utf-8', errors='replace').read(), tolerance=1)",
    count="""
count = lambda *names: sum(len(list(soup.find_all(name))) for name in names)
counts = {"equations": count("equation", "equation*", "align", "align*", "eqnarray", "eqnarray*", "gather", "multline", "displaymath", "$$"),
          "numbered": None, "tables": count("table", "table*"), "algorithms": count("algorithm", "algorithm*"),
          "sections": count("section", "subsection", "subsubsection", "section*", "subsection*"), "references": count("bibitem")}
""",
)

PLASTEX = _RUN.format(
    prepare="""
import os
from plasTeX.TeX import TeX
os.chdir(os.path.dirname(main))
""",
    read="""
tex = TeX(file=os.path.basename(main))
document = tex.parse()
""",
    count="""
count = lambda *names: sum(len(document.getElementsByTagName(name)) for name in names)
counts = {"equations": count("equation", "align", "eqnarray", "displaymath", "gather", "multline"), "numbered": count("equation"),
          "tables": count("table"), "algorithms": count("algorithm"), "sections": count("section", "subsection", "subsubsection"),
          "references": count("bibitem")}
""",
)

LATEXML = _RUN.format(
    prepare="""
import os, subprocess
import xml.etree.ElementTree as ET
place = sys.argv[3]
""",
    read="""
subprocess.run(["latexml", "--quiet", "--quiet", "--nocomments", "--dest=" + place, os.path.basename(main)],
               cwd=os.path.dirname(main), check=True, stderr=subprocess.DEVNULL)
root = ET.parse(place).getroot()
""",
    count="""
name = lambda node: node.tag.rpartition("}")[2]
numbered = lambda node: any(name(tag) == "tag" and tag.get("role") == "refnum" for part in node if name(part) == "tags" for tag in part)
kind = lambda *names: [n for n in root.iter() if name(n) in names]
counts = {"equations": len(kind("equation")), "numbered": sum(map(numbered, kind("equation"))),
          "tables": len([t for t in kind("table") if numbered(t)]), "algorithms": len([f for f in kind("float") if "algorithm" in f.get("class", "")]),
          "sections": len(kind("chapter", "section", "subsection", "subsubsection", "appendix")), "references": len(kind("bibitem")) or None}
""",
)

PINS = {"pandoc": "pypandoc-binary==1.17", "TexSoup": "texsoup==0.3.3", "plasTeX": "plastex==3.1"}
SCRIPTS = {"paperlab": PAPERLAB, "pandoc": PANDOC, "TexSoup": TEXSOUP, "plasTeX": PLASTEX, "LaTeXML": LATEXML}


def python_of(name: str, environments: Path) -> str | None:
    """Give the Python that has the reader; makes its environment where it needs one; None where it cannot be had."""
    if name == "LaTeXML":
        return sys.executable if shutil.which("latexml") else None
    if name not in PINS:
        return sys.executable
    folder = environments / name
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PINS[name]], check=True)
    return str(python)


def read(python: str, script: str, folder: Path, main: str, limit: float, out: Path) -> Found:
    """Let one reader read one paper; paperlab and LaTeXML write what they read to `out`."""
    command = [python, "-c", script, str((folder / main).resolve()), str(folder), str(out)]
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True
    ) as process:
        try:
            told, stderr = process.communicate(timeout=limit)
            seconds, megabytes, counts = json.loads(told.splitlines()[-1])
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it started too: latexml goes on alone
            return Found(time.perf_counter() - began, 0, {}, "no end")
        except (ValueError, IndexError):
            return Found(time.perf_counter() - began, 0, {}, why(stderr))
    return Found(seconds, megabytes, counts)


def read_by_all(
    readers: Mapping[str, str], folder: Path, main: str, limit: float, place: Path
) -> tuple[dict[str, Found], tuple[Any, ...]]:
    """Let each reader read one paper; also what paperlab and LaTeXML found, where both did."""
    out = {name: place / f"read-by-{name}" for name in readers}
    row = {name: read(python, SCRIPTS[name], folder, main, limit, out[name]) for name, python in readers.items()}
    good = all(name in row and not row[name].failure for name in ("paperlab", "LaTeXML"))
    return row, of_files(out["paperlab"], out["LaTeXML"]) if good else ()


def why(stderr: str) -> str:
    """Give the last line that says something."""
    lines = [said for said in stderr.splitlines() if len(said.strip()) > 5]
    return lines[-1].strip()[:90] if lines else "no word"


def main_file(folder: Path) -> str | None:
    """Give the main file that paperlab finds in an e-print of LaTeX; None for others."""
    from paperlab.errors import NothingFound
    from paperlab.extract import extract

    try:
        source = extract(folder).source
    except NothingFound:  # a folder of many e-prints, or of something else
        return None
    return source.main_file if source.kind == "latex" else None


def sized(folder: Path) -> float:
    """Give the kilobytes of TeX in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*.tex")) / 1000


def line(name: str, found: Found) -> str:
    """Say in a line what came of it."""
    shown = found.failure or "  ".join(
        f"{found.counts.get(kind) if found.counts.get(kind) is not None else '-':>4}" for kind in KINDS
    )
    return f"  {name:10s}{found.seconds:8.2f} s {found.megabytes:5.0f} MB  {shown}"


def agreement(found: Sequence[Mapping[str, Found]], name: str) -> str:
    """Give the share of a reader's counts that are LaTeXML's, of those that both have; a failure has none right."""
    same = [
        row[name].counts.get(kind) == row["LaTeXML"].counts[kind]
        for row in found
        if "LaTeXML" in row and row["LaTeXML"].counts
        for kind in KINDS
        if not row[name].counts or row[name].counts.get(kind) is not None
    ]
    return f"{sum(same) / len(same):.0%} of {len(same)}" if same else "-"


def summary(name: str, found: Sequence[Mapping[str, Found]]) -> str:
    """Give a reader's last line."""
    good = [(row[name], row["paperlab"]) for row in found if not row[name].failure]
    seconds = [theirs.seconds for theirs, _ in good]
    ratio = statistics.median(theirs.seconds / ours.seconds for theirs, ours in good) if good else float("nan")
    middle, most = (statistics.median(seconds), max(seconds)) if seconds else (float("nan"),) * 2
    memory = max((theirs.megabytes for theirs, _ in good), default=0)
    failed = sum(bool(row[name].failure) for row in found)
    return f"{name:10s}{middle:9.2f} s {most:8.2f} s {ratio:7.1f} x {memory:6.0f} MB {failed:4d} of {len(found):<4d} {agreement(found, name):>12s}"


def main() -> None:
    """Read everything with everything, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", type=Path)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--limit", type=float, default=60, help="seconds for one reader and one paper")
    parser.add_argument("--environments", type=Path)
    parser.add_argument("--details", action="store_true", help="a line for each reader and paper")
    parser.add_argument("--readers", nargs="*", default=tuple(SCRIPTS), choices=tuple(SCRIPTS))
    asked = parser.parse_args()
    found: list[dict[str, Found]] = []
    scores: list[dict[str, Score]] = []
    with tempfile.TemporaryDirectory() as place:
        environments = asked.environments or Path(place)
        readers = {name: python for name in asked.readers if (python := python_of(name, environments))}
        for folder in sorted(f for f in asked.sources.iterdir() if f.is_dir()):
            if (asked.only and folder.name not in asked.only) or (tex := main_file(folder)) is None:
                continue
            row, both = read_by_all(readers, folder, tex, asked.limit, Path(place))
            found.append(row)
            scores += [compare(*both)] if both else []
            if asked.details:
                print(f"{folder.name} ({sized(folder):.0f} kB): " + ", ".join(KINDS))
                print(
                    "\n".join(
                        [*(line(name, item) for name, item in row.items()), *(differences(*both) if both else ())]
                    ),
                    flush=True,
                )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {len(found)} papers")
    print(f"{'':10s}{'median':>11s} {'longest':>10s} {'ratio':>9s} {'memory':>9s} {'failed':>12s} {'as LaTeXML':>12s}")
    print("\n".join(summary(name, found) for name in readers))
    if scores:
        print(
            f"\npaperlab's contents beside LaTeXML's, {len(scores)} papers\n{'':18s}{'recall':>7s}{'prec.':>7s}{'both':>7s}{'ours':>6s}{'theirs':>7s}"
        )
        print(table(scores, score_line))


if __name__ == "__main__":
    main()
