"""The register of a handout's source: its claims, its ambiguities, and the reviewed wording of the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Literal, cast

from msgspec import Struct

from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault, InputError

CLAIMS: Final = "claims.toml"
Kind = Literal["claims", "ambiguities", "furniture"]
_KINDS: Final[tuple[Kind, ...]] = ("claims", "ambiguities", "furniture")


class Claim(Struct, frozen=True):
    """Something that the source says (or leaves open), in our words.

    `place` is where in the source it stands, `used` names the sections that print it, `unused` says why none does.
    Of an ambiguity, `says` is the problem, `wording` how it is printed and `printed` the sentences that do so.
    """

    id: str
    kind: Kind
    says: str
    line: int
    place: str = ""
    used: tuple[str, ...] = ()
    unused: str = ""
    wording: str = ""
    readings: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


class Claims(Struct, frozen=True):
    """All of a handout's claims by id, and its reviewed form wordings by text ("en", "en.record")."""

    where: str
    by_id: Mapping[str, Claim]
    form: Mapping[str, frozenset[str]]

    def get(self, mark: str) -> Claim | None:
        """Return the claim that a mark names; C02a is a part of C02."""
        return self.by_id.get(mark) or self.by_id.get(mark.rstrip("abc"))


def load_claims(folder: Path) -> Claims:
    """Return the claims in a handout's folder. Raises ContentError."""
    where = f"{folder.name}/{CLAIMS}"
    try:
        data = (folder / CLAIMS).read_bytes()
        tables = read_toml(data, where)
        lines = data.decode("utf-8-sig").splitlines()
        found = [_claim(kind, table, lines) for kind in _KINDS for table in _tables(tables.get(kind, []))]
        form = cast("Mapping[str, list[str]]", tables.get("form", {}))
        return Claims(where, {claim.id: claim for claim in found}, {key: frozenset(form[key]) for key in form})
    except InputError as error:
        raise ContentError(*error.faults) from None
    except (OSError, KeyError, TypeError, ValueError):
        raise ContentError(
            Fault(where, "it is missing or has not the shape that is wanted", "See docs/handout-format.md")
        ) from None


def _tables(value: object) -> Sequence[Mapping[str, object]]:
    if not isinstance(value, list):
        raise TypeError(type(value).__name__)
    return value


def _claim(kind: Kind, table: Mapping[str, object], lines: Sequence[str]) -> Claim:
    key = str(table["id"])
    return Claim(
        id=key,
        kind=kind,
        says=str(table["problem"] if kind == "ambiguities" else table["says"]),
        line=next((number for number, line in enumerate(lines, start=1) if line == f'id = "{key}"'), 1),
        place=str(table.get("place", "")),
        used=_texts(table["used"]),
        unused=str(table.get("unused", "")),
        wording=str(table["how"] if kind == "ambiguities" else table.get("wording", "")),
        readings=_texts(table.get("readings", [])),
        printed=_texts(table.get("printed", [])),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in cast("list[object]", value))
