"""Before a batch: everything is read, checked and planned. Nothing is written yet."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from mvd_handout.commands.batch_options import BatchOptions
from mvd_handout.commands.check import find_setting, read_input
from mvd_handout.commands.console import Console
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.journalling import replaced_papers
from mvd_handout.commands.places import cache_folder, config_folder, find_clinic, today
from mvd_handout.commands.press import NO_COPY
from mvd_handout.commands.wording import date_in_words
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.batch.folder import find_plan
from mvd_handout.delivery.batch.plan import Planned, plan_batch
from mvd_handout.delivery.journal.entry import Entry as JournalEntry
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.delivery.roster.read import read_roster
from mvd_handout.domain.dates import DateOrder, read_date
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.text import RefusedError


class Job(Struct, frozen=True):
    """What is to be done, and of which clinic (the path of its profile).

    `replaced` are papers of a batch that was begun earlier and that later ones replaced, by their document ids.
    """

    roster: Roster
    planned: Planned
    profile: Path
    replaced: Mapping[str, JournalEntry]


def plan_job(options: BatchOptions, console: Console) -> Job:
    """Read and check everything and return what is to be done. Raises HandoutError."""
    data = read_input(options.roster)
    path = find_clinic(options.clinic, os.environ, Path.cwd(), config_folder()).path
    setting = find_setting(options.clinic, options.handout, console)
    profile = setting.known_profile()
    issued = _issue_date(options.issue_date, profile.date_order)
    roster = read_roster(
        data,
        columns=setting.columns,
        date_order=profile.date_order,
        encoding=options.encoding,
        sheet=options.sheet,
        inspect=setting.inspect,
        skip_bad_rows=options.skip_bad_rows,
    )
    for note in roster.notes:
        console.warn(note)
    languages, look = tuple(roster.summary.languages), (options.theme or "", options.paper or "")
    recipe = load_recipe(path, options.handout, languages, *look, PlanCache(cache_folder()))
    now = today(profile.time_zone)
    replaced = _Replaced(options, path, recipe.clinic.key, console)
    planned = plan_batch(
        roster,
        recipe,
        _no_gate if options.draft else open_gate(path.parent, recipe, now, console, NO_COPY),
        today=now,
        issued=issued,
        options=_for_the_plan(options, issued),
        skip_bad_rows=options.skip_bad_rows,
        later=replaced.look,
    )
    for note in planned.notes:
        console.warn(note)
    return Job(roster, planned, path, replaced.begun)


class _Replaced:
    """Asks the journal which papers were replaced. Those of a batch that was begun are known, the others refused."""

    def __init__(self, options: BatchOptions, profile: Path, key: bytes, console: Console) -> None:
        self._options, self._profile, self._key, self._console = options, profile, key, console
        self.begun: dict[str, JournalEntry] = {}

    def look(self, document_ids: Sequence[str]) -> Mapping[str, str]:
        """Return, in words, what replaced papers that are new to this folder. Raises HandoutError."""
        if self._options.draft:
            return {}
        found = replaced_papers(self._profile, self._key, document_ids, self._console)
        plan = find_plan(self._options.folder) if found else None
        old = {paper.document_id for paper in plan.papers} if plan else set()
        self.begun = {document_id: entry for document_id, entry in found.items() if document_id in old}
        return {
            document_id: f"{entry.document_id}, dated {date_in_words(entry.issued)}"
            for document_id, entry in found.items()
            if document_id not in old
        }


def _issue_date(text: str | None, order: DateOrder | None) -> dt.date | None:
    try:
        return read_date(text, order) if text is not None else None
    except RefusedError as refused:
        raise InputError(Fault("--issue-date", refused.found, refused.wanted)) from None


def _no_gate(language: str, issued: dt.date) -> None:
    """Let drafts pass."""


def _for_the_plan(options: BatchOptions, issued: dt.date | None) -> dict[str, str]:
    """Return the options that decide what is made; the plan keeps them."""
    return {
        "handout": options.handout,
        "issue_date": issued.isoformat() if issued else "",
        "theme": options.theme or "",
        "paper": options.paper or "",
        "draft": "yes" if options.draft else "",
    }
