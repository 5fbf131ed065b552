"""What tells who a patient is stays out of messages, logs, names and command lines; no input ends in a traceback."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mvd_handout.commands.app import identifying_options
from mvd_handout.commands.basics import make as make_command
from mvd_handout.commands.cli import cli
from mvd_handout.commands.demo import demo_case
from mvd_handout.domain.errors import ExitCode
from tests.commands.conftest import ISSUED, Run

CANARY = "Zebediah Quill"
PATHS = (
    "patient.name", "patient.record_number", "patient.birth_date", "patient.language", "patient.interpreter",
    "patient.print_size", "patient.carer", "operation.date", "operation.side", "operation.kind", "operation.status",
    "surgeon", "discharge_date", "note", "visits.date", "visits.time", "visits.place", "visits.phone",
)  # fmt: skip
REFUSED = ("\n", "\u202e", "\u0301\u0301", "\ue000", "\u05d0", "x" * 400, "字", "\N{GRINNING FACE}")


def with_value(text: str, path: str, value: str) -> str:
    """Return the case file with one value replaced."""
    table, _, key = path.rpartition(".")
    head = {"visits": r"\[\[visits\]\]", "": ""}.get(table, rf"\[{table}\]")
    literal = '"' + value.encode("unicode_escape").decode().replace('"', '\\"') + '"'
    literal = re.sub(r"\\x(..)", r"\\u00\1", literal)
    pattern = rf"({head}(?:(?!\n\[)[\s\S])*?\n)#? ?{key} = [^\n]*"
    if f"\n{key} = " not in text:  # a field that the example leaves out
        return text.replace(f"[{table}]\n", f"[{table}]\n{key} = {literal}\n")
    changed, count = re.subn(pattern, lambda match: f"{match[1]}{key} = {literal}", text, count=1)
    assert count == 1, path
    tomllib.loads(changed)
    return changed


@pytest.mark.parametrize("bad", REFUSED, ids=ascii)
@pytest.mark.parametrize("path", PATHS)
def test_a_refused_field_never_shows_what_was_in_it(make: Run, home: Path, path: str, bad: str) -> None:
    text = with_value(demo_case(ISSUED), path, f"{CANARY}{bad}")
    result = make("-v", "-o", "out.txt", "--format", "text", case="-", text=text)
    assert result.exit_code in {ExitCode.INPUT_REFUSED, ExitCode.CONTENT_REFUSED}
    shown = result.output + repr(result.exception)
    assert not re.search("zebediah|quill", shown, re.IGNORECASE)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("option", [o for p in make_command.params for o in p.opts if o.startswith("--")])
def test_a_name_that_slips_into_an_option_is_not_repeated(make: Run, option: str) -> None:
    result = make(option, CANARY, "--no-input")
    if option in {"--output", "--case", "--clinic"}:
        return  # a path is shown back to whoever typed it, and nowhere else
    if result.exit_code != ExitCode.DONE:
        assert not re.search("zebediah|quill", result.output, re.IGNORECASE) or option == "--handout"


def test_no_option_stands_for_what_tells_who_the_patient_is(make: Run) -> None:
    assert {"--name", "--record-number", "--birth-date", "--carer", "--note"} == identifying_options()
    assert not identifying_options() & {name for parameter in make_command.params for name in parameter.opts}
    for option in sorted(identifying_options()):
        result = make(f"{option}={CANARY}")
        assert result.exit_code == ExitCode.USAGE
        assert "tells who the patient is" in result.stderr
        assert CANARY not in result.output


def test_stray_words_and_unknown_commands_are_not_repeated(make: Run, run: Run) -> None:
    assert CANARY not in make(CANARY).output
    assert CANARY not in run(CANARY).output
    assert "Did you mean make?" in run("mkae").stderr


def test_a_path_with_a_name_in_it_is_not_repeated_in_an_error(make: Run, home: Path) -> None:
    missing = make(case=home / f"{CANARY}.toml")
    assert missing.exit_code == ExitCode.FILE_TROUBLE
    assert CANARY not in missing.output
    (home / f"{CANARY}.pdf").write_bytes(b"old")
    taken = make("-o", f"{CANARY}.pdf")
    assert taken.exit_code == ExitCode.FILE_TROUBLE
    assert CANARY not in taken.output


def test_the_log_of_a_good_run_tells_nobodys_name(make: Run) -> None:
    result = make("-v", "--format", "html", "--format", "text", "--record-sheet")
    assert result.exit_code == ExitCode.DONE
    assert "Made the web page in" in result.stderr
    for word in ("Alex", "Sam", "TEST-0001", "1958", "medicines", "LEFT", "left"):
        assert word not in result.output


def test_a_failure_of_the_program_itself_shows_no_data_unless_asked(make: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError(CANARY)

    monkeypatch.setattr("mvd_handout.composing.compose.compose", fail)
    quiet, loud = make(), make("--debug")
    assert quiet.exit_code == loud.exit_code == ExitCode.SOME_FAILED
    assert "The program itself failed (KeyError)" in quiet.stderr
    assert "Traceback" not in quiet.output
    assert CANARY not in quiet.output
    assert loud.stderr.index("may show patient data") < loud.stderr.index("Traceback")


DAMAGE = st.one_of(
    st.tuples(st.just("cut"), st.integers(0, 2000), st.binary(max_size=0)),
    st.tuples(st.just("insert"), st.integers(0, 2000), st.binary(min_size=1, max_size=12)),
    st.tuples(st.just("overwrite"), st.integers(0, 2000), st.binary(min_size=1, max_size=40)),
    st.tuples(
        st.just("overwrite"),
        st.integers(0, 2000),
        st.sampled_from([b'"', b"[", b"]]", b"=", b"\n\n[patient]\n", b"\\", b"'''", b"\xff", b"1e999", b"inf", b"{}"]),
    ),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damages=st.lists(DAMAGE, min_size=1, max_size=4))
def test_no_damage_to_a_case_file_ends_in_a_traceback(
    clinic: Path, damages: list[tuple[str, int, bytes]], home: Path
) -> None:
    data = demo_case(ISSUED).replace("Alex Example", CANARY).encode()
    for kind, place, patch in damages:
        place %= len(data) + 1
        data = {
            "cut": data[:place],
            "insert": data[:place] + patch + data[place:],
            "overwrite": data[:place] + patch + data[place + len(patch) :],
        }[kind]
    arguments = ["make", "--draft", "--clinic", str(clinic), "--case", "-", "--issue-date", f"{ISSUED}", "-o", "-"]
    result = CliRunner().invoke(cli, [*arguments, "--format", "text"], input=data)
    assert result.exit_code in {ExitCode.DONE, ExitCode.INPUT_REFUSED, ExitCode.CONTENT_REFUSED}
    assert "Traceback" not in result.output
    assert "The program itself" not in result.stderr
    assert not re.search("zebediah|quill", result.stderr, re.IGNORECASE)
    assert (result.exit_code == ExitCode.DONE) == bool(result.stdout)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 2500), patch=st.binary(max_size=20))
def test_no_damage_to_a_clinic_profile_ends_in_a_traceback(clinic: Path, home: Path, place: int, patch: bytes) -> None:
    data = (clinic / "clinic.toml").read_bytes()
    (home / "clinic.toml").write_bytes(data[:place] + patch + data[place + len(patch) :])
    (home / "clinic.key").write_bytes((clinic / "clinic.key").read_bytes())
    arguments = ["make", "--draft", "--case", "-", "--issue-date", f"{ISSUED}", "-o", "-", "--format", "text"]
    result = CliRunner().invoke(cli, arguments, input=demo_case(ISSUED))
    assert result.exit_code in {ExitCode.DONE, ExitCode.INPUT_REFUSED, ExitCode.CONTENT_REFUSED}
    assert "The program itself" not in result.stderr


def test_every_word_of_a_command_line_can_be_anything(run: Run) -> None:
    @settings(max_examples=100)
    @given(words=st.lists(st.text(max_size=20), max_size=4))
    def check(words: list[str]) -> None:
        result = run("make", "--draft", "--no-input", *words)
        assert result.exit_code in {ExitCode.DONE, ExitCode.USAGE, ExitCode.INPUT_REFUSED, ExitCode.FILE_TROUBLE}
        assert "The program itself" not in result.stderr

    check()
