"""A batch's folder in other hands: what was changed, copied in or planted there does no harm."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from mvd_handout.delivery.batch.audit import audit, standing
from mvd_handout.delivery.batch.manifest import MANIFEST_NAME
from mvd_handout.delivery.batch.plan import PLAN_NAME
from mvd_handout.delivery.batch.purge import purge
from mvd_handout.domain.errors import OutputError
from tests.batch.ward import TODAY, Batch


@pytest.fixture
def done(six: Batch, tmp_path: Path) -> Path:
    """Return the folder of the finished batch of six."""
    six.run(tmp_path / "out")
    return tmp_path / "out"


def rewrite(path: Path, number: int, **changes: object) -> None:
    """Change values in a line of a file of JSON lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number] = json.dumps({**json.loads(lines[number]), **changes})
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("line", [1, -1], ids=["first", "last"])
def test_a_manifest_never_leads_out_of_its_folder(line: int, done: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "invoice.pdf"
    elsewhere.write_bytes(b"not ours")
    rewrite(
        done / MANIFEST_NAME, line, document_id="../invoice", sha256=hashlib.sha256(elsewhere.read_bytes()).hexdigest()
    )
    for act in (lambda: purge(done, TODAY), lambda: audit(done, None), lambda: standing(done)):
        with pytest.raises(OutputError, match="not as this program wrote it"):
            act()
    assert elsewhere.read_bytes() == b"not ours"


@pytest.mark.parametrize(
    ("name", "number", "changes"),
    [
        (MANIFEST_NAME, 0, {"batch": "\x1b]0;x\x07"}),
        (MANIFEST_NAME, 1, {"document_id": "\x1b[2JAAAA"}),
        (MANIFEST_NAME, 1, {"document_id": "AAAA-AAAA-AAAA\n"}),
        (MANIFEST_NAME, 1, {"document_id": "AAAA-AAAA-AAAI"}),
        (MANIFEST_NAME, 1, {"patient_key": "Alex Example"}),
        (MANIFEST_NAME, 1, {"sha256": ""}),
        (PLAN_NAME, 0, {"batch": "../x"}),
        (PLAN_NAME, 1, {"document_id": "../AAAA-AAAA-AAAA"}),
        (PLAN_NAME, 1, {"patient_key": "0" * 23}),
    ],
)
def test_ids_are_read_only_in_the_form_in_which_they_were_written(
    name: str, number: int, changes: dict[str, Any], done: Path
) -> None:
    rewrite(done / name, number, **changes)
    with pytest.raises(OutputError, match="not as this program wrote it"):
        standing(done)
