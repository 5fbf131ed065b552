"""`reissue`: a copy that replaces one that was given before, and says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import FIELDS, WHERE, Draft
from mvd_handout.commands.make import Job, MakeOptions, Start
from mvd_handout.commands.make import run as make
from mvd_handout.commands.noting import Ledger
from mvd_handout.commands.parts import PART_NAMES
from mvd_handout.commands.wording import date_in_words
from mvd_handout.composing.reissue import PATIENT_PARTS, Fingerprints, Reissue, changes
from mvd_handout.content.clinic import KEY_NAME, read_key, read_profile
from mvd_handout.delivery.journal.entry import Entry, Reason
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import Notice
from mvd_handout.delivery.journal.search import Paper
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import TableReader
from mvd_handout.domain.ids import patient_key, read_document_id

_ALLOWED: Final[dict[Reason, frozenset[str]]] = {
    "visit": frozenset({"visits"}),
    "lost": frozenset(),
    "correction": frozenset(PATIENT_PARTS),
}
"""What a case may say anew for each reason. What the clinic changed meanwhile may always differ."""


def run(words: Sequence[str], reason: Reason, options: MakeOptions, console: Console) -> None:
    """Make a copy that replaces the paper whose id the `words` are. Raises HandoutError or what `make` raises."""
    document_id = read_document_id("".join(words))
    if document_id is None:
        raise InputError(_no_id())
    make(options, console, lambda profile, said: _begin(document_id, reason, profile, said))


def _begin(document_id: str, reason: Reason, profile: Path, console: Console) -> Start:
    """Find the paper in the journal: it says whose it is, and before which day no copy of it is dated."""
    from mvd_handout.commands.journalling import ready_journal, warner
    from mvd_handout.delivery.journal.replaced import Replaced

    read_profile(profile)  # all that is wrong with it, before the journal's part is read
    key = read_key(profile.parent / KEY_NAME)
    journal = ready_journal(profile, key, console)
    if journal is None:
        raise InputError(_no_journal())
    tell = warner(console)
    asked = _find(journal, document_id, tell)
    watch = Replaced(journal, [document_id], tell)

    def allow() -> None:
        """Refuse when another copy replaced the paper since it was found; each look reads only what is new."""
        if copy := watch.look().get(document_id):
            raise InputError(_replaced(copy))

    def open_ledger(job: Job, _: Console) -> Ledger:
        """Let the press say of the new paper what it replaces."""
        if job.press.issued < asked.issued:
            found = "it lies before the date of the copy that is replaced"
            raise InputError(Fault("--issue-date", found, f"{asked.issued} or later is wanted"))
        job.press.handout = asked.handout
        job.press.replaces = lambda case, parts: _reissue(asked, reason, key, case, parts)
        allow()
        return Ledger(journal, "reissue", reason, tell, allow)

    return Start(asked.issued, lambda draft: _check_patient(asked, key, draft), open_ledger)


def _find(journal: Journal, document_id: str, tell: Notice) -> Entry:
    """Return the entry of the paper that is replaced. Raises InputError when it is none that can be."""
    from mvd_handout.delivery.journal.search import emailed, latest_copy, standing_paper

    asked, latest = latest_copy(journal.entries(tell), document_id)
    if asked is not None and latest is not None:
        if latest.document_id != asked.document_id:
            raise InputError(_replaced(latest))
        return asked
    if (email := emailed(journal.entries(tell), document_id)) is not None:
        about = journal.about(email.patient_key, tell)
        raise InputError(_email_only(standing_paper(about, email.patient_key, email.handout)))
    raise InputError(_unknown(bool(journal.others())))


def _check_patient(earlier: Entry, key: bytes, draft: Draft) -> None:
    """Refuse a case of somebody else before anything else is said about it; one that does not say who is asked."""
    faults: list[Fault] = []
    reader = TableReader(draft.data.get("patient"), WHERE, faults, draft.order)
    number, born = reader.read(FIELDS["patient.record_number"]), reader.read(FIELDS["patient.birth_date"])
    if not faults and patient_key(key, str(number), cast("dt.date", born)) != earlier.patient_key:
        raise InputError(_other_patient(earlier))


def _reissue(earlier: Entry, reason: Reason, key: bytes, case: Case, parts: Fingerprints) -> Reissue:
    """Return what the new copy says about itself. Raises InputError when the case does not fit the reason."""
    if patient_key(key, case.patient.record_number, case.patient.birth_date) != earlier.patient_key:
        raise InputError(_other_patient(earlier))
    changed = changes(earlier.parts, parts)
    mine = [name for name in changed if name in PATIENT_PARTS]
    if more := [name for name in mine if name not in _ALLOWED[reason]]:
        raise InputError(_more_changed(more, reason))
    if reason == "correction" and not changed:
        raise InputError(_nothing_changed(earlier))
    if reason == "visit" and "visits" not in changed:
        raise InputError(_nothing_changed(earlier, "its visits are the same as on paper {id}"))
    return Reissue(earlier.copy + 1, earlier.document_id, earlier.issued, changed)


def _no_id() -> Fault:
    wanted = "The number at the foot of every page is wanted, such as 7K3M-9QXA-2F4D"
    return Fault("document id", "this is no number of a paper", wanted)


def _no_journal() -> Fault:
    found = "the clinic keeps none (keep = false under [journal])"
    return Fault("journal", found, "A copy is found by it", "Use `mvd-handout make`, and take the old paper back")


def _unknown(others: bool) -> Fault:
    wanted = "Only copies for patients are noted, not drafts, in the journal of who made them"
    fix = "Check the number, and with whose account it was made; otherwise use `mvd-handout make`"
    found = "no paper with this number is in the journal"
    return Fault("document id", f"{found}; there is another one under an earlier key" if others else found, wanted, fix)


def _email_only(paper: Paper | None) -> Fault:
    found = "this number was sent by e-mail only"
    if paper is None:
        wanted, fix = "The patient has no paper of this handout in the journal", "Use `mvd-handout make` for a paper"
    else:
        wanted = f"The patient's paper is {paper.document_id} of {date_in_words(paper.issued)}"
        fix = f"Reissue {paper.document_id}. For a new e-mail, correct the roster and run `mvd-handout email send`"
    return Fault("document id", found, wanted, fix)


def _replaced(latest: Entry) -> Fault:
    found = f"paper {latest.document_id}, copy {latest.copy} of {latest.issued}, replaced it"
    return Fault("document id", found, "The latest copy is the one to replace", f"Reissue {latest.document_id}")


def _other_patient(earlier: Entry) -> Fault:
    return Fault(
        "case",
        f"its patient is not the one who got paper {earlier.document_id}",
        "A copy is for the same patient: the same record number and date of birth",
        "Check whose case this is. If one of the two was wrong on the paper, use `mvd-handout make`, "
        "and take the old paper back",
    )


def _nothing_changed(earlier: Entry, found: str = "it says the same as paper {id}") -> Fault:
    wanted = "A copy for this reason says something new"
    fix = "Mend the case file; for a paper that was lost or spoilt, use --reason lost"
    return Fault("case", found.format(id=earlier.document_id), wanted, fix)


def _more_changed(more: Sequence[str], reason: Reason) -> Fault:
    found = f"this differs from the paper that is replaced: {', '.join(PART_NAMES[name] for name in more)}"
    wanted = (
        "--reason visit is for changed visits only" if reason == "visit" else "A lost paper is made again as it was"
    )
    meant = "correction" if set(more) - {"visits"} else "visit"
    return Fault("case", found, wanted, f"Check whose case this is; if the change is meant, use --reason {meant}")
