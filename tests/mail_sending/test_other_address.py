"""An address that is corrected: who reads at the new one never had the e-mail that went to the other."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from mvd_handout.commands.wording import weekday_in_words
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import Clinic, calendar_of
from tests.mail_sending.ward import NOW, cells

OTHER = {"Email": "alex9@example.org"}


def said(clinic: Clinic, number: int) -> str:
    part = clinic.message(number).get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def events(clinic: Clinic, number: int) -> list[tuple[str, int, str]]:
    """Return UID, SEQUENCE and STATUS of each entry in the calendar of a message."""
    fields = [dict(re.findall(r"^([A-Z]+):(.*?)\r?$", each, re.MULTILINE)) for each in
              calendar_of(clinic.message(number)).split("BEGIN:VEVENT")[1:]]  # fmt: skip
    return [(each["UID"], int(each["SEQUENCE"]), each["STATUS"]) for each in fields]


@pytest.mark.parametrize("moved", [{}, {"Visit_1_time": "11:30"}, {"Visit_1_date": "2026-12-15"}])
def test_a_corrected_address_is_not_told_to_delete_what_it_never_got(clinic: Clinic, moved: dict[str, str]) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, **moved, **OTHER))
    assert clinic.deliver("--replace")[0] == ExitCode.DONE
    assert clinic.got()[1] == "alex9@example.org"
    assert not [word for word in ("replaces", "delete that one", "cancelled", "same date") if word in said(clinic, 1)]
    ((_, sequence, status),) = events(clinic, 1)
    assert (sequence, status) == ("Visit_1_time" in moved, "CONFIRMED")


def test_each_address_is_told_what_replaces_and_cancels_its_own(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    steps = [cells(1, Visit_1_date="2026-12-15", **OTHER), cells(1, Visit_1_date="2026-12-16", **OTHER),
             cells(1, Visit_1_date="2026-12-16")]  # fmt: skip
    for days, step in enumerate(steps, 1):
        later = NOW + dt.timedelta(days=days)
        monkeypatch.setattr("mvd_handout.commands.email_desk.EmailDesk.now", lambda _, later=later: later)
        clinic.write(step)
        assert clinic.deliver("--replace")[0] == ExitCode.DONE
    (first,), (second,), there, back = (events(clinic, number) for number in range(4))
    assert sorted(there, key=lambda each: each[2]) == [(second[0], 1, "CANCELLED"), (there[0][0], 0, "CONFIRMED")]
    assert sorted(back, key=lambda each: each[2]) == [(first[0], 1, "CANCELLED"), (there[0][0], 0, "CONFIRMED")]
    assert f"replaces our e-mail of {weekday_in_words(NOW.date() + dt.timedelta(days=1))}." in said(clinic, 2)
    assert f"replaces our e-mail of {weekday_in_words(NOW.date())}." in said(clinic, 3)
