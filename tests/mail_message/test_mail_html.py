"""The HTML of an e-mail: what a mail program does to it takes no word away, and a phone shows all of it."""

from __future__ import annotations

import datetime as dt
import html.parser
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import structs

from mvd_handout.content.theme import load_theme
from mvd_handout.delivery.mail.model import EarlierMail
from mvd_handout.domain.document import Box, Document, Inlines, Link, List, Paragraph, Section, Text
from mvd_handout.rendering.html.mail import render_mail
from mvd_handout.rendering.html.mail_inlines import MailAnchors
from mvd_handout.rendering.reading_order import reading_order
from tests.mail_message.builders import POLICY, body, mail, row
from tests.samples import make_case, make_document, planned_case, visit_data
from tests.tools.optional import chromium

THEMES = ("standard", "large-print")
LIMIT = 100_000
EARLIER = EarlierMail(dt.date(2026, 3, 5), paper="BWY6-WXPM-3P6Z")
WHOLE = structs.replace(POLICY, body="handout")


def full_case() -> Any:
    """Return the longest handout there can be."""
    visits = [visit_data(dt.date(2026, 3, 9) + dt.timedelta(weeks=3 * n), place="Outpatients, " * 9) for n in range(8)]
    name = "Wolfeschlegelsteinhausenbergerdorff-Papadopoulou " * 4
    return make_case(visits=visits, patient={"name": name, "carer": name}, note="Bring your tablets. " * 14)


def documents() -> dict[str, Document]:
    return {
        "done": make_document(),
        "planned": make_document(planned_case()),
        "record": make_document(record=True),
        "full": make_document(full_case()),
    }


class Page(html.parser.HTMLParser):
    """What a mail program reads: its elements and the words that it shows, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._hidden = 0
        self._text = ""
        self.feed(text)

    @property
    def words(self) -> list[str]:
        return self._text.split()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attributes]
        self._hidden += tag in {"style", "title"}
        self._text += "" if tag in {"a", "strong", "span"} else " "

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._text += data


def page(document: Document, theme: str = "standard") -> tuple[str, Page]:
    text = render_mail(document, load_theme(theme), "Your information from Example Hospital")
    return text, Page(text)


@pytest.mark.parametrize("name", documents())
@pytest.mark.parametrize("theme", THEMES)
def test_it_is_small_and_brings_nothing_that_programs_refuse(name: str, theme: str) -> None:
    text, read = page(documents()[name], theme)
    assert len(text.encode()) < LIMIT
    refused = {"script", "img", "svg", "iframe", "form", "input", "button", "link", "base", "object", "video", "font"}
    assert set(read.tags) & refused == set()
    assert [name for name, _ in read.attributes if name.startswith("on") or name == "src"] == []
    targets = [value for name, value in read.attributes if name == "href"]
    assert targets
    assert all(target.startswith(("tel:", "https:")) for target in targets)
    assert not re.search(r"@import|@font-face|url\(|expression|var\(|position\s*:|javascript:", text)


def test_the_largest_message_stays_below_what_programs_cut_off() -> None:
    made = mail(row(full_case(), consent="plain"), WHOLE)
    assert len(body(made, "html").encode()) < LIMIT


@pytest.mark.parametrize("name", documents())
def test_it_says_every_word_of_the_document(name: str) -> None:
    document = structs.replace(documents()[name], letterhead=structs.replace(documents()[name].letterhead, logo=None))
    _, read = page(document)
    said = iter([re.sub(r"[:.,]$", "", word) for word in read.words])
    labels = {
        label for block in _tables(document) for cell in block.header for label in _squeezed(_plain(cell).split())
    }
    missing = [word for word in _squeezed(reading_order(document)) if word not in labels and word not in said]
    assert missing == []


def _squeezed(words: list[str]) -> list[str]:
    return [re.sub(r"[:.,]$", "", word) for word in words if word.strip(":.,")]


def _tables(document: Document) -> Iterator[Any]:
    blocks = [block for section in document.sections for block in section.blocks]
    for block in blocks:
        blocks += getattr(block, "children", ())
        if type(block).__name__ == "Table":
            yield block


def _plain(cell: Any) -> str:
    return "".join(getattr(inline, "text", "") for inline in cell)


def test_every_cell_stands_beside_its_label() -> None:
    text, _ = page(make_document())
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    assert all(re.match(r'<th scope="(row|rowgroup)"|<td ', each) for each in rows)
    assert '<th scope="row" style' in text
    assert re.search(r'<th scope="rowgroup" colspan="2"[^>]*>What: Operation</th>', text)


def test_in_large_print_a_label_stands_above_its_value_and_there_is_room_to_write() -> None:
    text, read = page(make_document(), "large-print")
    assert 'scope="row"' not in text
    assert re.search(r'<td colspan="2"[^>]*><div class="label">What may happen:</div> You had your operation', text)
    assert '<div class="label">Notes:</div> &nbsp;</td>' in text
    standard = page(make_document())[1]
    assert [word.rstrip(":") for word in read.words] == [word.rstrip(":") for word in standard.words]


WHOLE_LINE = '<span style="white-space:nowrap">'
LINE = Link("01632 960100", "tel:01632960100", strong=True)


@pytest.mark.parametrize(
    ("inlines", "wanted"),
    [
        ((Text("Call "), LINE, Text(", or wait")), f"Call {WHOLE_LINE}<strong>{{a}}</strong>,</span> or wait"),
        ((LINE, Text(":", strong=True)), f"{WHOLE_LINE}<strong>{{a}}</strong><strong>:</strong></span>"),
        ((LINE, Text(" (8am)")), "<strong>{a}</strong> (8am)"),
        ((LINE, LINE), "<strong>{a}</strong><strong>{a}</strong>"),
        ((Text("Number 7K3M-9QXA-2F4D."),), f"Number {WHOLE_LINE}7K3M-9QXA-2F4D</span>."),
        ((Text("7K3M-9QXA-2F4D", strong=True),), f"<strong>{WHOLE_LINE}7K3M-9QXA-2F4D</span></strong>"),
        ((Text("long-term <b>"),), "long-term &lt;b&gt;"),
    ],
)
def test_a_sign_stays_with_its_number_and_the_number_of_a_paper_whole(inlines: Inlines, wanted: str) -> None:
    link = '<a class="tel unbroken" href="tel:01632960100">01632 960100</a>'
    assert MailAnchors({}, 12).write(inlines) == wanted.replace("{a}", link)


def test_a_number_that_no_line_has_room_for_may_be_broken() -> None:
    assert MailAnchors({}, 11).write((LINE, Text("."))) == (
        '<strong><a class="tel" href="tel:01632960100">01632 960100</a></strong>.'
    )


def test_frames_stay_when_a_program_drops_the_style_sheet() -> None:
    text, _ = page(make_document())
    bare = re.sub(r"<style>.*?</style>| class=\"[^\"]*\"", "", text, flags=re.DOTALL)
    assert re.search(r'<div style="border:2px solid;border-left-width:12px[^"]*"><h2[^>]*>Get help now', bare)


def test_hostile_values_stay_words() -> None:
    evil = '<img src=x onerror=alert(1)> "&amp; </style><script>'
    document = structs.replace(make_document(), sections=(Section("only", (Paragraph((Text(evil),)),)),), identity=())
    _, read = page(document)
    assert "script" not in read.tags
    assert evil.split()[0] in read.words


def test_the_language_is_told_where_programs_keep_it() -> None:
    text, _ = page(make_document())
    assert re.search(r'<div class="mail" lang="en-GB" dir="ltr"', text)


def test_the_body_speaks_of_no_picture_and_its_paper_does() -> None:
    made = mail(row(consent="plain"), WHOLE)
    for kind in ("html", "plain"):
        said = " ".join(re.sub(r"<[^>]+>", " ", body(made, kind)).split())
        assert "Some people notice some improvement" in said
        for about_a_picture in ("this chart", "A chart of time", "Scan this", "QR code", "figures of people"):
            assert about_a_picture not in said
        assert "You can call the ward by day" in said


# --- in a real browser ----------------------------------------------------------

Scheme = Literal["light", "dark"]
Opener = Callable[..., Any]
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: dev)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=str(chromium()), args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opener]:
    """A function that shows the HTML of an e-mail; whatever it asks for from elsewhere fails the test."""
    asked: list[str] = []
    pages: list[Any] = []

    def show(text: str, width: int, scheme: Scheme = "light") -> Any:
        path = tmp_path / "mail.html"
        path.write_text(text, encoding="utf-8")
        shown = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        pages.append(shown)
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(path.as_uri())
        return shown

    yield show
    for shown in pages:
        shown.close()
    assert [url for url in asked if not url.startswith("file:")] == []


def messages() -> dict[str, str]:
    plain = row(consent="plain")
    large = row(make_case(patient={"print_size": "large"}), consent="plain")
    return {
        "notice": body(mail(), "html"),
        "handout": body(mail(plain, WHOLE), "html"),
        "large print": body(mail(large, WHOLE), "html"),
        "large notice": body(mail(structs.replace(large, email_consent="encrypted"), earlier=EARLIER), "html"),
        "full": body(mail(row(full_case(), consent="plain"), WHOLE), "html"),
    }


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return messages()


def bare(text: str) -> str:
    """Return the HTML as the strictest programs leave it: no style sheet, no classes, no ids."""
    return re.sub(r'<style>.*?</style>| (class|id|aria-labelledby)="[^"]*"', "", text, flags=re.DOTALL)


@pytest.mark.requires_browser
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("notice", 320, "light"), ("notice", 400, "dark"), ("handout", 320, "light"), ("handout", 390, "dark"),
     ("large print", 320, "light"), ("large print", 360, "dark"), ("large notice", 320, "light"),
     ("full", 320, "dark")],
)  # fmt: skip
def test_axe_finds_nothing(opened: Opener, texts: dict[str, str], name: str, width: int, scheme: Scheme) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra: dev)")
    found = axe.Axe().run(opened(texts[name], width, scheme))
    assert found.violations_count == 0, found.generate_report()
    assert [node["html"] for rule in found.response["incomplete"] for node in rule["nodes"]] == []


@pytest.mark.requires_browser
@pytest.mark.parametrize("name", ["notice", "handout", "large print", "large notice", "full"])
def test_nothing_runs_out_of_a_phone(opened: Opener, texts: dict[str, str], name: str) -> None:
    for text in (texts[name], bare(texts[name])):
        shown = opened(text, 320)
        for width in (320, 400):
            shown.set_viewport_size({"width": width, "height": 800})
            assert shown.evaluate("document.documentElement.scrollWidth") == width


CUT = """() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) for (const word of texts.currentNode.data.matchAll(/\\S+/g)) {
    const range = document.createRange();
    range.setStart(texts.currentNode, word.index);
    range.setEnd(texts.currentNode, word.index + word[0].length);
    if (new Set([...range.getClientRects()].map(each => Math.round(each.top))).size > 1) found.push(word[0]);
  }
  return found;
}"""
APART = """() => [...document.querySelectorAll("span > :first-child")].filter(first => {
  const box = first.getBoundingClientRect(), range = document.createRange();
  range.setStartAfter(first);
  range.setEndAfter(first.parentNode.lastChild);
  const sign = range.getBoundingClientRect();
  return sign.left < box.right - 1 || sign.right > innerWidth;
}).length"""


@pytest.mark.requires_browser
@pytest.mark.parametrize("name", ["notice", "handout", "large print", "large notice"])
@pytest.mark.parametrize("width", [320, 360])
def test_no_word_is_cut_and_no_sign_stands_alone(opened: Opener, texts: dict[str, str], name: str, width: int) -> None:
    for text in (texts[name], bare(texts[name])):
        shown = opened(text, width)
        assert [word for word in shown.evaluate(CUT) if "-" not in word] == []  # at a hyphen, a line may end
        assert [word for word in shown.evaluate(CUT) if re.search(r"\w{4}-\w{4}-\w{4}", word)] == []
        assert shown.evaluate(APART) == 0


@pytest.mark.requires_browser
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("number", ["01632 960100", "+44 1632 9601000", "+44 (0) 1632 960 100", "+4416329601000000"])
def test_a_long_number_makes_no_phone_scroll(opened: Opener, theme: str, number: str) -> None:
    line = Link(number, "tel:01632960100", strong=True)
    blocks = (Paragraph((Text("At once, call "), line, Text(":"))), List(((Text("call "), line, Text(", now")),)))
    document = structs.replace(make_document(), sections=(Section("only", (Box("alarm", blocks),)),))
    shown = opened(page(document, theme)[0], 320)
    assert shown.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.requires_browser
def test_numbers_are_large_enough_for_a_finger(opened: Opener, texts: dict[str, str]) -> None:
    shown = opened(texts["notice"], 320)
    heights = [link.bounding_box()["height"] for link in shown.locator("a").all()]
    assert len(heights) == 3
    assert min(heights) >= 40


@pytest.mark.requires_browser
def test_the_words_are_as_large_as_on_paper(opened: Opener, texts: dict[str, str]) -> None:
    sizes = {
        name: opened(texts[name], 360).evaluate("parseFloat(getComputedStyle(document.querySelector('li')).fontSize)")
        for name in ("handout", "large print")
    }
    assert sizes["handout"] >= 18
    assert sizes["large print"] >= 22
