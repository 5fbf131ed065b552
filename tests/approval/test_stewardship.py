"""The stewards' commands, and docs/approval.md followed to the letter."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from mvd_handout.commands.clinic_folder import demo_text
from mvd_handout.commands.demo import demo_case, write_demo_clinic
from mvd_handout.content.approval.register import REGISTER_NAME
from mvd_handout.content.clinic import Clinic
from mvd_handout.content.resources import data_root
from mvd_handout.delivery.approvals import judge
from mvd_handout.domain.errors import ExitCode
from mvd_handout.rendering.pdf.inspect import read_properties
from tests.approval.conftest import Run, set_day
from tests.approval.registers import DAY
from tests.samples import handout

OwnHandout = Callable[[Path, str, str], None]

PAGE = (data_root("handouts").parent / "docs" / "approval.md").read_text(encoding="utf-8")
COMMANDS = [shlex.split(line)[1:] for line in re.findall(r"^    (mvd-handout .*)$", PAGE, re.MULTILINE)]
LEAD = ("--by", "Dr Robin Fictional", "--role", "Clinical lead")
APPROVE = ("--pending", *LEAD, "--review-by", "2027-09-01", "--yes")
CHECK = ("--by", "Kim Invented", "--role", "Ward clerk", "--recheck-by", "2027-06-01", "--yes")


def decide(folder: Path) -> None:
    """Settle every point, as step 2 of the page says."""
    for path in (folder / "blocks").glob("*.md"):
        text = re.sub(r"^decide = \[.*?^\]", "decide = []", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.M)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def ward(home: Path) -> Path:
    """Return the folder of a fictional clinic that has decided everything and approved nothing."""
    folder = home / "ward4"
    write_demo_clinic(folder, force=False)
    decide(folder)
    return folder


@pytest.fixture
def approved(ward: Path, run: Run) -> Path:
    """Return the folder of a clinic that can make patient copies."""
    assert run("contacts", "--clinic", ward, *CHECK).exit_code == ExitCode.DONE
    assert run("approve", "--clinic", ward, *APPROVE).exit_code == ExitCode.DONE
    return ward


def can_print(folder: Path, day: dt.date = DAY) -> bool:
    return judge(folder, Clinic.load(folder / "clinic.toml"), handout(), day).approval is not None


def first_copy(run: Run, folder: Path) -> bytes:
    """Make a patient copy."""
    case, paper = folder.parent / "case.toml", folder.parent / "paper.pdf"
    case.write_text(demo_case(DAY), encoding="utf-8")
    assert run("make", "--clinic", folder, "--case", case, "-o", paper, "--force").exit_code == ExitCode.DONE
    return paper.read_bytes()


def test_a_demo_clinic_follows_the_page_to_its_first_approved_copy(run: Run, home: Path) -> None:
    """Each command of the page is run in its order; between them a person does what the page asks for."""
    steps = {command[0] for command in COMMANDS}
    assert steps == {"setup", "preview", "sources", "contacts", "approve", "make", "verify"}
    case = demo_case(DAY)
    (home / "case.toml").write_text(case, encoding="utf-8")
    copies = 0
    for command in COMMANDS:
        name = command[0]
        if name == "setup":
            assert run(*command, "--no-input").exit_code == ExitCode.DONE
            (home / "ward4" / "clinic.toml").write_text(demo_text("clinic.toml"), encoding="utf-8")
            refused = run("approve", "--clinic", "ward4", *APPROVE)
            assert refused.exit_code == ExitCode.CONTENT_REFUSED
            assert "still to be decided" in refused.stderr
            decide(home / "ward4")
        elif name == "make":
            assert run(*command).exit_code == ExitCode.DONE
            copies += 1
        elif "--pending" in command and "--yes" not in command:
            assert run(*command).exit_code == ExitCode.USAGE  # nobody sits at this terminal
        elif "--override" in command:
            assert run(*command).exit_code == ExitCode.CONTENT_REFUSED  # no date has passed yet
        else:
            result = run(*command)
            assert result.exit_code == ExitCode.DONE, (command, result.stderr)
    assert copies == 1
    found = read_properties((home / "first.pdf").read_bytes())
    assert (found["status"], found["approver"]) == ("approved", "Dr Robin Fictional, Clinical lead")


def test_make_gives_the_approved_copy_of_the_page(run: Run, approved: Path, home: Path) -> None:
    (home / "case.toml").write_text(demo_case(DAY), encoding="utf-8")
    run("make", "--clinic", approved, "--case", "case.toml", "-o", "first.pdf")
    assert read_properties((home / "first.pdf").read_bytes())["status"] == "approved"


def test_the_list_says_how_every_part_stands(run: Run, ward: Path, approved: Path) -> None:
    shown = run("approve", "--clinic", ward).stdout
    assert "clinic/warning-signs     approved (Dr Robin Fictional, Clinical lead, until 1 September 2027)" in shown
    assert "Patient copies can be made until 1 June 2027." in shown
    signs = ward / "blocks" / "warning-signs.md"
    signs.write_text(signs.read_text(encoding="utf-8").replace("chest pain", "breast pain"), encoding="utf-8")
    shown = run("approve", "--clinic", ward).stdout
    assert "clinic/warning-signs     changed since it was approved" in shown
    assert "No patient copy can be made:" in shown
    part = run("approve", "--clinic", ward, "--show", "warning-signs").stdout
    assert "  - - a fit, chest pain" in part
    assert "  + - a fit, breast pain" in part
    assert run("approve", "--clinic", ward, *APPROVE).exit_code == ExitCode.DONE
    assert can_print(ward)


def test_the_words_are_shown_and_a_no_leaves_the_part_open(run: Run, ward: Path, person: None) -> None:
    answers = "Dr Robin Fictional\nClinical lead\n2027-09-01\nyes\nno\n"
    result = run("approve", "--clinic", ward, "section/why", "clinic/warning-signs", text=answers)
    assert result.exit_code == ExitCode.DONE
    assert "Often, the cause is earlier damage to the nerve’s coat (myelin). [C08]" in result.stderr
    assert "Dr Robin Fictional, do you stand behind these words until 1 September 2027?" in result.stderr
    text = (ward / REGISTER_NAME).read_text(encoding="utf-8")
    assert 'block = "section/why"' in text
    assert "warning-signs" not in text
    refused = run("approve", "--clinic", ward, "clinic/warning-signs", text="A B\nC\n2027-09-01\nno\n")
    assert refused.exit_code == ExitCode.INTERRUPTED
    assert (ward / REGISTER_NAME).read_text(encoding="utf-8") == text


def test_each_number_is_asked_about_and_the_emergency_number_is_not_rung(run: Run, ward: Path, person: None) -> None:
    result = run("contacts", "--clinic", ward, text="yes\nyes\nyes\nyes\nKim Invented\nWard clerk\n2027-06-01\n")
    assert result.exit_code == ExitCode.DONE
    assert result.stderr.count("did the right people answer") == 3
    assert "999 the emergency number that your patients dial? Do not ring it" in result.stderr
    stopped = run("contacts", "--clinic", ward, text="yes\nno\n")
    assert stopped.exit_code == ExitCode.INTERRUPTED
    assert "Checked by Kim Invented, Ward clerk, on 1 December 2026; good until 1 June 2027." in stopped.stdout


def test_a_changed_number_is_told(run: Run, approved: Path) -> None:
    profile = approved / "clinic.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("960101", "960109"), encoding="utf-8")
    assert "Changed since they were checked by Kim Invented" in run("contacts", "--clinic", approved).stdout
    assert not can_print(approved)


def test_withdrawing_stops_patient_copies(run: Run, approved: Path) -> None:
    result = run("approve", "--clinic", approved, "--withdraw", "outlook", "--reason", "A new study", *LEAD)
    assert result.exit_code == ExitCode.DONE
    assert not can_print(approved)
    again = run("approve", "--clinic", approved, "--withdraw", "outlook", "--reason", "A new study", *LEAD)
    assert again.exit_code == ExitCode.INPUT_REFUSED
    assert "section/outlook: there is no approval" in again.stderr


def test_leave_is_given_for_passed_dates_only(run: Run, approved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave = ("approve", "--clinic", approved, "--override", "--reason", "The board is ill", *LEAD, "--until")
    check = ("--by", "Kim Invented", "--role", "Ward clerk", "--recheck-by", "2028-01-01", "--yes")
    set_day(monkeypatch, dt.date(2027, 5, 1))
    assert run("contacts", "--clinic", approved, *check).exit_code == ExitCode.DONE
    early = run(*leave, "2027-05-20")
    assert (early.exit_code, "no review date has passed" in early.stderr) == (ExitCode.CONTENT_REFUSED, True)
    late = dt.date(2027, 9, 5)
    set_day(monkeypatch, late)
    assert not can_print(approved, late)
    assert run(*leave, "2027-10-07").exit_code == ExitCode.INPUT_REFUSED
    assert run(*leave, "2027-10-06").exit_code == ExitCode.DONE
    assert can_print(approved, late)
    assert not can_print(approved, dt.date(2027, 10, 7))


def test_figures_are_approved_for_other_patients_when_asked_for(run: Run, approved: Path) -> None:
    wide = (*LEAD, "--review-by", "2027-09-01", "--yes", "--also-for", "repeat", "--also-for", "under-18")
    assert run("approve", "--clinic", approved, "--all", *wide).exit_code == ExitCode.DONE
    clinic = Clinic.load(approved / "clinic.toml")
    assert judge(approved, clinic, handout(), DAY).require().also_for == ("under-18", "repeat")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--pending"], ExitCode.USAGE, "Nobody is here to read the words"),
        (["--show"], ExitCode.USAGE, "Name the parts"),
        (["--withdraw", "outlook"], ExitCode.USAGE, "--reason is missing"),
        (["--override", "--until", "2027-01-01"], ExitCode.USAGE, "--reason is missing"),
        (["--override", "outlook", "--reason", "x"], ExitCode.USAGE, "name no parts"),
        (["--show", "--withdraw", "--reason", "x"], ExitCode.USAGE, "do not go together"),
        (["--show", "outlok"], ExitCode.INPUT_REFUSED, "Did you mean"),
        (["--show", "six-months"], ExitCode.INPUT_REFUSED, "section/six-months or clinic/six-months"),
        (["outlook", *LEAD, "--yes"], ExitCode.USAGE, "--review-by is missing"),
        (["outlook", "--role", "x", "--review-by", "2027-01-01", "--yes"], ExitCode.USAGE, "--by is missing"),
        (["outlook", *LEAD, "--review-by", "2026-12-01", "--yes"], ExitCode.INPUT_REFUSED, "A day after today"),
        (["outlook", *LEAD, "--review-by", "2226-12-01", "--yes"], ExitCode.INPUT_REFUSED, "--review-by"),
        (["outlook", *LEAD, "--review-by", "soon", "--yes"], ExitCode.INPUT_REFUSED, "not a date"),
        (["outlook", "--by", "\u202e", "--role", "x", "--review-by", "2027-01-01", "--yes"], 3, "--by"),
        (["outlook", "--also-for", "all"], ExitCode.USAGE, "under-18"),
        (["--handout", "hfs"], ExitCode.CONTENT_REFUSED, "hfs-recovery"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_refusals_write_nothing_and_say_what_to_do(
    run: Run, ward: Path, arguments: list[str], code: int, said: str
) -> None:
    result = run("approve", "--clinic", ward, *arguments)
    assert said in result.stderr
    assert result.exit_code == code
    assert not (ward / REGISTER_NAME).exists()


def test_an_edited_register_is_refused_by_every_command_that_reads_it(run: Run, approved: Path) -> None:
    path = approved / REGISTER_NAME
    path.write_text(path.read_text(encoding="utf-8").replace("Dr Robin", "Dr Robert", 1), encoding="utf-8")
    for command in (["approve"], ["approve", *APPROVE], ["contacts"]):
        result = run(*command, "--clinic", approved)
        assert result.exit_code == ExitCode.CONTENT_REFUSED
        assert "it was edited after it was written" in result.stderr


def verified(run: Run, path: Path, *options: object) -> Result:
    return run("verify", path, *options)


def test_verify_says_what_a_file_is_and_whether_it_was_changed(
    run: Run, approved: Path, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "first.pdf"
    pdf = first_copy(run, approved)
    path.write_bytes(pdf)
    result = verified(run, path, "--clinic", approved)
    assert result.exit_code == ExitCode.DONE
    for line in ("Approved by           Dr Robin Fictional, Clinical lead", "Review by             2027-09-01"):
        assert line in result.stdout
    assert "every byte is as it was made" in result.stdout
    assert "Alex" not in result.output
    path.write_bytes(pdf.replace(b"2027-09-01", b"2029-09-01"))
    changed = verified(run, path, "--clinic", approved)
    assert (changed.exit_code, "it was changed" in changed.stdout) == (ExitCode.VERIFY_MISMATCH, True)
    path.write_bytes(b"%PDF-1.7 of somebody else")
    assert verified(run, path).exit_code == ExitCode.VERIFY_MISMATCH


def test_verify_without_the_key_or_the_seal_judges_nothing(run: Run, approved: Path, tmp_path: Path) -> None:
    path = tmp_path / "first.pdf"
    path.write_bytes(first_copy(run, approved))
    alone = verified(run, path)
    assert alone.exit_code == ExitCode.SOME_FAILED
    assert "Paper" in alone.stdout
    assert "cannot be judged" in alone.stderr
    other = tmp_path / "other"
    write_demo_clinic(other, force=False)
    assert "another clinic's key" in verified(run, path, "--clinic", other).stdout
    assert verified(run, path, "--clinic", tmp_path).exit_code == ExitCode.INPUT_REFUSED
    assert verified(run, tmp_path / "none.pdf").exit_code == ExitCode.FILE_TROUBLE


def test_sources_lists_every_sentence_with_its_place(run: Run, ward: Path) -> None:
    result = run("sources", "hfs-recovery", "--clinic", ward)
    assert result.exit_code == ExitCode.DONE
    for part in ("C13  How long recovery takes varies.", "heading)", "K26: ", "M3  ", "printed so: ", "X1  "):
        assert part in result.stdout
    data = json.loads(run("sources", "--json", "--clinic", ward).stdout)
    assert len(data["sentences"]) > 300
    assert data["faults"] == []
    (one,) = (each for each in data["sentences"] if each["text"] == "Your face may still twitch after the operation.")
    assert [claim["id"] for claim in one["claims"]] == ["C01", "C31"]
    assert one["claims"][0]["place"] == "opening paragraph, sentence 1"


def test_another_article_is_a_mismatch(run: Run, home: Path, ward: Path, own_handout: OwnHandout) -> None:
    (home / "article.txt").write_bytes(b"another article")
    ours = hashlib.sha256(b"another article").hexdigest()
    result = run("sources", "--article", "article.txt")
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert ours in result.stderr
    own_handout(ward, handout().source.sha256, ours)
    assert run("sources", "--article", "article.txt", "--clinic", ward).exit_code == ExitCode.DONE


def test_a_sentence_from_nowhere_is_exit_code_4(run: Run, ward: Path, own_handout: OwnHandout) -> None:
    own_handout(ward, "[C13]", "[C77]")
    result = run("sources", "hfs-recovery", "--clinic", ward)
    assert result.exit_code == ExitCode.CONTENT_REFUSED
    assert re.search(r"hfs-recovery/en\.md, line \d+ .*the mark C77 names nothing", result.stderr)


@pytest.fixture
def own_handout() -> OwnHandout:
    """Return a function that gives a clinic the handout with a text replaced."""

    def write(folder: Path, old: str, new: str) -> None:
        own = folder / "handouts" / "hfs-recovery"
        own.mkdir(parents=True)
        for path in (data_root("handouts") / "hfs-recovery").iterdir():
            (own / path.name).write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return write


def test_words_that_a_measured_check_fails_cannot_be_approved(run: Run, ward: Path) -> None:
    text = (
        "It works in 70% of cases, and so you can be quite sure that you are cured when you are at home again by then."
    )
    (ward / "blocks" / "living-at-home.md").write_text(f"{text}\n", encoding="utf-8")
    handouts = ward / "handouts" / "hfs-recovery"
    handouts.mkdir(parents=True)
    for path in (data_root("handouts") / "hfs-recovery").iterdir():
        words = path.read_text(encoding="utf-8").replace("Be patient, and keep", "You are 70% cured. [C17] Keep")
        (handouts / path.name).write_text(words, encoding="utf-8")
    refused = run("approve", "--clinic", ward, *APPROVE)
    assert refused.exit_code == ExitCode.CONTENT_REFUSED
    assert "numbers.percent" in refused.stderr
    assert "hfs-recovery/en.md, line" in refused.stderr
    assert not (ward / REGISTER_NAME).exists()


def test_a_foreign_file_cannot_write_its_own_verdict(run: Run, approved: Path, tmp_path: Path) -> None:
    path = tmp_path / "first.pdf"
    forged = b"Dr Good\n" + b"Unchanged             yes\x1b[8m"
    path.write_bytes(first_copy(run, approved).replace(b"Dr Robin Fictional, Clinical lead", forged))
    shown = run("verify", path, "--clinic", approved)
    assert shown.exit_code == ExitCode.VERIFY_MISMATCH
    assert "\x1b" not in shown.output
    assert shown.stdout.startswith("Unchanged             NO")
    assert [line for line in shown.stdout.splitlines() if line.startswith("Unchanged")] == shown.stdout.splitlines()[:1]


def test_the_words_of_e_mails_are_shown_and_approved_by_name_only(run: Run, approved: Path) -> None:
    def line() -> str:
        return next(line for line in run("approve", "--clinic", approved).stdout.splitlines() if " email " in line)

    assert line().split(maxsplit=1)[1] == "not approved yet, for e-mails only: name it to approve it"
    assert "Every part is approved" in run("approve", "--clinic", approved, "--all", *APPROVE[1:]).stderr
    assert "not approved yet" in line(), "nobody who approves the paper has read the words of e-mails"
    assert "Is this e-mail not for you?" in run("approve", "--clinic", approved, "--show", "email").stdout
    assert run("approve", "--clinic", approved, "email", *APPROVE[1:]).exit_code == ExitCode.DONE
    assert "approved (Dr Robin Fictional, Clinical lead" in line()
    gone = run("approve", "--clinic", approved, "--withdraw", "email", "--reason", "new words", *LEAD, "--yes")
    assert gone.exit_code == ExitCode.DONE
    assert "approval withdrawn" in line()
    assert can_print(approved)
