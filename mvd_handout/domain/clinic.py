"""The clinic's profile: who gives the handout, and whom the patient can ring."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Mapping
from typing import Final, Literal, cast

from msgspec import Struct

from mvd_handout.domain.case import Case
from mvd_handout.domain.dates import DateOrder
from mvd_handout.domain.errors import Fault, InputError
from mvd_handout.domain.fields import Field, TableReader
from mvd_handout.domain.phone import Phone
from mvd_handout.domain.text import RefusedError, clean_text

Paper = Literal["A4", "Letter"]
IdentifierName = Literal["name", "record_number", "birth_date"]

IDENTIFIERS: Final[tuple[IdentifierName, ...]] = ("name", "record_number", "birth_date")
LOCALES: Final = ("en-GB", "en-US", "en-CA", "en-AU", "en-NZ", "en-IE", "en-ZA", "en-IN")
_DATE_ORDERS: Final = ("day-first", "month-first")

HOSPITAL_FIELDS: Final = (
    Field("hospital.name", "text", "The hospital's name", '"Example Hospital"', required=True),
    Field("hospital.unit", "text", "The unit or ward", '"Neurosurgery, Ward 4"', required=True),
    Field("hospital.logo", "text", "The logo, a PNG or JPEG file beside the profile", '"logo.png"', default=""),
    Field("hospital.logo_alt", "text", "What the logo shows", '"Example Hospital"', default=""),
    Field(
        "hospital.feedback", "text", "Where to send comments on the handout", '"handouts@example.org"', required=True
    ),
)
DAY_FIELDS: Final = (
    Field("phones.day.number", "phone", "The day number", '"01632 960100"', required=True),
    Field("phones.day.hours", "text", "When the day number answers", '"8am to 6pm, Monday to Friday"', required=True),
)
NIGHT_FIELDS: Final = (
    Field("phones.out_of_hours.number", "phone", "The out-of-hours number", '"01632 960101"', required=True),
    Field(
        "phones.out_of_hours.hours",
        "text",
        "When the out-of-hours number answers",
        '"Nights and weekends"',
        required=True,
    ),
)
EMERGENCY_FIELD: Final = Field(
    "phones.emergency", "phone", "The emergency number of the country", '"999"', required=True
)
SURGEON_FIELDS: Final = (
    Field("name", "text", "The surgeon's name", '"Dr Morgan Sample"', required=True),
    Field("phone", "phone", "The surgeon's secretary or clinic", '"01632 960110"', required=True),
    Field("hours", "text", "When that number answers", '"9am to 4pm, Monday to Friday"', required=True),
    Field("role", "text", "The surgeon's role", '"Consultant neurosurgeon"', default=""),
)
HANDOUT_FIELDS: Final = (
    Field("handout.paper", "choice", "The paper size", '"A4"', required=True, choices=("A4", "Letter")),
    Field("handout.locale", "choice", "How dates and times are written", '"en-GB"', required=True, choices=LOCALES),
    Field("handout.time_zone", "text", "The clinic's time zone", '"Europe/London"', required=True),
    Field("handout.date_order", "choice", "What comes first in a typed date", '"day-first"', choices=_DATE_ORDERS),
    Field("handout.hear_within_days", "number", "Days until a patient with no visit hears", "14", required=True),
)

MAX_HEAR_WITHIN: Final = 90
_VALUE_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class PhoneLine(Struct, frozen=True):
    """A number of the clinic and when somebody answers it."""

    number: Phone
    hours: str


class Surgeon(Struct, frozen=True):
    """A surgeon and the number of the surgeon's own team."""

    name: str
    phone: Phone
    hours: str
    role: str = ""


class ClinicProfile(Struct, frozen=True):
    """What `clinic.toml` says. `values` are the clinic's own words for its blocks, such as its fever figure."""

    hospital: str
    unit: str
    address: tuple[str, ...]
    feedback: str
    logo: str
    logo_alt: str
    surgeons: tuple[Surgeon, ...]
    day: PhoneLine
    out_of_hours: PhoneLine
    emergency: Phone
    paper: Paper
    locale: str
    time_zone: str
    date_order: DateOrder | None
    identifiers: tuple[IdentifierName, ...]
    hear_within_days: int
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, object], where: str = "clinic profile") -> ClinicProfile:
        """Return the profile that `data` (as read from a TOML file) describes. Raises InputError with every fault."""
        faults: list[Fault] = []
        root = TableReader(data, where, faults)
        hospital = TableReader(root.table("hospital"), where, faults)
        phones = TableReader(root.table("phones"), where, faults)
        day, night = (TableReader(phones.table(key), where, faults) for key in ("day", "out_of_hours"))
        handout = TableReader(root.table("handout"), where, faults)
        raw_surgeons = root.tables("surgeons")
        # Its lists' columns, its journal and its e-mails: read where they are used, and no part of any paper.
        root.table("roster")
        root.table("journal")
        root.table("email")
        values = _read_values(root.table("values"), where, faults)
        address = _read_address(hospital, where, faults)
        identifiers = _read_identifiers(handout, where, faults)
        parts = [
            {field.key: reader.read(field) for field in fields}
            for reader, fields in (
                (hospital, HOSPITAL_FIELDS),
                (day, DAY_FIELDS),
                (night, NIGHT_FIELDS),
                (handout, HANDOUT_FIELDS),
            )
        ]
        emergency = phones.read(EMERGENCY_FIELD)
        surgeons = _read_surgeons(raw_surgeons, where, faults)
        for reader in (hospital, day, night, phones, handout, root):
            reader.refuse_unknown()
        _check_time_zone(parts[3]["time_zone"], where, faults)
        _check_days(parts[3]["hear_within_days"], where, faults)
        if faults:
            raise InputError(*faults)
        return _profile(parts, emergency, surgeons, address, identifiers, values)

    def surgeon(self, case: Case, where: str = "case") -> Surgeon:
        """Return the surgeon that `case` names, or the only one there is. Raises InputError."""
        names = ", ".join(surgeon.name for surgeon in self.surgeons)
        if not case.surgeon and len(self.surgeons) == 1:
            return self.surgeons[0]
        for surgeon in self.surgeons:
            if surgeon.name.casefold() == case.surgeon.casefold():
                return surgeon
        found = "this surgeon is not in the clinic profile" if case.surgeon else "nothing is here"
        raise InputError(
            Fault(
                f"{where}, surgeon",
                found,
                f"One of these is wanted: {names}",
                "Mend the name, or add the surgeon to the profile",
            )
        )


def _read_surgeons(raw: object, where: str, faults: list[Fault]) -> list[dict[str, object]]:
    tables = cast("list[object]", raw)
    surgeons = []
    for number, table in enumerate(tables, start=1):
        reader = TableReader(table, f"{where}, surgeon {number}", faults)
        surgeons.append({field.key: reader.read(field) for field in SURGEON_FIELDS})
        reader.refuse_unknown()
    names = [str(surgeon["name"]).casefold() for surgeon in surgeons if surgeon["name"]]
    if not surgeons:
        faults.append(
            Fault(f"{where}, surgeons", "nothing is here", "At least one surgeon is needed", "Add a [[surgeons]] table")
        )
    if len(set(names)) < len(names):
        faults.append(
            Fault(
                f"{where}, surgeons",
                "two surgeons have the same name",
                "Each name once",
                "Tell them apart, by a first name perhaps",
            )
        )
    return surgeons


def _read_address(hospital: TableReader, where: str, faults: list[Fault]) -> tuple[str, ...]:
    raw = hospital.table("address")
    if raw is None:
        return ()
    if not isinstance(raw, list) or len(raw) > 4 or not all(isinstance(line, str) for line in raw):
        faults.append(
            Fault(
                f"{where}, hospital.address",
                "not a list of lines",
                "Up to 4 lines are wanted",
                'Write ["1 Sample Street", "Sampletown"]',
            )
        )
        return ()
    lines = []
    for line in raw:
        try:
            lines.append(clean_text(line, limit=60))
        except RefusedError as refused:
            faults.append(Fault(f"{where}, hospital.address", refused.found, refused.wanted))
    return tuple(lines)


def _read_identifiers(handout: TableReader, where: str, faults: list[Fault]) -> tuple[IdentifierName, ...]:
    raw = handout.table("identifiers")
    if raw is None:
        return IDENTIFIERS
    names = raw if isinstance(raw, list) else []
    # Two identifiers on every page, the name among them: a room or a first name alone does not tell patients apart.
    if "name" not in names or len(names) < 2 or len(set(names)) < len(names) or not set(names) <= set(IDENTIFIERS):
        faults.append(
            Fault(
                f"{where}, handout.identifiers",
                "not a usable list",
                'The "name" and at least one more of "record_number", "birth_date" are wanted',
            )
        )
        return IDENTIFIERS
    return tuple(names)


def _read_values(raw: object, where: str, faults: list[Fault]) -> tuple[tuple[str, str], ...]:
    values = []
    if raw is not None and not isinstance(raw, Mapping):
        faults.append(Fault(f"{where}, values", "not a table", "Write [values], and a line for each value"))
    for name, value in raw.items() if isinstance(raw, Mapping) else ():
        place = f"{where}, values.{name}"
        if not _VALUE_NAME.fullmatch(str(name)):
            faults.append(Fault(place, "not a usable name", "Small letters, digits and _ are wanted"))
        elif not isinstance(value, str):
            faults.append(Fault(place, "it stands without quotation marks", 'Write it as it is printed: "38 °C"'))
        else:
            try:
                values.append((str(name), clean_text(value, limit=120)))
            except RefusedError as refused:
                faults.append(Fault(place, refused.found, refused.wanted))
    return tuple(sorted(values))


def _check_days(days: object, where: str, faults: list[Fault]) -> None:
    if isinstance(days, int) and not 1 <= days <= MAX_HEAR_WITHIN:
        found, wanted = f"{days} days", f"From 1 to {MAX_HEAR_WITHIN} days"
        faults.append(Fault(f"{where}, handout.hear_within_days", found, wanted))


def _check_time_zone(name: object, where: str, faults: list[Fault]) -> None:
    if not name:
        return
    try:
        zoneinfo.ZoneInfo(str(name))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(
            Fault(
                f"{where}, handout.time_zone", f'"{name}" is not a time zone', "A name such as Europe/London is wanted"
            )
        )


def _profile(
    parts: list[dict[str, object]],
    emergency: object,
    surgeons: list[dict[str, object]],
    address: tuple[str, ...],
    identifiers: tuple[IdentifierName, ...],
    values: tuple[tuple[str, str], ...],
) -> ClinicProfile:
    """Build the profile from values that are known to be of the right type."""
    hospital, day, night, handout = parts
    return ClinicProfile(
        hospital=cast("str", hospital["name"]),
        unit=cast("str", hospital["unit"]),
        address=address,
        feedback=cast("str", hospital["feedback"]),
        logo=cast("str", hospital["logo"]),
        logo_alt=cast("str", hospital["logo_alt"]),
        surgeons=tuple(Surgeon(**surgeon) for surgeon in surgeons),  # type: ignore[arg-type]
        day=PhoneLine(**day),  # type: ignore[arg-type]
        out_of_hours=PhoneLine(**night),  # type: ignore[arg-type]
        emergency=cast("Phone", emergency),
        paper=cast("Paper", handout["paper"]),
        locale=cast("str", handout["locale"]),
        time_zone=cast("str", handout["time_zone"]),
        date_order=cast("DateOrder | None", handout["date_order"]),
        identifiers=identifiers,
        hear_within_days=cast("int", handout["hear_within_days"]),
        values=values,
    )
