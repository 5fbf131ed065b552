"""The page in a real browser: nothing for axe to find, nothing cut off, nothing fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import structs

from mvd_handout.content.theme import Theme
from mvd_handout.domain.document import Document, Identifier, Link, Paragraph, Section, Text
from mvd_handout.rendering.html import render_html
from tests.samples import make_case, make_clinic, make_document, planned_case, visit_data
from tests.tools.optional import chromium

pytestmark = pytest.mark.requires_browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: dev)")

Scheme = Literal["light", "dark"]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(chromium()), args=list(QUIET))
        yield started
        started.close()


Opener = Callable[..., Any]


@pytest.fixture
def opened(browser: Any, tmp_path: Path, document: Document, themes: dict[str, Theme]) -> Iterator[Opener]:
    """A function that opens the page of a document; whatever the page asks for from elsewhere fails the test."""
    fetched: list[str] = []
    complaints: list[str] = []

    def open_page(theme: str = "standard", width: int = 1280, shown: Document = document, **media: Any) -> Any:
        path = tmp_path / "handout.html"
        path.write_bytes(render_html(shown, themes[theme]))
        page = browser.new_page(viewport={"width": width, "height": 800}, **media)
        page.on("request", lambda request: fetched.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(path.as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield open_page
    for page in browser.contexts:
        page.close()
    assert [url for url in fetched if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def _width(page: Any) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_axe_finds_nothing(opened: Opener, theme: str, width: int, scheme: Scheme) -> None:
    _assert_axe_finds_nothing(opened(theme, width, color_scheme=scheme))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["done", "planned", "record", "busy"])
def test_the_real_handout_holds_on_every_screen(opened: Opener, name: str, width: int) -> None:
    page = opened("standard", width, _real(name))
    assert _width(page) == width
    _assert_axe_finds_nothing(page)


def _real(name: str) -> Document:
    visits = [visit_data(dt.date(2026, 3, 9) + dt.timedelta(weeks=3 * n), place="Outpatients, " * 4) for n in range(8)]
    patient = {"name": "Wolfeschlegelsteinhausenbergerdorff-Papadopoulou " * 4}
    match name:
        case "planned":
            return make_document(planned_case())
        case "record":
            return make_document(record=True)
        case "busy":
            return make_document(make_case(visits=visits, patient=patient), make_clinic(blocks=False))
    return make_document()


def _assert_axe_finds_nothing(page: Any) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra: dev)")
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    # What axe cannot decide by itself: the contrast of words inside a picture, whose colours `test_colour` proves.
    undecided = [node["html"] for rule in found.response["incomplete"] for node in rule["nodes"]]
    assert [markup for markup in undecided if not markup.startswith("<text ")] == []


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
@pytest.mark.parametrize("theme", ["standard", "large-print"])
def test_no_scrolling_sideways(opened: Opener, theme: str, width: int) -> None:
    assert _width(opened(theme, width)) == width


def test_no_scrolling_sideways_for_the_longest_words(
    opened: Opener, document: Document, rewritten: Callable[[Any, Any], Any]
) -> None:
    endless = "Wolfeschlegelsteinhausen" * 20
    sections = tuple(
        structs.replace(section, blocks=tuple(b for b in section.blocks if type(b).__name__ != "Chart"))
        for section in document.sections
    )
    shown = rewritten(structs.replace(document, sections=sections), lambda old: endless)
    assert _width(opened("large-print", 320, shown)) == 320


def test_text_enlarged_to_twice_its_size_stays_on_a_phone(opened: Opener) -> None:
    page = opened("standard", 390)
    page.add_style_tag(content="html { font-size: 200% }")
    assert _width(page) == 390


def test_text_spacing_that_a_reader_chooses_cuts_nothing_off(opened: Opener) -> None:
    # WCAG 1.4.12
    page = opened("standard", 320)
    page.add_style_tag(
        content="* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    )
    assert _width(page) == 320


def test_telephone_numbers_are_large_enough_for_a_finger(opened: Opener) -> None:
    page = opened("standard", 320)
    heights = [link.bounding_box()["height"] for link in page.locator("a.tel").all()]
    assert heights
    assert min(heights) >= 44


@pytest.mark.parametrize(("width", "layout"), [(320, "narrow"), (1280, "wide")])
def test_one_layout_of_the_chart_is_shown_and_read(opened: Opener, width: int, layout: str) -> None:
    page = opened("standard", width)
    pictures = page.get_by_role("img", name="Timeline from Monday 2 March 2026.")
    assert pictures.count() == 1
    assert page.locator(".chart .picture:visible").get_attribute("class") == f"picture {layout}"


def test_the_draft_notice_stays_in_view(opened: Opener) -> None:
    page = opened("standard", 390)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    box = page.locator(".draft").bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] < 800


def test_a_followed_reference_is_not_covered_by_the_notice(opened: Opener) -> None:
    page = opened("standard", 390)
    page.get_by_role("link", name="If you still twitch at six months").click()
    notice = page.locator(".draft").bounding_box()
    section = page.locator("#part-3 > :first-child").bounding_box()
    assert notice["y"] + notice["height"] <= section["y"] <= 400


def test_tables_keep_their_cells_and_headers_as_cards(opened: Opener) -> None:
    page = opened("standard", 320)
    table = page.get_by_role("table", name="Get help now").or_(page.get_by_role("table")).first
    assert table.get_by_role("columnheader").all_inner_texts() == ["Who to call", "Number", "When"]
    assert table.get_by_role("rowheader").count() == 2
    assert table.get_by_role("cell").count() == 4


def test_every_letter_comes_from_a_font_that_the_page_carries(opened: Opener, document: Document) -> None:
    names = ("Zażółć Gęślą", "Nguyễn Thị Ánh", "Μαρία Παπαδοπούλου", "Мария Жукова", "Ĝirafo ĵurnalo")
    shown = structs.replace(
        document,
        identity=tuple(Identifier("Name", name, "patient.name") for name in names),
        sections=(Section("only", tuple(Paragraph((Text(name, strong=True),)) for name in names)),),
    )
    page = opened("standard", 390, shown)
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument", {"depth": -1})["root"]
    found = session.send("DOM.querySelectorAll", {"nodeId": root["nodeId"], "selector": "dd, p"})["nodeIds"]
    fonts = [session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"] for node in found]
    assert fonts
    assert [font for used in fonts for font in used if not font["isCustomFont"]] == []


def test_every_printed_sheet_says_whose_it_is(opened: Opener) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed (extra: dev)")
    with pdfium.PdfDocument(opened().pdf(format="A4")) as printed:
        texts = [page.get_textpage().get_text_bounded() for page in printed]
    assert len(texts) > 1
    for number, text in enumerate(texts, start=1):
        assert "000-4471" in text
        assert "DRAFT. Do not give to a patient." in text
        assert f"Page {number} of {len(texts)}" in text


def test_a_long_number_breaks_instead_of_running_out(opened: Opener, document: Document) -> None:
    number = Link("00\u00a044\u00a01632\u00a0960\u00a0123\u00a0ext\u00a012345678", "tel:00441632960123;ext=12345678")
    shown = structs.replace(document, sections=(Section("only", (Paragraph((number,)),)),))
    assert _width(opened("large-print", 320, shown)) == 320
