"""What programs that this one starts may see: the environment without the secrets in it."""

from __future__ import annotations

import os
from typing import Final

PASSWORD_VARIABLE: Final = "MVD_HANDOUT_SMTP_PASSWORD"


def child_environment(**changes: str) -> dict[str, str]:
    """Return the environment for a program of somebody else, with `changes`; the mail server's password is ours."""
    kept = {name: value for name, value in os.environ.items() if name != PASSWORD_VARIABLE}
    return kept | changes
