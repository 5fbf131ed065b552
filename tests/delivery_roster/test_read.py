"""What a roster is read to: the same patients, letter for letter, however a spreadsheet or record system wrote it."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io

import pytest

from mvd_handout.delivery.roster.headings import parse_columns
from mvd_handout.delivery.roster.model import RosterFault
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.delivery.roster.synonyms import load_synonyms
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from tests.delivery_roster.builders import (
    HEADINGS,
    NAMES,
    Table,
    as_csv,
    as_ods,
    as_xlsx,
    changed,
    in_row,
    names,
    raw_csv,
    refused,
    table,
    whole_column,
)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_survive_every_separator_and_encoding(separator: str, encoding: str) -> None:
    assert names(read_roster(as_csv(table(), separator, encoding))) == list(NAMES)


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp1252", "José Núñez-Ångström"), ("cp1250", "Łucja Wałęsa"), ("mac_roman", "Zoë Façade")]
)
def test_names_survive_an_encoding_that_is_named(encoding: str, name: str) -> None:
    rows = changed(3, "Name", name, whole_column("Name", ["Ada", "", "Bo"]))
    roster = read_roster(as_csv(rows, encoding=encoding), encoding=encoding)
    assert names(roster) == ["Ada", name, "Bo"]
    assert roster.notes == ()


def test_what_is_not_utf8_is_read_as_cp1252_and_that_is_said() -> None:
    rows = whole_column("Name", ["Ada O’Sample", "José Núñez", "Zoë"])
    roster = read_roster(as_csv(rows, encoding="cp1252"))
    assert names(roster) == ["Ada O’Sample", "José Núñez", "Zoë"]
    assert "cp1252" in roster.notes[0]


@pytest.mark.parametrize(
    "name",
    [
        "Žofie Škodová", "ŠÁRKA ŽIŽKOVÁ", "Õie Ärmel", "João Conceição", "JOÃO GUIMARÃES", "Œdipe Yÿs", "Ñuñez D’Ávila",
        "Gal·la Mª José", "Siân O´Brien", "Þóra Æsa", "Maria (Mia) St. John-Smith", "Ngô Thị Ánh", "Ιωάννης Ώρα",
        "Đorđe Šćepanović", "Ștefan Țuțea", "İpek Iğdır", "Ольга Щукина", "L'Été Ö–Ü",
    ],
)  # fmt: skip
def test_real_letters_are_not_taken_for_damage(name: str) -> None:
    assert names(read_roster(as_csv(changed(3, "Name", name))))[1] == name


def test_plain_letters_raise_no_doubt_about_their_encoding() -> None:
    assert read_roster(as_csv(whole_column("Name", ["A A", "B B", "C C"]))).notes == ()


@pytest.mark.parametrize(
    ("mark", "order"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_unicode_text_is_read_in_both_byte_orders(mark: bytes, order: str) -> None:
    assert names(read_roster(mark + as_csv(table(), "\t", order))) == list(NAMES)


def test_the_separator_line_of_excel_is_obeyed_and_not_counted() -> None:
    data = b"sep=|\r\n" + as_csv(changed(4, "Side", "up"), "|")
    assert [fault.row for fault in in_row(refused(data), 4, "Side")] == [4]
    assert names(read_roster(b"sep=|\r\n" + as_csv(table(), "|"))) == list(NAMES)


def test_blank_rows_and_remarks_above_the_headings_are_passed_over_and_counted() -> None:
    data = b"# a remark, with a comma;;\r\n\r\n" + as_csv(changed(3, "Side", "up")) + b"\r\n;;;\r\n\r\n"
    assert [fault.row for fault in refused(data) if isinstance(fault, RosterFault)] == [5]


def test_quoted_separators_and_quotation_marks_belong_to_the_value() -> None:
    roster = read_roster(as_csv(changed(3, "Visit 1 place", 'Level 2; the "blue" door'), quoting=csv.QUOTE_ALL))
    assert [row.case.visits[0].place for row in roster][1] == 'Level 2; the "blue" door'


@pytest.mark.parametrize("make", [as_csv, as_xlsx, as_ods])
def test_all_formats_give_the_same_cases_and_row_numbers(make: object) -> None:
    read = [(row.number, row.case) for row in read_roster(make(table()))]  # type: ignore[operator]
    assert read == [(number, _case(cells)) for number, cells in enumerate(table()[1:], start=2)]


def _case(cells: list[str]) -> Case:
    values = dict(zip(HEADINGS, cells, strict=True))
    visit = {"date": values["Visit 1 date"], "time": "10:30", "place": values["Visit 1 place"], "phone": "01632 960120"}
    return Case.parse({
        "patient": {
            "name": values["Name"], "record_number": values["Record number"], "birth_date": values["Date of birth"],
        },
        "operation": {"date": "2026-03-02", "side": "left"},
        "surgeon": values["Surgeon"], "discharge_date": "2026-03-05", "visits": [visit],
    })  # fmt: skip


@pytest.mark.parametrize("make", [as_xlsx, as_ods])
def test_typed_cells_of_workbooks_are_dates_and_times(make: object) -> None:
    rows = whole_column("Operation date", [dt.date(2026, 3, day) for day in (1, 2, 3)])
    for row in rows[1:]:
        row[HEADINGS.index("Visit 1 time")] = dt.time(9, 5)
    roster = read_roster(make(rows))  # type: ignore[operator]
    assert [row.case.operation.date.day for row in roster] == [1, 2, 3]
    assert {row.case.visits[0].time for row in roster} == {dt.time(9, 5)}


def test_a_sheet_that_does_not_begin_in_the_corner_keeps_its_row_numbers() -> None:
    def move(book: object, sheet: object) -> None:
        sheet.move_range("A1:O4", rows=3, cols=2)  # type: ignore[attr-defined]

    assert [row.number for row in read_roster(as_xlsx(table(), move))] == [5, 6, 7]
    faults = refused(as_xlsx(changed(3, "Side", "up"), move))
    assert [(f.row, f.column) for f in faults if isinstance(f, RosterFault)] == [(6, "Side")]


def test_a_formula_in_a_sheet_that_does_not_begin_in_the_corner_is_found_in_its_column() -> None:
    def move(book: object, sheet: object) -> None:
        sheet["A3"] = "=1+1"  # type: ignore[index]
        sheet.move_range("A1:O4", cols=2)  # type: ignore[attr-defined]

    assert ("Name", True) in [(getattr(f, "column", ""), "formula" in f.found) for f in refused(as_xlsx(table(), move))]


def test_the_sheet_called_roster_is_read_or_the_one_that_is_named() -> None:
    def add(book: object, sheet: object) -> None:
        book.create_sheet("Explanation").append(["Anything"])  # type: ignore[attr-defined]
        book.create_sheet("Secret").sheet_state = "hidden"  # type: ignore[attr-defined]

    def rename(book: object, sheet: object) -> None:
        add(book, sheet)
        sheet.title = "roster"  # type: ignore[attr-defined]

    assert len(read_roster(as_xlsx(table(), rename))) == 3
    assert len(read_roster(as_xlsx(table(), add), sheet="List")) == 3
    assert "hidden" in str(refused(as_xlsx(table(), add), sheet="Secret")[0])


def test_filter_arrows_and_formats_of_empty_cells_do_no_harm() -> None:
    def dress(book: object, sheet: object) -> None:
        sheet.auto_filter.ref = "A1:O4"  # type: ignore[attr-defined]
        sheet["XFD1048576"].number_format = "0.00"  # type: ignore[index]
        sheet.row_dimensions[900].hidden = True  # type: ignore[attr-defined]

    assert names(read_roster(as_xlsx(table(), dress))) == list(NAMES)


def _one_heading(old: str, new: str, rows: Table | None = None) -> bytes:
    rows = rows or table()
    rows[0][HEADINGS.index(old)] = new
    return as_csv(rows)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Name", "PATIENT_NAME"), ("Name", "Full name"), ("Record number", "MRN"), ("Record number", "Hosp. No."),
        ("Record number", "NHS Number"), ("Date of birth", "D.O.B."), ("Date of birth", "birthDate"),
        ("Date of birth", "Date of Birth (YYYY-MM-DD)"), ("Operation date", "Surgery Date"), ("Side", "Laterality"),
        ("Surgeon", "Consultant"), ("Discharge date", "Date of discharge"), ("Visit 1 date", "Next appointment date"),
        ("Visit 1 date", "Follow-up date"), ("Visit 1 date", "Date of 1st visit"), ("Visit 1 date", "APPT1_DATE"),
        ("Visit 1 place", "First clinic visit location"), ("Carer", "Caregiver name"), ("E-mail", "Email Address"),
        ("Print size", "Large print"), ("Name", "Námé"), ("Hold", "Do not print"),
    ],
)  # fmt: skip
def test_headings_of_record_systems_are_understood(ours: str, theirs: str) -> None:
    roster = read_roster(_one_heading(ours, theirs))
    assert dict(roster.columns)[theirs] == dict(read_roster(as_csv(table())).columns)[ours]


def test_no_word_stands_for_two_fields() -> None:
    words = load_synonyms()
    assert set(words.fields) & set(words.visits) == set()
    for path in ("patient.name", "hold", "note", "email_consent"):
        assert path in words.fields.values()


def test_the_clinic_names_its_own_headings_and_those_to_ignore() -> None:
    data = as_csv([[*row, "x"] for row in changed(1, "Side", "Pat Loc Code")]).replace(b";x\r\n", b";Bed\r\n", 1)
    assert len(refused(data)) == 3
    roster = read_roster(data, columns={"pat loc code": "side of face", "BED": "ignore"})
    assert dict(roster.columns)["Pat Loc Code"] == "operation.side"


@pytest.mark.parametrize("target", ["sdie", "middle name", ""])
def test_the_clinic_can_only_name_fields_that_exist(target: str) -> None:
    assert "not a field of a roster" in str(refused(as_csv(table()), columns={"Bed": target})[0])


@pytest.mark.parametrize("roster", [[], {"columns": ["Name"]}, {"columns": {"Bed": 4}}, {"colums": {}}])
def test_a_wrong_table_of_headings_is_refused(roster: object) -> None:
    with pytest.raises(InputError, match="not a list of headings"):
        parse_columns({"roster": roster})
    assert parse_columns({}) == {}


def test_given_and_family_names_are_joined() -> None:
    rows = [[*row[:1], "Sample", *row[1:]] for row in whole_column("Name", ["Ada", "Bo", "Cy"])]
    rows[0][:2] = ["First name", "Surname"]
    assert names(read_roster(as_csv(rows))) == ["Ada Sample", "Bo Sample", "Cy Sample"]
    rows[2][1] = ""
    assert [(f.row, f.column) for f in in_row(refused(as_csv(rows)), 3)] == [(3, "Surname")]


def test_up_to_eight_visits_are_read_in_any_order_of_columns() -> None:
    rows = [[*row] for row in table()[:2]]
    for number in range(8, 1, -1):
        rows[0] += [f"Place of visit {number}", f"Visit {number} date", f"Visit {number} time"]
        rows[1] += ["Level 3", f"2026-{number + 2:02}-01", "2pm"] if number != 5 else ["", "", ""]
    (row,) = read_roster(as_csv(rows))
    assert [visit.date.month for visit in row.case.visits] == [3, 4, 5, 6, 8, 9, 10]
    rows[1][-1] = ""
    assert [(f.row, f.column) for f in in_row(refused(as_csv(rows)), 2)] == [(2, "Visit 2 time")]


def test_a_fault_of_one_visit_among_many_names_its_own_column() -> None:
    rows = [[*row] for row in table()[:2]]
    rows[0] += ["Visit 2 date", "Visit 2 time", "Visit 2 place"]
    rows[1] += ["2026-03-04", "10:30", "Level 3"]
    assert [(f.row, f.column) for f in in_row(refused(as_csv(rows)), 2)] == [(2, "Visit 2 date")]


@pytest.mark.parametrize(
    ("cell", "hold"),
    [
        ("", ""),
        ("no", ""),
        ("N", ""),
        ("0", ""),
        ("readmitted", "readmitted"),
        ("yes", "yes"),
        ("-", "-"),
        ("\x07", "yes"),
    ],
)
def test_whatever_is_no_clear_no_holds(cell: str, hold: str) -> None:
    roster = read_roster(as_csv(changed(3, "Hold", cell)))
    assert [row.hold for row in roster] == ["", hold, ""]
    assert roster.summary.held == bool(hold)


def test_a_patient_on_hold_still_counts_as_a_duplicate() -> None:
    rows = changed(4, "Record number", "00120", changed(2, "Hold", "readmitted"))
    assert [fault.row for fault in refused(as_csv(rows)) if isinstance(fault, RosterFault)] == [2, 4]


def test_each_row_has_its_own_language_size_side_and_more() -> None:
    rows = [[*row, *extra] for row, extra in zip(table(), [
        ["Language", "Interpreter", "First or repeat", "E-mail consent", "Note for the patient"],
        ["English", "Y", "redo", "Encrypted", "Bring your tablets."],
        ["", "", "", "", ""],
        ["pl", "no", "first", "N", ""],
    ], strict=True)]  # fmt: skip
    for row, side, size in zip(rows[1:], ["L", "Right", "bilateral"], ["large print", "", "standard"], strict=True):
        row[HEADINGS.index("Side")], row[HEADINGS.index("Print size")] = side, size
    first, second, third = read_roster(as_csv(rows))
    assert [row.case.operation.side for row in (first, second, third)] == ["left", "right", "both"]
    assert [row.case.patient.print_size for row in (first, second, third)] == ["large", "standard", "standard"]
    assert [row.case.patient.language for row in (first, second, third)] == ["en", "en", "pl"]
    assert (first.case.patient.interpreter, first.case.operation.repeat) == (True, True)
    assert (first.case.note, second.case.note) == ("Bring your tablets.", "")
    assert [row.email_consent for row in (first, second, third)] == ["encrypted", "none", "none"]


def test_planned_operations_need_no_discharge_date() -> None:
    rows = [[*row, "Operation status" if index == 0 else "planned"] for index, row in enumerate(table())]
    for row in rows[1:]:
        row[HEADINGS.index("Discharge date")] = ""
    assert all(row.case.operation.planned for row in read_roster(as_csv(rows)))


@pytest.mark.parametrize(
    ("values", "order", "days"),
    [
        (["13/03/2026", "02/03/2026", "01.03.2026"], None, [(3, 13), (3, 2), (3, 1)]),
        (["02/13/2026", "02/03/2026", "2/1/2026"], None, [(2, 13), (2, 3), (2, 1)]),
        (["02/03/2026", "01/03/2026", "3/3/2026"], "day-first", [(3, 2), (3, 1), (3, 3)]),
        (["02/03/2026", "02/01/2026", "3/3/2026"], "month-first", [(2, 3), (2, 1), (3, 3)]),
        (["20260302", "2026-03-01", "3/3/2026"], None, [(3, 2), (3, 1), (3, 3)]),
    ],
)
def test_a_date_column_is_read_in_the_order_that_it_proves(
    values: list[str], order: str | None, days: list[tuple[int, int]]
) -> None:
    rows = whole_column("Operation date", values)
    for row in rows[1:]:
        row[HEADINGS.index("Discharge date")] = "2026-03-15"
    roster = read_roster(as_csv(rows), date_order=order)  # type: ignore[arg-type]
    assert [(row.case.operation.date.month, row.case.operation.date.day) for row in roster] == days


def test_a_heading_can_say_the_order_of_its_dates() -> None:
    rows = whole_column("Operation date", ["03/02/2026"] * 3)
    data = _one_heading("Operation date", "Operation date (mm/dd/yyyy)", rows)
    assert {row.case.operation.date for row in read_roster(data, date_order="day-first")} == {dt.date(2026, 3, 2)}


def test_one_column_proves_nothing_about_another() -> None:
    rows = whole_column("Date of birth", ["13/04/1958", "01/04/1958", "02/04/1958"])
    rows = [row if index == 0 else [*row[:6], "05/03/2026", *row[7:]] for index, row in enumerate(rows)]
    assert [getattr(fault, "column", "") for fault in refused(as_csv(rows))] == ["Discharge date"]


def test_every_fault_of_every_row_comes_at_once() -> None:
    rows = changed(2, "Side", "up", changed(3, "Operation date", "soon", changed(4, "Visit 1 time", "", table())))
    rows[1][HEADINGS.index("Record number")] = ""
    faults = [(fault.row, fault.column) for fault in refused(as_csv(rows)) if isinstance(fault, RosterFault)]
    assert sorted(faults) == [(2, "Record number"), (2, "Side"), (3, "Operation date"), (4, "Visit 1 time")]


def test_an_unknown_heading_hides_no_faults_of_the_rows_below() -> None:
    rows = changed(1, "Carer", "Chair", changed(3, "Side", "up"))
    faults = [(fault.row, fault.column) for fault in refused(as_csv(rows)) if isinstance(fault, RosterFault)]
    assert faults == [(1, "Chair"), (3, "Side")]


def test_bad_rows_can_be_left_out_and_are_listed() -> None:
    rows = [*changed(3, "Side", "up"), [*table()[1]]]
    rows[4][0] = "Somebody Else"
    roster = read_roster(as_csv(rows), skip_bad_rows=True)
    assert roster.bad_rows == (2, 3, 5)
    assert [row.number for row in roster] == [4]
    assert (len(roster), roster.summary.rows) == (1, 1)
    assert {fault.row for fault in roster.faults} == {2, 3, 5}


@pytest.mark.parametrize(
    "data",
    [
        raw_csv(table(), NAMES[2], f'"{NAMES[2]}'),
        as_csv(whole_column("Operation date", ["02/03/2026"] * 3)),
        as_csv(table()).replace(b"Carer", b"Chair"),
        as_xlsx(table(), lambda book, sheet: setattr(sheet.row_dimensions[3], "hidden", True)),
    ],
)
def test_faults_of_the_whole_file_are_never_passed_over(data: bytes) -> None:
    assert refused(data, skip_bad_rows=True)


def test_a_further_check_names_row_and_column() -> None:
    def inspect(case: Case, where: str) -> None:
        if case.patient.name == NAMES[1]:
            raise InputError(Fault(f"{where}, surgeon", "this surgeon is not here", "Another"))

    assert [(f.row, f.column) for f in in_row(refused(as_csv(table()), inspect=inspect), 3)] == [(3, "Surgeon")]
    assert len(read_roster(as_csv(changed(3, "Hold", "died")), inspect=inspect)) == 3


def test_a_stream_can_be_read_and_the_rows_read_again() -> None:
    roster = read_roster(io.BytesIO(as_csv(table())))
    assert names(roster) == names(roster) == list(NAMES)


def test_the_digest_of_a_row_changes_with_any_of_its_cells() -> None:
    before = [row.digest for row in read_roster(as_csv(table()))]
    after = [row.digest for row in read_roster(as_csv(changed(3, "Carer", "Sam")))]
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]


def test_nothing_of_a_row_shows_in_its_repr() -> None:
    roster = read_roster(as_csv(table()))
    shown = f"{roster!r} {list(roster)!r}"
    assert not any(word in shown for name in NAMES for word in name.split())


def test_lost_zeros_at_the_beginning_of_record_numbers_are_suspected() -> None:
    (note,) = read_roster(as_csv(whole_column("Record number", ["1234567", "34567", "2234567"]))).notes
    assert "row 3" in note


def test_a_quotation_mark_that_swallowed_patients_into_a_heading_shows_none_of_them() -> None:
    data = raw_csv(table(), "Hold", '"Hold').replace(NAMES[1].encode() + b";", f'{NAMES[1]}";'.encode(), 1)
    said = " ".join(str(fault) for fault in refused(data))
    assert 'column O "Hold"' in said
    assert not [name for name in NAMES if name in said]
