"""What a review pack is made from, and the parts that a clinical lead goes through."""

from __future__ import annotations

import datetime as dt

from msgspec import Struct

from mvd_handout.composing.approvable import CLINIC, SECTION, approvable_blocks
from mvd_handout.composing.review.changes import Change, compare
from mvd_handout.composing.review.say import Say
from mvd_handout.composing.standing import Standing, State, standings
from mvd_handout.content import unfilled as u
from mvd_handout.content.approval.entries import Entry
from mvd_handout.content.approval.register import Register
from mvd_handout.content.checks.report import Report
from mvd_handout.content.clinic import Clinic, ClinicBlock
from mvd_handout.content.library import Handout
from mvd_handout.content.provenance import Origin, Provenance, plain_text


class SampleFile(Struct, frozen=True):
    """A rendered sample: the name that its files share, and what it shows."""

    name: str
    shows: str


class Pack(Struct, frozen=True):
    """Everything that a review pack is made from. `today` is the day on which it is made."""

    handout: Handout
    clinic: Clinic
    register: Register
    sources: Provenance
    report: Report
    samples: tuple[SampleFile, ...]
    say: Say
    today: dt.date

    def block(self, name: str) -> ClinicBlock | None:
        """Return the clinic's text behind the part `name`, if it is one."""
        return self.clinic.block(name.removeprefix(CLINIC)) if name.startswith(CLINIC) else None

    def approved(self, name: str) -> Entry | None:
        """Return the last approval of a part, also one that was withdrawn or is void."""
        handout = self.handout
        return self.register.latest("approval", handout=handout.name, language=handout.language, block=name)


class Part(Struct, frozen=True):
    """One approvable part: how it stands, what people call it, its sentences, what changed since `approved`."""

    standing: Standing
    title: str
    origins: tuple[Origin, ...]
    approved: Entry | None
    changes: tuple[Change, ...]

    @property
    def name(self) -> str:
        """Its name in the register, "section/timeline"."""
        return self.standing.block.name

    @property
    def text(self) -> str:
        """All that it can print, in canonical form."""
        return self.standing.block.text

    @property
    def open(self) -> bool:
        """Whether somebody still has to approve it."""
        return self.standing.state is not State.APPROVED


def parts(pack: Pack) -> tuple[Part, ...]:
    """Return the parts in the order of the text."""
    blocks = approvable_blocks(pack.handout, pack.clinic)
    found = standings(blocks, pack.handout, pack.register, pack.today)
    return tuple(_part(each, pack) for each in found)


def gone(pack: Pack, there: tuple[Part, ...]) -> tuple[Entry, ...]:
    """Return the last approvals of parts that the handout no longer has, leaving out withdrawn ones."""
    about, handout = {part.name for part in there}, pack.handout
    names = dict.fromkeys(entry.block for entry in pack.register.entries if entry.block not in about)
    acts = (
        pack.register.latest("approval", "withdrawal", handout=handout.name, language=handout.language, block=name)
        for name in names
        if name
    )
    return tuple(entry for entry in acts if entry and entry.kind == "approval")


def _part(standing: Standing, pack: Pack) -> Part:
    name, entry = standing.block.name, pack.approved(standing.block.name)
    changes = compare(entry.text, standing.block.text) if entry else ()
    return Part(standing, _title(name, pack), _origins(name, pack), entry, changes)


def _origins(name: str, pack: Pack) -> tuple[Origin, ...]:
    """Return the sentences of a part, as provenance lists them."""
    handout = pack.handout
    file, section = f"{handout.name}/{handout.language}.md", ""
    if name.startswith(SECTION):
        section = name.removeprefix(SECTION)
    elif name.startswith(CLINIC):
        file = f"blocks/{name.removeprefix(CLINIC)}.md"
    elif name == "record":
        file = f"{handout.name}/{handout.language}.record.md"
    elif name == "labels":
        file = f"labels/{handout.language}.toml"
    else:
        return ()
    found = pack.sources.origins
    return tuple(each for each in found if each.file == file and (not section or each.section == section))


def _title(name: str, pack: Pack) -> str:
    """Return what people call a part: its first heading, or the title of the clinic's text."""
    if block := pack.block(name):
        return block.title
    if name.startswith(SECTION):
        return _heading(pack.handout.nodes, name.removeprefix(SECTION), False) or _untitled(name, pack)
    return pack.say.text(f"parts.{name}")


def _untitled(name: str, pack: Pack) -> str:
    """Return the first words of a part that has no heading."""
    first = next((origin.text for origin in _origins(name, pack)), name)
    return pack.say.text("parts.untitled", first=first)


def _heading(nodes: u.Nodes, section: str, inside: bool) -> str:
    for node in nodes:
        found = ""
        match node:
            case u.Heading() if inside:
                found = " ".join(plain_text(each) for each in node.content)
            case u.Block():
                here = inside or (node.name == "section" and node.arguments[:1] == (section,))
                found = _heading(node.body, section, here)
            case u.Choice():
                found = next((text for each in node.branches if (text := _heading(each.body, section, inside))), "")
        if found:
            return found
    return ""
