"""`who-got` and `count`: what the privacy officer and the ward manager ask."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.search import (
    GROUPS,
    Paper,
    Standing,
    Wanted,
    emailed,
    find,
    latest_copy,
    replacements,
    standing_paper,
    tally,
)
from mvd_handout.domain.errors import ExitCode
from mvd_handout.domain.ids import patient_key
from tests.journal.cases import CANARIES, case_text
from tests.journal.conftest import Run
from tests.journal.entries import TIME, an_entry

Write = Callable[..., Path]
BORN = dt.date(1951, 7, 23)


@pytest.fixture
def write(home: Path, ward: Path) -> Write:
    """Return a function that fills the ward's journal with entries and returns its file."""

    def fill(*entries: Entry) -> Path:
        key = bytes.fromhex((ward / "clinic.key").read_text(encoding="ascii"))
        journal = Journal(home.parent / "state" / "mvd-handout" / "journal", key)
        journal.append(entries)
        return journal.files()[0]

    return fill


@pytest.fixture
def mine(ward: Path) -> str:
    """Return the key of the patient of the case file."""
    return patient_key(bytes.fromhex((ward / "clinic.key").read_text(encoding="ascii")), "Rq-40417", BORN)


def numbers(text: str) -> list[str]:
    """Return the first column of a table, without its head."""
    return [line.split()[0] for line in text.splitlines()[1:]]


def test_what_one_patient_got_and_what_replaced_it(run: Run, home: Path) -> None:
    assert run("make", "--case", "case.toml", "-o", "a.pdf").exit_code == ExitCode.DONE
    first = json.loads(run("who-got", "--patient", "case.toml", "--json").stdout)[0]
    moved = ("--case", "-", "--reason", "visit", "-o", "b.pdf")
    again = run("reissue", first["document_id"], *moved, text=case_text(time='"11:45"'))
    assert again.exit_code == ExitCode.DONE
    result = run("who-got", "--patient", "case.toml")
    assert result.exit_code == ExitCode.DONE
    head, one, two = result.stdout.splitlines()
    assert head.split()[:3] == ["Paper", "Dated", "Copy"]
    second = two.split()[0]
    assert one.split()[:4] == [first["document_id"], "2026-12-01", "1", second]
    assert two.split()[1:4] == ["2026-12-01", "2", "-"]
    assert "reissue (visit)" in two
    assert [line.index("hfs-recovery") for line in (one, two)] == [head.index("Handout")] * 2
    for canary in CANARIES:
        assert canary not in result.output


def test_a_patient_is_found_by_prompt_file_and_standard_input(
    run: Run, write: Write, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(an_entry(1, patient_key=mine), an_entry(2))
    only = [an_entry(1).document_id]
    assert numbers(run("who-got", "--patient", "case.toml").stdout) == only
    assert numbers(run("who-got", "--patient", "-", text=case_text()).stdout) == only
    shortest = '[patient]\nrecord_number = " rq-40417 "\nbirth_date = "1951-07-23"\n'
    assert numbers(run("who-got", "--patient", "-", text=shortest).stdout) == only
    monkeypatch.setattr("mvd_handout.commands.console.Console.has_person", lambda _: True)
    answers = iter(["Rq-40417", "1951-07-23"])
    monkeypatch.setattr("mvd_handout.commands.console.Console.ask", lambda *_: next(answers))
    assert numbers(run("who-got", "--patient", "ask").stdout) == only


def test_without_a_terminal_nobody_is_asked(run: Run, write: Write) -> None:
    write(an_entry(1))
    result = run("who-got", "--patient", "ask")
    assert result.exit_code == ExitCode.USAGE
    assert run("who-got").exit_code == ExitCode.USAGE


@pytest.mark.parametrize("option", ["--record-number", "--birth-date", "--name"])
def test_who_the_patient_is_is_no_option(run: Run, option: str) -> None:
    result = run("who-got", option, "Zqnaruvel")
    assert result.exit_code == ExitCode.USAGE
    assert "Zqnaruvel" not in result.output


def test_a_case_without_the_two_identifiers_is_refused(run: Run, write: Write) -> None:
    write(an_entry(1))
    result = run("who-got", "--patient", "-", text='[patient]\nname = "Zqnaruvel Example"\n')
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "patient.record_number" in result.stderr
    assert "Zqnaruvel" not in result.output


def test_one_paper_by_its_number(run: Run, write: Write) -> None:
    write(an_entry(1), an_entry(2, copy=2, replaces=an_entry(1).document_id), an_entry(3))
    result = run("who-got", "7k3m", "9qxa", "ooo1")
    assert numbers(result.stdout) == [an_entry(1).document_id]
    assert an_entry(2).document_id in result.stdout
    assert run("who-got", "Zqnaruvel").exit_code == ExitCode.INPUT_REFUSED
    nothing = run("who-got", "1111-1111-1111")
    assert nothing.exit_code == ExitCode.DONE
    assert nothing.stdout == ""
    assert "0 found" in nothing.stderr


def test_papers_by_version_words_and_days(run: Run, write: Write) -> None:
    write(
        an_entry(1, issued=dt.date(2026, 3, 1)),
        an_entry(2, issued=dt.date(2026, 3, 2), version="1.1.0"),
        an_entry(3, issued=dt.date(2026, 3, 3), content_hash="cd" * 32),
    )
    one, two, three = (an_entry(number).document_id for number in (1, 2, 3))
    asked = {
        ("--version", "1.1.0"): [two],
        ("--handout", "hfs-recovery"): [one, two, three],
        ("--handout", "other"): [],
        ("--content-hash", "CDCD"): [three],
        ("--from", "2026-03-02"): [two, three],
        ("--to", "2/3/2026"): [one, two],
        ("--from", "2026-03-02", "--to", "2026-03-02"): [two],
    }
    for options, found in asked.items():
        assert numbers(run("who-got", *options).stdout) == found, options
    assert run("who-got", "--from", "soon").exit_code == ExitCode.INPUT_REFUSED


def test_a_time_is_shown_as_the_clinics_clock_shows_it(run: Run, write: Write) -> None:
    write(an_entry(1, time=dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)))
    result = run("who-got", an_entry(1).document_id)
    assert "2026-07-02 00:30" in result.stdout  # Europe/London in summer
    told = json.loads(run("who-got", an_entry(1).document_id, "--json").stdout)
    assert told[0]["time"] == "2026-07-01T23:30:00+00:00"
    assert "parts" not in told[0]


def test_damage_is_said_and_ends_with_its_own_code(run: Run, write: Write) -> None:
    path = write(an_entry(1), an_entry(2), an_entry(3))
    path.write_bytes(path.read_bytes().replace(b'"7K3M-9QXA-0002"', b'"7K3M-9QXA-9992"'))
    for command in (("who-got", "--handout", "hfs-recovery"), ("count",)):
        result = run(*command)
        assert result.exit_code == ExitCode.VERIFY_MISMATCH
        assert "journal of 2026, line 2: it is not as it was written" in result.stderr
        assert "9992" not in result.stdout
    assert numbers(run("who-got", "--handout", "hfs-recovery").stdout) == [an_entry(n).document_id for n in (1, 3)]


def test_a_journal_under_an_earlier_key_is_pointed_out(run: Run, home: Path, write: Write) -> None:
    write(an_entry(1))
    Journal(home.parent / "state" / "mvd-handout" / "journal", bytes(32)).append([an_entry(2)])
    result = run("-q", "count")
    assert "1 other clinic key" in result.stderr
    assert result.exit_code == ExitCode.DONE


def test_papers_are_counted_and_shown_in_three_ways(run: Run, write: Write) -> None:
    write(
        an_entry(1, issued=dt.date(2026, 3, 1)),
        an_entry(2, issued=dt.date(2026, 3, 9), copy=2, kind="reissue", user="bob"),
        an_entry(2, issued=dt.date(2026, 3, 9), kind="email"),
        an_entry(3, issued=dt.date(2026, 11, 1), kind="batch", batch="b"),
    )
    result = run("count")
    assert result.stdout.splitlines() == [
        "Month    Papers  Of these copies  E-mails",
        "2026-03       2                1        1",
        "2026-11       1                0        0",
        "all           3                1        1",
    ]
    assert json.loads(run("count", "--by", "user", "--json").stdout) == {
        "ann": {"papers": 2, "copies": 0, "emails": 1},
        "bob": {"papers": 1, "copies": 1, "emails": 0},
    }
    rows = list(csv.reader(run("count", "--by", "day", "--csv", "--to", "2026-03-31").stdout.splitlines()))
    assert rows == [["day", "Papers", "Of these copies", "E-mails"], ["2026-03-01", "1", "0", "0"],
                    ["2026-03-09", "1", "1", "1"]]  # fmt: skip
    assert run("count", "--json", "--csv").exit_code == ExitCode.USAGE


def test_a_paper_made_again_is_counted_once_and_shown_in_one_line(run: Run, write: Write) -> None:
    again = [an_entry(1, kind="batch", batch=f"b{n}", time=TIME + dt.timedelta(minutes=n)) for n in range(3)]
    write(*again, an_entry(2), an_entry(1, kind="email"), an_entry(1, user="bob", kind="batch", batch="b9"))
    assert run("count").stdout.splitlines()[-1].split() == ["all", "2", "0", "1"]
    result = run("who-got", "--handout", "hfs-recovery")
    one = an_entry(1).document_id
    assert numbers(result.stdout) == [one, an_entry(2).document_id, one, one]
    assert "09:30  ann  batch, 3 times" in result.stdout
    assert "6 found" in result.stderr
    assert len(json.loads(run("who-got", one, "--json").stdout)) == 5


def test_a_paper_is_replaced_by_a_paper_and_an_email_by_an_email() -> None:
    one, two = an_entry(1).document_id, an_entry(2).document_id
    paper, copy = an_entry(1), an_entry(2, replaces=one, copy=2, kind="reissue")
    mails = [an_entry(1, kind="email"), an_entry(3, kind="email", replaces=one)]
    later = [an_entry(2, kind="email"), an_entry(1, kind="email", replaces=two)]
    found = find([paper, copy, *mails, *later], Wanted())
    assert [each.replaced_by for each in found] == [two, "", an_entry(3).document_id, "", one, an_entry(3).document_id]
    assert find([paper, copy, an_entry(1, kind="email")], Wanted())[-1].replaced_by == two


def test_the_paper_that_stands_for_a_patient_is_one_that_no_other_replaced(journal: Journal) -> None:
    key = an_entry(1).patient_key
    one = an_entry(1)
    two, mail = an_entry(2, patient_key=key, replaces=one.document_id), an_entry(3, patient_key=key, kind="email")
    other = an_entry(4, patient_key=key, handout="other")
    journal.append([an_entry(9), one, an_entry(8), two, mail, other, one])
    assert list(journal.about(key)) == [one, two, mail, other, one]
    assert standing_paper(journal.about(key), key, "hfs-recovery") == Paper(two.document_id, two.issued)
    assert standing_paper(journal.entries(), key, "other") == Paper(other.document_id, other.issued)
    assert standing_paper([one, two, one], an_entry(9).patient_key, "hfs-recovery") is None
    assert emailed(journal.entries(), mail.document_id) == mail
    assert emailed(journal.entries(), one.document_id) is None


def test_an_empty_journal_counts_nothing(run: Run) -> None:
    result = run("count")
    assert result.exit_code == ExitCode.DONE
    assert result.stdout.split() == ["Month", "Papers", "Of", "these", "copies", "E-mails", "all", "0", "0", "0"]


ENTRIES = st.lists(
    st.builds(
        lambda number, user, day, kind, copy: an_entry(
            number, user=user, issued=dt.date(2026, 3, day), kind=kind, copy=copy
        ),
        st.integers(0, 5),
        st.sampled_from(["ann", "bob"]),
        st.integers(1, 28),
        st.sampled_from(["make", "batch", "reissue", "email"]),
        st.integers(1, 3),
    ),
    max_size=30,
)


@given(ENTRIES, st.sampled_from(GROUPS), st.integers(1, 28), st.integers(1, 28))
def test_every_entry_is_counted_in_one_group(entries: list[Entry], by: str, first: int, last: int) -> None:
    wanted = Wanted(first=dt.date(2026, 3, first), last=dt.date(2026, 3, last))
    counted = tally(entries, by, wanted).values()
    found = [entry for entry in entries if first <= entry.issued.day <= last]
    assert len(found) == len(find(entries, wanted))
    assert sum(each.emails for each in counted) == sum(entry.kind == "email" for entry in found)
    papers = {entry.document_id for entry in found if entry.kind != "email"}
    assert sum(each.papers for each in counted) == len(papers)


@given(st.permutations(range(6)), st.integers(1, 6))
def test_the_latest_copy_is_found_from_any_that_it_replaced(order: list[int], length: int) -> None:
    chain = [an_entry(number) for number in order[:length]]
    chain = [
        an_entry(order[n], copy=n + 1, replaces=chain[n - 1].document_id if n else "", time=TIME + dt.timedelta(n))
        for n in range(length)
    ]
    others = [an_entry(90), an_entry(91, replaces=an_entry(90).document_id), an_entry(order[0], kind="email")]
    for asked in chain:
        assert latest_copy([*others, *chain, *others], asked.document_id) == (asked, chain[-1])
    assert latest_copy(others, an_entry(17).document_id) == (None, None)


EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), max_size=12)


@given(EDGES, st.sets(st.integers(0, 7)))
def test_what_replaced_a_paper_is_the_last_of_a_chain_of_papers(
    edges: list[tuple[int, int, bool]], asked: set[int]
) -> None:
    entries = [
        an_entry(new, replaces=an_entry(old).document_id, kind="email" if mail else "reissue", user=f"u{place}")
        for place, (new, old, mail) in enumerate(edges)
    ]
    found = replacements([an_entry(0), *entries, an_entry(1)], [an_entry(each).document_id for each in asked])
    for number in range(8):
        wanted, reached = None, {number}
        for entry, (new, old, mail) in zip(entries, edges, strict=True):
            if old in reached and not mail and reached - {new}:
                reached.add(new)
                wanted = entry if new != number else wanted
        assert found.get(an_entry(number).document_id) == (wanted if number in asked else None)


def test_what_replaced_the_papers_of_a_patient(journal: Journal) -> None:
    one, two, three, four = (an_entry(number).document_id for number in (1, 2, 3, 4))
    mine, other = an_entry(1).patient_key, an_entry(3).patient_key
    second = an_entry(2, copy=2, replaces=one, patient_key=mine)
    journal.append([an_entry(1), an_entry(3), second, an_entry(4, replaces=three, patient_key=other)])
    assert replacements(journal.copies(), patient_keys={mine}) == {one: second}
    assert replacements(journal.copies(), [three], {mine}).keys() == {one, three}
    assert replacements(journal.copies(), [two, four]) == {}


def test_copies_are_read_without_the_other_lines_and_damage_to_them_is_said(journal: Journal) -> None:
    copies = [an_entry(2, replaces=an_entry(1).document_id), an_entry(4, replaces=an_entry(3).document_id)]
    journal.append([an_entry(1, user='"replaces":""'), *copies])
    assert list(journal.copies()) == copies
    (path,) = journal.files()
    path.write_bytes(path.read_bytes().replace(b'"7K3M-9QXA-0002"', b'"7K3M-9QXA-9992"'))
    said: list[object] = []
    assert list(journal.copies(said.append)) == copies[1:]
    assert [str(each).partition(". ")[0] for each in said] == ["journal of 2026, line 2: it is not as it was written"]


def test_the_entries_of_some_patients_and_all_copies_are_read_without_the_others(journal: Journal) -> None:
    copy = an_entry(4, replaces=an_entry(3).document_id)
    mine = [an_entry(1), an_entry(2, user='"patient_key":"a"'), an_entry(1)]
    journal.append(
        [an_entry(3), mine[0], an_entry(5, user=f'"patient_key":"{an_entry(1).patient_key}"'), *mine[1:], copy]
    )
    assert list(journal.touching({each.patient_key for each in mine})) == [*mine, copy]
    assert list(journal.touching(set())) == [copy]
    (path,) = journal.files()
    path.write_bytes(path.read_bytes().replace(b'"7K3M-9QXA-0002"', b'"7K3M-9QXA-9992"'))
    said: list[object] = []
    assert list(journal.touching({an_entry(2).patient_key}, said.append)) == [copy]
    assert [str(each).partition(". ")[0] for each in said] == ["journal of 2026, line 4: it is not as it was written"]


@given(EDGES, st.permutations(range(3)))
def test_which_papers_many_patients_have_is_what_each_has_alone(
    edges: list[tuple[int, int, bool]], patients: list[int]
) -> None:
    entries = [
        an_entry(
            new,
            replaces=an_entry(old).document_id if old > 3 else "",
            kind="email" if mail else "batch",
            patient_key=an_entry(patients[new % 3]).patient_key,
        )
        for new, old, mail in edges
    ]
    keys = [an_entry(number).patient_key for number in range(4)]
    many = Standing(keys, "hfs-recovery")
    for entry in entries:
        many.add(entry)
    for key in keys:
        papers = [each for each in entries if each.patient_key == key and each.kind != "email"]
        replaced = {each.replaces for each in papers}
        last = next((each for each in reversed(papers) if each.document_id not in replaced), None)
        assert many.of(key) == standing_paper(entries, key, "hfs-recovery")
        assert many.of(key) == (last and Paper(last.document_id, last.issued))
