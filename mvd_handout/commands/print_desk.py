"""What `print` asks of a clinic: before anything is sent, and once more right before each job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import structs

from mvd_handout.commands import places
from mvd_handout.commands.console import Console
from mvd_handout.commands.journalling import watch_replaced
from mvd_handout.commands.print_gate import ask_again, refuse_changed
from mvd_handout.commands.print_report import replaced_faults
from mvd_handout.content.clinic import read_profile
from mvd_handout.delivery.clinic_watch import ClinicWatch
from mvd_handout.delivery.journal.entry import Entry
from mvd_handout.delivery.journal.replaced import Replaced
from mvd_handout.delivery.printing.papers import PaperFile
from mvd_handout.delivery.printing.stack import Stack
from mvd_handout.domain.errors import InputError


class PrintDesk:
    """A clinic while papers are printed: its gate and its journal."""

    def __init__(self, profile: Path, key: bytes, console: Console) -> None:
        self.profile, self.key, self._console = profile, key, console
        self._watch = ClinicWatch(profile)
        self._replaced: Replaced | None = None
        self._zone = ""

    def replaced(self, papers: Iterable[PaperFile]) -> Mapping[str, Entry]:
        """Return what replaced these papers, as the clinic's journal says."""
        ids = [each.document_id for paper in papers for each in paper.inside]
        self._replaced = watch_replaced(self.profile, self.key, ids, self._console)
        return self._replaced.look()

    def ask(self, stack: Stack) -> Stack:
        """Return what may be printed of a stack; see `print_gate.ask_again`."""
        found = ask_again(stack, self.profile, self._console)
        self._zone = read_profile(self.profile).time_zone
        self._watch.day = places.today(self._zone)
        return found

    def last_look(self, stack: Stack, place: int) -> None:
        """Raise HandoutError when the paper at this place of the stack may not be printed any more, nor what follows.

        While no file of the clinic changes, that takes a few stats and a look at the end of the journal.
        """
        if self._watch.changed(places.today(self._zone)):
            rest = structs.replace(stack, papers=stack.papers[place:])
            refuse_changed(rest, self.profile, Console(quiet=True))  # its notes were said at the beginning
        later = self._replaced.look() if self._replaced else {}
        if any(each.document_id in later for each in stack.papers[place].inside):
            raise InputError(*replaced_faults(stack.papers[place], later))
