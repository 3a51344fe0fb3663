import math
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paperlab.errors import LabUnusable
from paperlab.library import Library, Measurements
from paperlab.records.measurement import Measurement

ROW = Measurement(
    key="k1", slug="adam", source_hash="s", kind="quality", case="mnist1d", case_version=1, arm="ours", seed=0,
    budget="smoke", device="cpu", metric="accuracy", unit="1", higher_is_better=True, value=0.5,
    samples=(0.1, 0.2), seconds=1.5, at="2026-01-01T00:00:00Z", environment={"threads": 1, "cpu": {"load": [0.1]}},
)  # fmt: skip


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def store(tmp_path: Path) -> Measurements:
    return Measurements(tmp_path / ".paperlab" / "measurements.db")


def test_no_file_is_no_rows_and_reading_makes_none(store: Measurements) -> None:
    assert (store.rows(), store.latest()) == ([], {})
    assert not store.path.parent.exists()
    store.append([])
    assert not store.path.exists()


def test_rows_come_back_in_order_by_slug_and_key(store: Measurements) -> None:
    rows = [ROW, replace(ROW, key="k2"), replace(ROW, slug="mnist1d"), replace(ROW, value=0.7)]
    store.append(rows[:2])
    store.append(rows[2:])
    assert store.rows() == rows
    assert store.rows("adam") == [rows[0], rows[1], rows[3]]
    assert store.rows(key="k2") == [rows[1]]
    assert store.rows("mnist1d", "k2") == []
    assert store.latest("adam") == {"k1": rows[3], "k2": rows[1]}
    store.append([replace(ROW, key="k3", source_hash="")])
    assert set(store.latest(source_hash="")) == {"k3"}
    assert names(store.path.parent) == ["measurements.db"]


numbers = st.floats(allow_nan=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(
    value=st.none() | numbers, samples=st.lists(numbers, max_size=5), failure=st.text(max_size=50),
    environment=st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=5)),
)  # fmt: skip
def test_any_row_comes_back_equal(store: Measurements, value, samples, failure, environment) -> None:
    row = replace(ROW, value=value, samples=tuple(samples), failure=failure.replace("\0", ""), environment=environment)
    store.append([row])
    assert store.rows()[-1] == row


def test_what_is_no_number_is_kept_as_what_it_is(store: Measurements) -> None:
    store.append([replace(ROW, value=math.nan, samples=(math.nan, math.inf, 1.0), environment={"a": math.inf})])
    (row,) = store.rows()
    assert row.value is None
    assert math.isnan(row.samples[0])
    assert row.samples[1:] == (math.inf, 1.0)


def test_every_field_of_the_record_is_kept(store: Measurements) -> None:
    row = replace(ROW, limit=0.25, equation="(3)", notes={"a": "b"}, failure="x", claims_hash="c", status="failed")
    store.append([row])
    assert store.rows() == [row]


@pytest.mark.parametrize("sql", ["UPDATE measurements SET value = 1", "DELETE FROM measurements"])
def test_rows_cannot_be_changed_or_deleted(store: Measurements, sql: str) -> None:
    store.append([ROW])
    connection = sqlite3.connect(store.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(sql)
    connection.close()
    assert store.rows() == [ROW]


def test_all_rows_or_none(store: Measurements) -> None:
    store.append([ROW])
    with pytest.raises(Exception, match="seed"):
        store.append([replace(ROW, key="k2"), replace(ROW, seed=None)])
    assert store.rows() == [ROW]


def test_a_newer_schema_and_a_foreign_file_are_refused(store: Measurements, tmp_path: Path) -> None:
    store.append([ROW])
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 9")
    connection.close()
    with pytest.raises(LabUnusable, match="newer paperlab"):
        store.rows()
    with pytest.raises(LabUnusable, match="newer paperlab"):
        store.append([ROW])
    Library.create(tmp_path / "list.db").close()
    with pytest.raises(LabUnusable, match="expected a file of kind measurements"):
        Measurements(tmp_path / "list.db").append([ROW])
