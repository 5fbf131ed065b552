"""`preview`: its samples reach every branch of the handout and of the record sheet."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from mvd_handout.commands.preview import samples
from mvd_handout.composing.compose import compose, compose_record_sheet
from mvd_handout.composing.fill import Filler
from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import load_clinic
from mvd_handout.content.library import Library
from mvd_handout.domain.case import Case
from mvd_handout.domain.errors import ExitCode
from tests.commands.conftest import Run
from tests.samples import make_clinic


def branches(nodes: u.Nodes) -> Iterator[u.Branch]:
    """Yield every branch in `nodes`, also those inside others, but not those of an approved copy."""
    for node in nodes:
        if isinstance(node, u.Choice):
            for branch in node.branches:
                if not asks_for_approval(branch.condition):
                    yield branch
                    yield from branches(branch.body)
        elif isinstance(node, u.Block):
            yield from branches(node.body)


def asks_for_approval(condition: u.Condition | None) -> bool:
    return condition is not None and condition.name.startswith("approval")


def test_every_branch_is_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    handout = Library.shipped().handout("hfs-recovery")
    reached: set[int] = set()
    chosen = Filler.chosen

    def record(filler: Filler, nodes: u.Nodes) -> Iterator[u.Node]:
        reached.add(id(nodes))
        return chosen(filler, nodes)

    monkeypatch.setattr(Filler, "chosen", record)
    for sample in samples():
        case = Case.parse({"surgeon": "Dr Morgan Sample", **sample.case}, sample.name)
        clinic = make_clinic(blocks=sample.own_texts)
        for function in (compose, functools.partial(compose, pictures=False), compose_record_sheet):
            function(case, clinic, handout, issued=sample.issued, theme="standard", paper="A4", reissue=sample.reissue)
    missed = [
        branch.condition for branch in branches((*handout.nodes, *handout.record)) if id(branch.body) not in reached
    ]
    assert missed == []
    assert len(list(branches((*handout.nodes, *handout.record)))) > 20


def test_the_samples_differ_in_everything_that_can_differ() -> None:
    cases = [Case.parse({**sample.case}, sample.name) for sample in samples()]
    assert {case.operation.side for case in cases} == {"left", "right", "both"}
    assert {case.operation.planned for case in cases} == {case.operation.repeat for case in cases} == {True, False}
    assert {0, 1, 8} <= {len(case.visits) for case in cases}
    assert {case.patient.print_size for case in cases} == {"standard", "large"}
    assert {bool(case.note) for case in cases} == {bool(case.patient.carer) for case in cases} == {True, False}
    assert {case.patient.interpreter for case in cases} == {True, False}
    assert any(case.patient.is_minor(sample.issued) for case, sample in zip(cases, samples(), strict=True))
    assert {sample.paper for sample in samples()} == {"", "Letter"}
    assert len({sample.name for sample in samples()}) == len(samples())


def test_without_a_clinic_a_fictional_one_is_used(run: Run, home: Path) -> None:
    result = run("preview")
    assert result.exit_code == ExitCode.DONE
    assert result.stdout.strip() == str(Path("mvd-preview") / "index.txt")
    index = (home / "mvd-preview" / "index.txt").read_text(encoding="utf-8")
    for sample in samples():
        assert sample.shows in index
        for ending in (".pdf", ".html", "-record.pdf"):
            assert f"  {sample.name}{ending}\n" in index
            assert (home / "mvd-preview" / f"{sample.name}{ending}").stat().st_size > 1000
    assert load_clinic(home / "mvd-preview" / "clinic" / "clinic.toml").blocks
    assert run("preview").exit_code == ExitCode.FILE_TROUBLE


def test_the_clinic_that_is_given_is_shown(run: Run, clinic: Path, home: Path) -> None:
    profile = (clinic / "clinic.toml").read_text(encoding="utf-8")
    (home / "clinic.toml").write_text(profile.replace("Example Hospital", "Sample Infirmary"), encoding="utf-8")
    (home / "clinic.key").write_bytes((clinic / "clinic.key").read_bytes())
    assert run("preview", "-o", "out").exit_code == ExitCode.DONE
    assert "Sample Infirmary" in (home / "out" / "01-done-left-two-visits.html").read_text(encoding="utf-8")
    assert not (home / "out" / "clinic").exists()
