"""Checks of how a handout looks: size of type, length of lines, contrast. What is measured comes from rendering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mvd_handout.content.checks.report import Check, Finding
from mvd_handout.content.checks.subject import Subject


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on its ground with their contrast, from 1 to 21. `words` tells words from lines and shapes."""

    what: str
    ratio: float
    words: bool = True


@dataclass(frozen=True, slots=True)
class Look:
    """A theme on a paper, measured: sizes in points, and how many characters fit in a full line of running text."""

    theme: str
    paper: str
    large: bool
    sizes: tuple[tuple[str, float], ...]
    characters: float
    pairs: tuple[Pair, ...]

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"themes/{self.theme}.toml on {self.paper}"


def layout_checks(subject: Subject, looks: Sequence[Look]) -> tuple[Check, ...]:
    """Return the checks of `looks`; without any they are for a person."""
    if not looks:
        names = ("layout.body", "layout.body-advised", "layout.lines", "layout.contrast", "layout.contrast-lines")
        return tuple(subject.judge(name, "not measured", person=True) for name in names)
    return (
        body(subject, looks),
        body_advised(subject, looks),
        line_length(subject, looks),
        contrast(subject, looks, words=True),
        contrast(subject, looks, words=False),
    )


def body(subject: Subject, looks: Iterable[Look]) -> Check:
    """No words to read are smaller than the least size, and none of large print smaller than large print is."""
    least, large = subject.rules.limit("body_size"), subject.rules.limit("large_body_size")
    found = [
        Finding(look.place, f"{name} is {size:g} pt", f"At least {large if look.large else least:g} pt")
        for look in looks
        for name, size in look.sizes
        if size < (large if look.large else least)
    ]
    smallest = _smallest(looks)
    return subject.judge("layout.body", smallest, found, f"at least {least:g} pt, large print {large:g} pt")


def body_advised(subject: Subject, looks: Iterable[Look]) -> Check:
    """Body text has the size that is advised."""
    advised = subject.rules.limit("body_size_advised")
    small = [(look, dict(look.sizes)["body"]) for look in looks]
    found = [
        Finding(look.place, f"body is {size:g} pt", f"Better {advised:g} pt", advice=True)
        for look, size in small
        if size < advised
    ]
    return subject.judge(
        "layout.body-advised", f"{min(size for _, size in small):g} pt", found, f"at least {advised:g} pt"
    )


def line_length(subject: Subject, looks: Iterable[Look]) -> Check:
    """A line holds few enough characters, and in large print enough of them."""
    most, least = subject.rules.limit("line_characters"), subject.rules.limit("large_line_characters")
    found = [
        Finding(look.place, f"{look.characters:.0f} characters a line", f"From {least:g} to {most:g}")
        for look in looks
        if round(look.characters) > most or (look.large and round(look.characters) < least)
    ]
    measured = ", ".join(f"{look.theme} {look.paper} {look.characters:.0f}" for look in looks)
    return subject.judge("layout.lines", measured, found, f"at most {most:g}, large print at least {least:g}")


def contrast(subject: Subject, looks: Iterable[Look], words: bool) -> Check:
    """Every colour stands out from its ground."""
    limit = subject.rules.limit("word_contrast" if words else "line_contrast")
    pairs = [(look, pair) for look in looks for pair in look.pairs if pair.words is words]
    found = [
        Finding(f"themes/{look.theme}.toml", f"{pair.what}: {pair.ratio:.2f} to 1", f"At least {limit:g} to 1")
        for look, pair in pairs
        if pair.ratio < limit
    ]
    least = min((pair for _, pair in pairs), key=lambda pair: pair.ratio)
    name = "layout.contrast" if words else "layout.contrast-lines"
    return subject.judge(name, f"{least.ratio:.2f} to 1 ({least.what})", found, f"at least {limit:g} to 1")


def _smallest(looks: Iterable[Look]) -> str:
    least = {look.theme: min(size for _, size in look.sizes) for look in looks}
    return ", ".join(f"{theme} {size:g} pt" for theme, size in least.items())
