"""Passphrases: enough to guess, and nothing that the row gives away."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import os
import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mvd_handout.delivery.mail.passphrase import (
    LEAST_BITS,
    LONGEST,
    WORDS,
    check_passphrase,
    draw_passphrase,
    load_words,
    slip,
)
from mvd_handout.delivery.roster.model import RosterRow
from mvd_handout.domain.text import RefusedError
from tests.mail_message import builders
from tests.mail_message.builders import mail, row
from tests.samples import make_case, visit_data

ROWS = 10_000 if os.environ.get("MVD_HANDOUT_SCALE") == "full" else 60
GIVEN = ("Alex", "Rosalind", "Zoë", "Jean-Luc", "Ida", "Wren", "Amber Rose", "D'Arcy", "Øyvind", "Mary Ann", "Heather")
FAMILY = (
    "Example",
    "Brooks",
    "Copper",
    "Vane-Ørsted",
    "MacIntyre",
    "Nguyễn",
    "Maple",
    "Silver",
    "O'Neil",
    "Piano",
    "Fox",
)


def test_the_words_are_many_short_and_plain() -> None:
    words = load_words()
    assert len(words) >= 2_048
    assert list(words) == sorted(set(words))
    assert all(re.fullmatch("[a-z]{3,6}", word) for word in words)
    known = set(words)
    assert [word for word in words if f"{word}s" in known] == []


def test_no_word_is_a_number_day_month_or_side() -> None:
    named = (
        "one two three four five six seven eight nine ten first second third left right both monday tuesday wednesday "
    )
    named += "thursday friday saturday sunday january february march april june july august september october november "
    named += "december"
    assert set(named.split()) & set(load_words()) == set()


def test_a_passphrase_takes_long_to_guess() -> None:
    """Counted out: how many lists of so many different words are no longer than the longest passphrase."""
    lengths = Counter(map(len, load_words()))
    ways = {0: 1}
    for _ in range(WORDS):
        longer: Counter[int] = Counter()
        for so_far, count in ways.items():
            for length, words in lengths.items():
                longer[so_far + length] += count * words
        ways = dict(longer)
    fitting = sum(count for length, count in ways.items() if length + WORDS - 1 <= LONGEST)
    repeated = WORDS * (WORDS - 1) // 2 * len(load_words()) ** (WORDS - 1)
    assert math.log2(fitting - repeated) >= LEAST_BITS + 2


def test_what_is_drawn_is_what_was_counted() -> None:
    rng = random.Random(1)
    for _ in range(50):
        drawn = draw_passphrase(rng, row())
        assert len(set(drawn.split("-"))) == WORDS
        assert set(drawn.split("-")) <= set(load_words())
        assert len(drawn) <= LONGEST


def test_each_is_drawn_anew() -> None:
    rng = random.Random(2)
    assert len({draw_passphrase(rng, row()) for _ in range(200)}) == 200


# --- what the row gives away --------------------------------------------------


def a_row(rng: random.Random) -> RosterRow:
    birth = dt.date(1930, 1, 1) + dt.timedelta(days=rng.randrange(27_000))
    name = f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"
    patient = {
        "name": name,
        "record_number": rng.choice(["00123456", "TEST-0001", "943 476 5919", "A/77-x"]),
        "birth_date": birth,
        "carer": rng.choice(["", "Sam Example", "Penny Harper"]),
    }
    visit = {**visit_data(dt.date(2026, 3, 16)), "phone": "01632 960123"}
    case = make_case(patient=patient, visits=[visit], note="Bring your insoles and your magnet.")
    return row(case, email=f"{name.split()[0].lower()}.{birth.year}@example.org".replace("ë", "e").replace("ø", "o"))


def candidates(patient: RosterRow) -> list[str]:
    """Return what somebody who knows the patient would try: at least 500 passphrases made of the row."""
    case = patient.case
    born, operated = case.patient.birth_date, case.operation.date
    names = [
        *re.split(r"[ '-]", case.patient.name),
        case.patient.name,
        *case.patient.carer.split(),
        *case.surgeon.split(),
    ]
    dates = [_date.strftime(form) for _date in (born, operated, case.visits[0].date) for form in FORMS]
    numbers = [
        case.patient.record_number,
        "".join(filter(str.isalnum, case.patient.record_number)),
        "01632960123",
        "960123",
    ]
    address = [patient.email, *patient.email.split("@"), patient.email.split("@")[0].replace(".", "")]
    parts = [part for part in (*names, *dates, *numbers, *address, case.operation.side, "Outpatients") if part]
    joined = [
        joint.join(pair) for joint in ("", "-", " ", "_", ".", "!") for pair in itertools.permutations(parts[:14], 2)
    ]
    six = ["-".join(some) for some in itertools.islice(itertools.permutations(names + names, 6), 100)]
    turned = [part[::-1] for part in parts] + [part.upper() for part in parts] + [part.lower() * 2 for part in parts]
    return [*parts, *joined, *six, *turned, "-".join(parts[:6]).lower()]


FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d%m%Y", "%d%m%y", "%m%d%Y", "%Y%m%d", "%d.%m.%Y", "%d %B %Y", "%B%d%Y",
    "%d%b%y", "%Y", "%A %d %B %Y",
)  # fmt: skip


def test_nothing_that_the_row_gives_away_is_taken() -> None:
    rng = random.Random(23)
    for _ in range(ROWS):
        patient = a_row(rng)
        tried = candidates(patient)
        assert len(tried) >= 500
        assert [each for each in tried if _is_taken(each, patient)] == []


def test_no_drawn_word_stands_in_the_row() -> None:
    rng = random.Random(29)
    for _ in range(ROWS):
        patient = a_row(rng)
        drawn = draw_passphrase(rng, patient)
        known = f"{patient.case.patient.name} {patient.case.patient.carer} {patient.case.note}".lower()
        assert not [word for word in drawn.split("-") if word in known]


@pytest.mark.parametrize("name", ["Copper Maple", "COPPER-maple", "Cöpper Maplesson", "coppermaple"])
def test_a_name_among_random_words_is_refused(name: str) -> None:
    patient = row(make_case(patient={"name": name}))
    assert not _is_taken("oak-ice-pin-jug-jam-copper", patient)
    assert not _is_taken("oak-ice-pin-jug-jam-maple", patient)
    assert _is_taken("oak-ice-pin-jug-jam-walnut", patient)


@pytest.mark.parametrize(
    "passphrase",
    [
        "",
        "-",
        "walnut",
        "oak-ice-pin-jug-jam",
        "oak-oak-oak-oak-oak-oak",
        "oak ice pin jug jam walnut",
        "Oak-ice-pin-jug-jam-walnut",
        "oak-ice-pin-jug-jam-notaword",
        "oak-ice-pin-jug-jam-walnut-",
        "oak-ice-pin-jug-jam-walnut-tin",
        "walnut-basket-candle-butter-engine-forest",
        "17041958",
        "password1234567890",
    ],
)
def test_too_few_words_or_other_words_are_refused_and_not_quoted(passphrase: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_passphrase(passphrase, row())
    assert len(passphrase) < 2 or passphrase not in f"{caught.value.found} {caught.value.wanted}"


@given(st.text(max_size=60))
@settings(max_examples=200)
def test_no_other_text_is_taken(text: str) -> None:
    assert not _is_taken(text, row())


def test_a_row_that_knows_half_the_list_still_gets_one() -> None:
    note = " ".join(load_words()[:40])[:300]
    patient = row(make_case(note=note))
    assert not set(draw_passphrase(random.Random(5), patient).split("-")) & set(note.split())


def test_the_slip_says_which_handout_and_how_but_not_who() -> None:
    made = mail()
    text = slip(made, builders.WORDS)
    assert made.passphrase in text
    assert made.document_id in text
    assert not [word for word in ("Alex", "TEST-0001", "1958", "example.org", "face", "operation") if word in text]
    assert max(map(len, text.splitlines())) <= 100


def _is_taken(passphrase: str, patient: RosterRow) -> bool:
    try:
        check_passphrase(passphrase, patient)
    except RefusedError:
        return False
    return True
