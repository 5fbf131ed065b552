"""Before an e-mail replaces another, a person reads what changed: an older list is seen by that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mvd_handout.commands.wording import weekday_in_words
from mvd_handout.domain.errors import ExitCode
from tests.mail_sending.clinic import Clinic
from tests.mail_sending.ward import TODAY, cells

SINCE = f"changed since the e-mail of {weekday_in_words(TODAY)}"


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"Visit_1_time": "11:30"}, "visits"),
        ({"Name": "Alexa Example 1"}, "name or record number"),
        ({"Side": "left", "Visit_1_place": "Ward 9"}, "operation, visits"),
        ({"Email": "alex9@example.org"}, "address"),
        ({"Record_number": "TEST-90001"}, "name or record number"),
    ],
)
def test_the_list_says_what_changed_since_when(clinic: Clinic, changes: dict[str, str], what: str) -> None:
    clinic.write(cells(1), cells(2))
    clinic.deliver()
    clinic.write(cells(1, **changes), cells(2))
    for options in ((), ("--deliver", "--yes")):
        code, out, err = clinic.send(*options)
        assert f"{what} {SINCE})" in out.splitlines()[0]
        assert "changed" not in out.splitlines()[1]
    assert code == ExitCode.SOME_FAILED
    assert f"row 2: {what} {SINCE}" in err
    assert "what changed in row 2 is not sent: this patient has an earlier e-mail" in " ".join(err.split())
    row, _ = json.loads(clinic.send("--json")[1])["rows"]
    assert len(row["changed"]) == len(what.split(","))


def test_who_is_asked_reads_it_before(clinic: Clinic, person: None) -> None:
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:30"), cells(2), cells(3, Side="left"))
    _, _, err = clinic.send("--deliver", text="no\n")
    said = " ".join(err.split())
    assert (
        said.index(f"row 2: visits {SINCE}") < said.index(f"row 4: operation {SINCE}") < said.index("What changed in")
    )
    assert "What changed in rows 2 and 4 would replace e-mails that these patients have. If this list is the" in said
    clinic.write(cells(1, Visit_1_time="11:30"), cells(2), cells(3))
    said = " ".join(clinic.send("--deliver", text="no\n")[2].split())
    assert "What changed in row 2 would replace an e-mail that this patient has. If this list is the older" in said


def test_going_back_to_what_an_e_mail_said_before_is_pointed_out(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:30"))
    assert "older one" not in clinic.send()[1]
    clinic.deliver("--replace")
    clinic.write(cells(1))
    assert "said the same, so this list may be the older one" in clinic.send()[1]


def test_it_is_said_of_an_e_mail_that_only_the_journal_knows(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = clinic.folder / "clinic.toml"
    settings = profile.read_text()
    profile.write_text(settings.replace('\nfolder = ""\n', '\nfolder = "../journal"\n'))
    (clinic.folder.parent / "journal").mkdir()
    clinic.write(cells(1))
    clinic.deliver()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another"))
    clinic.write(cells(1, Visit_1_time="11:30"))
    assert f"from another account or computer; visits {SINCE})" in clinic.send()[1]


@pytest.mark.parametrize("how", [(), ("--deliver", "--yes"), ("--to-folder", "out", "--yes")])
def test_where_nothing_is_to_send_no_number_is_said_and_no_option_advised(clinic: Clinic, how: tuple[str, ...]) -> None:
    clinic.write(cells(1, Hold="yes"))
    code, _, err = clinic.send(*how)
    assert code == ExitCode.DONE
    assert err.count("There is nothing to send.") == 1
    assert "0 messages" not in err
    assert "--deliver" not in err


@pytest.mark.parametrize("how", [("--deliver", "--yes", "--limit", "9"), ("--to-folder", "out", "--yes")])
def test_another_version_that_puts_the_same_facts_together_otherwise_sends_nothing_again(
    how: tuple[str, ...], clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.write(cells(1))
    clinic.send(*how)
    monkeypatch.setattr("mvd_handout.delivery.mail.message.visible_digest", lambda document: "put together otherwise")
    code, out, err = clinic.send(*how)
    assert code == ExitCode.DONE
    assert "already" in out
    assert "There is nothing to send." in err
    clinic.write(cells(1, Email_consent="encrypted"))
    assert "  plain  " in (out := clinic.send()[1])
    assert "already (the list says encrypted now)" in out
    clinic.write(cells(1, Visit_1_time="11:30"))
    assert "replaces an earlier e-mail" in clinic.send()[1]
