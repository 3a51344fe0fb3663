"""Settings: flag > environment > lab file (paperlab.toml) > user file (config.toml) > default.

One table holds every setting; `paperlab config` prints each value and where it came from.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from paperlab.errors import UsageError

Value = str | int | float | bool


class Setting(NamedTuple):
    """One row of the table; the type of `default` is the type of the setting."""

    default: Value
    variable: str
    help: str
    least: float = 0.0
    """The smallest number that makes sense; for a number."""
    choices: tuple[str, ...] = ()
    """The words that make sense, all where empty; for a text."""


SETTINGS: Mapping[str, Setting] = {
    "arxiv.mirror": Setting("", "PAPERLAB_ARXIV_MIRROR", "Address of a server to ask in place of arXiv's hosts."),
    "arxiv.delay": Setting(3.0, "PAPERLAB_ARXIV_DELAY", "Seconds between two requests; arXiv's terms ask for 3."),
    "arxiv.timeout": Setting(60.0, "PAPERLAB_ARXIV_TIMEOUT", "Seconds to wait for an answer.", least=0.001),
    "arxiv.contact": Setting("", "PAPERLAB_ARXIV_CONTACT", "Your mail address, told to arXiv in the User-Agent."),
    "offline": Setting(False, "PAPERLAB_OFFLINE", "Ask nothing of any network."),
    "queue.wip": Setting(3, "PAPERLAB_QUEUE_WIP", "How many papers may be in state reading at once; 0 is any number."),
    "queue.weight.list": Setting(1.0, "PAPERLAB_QUEUE_WEIGHT_LIST", "What any paper on the list is worth, in points."),
    "queue.weight.priority": Setting(
        3.0, "PAPERLAB_QUEUE_WEIGHT_PRIORITY", "Points for each step of the priority (0-9)."
    ),
    "queue.weight.reading": Setting(6.0, "PAPERLAB_QUEUE_WEIGHT_READING", "Points for being read already."),
    "queue.weight.skimmed": Setting(2.0, "PAPERLAB_QUEUE_WEIGHT_SKIMMED", "Points for having been skimmed."),
    "queue.weight.why": Setting(1.0, "PAPERLAB_QUEUE_WEIGHT_WHY", "Points for having a why."),
    "queue.weight.mention": Setting(
        1.0, "PAPERLAB_QUEUE_WEIGHT_MENTION", "Points for each of your papers (5 at most) that leads to it."
    ),
    "queue.weight.age": Setting(1.0, "PAPERLAB_QUEUE_WEIGHT_AGE", "Points for each month of waiting, a year at most."),
    "queue.weight.relevance": Setting(4.0, "PAPERLAB_QUEUE_WEIGHT_RELEVANCE", "Points for a learned relevance of 1."),
    "queue.weight.against": Setting(
        1.0, "PAPERLAB_QUEUE_WEIGHT_AGAINST", "Points taken for a learned relevance of -1."
    ),
    "queue.weight.implementable": Setting(
        1.0, "PAPERLAB_QUEUE_WEIGHT_IMPLEMENTABLE", "Points for each sign (3 at most) that it can be implemented."
    ),
    "queue.weight.withdrawn": Setting(1000.0, "PAPERLAB_QUEUE_WEIGHT_WITHDRAWN", "Points taken for being withdrawn."),
    "queue.pace": Setting(True, "PAPERLAB_QUEUE_PACE", "Correct minutes by the pace measured on your finished papers."),
    "sync.first": Setting(50, "PAPERLAB_SYNC_FIRST", "Papers that the first reading of a saved query takes.", least=1),
    "sync.most": Setting(2000, "PAPERLAB_SYNC_MOST", "Papers that a later reading takes at most.", least=1),
    "sync.recheck_days": Setting(
        7, "PAPERLAB_SYNC_RECHECK_DAYS", "Days after which arXiv is asked again for a paper of the list."
    ),
    "sync.recheck": Setting(100, "PAPERLAB_SYNC_RECHECK", "Papers of the list that one sync asks for again, at most."),
    "backup.keep": Setting(10, "PAPERLAB_BACKUP_KEEP", "How many backups stay in .paperlab/backups.", least=1),
    "scaffold.without": Setting(
        "", "PAPERLAB_SCAFFOLD_WITHOUT", "Sections of a notebook to leave out, such as `ablation, exercises`."
    ),
    "bench.budget": Setting(
        "small", "PAPERLAB_BENCH_BUDGET", "smoke, small or full.", choices=("smoke", "small", "full")
    ),
    "bench.seeds": Setting(5, "PAPERLAB_BENCH_SEEDS", "Seeds of each quality measurement.", least=1),
    "bench.device": Setting(
        "auto", "PAPERLAB_BENCH_DEVICE", "auto, cpu, cuda or mps.", choices=("auto", "cpu", "cuda", "mps")
    ),
    "bench.jobs": Setting(1, "PAPERLAB_BENCH_JOBS", "Units of work run side by side.", least=1),
    "bench.executor": Setting(
        "processes",
        "PAPERLAB_BENCH_EXECUTOR",
        "Where units run: inline, processes, ray or slurm.",
        choices=("inline", "processes", "ray", "slurm"),
    ),
    "publish.out": Setting("site", "PAPERLAB_PUBLISH_OUT", "Folder of the site, relative to the lab."),
    "publish.author": Setting("", "PAPERLAB_PUBLISH_AUTHOR", "Your name on the pages."),
    "publish.timeout": Setting(
        90.0, "PAPERLAB_PUBLISH_TIMEOUT", "Seconds that one cell of a notebook may run.", least=0.001
    ),
}


class Settings:
    """Settings of one run.

    Attributes:
        lab: the lab's root, or None outside a lab.
        flags: what the command line said, by name of the setting.
    """

    def __init__(self, lab: Path | None = None, flags: Mapping[str, Value] | None = None) -> None:
        self.lab = lab
        self.flags = flags

    def __getitem__(self, name: str) -> Value:
        """Give the value of a setting; KeyError for a name outside the table is our own mistake."""
        return self.find(name)[0]

    def find(self, name: str) -> tuple[Value, str]:
        """Give the value of a setting and where it came from.

        Raises:
            UsageError: a value that cannot be read as the setting's type.
        """
        setting = SETTINGS[name]
        if self.flags and name in self.flags:
            return self.flags[name], "flag"
        if setting.variable in os.environ:
            return _read(setting, os.environ[setting.variable], setting.variable), setting.variable
        for path, values in self._files:
            if name in values:
                return _read(setting, values[name], f"{path}, {name}"), str(path)
        return setting.default, "default"

    def text(self, name: str) -> str:
        """Give a text setting."""
        return str(self[name])

    def number(self, name: str) -> float:
        """Give a number setting."""
        return float(self[name])

    def flag(self, name: str) -> bool:
        """Give a yes-or-no setting."""
        return bool(self[name])

    @cached_property
    def _files(self) -> tuple[tuple[Path, Mapping[str, object]], ...]:
        paths = [self.lab / "paperlab.toml"] if self.lab else []
        return tuple((path, _load(path)) for path in [*paths, user_config_file()] if path.is_file())


def user_config_file() -> Path:
    """Give the path of the user's own settings; it need not exist."""
    return _folder("PAPERLAB_CONFIG_DIR", "user_config_path") / "config.toml"


def state_folder() -> Path:
    """Give the folder for what holds across labs and processes: when arXiv may next be asked."""
    return _folder("PAPERLAB_STATE_DIR", "user_state_path")


_XDG = {
    "user_config_path": ("XDG_CONFIG_HOME", ".config"),
    "user_state_path": ("XDG_STATE_HOME", ".local/state"),
}
"""Folder -> its variable, and where it is below the home where that is not set; specifications.freedesktop.org/basedir-spec."""


def _folder(variable: str, which: str) -> Path:
    if os.environ.get(variable):
        return Path(os.environ[variable])
    if str(sys.platform).startswith("linux"):  # as platformdirs does, whose import takes a tenth of `next`
        base, instead = _XDG[which]
        return Path(os.environ.get(base, "").strip() or Path.home() / instead, "paperlab")
    import platformdirs

    return Path(getattr(platformdirs, which)("paperlab", appauthor=False))


def _load(path: Path) -> Mapping[str, object]:
    """Read a settings file; tables become dotted names, and an unknown name is refused."""
    import tomllib

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: expected a TOML file of settings, got: {error}") from error
    flat = _flat(data)
    for name in flat:
        if name not in SETTINGS:
            raise UsageError(f"{path}: unknown setting {name!r}; known are {', '.join(SETTINGS)}")
    return flat


def _flat(data: Mapping[str, object], above: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in data.items():
        flat |= _flat(value, f"{above}{key}.") if isinstance(value, dict) else {f"{above}{key}": value}
    return flat


_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def _read(setting: Setting, value: object, where: str) -> Value:
    """Read a value as the type of the setting's default, within what makes sense."""
    try:
        found = _as_type(setting.default, value)
    except (ValueError, KeyError):
        found = None
    if found is None or not _sensible(setting, found):
        raise UsageError(f"{where}: expected {_expected(setting)}, got {value!r:.60}")
    return found


def _as_type(like: Value, value: object) -> Value | None:
    text = str(value).strip()
    if isinstance(like, bool):
        return {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}[text.lower()]
    if isinstance(like, str) and not isinstance(value, str):
        return None
    return type(like)(text)


_MOST = 1e9
"""Of any number: more overflows a clock or a column, or leaves of a sum only itself."""


def _sensible(setting: Setting, found: Value) -> bool:
    if isinstance(found, str):
        return not setting.choices or found in setting.choices
    return isinstance(found, bool) or setting.least <= found <= _MOST


def _expected(setting: Setting) -> str:
    """Say in words what a setting takes."""
    match setting.default:
        case bool():
            return "true or false"
        case int():
            return f"a whole number from {setting.least:g} to 1e9"
        case float():
            return f"a number from {setting.least:g} to 1e9"
        case _:
            return f"one of {', '.join(setting.choices)}" if setting.choices else "text in quotes"
