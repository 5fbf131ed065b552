"""The register of a handout's source: claims, ambiguities and the reviewed wordings about the sheet itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mvd_handout.content.checks.rules import Table, rows, texts
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.errors import ContentError, Fault, InputError

REGISTER = "claims.toml"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, an ambiguity or a piece of furniture of the source.

    `printed` lists the sentences that carry its mark, where the register does; `used` the sections.
    """

    id: str
    used: tuple[str, ...]
    printed: tuple[str, ...] | None
    unused: str
    line: int


@dataclass(frozen=True, slots=True)
class Claims:
    """The register as it is read. `form` gives the reviewed wordings by file ("en", "en.record")."""

    where: str
    claims: tuple[Claim, ...]
    form: Mapping[str, tuple[str, ...]]
    source: str

    def line_of(self, text: str) -> int:
        """Return the line of the register on which `text` stands as a TOML string; 1 when it is not found."""
        lines = self.source.split("\n")
        return next((number for number, line in enumerate(lines, start=1) if f'"{text}"' in line), 1)


def read_claims(folder: Path) -> Claims:
    """Return the register in a handout's folder. Raises ContentError."""
    where = f"{folder.name}/{REGISTER}"
    try:
        data = (folder / REGISTER).read_bytes()
        return parse_claims(data.decode("utf-8-sig"), where)
    except FileNotFoundError:
        raise ContentError(Fault(where, "the file is missing", "It says where every sentence comes from")) from None
    except (InputError, UnicodeDecodeError) as error:
        faults = (
            error.faults if isinstance(error, InputError) else (Fault(where, "a letter that is not UTF-8", "UTF-8"),)
        )
        raise ContentError(*faults) from None


def parse_claims(source: str, where: str) -> Claims:
    """Return the register in `source`. Raises InputError for TOML that cannot be read."""
    table = read_toml(source.encode(), where)
    register = Claims(where, (), {}, source)
    found = [_claim(row, register) for name in ("claims", "ambiguities", "furniture") for row in rows(table, name)]
    form = table.get("form")
    reviewed = {name: texts(form, name) for name in form} if isinstance(form, Mapping) else {}
    return Claims(where, tuple(found), reviewed, source)


def _claim(row: Table, register: Claims) -> Claim:
    name = str(row.get("id", ""))
    printed = texts(row, "printed") if "printed" in row else None
    return Claim(name, texts(row, "used"), printed, str(row.get("unused", "")), register.line_of(name))
