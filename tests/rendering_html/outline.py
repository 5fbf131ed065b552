"""A page as a tree, read by the standard library's parser and not by the code under test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "col"}


@dataclass
class Node:
    """An element with its attributes and what stands in it."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list, repr=False)

    def walk(self) -> Iterator[Node]:
        """Yield this element and all inside it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    def find_all(self, *tags: str) -> list[Node]:
        """Return the elements of these names, in order."""
        return [node for node in self.walk() if node.tag in tags]

    @property
    def classes(self) -> set[str]:
        """The names of the element's classes."""
        return set((self.attributes.get("class") or "").split())

    @property
    def text(self) -> str:
        """All text inside."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    def read(self) -> Iterator[str]:
        """Yield what is read aloud: a picture by its name, and the chart once."""
        if self.tag == "img":
            yield f"{self.attributes['alt']} "
        elif self.tag == "svg":
            yield f"{self.find_all('title')[0].text} "
        elif "narrow" not in self.classes:
            for child in self.children:
                yield from (child,) if isinstance(child, str) else child.read()
            if self.tag not in {"a", "strong"}:
                yield " "


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        assert len(node.attributes) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def outline(page: bytes) -> Node:
    """Return the tree of a page. Fails where an element is not closed or closed out of turn."""
    builder = _Builder()
    builder.feed(page.decode("utf-8"))
    builder.close()
    assert builder.open == [builder.root]
    return builder.root
