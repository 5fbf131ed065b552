"""The document as the HTML part of an e-mail: words alone, readable in whatever a mail program leaves of it.

There is no picture, font, script or link to another part; nothing is fetched. Lengths and colours stand in one short
style sheet, frames also on the elements themselves, since some programs drop the sheet. A table has two columns, label
and value, so that the narrowest phone shows it without any style; in large print, which leaves no room for two, the
label stands above its value. What is read is what the plain text says.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from typing import Final

from mvd_handout.content.resources import data_root
from mvd_handout.content.theme import Colour, Theme
from mvd_handout.domain.document import Box, Chart, Code, Document, Heading, Icons, Inlines, Lines, Section, Table
from mvd_handout.rendering.drawing import css
from mvd_handout.rendering.html.blocks import BlockWriter
from mvd_handout.rendering.html.colour import day, night
from mvd_handout.rendering.html.mail_inlines import MailAnchors, keep_numbers
from mvd_handout.rendering.html.markup import Html, element, join
from mvd_handout.rendering.reading_order import plain

_POINTS_AT_100_PERCENT: Final = 12.0
_BODY: Final = "line-height:1.5;max-width:42em;margin:0 auto;overflow-wrap:anywhere;word-break:break-word"
_FRAME: Final = "border:2px solid;padding:0 12px;margin:16px 0"
_ALARM: Final = "border:2px solid;border-left-width:12px;padding:0 12px;margin:16px 0"
_CELL: Final = "text-align:left;vertical-align:top;padding:4px 8px"
# A column is never narrower than the longest word of a label; what a person typed may be cut, or a phone would scroll.
_LABEL: Final = f"{_CELL};width:32%;overflow-wrap:normal;word-break:normal"
_TITLE: Final = "font-size:150%;line-height:1.2"
_TABLE: Final = "border-collapse:collapse;width:100%"
_LARGE: Final = 16.0
"""Of print that is larger, in points, a phone has no room for two columns."""
_ROOM: Final = Html("&nbsp;")
"""A line to write on, where somebody prints the message."""
_LONGEST_NUMBER: Final = 16
_LONGEST_LARGE_NUMBER: Final = 12
"""So many letters of a telephone number, in its box and in a list, stand on one line of a phone of 320 pixels."""


def render_mail(document: Document, theme: Theme, title: str) -> str:
    """Return `document` in the look of `theme`; `title` is what a program shows of it before it is opened.

    Raises ValueError: a link leads anywhere but to a telephone or an https address.
    """
    large = theme.type.body > _LARGE
    writer = MailWriter(MailAnchors({}, _LONGEST_LARGE_NUMBER if large else _LONGEST_NUMBER), Words(), large=large)
    furniture = document.furniture
    letterhead = [element("p", line) for line in document.letterhead.lines]
    identity = [element("p", f"{each.label}: ", element("strong", each.value)) for each in document.identity]
    foot = [element("p", keep_numbers(line)) for line in (furniture.version, furniture.document_id) if line]
    content = element(
        "div",
        element("p", element("strong", furniture.draft), class_="draft") if furniture.draft else Html(),
        element("header", *identity, *letterhead) if identity or letterhead else Html(),
        element("main", join(*map(writer.section, document.sections), separator="\n")),
        element("footer", *foot) if foot else Html(),
        class_="mail",
        lang=document.metadata.language,
        dir="ltr",
        style=f"font-family:Verdana,Arial,sans-serif;font-size:{_percent(theme)};{_BODY}",
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("title", title),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="supported-color-schemes", content="light dark"),
        element("meta", name="format-detection", content="telephone=no, date=no, address=no, email=no"),
        _style(theme),
    )
    body = element("body", content, style="margin:0;padding:12px")
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=document.metadata.language)}\n"


class Words:
    """Stands in for what draws pictures: each is given as its text alternative."""

    def chart(self, chart: Chart, name: str) -> Html:
        """Return the words of the timeline."""
        return element("p", chart.alt)

    def icons(self, icons: Icons, name: str) -> Html:
        """Return the words of the icon array."""
        return element("p", icons.alt)

    def code(self, code: Code, name: str) -> Html:
        """Return the words of the symbol."""
        return element("p", code.alt)


class MailWriter(BlockWriter):
    """Writes blocks without ids to link to, with tables of two columns and with frames on the elements themselves."""

    def __init__(self, anchors: MailAnchors, pictures: Words, *, large: bool) -> None:
        """Begin a message; in `large` print tables have one column."""
        super().__init__(anchors, pictures)
        self._large = large

    def section(self, section: Section) -> Html:
        """Return the blocks of a section; a program shows the parts one after the other."""
        return element("div", self._blocks(section.blocks), class_="part")

    def _write_heading(self, heading: Heading) -> Html:
        self._heading = self._new_id("heading")
        style = _TITLE if heading.level == 1 else None  # as large as programs make it, a word may not fit
        return element(f"h{heading.level}", self._say(heading.content), id=self._heading, style=style)

    def _figure(self, block: Chart | Icons | Code) -> Html:
        kind = {Chart: "chart", Icons: "icons", Code: "code"}[type(block)]
        words = block.open_end if isinstance(block, Chart) else block.caption
        picture: Html = getattr(self._pictures, kind)(block, "")
        return join(picture, element("p", self._say(words)) if words else Html())

    def _lines(self, lines: Lines) -> Html:
        label = element("p", self._say(lines.label)) if lines.label else Html()
        rule = element("p", Html("&nbsp;"), style="border-bottom:1px solid")
        return join(label, *([rule] * lines.count))

    def _box(self, box: Box) -> Html:
        return element(
            "div",
            self._blocks(box.children),
            class_=f"box {box.kind}",
            style=_ALARM if box.kind == "alarm" else _FRAME,
        )

    def _table(self, table: Table) -> Html:
        rows = (element("tbody", *self._record(table, row)) for row in table.rows)
        return element("table", join(*rows, separator="\n"), style=_TABLE, aria_labelledby=self._heading)

    def _record(self, table: Table, row: Sequence[Inlines]) -> Iterator[Html]:
        """Yield the lines of one row: what it is about over all columns, then a label and a value on each line."""
        for number, (label, cell) in enumerate(zip(table.header, row, strict=True)):
            name, content = plain(label).strip(), self._say(cell)
            if number == 0 and table.row_headers and plain(cell).strip():
                words = join(_labelled(name), content)
                yield element("tr", element("th", words, scope="rowgroup", colspan=2, style=_CELL, class_="first"))
            elif name and self._large:
                yield element("tr", element("td", _above(name), " ", content or _ROOM, colspan=2, style=_CELL))
            elif name:
                value = element("td", content, style=_CELL)
                yield element("tr", element("th", name, scope="row", style=_LABEL), value)
            elif content:
                yield element("tr", element("td", content, colspan=2, style=_CELL))


def _above(name: str) -> Html:
    return element("div", _labelled(name).strip(), class_="label")


def _labelled(name: str) -> str:
    return f"{name}{' ' if name.endswith(tuple('.:?!')) else ': '}" if name else ""


def _percent(theme: Theme) -> str:
    return f"{theme.type.body / _POINTS_AT_100_PERCENT * 100:.0f}%"


def _style(theme: Theme) -> Html:
    """Return the style sheet with the theme's colours written out: few mail programs know custom properties."""
    source = (data_root("templates") / "html" / "mail.css").read_text(encoding="utf-8")
    light, dark = _names("", day(theme.colour)), _names("night_", night(theme.colour))
    return Html(f"<style>\n{string.Template(source).substitute(light | dark)}</style>")


def _names(prefix: str, colours: dict[str, Colour]) -> dict[str, str]:
    return {f"{prefix}{name}": css(value) for name, value in colours.items()}
