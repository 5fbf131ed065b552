"""`count`: how many papers were given, for the ward manager."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click
from msgspec import Struct, structs

from mvd_handout.commands.console import Console
from mvd_handout.commands.past import open_past, table
from mvd_handout.delivery.journal.search import Tally, Wanted, tally

HEAD: Final = ("Papers", "Of these copies", "E-mails")
TOTAL: Final = "all"


class CountOptions(Struct, frozen=True):
    """The options of `count`; see its help."""

    by: str
    first: str | None
    last: str | None
    clinic: Path | None
    json: bool
    csv: bool


def run(options: CountOptions, console: Console) -> int:
    """Print the numbers and return the exit code. Raises HandoutError or click.UsageError."""
    if options.json and options.csv:
        raise click.UsageError("--json or --csv, not both.")
    past = open_past(options.clinic, console)
    wanted = Wanted(first=past.day(options.first, "--from"), last=past.day(options.last, "--to"))
    found = tally(past.entries(), options.by, wanted)
    if options.json:
        console.result(json.dumps({name: structs.asdict(each) for name, each in found.items()}, indent=2))
    elif options.csv:
        console.result(_csv((options.by, *HEAD), _rows(found)))
    else:
        console.result(table((options.by.capitalize(), *HEAD), [*_rows(found), _row(TOTAL, _sum(found))]))
    return past.end()


def _rows(found: Mapping[str, Tally]) -> list[tuple[str, ...]]:
    return [_row(name, each) for name, each in found.items()]


def _row(name: str, each: Tally) -> tuple[str, ...]:
    return (name, str(each.papers), str(each.copies), str(each.emails))


def _sum(found: Mapping[str, Tally]) -> Tally:
    values = found.values()
    return Tally(
        sum(each.papers for each in values), sum(each.copies for each in values), sum(e.emails for e in values)
    )


def _csv(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return text.getvalue().rstrip("\n")
