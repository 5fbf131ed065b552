"""A clinic's folder: its profile, its own blocks, its logo and its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from mvd_handout.content import unfilled as u
from mvd_handout.content.library import parse_text
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.toml import read_toml
from mvd_handout.domain.clinic import ClinicProfile
from mvd_handout.domain.document import Logo
from mvd_handout.domain.errors import ContentError, Fault, InputError
from mvd_handout.domain.ids import KEY_BYTES

KEY_NAME = "clinic.key"
_HEAD = ("id", "title", "status", "sources", "decide")
_FRONT_MATTER = re.compile(r"\A\s*\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*\n", re.DOTALL | re.MULTILINE)


class ClinicBlock(Struct, frozen=True):
    """One of the clinic's own texts, unfilled, with the header that says where it comes from."""

    name: str
    title: str
    nodes: u.Nodes
    sources: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()

    content_hash: str = ""
    """SHA-256 of its name and its words."""


class Clinic(Struct, frozen=True):
    """Everything a clinic adds to a handout. Its repr shows no key."""

    profile: ClinicProfile
    blocks: tuple[ClinicBlock, ...]
    key: bytes
    logo: Logo | None = None

    def __repr__(self) -> str:
        return f"Clinic({self.profile.hospital!r})"

    @classmethod
    def load(cls, path: Path, cache: PlanCache | None = None) -> Clinic:
        """Return the clinic whose profile is the file `path`; see `load_clinic`."""
        return load_clinic(path, cache)

    def block(self, name: str) -> ClinicBlock | None:
        """Return the clinic's block of that name, if it has one."""
        return next((block for block in self.blocks if block.name == name), None)


def read_profile(path: Path) -> ClinicProfile:
    """Return the profile in the TOML file `path`. Raises InputError with every fault."""
    try:
        data = path.read_bytes()
    except OSError:
        raise InputError(
            Fault(
                path.name,
                "the file is missing or cannot be read",
                "The clinic profile is needed",
                "Run `mvd-handout setup` to make one",
            )
        ) from None
    return ClinicProfile.parse(read_toml(data, path.name), path.name)


def load_clinic(path: Path, cache: PlanCache | None = None, profile: ClinicProfile | None = None) -> Clinic:
    """Return the clinic whose profile is `path`, with what lies beside it; `profile` is that file, if it was read.

    Raises InputError for the profile, the key and the logo, ContentError for the blocks.
    """
    profile = profile or read_profile(path)
    key = read_key(path.parent / KEY_NAME)
    logo = None
    if profile.logo:
        from mvd_handout.content.logo import read_logo

        logo = read_logo(path.parent / Path(profile.logo).name, profile.logo_alt or profile.hospital)
    return Clinic(profile, _read_blocks(path.parent / "blocks", cache), key, logo)


def read_key(path: Path) -> bytes:
    """Return the clinic's secret key. Raises InputError when it is missing or damaged."""
    fix = (
        "Put your backup of clinic.key back. Only a clinic that never made a paper makes a new one: "
        "`mvd-handout setup --new-key -o FOLDER`"
    )
    try:
        text = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        raise InputError(
            Fault(path.name, "the key file is missing or cannot be read", "Papers get their numbers from it", fix)
        ) from None
    if not re.fullmatch(rf"[0-9a-f]{{{KEY_BYTES * 2}}}", text):
        raise InputError(
            Fault(
                path.name,
                "the key is damaged",
                f"{KEY_BYTES * 2} hexadecimal digits are wanted",
                "Restore it from a backup",
            )
        )
    return bytes.fromhex(text)


def _read_blocks(folder: Path, cache: PlanCache | None) -> tuple[ClinicBlock, ...]:
    faults: list[Fault] = []
    blocks: list[ClinicBlock] = []
    for path in sorted(folder.glob("*.md")):
        try:
            blocks.append(read_block(path, cache))
        except ContentError as error:
            faults.extend(error.faults)
    if faults:
        raise ContentError(*faults)
    return tuple(blocks)


def read_block(path: Path, cache: PlanCache | None = None) -> ClinicBlock:
    """Return the clinic block in the Markdown file `path`; its header stands between two lines of +++."""
    where = f"{path.parent.name}/{path.name}"
    try:
        source = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        raise ContentError(Fault(where, "it cannot be read", "A text file in UTF-8 is wanted")) from None
    header: Mapping[str, object] = {}
    if match := _FRONT_MATTER.match(source):
        try:
            header = read_toml(match[1].encode(), where)
        except InputError as error:
            raise ContentError(*error.faults) from None
        _check_head(header, where)
        # Blank lines keep the numbers of the lines that follow.
        source = "\n" * match[0].count("\n") + source[match.end() :]
    elif source.lstrip().startswith("+++"):
        raise ContentError(
            Fault(f"{where}, line 1", "a head that does not end", "A line with +++ before and after the head")
        )
    nodes = parse_text(source, where, cache, ("clinic",))
    if not nodes:
        raise ContentError(Fault(where, "there are no words in it", "Write the text, or remove the file"))
    return ClinicBlock(
        name=path.stem,
        title=str(header.get("title", path.stem)),
        nodes=nodes,
        content_hash=u.content_hash(path.stem, nodes),
        sources=_texts(header, "sources", where),
        undecided=_texts(header, "decide", where),
    )


def _check_head(header: Mapping[str, object], where: str) -> None:
    """Refuse names that nothing reads: a slip such as `decided` would hide what is still to be decided."""
    if unknown := sorted(set(header) - set(_HEAD)):
        raise ContentError(Fault(where, f"the unknown name {unknown[0]} in its head", f"Known: {', '.join(_HEAD)}"))


def _texts(header: Mapping[str, object], name: str, where: str) -> tuple[str, ...]:
    value = header.get(name, [])
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise ContentError(Fault(where, f"{name} in its head is not a list of texts", f'Write {name} = ["…", "…"]'))
