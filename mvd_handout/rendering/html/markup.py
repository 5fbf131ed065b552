"""The one place where text becomes HTML. Everything that is not `Html` is escaped, without exception."""

from __future__ import annotations

import html
from typing import Final

_VOID: Final = frozenset({"br", "col", "img", "meta"})


class Html(str):
    """Markup that this program wrote itself. Never make one from text that came from outside."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Return `text` so that a browser shows exactly it, in element content and in a quoted attribute."""
    # A parser turns a bare carriage return into a line feed; as a reference it survives.
    return Html(html.escape(text, quote=True).replace("\r", "&#13;"))


def element(name: str, /, *children: str, **attributes: str | int | bool | None) -> Html:
    """Return an element. Children are escaped unless they are `Html`, attribute values always.

    Write `class_` for class and `aria_label` for aria-label. An attribute that is None or False is
    left out, one that is True stands without a value. Names are ours and are not escaped.
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(start) if name in _VOID else Html(f"{start}{join(*children)}</{name}>")


def join(*children: str, separator: str = "") -> Html:
    """Return `children` one after the other, each escaped unless it is `Html`."""
    return Html(separator.join(child if isinstance(child, Html) else escape(child) for child in children))


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
