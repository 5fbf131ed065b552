"""The seam for bigger iron: whoever makes the papers of a batch, they are the same papers in the same order."""

from __future__ import annotations

import concurrent.futures as futures
import csv
import datetime as dt
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import distributed
import pytest
import trustme
from click.testing import CliRunner

from benchmarks.patients import patients
from mvd_handout.commands.cli import cli
from mvd_handout.commands.demo import write_demo_clinic
from mvd_handout.commands.places import today
from mvd_handout.delivery.batch import executors
from mvd_handout.delivery.batch.executors import opened
from mvd_handout.delivery.batch.workers import InProcess, Order, Result, make_all
from mvd_handout.delivery.papers import Recipe
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import ExitCode, InputError
from tests.samples import APPROVAL, ISSUED, handout, make_clinic

# What dask's own code and Tornado leave to be collected is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
TLS = "distributed.comm.tls"


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(make_clinic(), {"en": handout()}, {"en": APPROVAL})


@pytest.fixture(scope="module")
def orders() -> tuple[Order, ...]:
    """Return ten patients, no two alike, one of whom cannot be given a paper."""
    cases = [data for data, _ in patients(10)]
    cases[6]["surgeon"] = "Nobody We Know"
    made = (Case.parse({"surgeon": "Dr Morgan Sample", **data}) for data in cases)
    return tuple(Order(row, case, ISSUED) for row, case in enumerate(made, start=2))


@pytest.fixture(scope="module")
def expected(recipe: Recipe, orders: tuple[Order, ...]) -> list[Result]:
    results = list(make_all(recipe, orders, InProcess(), 1))
    assert [result.row for result in results if result.paper is None] == [8]
    return results


def cluster(**settings: Any) -> Any:
    """Start a scheduler and two workers inside this process."""
    fixed = {"processes": False, "host": "127.0.0.1", "protocol": "tcp", "dashboard_address": ":0"}
    start: Any = distributed.LocalCluster  # not typed
    return start(**{**fixed, "n_workers": 2, "threads_per_worker": 1, **settings})


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with cluster() as started:
        yield f"dask:{started.scheduler_address}"


@pytest.fixture
def certificates(tmp_path: Path) -> Iterator[None]:
    """Settings of dask with a certificate that both ends trust."""
    authority = trustme.CA()
    pair, root = tmp_path / "pair.pem", tmp_path / "ca.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(pair)
    authority.cert_pem.write_to_path(root)
    ends = {f"{TLS}.{end}.{part}": str(pair) for end in ("client", "scheduler", "worker") for part in ("key", "cert")}
    with dask.config.set({f"{TLS}.ca-file": str(root), **ends}):
        yield


def test_the_standard_library_s_processes_make_the_same(
    recipe: Recipe, orders: tuple[Order, ...], expected: list[Result]
) -> None:
    with futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as executor:
        assert list(make_all(recipe, orders, executor, 3, chunk=3)) == expected


def test_dask_s_own_executor_makes_the_same(
    recipe: Recipe, orders: tuple[Order, ...], expected: list[Result], scheduler: str
) -> None:
    connect: Any = distributed.Client
    with connect(scheduler.partition(":")[2], set_as_default=False) as client:
        assert list(make_all(recipe, orders, client.get_executor(), 3, chunk=3)) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_without_an_engine_this_computer_does_the_work(
    recipe: Recipe, orders: tuple[Order, ...], expected: list[Result], jobs: int
) -> None:
    with opened(None, jobs) as (executor, window):
        assert list(make_all(recipe, orders, executor, window, chunk=3)) == expected


def test_a_cluster_does_the_work_and_is_kept_busy(
    recipe: Recipe, orders: tuple[Order, ...], expected: list[Result], scheduler: str
) -> None:
    with opened(scheduler, 1) as (executor, window):
        assert window == 5  # two jobs for each worker, and one
        assert list(make_all(recipe, orders, executor, window, chunk=3)) == expected


def test_names_of_jobs_on_the_cluster_tell_nothing_about_what_is_in_them(orders: tuple[Order, ...]) -> None:
    with cluster() as started, opened(f"dask:{started.scheduler_address}", 1) as (executor, _):
        submitted = [executor.submit(repr, orders[0]) for _ in range(2)]
        assert [future.result() for future in submitted] == ["Order(row 2)"] * 2
        # The same work twice has two names: they are random, not made of its content.
        names = {str(name) for event in started.scheduler.transition_log for name in event[:1]}
        assert len({name for name in names if name.startswith("repr-")}) == 2


@pytest.mark.usefixtures("certificates")
def test_an_encrypted_line_needs_only_dask_s_settings(
    recipe: Recipe, orders: tuple[Order, ...], expected: list[Result]
) -> None:
    with cluster(protocol="tls") as started:
        assert started.scheduler_address.startswith("tls://")
        with opened(f"dask:{started.scheduler_address}", 1) as (executor, window):
            assert list(make_all(recipe, orders[:2], executor, window)) == expected[:2]


@pytest.mark.parametrize(
    ("engine", "found"),
    [
        ("ray:auto", "no engine"),
        ("dask", "no engine"),
        ("dask:scheduler.example.org", "no engine"),
        ("dask:tcp://scheduler.example.org:8786", "unencrypted"),
        ("dask:tcp://192.0.2.7:8786", "unencrypted"),
        ("dask:tcp://127.0.0.1:1@192.0.2.7:8786", "unencrypted"),
        ("dask:ws://scheduler.example.org:8786", "unencrypted"),
    ],
)
def test_no_patient_s_data_leaves_the_computer_unencrypted(engine: str, found: str) -> None:
    with pytest.raises(InputError, match=found) as refused, opened(engine, 1):
        pytest.fail("it was opened")
    assert refused.value.exit_code is ExitCode.INPUT_REFUSED


@pytest.mark.parametrize("address", ["tcp://192.0.2.7:40001", "ws://192.0.2.7:40001", "tcp://[2001:db8::7]:40001"])
def test_a_worker_on_the_network_is_refused_though_the_scheduler_is_here(
    address: str, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed.Client, "nthreads", lambda client: {"tcp://127.0.0.1:40000": 1, address: 1})
    with pytest.raises(InputError, match="unencrypted to a worker"), opened(scheduler, 1):
        pytest.fail("it was opened")


def test_a_scheduler_that_listens_on_the_network_is_refused_by_whatever_address_it_is_reached(
    scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributed.Client, "scheduler_info", lambda client: {"address": "tcp://192.0.2.7:8786"})
    with pytest.raises(InputError, match="open to the network"), opened(scheduler, 1):
        pytest.fail("it was opened")


def test_a_scheduler_that_is_not_there_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "_PATIENCE", "200ms")
    with pytest.raises(InputError, match="does not answer"), opened("dask:tcp://127.0.0.1:9", 1):
        pytest.fail("it was opened")


def test_workers_with_several_threads_are_refused() -> None:
    with (
        cluster(threads_per_worker=2) as started,
        pytest.raises(InputError, match="--nthreads 1"),
        opened(f"dask:{started.scheduler_address}", 1),
    ):
        pytest.fail("it was opened")


def test_a_cluster_without_workers_is_refused() -> None:
    with (
        cluster(n_workers=0) as started,
        pytest.raises(InputError, match="no workers"),
        opened(f"dask:{started.scheduler_address}", 1),
    ):
        pytest.fail("it was opened")


def test_workers_with_another_version_are_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "__version__", "0.0.0")
    monkeypatch.setattr(executors, "version", dt.date.today)
    with pytest.raises(InputError, match="another version"), opened(scheduler, 1):
        pytest.fail("it was opened")


def test_the_command_makes_the_same_files_on_a_cluster(scheduler: str, tmp_path: Path) -> None:
    rows = [row for _, row in patients(3, discharged=today("Europe/London"))]
    roster = tmp_path / "roster.csv"
    with roster.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted({heading for row in rows for heading in row}))
        writer.writeheader()
        writer.writerows(rows)
    write_demo_clinic(tmp_path / "clinic", force=False)

    def batch(name: str, *options: str) -> dict[str, bytes]:
        arguments = ["batch", str(roster), "-d", str(tmp_path / name), "--clinic", str(tmp_path / "clinic"), "--draft"]
        result = CliRunner().invoke(cli, [*arguments, *options])
        assert result.exit_code == 0, result.output
        return {path.name: path.read_bytes() for path in (tmp_path / name).glob("*.pdf")}

    made = batch("cluster", "--executor", scheduler)
    assert len(made) == 3
    assert made == batch("here", "--jobs", "1")


def test_a_cluster_and_a_number_of_processes_are_one_too_many(tmp_path: Path) -> None:
    options = ["--executor", "dask:tls://scheduler.example.org:8786", "--jobs", "2"]
    result = CliRunner().invoke(cli, ["batch", "roster.csv", "-d", str(tmp_path / "papers"), *options])
    assert result.exit_code == ExitCode.USAGE
    assert not (tmp_path / "papers").exists()
