"""The seam to executors: results in roster order, faults as values, bounded work on the way, no patient in an error."""

from __future__ import annotations

import concurrent.futures as futures
import itertools
import os
import pickle
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mvd_handout.delivery.batch.workers import (
    InProcess,
    Order,
    Result,
    WorkerError,
    WorkerProcesses,
    make_all,
    make_papers,
    open_executor,
)
from mvd_handout.delivery.papers import Recipe, make_paper, plan_paper
from tests.samples import APPROVAL, ISSUED, handout, make_case, make_clinic


@pytest.fixture(scope="module")
def recipe() -> Recipe:
    return Recipe(make_clinic(), {"en": handout()}, {"en": APPROVAL})


def order(row: int, **changes: object) -> Order:
    patient = {"name": f"Alex Example {row}", "record_number": f"TEST-{row:04}"}
    return Order(row, make_case(**{"patient": patient, **changes}), ISSUED)


class Counting(InProcess):
    """Counts the jobs that nobody has asked the result of yet."""

    def __init__(self) -> None:
        self.open = self.most = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> futures.Future[Any]:
        self.open += 1
        self.most = max(self.most, self.open)
        future = super().submit(fn, *args, **kwargs)
        get = future.result

        def result(timeout: float | None = None) -> Any:
            self.open -= 1
            return get(timeout)

        future.result = result  # type: ignore[method-assign]
        return future


def test_the_ids_of_a_paper_are_known_before_it_is_made(recipe: Recipe) -> None:
    case = order(2).case
    paper = make_paper(recipe, case, ISSUED)
    assert plan_paper(recipe, case, ISSUED) == (paper.document_id, paper.patient_key)


def test_worker_processes_give_what_this_process_gives_in_the_same_order(recipe: Recipe) -> None:
    orders = [order(row) for row in range(2, 9)]
    here = list(make_all(recipe, orders, InProcess(), 1))
    with WorkerProcesses(2) as executor:
        there = list(make_all(recipe, iter(orders), executor, 3, chunk=2))
    assert [result.row for result in there] == [each.row for each in orders]
    assert there == here
    assert all(result.paper for result in there)


def test_never_more_jobs_are_on_their_way_than_the_window_and_orders_are_read_as_needed(recipe: Recipe) -> None:
    read: list[int] = []

    def orders() -> Iterator[Order]:
        for row in itertools.count(2):
            read.append(row)
            yield order(row, surgeon="Nobody We Know")  # refused at once, so nothing is drawn

    executor = Counting()
    results = make_all(recipe, orders(), executor, 3, chunk=2)
    assert [next(results).row for _ in range(20)] == list(range(2, 22))
    assert executor.most == 3
    assert len(read) <= 20 + 3 * 2
    results.close()  # type: ignore[attr-defined]


def test_a_refused_case_is_a_value_and_the_others_are_made(recipe: Recipe) -> None:
    orders = [order(2), order(3, surgeon="Nobody We Know"), order(4)]
    made, refused, last = make_all(recipe, orders, InProcess(), 1)
    assert made.paper
    assert last.paper
    assert refused == Result(3, None, refused.faults)
    assert "surgeon" in str(refused.faults[0])


def test_a_defect_of_the_program_names_its_type_and_nothing_of_the_patient(
    recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(recipe: Recipe, case: Any, issued: object) -> None:
        raise KeyError(case.patient.name)

    monkeypatch.setattr("mvd_handout.delivery.batch.workers.make_paper", defect)
    (result,) = make_papers(pickle.dumps(recipe), [order(2)])
    assert result.paper is None
    assert "KeyError" in str(result.faults[0])
    assert "Alex" not in str(result)


def test_two_recipes_in_one_process_are_never_confused(recipe: Recipe) -> None:
    other = Recipe(make_clinic(hospital={"name": "Another Hospital"}), recipe.texts, recipe.approvals)
    ids = [make_papers(pickle.dumps(each), [order(2)])[0].paper for each in (recipe, other, recipe)]
    assert ids[0] == ids[2] != ids[1]


def die(settings: bytes, orders: object) -> None:
    os._exit(9)


def test_a_worker_that_dies_is_an_error_that_says_what_to_do(recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mvd_handout.delivery.batch.workers.make_papers", die)
    with WorkerProcesses(2) as executor, pytest.raises(WorkerError, match=r"Run the same command again.*--jobs 1"):
        list(make_all(recipe, [order(2)], executor, 3))


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals of POSIX")
def test_ctrl_c_is_the_parents_matter_alone_and_reaches_it_as_before() -> None:
    with WorkerProcesses(1) as executor:
        assert executor.submit(signal.getsignal, signal.SIGINT).result() is signal.SIG_IGN
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_one_job_needs_no_other_process() -> None:
    executor, window = open_executor(1)
    assert isinstance(executor, InProcess)
    assert window == 1


def test_nothing_of_an_order_shows(recipe: Recipe) -> None:
    assert "Alex" not in repr(order(2)) + repr(make_papers(pickle.dumps(recipe), [order(2)]))
