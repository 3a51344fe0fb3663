"""The table of verbs: help in groups, and each verb's module loaded only when it is called."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import Any

import click
import typer
from click.utils import make_default_short_help
from typer.core import TyperCommand, TyperGroup

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Every day": {"next": "queue", "list": "queue", "add": "queue", "start": "ladder", "done": "ladder"},
    "Down the list": {
        "triage": "triage",
        "open": "opening",
        "note": "writing",
        "skim": "ladder",
        "snooze": "ladder",
        "bump": "ladder",
        "drop": "ladder",
        "tag": "tagging",
        "explain": "writing",
        "review": "review",
        "ui": "ui",
    },
    "What comes": {
        "sync": "feeds",
        "feed": "feeds",
        "notices": "notices",
        "refs": "sources",
        "digest": "overtime",
    },
    "Look, take back": {
        "find": "queue",
        "show": "queue",
        "why": "judge",
        "similar": "judge",
        "tree": "sources",
        "stats": "overtime",
        "log": "change",
        "undo": "change",
        "redo": "change",
        "rm": "change",
        "prune": "overtime",
    },
    "The loop": {
        "extract": "making",
        "implement": "making",
        "check": "checking",
        "solution": "checking",
        "bench": "bench",
        "claims": "bench",
        "publish": "making",
        "demo": "making",
    },
    "The lab": {
        "import": "exchange",
        "export": "exchange",
        "backup": "exchange",
        "doctor": "exchange",
        "init": "lab",
        "config": "lab",
        "cache": "lab",
        "completion": "lab",
    },
}
"""Heading of the help -> verb -> module of paperlab.cli that holds it."""

MODULES = {verb: module for verbs in GROUPS.values() for verb, module in verbs.items()}


class Verbs(TyperGroup):
    """The top of the command line; loads one verb's module, or all of them for the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Name the verbs in the order of the help."""
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give one verb; where a shell asks, with what its words may be."""
        if cmd_name not in MODULES:
            return None
        command = load(cmd_name)
        if ctx.resilient_parsing:
            from paperlab.cli.completing import offering

            return offering(command)
        return command

    def _main_shell_completion(self, *words: Any, **named: Any) -> None:
        """Complete by click's own protocol, which `paperlab completion` prints the scripts of; a fault says nothing."""
        try:
            click.Group._main_shell_completion(self, *words, **named)
        except Exception:  # noqa: BLE001  whatever it is, a person is in the middle of a line
            raise SystemExit(0) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or say which one was probably meant."""
        name = args[0]
        if name not in MODULES and not name.startswith("-"):
            import difflib

            near = difflib.get_close_matches(name, MODULES, n=1)
            hint = f"did you mean `{near[0]}`?" if near else "`paperlab --help` lists the commands"
            raise click.UsageError(f"no command called {name!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs, then the options of the top, in as few lines as a screen of 60 has room for."""
        self.format_commands(ctx, formatter)
        with formatter.section("Options"):
            told = {p.name: p.get_help_record(ctx) or ("", "") for p in self.get_params(ctx)}
            pairs = [[told[name] for name in names] for names in _TOGETHER]
            rows = [(", ".join(opts for opts, _ in pair), " ".join(help for _, help in pair)) for pair in pairs]
            formatter.write_dl(rows)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """Write the verbs under their headings, the daily ones apart, all in two columns."""
        longest = max(map(len, MODULES))
        formatter.write_paragraph()
        for number, (heading, verbs) in enumerate(GROUPS.items()):
            formatter.write(f"{heading}:\n")
            rows = [(verb, told(verb, formatter.width - 6 - longest)) for verb in verbs]
            formatter.write("".join(f"  {verb:<{longest}}  {text}\n" for verb, text in rows))
            if number == 0:
                formatter.write_paragraph()


_TOGETHER = (("lab",), ("verbose", "quiet"), ("debug",), ("version", "help"))
"""Options of the top that share a line of the help."""


class DefaultVerb(TyperGroup):
    """A group of verbs whose first word may be left out: `bench adam` is `bench run adam`."""

    default: str

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default verb first unless a verb of the group, or --help alone, is named."""
        if not args or (args[0] not in self.commands and args[0] not in ("--help", "-h")):
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options of the default verb too: they are what `bench --help` is asked for."""
        super().format_options(ctx, formatter)
        command = self.commands[self.default]
        inner = click.Context(command, info_name=self.default, parent=ctx)
        rows = [row for p in command.get_params(inner) if p.name != "help" and (row := p.get_help_record(inner))]
        if rows:
            with formatter.section(f"Options of {self.default}, the command that may be left out"):
                formatter.write_dl(rows)


def default_verb(name: str) -> type[DefaultVerb]:
    """Make a group class whose default verb is `name`."""
    return type("DefaultVerb", (DefaultVerb,), {"default": name})


_PLAIN: Mapping[str, Any] = {"rich_markup_mode": None, "add_completion": False, "pretty_exceptions_enable": False}
_HELP: dict[Any, Any] = {"help_option_names": ["-h", "--help"]}


def group(**options: Any) -> typer.Typer:
    """Make a plain typer group: no rich, no completion options of its own."""
    return typer.Typer(**_PLAIN, context_settings=_HELP, **options)


def told(verb: str, room: int) -> str:
    """Give what a verb does in one line of at most `room` signs, without building its options: of all that takes 50 ms."""
    made = importlib.import_module(f"paperlab.cli.{MODULES[verb]}").VERBS[verb]
    text = made.info.help if isinstance(made, typer.Typer) else made.__doc__
    return make_default_short_help(inspect.cleandoc(text or ""), room)


def load(verb: str) -> click.Command:
    """Build one verb from its module: a function, or a group of verbs."""
    module = importlib.import_module(f"paperlab.cli.{MODULES[verb]}")
    made = module.VERBS[verb]
    if isinstance(made, typer.Typer):
        command: click.Command = typer.main.get_group(made)
    else:
        app = group()
        app.command(verb, cls=getattr(module, "CLASSES", {}).get(verb, TyperCommand))(made)
        command = typer.main.get_command(app)
    command.name = verb
    return command
