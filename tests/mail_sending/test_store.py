"""Prepared messages on the disk: for their owner alone, read back as written or not at all, gone when they left."""

from __future__ import annotations

import datetime as dt
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from mvd_handout.delivery.mail.model import Mail
from mvd_handout.delivery.mail.store import Prepared, Store
from mvd_handout.domain.errors import OutputError
from tests.mail_sending import samples
from tests.mail_sending.clinic import Clinic, calendar_of
from tests.mail_sending.ward import cells
from tests.tools import smtp

KEY = "0123456789abcdef"


def prepared(key: str = KEY, passphrase: str = "") -> Prepared:
    message = samples.letter("a").message
    mail = Mail(key, "p" * 24, "7K3M-9QXA-2F4D", "alex@example.org", "plain", message, "0" * 64, "0" * 64)
    return Prepared(replace(mail, passphrase=passphrase), samples.SENDER, 4, "d" * 64, "en", dt.date(2026, 3, 5))


def test_what_is_saved_reads_back_for_its_owner_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "messages")
    store.save(prepared(passphrase="glass-uphill"))
    assert store.load(KEY) == prepared(passphrase="glass-uphill")
    assert store.kept() == [KEY]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "messages").iterdir()} == {0o600}
    assert stat.S_IMODE((tmp_path / "messages").stat().st_mode) == 0o700


def test_after_it_left_only_a_passphrase_stays(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(prepared(passphrase="glass-uphill"))
    store.save(prepared("fedcba9876543210"))
    for key in store.kept():
        store.strip(key)
    (kept,) = [store.load(key) for key in store.kept()]
    assert kept is not None
    assert (kept.mail.passphrase, kept.mail.message) == ("glass-uphill", b"")
    store.forget(KEY)
    assert list(tmp_path.iterdir()) == []


@given(data=st.data())
def test_a_changed_file_is_refused(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("store")
    store = Store(folder)
    store.save(prepared())
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(
        st.sampled_from([whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]])
    )
    path.write_bytes(changed)
    with pytest.raises(OutputError, match="not as it was written"):
        store.load(KEY)


def test_a_file_under_another_key_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(prepared())
    (tmp_path / f"{KEY}.message").rename(tmp_path / "fedcba9876543210.message")
    with pytest.raises(OutputError):
        store.load("fedcba9876543210")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    store, elsewhere = Store(tmp_path / "store"), Store(tmp_path / "elsewhere")
    store.save(prepared("fedcba9876543210"))
    elsewhere.save(prepared())
    (tmp_path / "store" / f"{KEY}.message").symlink_to(tmp_path / "elsewhere" / f"{KEY}.message")
    with pytest.raises(OutputError):
        store.load(KEY)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 16, "0" * 65])
def test_only_a_key_is_a_name(key: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="key"):
        Store(tmp_path).load(key)


def test_a_prepared_message_shows_nobody_in_its_repr() -> None:
    assert "alex" not in repr(prepared(passphrase="glass-uphill"))


def test_what_waits_keeps_its_message_and_its_passphrase(clinic: Clinic, home: Path) -> None:
    clinic.write(cells(1, Email_consent="encrypted"))
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], 1)
    clinic.deliver()
    before = clinic.desk().store.load(clinic.planned()[0])
    clinic.deliver()
    assert before is not None
    assert clinic.states() == ["sent"]
    assert clinic.server.messages[0][1] == before.mail.message
    after = clinic.desk().store.load(clinic.planned()[0])
    assert after is not None
    assert after.mail.passphrase == before.mail.passphrase


def test_what_waits_is_withdrawn_when_its_row_says_something_else(clinic: Clinic) -> None:
    clinic.write(cells(1))
    clinic.server.script = smtp.Script("greeting", smtp.FAULTS["5xx"], 1)
    clinic.deliver()
    clinic.write(cells(1, Visit_1_time="11:30"))
    clinic.deliver()
    assert clinic.states() == ["withdrawn", "sent"]
    assert len(clinic.got()) == 1
    assert "T113000" in calendar_of(clinic.message(0))
