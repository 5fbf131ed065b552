"""Real jobs on a real print server: which bytes, in which order, with which options, and under which title."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mvd_handout.delivery.batch.folder import PRINTED_NAME, one_run
from mvd_handout.delivery.batch.workers import InProcess
from mvd_handout.delivery.printing import lp as lp_module
from mvd_handout.delivery.printing import send as send_module
from mvd_handout.domain.errors import ExitCode
from tests.batch.ward import Batch, cells, command, note_replaced, plan, roster_csv
from tests.commands.terminal import Terminal
from tests.printing.conftest import QUEUE, Run
from tests.tools.cups import Job, PrintServer

pytestmark = [pytest.mark.requires_cups, pytest.mark.xdist_group("cups")]

NAME = "Zebediah-Quill"
Lp = Callable[[str], Path]


def ids(folder: Path) -> list[str]:
    """Return the ids of a batch's papers in roster order."""
    lines = [json.loads(line) for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    return [line["document_id"] for line in sorted(lines, key=lambda line: line["row"])]


def titles(jobs: list[Job]) -> list[str]:
    return [job.title.removeprefix("handout ") for job in jobs]


def one(folder: Path) -> Path:
    """Return a paper of the batch."""
    return folder / f"{ids(folder)[0]}.pdf"


def test_a_paper_is_printed_byte_for_byte_on_both_sides_unscaled(send: Run, server: PrintServer, made: Path) -> None:
    result = send(one(made), "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE, result.output
    (job,) = server.jobs(1)
    assert job.data == one(made).read_bytes()
    assert job.title == f"handout {ids(made)[0]}"
    wanted = {"sides": "two-sided-long-edge", "media": "A4", "print-scaling": "none", "number-up": "1"}
    assert wanted.items() <= job.options.items()
    assert job.options.get("finishings", "3") == "3"
    assert job.copies == 1
    assert result.stdout.split() == [f"{QUEUE}-{job.number}", ids(made)[0], "4", "sheets"]
    assert "1 paper, 4 sheets of A4" in result.stderr


def test_a_batch_is_printed_in_the_order_of_the_roster_a_job_a_patient(
    send: Run, server: PrintServer, made: Path
) -> None:
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE, result.output
    jobs = server.jobs(6)
    assert titles(jobs) == ids(made)
    assert [job.data for job in jobs] == [(made / f"{each}.pdf").read_bytes() for each in ids(made)]
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        [f"{QUEUE}-{job.number}", each] for job, each in zip(jobs, ids(made), strict=True)
    ]


@pytest.mark.parametrize(
    ("option", "name", "value", "sheets"),
    [
        (("--sides", "short"), "sides", "two-sided-short-edge", 4),
        (("--sides", "one"), "sides", "one-sided", 8),
        (("--staple",), "finishings", "4", 4),
    ],
)
def test_options(
    option: tuple[str, ...], name: str, value: str, sheets: int, send: Run, server: PrintServer, made: Path
) -> None:
    result = send(one(made), "--queue", QUEUE, *option)
    assert server.jobs(1)[0].options[name] == value
    assert f"{sheets} sheets" in result.stdout


def test_what_a_user_set_as_a_default_changes_nothing(send: Run, server: PrintServer, made: Path) -> None:
    server.run(
        "lpoptions", "-p", QUEUE, "-o", "number-up=4", "-o", "copies=3", "-o", "sides=one-sided", "-o", "media=A5"
    )
    assert send(one(made), "--queue", QUEUE).exit_code == ExitCode.DONE
    (job,) = server.jobs(1)
    assert (job.options["number-up"], job.options["sides"], job.options["media"]) == ("1", "two-sided-long-edge", "A4")
    assert job.copies == 1


def test_a_dry_run_tells_everything_and_sends_nothing(send: Run, server: PrintServer, made: Path) -> None:
    server.run("lpadmin", "-d", QUEUE)
    result = send(made, "--dry-run")
    assert result.exit_code == ExitCode.DONE
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [["-", each] for each in ids(made)]
    assert f"6 papers, 24 sheets of A4 would go to the queue {QUEUE}." in result.stderr
    assert server.accepted() == 0


def test_the_default_queue_is_used_and_without_one_the_queues_are_named(
    send: Run, server: PrintServer, made: Path
) -> None:
    result = send(one(made))
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert f"Queues here: {QUEUE}" in result.stderr
    server.run("lpadmin", "-d", QUEUE)
    assert send(one(made)).exit_code == ExitCode.DONE
    assert len(server.jobs(1)) == 1


@pytest.mark.parametrize("name", ["Nope", "", "-x", "two words", "a#b", "line\nbreak", "x" * 300])
def test_a_queue_that_is_none_is_refused(name: str, send: Run, server: PrintServer, made: Path) -> None:
    result = send(one(made), f"--queue={name}")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert QUEUE in result.stderr
    assert server.accepted() == 0


def test_a_queue_that_takes_nothing_is_told_before_anything_is_sent(send: Run, server: PrintServer, made: Path) -> None:
    server.run("cupsreject", QUEUE)
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "takes no papers now" in result.stderr
    assert result.stdout == ""
    assert server.accepted() == 0


def test_in_a_stopped_queue_papers_wait_and_that_is_said(send: Run, server: PrintServer, made: Path) -> None:
    server.run("cupsdisable", QUEUE)
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE
    assert "Papers wait there" in result.stderr
    assert (server.accepted(), server.jobs(0)) == (6, [])
    server.run("cupsenable", QUEUE)
    assert titles(server.jobs(6)) == ids(made)


FAILS_THE_THIRD_TIME = """
folder=$(dirname "$0")
echo x >> "$folder/calls"
[ "$(wc -l < "$folder/calls")" = 3 ] && { echo 'lp: Out of  paper.' >&2; exit 1; }
exec "$LP" "$@"
"""


def test_when_lp_fails_in_the_middle_it_says_how_far_it_came_and_goes_on_from_there(
    send: Run, server: PrintServer, made: Path, lp: Lp
) -> None:
    lp(FAILS_THE_THIRD_TIME)
    papers = ids(made)
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "`lp` says: Out of paper." in result.stderr
    assert f"2 of 6 jobs are known to be sent; the last was {papers[1]}." in result.stderr
    assert f"--from {papers[2]}" in result.stderr
    assert len(result.stdout.splitlines()) == 2
    assert send(made, "--queue", QUEUE, "--from", papers[2].lower()).exit_code == ExitCode.DONE
    assert titles(server.jobs(6)) == papers


def test_when_lp_gives_no_answer_nobody_pretends_to_know(
    send: Run, server: PrintServer, made: Path, lp: Lp, monkeypatch: pytest.MonkeyPatch
) -> None:
    lp('"$LP" "$@" >/dev/null; sleep 30')
    monkeypatch.setattr(lp_module, "_TAKES_WITHIN", 0.5)
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "0 of 6 jobs are known to be sent." in result.stderr
    assert f"Whether {ids(made)[0]} was sent is not known." in result.stderr


def test_an_answer_without_a_job_number_is_none(send: Run, server: PrintServer, made: Path, lp: Lp) -> None:
    lp("cat > /dev/null; echo thanks")
    result = send(one(made), "--queue", QUEUE)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "is not known" in result.stderr


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_person_the_paper_on_its_way_arrives_and_is_told(
    stop: signal.Signals, home: Path, server: PrintServer, made: Path, lp: Lp
) -> None:
    folder = lp('touch "$(dirname "$0")/busy"; sleep 0.3; exec "$LP" "$@"')
    process = subprocess.Popen(
        command("print", "--yes", made, "--queue", QUEUE),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 30
    while not (folder / "busy").exists() and time.monotonic() < end:
        time.sleep(0.01)
    os.killpg(process.pid, stop)
    out, err = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED
    assert len(out.splitlines()) == len(server.jobs(1)) == server.accepted() == 1
    assert "1 of 6 jobs is known to be sent" in err
    assert f"--from {ids(made)[1]}" in err
    assert "Nothing was made" not in err


def test_a_name_in_a_path_goes_nowhere(send: Run, server: PrintServer, made: Path, lp: Lp, tmp_path: Path) -> None:
    folder = lp('printf "%s\\n" "$@" > "$(dirname "$0")/words"; exec "$LP" "$@"')
    paper = tmp_path / f"{NAME}.pdf"
    shutil.copyfile(one(made), paper)
    result = send(paper, "--queue", QUEUE, "-v")
    assert result.exit_code == ExitCode.DONE
    (job,) = server.jobs(1)
    told = [result.output, (folder / "words").read_text(encoding="utf-8"), job.title, str(job.options), server.logs()]
    assert not [text for text in told if NAME in text or "Alex Example" in text]
    paper.write_bytes(b"%PDF-1.7 nothing")
    assert NAME not in send(paper, "--queue", QUEUE).output


def test_at_a_terminal_it_asks_first(home: Path, server: PrintServer, made: Path) -> None:
    for answer, sent in (("no", 0), ("yes", 6)):
        terminal = Terminal(["print", str(made), "--queue", QUEUE], home, {**os.environ, "TERM": "xterm"}, command())
        try:
            terminal.answer(
                (f"6 papers, 24 sheets of A4 to go to the queue {QUEUE}.", ""), ("Print 6 papers now?", answer)
            )
            code, output = terminal.end()
        finally:
            terminal.close()
        assert (code, len(output.splitlines())) == ((ExitCode.DONE if sent else ExitCode.INTERRUPTED), sent)
        assert len(server.jobs(sent)) == server.accepted() == sent


def test_where_nobody_can_be_asked_nothing_is_sent_without_a_yes(send: Run, server: PrintServer, made: Path) -> None:
    result = send(made, "--queue", QUEUE, ask=True)
    assert result.exit_code == ExitCode.USAGE
    assert "Add --yes" in result.stderr
    assert server.accepted() == 0
    assert send(made, "--queue", QUEUE, "--dry-run", ask=True).exit_code == ExitCode.DONE


def test_a_dry_run_without_a_queue_shows_the_papers_all_the_same(send: Run, server: PrintServer, made: Path) -> None:
    result = send(made, "--dry-run")
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [["-", each] for each in ids(made)]
    assert "6 papers, 24 sheets of A4 would go to a printer." in result.stderr
    assert "no queue is the default" in result.stderr


def test_while_the_batch_is_at_work_one_is_told_to_wait(
    send: Run, server: PrintServer, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "batch"
    shutil.copytree(made, folder)
    lines = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "manifest.jsonl").write_text("".join(lines[:-1]), encoding="utf-8")
    with one_run(folder):
        result = send(folder, "--queue", QUEUE, "--dry-run")
        assert "wait until it has ended" in result.stderr
        assert "again" not in result.stderr
        (folder / "manifest.jsonl").write_text(lines[0], encoding="utf-8")
        assert "Wait: the batch is still at work" in send(folder, "--queue", QUEUE).stderr
    assert "Run the same `batch` command again" in send(folder, "--queue", QUEUE).stderr


def test_a_replaced_paper_stays_out_of_the_stack_and_is_named(
    send: Run, server: PrintServer, made: Path, ward: Path, tmp_path: Path
) -> None:
    old, *others = ids(made)
    note_replaced(tmp_path / "state", ward, old, "7K3M-9QXA-2F4D")
    for options in (("--dry-run",), ()):
        result = send(made, "--queue", QUEUE, *options)
        assert result.exit_code == ExitCode.SOME_FAILED
        assert f"{old}: this patient's paper was replaced by 7K3M-9QXA-2F4D, dated 1 December 2026." in result.stderr
        assert "No paper from this batch: row 2 (replaced by a later paper)." in result.stderr
        assert [line.split()[1] for line in result.stdout.splitlines()] == others
    assert titles(server.jobs(5)) == others
    result = send(made / f"{old}.pdf", "--queue", QUEUE)
    assert result.exit_code == ExitCode.INPUT_REFUSED
    assert "replaced by 7K3M-9QXA-2F4D" in result.stderr
    assert server.accepted() == 5


def test_a_stack_of_replaced_papers_alone_is_refused(
    send: Run, server: PrintServer, made: Path, ward: Path, tmp_path: Path
) -> None:
    for number, old in enumerate(ids(made)):
        note_replaced(tmp_path / "state", ward, old, f"7K3M-9QXA-000{number}")
    assert send(made, "--queue", QUEUE).exit_code == ExitCode.INPUT_REFUSED
    assert server.accepted() == 0


def test_a_paper_that_changes_after_it_was_checked_is_not_sent(
    send: Run, server: PrintServer, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "batch"
    shutil.copytree(made, folder)
    third, fourth = (folder / f"{each}.pdf" for each in ids(made)[2:4])
    submit = lp_module.submit

    def swap_then_submit(queue: str, job: lp_module.Job) -> str:
        third.write_bytes(fourth.read_bytes())
        return submit(queue, job)

    monkeypatch.setattr(send_module, "submit", swap_then_submit)
    result = send(folder, "--queue", QUEUE)
    assert result.exit_code == ExitCode.VERIFY_MISMATCH
    assert "another paper lies there now" in result.stderr
    assert titles(server.jobs(2)) == ids(made)[:2]
    assert server.accepted() == 2


def test_a_print_run_is_one_job_whose_title_only_counts(
    send: Run, server: PrintServer, made: Path, print_run: Path
) -> None:
    result = send(print_run, "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE, result.output
    (job,) = server.jobs(1)
    assert job.data == print_run.read_bytes()
    assert job.title == "handouts, 6 papers"
    assert "6 papers, 24 sheets of A4 sent." in result.stderr
    assert result.stdout.split() == [f"{QUEUE}-{job.number}", "print", "run", "24", "sheets"]


def test_papers_that_lack_and_patients_on_hold_are_told(
    send: Run, server: PrintServer, ward: Path, tmp_path: Path
) -> None:
    rows = [cells(number, Hold="readmitted" if number == 1 else "") for number in range(4)]
    folder = tmp_path / "batch"
    Batch(*plan(ward, roster_csv(rows)), InProcess()).run(folder)
    *lines, last = (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "manifest.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / f"{json.loads(last)['document_id']}.pdf").unlink()
    result = send(folder, "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE
    assert "1 paper of this batch not made yet" in result.stderr
    assert "No paper from this batch: row 3 (on hold)." in result.stderr
    assert "No paper from this batch: row 5 (not made yet)." in result.stderr
    assert titles(server.jobs(2)) == ids(folder)
    assert server.accepted() == 2


def test_a_stack_that_was_printed_is_not_printed_again_unnoticed(send: Run, server: PrintServer, made: Path) -> None:
    third = ids(made)[2]
    first = send(made, "--queue", QUEUE, "--from", third)
    assert "went to a printer before" not in first.stderr
    noted = (made / PRINTED_NAME).read_text(encoding="utf-8").split()
    assert [json.loads(line)["document_id"] for line in noted] == ids(made)[2:]
    for again in (send(made, "--queue", QUEUE, "--dry-run"), send(made, "--queue", QUEUE)):
        assert again.exit_code == ExitCode.DONE
        assert f"4 of 6 papers went to a printer before; the last was job {QUEUE}-" in " ".join(again.stderr.split())
    last = server.jobs(10)[-1].number
    assert f"the last was job {QUEUE}-{last} " in " ".join(send(made, "--queue", QUEUE, "--dry-run").stderr.split())
    (made / PRINTED_NAME).write_bytes(b"\xff{half a line")
    assert "before" not in send(made, "--queue", QUEUE, "--dry-run").stderr
    send(made, "--queue", QUEUE)
    assert "6 of 6 papers went to a printer before" in send(made, "--queue", QUEUE, "--dry-run").stderr


def test_papers_are_sent_also_where_that_cannot_be_noted(send: Run, server: PrintServer, made: Path) -> None:
    (made / PRINTED_NAME).mkdir()
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.DONE
    assert result.stderr.count("cannot be noted") == 1
    server.jobs(6)


def test_a_paper_that_is_missing_is_told_with_the_way_to_make_it(send: Run, server: PrintServer, made: Path) -> None:
    one(made).unlink()
    result = send(made, "--queue", QUEUE)
    assert result.exit_code == ExitCode.FILE_TROUBLE
    assert "the file is missing. Nothing is printed. The same `batch` command again makes it." in result.stderr
    assert server.jobs(0) == []
