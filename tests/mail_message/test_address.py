"""Addresses: exactly one recipient or a refusal that tells nobody whose it was."""

from __future__ import annotations

import email.policy
import itertools
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mvd_handout.delivery.mail.address import check_address, load_providers, masked, read_address
from mvd_handout.domain.text import RefusedError

A, B = "alex@example.org", "bo@example.net"
# What joins two addresses so that some program would write to both, or to the other one.
JOINTS = (",", ";", " ", ", ", "; ", "\t", "|", "/", "\r\n", "\n", "\r", "\x0b", "\x0c", "\x00", "\u2028", "\u2029",
          "\x85", "\u00a0", "\u3000", " and ", " or ", ":", ",,", " ; ", "\r\nBcc: ", "\nCc: ", "\r\n\r\n", "%0a",
          "%0D%0ABcc:")  # fmt: skip
# A name, comment, group, route or quotation round one address.
FRAMES = (
    "<{}>", "Alex <{}>", '"Alex" <{}>', "'{}'", '"{}"', "({})", "{} (home)", "(home) {}", "{}.", ".{}", "mailto:{}",
    "<<{}>>", "group: {};", "@route.example,@b.example:{}", "{}>", "<{}", '"bo@example.net" <{}>',
    "bo@example.net <{}>", "{}@", "@{}", "{}?subject=x", "{}&bcc=bo@example.net", "\ufeff{}", "\u200b{}",
    "{}\u200b", "\u202e{}", "{}\u2060", "\u00ad{}", "{}\\", "[{}]", "{};", "{},", "to={}", "{}\n", "\n{}",
    "\u200f{}", "\x01{}", "{}\x7f", "\u2066{}\u2069", "=?utf-8?q?{}?=",
)  # fmt: skip
LOCALS = (
    "a b", '"a b"', '"a@b"', "a..b", ".a", "a.", "", "a\tb", "a(b)", "a,b", "a;b", "a:b", "a<b", "a>b", "a[b]",
    "a\\b", '"', "é", "аlex", "ａlex", "alex\u0301", "x" * 65, "a\u200db", "a\x08b", "ﬁ", "a\u202eb", "😀", "α",
    "a\u00a0b", "\uff41\uff20",
)  # fmt: skip
HOSTS = (
    "", "localhost", "example", "example.", ".example.org", "exa mple.org", "example..org", "-example.org",
    "example-.org", "[192.0.2.1]", "192.0.2.1", "[IPv6:2001:db8::1]", "2001:db8::1", "example.org:25",
    "example.org/x", "exämple.org", "еxample.org", "example.org\u200b", "example_x.org", "example.1", "example.o",
    "x" * 64 + ".org", "a." * 127 + "org", "example.org?x", "example.org#x", "ex\u3002ample.org", "example．org",
    "ex!ample.org", "example.org\\", "%65xample.org", "example.local", "example.test", "example.invalid",
    "example.onion", "example.localhost", "*.example.org", "@example.org", "1.2.3.4.5", "0x7f000001",
    "example.org\x00.net", "example\u2024org",
)  # fmt: skip
DANGEROUS = [
    *(f"{A}{joint}{B}" for joint in JOINTS),
    *(f"{B}{joint}{A}" for joint in JOINTS),
    *(frame.format(A) for frame in FRAMES),
    *(f"{local}@example.org" for local in LOCALS),
    *(f"alex@{host}" for host in HOSTS),
    *(f"{A} {kind}: {B}" for kind in ("To", "Cc", "Bcc", "Reply-To", "Resent-To")),
    *(f"{A}\r\n{header}" for header in ("Bcc: bo@example.net", "X-Y: z", "\r\n<b>", ".", "RCPT TO:<x@y.z>")),
    "alex", "@", "@@", "alex@", "a@b@c", f"{A}{A}", f"{A}>,<{B}", f"{A} SIZE=1", f"{A}> NOTIFY=NEVER",
    "x" * 250 + "@y.org",
    "undefined", "#N/A", "none", "n/a", "-", "?", "true", "01632 960123", "https://example.org", "alex(at)example.org",
    "alex at example dot org", "alex@example,org", "alex@example org", "alex.example.org", "ALEX", "a@b", "null@null",
]  # fmt: skip
# One plain address, as RFC 5321 has it: a mailbox may be called so.
TAKEN = ["to=alex@example.org"]
SLIPS = {
    "gmial.com": "gmail.com", "gmail.con": "gmail.com", "gmail.co": "gmail.com", "gmaill.com": "gmail.com",
    "gmai.com": "gmail.com", "gamil.com": "gmail.com", "gmail.cm": "gmail.com", "gmail.com.com": "gmail.com",
    "gnail.com": "gmail.com", "gmail.om": "gmail.com", "gmail.uk": "gmail.com", "googlmail.com": "googlemail.com",
    "hotnail.com": "hotmail.com", "hotmial.co.uk": "hotmail.co.uk", "hotmai.fr": "hotmail.fr",
    "hotmail.con": "hotmail.com", "hotmaill.com": "hotmail.com", "homail.com": "hotmail.com",
    "outlok.com": "outlook.com", "outlook.cm": "outlook.com", "outllook.com": "outlook.com",
    "yaho.com": "yahoo.com", "yahooo.com": "yahoo.com", "yahoo.cpm": "yahoo.com", "yhaoo.co.uk": "yahoo.co.uk",
    "iclod.com": "icloud.com", "icluod.com": "icloud.com", "icloud.co": "icloud.com", "aol.con": "aol.com",
    "btinternet.co.uk": "btinternet.com", "btintenet.com": "btinternet.com", "live.con": "live.com",
    "comcast.com": "comcast.net", "protonmial.com": "protonmail.com", "virginmedia.co": "virginmedia.com",
}  # fmt: skip
# Addresses that people really have: each stands near something that is refused.
GOOD = (
    "alex@example.org", "o'brien@example.org", "a.b+c@example.co.uk", "A_B-c@sub.example.org", "x@mail.com",
    "x@ymail.com", "x@email.com", "x@fastmail.com", "x@gmx.de", "x@gmx.net", "x@me.com", "x@nhs.net",
    "x@hotmail.co.uk", "x@yahoo.co.in", "x@live.nl", "x@outlook.de", "x@xn--mnchen-3ya.de", "0@1.org",
    "x@t-online.de", "x@web.de", "x@proton.me", "{x}@example.org", "x@protonmail.ch", "x@msn.com", "x@sky.com",
    "x@orange.fr", "x@live.example", "x@icloud.com.cn", "x" * 64 + "@example.org",
)  # fmt: skip


def test_there_are_enough_dangerous_cells() -> None:
    assert len(set(DANGEROUS)) >= 200


@pytest.mark.parametrize("cell", sorted(set(DANGEROUS)), ids=ascii)
def test_a_dangerous_cell_has_one_recipient_or_none(cell: str) -> None:
    for check in (check_address, read_address):
        try:
            address = check(cell)
        except RefusedError as refused:
            _assert_tells_nothing(refused, cell)
        else:
            assert address == cell.strip(" ")
            _assert_one_recipient(address)


def test_only_signs_that_real_mailboxes_have_are_taken() -> None:
    assert sorted(cell for cell in set(DANGEROUS) if _accepts(cell)) == TAKEN


@pytest.mark.parametrize(("domain", "meant"), SLIPS.items())
def test_a_slip_beside_a_well_known_domain_is_asked_about(domain: str, meant: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_address(f"alex@{domain}")
    assert caught.value.wanted == f"Did you mean {meant}?"


@pytest.mark.parametrize(
    ("domain", "ending"), [("example.con", ".com"), ("surname.ogr", ".org"), ("mine.nett", ".net")]
)
def test_of_an_unknown_domain_only_the_ending_is_told(domain: str, ending: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_address(f"alex@{domain}")
    assert caught.value.wanted == f"Did you mean {ending} at the end?"


@pytest.mark.parametrize("address", GOOD)
def test_a_real_address_is_taken_as_it_is(address: str) -> None:
    assert check_address(address) == address
    assert read_address(f" {address} ") == address


def test_only_the_domain_loses_its_capitals() -> None:
    assert check_address("Alex.Example@EXAMPLE.Org") == "Alex.Example@example.org"


def test_every_well_known_domain_can_be_written_to() -> None:
    domains = [f"{name}.{ending}" for name, endings in load_providers().endings.items() for ending in endings]
    assert len(domains) > 80
    assert [domain for domain in domains if not _accepts(f"x@{domain}")] == []


def test_real_neighbours_of_well_known_domains_are_no_slips() -> None:
    assert [name for name in load_providers().real if not _accepts(f"x@{name}.com")] == []


@given(st.text(alphabet=st.sampled_from("ab@.,;<>()\"' \t\r\n\x00é\u202e:[]\\"), max_size=24))
def test_whatever_is_taken_has_one_recipient(cell: str) -> None:
    try:
        address = read_address(cell)
    except RefusedError as refused:
        _assert_tells_nothing(refused, cell)
    else:
        _assert_one_recipient(address)


@given(st.from_regex(r"[a-z0-9]{1,8}(\.[a-z0-9]{1,8})?@[a-z]{2,8}\.(org|net|example|io)", fullmatch=True))
def test_our_own_check_is_as_strict_as_the_library(address: str) -> None:
    if _accepts(address):
        assert read_address(address) == address


@pytest.mark.parametrize(
    ("address", "shown"), [("alex@example.org", "a***@e***.org"), ("x@sub.example.co.uk", "x***@s***.uk")]
)
def test_a_masked_address_cannot_be_written_to(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert not _accepts(shown)


def _accepts(cell: str) -> bool:
    try:
        check_address(cell)
    except RefusedError:
        return False
    return True


def _assert_one_recipient(address: str) -> None:
    """As the standard library reads a header with it, and as it writes it down again."""
    message = EmailMessage(email.policy.SMTP)
    message["To"] = address
    assert [each.addr_spec for each in message["To"].addresses] == [address]
    assert message["To"].addresses[0].display_name == ""
    assert not message["To"].defects
    assert bytes(message).split(b"\r\n\r\n")[0].decode("ascii").count("@") == 1


def _assert_tells_nothing(refused: RefusedError, cell: str) -> None:
    said = f"{refused.found} {refused.wanted}".replace("alex@example.org", "")
    pieces = {part for part in itertools.chain(cell.split("@"), [cell]) if len(part) > 7}
    assert not [part for part in pieces if part in said]
