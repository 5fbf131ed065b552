"""Words as slices: one line, one slice."""

from __future__ import annotations

from msgspec import Struct

from mvd_handout.domain.document import Inline, Inlines, Link, PageRef
from mvd_handout.rendering.drawing import Colour
from mvd_handout.rendering.pdf.fragments import Look, Mark, Slice
from mvd_handout.rendering.pdf.operators import others, show_text
from mvd_handout.rendering.wrapping import WrappedRun, wrap_all


class Setting(Struct, frozen=True):
    """How words are set: size and leading in points, colours, and the place of their left edge."""

    size: float
    leading: float
    colour: Colour
    link_colour: Colour
    strong: bool = False
    x: float = 0.0


def setting(look: Look, size: float, strong: bool = False, colour: Colour | None = None, x: float = 0.0) -> Setting:
    """Return the usual setting in `look`."""
    ink = look.theme.colour.ink if colour is None else colour
    return Setting(size, look.leading(size), ink, look.theme.colour.accent, strong, x)


def lines(
    content: Inlines, pieces: tuple[int | None, ...], width: float, how: Setting, look: Look
) -> tuple[Slice, ...]:
    """Set `content` in lines of `width` points; `pieces` numbers the content of each inline.

    The first two lines stay together and so do the last two; up to three lines are not parted.
    """
    wrapped = wrap_all(content, how.size, width, look.fonts, how.strong)
    count = len(wrapped)
    base = baseline(how, look)
    return tuple(
        [
            Slice(
                how.leading,
                tuple([_mark(run, content, pieces, base, how, look) for run in line.runs]),
                joined=number > 0 and (count <= 3 or number in {1, count - 1}),
            )
            for number, line in enumerate(wrapped)
        ]
    )


def baseline(how: Setting, look: Look) -> float:
    """Return how far below the top of its line the base line stands."""
    ascent, descent = look.fonts.ascent(how.size), look.fonts.descent(how.size)
    return (how.leading - ascent - descent) / 2 + ascent


def text_mark(text: str, x: float, y: float, how: Setting, look: Look, piece: int | None, link: str = "") -> Mark:
    """Return one run of words with its base line at `y`."""
    visible = look.fonts.width(text.rstrip(" "), how.size, how.strong)
    return _words_mark(text, visible, x, y, how, look, piece, link)


def _words_mark(
    text: str, width: float, x: float, y: float, how: Setting, look: Look, piece: int | None, link: str
) -> Mark:
    fonts, size = look.fonts, how.size
    runs = fonts.runs(text, how.strong)
    operators = show_text(runs, size, how.link_colour if link else how.colour)
    box = (0.0, -fonts.ascent(size), width, fonts.descent(size))
    return Mark(x, y, operators, box, piece, text, link, others(runs))


def _mark(
    run: WrappedRun, content: Inlines, pieces: tuple[int | None, ...], base: float, how: Setting, look: Look
) -> Mark:
    link, piece = target(content[run.inline]), pieces[run.inline]
    return _words_mark(run.text, run.width, how.x + run.x, base, _for_run(run, how), look, piece, link)


def _for_run(run: WrappedRun, how: Setting) -> Setting:
    if run.strong == how.strong:
        return how
    return Setting(how.size, how.leading, how.colour, how.link_colour, run.strong, how.x)


def target(inline: Inline) -> str:
    """Return where an inline leads: an address, `#` and a section, or nothing."""
    match inline:
        case Link():
            return inline.target
        case PageRef():
            return f"#{inline.section}"
        case _:
            return ""
