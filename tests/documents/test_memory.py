"""What is remembered changes nothing: every patient's file is the one that is made with no memory at all."""

from __future__ import annotations

import datetime as dt
import functools
import random
from collections.abc import Callable

import pytest

from mvd_handout.composing import compose as composing
from mvd_handout.composing.blocks import Composer, shared_memory
from mvd_handout.content.theme import load_theme
from mvd_handout.domain.document import Document
from mvd_handout.domain.memory import NO_MEMORY, Memory
from mvd_handout.rendering.fonts import load_fonts
from mvd_handout.rendering.pdf.binding import bind
from mvd_handout.rendering.pdf.geometry import Paper
from mvd_handout.rendering.pdf.layout import lay_out
from tests.rendering_pdf.samples import LONG_NAME, record_sheet, sample
from tests.samples import APPROVAL, make_case, make_clinic, make_document, planned_case, visit_data

PdfSink = Callable[[str, bytes], object]
Order = tuple[Document, str, Paper]

NAMES = ("Ann Other", "Ann Othen", LONG_NAME, "Zoë Łukasz-Ngyuễn", "Дмитрий Νίκος", "Ann Other")


def bytes_of(order: Order, memory: Memory) -> bytes:
    document, theme, paper = order
    return bind(lay_out(document, load_theme(theme), paper, load_fonts(), memory))


def documents(memory: bool) -> list[Document]:
    """Compose documents of the real handout that are alike in many ways."""
    clinic, made = make_clinic(), []
    for number, name in enumerate(NAMES):
        visits = [visit_data(dt.date(2026, 3, 16 + n), dt.time(8 + n), f"Room {number}") for n in range(number % 4)]
        case = make_case(
            patient={"name": name, "carer": "Sam Example" if number % 2 else "", "interpreter": number == 3},
            note="Bring this paper." if number % 3 else "",
            visits=visits,
        )
        if not memory:
            shared_memory().forget()
        made.append(make_document(case, clinic, approval=APPROVAL if number % 2 else None))
    made.append(make_document(planned_case(), clinic))
    return made


def orders() -> list[Order]:
    made = documents(memory=True)
    found: list[Order] = [
        *[(document, "standard", "A4") for document in made],
        (made[2], "large-print", "Letter"),
        (sample(), "standard", "A4"),
        (sample(name=LONG_NAME, visits=8), "large-print", "Letter"),
        (sample(draft=False, visits=0, note=""), "standard", "A4"),
        (sample(visits=3, note="So " * 90), "standard", "Letter"),  # its diary begins after an empty page
        (record_sheet(), "standard", "A4"),
    ]
    return found


@functools.cache
def plain() -> tuple[tuple[Order, bytes], ...]:
    """Return orders, each with the file that is made without memory."""
    return tuple((order, bytes_of(order, NO_MEMORY)) for order in orders())


@pytest.mark.parametrize("size", [3, 1024])
def test_no_memory_and_any_memory_give_the_same_bytes_in_any_order(size: int) -> None:
    memory, chooser = Memory(size), random.Random(size)
    pairs = [*plain(), *plain()]
    chooser.shuffle(pairs)
    for order, wanted in pairs:
        assert bytes_of(order, memory) == wanted


def test_some_pages_are_left_empty_for_a_sheet_to_begin() -> None:
    counts = [
        [len(page.runs) for page in lay_out(d, load_theme(t), p, load_fonts()).plan.pages] for d, t, p in orders()
    ]
    assert any(0 in count for count in counts)


def test_spliced_files_follow_the_standards(pdf_sink: PdfSink) -> None:
    memory = Memory(64)
    for number, (order, _) in enumerate(plain()):
        pdf_sink(f"spliced {number}", bytes_of(order, memory))


def test_composing_remembers_nothing_of_another_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks filled once for many are those that are filled for each."""
    remembered = documents(memory=True)
    assert remembered == documents(memory=True)
    assert remembered == documents(memory=False)
    monkeypatch.setattr(composing, "Composer", functools.partial(Composer, memory=NO_MEMORY))
    assert remembered == documents(memory=True)


def test_patients_share_what_is_the_same_for_them() -> None:
    """The test above would hold for a memory that never remembers."""
    clinic = make_clinic()
    one, other = (make_document(make_case(patient={"name": name}), clinic) for name in NAMES[:2])
    shared = [a is b for a, b in zip(one.sections, other.sections, strict=True)]
    assert sum(shared) > len(shared) / 2
    assert one != other
