"""Plan and manifest: the same for the same work, read back as written, refused when anybody changed them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from mvd_handout.delivery.batch.manifest import Entry, Head, Manifest, dump_manifest, read_manifest
from mvd_handout.delivery.batch.plan import Plan, PlannedPaper, dump_plan, orders, plan_batch, read_plan
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.errors import ApprovalError, Fault, InputError, OutputError
from tests.batch.ward import TODAY, cells, patients, plan, roster_csv
from tests.samples import APPROVAL

BATCHES, KEYS, HASHES = (st.binary(min_size=size, max_size=size).map(bytes.hex) for size in (6, 12, 32))
IDS = st.from_regex(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", fullmatch=True)
DATES = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
ROWS = st.integers(2, 200_000)
ENTRIES = st.lists(
    st.builds(
        Entry, row=ROWS, patient_key=KEYS, document_id=IDS, sha256=HASHES, pages=st.integers(1, 99),
        handout=st.just("hfs-recovery"), version=st.just("1.0.0"), language=st.just("en"), issued=DATES,
    ),
    max_size=6,
    unique_by=lambda entry: entry.document_id,
)  # fmt: skip
PAPERS = st.builds(
    PlannedPaper, row=ROWS, digest=HASHES, document_id=IDS, patient_key=KEYS, language=st.just("en"), issued=DATES
)
PLANS = st.builds(
    Plan, batch=BATCHES, made=DATES, roster=HASHES, content=HASHES,
    options=st.dictionaries(st.text(max_size=5), st.text()),
    held=st.lists(ROWS).map(tuple), left_out=st.lists(ROWS).map(tuple), papers=st.lists(PAPERS, max_size=5).map(tuple),
    index=st.just("") | HASHES,
)  # fmt: skip
HEAD = Head(1, "0123456789ab", TODAY, 6)


@given(PLANS)
def test_a_plan_reads_back_as_it_was_written(made: Plan) -> None:
    assert read_plan(dump_plan(made)) == made


@given(PLANS, st.data())
def test_a_plan_that_was_cut_or_garbled_is_refused_and_never_read_as_less(made: Plan, data: st.DataObject) -> None:
    whole = dump_plan(made)
    at = data.draw(st.integers(0, len(whole) - 1))
    for broken in (whole[:at], whole[:at] + data.draw(st.binary(min_size=1, max_size=20))):
        if broken != whole:
            with contextlib.suppress(OutputError):
                assert len(read_plan(broken).papers) == len(made.papers)


@given(ENTRIES, st.none() | DATES)
def test_a_manifest_reads_back_as_it_was_written(entries: list[Entry], purged: dt.date | None) -> None:
    data = dump_manifest(HEAD, entries) + (json.dumps({"purged": str(purged)}) + "\n" if purged else "").encode()
    assert read_manifest(data) == Manifest(HEAD, {entry.document_id: entry for entry in entries}, purged)


@given(ENTRIES, st.integers(1), st.binary(max_size=30))
def test_a_torn_end_costs_no_line_before_it(entries: list[Entry], cut: int, garbage: bytes) -> None:
    whole = dump_manifest(HEAD, entries)
    lines = whole.splitlines(keepends=True)
    head = len(lines[0])
    at = head + cut % (len(whole) - head + 1)
    found = read_manifest(whole[:at] + b"\0" + garbage)
    survived = sum(len(b"".join(lines[: number + 1])) <= at for number in range(1, len(lines)))
    assert list(found.entries.values()) == entries[:survived]
    assert found.torn


@given(ENTRIES.filter(len), st.binary(min_size=1).filter(lambda data: b"\n" not in data))
def test_garbage_before_the_end_is_never_passed_over(entries: list[Entry], garbage: bytes) -> None:
    lines = dump_manifest(HEAD, entries).splitlines(keepends=True)
    lines.insert(len(lines) - 1, b"{" + garbage + b"\n")
    with pytest.raises(OutputError, match="as this program wrote it"):
        read_manifest(b"".join(lines))


@given(st.binary(max_size=200))
def test_anything_else_is_not_a_manifest_and_not_a_plan(data: bytes) -> None:
    for read in (read_manifest, read_plan):
        with pytest.raises(OutputError):
            read(data)


def test_the_latest_line_of_a_paper_counts() -> None:
    old = Entry(2, "0" * 24, "AAAA-AAAA-AAAA", "1" * 64, 8, "hfs-recovery", "1.0.0", "en", TODAY)
    new = structs.replace(old, sha256="2" * 64)
    assert read_manifest(dump_manifest(HEAD, [old, new])).entries == {"AAAA-AAAA-AAAA": new}


def test_the_same_roster_gives_the_same_plan_but_for_its_random_id(ward: Path) -> None:
    one, other = (plan(ward, patients(5))[1].plan for _ in range(2))
    assert one.batch != other.batch
    assert one.is_same_work(other)
    assert structs.replace(one, batch="", made=TODAY) == structs.replace(other, batch="", made=TODAY)


@pytest.mark.parametrize(
    "change", [{"Name": "Bo Other"}, {"Side": "both"}, {"Discharge_date": "2026-12-02"}, {"Print_size": "large"}]
)
def test_whatever_changes_a_paper_changes_its_id_and_the_plan(ward: Path, change: dict[str, str]) -> None:
    one = plan(ward, roster_csv([cells(0), cells(1)]))[1].plan
    other = plan(ward, roster_csv([cells(0), cells(1, **change)]))[1].plan
    assert not one.is_same_work(other)
    assert one.papers[0] == other.papers[0]
    assert one.papers[1].document_id != other.papers[1].document_id


def test_rows_on_hold_are_not_planned_and_the_index_has_the_others(ward: Path) -> None:
    _, planned = plan(ward, roster_csv([cells(0), cells(1, Hold="died"), cells(2)]))
    assert planned.plan.held == (3,)
    assert [paper.row for paper in planned.plan.papers] == [2, 4]
    ids = [paper.document_id for paper in planned.plan.papers]
    assert planned.index.decode("utf-8-sig").splitlines() == [
        "Document id,Record number,Row", f"{ids[0]},TEST-00000,2", f"{ids[1]},TEST-00002,4",
    ]  # fmt: skip
    assert "TEST" not in repr(planned)


def test_a_row_without_a_date_for_the_paper_is_a_fault_that_names_it(ward: Path) -> None:
    planned_operation = {"Operation_status": "planned", "Operation_date": "2026-12-20", "Discharge_date": ""}
    data = roster_csv([cells(0), cells(1, **planned_operation, Visit_1_date="2026-12-28")])
    with pytest.raises(InputError, match=r"row 3, discharge_date: nothing is here.*--issue-date") as caught:
        plan(ward, data)
    assert [getattr(fault, "row", 0) for fault in caught.value.faults] == [3]
    assert {paper.issued for paper in plan(ward, data, issued=TODAY)[1].plan.papers} == {TODAY}


def test_all_rows_that_cannot_have_a_paper_on_that_day_are_told_at_once_or_left_out(ward: Path) -> None:
    late = {"Discharge_date": "2026-12-05"}
    data = roster_csv([cells(0, **late), cells(1), cells(2, **late)])
    with pytest.raises(
        InputError, match=r"--issue-date: it lies before the day of discharge of rows 2 and 4\."
    ) as caught:
        plan(ward, data, issued=TODAY)
    assert len(caught.value.faults) == 1
    _, planned = plan(ward, data, issued=TODAY, skip_bad_rows=True)
    assert planned.plan.left_out == (2, 4)
    assert [paper.row for paper in planned.plan.papers] == [3]
    assert len(planned.faults) == 1


def test_a_refusal_is_told_once_and_nothing_is_planned(ward: Path) -> None:
    asked = []

    def permit(language: str, issued: dt.date) -> None:
        asked.append((language, issued))
        raise ApprovalError(Fault("the words", "nobody approved them", "Somebody"))

    data = roster_csv([cells(number, Discharge_date=f"2026-12-0{1 + number % 2}") for number in range(6)])
    recipe = load_recipe(ward / "clinic.toml", "hfs-recovery", ["en"])
    with pytest.raises(ApprovalError) as caught:
        plan_batch(read_roster(data), recipe, permit, today=TODAY, options={})
    assert len(asked) == 2
    assert len(caught.value.faults) == 1


def test_a_batch_under_two_approvals_is_refused(ward: Path) -> None:
    def permit(language: str, issued: dt.date) -> object:
        return structs.replace(APPROVAL, date=issued)

    data = roster_csv([cells(0), cells(1, Discharge_date="2026-12-02")])
    recipe = load_recipe(ward / "clinic.toml", "hfs-recovery", ["en"])
    with pytest.raises(ApprovalError, match="Make two rosters"):
        plan_batch(read_roster(data), recipe, permit, today=TODAY, options={})  # type: ignore[arg-type]


def test_an_order_is_never_made_of_another_row_than_was_planned(ward: Path) -> None:
    planned = plan(ward, roster_csv([cells(0), cells(1)]))[1].plan
    other = read_roster(roster_csv([cells(1), cells(0)]))
    with pytest.raises(InputError, match="not the row that was planned"):
        list(orders(planned, other, {paper.document_id for paper in planned.papers}))


def test_visits_that_are_over_when_the_paper_is_given_are_told(ward: Path) -> None:
    data = roster_csv([cells(0), cells(1, Visit_1_date="2026-12-04")])
    assert plan(ward, data)[1].notes == ()
    (note,) = plan(ward, data, issued=dt.date(2026, 12, 5))[1].notes
    assert note.startswith("row 3: visits before the day")


@pytest.mark.parametrize(("days", "noticed"), [(31, False), (32, True)])
def test_a_list_of_long_ago_is_noticed(days: int, noticed: bool, ward: Path) -> None:
    day = TODAY - dt.timedelta(days=days)
    old = cells(1, Operation_date=(day - dt.timedelta(days=2)).isoformat(), Discharge_date=day.isoformat())
    notes = plan(ward, roster_csv([cells(0), old]))[1].notes
    assert any(note.startswith("row 3: the paper bears a day more than 31 days ago") for note in notes) == noticed
