"""Where things lie on this computer: the clinic's profile, the cache, and today's date."""

from __future__ import annotations

import datetime as dt
import os
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from mvd_handout.commands.console import Console
from mvd_handout.domain.errors import Fault, InputError

APP: Final = "mvd-handout"
CLINIC_VARIABLE: Final = "MVD_HANDOUT_CLINIC"
PROFILE_NAME: Final = "clinic.toml"

Kind = Literal["config", "cache", "state"]
_XDG: Final[Mapping[Kind, str]] = {"config": ".config", "cache": ".cache", "state": ".local/state"}


class Found(Struct, frozen=True):
    """A clinic profile, and how it was found."""

    path: Path
    how: str


def clinic_profile(flag: Path | None, console: Console) -> Path:
    """Return the clinic profile to use and say which it is. Raises InputError when there is none."""
    found = find_clinic(flag, os.environ, Path.cwd(), config_folder())
    console.say(f"Clinic profile: {found.path} ({found.how})")
    return found.path


def find_clinic(flag: Path | None, environment: Mapping[str, str], here: Path, config: Path) -> Found:
    """Return the first clinic profile of: the flag, the environment, the working folder, the user's config folder."""
    if flag is not None:
        return Found(_profile_in(flag), "from --clinic")
    if variable := environment.get(CLINIC_VARIABLE):
        return Found(_profile_in(Path(variable)), f"from {CLINIC_VARIABLE}")
    for folder, how in ((here, "in this folder"), (config, "in your settings folder")):
        if (folder / PROFILE_NAME).is_file():
            return Found(folder / PROFILE_NAME, how)
    raise InputError(
        Fault(
            "clinic profile",
            "there is none yet",
            f"Looked at --clinic, {CLINIC_VARIABLE}, {PROFILE_NAME} in this folder and in {config}",
            f"Run `{APP} setup` to make one, or `{APP} demo` to see an example",
        )
    )


def config_folder() -> Path:
    """Return the folder of this user's settings."""
    return _user_folder("config")


def cache_folder() -> Path:
    """Return the folder of what only saves time."""
    return _user_folder("cache")


def state_folder() -> Path:
    """Return the folder of what was done, such as the outbox of e-mails; it is kept, and this user's alone."""
    return _user_folder("state")


def _user_folder(kind: Kind) -> Path:
    """Return our folder among those of this kind. platformdirs knows every system, but is not loaded in an instant."""
    if sys.platform == "linux" and (base := _base_folder(kind)):
        return base / APP
    import platformdirs

    find = {
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
        "state": platformdirs.user_state_path,
    }
    return find[kind](APP, appauthor=False)


def _base_folder(kind: Kind) -> Path | None:
    """Return what the XDG Base Directory Specification says for the ordinary case, None for any other."""
    told, home = os.environ.get(f"XDG_{kind.upper()}_HOME", ""), os.environ.get("HOME", "")
    if told.startswith("/"):
        return Path(told)
    return Path(home, _XDG[kind]) if home.startswith("/") else None


def today(time_zone: str) -> dt.date:
    """Return the date at the clinic. It is asked as `places.today`, so that there is one place to set another day."""
    return dt.datetime.now(zoneinfo.ZoneInfo(time_zone)).date()


def _profile_in(path: Path) -> Path:
    return path / PROFILE_NAME if path.is_dir() else path
