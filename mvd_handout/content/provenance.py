"""Provenance: for every sentence that a handout can print, where it comes from; a sentence from nowhere is an error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from mvd_handout.content import unfilled as u
from mvd_handout.content.claims import Claim, Claims, load_claims
from mvd_handout.content.clinic import ClinicBlock
from mvd_handout.content.library import Handout, Library
from mvd_handout.domain.errors import ContentError, Fault

FORM: Final = "form"
COMPUTED: Final = "computed"
CLINIC: Final = "clinic"
NOTE: Final = "note"
_LETTER: Final = re.compile(r"[^\W\d_]")


class Origin(Struct, frozen=True):
    """Where one sentence comes from: the file and line it stands on, its words, and the marks behind them."""

    file: str
    line: int
    section: str
    text: str
    marks: tuple[str, ...]

    @property
    def where(self) -> str:
        """Return "hfs-recovery/en.md, line 12"."""
        return f"{self.file}, line {self.line}" if self.line else self.file


class Provenance(Struct, frozen=True):
    """The sources of a handout in one language, and every sentence or claim that does not fit (`faults`)."""

    handout: Handout
    claims: Claims
    origins: tuple[Origin, ...]
    faults: tuple[Fault, ...]

    def unused(self) -> tuple[Claim, ...]:
        """Return the claims that no section prints."""
        return tuple(claim for claim in self.claims.by_id.values() if not claim.used)

    def ambiguities(self) -> tuple[Claim, ...]:
        """Return what the source leaves open."""
        return tuple(claim for claim in self.claims.by_id.values() if claim.kind == "ambiguities")

    def require(self) -> None:
        """Raise ContentError with file and line of everything that does not resolve."""
        if self.faults:
            raise ContentError(*self.faults)


def provenance(library: Library, handout: Handout, blocks: Iterable[ClinicBlock] = ()) -> Provenance:
    """Return where each sentence of `handout` comes from, and of the clinic's own `blocks`."""
    folder = library.folder_of(handout.name)
    claims = load_claims(folder)
    language = handout.language
    texts = {f"{language}": handout.nodes, f"{language}.record": handout.record}
    own = {key: tuple(_origins(nodes, f"{folder.name}/{key}.md", key)) for key, nodes in texts.items()}
    theirs = tuple(each for block in blocks for each in _origins(block.nodes, f"blocks/{block.name}.md", block.name))
    labels = tuple(
        Origin(f"labels/{language}.toml", 0, "labels", text, (FORM,))
        for _, text in sorted(handout.labels.words.items())
    )
    faults = [fault for key, origins in own.items() for each in origins for fault in _faults(each, claims, key)]
    faults += [fault for each in theirs for fault in _unknown(each, claims)]
    faults += _misused(claims, [each for origins in own.values() for each in origins])
    return Provenance(handout, claims, (*own[language], *own[f"{language}.record"], *theirs, *labels), tuple(faults))


def plain_text(sentence: u.Sentence) -> str:
    """Return "Call us on {{ phone.day }}.": the form in which claims.toml lists sentences."""
    return "".join(
        part.text if isinstance(part, u.Words) else f"{{{{ {' | '.join((part.name, *part.filters))} }}}}"
        for part in sentence.parts
    )


def _origins(nodes: u.Nodes, file: str, section: str) -> Iterator[Origin]:
    for section_name, sentence in _sentences(nodes, section):
        yield Origin(file, sentence.line, section_name, plain_text(sentence), _marks(sentence))


def _marks(sentence: u.Sentence) -> tuple[str, ...]:
    """Return the marks; the nurse's note, which nobody approves, has one of its own."""
    slots = [part.name for part in sentence.parts if isinstance(part, u.Slot)]
    return (NOTE,) if slots == [NOTE] and len(sentence.parts) == 1 else sentence.marks


def _sentences(nodes: u.Nodes, section: str) -> Iterator[tuple[str, u.Sentence]]:
    for node in nodes:
        match node:
            case u.Block():
                named = node.name == "section" and node.arguments
                yield from _sentences(node.body, node.arguments[0] if named else section)
            case u.Choice():
                for branch in node.branches:
                    yield from _sentences(branch.body, section)
            case u.List():
                yield from _sentences(node.items, section)
            case u.Table():
                yield from ((section, each) for row in (node.header, *node.rows) for cell in row for each in cell)
            case _:
                yield from ((section, each) for each in node.content)


def _faults(origin: Origin, claims: Claims, text: str) -> Iterator[Fault]:
    """Yield what is wrong with a sentence of the handout's own text; `text` names the list of its form wordings."""
    yield from _unknown(origin, claims)
    if FORM in origin.marks and origin.text not in claims.form.get(text, frozenset()):
        yield _fault(
            origin,
            f"this form wording is not in the reviewed list of {claims.where}",
            "Only reviewed words about the sheet itself are marked [form]",
            f'Have it reviewed and add it under [form], "{text}", or mark what it comes from',
        )
    if CLINIC in origin.marks:
        yield _fault(origin, "it is marked as a clinic's own", "A clinic's words stand in its folder blocks/")
    if COMPUTED in origin.marks and _LETTER.search(re.sub(r"\{\{.*?\}\}", "", origin.text)):
        yield _fault(origin, "it is marked as computed but holds words", "Computed are filled-in values only")
    for mark in origin.marks:
        claim = claims.get(mark)
        if claim and claim.kind == "ambiguities" and origin.text not in claim.printed:
            yield _fault(
                origin,
                f"this is not one of the neutral forms of {mark} in {claims.where}",
                "What the source leaves open is printed in its reviewed form only",
                f"Have it reviewed and add it to `printed` of {mark}",
            )


def _unknown(origin: Origin, claims: Claims) -> Iterator[Fault]:
    for mark in origin.marks:
        if mark not in {FORM, COMPUTED, CLINIC, NOTE} and claims.get(mark) is None:
            yield _fault(origin, f"the mark {mark} names nothing", f"An id of {claims.where}")


def _fault(origin: Origin, found: str, wanted: str, fix: str = "") -> Fault:
    return Fault(f"{origin.where} (“{origin.text}”)", found, wanted, fix)


def _misused(claims: Claims, origins: Iterable[Origin]) -> Iterator[Fault]:
    """Yield every claim whose list of sections, or of sentences, is not what the text says."""
    sections: dict[str, dict[str, None]] = {}
    texts: set[str] = set()
    for origin in origins:
        texts.add(origin.text)
        for mark in origin.marks:
            if claim := claims.get(mark):
                sections.setdefault(claim.id, {})[origin.section] = None
    for text, wordings in claims.form.items():
        for wording in sorted(wordings - texts):
            yield Fault(f"{claims.where}, form {text}", f"no text prints “{wording}”", "The list holds what is printed")
    for claim in claims.by_id.values():
        yield from _misfit(claim, claims.where, sections.get(claim.id, {}), texts)


def _misfit(claim: Claim, file: str, sections: Mapping[str, None], texts: set[str]) -> Iterator[Fault]:
    where = f"{file}, line {claim.line}, {claim.id}"
    if set(claim.used) != set(sections):
        printed = ", ".join(sections) or "none"
        yield Fault(where, f"`used` says {', '.join(claim.used) or 'none'}", f"The sections that print it: {printed}")
    if not claim.used and not claim.unused:
        yield Fault(where, "it is not used, and nothing says why", "Every claim is printed or left out for a reason")
    for text in claim.printed:
        if text not in texts:
            yield Fault(where, f"no text prints “{text}”", "`printed` lists what is printed")
