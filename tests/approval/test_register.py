"""The register: what was written is read back, and every change to the file is noticed and named."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.content.approval import register
from mvd_handout.content.approval.entries import Entry, table_hash
from mvd_handout.content.approval.register import REGISTER_NAME, Register, dump_register, read_register
from mvd_handout.delivery.approvals import LOCK_NAME, add_entries, load_register
from mvd_handout.domain.errors import ApprovalError, OutputError
from tests.samples import KEY

DAY = dt.date(2026, 12, 1)


def entry(number: int, text: str = "Call us. [form]\n") -> Entry:
    return Entry(
        "approval",
        "Dr Robin Fictional",
        "Clinical lead",
        DAY + dt.timedelta(days=number),
        review_by=dt.date(2027, 10, 1),
        handout="hfs-recovery",
        version="1.0.0",
        language="en",
        block=f"section/{number}",
        also_for=("under-18", "repeat"),
        text=text,
    )


REGISTER = Register(tuple(entry(number) for number in range(1, 5)))
FILE = dump_register(REGISTER, KEY).decode()
HEAD, *ENTRIES = re.split(r"(?=^\[\[entry\]\]$)", FILE, flags=re.MULTILINE)


def refusal(text: str, key: bytes = KEY) -> str:
    with pytest.raises(ApprovalError) as caught:
        read_register(text.encode(), key)
    return str(caught.value)


def test_what_was_written_is_read_back() -> None:
    assert read_register(FILE.encode(), KEY) == REGISTER
    assert read_register(dump_register(Register(), KEY), KEY) == Register()


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: "\r" not in text)


@given(st.lists(TEXTS, max_size=4), TEXTS)
def test_any_text_is_read_back_as_it_was(texts: list[str], reason: str) -> None:
    entries = [entry(number, text) for number, text in enumerate(texts)]
    entries.append(Entry("withdrawal", "A", "B", DAY, handout="h", language="en", block="b", reason=reason))
    whole = Register(tuple(entries))
    assert read_register(dump_register(whole, KEY), KEY) == whole


def test_people_can_read_the_words_in_the_file() -> None:
    text = "# A heading [form]\n\n“Quoted”, 38\u00a0°C. [C01]\n"
    file = dump_register(Register((entry(1, text),)), KEY).decode()
    assert f"text = '''\n{text}'''\n" in file
    assert 'name = "Dr Robin Fictional"' in file
    assert "review_by = 2027-10-01" in file
    assert tomllib.loads(file)["entry"][0]["text"] == text


def test_a_windows_editor_that_saves_it_changes_nothing() -> None:
    assert read_register(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode(), KEY) == REGISTER


@pytest.mark.parametrize(
    ("edited", "reason"),
    [
        (FILE.replace("Call us", "Call me", 1), "entry 1: the words in it were edited"),
        (FILE.replace("2026-12-03", "2026-12-04"), "entry 2: it was edited after it was written"),
        (FILE.replace('"section/4"', '"section/5"'), "its last entry was edited"),
        ("".join([HEAD, *ENTRIES[:3]]), "the last 1 of its 4 entries were cut off"),
        (HEAD, "the last 4 of its 4 entries were cut off"),
        ("".join([HEAD, *ENTRIES[1:]]), "entry 1: it is missing"),
        ("".join([HEAD, ENTRIES[0], ENTRIES[2], ENTRIES[3]]), "entry 2: it is missing"),
        ("".join([HEAD, ENTRIES[0], ENTRIES[2], ENTRIES[1], ENTRIES[3]]), "its entries stand in another order"),
        ("".join([HEAD, *ENTRIES, ENTRIES[3]]), "entry 5: its number was changed, or it stands there twice"),
        (FILE.replace("entries = 4", "entries = 3"), "its head was edited"),
        ("".join([HEAD.replace("entries = 4", "entries = 3"), *ENTRIES[:3]]), "its head was edited"),
        ("".join(ENTRIES), "not a register"),
        ("", "not a register"),
        (FILE.replace("'''\n", "''\n", 1), REGISTER_NAME),
        (f"more = 1\n{FILE}", "not a register"),
    ],
)  # fmt: skip
def test_edited_reordered_and_cut_entries_are_refused_with_the_reason(edited: str, reason: str) -> None:
    assert edited != FILE
    message = refusal(edited)
    assert reason in message
    assert "backup" in message


def test_an_entry_added_by_hand_is_refused_though_its_hashes_fit() -> None:
    longer = dump_register(REGISTER.with_entries(entry(5)), KEY).decode()
    forged = HEAD + longer[longer.index("[[entry]]") :]
    assert "1 entries were added to it by hand" in refusal(forged)


def test_another_key_cannot_seal_it() -> None:
    forged = dump_register(Register(REGISTER.entries[:2]), b"\1" * 32).decode()
    assert "belongs to another clinic.key" in refusal(forged)


@given(st.integers(0, len(FILE) - 1), st.sampled_from("0a#'\n\"=x7"))
def test_no_single_character_can_be_changed_unnoticed(at: int, new: str) -> None:
    edited = FILE[:at] + new + FILE[at + 1 :]
    try:
        assert read_register(edited.encode(), KEY) == REGISTER  # only notes and blank space may differ
    except ApprovalError:
        assert edited != FILE


@pytest.mark.parametrize("number", range(1, 5))
def test_rehashing_the_edited_entry_does_not_help(number: int) -> None:
    edited = REGISTER.entries[number - 1]
    entries = list(REGISTER.entries)
    entries[number - 1] = entry(number, edited.text.replace("us", "me"))
    forged = HEAD + dump_register(Register(tuple(entries)), b"\1" * 32).decode().partition("[[entry]]")[2]
    assert refusal(forged.replace(HEAD, f"{HEAD}[[entry]]"))


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (lambda text: text.replace('kind = "approval"', 'kind = "blessing"'), "kind"),
        (lambda text: text.replace('name = "Dr Robin Fictional"\n', ""), "name"),
        (lambda text: text.replace("review_by = 2027-10-01\n", ""), "review_by"),
        (lambda text: text.replace("date = 2026-12-02", 'date = "soon"'), "date"),
        (lambda text: text.replace("also_for =", "for_all ="), "for_all"),
    ],
)
def test_a_well_sealed_register_of_another_shape_is_refused(edit: Callable[[str], str], field: str) -> None:
    """Not even with the key can an entry be made that this program would not write."""
    table = tomllib.loads(edit(dump_register(Register((entry(1),)), KEY).decode()))["entry"][0]
    head: dict[str, object] = {"entries": 1, "last": table_hash(table)}
    head["seal"] = register._seal(head, KEY)
    text = register._toml("[head]", head) + register._toml("[[entry]]", table)
    assert f"{field} is missing or not as it was written" in refusal(text)


def test_entries_are_only_added_and_never_before_the_last() -> None:
    later = REGISTER.with_entries(entry(6))
    assert later.entries[:-1] == REGISTER.entries
    with pytest.raises(ApprovalError, match="Check the date of this computer"):
        later.with_entries(entry(5))


def test_the_register_number_changes_with_every_entry() -> None:
    numbers = {Register(REGISTER.entries[:count]).number for count in range(5)}
    assert len(numbers) == 5
    assert Register(REGISTER.entries[:2]).number.startswith("2-")


def test_the_last_entry_about_something_counts() -> None:
    newest = entry(9, "Newer. [form]\n")
    newer = REGISTER.with_entries(entry(8), newest)
    assert newer.latest("approval", block="section/9") == newest
    assert newer.latest("approval", block="section/9", language="pl") is None
    assert newer.latest("contacts") is None


def test_a_folder_without_a_register_has_an_empty_one(tmp_path: Path) -> None:
    assert load_register(tmp_path, KEY) == Register()


def test_adding_writes_the_whole_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    for number in (1, 2):
        add_entries(tmp_path, KEY, entry(number))
    assert [path.name for path in tmp_path.iterdir()] == [REGISTER_NAME]
    assert load_register(tmp_path, KEY).entries == (entry(1), entry(2))


def test_a_failed_write_leaves_the_register_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_entries(tmp_path, KEY, entry(1))
    before = (tmp_path / REGISTER_NAME).read_bytes()

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mvd_handout.delivery.files.os.write", full)
    with pytest.raises(OutputError, match="no space"):
        add_entries(tmp_path, KEY, entry(2))
    assert (tmp_path / REGISTER_NAME).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == [REGISTER_NAME]


def test_a_damaged_register_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / REGISTER_NAME).write_text(FILE.replace("Call us", "Call me", 1), encoding="utf-8")
    with pytest.raises(ApprovalError):
        add_entries(tmp_path, KEY, entry(9))
    assert "Call me" in (tmp_path / REGISTER_NAME).read_text(encoding="utf-8")
    assert not (tmp_path / LOCK_NAME).exists()


def test_two_people_cannot_add_at_once(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).touch()
    with pytest.raises(OutputError, match="somebody else is adding"):
        add_entries(tmp_path, KEY, entry(1))
    assert not (tmp_path / REGISTER_NAME).exists()
    assert (tmp_path / LOCK_NAME).exists()
