"""The same handout, drawn by Typst: tagged, PDF/UA-1 and PDF/A-2a, by one compiler that is kept.

The text is filled as in the plain script, but with the numbers of places instead of values, so that Typst's source is
translated once for each choice of branches; the values of a patient reach it through `sys.inputs`. Typst remembers what
it laid out, so time it on patients who are new to it. Run: python benchmarks/typst_handout.py clinic.toml case.toml
out.pdf
"""

from __future__ import annotations

import functools
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from benchmarks.plain_platypus import ROOT, context, date, fill, plainly

STANDARDS: Any = ["a-2a", "ua-1"]
PLACE = re.compile("\ue000(\\d+)\ue001")
HEAD = r"""
#let v = json(bytes(sys.inputs.at("values")))
#let accent = rgb("#0b4f6c")
#set document(title: "Handout")
#set text(font: "Atkinson Hyperlegible Next", size: 14pt, lang: "en", hyphenate: false)
#set par(leading: 0.45em, spacing: 0.75em)
#set list(spacing: 0.5em)
#set table(stroke: 0.5pt + gray)
#show table: set text(size: 13pt)
#show heading: set block(sticky: true)
#show heading.where(level: 1): set text(size: 26pt)
#show heading.where(level: 2): set text(size: 19pt)
#show heading.where(level: 3): set text(size: 15.5pt)
#let boxed(body) = block(stroke: 1pt + accent, radius: 3pt, inset: 8pt, width: 100%, body)
#let lead(body) = text(size: 17pt, body)
#let small(body) = text(size: 12pt, body)
#let rules(count) = for _ in range(count) { block(height: 24pt, width: 100%, stroke: (bottom: 0.5pt)) }
#let icons(marked, total) = figure(alt: str(marked) + " of " + str(total) + " figures are marked.",
  block(width: 380pt, height: 160pt, for n in range(total) {
    let colour = if n < marked { accent } else { white }
    let (x, y) = (calc.rem(n, 20) * 18pt, calc.quo(n, 20) * 31pt)
    let body = rect(width: 15pt, height: 17pt, radius: 3pt, fill: colour, stroke: 1pt + gray)
    place(top + left, dx: x + 3pt, dy: y, circle(radius: 4pt, fill: colour, stroke: 1pt + gray))
    place(top + left, dx: x, dy: y + 9pt, body)
  }))
#let chart() = figure(alt: "The recovery timeline; the table below says the same.", block(width: 100%, height: 190pt, {
  for (lane, (start, end)) in ((0, 10), (20, 80), (0, 480), (0, 480), (250, 400), (120, 130)).enumerate() {
    let bar = rect(width: (end - start) * 1pt, height: 12pt, fill: accent)
    place(top + left, dx: start * 1pt, dy: 28pt * lane + 16pt, bar)
    place(top + left, dy: 28pt * lane, text(size: 12pt, "Lane " + str(lane) + ": " + v.last()))
  }
  place(bottom + left, line(length: 100%))
}))
#set page(paper: "a4", margin: 2.2cm,
  header: text(size: 10pt, v.at(v.len() - 2)),
  footer: align(right, text(size: 10pt, context [Page #counter(page).display()])))
"""


class Places:
    """Notes the values of a text and leaves their numbers in it."""

    def __init__(self) -> None:
        self.values: list[str] = []

    def __call__(self, value: Any) -> str:
        self.values.append(str(plainly(value)))
        return f"\ue000{len(self.values) - 1}\ue001"


PLACES = Places()


@functools.lru_cache(maxsize=64)
def translated(text: str) -> bytes:
    """Return Typst's source of a filled text."""
    markdown = MarkdownIt("commonmark").enable("table")
    container_plugin(markdown, "any", validate=lambda *_: True)
    return (HEAD + "".join(_blocks(markdown.parse(text)))).encode()


def _blocks(tokens: list[Token]) -> Iterator[str]:
    opened: list[str] = []
    row: list[str] = []
    rows: list[list[str]] = []
    mark, cell = "- ", False
    for token in tokens:
        match token.type:
            case "heading_open":
                yield f"\n{'=' * int(token.tag[1])} "
            case "list_item_open":
                yield f"\n{mark}"
            case "bullet_list_open" | "ordered_list_open":
                mark = "- " if token.tag == "ul" else "+ "
            case "th_open" | "td_open":
                cell = True
                row.append("")
            case "th_close" | "td_close":
                cell = False
            case "inline" if cell:
                row[-1] = _inline(token)
            case "inline":
                yield _inline(token)
            case "paragraph_close" if token.hidden:
                pass  # an item of a list
            case "paragraph_close" | "heading_close" | "bullet_list_close" | "ordered_list_close":
                yield "\n\n"
            case "tr_close":
                rows.append(row)
                row = []
            case "table_close":
                yield _table(rows)
                rows = []
            case "container_any_open":
                opened.append(_container(token.info.split()))
                yield opened[-1]
            case "container_any_close":
                yield "]" if opened.pop().endswith("[") else ""


def _table(rows: list[list[str]]) -> str:
    columns = {"Week": "(9fr, 25fr, 37fr, 29fr)", "What": "(17fr, 38fr, 45fr)"}.get(rows[0][0], str(len(rows[0])))
    cells = ", ".join(f"[{cell}]" for row in rows[1:] for cell in row)
    head = ", ".join(f"[{cell}]" for cell in rows[0])
    return f"\n#table(columns: {columns}, table.header({head}), {cells})\n"


def _container(words: list[str]) -> str:
    """Return what a named block begins with; one that ends in a bracket is closed by one."""
    match words:
        case ["timeline", *_]:
            return "#chart()\n"
        case ["icons", marked, total]:
            return f"#icons({marked}, {total})\n"
        case ["lines", count]:
            return f"#rules({count})\n"
        case ["alarm" | "message" | "note", *_]:
            return "#boxed["
        case ["lead" | "small" as size, *_]:
            return f"#{size}["
        case [*_, "start=page"]:
            return "\n#pagebreak(weak: true)\n"
        case [*_, "start=sheet"]:
            return '\n#pagebreak(weak: true, to: "odd")\n'
    return "\n"


def _inline(token: Token) -> str:
    parts = []
    for child in token.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                parts.append("#strong[" if child.type == "strong_open" else "]")
            case "softbreak":
                parts.append(" ")
            case _:
                parts.append(_words(child.content))
    return "".join(parts)


def _words(text: str) -> str:
    escaped = re.sub(r"([\\#$*_`<>@=\-+/\[\]~])", r"\\\1", text)
    return PLACE.sub(r"#v.at(\1);", escaped)


class Typesetter:
    """One compiler, kept."""

    def __init__(self) -> None:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(ROOT / "templates" / "fonts")])
        self._compiler = typst.Compiler(font_paths=fonts)

    def draw(self, clinic: dict[str, Any], case: dict[str, Any], blocks: Path) -> bytes:
        """Return one patient's handout."""
        values = context(clinic, case)
        PLACES.values = []
        source = translated(fill(values, blocks, PLACES))
        strip = f"{case['patient']['name']}   {case['patient']['record_number']}   {date(case['operation']['date'])}"
        inputs = {"values": json.dumps([*PLACES.values, strip, date(values["issue"]["date"])])}
        made = self._compiler.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=0)
        assert isinstance(made, bytes)
        return made


def main() -> None:
    clinic_path, case_path, out = (Path(each) for each in sys.argv[1:4])
    clinic = tomllib.loads(clinic_path.read_text(encoding="utf-8"))
    case = tomllib.loads(case_path.read_text(encoding="utf-8"))
    out.write_bytes(Typesetter().draw(clinic, case, clinic_path.parent / "blocks"))


if __name__ == "__main__":
    main()
