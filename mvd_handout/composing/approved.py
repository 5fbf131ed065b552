"""What was approved when a paper was made, as a short key that the paper carries: compared with today's later."""

from __future__ import annotations

from typing import Final

from mvd_handout.content.approval import Approval
from mvd_handout.content.approval.contacts import contact_text
from mvd_handout.content.clinic import Clinic
from mvd_handout.domain.ids import keyed_hash

_DIGITS: Final = 24


def approved_key(clinic: Clinic, approval: Approval) -> str:
    """Return the key of the approved words and the checked contacts: who approved them, and when, is not part of it.

    The gate gives an approval only for words and numbers that are the clinic's own of that moment. The groups that
    figures were approved for are part of it: a paper for a child may print words that stand on no other.
    """
    words, contacts = approval.content_hash, contact_text(clinic.profile)
    return keyed_hash(clinic.key, "approved", words, contacts, *approval.also_for)[:_DIGITS]
