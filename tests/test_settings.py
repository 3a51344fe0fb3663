"""Settings: who wins, and what is said about a value that cannot be read."""

from pathlib import Path

import pytest

from paperlab.errors import UsageError
from paperlab.settings import SETTINGS, Settings, user_config_file


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_flag_wins_over_environment_over_lab_over_user_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, flags = tmp_path, {"bench.seeds": 1}
    expected = [(5, "default")]
    assert Settings(lab).find("bench.seeds") == expected[-1]
    write(user_config_file(), "[bench]\nseeds = 4\n")
    assert Settings(lab).find("bench.seeds") == (4, str(user_config_file()))
    write(lab / "paperlab.toml", "[bench]\nseeds = 3\n")
    assert Settings(lab).find("bench.seeds") == (3, str(lab / "paperlab.toml"))
    monkeypatch.setenv("PAPERLAB_BENCH_SEEDS", "2")
    assert Settings(lab).find("bench.seeds") == (2, "PAPERLAB_BENCH_SEEDS")
    assert Settings(lab, flags).find("bench.seeds") == (1, "flag")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[bench]\nseeds = 'many'\n", "expected a whole number from 1 to 1e9, got 'many'"),
        ("[bench]\nseeds = 0\n", "bench.seeds: expected a whole number from 1 to 1e9, got 0"),
        ("offline = 'maybe'\n", "expected true or false, got 'maybe'"),
        ("[bench]\nsseds = 3\n", "unknown setting 'bench.sseds'"),
        ("[bench\n", "expected a TOML file of settings"),
    ],
)
def test_a_wrong_settings_file_is_named_with_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "paperlab.toml", text)
    name = "offline" if "offline" in text else "bench.seeds"
    with pytest.raises(UsageError, match=said) as caught:
        Settings(tmp_path)[name]
    assert str(tmp_path / "paperlab.toml") in str(caught.value)


def test_the_mark_that_an_editor_puts_before_a_file_is_not_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "paperlab.toml").write_text("offline = true\n", encoding="utf-8-sig")
    assert Settings(tmp_path).flag("offline")


def test_every_setting_has_a_variable_of_its_own_and_help() -> None:
    variables = [s.variable for s in SETTINGS.values()]
    assert len(set(variables)) == len(variables)
    assert all(s.variable.startswith("PAPERLAB_") and s.help.endswith(".") for s in SETTINGS.values())


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("arxiv.delay", "nan", "a number from 0 to 1e9"),
        ("arxiv.delay", "-1", "a number from 0 to 1e9"),
        ("arxiv.delay", "inf", "a number from 0 to 1e9"),
        ("queue.weight.priority", "1e308", "a number from 0 to 1e9"),
        ("sync.most", "99999999999999999999", "a whole number from 1 to 1e9"),
        ("arxiv.timeout", "0", "a number from 0.001 to 1e9"),
        ("queue.wip", "-1", "a whole number from 0 to 1e9"),
        ("queue.wip", "2.5", "a whole number from 0 to 1e9"),
        ("bench.budget", "huge", "one of smoke, small, full"),
        ("bench.device", "gpu", "one of auto, cpu, cuda, mps"),
        ("bench.executor", "moon", "one of inline, processes, ray, slurm"),
        ("offline", "perhaps", "true or false"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_wherever_it_is_read(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    variable = SETTINGS[name].variable
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=f"^{variable}: expected {expected}, got '{value}'$"):
        Settings().find(name)


def test_every_default_makes_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, setting in SETTINGS.items():
        monkeypatch.setenv(setting.variable, str(setting.default))
        assert Settings().find(name) == (setting.default, setting.variable)


def test_a_text_in_a_file_is_no_number(tmp_path: Path) -> None:
    write(tmp_path / "paperlab.toml", "[arxiv]\nmirror = 5\n")
    with pytest.raises(UsageError, match=r"arxiv.mirror: expected text in quotes, got 5"):
        Settings(tmp_path).text("arxiv.mirror")


@pytest.mark.parametrize(("text", "value"), [("1", True), ("no", False), ("", False), ("ON", True)])
def test_yes_and_no_are_read_in_the_usual_words(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("PAPERLAB_OFFLINE", text)
    assert Settings().flag("offline") is value


@pytest.mark.parametrize("variable", ["XDG_CONFIG_HOME", "XDG_STATE_HOME"])
@pytest.mark.parametrize("value", [None, "", "  ", "/somewhere/else"])
def test_folders_are_those_of_platformdirs(monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None) -> None:
    import platformdirs

    from paperlab.settings import _folder

    monkeypatch.delenv(variable, raising=False)
    if value is not None:
        monkeypatch.setenv(variable, value)
    for which in ("user_config_path", "user_state_path"):
        assert _folder("PAPERLAB_NOWHERE", which) == getattr(platformdirs, which)("paperlab", appauthor=False)
