"""The lints of the real handout: a slip of an editor fails with file and line, and the shipped text is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from mvd_handout.content.checks.check import report
from mvd_handout.content.checks.passages import Passage, as_written
from mvd_handout.content.checks.report import Check
from mvd_handout.content.checks.subject import Subject, authored
from mvd_handout.domain.errors import ContentError
from tests.content_checks.subjects import changed, copied, marked, read, run, shipped

LINTS = (
    *("numbers.percent", "numbers.denominator", "numbers.range", "numbers.derived", "numbers.source"),
    *("numbers.vague", "numbers.sums", "dates.formats", "dates.written", "outcomes.never"),
    *("outcomes.apart", "words.capitals", "terms.explained", "lists.length", "provenance.resolved"),
    *("provenance.form-medical", "provenance.listed", "sentences.length"),
)


def of_claim(claim: str, word: str) -> Passage:
    """Return a sentence of the shipped text that carries a claim and says a word."""
    return next(
        each for each in shipped().passages("handout") if claim in each.marks and word in authored(each.sentence)
    )


def at(check: Check, passage: Passage) -> bool:
    """Whether a check points to the line of a passage."""
    return any(passage.place in finding.where and not finding.advice for finding in check.findings)


@pytest.mark.parametrize("name", LINTS)
def test_the_shipped_handout_is_clean(name: str) -> None:
    assert [str(finding) for finding in run(name, shipped()).findings if not finding.advice] == []


def test_the_shipped_handout_reads_at_grade_six_or_below() -> None:
    assert run("readability.grade", shipped()).outcome == "pass"
    whole = report(shipped()).scores[0]
    assert whole.words > 900
    assert whole.grade <= 6.0


def test_a_removed_mark_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("C33", "improve")
    with pytest.raises(ContentError, match=f"hfs-recovery/en.md, line {passage.sentence.line}"):
        changed(tmp_path, passage.sentence.line, f"[{' '.join(passage.marks)}]", "")


def test_one_of_two_marks_removed_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("X8", "failed")
    subject = changed(tmp_path, passage.sentence.line, " X8", "")
    assert at(run("provenance.listed", subject), passage)


def test_a_mark_of_another_ambiguity_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("C37", "Often")
    subject = changed(tmp_path, passage.sentence.line, "[C37 X7]", "[C37 X3]")
    assert at(run("provenance.resolved", subject), passage)


def test_a_mark_that_is_not_registered_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("C30", "Healing")
    subject = changed(tmp_path, passage.sentence.line, "[C30]", "[C77]")
    assert at(run("provenance.resolved", subject), passage)


@pytest.mark.parametrize("added", ["You will be well. [form]", "You will be well. [X7]"])
def test_an_added_sentence_fails_with_file_and_line(tmp_path: Path, added: str) -> None:
    passage = of_claim("C30", "Healing")
    subject = changed(tmp_path, passage.sentence.line, "[C30]", f"[C30] {added}")
    assert at(run("provenance.resolved", subject), passage)


def test_a_sentence_added_under_a_claim_that_lists_its_sentences_fails(tmp_path: Path) -> None:
    passage = of_claim("C30", "Healing")
    folder = copied(tmp_path)
    register = (folder / "claims.toml").read_text(encoding="utf-8")
    head = 'id = "C30"\n'
    assert register.count(head) == 1
    at_claim = register.index(head) + len(head)
    end = register.index("\n[[", at_claim)
    rest = register[at_claim:end]
    if "printed" not in rest:
        rest = f'printed = ["{as_written(passage.sentence)}"]\n{rest}'
    (folder / "claims.toml").write_text(register[:at_claim] + rest + register[end:], encoding="utf-8")
    assert not at(run("provenance.listed", read(tmp_path)), passage)
    text = (folder / "en.md").read_text(encoding="utf-8")
    (folder / "en.md").write_text(text.replace("[C30]", "[C30] It heals soon. [C30]"), encoding="utf-8")
    assert at(run("provenance.listed", read(tmp_path)), passage)


def test_a_form_wording_taken_off_the_list_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = marked("form", kind="heading")
    folder = copied(tmp_path)
    register = (folder / "claims.toml").read_text(encoding="utf-8")
    entry = f'    "{as_written(passage.sentence)}",\n'
    assert entry in register
    (folder / "claims.toml").write_text(register.replace(entry, ""), encoding="utf-8")
    assert at(run("provenance.resolved", read(tmp_path)), passage)


def test_a_medical_word_in_a_form_wording_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("form", "Bring this sheet")
    subject = changed(tmp_path, passage.sentence.line, "Bring this sheet", "Bring your medicine and this sheet")
    assert at(run("provenance.form-medical", subject), passage)


def test_summing_the_two_thirties_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("C02", "30 out of every 100")
    for figure in ("60", "Sixty", "sixty"):
        subject = changed(tmp_path / figure, passage.sentence.line, "30 out of every", f"{figure} out of every")
        assert at(run("numbers.derived", subject), passage)
        assert at(run("numbers.source", subject), passage)


def test_what_is_left_of_the_hundred_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("X1", "the others did")
    subject = changed(tmp_path, passage.sentence.line, "the others did", "the other 70 did")
    assert at(run("numbers.derived", subject), passage)


def test_swapping_relief_for_cure_fails_with_file_and_line(tmp_path: Path) -> None:
    passage = of_claim("C25", "relief")
    subject = changed(tmp_path, passage.sentence.line, "relief", "cure")
    assert at(run("outcomes.never", subject), passage)


@pytest.mark.parametrize(
    ("claim", "old", "new"),
    [
        ("C25", "long-term relief", "full relief"),
        ("C03", "some improvement", "full relief"),
        ("C14", "full relief", "long-term relief"),
        ("C34", "lasting control of their symptoms", "complete remission"),
        ("C33", "improve in a way that matters to them", "get full relief"),
    ],
)
def test_swapping_one_outcome_for_another_fails(tmp_path: Path, claim: str, old: str, new: str) -> None:
    passage = of_claim(claim, old)
    subject = changed(tmp_path, passage.sentence.line, old, new)
    assert at(run("outcomes.apart", subject), passage)


def test_a_number_beside_a_word_like_many_fails(tmp_path: Path) -> None:
    passage = of_claim("C33", "Most people")
    subject = changed(tmp_path, passage.sentence.line, "Most people", "Most people, about 90 of them,")
    assert at(run("numbers.vague", subject), passage)
    assert at(run("numbers.source", subject), passage)


def test_a_milestone_that_is_not_the_sources_fails(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "handout.toml").read_text(encoding="utf-8")
    assert "relief_months = [3, 6]" in text
    (folder / "handout.toml").write_text(
        text.replace("relief_months = [3, 6]", "relief_months = [3, 9]"), encoding="utf-8"
    )
    check = run("numbers.source", read(tmp_path))
    assert [finding.where for finding in check.findings] == ["hfs-recovery/handout.toml"]


def test_a_window_in_days_fails(tmp_path: Path) -> None:
    passage = next(
        each
        for each in shipped().passages("handout")
        if any(getattr(part, "name", "") == "timeline.relief" for part in each.sentence.parts)
    )
    subject = changed(tmp_path, passage.sentence.line, "timeline.relief | months", "timeline.relief | days")
    assert at(run("dates.formats", subject), passage)


def test_a_handout_without_known_figures_leaves_them_to_a_person(tmp_path: Path) -> None:
    own = copied(tmp_path).rename(tmp_path / "handouts" / "our-own")
    subject = _read(tmp_path, own.name)
    for name in ("numbers.derived", "numbers.source", "numbers.vague", "outcomes.apart"):
        assert run(name, subject).outcome == "for a person"
    rules = Path("templates/checks/hfs-recovery.en.toml")
    (own / "checks.en.toml").write_bytes((Path(__file__).parents[2] / rules).read_bytes())
    assert run("numbers.source", _read(tmp_path, own.name)).outcome == "pass"


def _read(folder: Path, name: str) -> Subject:
    from mvd_handout.content.checks.check import prepare
    from mvd_handout.content.library import Library

    library = Library.shipped(folder)
    return prepare(library, library.handout(name))
