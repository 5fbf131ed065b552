"""Checks of provenance: every sentence answers to the register in claims.toml, and every entry there to a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mvd_handout.content.checks.claims import Claim
from mvd_handout.content.checks.passages import Passage, as_written
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.subject import Subject, authored, quoted

_NOT_CLAIMS: Final = frozenset({"form", "clinic", "computed"})


def marks(subject: Subject) -> Check:
    """Every mark is registered, and a mark that is no claim stands only where it may."""
    known = {claim.id for claim in subject.claims.claims} | _NOT_CLAIMS
    found: list[Finding] = []
    count = 0
    for passage in subject.passages("handout", "record"):
        count += 1
        if unknown := [mark for mark in passage.marks if mark.rstrip("abc") not in known]:
            found.append(Finding(passage.place, f"{' '.join(unknown)} in {quoted(passage)}", "A mark of claims.toml"))
        if "clinic" in passage.marks:
            found.append(
                Finding(passage.place, f"[clinic] behind {quoted(passage)}", "A clinic’s words stand in its own blocks")
            )
        if "computed" in passage.marks and any(letter.isalpha() for letter in authored(passage.sentence)):
            found.append(Finding(passage.place, f"[computed] behind {quoted(passage)}", "Only slots are computed"))
    return subject.judge("provenance.marks", f"{count} sentences", found, "each under a registered mark")


def form(subject: Subject) -> Check:
    """Every wording about the sheet itself is in the reviewed list, and the list holds no others."""
    found = [finding for name in _form_lists(subject) for finding in _form(name, subject)]
    count = sum("form" in passage.marks for passage in subject.passages("handout", "record"))
    return subject.judge("provenance.form", f"{count} wordings", found, "each in the reviewed list of claims.toml")


def form_is_not_medical(subject: Subject) -> Check:
    """No wording about the sheet itself says something medical."""
    found = [
        Finding(passage.place, f"“{match[0]}” in {quoted(passage)}", "A claim of the source, or a clinic’s block")
        for passage in subject.passages("handout", "record")
        if "form" in passage.marks and not passage.of_source
        if (match := subject.rules.medical.search(authored(passage.sentence)))
    ]
    return subject.judge("provenance.form-medical", f"{len(found)} medical words", found, "none")


def printed(subject: Subject) -> Check:
    """The sentences that carry a mark are those that the register lists for it, no more and no fewer."""
    listed = [claim for claim in subject.claims.claims if claim.printed is not None]
    found = [finding for claim in listed for finding in _printed(claim, subject)]
    open_claims = [claim.id for claim in subject.claims.claims if claim.used and claim.printed is None]
    if open_claims:
        said = f"no list of sentences for {', '.join(open_claims)}"
        found.append(Finding(subject.claims.where, said, "printed = [ … ] names them", advice=True))
    measured = f"{len(listed)} marks with a list, {len(open_claims)} without"
    return subject.judge("provenance.printed", measured, found, "the sentences are those of claims.toml")


def used(subject: Subject) -> Check:
    """Every claim is printed in the sections that the register names, or the register says why it is not."""
    found: list[Finding] = []
    for claim in subject.claims.claims:
        sections = {each.section for each in subject.passages("handout", "record") if _carries(each, claim.id)}
        where = f"{subject.claims.where}, line {claim.line}"
        if sections != set(claim.used):
            named = ", ".join(sorted(sections)) or "no section"
            found.append(
                Finding(where, f"{claim.id} is printed in {named}", f"used = {sorted(claim.used)} says otherwise")
            )
        if not claim.used and not claim.unused:
            found.append(Finding(where, f"{claim.id} is not used", "unused = says why"))
    return subject.judge("provenance.used", f"{len(subject.claims.claims)} entries", found, "as claims.toml says")


def _form_lists(subject: Subject) -> Iterator[str]:
    language = subject.handout.language
    yield from (language, f"{language}.record")


def _form(name: str, subject: Subject) -> Iterator[Finding]:
    owner = "record" if name.endswith(".record") else "handout"
    reviewed = subject.claims.form.get(name, ())
    texts = set()
    for passage in subject.passages(owner):  # type: ignore[arg-type]
        if "form" not in passage.marks:
            continue
        texts.add(text := as_written(passage.sentence))
        if text not in reviewed:
            yield Finding(
                passage.place, f"{quoted(passage)} is not in the list {name}", "Have it reviewed, or mark its claim"
            )
    for text in dict.fromkeys(reviewed):
        if text not in texts:
            where = f"{subject.claims.where}, line {subject.claims.line_of(text)}"
            yield Finding(where, f"“{text}” is printed nowhere", "Take it out of the list")


def _printed(claim: Claim, subject: Subject) -> Iterator[Finding]:
    expected = dict.fromkeys(claim.printed or ())
    carriers = [each for each in subject.passages("handout", "record") if _carries(each, claim.id)]
    for passage in carriers:
        if as_written(passage.sentence) not in expected:
            yield Finding(
                passage.place, f"{quoted(passage)} is not listed for {claim.id}", f"{subject.claims.where} lists them"
            )
    there = {as_written(each.sentence) for each in carriers}
    for text in expected:
        if text not in there:
            yield _missing(text, claim, subject)


def _missing(text: str, claim: Claim, subject: Subject) -> Finding:
    """Return the finding for a listed sentence that lost its mark (with its line) or is gone."""
    for passage in subject.passages("handout", "record"):
        if as_written(passage.sentence) == text:
            return Finding(
                passage.place,
                f"{quoted(passage)} lacks the mark {claim.id}",
                f"[{' '.join((*passage.marks, claim.id))}]",
            )
    where = f"{subject.claims.where}, line {claim.line}"
    return Finding(where, f"{claim.id} lists “{text}”", "It is printed nowhere: has it changed?")


def _carries(passage: Passage, mark: str) -> bool:
    return any(each.rstrip("abc") == mark for each in passage.marks)
