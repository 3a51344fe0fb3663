"""Verbs that bring works in and the list out, and look after its file: import, export, backup, doctor."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click
import typer

from paperlab.cli import context
from paperlab.cli.output import STDOUT, emit, emit_array, emit_json, plain, table
from paperlab.errors import LabUnusable, NothingFound, PaperlabError, UsageError
from paperlab.litter import uncollected

if TYPE_CHECKING:
    from paperlab.cli.talk import Context
    from paperlab.lab import Lab
    from paperlab.lab.joined import Imported

READ = "auto, bibtex, csl, ris, medline, zotero, jsonl, opml, links"
WRITTEN = "jsonl, bibtex, csl, ris, markdown, opml, atom"
_NAMED_MOST = 20
"""Entries of a file that cannot be read and are named one by one."""
PART = 1
"""Exit code where some of a file could not be read."""
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def import_(
    ctx: typer.Context,
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE...", help="Files; - reads stdin.")] = None,
    format: Annotated[str, typer.Option(metavar="FORMAT", help=f"{READ}. auto looks at what stands in the file.")] = "auto",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; say what would be.")] = False,
    tag: Annotated[list[str] | None, typer.Option(metavar="TAG", help="A tag for all; may be given more than once.")] = None,
    state: Annotated[str | None, typer.Option(metavar="STATE", help="For works whose file tells none. Default: queued.")] = None,
    why: Annotated[str | None, typer.Option(metavar="TEXT", help="Why you want to read them, in a line.")] = None,
    arxiv_metadata: Annotated[str | None, typer.Option("--arxiv-metadata", metavar="FILE", help="arXiv's public dump or OAI pages, packed or not, or a folder of them, into the corpus that `find --all` searches; - reads stdin.")] = None,
    json: Json = False,
) -> None:  # fmt: skip
    """Bring works from BibTeX, RIS, CSL, Zotero, OPML or links."""
    talk = context(ctx)
    if arxiv_metadata is not None:
        _metadata(talk, arxiv_metadata, files)
        return
    lab = talk.open()
    if not files and sys.stdin.isatty():
        raise UsageError("expected a file, like `paperlab import library.bib`; `-` reads stdin")
    done: list[Imported] = []
    trouble: list[PaperlabError] = []
    for name in files or ["-"]:
        try:
            shown, data = _bytes(name)
            with uncollected():
                done.append(
                    lab.import_data(
                        shown,
                        data,
                        format=_ALSO_READ.get(format.lower(), format.lower()),
                        state=state,
                        why=why,
                        tags=tag or (),
                        dry=dry_run,
                    )
                )
        except UsageError as error:  # the other files are read all the same
            trouble.append(error)
    _show(talk, done, trouble, dry=dry_run, json=json)


def _metadata(talk: Context, name: str, files: Sequence[str] | None) -> None:
    from paperlab.cli.corpus import import_metadata

    if files:
        raise UsageError("expected --arxiv-metadata alone, got files for the list too; import these by themselves")
    import_metadata(talk, name)


def _show(talk: Context, done: Sequence[Imported], trouble: Sequence[PaperlabError], *, dry: bool, json: bool) -> None:
    """Say what became of each file, then end with the exit code of the worst."""
    for report in done:
        _told(talk, report, dry=dry, quiet=json)
    if json:
        emit_array(_import_json(report) for report in done)
    for another in trouble[1:]:
        talk.say(f"paperlab: {another.message}", level=-1)
    if trouble:
        raise trouble[0]
    if not any(r.new or r.changed or r.same or r.faults for r in done):
        raise NothingFound("nothing to import: no work stands in it")
    raise typer.Exit(PART if any(report.faults for report in done) else 0)


def _bytes(name: str) -> tuple[str, bytes]:
    """Give what to call a file, and its bytes."""
    from paperlab.lab.root import expanded

    if name == "-":
        return "stdin", sys.stdin.buffer.read()
    try:
        return name, expanded(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{name}: expected a file to import, it cannot be read: {reason}") from error


def _told(talk: Context, report: Imported, *, dry: bool, quiet: bool) -> None:
    for fault in report.faults[:_NAMED_MOST]:
        talk.say(f"paperlab: {plain(fault)}", level=-1)
    if len(report.faults) > _NAMED_MOST:
        talk.say(f"paperlab: {report.name}: and {len(report.faults) - _NAMED_MOST} more", level=-1)
    if quiet:
        return
    would = "would be " if dry else ""
    talk.say(
        f"{report.name} ({report.format}): {report.new} {would}new, {report.changed} {would}completed, {report.same} known"
    )
    if report.pending:
        talk.say(f"{len(report.pending)} pending: arXiv has not been asked for them; `paperlab sync` completes them")


def _import_json(report: Imported) -> dict[str, object]:
    names = ("name", "format", "new", "changed", "same")
    return {n: getattr(report, n) for n in names} | {"pending": list(report.pending), "faults": list(report.faults)}


def export(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[FILE] [ID]...", help="A file to write, then papers; default: stdout and all.")] = None,
    format: Annotated[str | None, typer.Option(metavar="FORMAT", help=f"{WRITTEN}. Default: as FILE is called, else jsonl.")] = None,
    state: Annotated[str | None, typer.Option(metavar="STATE", help="Only this state.")] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help="Only this tag.")] = None,
    output: Annotated[str | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, whatever it is called.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:  # fmt: skip
    """Write the list, or a part of it, in a format of other tools."""
    talk = context(ctx)
    lab = talk.open()
    named = list(words or ())
    if format is None and named and named[0].lower() in WRITTEN.split(", "):
        format = named.pop(0)  # `export bibtex`
    target, ids = (output, named) if output else _split(lab, named)
    asked = _ALSO_WRITTEN.get(format.lower(), format.lower()) if format else _by_name(target)
    with uncollected():
        pieces = list(lab.export(asked, ids, state=state, tag=tag))
    if target is None or target in STDOUT:
        _print(pieces)
        return
    from paperlab.lab.root import expanded

    _save(pieces, expanded(target), force=force)
    talk.say(f"wrote {target}")


_ENDINGS = {
    ".bib": "bibtex", ".bibtex": "bibtex", ".ris": "ris", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "csl", ".md": "markdown",
    ".markdown": "markdown", ".opml": "opml", ".atom": "atom", ".xml": "atom",
}  # fmt: skip

_ALSO_WRITTEN = {ending[1:]: name for ending, name in _ENDINGS.items()} | {
    "csl-json": "csl", "csljson": "csl", "biblatex": "bibtex", "checklist": "markdown",
}  # fmt: skip
"""What else people call a format."""
_ALSO_READ = {
    "bib": "bibtex", "biblatex": "bibtex", "csl-json": "csl", "csljson": "csl", "ndjson": "jsonl", "rdf": "zotero", "csv": "zotero",
    "nbib": "medline", "pubmed": "medline", "bbt": "zotero", "better-bibtex": "zotero", "betterbibtex": "zotero",
    "md": "links", "markdown": "links", "txt": "links",
}  # fmt: skip


def _by_name(target: str | None) -> str:
    return _ENDINGS.get(Path(target or "").suffix.lower(), "jsonl")


def _split(lab: Lab, words: list[str]) -> tuple[str | None, list[str]]:
    """Tell the file from the papers: a first word that looks like a file and names no paper of the list."""
    from paperlab.records.naming import canonical

    first = words[0] if words else ""
    if first == "-":
        return None, words[1:]
    if not first or canonical(first) or not (Path(first).suffix or "/" in first):
        return None, words
    try:
        lab.entry(first)
    except (NothingFound, UsageError):
        return first, words[1:]
    return None, words


def _print(pieces: Iterable[str]) -> None:
    """Write text as UTF-8 whatever the terminal's language: other tools read it, and a bare line feed ends each line."""
    sys.stdout.flush()
    if not hasattr(sys.stdout, "buffer"):
        sys.stdout.writelines(pieces)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _save(pieces: Iterable[str], target: Path, *, force: bool) -> None:
    """Write a file whole or not at all."""
    from paperlab import litter

    if (target.is_file() or target.is_dir()) and not force:
        raise LabUnusable(f"{target}: expected no file, found one; nothing changed: name another, or add --force")
    try:
        with (
            litter.in_place_of(target) as place,
            place.open("w", encoding="utf-8", errors="replace", newline="") as file,
        ):
            file.writelines(pieces)
    except OSError as error:
        raise LabUnusable(f"{target}: cannot be written: {error.strerror}") from error


def backup(
    ctx: typer.Context,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", click_type=click.Path(path_type=Path), help="Where; default: .paperlab/backups/.")] = None,
) -> None:  # fmt: skip
    """Copy the list to a file, and print its path."""
    from paperlab.lab.root import expanded

    emit(str(context(ctx).open().backup(expanded(file) if file else None)))


def doctor(
    ctx: typer.Context,
    fix: Annotated[
        bool, typer.Option("--fix", help="Repair what can be repaired; nothing of yours is deleted.")
    ] = False,
    json: Json = False,
) -> None:
    """Look whether the list is sound, and repair it."""
    findings = context(ctx).open().doctor(fix=fix)
    if json:
        emit_json([{"name": f.name, "state": f.state, "found": f.found, "todo": f.todo} for f in findings])
    else:
        rows = [(f.state, f.name, f"{f.found}{f'; {f.todo}' if f.todo else ''}") for f in findings]
        table(("state", "what", "found"), rows)
    raise typer.Exit(1 if any(f.state == "wrong" for f in findings) else 0)


VERBS = {"import": import_, "export": export, "backup": backup, "doctor": doctor}
