"""`review`: the folder that it makes, its samples, its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mvd_handout.commands.cli import cli
from mvd_handout.commands.console import Console
from mvd_handout.commands.demo import write_demo_clinic
from mvd_handout.commands.review_pack import ReviewDesk, sample_files
from mvd_handout.composing.fill import Filler
from mvd_handout.content import unfilled as u
from mvd_handout.domain.errors import ExitCode
from tests.approval.registers import DAY
from tests.tools.gathered_pdfs import PdfSink
from tests.tools.structure import read_structure


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty working folder with a fictional clinic in it, on a fixed day."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MVD_HANDOUT_CLINIC", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("mvd_handout.commands.places.today", lambda _: DAY)
    write_demo_clinic(tmp_path / "ward4", force=False)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["review", *arguments])


def branches(nodes: u.Nodes) -> Iterator[u.Branch]:
    for node in nodes:
        if isinstance(node, u.Choice):
            for branch in node.branches:
                yield branch
                yield from branches(branch.body)
        elif isinstance(node, u.Block):
            yield from branches(node.body)


def test_it_writes_the_pack_beside_the_samples(home: Path, pdf_sink: PdfSink) -> None:
    result = run("hfs-recovery", "-o", "pack", "--clinic", "ward4")
    assert result.exit_code == ExitCode.DONE, result.output
    assert result.stdout.strip() == str(Path("pack") / "review.pdf")
    assert sorted(path.name for path in (home / "pack").iterdir()) == ["review.html", "review.pdf", "samples"]
    pdf = (home / "pack" / "review.pdf").read_bytes()
    pdf_sink("review pack", pdf)
    for name in ("14-approved", "15-overdue"):
        pdf_sink(name, (home / "pack" / "samples" / f"{name}.pdf").read_bytes())
    listed = " ".join(each.all_text for each in read_structure(pdf).find("LI"))
    samples = [path.stem for path in (home / "pack" / "samples").glob("*.html")]
    assert len(samples) >= 12
    assert [name for name in samples if name not in listed] == []


def test_both_forms_of_the_pack_hold_the_same_tables(home: Path) -> None:
    assert run("-o", "pack", "--clinic", "ward4").exit_code == ExitCode.DONE
    tables = read_structure((home / "pack" / "review.pdf").read_bytes()).find("Table")
    page = (home / "pack" / "review.html").read_text(encoding="utf-8")
    assert len(tables) == page.count("<table") > 40
    assert all(table.find("TH") for table in tables)


def test_every_sample_says_that_it_is_a_draft(home: Path) -> None:
    assert run("-o", "pack", "--clinic", "ward4").exit_code == ExitCode.DONE
    pages = {path.name: path.read_text(encoding="utf-8") for path in (home / "pack" / "samples").glob("*.html")}
    assert [name for name, text in pages.items() if "DRAFT. Do not give to a patient." not in text] == []
    assert "Dr Robin Fictional" in pages["14-approved.html"]
    assert "Dr Ada Madeup" in pages["15-overdue.html"]


def test_the_samples_reach_every_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = ReviewDesk.open(Path("ward4"), "hfs-recovery", "en", Console())
    reached: set[int] = set()
    chosen = Filler.chosen

    def record(filler: Filler, nodes: u.Nodes) -> Iterator[u.Node]:
        reached.add(id(nodes))
        return chosen(filler, nodes)

    monkeypatch.setattr(Filler, "chosen", record)
    monkeypatch.setattr("mvd_handout.commands.review_pack._rendered", lambda *_: b"")
    sample_files(desk, Path("samples"), Console())
    every = [*branches(desk.handout.nodes), *branches(desk.handout.record)]
    assert len(every) > 20
    assert [branch.condition for branch in every if id(branch.body) not in reached] == []


def test_the_same_words_on_the_same_day_give_the_same_bytes(home: Path) -> None:
    for folder in ("one", "two"):
        assert run("-o", folder, "--clinic", "ward4").exit_code == ExitCode.DONE
    files = sorted(path.relative_to(home / "one") for path in (home / "one").rglob("*.*"))
    assert len(files) > 30
    assert [
        str(path) for path in files if (home / "one" / path).read_bytes() != (home / "two" / path).read_bytes()
    ] == []


def test_an_earlier_pack_is_only_replaced_when_asked(home: Path) -> None:
    assert run("-o", "pack", "--clinic", "ward4").exit_code == ExitCode.DONE
    before = (home / "pack" / "review.pdf").read_bytes()
    assert run("-o", "pack", "--clinic", "ward4").exit_code == ExitCode.FILE_TROUBLE
    assert (home / "pack" / "review.pdf").read_bytes() == before
    assert run("-o", "pack", "--clinic", "ward4", "--force").exit_code == ExitCode.DONE


def test_an_edited_register_is_refused(home: Path) -> None:
    (home / "ward4" / "approvals.toml").write_text("[head]\nentries = 0\n", encoding="utf-8")
    result = run("-o", "pack", "--clinic", "ward4")
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert not (home / "pack").exists()
