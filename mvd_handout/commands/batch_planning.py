"""Before a batch: everything is read, checked and planned. Nothing is written yet."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from mvd_handout.commands import places
from mvd_handout.commands.already import Already, find_already
from mvd_handout.commands.batch_options import BatchOptions
from mvd_handout.commands.check import find_setting, read_input
from mvd_handout.commands.console import Console
from mvd_handout.commands.draft import read_issue_date
from mvd_handout.commands.gate import open_gate
from mvd_handout.commands.journalling import look_up
from mvd_handout.commands.places import cache_folder, config_folder, find_clinic
from mvd_handout.commands.press import NO_COPY
from mvd_handout.commands.wording import date_in_words
from mvd_handout.content.plan import PlanCache
from mvd_handout.delivery.batch.folder import check_place, find_plan
from mvd_handout.delivery.batch.plan import Planned, PlannedPaper, plan_batch
from mvd_handout.delivery.journal.entry import Entry as JournalEntry
from mvd_handout.delivery.papers import load_recipe
from mvd_handout.delivery.roster.model import Roster
from mvd_handout.delivery.roster.read import read_roster


class Job(Struct, frozen=True):
    """What is to be done, and of which clinic (the path of its profile).

    `replaced` are papers of a batch that was begun earlier and that later ones replaced, by their document ids.
    `already` says what patients of a new batch have.
    """

    roster: Roster
    planned: Planned
    profile: Path
    replaced: Mapping[str, JournalEntry]
    already: Already


def plan_job(options: BatchOptions, console: Console) -> Job:
    """Read and check everything and return what is to be done. Raises HandoutError."""
    data = read_input(options.roster)
    path = find_clinic(options.clinic, os.environ, Path.cwd(), config_folder()).path
    setting = find_setting(options.clinic, options.handout, console)
    profile = setting.known_profile()
    issued = read_issue_date(options.issue_date, profile.date_order)
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
    now = places.today(profile.time_zone)
    noted = _Noted(options, path, recipe.clinic.key, console)
    planned = plan_batch(
        roster,
        recipe,
        _no_gate if options.draft else open_gate(path.parent, recipe, now, console, NO_COPY),
        today=now,
        issued=issued,
        options=_for_the_plan(options, issued),
        skip_bad_rows=options.skip_bad_rows,
        later=noted.look,
    )
    check_place(options.folder, planned.plan, planned.index)
    for note in planned.notes:
        console.warn(note)
    noted.already.warn(console)
    return Job(roster, planned, path, noted.begun, noted.already)


class _Noted:
    """Asks the journal which papers were replaced, and what the patients have.

    Papers of a batch that was begun are known: of those, what was replaced is told and not refused, and what the
    patients have was told when it was begun.
    """

    def __init__(self, options: BatchOptions, profile: Path, key: bytes, console: Console) -> None:
        self._options, self._profile, self._key, self._console = options, profile, key, console
        self.begun: dict[str, JournalEntry] = {}
        self.already = Already()

    def look(self, papers: Sequence[PlannedPaper]) -> Mapping[str, str]:
        """Return, in words, what replaced papers that are new to this folder. Raises HandoutError."""
        if self._options.draft:
            return {}
        patients = {paper.document_id: paper.patient_key for paper in papers}
        found, standing = look_up(self._profile, self._key, patients, self._options.handout, self._console)
        plan = find_plan(self._options.folder)
        old = {paper.document_id for paper in plan.papers} if plan else set()
        self.already = find_already(papers, standing, old | found.keys())
        self.begun = {document_id: entry for document_id, entry in found.items() if document_id in old}
        return {
            document_id: f"{entry.document_id}, dated {date_in_words(entry.issued)}"
            for document_id, entry in found.items()
            if document_id not in old
        }


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
