"""One batch that nothing happened to, and copies of it to spoil."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.mixup.batches import Batch, make_batch
from tests.tools.canaries import make_patients

FULL_SCALE = os.environ.get("MVD_HANDOUT_SCALE") == "full"
SMALL = 16


@pytest.fixture(scope="session")
def small_batch(tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """Return a batch of a few patients; not to be changed."""
    folder = tmp_path_factory.mktemp("small") / "batch"
    patients = make_patients(SMALL, seed=5)
    make_batch(folder, patients)
    return Batch(folder, tuple(patients))


@pytest.fixture
def copied(small_batch: Batch, tmp_path: Path) -> Batch:
    """Return a copy of the small batch, to change at will."""
    shutil.copytree(small_batch.folder, tmp_path / "copy")
    return Batch(tmp_path / "copy", small_batch.patients)
