"""What the commands write into the journal: who made which paper, when, and for which patient's key."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mvd_handout.commands.places import state_folder
from mvd_handout.composing.fingerprints import Fingerprinter
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.files import read_file
from mvd_handout.delivery.journal.entry import Entry, Kind, Reason
from mvd_handout.delivery.journal.journal import Journal
from mvd_handout.delivery.journal.reading import Notice
from mvd_handout.delivery.journal.replaced import Replaced
from mvd_handout.delivery.journal.search import Replacements, Standing
from mvd_handout.delivery.journal.settings import parse_setting
from mvd_handout.domain.errors import Fault, OutputError

if TYPE_CHECKING:
    from mvd_handout.commands.console import Console
    from mvd_handout.commands.press import Papers
    from mvd_handout.delivery.batch.run import Given
    from mvd_handout.delivery.papers import Recipe

FOLDER = "journal"


def open_journal(profile: Path, key: bytes) -> Journal | None:
    """Return the journal of the clinic whose profile that is, or None when it keeps none. Raises InputError."""
    data = read_file(profile, profile.name)
    setting = parse_setting(read_toml(data, profile.name), profile.parent, profile.name)
    if not setting.keep:
        return None
    return Journal(setting.folder or state_folder() / FOLDER, key, named=setting.folder is not None)


def warner(console: Console) -> Notice:
    """Return what warns of what is amiss in the journal: of each fault once, however often the journal is asked."""
    said: set[Fault] = set()

    def warn(fault: Fault) -> None:
        if fault not in said:
            said.add(fault)
            console.warn(str(fault))

    return warn


def replaced_papers(profile: Path, key: bytes, document_ids: Iterable[str], console: Console) -> Mapping[str, Entry]:
    """Return, by document id, the copy that replaced each of these papers, as far as the clinic's journal says.

    One look at the journal answers for a whole batch. Nothing is in it when no journal is kept, or this account has
    made none yet. A line that was changed is left out, which is said. Raises InputError for the profile, and
    OutputError when the journal cannot be read, or the folder that the clinic names is missing.
    """
    return watch_replaced(profile, key, document_ids, console).look()


def watch_replaced(profile: Path, key: bytes, document_ids: Iterable[str], console: Console) -> Replaced:
    """Return what tells at any time which of these papers were replaced by then. Raises InputError."""
    return Replaced(open_journal(profile, key), document_ids, warner(console))


def look_up(
    profile: Path, key: bytes, papers: Mapping[str, str], handout: str, console: Console
) -> tuple[Mapping[str, Entry], Standing]:
    """Return what replaced some of these papers, as `replaced_papers` does, and which papers their patients have.

    `papers` are patient keys by document id. The journal is read once. Raises InputError and OutputError.
    """
    patients = frozenset(papers.values())
    replaced, standing = Replacements(papers), Standing(patients, handout)
    if (journal := open_journal(profile, key)) is not None:
        for entry in journal.touching(patients, warner(console)):
            replaced.add(entry)
            standing.add(entry)
    return replaced.latest, standing


def ready_journal(profile: Path, key: bytes, console: Console) -> Journal | None:
    """Return the journal, made sure that it can be written: a paper that cannot be noted is not made.

    Raises InputError, and OutputError when it cannot be written.
    """
    journal = open_journal(profile, key)
    if journal is not None:
        for fault in journal.check(now().year):
            console.warn(str(fault))
    return journal


@contextlib.contextmanager
def as_given(papers: str) -> Iterator[None]:
    """Say of an entry that cannot be written that the `papers` themselves are there, so that they are noted by hand."""
    wanted = "Every paper given is noted"
    try:
        yield
    except OutputError as error:
        found = f"{papers} was made, but it is not in the journal"
        fix = "Write its number down by hand, and mend what is said below"
        raise OutputError(Fault("journal", found, wanted, fix), *error.faults) from error
    except KeyboardInterrupt as interrupt:
        found = f"{papers} was made, but you stopped the program while it was noted"
        fix = "Look for it with `mvd-handout who-got`; if it is not there, write its number down by hand"
        raise OutputError(Fault("journal", found, wanted, fix)) from interrupt


def entry_of(papers: Papers, kind: Kind, reason: Reason | None = None) -> Entry:
    """Return the entry of a paper that was made just now; the files of several formats are one paper."""
    about, reissue = papers.about, papers.reissue
    return Entry(
        document_id=about.document_id,
        patient_key=about.patient_key,
        time=now(),
        user=user_account(),
        kind=kind,
        handout=about.handout,
        version=about.handout_version,
        language=papers.language,
        content_hash=about.content_hash,
        issued=about.issued,
        parts=papers.parts,
        copy=reissue.copy if reissue else 1,
        replaces=reissue.replaces if reissue else "",
        reason=reason,
    )


class BatchRecorder:
    """Writes the papers of a batch into the journal, each once, as the batch makes them."""

    def __init__(self, journal: Journal, recipe: Recipe) -> None:
        self.journal = journal
        self.recipe = recipe
        self.user = user_account()
        self.fingerprinters = {
            language: Fingerprinter(recipe.clinic, text, recipe.approvals.get(language))
            for language, text in recipe.texts.items()
        }

    def known(self, batch: str) -> frozenset[str]:
        """Return the document ids that are noted for `batch`."""
        return self.journal.papers_of(batch)

    def add(self, batch: str, given: Sequence[Given]) -> None:
        """Note papers; when this returns, that is on the disk. Raises OutputError."""
        self.journal.append(self._entry(batch, each) for each in given)

    def _entry(self, batch: str, given: Given) -> Entry:
        paper, case, recipe = given.entry, given.order.case, self.recipe
        theme, _ = recipe.look(case)
        return Entry(
            document_id=paper.document_id,
            patient_key=paper.patient_key,
            time=now(),
            user=self.user,
            kind="batch",
            handout=paper.handout,
            version=paper.version,
            language=paper.language,
            content_hash=recipe.texts[paper.language].content_hash,
            issued=paper.issued,
            parts=self.fingerprinters[paper.language].of(case, paper.issued, theme),
            batch=batch,
        )


def now() -> dt.datetime:
    """Return the time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def user_account() -> str:
    """Return the account at this computer: what the system says, not what an environment variable does."""
    if hasattr(os, "getuid"):
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            return f"user {os.getuid()}"
    import getpass

    return getpass.getuser()
