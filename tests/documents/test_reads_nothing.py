"""Rendering hostile values touches no file but our own fonts, and no network: the interpreter watches (PEP 578)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, sys
from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import HandoutError
from mvd_handout.rendering.render import render
from tests.composing.test_hostile import FIELDS, PIECES, PLAIN, hostile_data
from mvd_handout.domain.case import Case
from tests.samples import make_case, make_document

for kind in ("pdf", "html", "text"):
    render(make_document(make_case(patient={"name": "Ελένη Дмитрий"})), kind)
    render(make_document(record=True), kind)
ours, seen, watching = str(data_root("templates")), [], False

def hook(event, arguments):
    if not watching:
        return
    if event == "open" and str(arguments[0]).startswith(ours):
        return
    if event.startswith(("open", "os.system", "exec", "compile", "import", "subprocess", "socket", "urllib")):
        seen.append([event, repr(arguments)[:80]])

sys.addaudithook(hook)
made = 0
for field in FIELDS:
    for piece in PIECES:
        try:
            case = Case.parse(hostile_data({**PLAIN, field: "a" + piece + "b"}))
        except HandoutError:
            continue
        watching = True
        document = make_document(case)
        for kind in ("pdf", "html", "text"):
            render(document, kind)
        watching = False
        made += 1
print(json.dumps([made, seen]))
"""


def test_hostile_values_open_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], check=True, capture_output=True, text=True)
    made, seen = json.loads(done.stdout)
    assert made > 100
    assert seen == []
    assert done.stderr == ""


HOOKED = """
from mvd_handout.rendering.render import render
from tests.samples import make_document
for kind in ("html", "pdf"):
    render(make_document(record=True), kind)  # it has a bar code
print("rendered")
"""


def test_reportlabs_start_up_hooks_do_not_run_in_any_format(tmp_path: Path) -> None:
    for name in ("reportlab_mods", "reportlab_settings"):
        (tmp_path / f"{name}.py").write_text("print('HOOK')\n", encoding="utf-8")
    (tmp_path / ".reportlab_mods").write_text("print('HOOK')\n", encoding="utf-8")
    (tmp_path / ".reportlab_settings").write_text("print('HOOK')\n", encoding="utf-8")
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", HOOKED], check=True, capture_output=True, text=True, cwd=tmp_path, env=environment
    )
    assert done.stdout == "rendered\n"
