"""Colours of the page, by day and by night, with their contrast worked out and not guessed (WCAG 2.2)."""

from __future__ import annotations

from typing import Final

from mvd_handout.content.theme import Colour, Colours

WHITE: Final[Colour] = (1.0, 1.0, 1.0)
_NIGHT: Final[Colour] = (0.071, 0.082, 0.094)
_NIGHT_INK: Final[Colour] = (0.937, 0.945, 0.949)
_CLEAR: Final = 7.0
"""WCAG's enhanced ratio for words; the night colours reach it on the page and its tints."""


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return `one` with `share` (0 to 1) of `other` mixed in."""
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def day(colours: Colours) -> dict[str, Colour]:
    """Return the theme's own colours, on white."""
    names = ("ink", "quiet", "accent", "alarm", "rule", "tint", "alarm_tint")
    return {"ground": WHITE} | {name: getattr(colours, name) for name in names}


def night(colours: Colours) -> dict[str, Colour]:
    """Return colours for a dark screen: the theme's hues, lightened until they read well."""
    tint = mix(_NIGHT, colours.accent, 0.3)
    alarm_tint = mix(_NIGHT, colours.alarm, 0.2)
    return {
        "ground": _NIGHT,
        "ink": _NIGHT_INK,
        "quiet": _lightened(colours.quiet, tint),
        "accent": _lightened(colours.accent, tint),
        "alarm": _lightened(colours.alarm, alarm_tint),
        "rule": mix(_NIGHT, _NIGHT_INK, 0.5),
        "tint": tint,
        "alarm_tint": alarm_tint,
    }


def _lightened(colour: Colour, ground: Colour) -> Colour:
    """Return the least lightened form of `colour` that is clear on `ground`."""
    steps = (mix(colour, WHITE, step / 50) for step in range(51))
    return next((step for step in steps if contrast(step, ground) >= _CLEAR), WHITE)


def _luminance(colour: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
