"""The tests' own tools can fail: a validator that passes everything, or a skip that hides, would prove nothing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.project.source import ROOT
from tests.tools import gathered_pdfs
from tests.tools.optional import Tool, reason
from tests.tools.structure import read_structure, untagged_text
from tests.tools.verapdf import validate

TO_UNICODE = b"""1 begincodespacerange <00> <ff> endcodespacerange
2 beginbfchar <01> <0048> <02> <D83DDC4B> endbfchar
2 beginbfrange <10> <12> <0061> <20> <21> [<0066006C> <0020>] endbfrange"""
CONTENT = b"""/Artifact BMC BT /F1 12 Tf <10> Tj ET EMC
/P <</MCID 0>> BDC BT /F1 12 Tf [<01> -20 <1011>] TJ ET EMC
/P <</MCID 1>> BDC BT /F1 12 Tf <20210212> Tj ET EMC"""


def plain_pdf() -> bytes:
    """Return a PDF as reportlab writes it: untagged, without embedded fonts."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    canvas.drawString(72, 72, "Hello")
    canvas.save()
    return buffer.getvalue()


def tagged_pdf() -> bytes:
    """Return a page with one heading, its link, and an artifact, put together by hand."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.Contents = pdf.make_stream(CONTENT)
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, ToUnicode=pdf.make_stream(TO_UNICODE))
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    action = pikepdf.Dictionary(URI=pikepdf.String("tel:555-0100"))
    link = pikepdf.Dictionary(
        S=pikepdf.Name.Link,
        Pg=page.obj,
        K=[1, pikepdf.Dictionary(Type=pikepdf.Name.OBJR, Obj=pikepdf.Dictionary(A=action))],
    )
    attributes = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
    heading = pikepdf.Dictionary(S=pikepdf.Name.H1, Pg=page.obj, K=[0, link], Alt="greeting", A=attributes)
    pdf.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=heading)
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def run_pytest(folder: Path, body: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one test module with the project's conftest in a process of its own."""
    (folder / "test_inner.py").write_text(f"import pytest\n\n\n{body}", encoding="utf-8")
    options = ["-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={folder}", str(folder)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MVD_HANDOUT_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "pytest", *options]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


SKIPPED = 'def test_it():\n    pytest.skip("no abacus here")\n'
HANDS_IN = (
    'from tests.project.test_support import plain_pdf\n\n\ndef test_it(pdf_sink):\n    pdf_sink("plain", plain_pdf())\n'
)


def test_a_skip_is_named_at_the_end(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPPED)
    assert done.returncode == pytest.ExitCode.OK
    assert "test_inner.py::test_it: no abacus here" in done.stdout[done.stdout.index("not run on this machine") :]


def test_a_skip_is_a_failure_where_everything_is_required(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, SKIPPED, MVD_HANDOUT_REQUIRE_ALL="1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "MVD_HANDOUT_REQUIRE_ALL is set: no abacus here" in done.stdout


def test_a_skipped_module_is_a_failure_where_everything_is_required(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, 'pytest.skip("no loom", allow_module_level=True)\n', MVD_HANDOUT_REQUIRE_ALL="1")
    assert done.returncode != pytest.ExitCode.OK
    assert "no loom" in done.stdout


def test_a_missing_tool_is_named_with_the_packages_that_bring_it() -> None:
    tool = Tool("requires_abacus", "abacus-utils", (("no-such-abacus", "nor-this"),), (Path("/no/such/beads.jar"),))
    assert reason(tool) == "no no-such-abacus, /no/such/beads.jar (Debian: apt-get install abacus-utils)"


@pytest.mark.requires_java
def test_a_pdf_handed_in_that_breaks_the_rules_fails_the_session(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, HANDS_IN)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "ua1 7.1-11" in done.stdout


@pytest.mark.requires_java
def test_verapdf_refuses_what_reportlab_writes_and_says_which_rules(tmp_path: Path) -> None:
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(plain_pdf())
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\nnothing in here\n")
    verdicts = validate([plain, broken])
    rules = {" ".join(rule.split()[:2]) for rule in verdicts[plain]}
    assert rules >= {"ua1 6.2-1", "ua1 7.1-11", "2a 6.6.2.1-1"}
    assert verdicts[broken]


def test_the_same_pdf_is_judged_once(tmp_path: Path) -> None:
    take = gathered_pdfs.sink(tmp_path, "test_it[a/b]")
    take("one", b"same")
    take("two", b"same")
    take("three", b"other")
    assert [gathered_pdfs.label(path) for path in gathered_pdfs.distinct(tmp_path)] == [
        "test-it-a-b-one",
        "test-it-a-b-three",
    ]


def test_the_structure_is_read_with_text_attributes_and_links() -> None:
    (heading,) = read_structure(tagged_pdf()).children
    (link,) = heading.children
    assert (heading.kind, heading.text, heading.alt, heading.scope, heading.page) == ("H1", "Hab", "greeting", "Row", 1)
    assert (link.kind, link.text, link.targets) == ("Link", "fl \U0001f44bc", ("tel:555-0100",))
    assert heading.all_text == "Habfl \U0001f44bc"
    assert [element.kind for element in heading.walk()] == ["H1", "Link"]
    assert untagged_text(tagged_pdf()) == ["a"]


def test_an_untagged_file_has_no_structure() -> None:
    with pytest.raises(ValueError, match="not tagged"):
        read_structure(plain_pdf())
