"""Checks of provenance: every sentence answers to the register in claims.toml, and every entry to its sentences."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.content.checks.passages import Passage, as_written
from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.subject import Subject, authored, quoted
from mvd_handout.content.claims import Claim


def resolved(subject: Subject) -> Check:
    """Every sentence resolves to a claim, a neutral form, a reviewed wording or a value; no claim is lost."""
    sources = subject.sources
    found = [Finding(fault.where, fault.found, fault.wanted) for fault in sources.faults]
    measured = f"{len(sources.origins)} sentences, {len(sources.claims.by_id)} entries"
    return subject.judge("provenance.resolved", measured, found, "each as claims.toml says")


def form_is_not_medical(subject: Subject) -> Check:
    """No wording about the sheet itself says something medical."""
    found = [
        Finding(passage.place, f"“{match[0]}” in {quoted(passage)}", "A claim of the source, or a clinic’s block")
        for passage in subject.passages("handout", "record")
        if "form" in passage.marks and not passage.of_source
        if (match := subject.rules.medical.search(authored(passage.sentence)))
    ]
    return subject.judge("provenance.form-medical", f"{len(found)} medical words", found, "none")


def listed(subject: Subject) -> Check:
    """The sentences that carry a mark are those that the register lists for it: none more, none without its mark."""
    claims = [claim for claim in subject.sources.claims.by_id.values() if claim.used]
    bare = [claim.id for claim in claims if not claim.printed]
    found = [finding for claim in claims if claim.printed for finding in _listed(claim, subject)]
    if bare:
        said = f"no list of sentences for {', '.join(bare)}"
        found.append(Finding(subject.sources.claims.where, said, "printed = [ … ] names them", advice=True))
    measured = f"{len(claims) - len(bare)} entries with a list, {len(bare)} without"
    return subject.judge("provenance.listed", measured, found, "the sentences are those of claims.toml")


def _listed(claim: Claim, subject: Subject) -> Iterator[Finding]:
    """Yield what does not fit; a table row has one mark for all its cells, so one row that carries it will do."""
    passages = tuple(subject.passages("handout", "record"))
    carried = {as_written(each.sentence) for each in passages if each.kind == "cell" and _carries(each, claim.id)}
    for passage in passages:
        text, carries = as_written(passage.sentence), _carries(passage, claim.id)
        if carries and text not in claim.printed:
            wanted = f"{subject.sources.claims.where}, line {claim.line}, lists them"
            yield Finding(passage.place, f"{quoted(passage)} is not among the sentences of {claim.id}", wanted)
        if not carries and text in claim.printed and text not in carried:
            marks = " ".join((*passage.marks, claim.id))
            yield Finding(passage.place, f"{quoted(passage)} lacks the mark {claim.id}", f"[{marks}]")


def _carries(passage: Passage, mark: str) -> bool:
    return any(mark in (each, each.rstrip("abc")) for each in passage.marks)
