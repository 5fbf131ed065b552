"""The programs that some tests need and a bare machine lacks: what they are and whether they are here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

JAXB_RUNTIME = Path("/usr/share/java/jaxb-runtime.jar")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Tool:
    """One optional tool: the programs and files it consists of, and the Debian packages that bring them.

    `programs` lists names of which each tuple needs one on the PATH.
    """

    marker: str
    packages: str
    programs: tuple[tuple[str, ...], ...]
    files: tuple[Path, ...] = ()

    def missing(self) -> str:
        """Return what is not here, ready to print; empty when the tool can be used."""
        return ", ".join([*self._missing_programs(), *(str(path) for path in self.files if not path.is_file())])

    def _missing_programs(self) -> Iterator[str]:
        for names in self.programs:
            if not any(shutil.which(name) for name in names):
                yield names[0]


TOOLS = (
    Tool("requires_java", "default-jre-headless libjaxb-java", (("java",),), (JAXB_RUNTIME,)),
    Tool("requires_poppler", "poppler-utils", (("pdftotext",), ("pdftoppm",))),
    Tool("requires_qpdf", "qpdf", (("qpdf",),)),
    Tool("requires_exim", "exim4-daemon-light", (), (Path("/usr/sbin/exim4"),)),
    Tool("requires_cups", "cups-daemon cups-client", (("lp",), ("lpstat",)), (Path("/usr/sbin/cupsd"),)),
    Tool("requires_browser", "chromium", (CHROMIUM_NAMES,)),
)


def tool(marker: str) -> Tool:
    """Return the tool that the marker `marker` asks for."""
    return next(candidate for candidate in TOOLS if candidate.marker == marker)


def reason(wanted: Tool) -> str:
    """Return why a test that needs `wanted` cannot run here; empty when it can."""
    lacking = wanted.missing()
    return f"no {lacking} (Debian: apt-get install {wanted.packages})" if lacking else ""


def everything_required() -> bool:
    """Tell whether a skip counts as a failure, as it does in CI."""
    return os.environ.get("MVD_HANDOUT_REQUIRE_ALL", "") not in ("", "0")


def chromium() -> Path:
    """Return the browser that tests drive; only for tests marked `requires_browser`."""
    return Path(next(found for name in CHROMIUM_NAMES if (found := shutil.which(name))))
