"""The measured checks as tables, first what they point to."""

from __future__ import annotations

from collections.abc import Iterator

from mvd_handout.composing.review.say import Say, inlines, spaced
from mvd_handout.content.checks.report import Check, Item, Report
from mvd_handout.domain import document as d


def checks_section(report: Report, say: Say) -> d.Section:
    """Return the section of the measured checks."""
    person = sum(check.outcome == "for a person" for check in report.checks)
    counts = {"failed": len(report.failed), "all": len(report.checks), "person": person}
    blocks = (
        say.heading(2, "checks.heading"),
        say.paragraph("checks.summary", **counts),
        say.paragraph("checks.about"),
        *_findings(report, say),
        *_scores(report, say),
        say.heading(3, "checks.all_heading"),
        say.table(
            "checks.columns", (_row(check, say) for check in report.checks), (0.46, 0.20, 0.18, 0.16), row_headers=False
        ),
        *_scales(report, say),
    )
    return d.Section("checks", blocks, "page")


def _findings(report: Report, say: Say) -> Iterator[d.Block]:
    """Yield what each check points to; those that fail come first."""
    yield say.heading(3, "checks.findings_heading")
    pointing = sorted((check for check in report.checks if check.findings), key=lambda check: check.outcome != "fail")
    if not pointing:
        yield say.paragraph("checks.findings_none")
    for check in pointing:
        title = say.strong("checks.finding", title=check.title, outcome=_outcome(check, say))
        yield d.Paragraph(title)
        yield d.List(tuple(inlines(str(finding)) for finding in check.findings))


def _scores(report: Report, say: Say) -> Iterator[d.Block]:
    if not report.scores:
        return
    yield say.heading(3, "checks.scores_heading")
    yield say.paragraph("checks.scores_about")
    rows = (
        (each.part, str(each.sentences), str(each.words), f"{each.grade:.1f}", f"{each.smog:.1f}")
        for each in report.scores
    )
    cells = (tuple(inlines(cell) for cell in row) for row in rows)
    yield say.table("checks.scores_columns", cells, (0.34, 0.18, 0.14, 0.20, 0.14))


def _row(check: Check, say: Say) -> tuple[d.Inlines, ...]:
    """Return a check with its standard."""
    standard = say.text("checks.standard", standard=check.standard.rstrip("."), source=check.source.rstrip("."))
    what = spaced(inlines(f"{check.title}.", strong=True), inlines(standard))
    allowed = inlines(check.limit) or say.words("checks.no_limit")
    return what, inlines(check.measured), allowed, inlines(_outcome(check, say), strong=check.outcome == "fail")


def _outcome(checked: Check | Item, say: Say) -> str:
    return say.text(f"checks.outcome.{checked.outcome}")


def _scales(report: Report, say: Say) -> Iterator[d.Block]:
    """Yield a table for each scale, in the order of the report."""
    for scale in dict.fromkeys(item.scale for item in report.items):
        yield d.Heading(3, inlines(scale))
        rows = (_item(item, say) for item in report.items if item.scale == scale)
        yield say.table("checks.items_columns", rows, (0.10, 0.38, 0.16, 0.36))


def _item(item: Item, say: Say) -> tuple[d.Inlines, ...]:
    outcome = inlines(_outcome(item, say), strong=item.outcome == "fail")
    return inlines(str(item.number)), inlines(item.asks), outcome, inlines(item.evidence)
