"""An empty roster to fill in, with an explanation and one fictional row; it reads back without a fault."""

from __future__ import annotations

import csv
import datetime as dt
import io
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml
from mvd_handout.delivery.roster.spreadsheet import Sheet, write_xlsx
from mvd_handout.domain.schedule import next_weekday

Kind = Literal["csv", "xlsx"]
KINDS: Final[tuple[Kind, ...]] = ("xlsx", "csv")
_EXPLANATION_WIDTHS: Final = (26, 110, 46)


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of the template: its heading, what to write into it, what the fictional row has there."""

    heading: str
    help: str
    example: str
    choices: tuple[str, ...] = ()


def roster_template(kind: Kind, today: dt.date) -> bytes:
    """Return the file; the dates of its fictional row lie around `today`."""
    explanation, columns = _read(today)
    return _csv(explanation, columns) if kind == "csv" else _xlsx(explanation, columns)


def _read(today: dt.date) -> tuple[list[str], list[TemplateColumn]]:
    name = "template.toml"
    data = read_toml((data_root("templates") / "roster" / name).read_bytes(), name)
    days = {
        "operation": today - dt.timedelta(days=3),
        "discharge": today,
        "visit_1": next_weekday(today + dt.timedelta(days=11)),
        "visit_2": next_weekday(today + dt.timedelta(weeks=6)),
    }
    columns = [
        TemplateColumn(
            str(table["heading"]),
            str(table["help"]),
            string.Template(str(table["example"])).substitute(days),
            tuple(cast("list[str]", table.get("choices", ()))),
        )
        for table in cast("list[dict[str, object]]", data["columns"])
    ]
    return cast("list[str]", data["explanation"]), columns


def _csv(explanation: Sequence[str], columns: Sequence[TemplateColumn]) -> bytes:
    """Return CSV as spreadsheets read it best: with a byte order mark, commas, and remarks above the headings."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([f"# {line}"] for line in explanation)
    writer.writerow(column.heading for column in columns)
    writer.writerow(column.example for column in columns)
    return stream.getvalue().encode("utf-8-sig")


def _xlsx(explanation: Sequence[str], columns: Sequence[TemplateColumn]) -> bytes:
    """Return a workbook whose cells are text, so that it keeps dates and numbers as they are typed."""
    roster = Sheet(
        "Roster",
        rows=([column.heading for column in columns], [column.example for column in columns]),
        widths=[max(len(column.heading), len(column.example), 10) + 2 for column in columns],
        choices={index: column.choices for index, column in enumerate(columns) if column.choices},
    )
    lines: list[list[str]] = [["Column", "What to write", "Example"]]
    lines += [[column.heading, column.help, column.example] for column in columns]
    lines += [[""], *([line] for line in explanation)]
    return write_xlsx([roster, Sheet("Explanation", rows=lines, widths=_EXPLANATION_WIDTHS)])
