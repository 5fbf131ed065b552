"""PEMAT-P and the CDC Clear Communication Index as tables: each item with pass, fail or *for a person*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from mvd_handout.content.checks.report import Check, Item, Outcome
from mvd_handout.content.checks.rules import Table, rows, texts
from mvd_handout.content.resources import data_root
from mvd_handout.content.toml import read_toml

SCALES: Final = ("PEMAT-P", "CDC")


def items(checks: Iterable[Check]) -> tuple[Item, ...]:
    """Return every item of both scales with what came of it."""
    by_id = {check.id: check for check in checks}
    path = data_root("templates") / "checks" / "scales.toml"
    return tuple(_item(row, by_id) for row in rows(read_toml(path.read_bytes(), f"checks/{path.name}"), "items"))


def _item(row: Table, by_id: dict[str, Check]) -> Item:
    """An item fails with one of its checks; what only a person can judge is never passed by a machine."""
    answers = [by_id[name] for name in texts(row, "checks")]
    person = str(row.get("person", ""))
    outcomes = {check.outcome for check in answers}
    outcome: Outcome = "for a person" if person or "for a person" in outcomes else "pass"
    if "fail" in outcomes:
        outcome = "fail"
    evidence = "; ".join([*(f"{check.id}: {check.measured}" for check in answers), *([person] if person else [])])
    return Item(str(row["scale"]), cast("int", row["number"]), str(row["asks"]), outcome, evidence)
