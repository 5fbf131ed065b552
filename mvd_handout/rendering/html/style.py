"""The style sheet of one page: the theme's values, the fonts that its words need, and `templates/html/handout.css`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mvd_handout.content.resources import data_root
from mvd_handout.content.theme import Colour, Theme, TypeSizes
from mvd_handout.domain.document import Document
from mvd_handout.rendering.drawing import css
from mvd_handout.rendering.html.colour import day, night
from mvd_handout.rendering.html.markup import Html
from mvd_handout.rendering.html.webfonts import font_faces

_POINTS_PER_REM = 12.0
_LEAST_LEADING = 1.5  # WCAG 1.4.12 asks that a page bear it; on a screen there is room to give it at once
_COUNTERS = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
_COUNTER = re.compile(r"(\{pages?\})")
_SIZES = ("body", "lead", "small", "heading1", "heading2", "heading3", "table", "furniture")


def style_sheet(document: Document, theme: Theme, words: Iterable[str]) -> Html:
    """Return the `<style>` element for a page that shows `words`.

    No text from outside stands in it unescaped: what the printed page repeats is written in code points only.
    """
    sheet = data_root("templates") / "html" / "handout.css"
    parts = (
        font_faces(words),
        _root(_sizes(theme.type) | _colours(day(theme.colour))),
        f"@media screen and (prefers-color-scheme: dark) {{\n{_root(_colours(night(theme.colour)))}}}\n",
        sheet.read_text(encoding="utf-8"),
        _print_margins(document),
    )
    return Html(f"<style>\n{''.join(parts)}</style>")


def _root(values: Mapping[str, str]) -> str:
    declarations = "".join(f"  --{name}: {value};\n" for name, value in values.items())
    return f":root {{\n{declarations}}}\n"


def _sizes(sizes: TypeSizes) -> dict[str, str]:
    rem = {f"size-{name}": f"{getattr(sizes, name) / _POINTS_PER_REM:.4g}rem" for name in _SIZES}
    return rem | {"leading": f"{max(sizes.leading, _LEAST_LEADING):g}"}


def _colours(colours: Mapping[str, Colour]) -> dict[str, str]:
    return {name.replace("_", "-"): css(value) for name, value in colours.items()}


def _print_margins(document: Document) -> str:
    """Return what a browser prints in the margins of every sheet: whose paper it is, draft or not, which page."""
    furniture = document.furniture
    identity = ", ".join(f"{entry.label} {entry.value}" for entry in document.identity)
    boxes = {
        "top-left": _string(identity),
        "top-right": _string(furniture.draft) if furniture.draft else "none",
        "bottom-left": _string(f"{furniture.version}, {furniture.document_id}"),
        "bottom-right": _content(furniture.page),
    }
    rules = "".join(f"  @{place} {{ content: {content}; }}\n" for place, content in boxes.items())
    return f"@page {{\n{rules}}}\n"


def _content(text: str) -> str:
    parts = (part for part in _COUNTER.split(text) if part)
    return " ".join(_COUNTERS.get(part) or _string(part) for part in parts) or "none"


def _string(text: str) -> str:
    """Return a CSS string in which every character is a code point, so that none can end it."""
    return '"' + "".join(f"\\{ord(character):06x}" for character in text) + '"'
