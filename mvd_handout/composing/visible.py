"""What a patient sees of a document, as one hash: the same on any day on which nothing else has changed."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from msgspec import Struct

from mvd_handout.domain import document as d

_OF_THE_DAY: Final = frozenset({"issue.date", "hear_by.date"})
"""Fields that change with the day on which a paper is given, and with nothing else."""


def visible_digest(document: d.Document) -> str:
    """Return the SHA-256 of all words and pictures but the day of issue and the document's id.

    The identity strip is part of it. A visit that has passed since is not printed any more, so that changes it.
    """
    shown = _shown(document, document.metadata.document_id)
    return hashlib.sha256(json.dumps(shown, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def _shown(value: object, paper: str) -> object:
    match value:
        case d.Metadata():
            return [value.title, value.language, value.publisher]
        case d.Text() | d.Link() if value.field in _OF_THE_DAY:
            return value.field
        case d.Flag():  # it stands at the day of issue
            return _shown(value.label, paper)
        case d.Chart():  # its text alternative says again what lanes and flags say
            return [_shown(getattr(value, name), paper) for name in value.__struct_fields__ if name != "alt"]
        case Struct():
            return [type(value).__name__, *(_shown(getattr(value, name), paper) for name in value.__struct_fields__)]
        case tuple():
            return [_shown(each, paper) for each in value]
        case str():
            return value.replace(paper, "")
        case bytes():
            return hashlib.sha256(value).hexdigest()
    return value
