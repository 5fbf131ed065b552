"""What every test shares: optional tools, skips that cannot hide, and one veraPDF run for every PDF made."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings

from tests.tools import gathered_pdfs, optional, verapdf

# No test is timed: a busy machine is no defect.
settings.register_profile("untimed", parent=settings.default, deadline=None)
settings.load_profile("untimed")

SINK_FOLDER = pytest.StashKey[Path]()
VERDICT = pytest.StashKey[list[str]]()

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder for PDFs once, on the controller, and let workers know it."""
    inherited = getattr(config, "workerinput", {}).get("pdf_sink")
    config.stash[SINK_FOLDER] = Path(inherited) if inherited else gathered_pdfs.new_folder()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where to put PDFs."""
    node.workerinput["pdf_sink"] = str(node.config.stash[SINK_FOLDER])


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose optional tool is not here, saying what to install."""
    for tool in optional.TOOLS:
        if item.get_closest_marker(tool.marker) and (why := optional.reason(tool)):
            pytest.skip(why)


_NOT_OURS_TO_INSTALL = "requires_tmpfs"
"""A right that a container may withhold; no package brings it. The skip is still named at the end of the run."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where everything is required."""
    report = yield
    return _required(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failure where everything is required."""
    report = yield
    return _required(report)


def _required(report: Report) -> Report:
    allowed = hasattr(report, "wasxfail") or _NOT_OURS_TO_INSTALL in getattr(report, "keywords", ())
    if report.skipped and optional.everything_required() and not allowed:
        report.outcome = "failed"
        report.longrepr = f"skipped, and MVD_HANDOUT_REQUIRE_ALL is set: {_why(report)}"
    return report


def _why(report: pytest.TestReport | pytest.CollectReport) -> str:
    match report.longrepr:
        case (_, _, str(words)):
            return words.removeprefix("Skipped: ")
        case other:
            return str(other)


@pytest.fixture
def pdf_sink(request: pytest.FixtureRequest) -> gathered_pdfs.PdfSink:
    """Return a function `(label, pdf_bytes)`: what it is given must pass PDF/UA-1 and PDF/A-2a at the session's end."""
    return gathered_pdfs.sink(request.config.stash[SINK_FOLDER], request.node.name)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Judge every PDF that was handed in; the controller does it once, after the last test."""
    config = session.config
    if hasattr(config, "workerinput"):
        return
    folder = config.stash[SINK_FOLDER]
    config.stash[VERDICT] = problems = _judge(folder)
    if problems and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _judge(folder: Path) -> list[str]:
    pdfs = gathered_pdfs.distinct(folder)
    if not pdfs:
        return []
    if why := optional.reason(optional.tool("requires_java")):
        return [f"{len(pdfs)} PDFs were not validated: {why}"] if optional.everything_required() else []
    try:
        verdicts = verapdf.validate(pdfs)
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        return [f"{len(pdfs)} PDFs were not validated: {error}"]
    return [f"{path}: {rule}" for path, rules in verdicts.items() for rule in rules]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say last what veraPDF found, and which tests did not run for want of which tool."""
    folder = config.stash[SINK_FOLDER]
    problems = config.stash.get(VERDICT, [])
    if problems:
        terminalreporter.section("veraPDF", red=True, bold=True)
        for problem in problems:
            terminalreporter.line(problem)
    _name_skipped(terminalreporter, folder)


def _name_skipped(terminalreporter: pytest.TerminalReporter, folder: Path) -> None:
    skipped = Counter(
        (report.nodeid.partition("[")[0], _why(report)) for report in terminalreporter.stats.get("skipped", [])
    )
    no_java = optional.reason(optional.tool("requires_java"))
    if no_java and (unjudged := len(gathered_pdfs.distinct(folder))):
        skipped["veraPDF's verdict on the PDFs made", no_java] = unjudged
    if skipped:
        terminalreporter.section("not run on this machine", yellow=True, bold=True)
    for (name, why), times in sorted(skipped.items()):
        terminalreporter.line(f"{name}{f' ({times} cases)' if times > 1 else ''}: {why}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Keep the PDFs only where veraPDF refused some of them, so that they can be looked at."""
    if not hasattr(config, "workerinput") and not config.stash.get(VERDICT, []):
        gathered_pdfs.discard(config.stash[SINK_FOLDER])
