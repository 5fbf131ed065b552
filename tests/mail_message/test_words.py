"""The words of e-mails: whole, plain, and approved by a clinic before any e-mail goes out; no paper needs that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from mvd_handout.composing.approvable import EMAIL, approvable_blocks, email_block
from mvd_handout.composing.gate import Verdict, decide
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register
from mvd_handout.content.checks.english import sentences
from mvd_handout.content.checks.readability import count, flesch_kincaid_grade, smog_grade
from mvd_handout.content.checks.rules import load_english
from mvd_handout.content.email_words import SLOTS, has_email_words, load_email_words, parse_email_words
from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import ContentError
from tests.approval.registers import DAY, REVIEW, approval, approved, decided
from tests.samples import handout

WORDS = load_email_words("en")
SOURCE = (data_root("templates") / "email" / "en.toml").read_text(encoding="utf-8")


def prose() -> list[str]:
    """Return what is read as sentences, with a likely value in every place."""
    values = {"sender": "Example Hospital", "date": "4 March 2026", "phone": "999", "hours": "by day", "paper": "7"}
    texts = [text for name, text in WORDS.words.items() if not name.startswith("calendar.")]
    for slot, value in values.items():
        texts = [text.replace(f"{{{slot}}}", value) for text in texts]
    return texts


def test_they_are_plain_english() -> None:
    counts = count(" ".join(text if text.endswith((".", "?", ":")) else f"{text}." for text in prose()), load_english())
    assert counts.words > 150
    assert flesch_kincaid_grade(counts) <= 5
    assert smog_grade(counts) <= 8


def test_no_sentence_is_long() -> None:
    every = [sentence for text in prose() for sentence in sentences(text)]
    assert [sentence for sentence in every if len(sentence.split()) > 15] == []


def test_they_name_the_files_as_they_are_called() -> None:
    from mvd_handout.delivery.mail.message import CALENDAR_NAME, PDF_NAME

    for name in ("message.attached", "message.below", "message.locked", "slip.intro"):
        assert PDF_NAME in WORDS[name]
    for name in ("message.appointments", "message.place", "message.cancelled"):
        assert CALENDAR_NAME in WORDS[name]


def test_subject_and_calendar_are_neutral() -> None:
    said = " ".join(text for name, text in WORDS.words.items() if not name.startswith("message")).lower()
    assert not [word for word in ("face", "spasm", "surgery", "operation", "twitch", "nerve", "brain") if word in said]


@pytest.mark.parametrize("name", sorted(SLOTS))
def test_a_missing_text_is_named(name: str) -> None:
    key = name.rpartition(".")[2]
    table = name.rpartition(".")[0]
    block = SOURCE if not table else SOURCE[SOURCE.index(f"[{table}]") :]
    line = next(line for line in block.splitlines() if line.startswith(f"{key} ="))
    with pytest.raises(ContentError) as caught:
        parse_email_words(SOURCE.replace(block, block.replace(line, "", 1)).encode(), "en")
    assert [fault.where for fault in caught.value.faults] == [f"email/en.toml, {name}"]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("{sender}", "{patient}", "other places"),
        ("{date}", "", "other places"),
        ("{date}", "{date} {date}", "other places"),
        ("Ring us:", "Ring {phone}:", "other places"),
        ("Ring us:", "Ring us {0}:", "bracket"),
        ("Ring us:", "Ring us {:", "bracket"),
        ("Ring us:", "Ring\\nus:", "invisible"),
        ("Ring us:", "Ring\\u202eus:", "invisible"),
        ("[calendar]", '[calendar]\nhello = "Hello"', "unknown text"),
        ('title = "Hospital appointment"', 'title = " "', "missing"),
    ],
)
def test_words_that_cannot_be_filled_are_refused(old: str, new: str, found: str) -> None:
    with pytest.raises(ContentError, match=found):
        parse_email_words(SOURCE.replace(old, new).encode(), "en")


def test_a_language_without_words_is_told() -> None:
    assert has_email_words("en")
    assert not has_email_words("tlh")
    with pytest.raises(ContentError, match="no e-mails in this language"):
        load_email_words("tlh")


# --- approval -------------------------------------------------------------------


def register(*entries: Entry) -> Register:
    return Register((*approved(decided()).entries, *entries))


def mail_approval(**changes: object) -> Entry:
    return approval(email_block(WORDS), **changes)


def verdict(register: Register, day: dt.date = DAY, email: bool = True) -> Verdict:
    return decide(decided(), handout(), register, day, email=WORDS if email else None)


def refusals(verdict: Verdict) -> Sequence[str]:
    assert verdict.approval is None
    return [str(fault) for fault in verdict.refusals]


def test_a_paper_needs_no_approved_words_of_e_mails_but_an_e_mail_does() -> None:
    assert verdict(register(), email=False).approval
    (said,) = refusals(verdict(register()))
    assert said.startswith("hfs-recovery (en): email: nobody has approved it yet.")
    assert verdict(register(mail_approval())).approval


def test_the_paper_that_goes_out_is_the_one_that_is_printed() -> None:
    both = register(mail_approval(review_by=dt.date(2027, 1, 1), name="Kim Invented"))
    assert verdict(both).approval == verdict(both, email=False).approval
    assert verdict(both).until == dt.date(2027, 1, 1)
    assert verdict(both, email=False).until == REVIEW


def test_any_changed_word_of_the_e_mail_needs_a_new_approval() -> None:
    block = email_block(WORDS)
    assert block.name == EMAIL
    for name in SLOTS:
        changed = replace(WORDS, words={**WORDS.words, name: f"{WORDS[name]}!"})
        assert email_block(changed).sha256 != block.sha256
    (said,) = refusals(verdict(register(mail_approval(text=block.text.replace("Ring us", "Call us")))))
    assert "its words changed after they were approved" in said


def test_a_withdrawn_or_passed_approval_stops_e_mails_only() -> None:
    withdrawn = register(mail_approval(), replace(mail_approval(), kind="withdrawal", text="", reason="new wording"))
    assert "its approval was withdrawn" in refusals(verdict(withdrawn))[0]
    assert verdict(withdrawn, email=False).approval
    passed = register(mail_approval(review_by=dt.date(2027, 1, 1)))
    assert "its review was due by 2027-01-01" in refusals(verdict(passed, dt.date(2027, 1, 2)))[0]
    assert verdict(passed, dt.date(2027, 1, 2), email=False).approval


def test_whatever_stops_a_paper_stops_its_e_mail() -> None:
    changed = Register((*approved(decided(), but=["section/timeline"]).entries, mail_approval()))
    assert any("section/timeline" in said for said in refusals(verdict(changed)))


def test_the_block_is_no_part_of_the_paper() -> None:
    assert EMAIL not in [block.name for block in approvable_blocks(handout(), decided())]
    assert all(text in email_block(WORDS).text for text in ("Hospital appointment", "Keep this slip"))
