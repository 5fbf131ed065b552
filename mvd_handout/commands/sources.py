"""`sources`: where every sentence comes from, what was left out, and what the source leaves open."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import asdict

from mvd_handout.commands.console import Console
from mvd_handout.commands.places import cache_folder, config_folder, find_clinic
from mvd_handout.content.claims import Claim
from mvd_handout.content.clinic import ClinicBlock, load_clinic
from mvd_handout.content.library import Library
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.provenance import CLINIC, COMPUTED, FORM, NOTE, Origin, Provenance, provenance
from mvd_handout.delivery.files import read_file
from mvd_handout.domain.errors import ExitCode, InputError

_KINDS = {
    FORM: "wording about the sheet itself, from the reviewed list",
    COMPUTED: "values of the patient or the clinic only",
    CLINIC: "the clinic's own words",
    NOTE: "the nurse's note: signed, and outside the approval",
}


@dataclass(frozen=True, slots=True)
class SourcesOptions:
    """The options of `sources`; see its help."""

    handout: str
    language: str
    clinic: Path | None
    article: Path | None
    as_json: bool


def run(options: SourcesOptions, console: Console) -> int:
    """Print the table and return the exit code. Raises ContentError for sentences that come from nowhere."""
    profile = _profile(options.clinic)
    cache = PlanCache(cache_folder())
    library = Library.shipped(profile.parent if profile else None, cache)
    blocks = load_clinic(profile, cache).blocks if profile and options.clinic else ()
    found = provenance(library, library.handout(options.handout, options.language), blocks)
    if options.as_json:
        console.result(json.dumps(_data(found, blocks), ensure_ascii=False, indent=2))
    else:
        for line in _lines(found, blocks):
            console.result(line)
    found.require()
    return _compare(options.article, found, console) if options.article else ExitCode.DONE


def _profile(clinic: Path | None) -> Path | None:
    try:
        return find_clinic(clinic, os.environ, Path.cwd(), config_folder()).path
    except InputError:
        return None


def _compare(article: Path, found: Provenance, console: Console) -> int:
    """Say whether a file is the article that was read."""
    wanted = found.handout.source.sha256
    actual = hashlib.sha256(read_file(article, "article", 50_000_000)).hexdigest()
    if actual == wanted:
        console.say(f"This is the article that was read (SHA-256 {wanted}).")
        return ExitCode.DONE
    console.show(f"This is not the article that was read. Its SHA-256 is {actual}; {wanted} is in handout.toml.")
    return ExitCode.VERIFY_MISMATCH


def _lines(found: Provenance, blocks: tuple[ClinicBlock, ...]) -> Iterator[str]:
    handout, source = found.handout, found.handout.source
    yield f"{handout.name} {handout.version} ({handout.language}): {handout.title}"
    yield f"Source: “{source.title}”, {source.site}, {source.published}; SHA-256 {source.sha256}"
    for (file, section), origins in itertools.groupby(found.origins, lambda origin: (origin.file, origin.section)):
        yield f"\n{file}, {section}"
        for origin in origins:
            yield f"  {origin.line or '':>4}  {origin.text}"
            yield from (f"          {line}" for mark in origin.marks for line in _mark(mark, found))
    for block in blocks:
        yield f"\nSources of blocks/{block.name}.md"
        yield from (f"  {each}" for each in block.sources or ("none named",))
    yield "\nNot used, and why"
    yield from (f"  {claim.id}  {claim.says} {claim.unused}" for claim in found.unused())
    yield "\nWhat the source leaves open, and how it is printed"
    for claim in found.ambiguities():
        yield f"  {claim.id}  {claim.says}"
        yield from (f"      could mean: {each}" for each in claim.readings)
        yield f"      printed so: {claim.wording}"
        yield from (f"        “{each}”" for each in claim.printed)


def _mark(mark: str, found: Provenance) -> Iterator[str]:
    claim = found.claims.get(mark)
    if claim is None:
        yield f"{mark}  {_KINDS.get(mark, 'names nothing')}"
    else:
        yield f"{mark}  {claim.says} ({claim.place or 'left open'})"


def _data(found: Provenance, blocks: tuple[ClinicBlock, ...]) -> dict[str, object]:
    handout, source = found.handout, found.handout.source
    return {
        "handout": handout.name,
        "version": handout.version,
        "language": handout.language,
        "source": {
            "title": source.title,
            "site": source.site,
            "published": source.published.isoformat(),
            "sha256": source.sha256,
        },
        "sentences": [_sentence(origin, found) for origin in found.origins],
        "clinic_sources": {block.name: list(block.sources) for block in blocks},
        "unused": [_claim(claim) for claim in found.unused()],
        "ambiguities": [_claim(claim) for claim in found.ambiguities()],
        "faults": [asdict(fault) for fault in found.faults],
    }


def _sentence(origin: Origin, found: Provenance) -> dict[str, object]:
    claims = [claim for mark in origin.marks if (claim := found.claims.get(mark))]
    return asdict(origin) | {"claims": [{"id": c.id, "says": c.says, "place": c.place} for c in claims]}


def _claim(claim: Claim) -> dict[str, object]:
    return {key: value for key, value in asdict(claim).items() if value not in ("", ())}
