"""The yardstick: the same handout, drawn the ordinary way with Jinja2, markdown-it and Platypus.

It reads the same TOML files, fills and parses the same text with the same values and draws its headings, paragraphs,
lists and tables and a simpler chart: untagged, unchecked, without boxes, icons and QR code. As any author would, it
keeps fonts and the compiled text for the next patient. Run: python benchmarks/plain_platypus.py clinic.toml case.toml
out.pdf
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from markdown_it import MarkdownIt
from mdit_py_plugins.container import container_plugin
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import KeepTogether, ListFlowable, ListItem, PageBreak, Paragraph, SimpleDocTemplate, Table

ROOT = Path(__file__).resolve().parent.parent
MARK = re.compile(r"\s*\[(?:[CMX]\d\d?|form|clinic|computed)(?: (?:[CMX]\d\d?|form|clinic|computed))*\]")
BODY = ParagraphStyle("body", fontName="Body", fontSize=14, leading=19.3, spaceAfter=7)
CELL = ParagraphStyle("cell", parent=BODY, fontSize=13, leading=18, spaceAfter=0)
SIZES = {"h1": 26, "h2": 19, "h3": 15.5}
HEADINGS = {
    name: ParagraphStyle(name, parent=BODY, fontName="Strong", fontSize=size, leading=size * 1.2, keepWithNext=1)
    for name, size in SIZES.items()
}
ACCENT: Any = colors.HexColor("#0b4f6c")


def date(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (31, 30, 29, 28):
        try:
            return dt.date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


def context(clinic: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    surgery = case["operation"]["date"]
    booked = enumerate(case.get("visits", []), start=1)
    visits = [{"number": number, "phone": clinic["phones"]["day"]["number"], **visit} for number, visit in booked]
    return {
        "patient": {**case["patient"], "minor": False},
        "operation": {**case["operation"], "done": True, "planned": False, "repeat": False, "both_sides": False},
        "discharge": {"date": case["discharge_date"]},
        "issue": {"date": case["discharge_date"]},
        "hear_by": {"date": case["discharge_date"] + dt.timedelta(days=14)},
        "surgeon": clinic["surgeons"][0],
        "clinic": {**clinic["hospital"], "hospital": clinic["hospital"]["name"]},
        "phone": {
            "day": clinic["phones"]["day"]["number"],
            "day_hours": clinic["phones"]["day"]["hours"],
            "out_of_hours": clinic["phones"]["out_of_hours"]["number"],
            "out_of_hours_hours": clinic["phones"]["out_of_hours"]["hours"],
            "emergency": clinic["phones"]["emergency"],
        },
        "timeline": {
            "early_days": "1 to 3",
            "relief_months": "3 to 6",
            "early": (surgery + dt.timedelta(1), surgery + dt.timedelta(3)),
            "relief": (months_later(surgery, 3), months_later(surgery, 6)),
        },
        "visits": visits,
        "next_visit": visits[0] if visits else {},
        "weeks": [{"number": n + 1, "start": surgery + dt.timedelta(weeks=n)} for n in range(26)],
        "note": case.get("note", ""),
        "approval": None,
        "values": clinic.get("values", {}),
        "page": {},
        "handout": {
            "version": "1.0.0",
            "source_title": "the article",
            "source_site": "the site",
            "source_date": surgery,
            "next_review": surgery,
        },
    }


def repeated(line: re.Match[str]) -> str:
    """Repeat a table's row for every visit or week."""
    return f"{{% for {line[1]} in {line[1]}s %}}{line[0]}\n{{% endfor %}}"


def plainly(value: Any) -> Any:
    return date(value) if isinstance(value, dt.date) else value


@functools.cache
def templates(blocks: Path, finalize: Callable[[Any], Any]) -> tuple[jinja2.Template, dict[str, jinja2.Template]]:
    """Return the handout's text and the clinic's own, compiled."""
    environment = jinja2.Environment(undefined=jinja2.ChainableUndefined, finalize=finalize)
    environment.filters |= {
        "weekday": lambda day: f"{day:%A} {date(day)}",
        "date": date,
        "month": lambda day: f"{day:%B %Y}",
        "days": lambda days: f"{days[0]:%A} {days[0].day} to {days[1]:%A} {date(days[1])}",
        "months": lambda days: f"{days[0]:%B} to {days[1]:%B %Y}",
    }
    source = (ROOT / "handouts" / "hfs-recovery" / "en.md").read_text(encoding="utf-8")
    source = re.sub(r"\{\{ page\.[a-z-]+ \}\}", "page 2", source)
    source = re.sub(r"^\|[^\n]*?\b(visit|week)\..*\|$", repeated, source, flags=re.MULTILINE)
    own = {path.stem: path.read_text(encoding="utf-8").split("+++")[-1] for path in sorted(blocks.glob("*.md"))}
    return environment.from_string(source), {name: environment.from_string(text) for name, text in own.items()}


def fill(values: dict[str, Any], blocks: Path, finalize: Callable[[Any], Any] = plainly) -> str:
    handout, own = templates(blocks, finalize)
    text = handout.render(values)
    for name, block in own.items():
        pieces = re.split(rf"::: clinic {name}\n(?:.*?\n)??:::", text, flags=re.DOTALL)
        text = block.render(values).join(pieces)
    return MARK.sub("", text)


def inline(token: Any) -> str:
    out = []
    for child in token.children:
        out.append(
            {"strong_open": "<font name='Strong'>", "strong_close": "</font>", "softbreak": " "}.get(
                child.type, child.content
            )
        )
    return "".join(out).replace("[ ] ", "")


def chart(values: dict[str, Any]) -> Drawing:
    drawing = Drawing(480, 190)
    for lane, (start, end) in enumerate(((0, 10), (20, 80), (0, 480), (0, 480), (250, 400), (120, 130))):
        drawing.add(Rect(start, 150 - lane * 28, end - start, 12, fillColor=ACCENT))
        drawing.add(
            String(0, 164 - lane * 28, f"Lane {lane}: {date(values['issue']['date'])}", fontName="Body", fontSize=12)
        )
    drawing.add(Line(0, 4, 480, 4))
    return drawing


def story(text: str, values: dict[str, Any]) -> list[Any]:
    markdown = MarkdownIt("commonmark").enable("table")
    container_plugin(markdown, "any", validate=lambda *_: True)
    flow: list[Any] = []
    items: list[Any] = []
    row: list[Any] = []
    rows: list[Any] = []
    opened = ""
    for token in markdown.parse(text):
        if token.type in {"heading_open", "paragraph_open", "list_item_open", "th_open", "td_open"}:
            opened = token.tag if token.type != "paragraph_open" or opened != "li" else "li"
        elif token.type == "inline":
            if opened == "li":
                items.append(ListItem(Paragraph(inline(token), BODY)))
            elif opened in {"th", "td"}:
                row.append(Paragraph(inline(token), CELL))
            else:
                flow.append(Paragraph(inline(token), HEADINGS.get(opened, BODY)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            flow.append(ListFlowable(items, bulletType="bullet", bulletFontName="Body"))
            items, opened = [], ""
        elif token.type == "tr_close":
            rows.append(row)
            row = []
        elif token.type == "table_close":
            grid: Any = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("FONTNAME", (0, 0), (-1, -1), "Body")]
            flow.append(Table(rows, repeatRows=1, style=grid))
            rows = []
        elif token.type == "container_any_open":
            if "timeline" in token.info and "section" not in token.info:
                flow.append(KeepTogether([chart(values)]))
            elif "start=" in token.info:
                flow.append(PageBreak())
            opened = ""
    return flow


@functools.cache
def register_fonts() -> None:
    for name, weight in (("Body", "Regular"), ("Strong", "Bold")):
        path = ROOT / "templates" / "fonts" / f"AtkinsonHyperlegibleNext-{weight}.ttf"
        pdfmetrics.registerFont(TTFont(name, str(path)))


def draw(clinic: dict[str, Any], case: dict[str, Any], blocks: Path) -> bytes:
    """Return one patient's handout."""
    register_fonts()
    values = context(clinic, case)
    flow = story(fill(values, blocks), values)
    strip = f"{case['patient']['name']}   {case['patient']['record_number']}   {date(case['operation']['date'])}"

    def furniture(canvas: Any, document: Any) -> None:
        canvas.setFont("Body", 10)
        canvas.drawString(57, 810, strip)
        canvas.drawRightString(550, 25, f"Page {document.page}")

    out = io.BytesIO()
    SimpleDocTemplate(out, pagesize=A4, invariant=1).build(flow, onFirstPage=furniture, onLaterPages=furniture)
    return out.getvalue()


def main() -> None:
    clinic_path, case_path, out = (Path(each) for each in sys.argv[1:4])
    clinic = tomllib.loads(clinic_path.read_text(encoding="utf-8"))
    case = tomllib.loads(case_path.read_text(encoding="utf-8"))
    out.write_bytes(draw(clinic, case, clinic_path.parent / "blocks"))


if __name__ == "__main__":
    main()
