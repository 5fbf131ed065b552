from __future__ import annotations

import pytest

from mvd_handout.domain.document import Icons
from mvd_handout.rendering.chart import ChartStyle
from mvd_handout.rendering.drawing import Circle, Drawing, Polygon
from mvd_handout.rendering.icons import icons_drawing


def icons(marked: int, total: int = 100) -> Icons:
    return Icons(total, marked, "alt", ())


def heads(drawing: Drawing) -> list[Circle]:
    return [shape for shape in drawing.shapes if isinstance(shape, Circle)]


def frame(drawing: Drawing, style: ChartStyle) -> list[Polygon]:
    return [shape for shape in drawing.shapes if isinstance(shape, Polygon) and shape.fill == style.tint]


@pytest.mark.parametrize("width", [200.0, 280.0, 480.0])
@pytest.mark.parametrize("marked", [0, 1, 10, 30, 33, 40, 100])
def test_the_first_figures_are_marked_and_no_others(width: float, marked: int, style: ChartStyle) -> None:
    drawn = heads(icons_drawing(icons(marked), width, style))
    assert len(drawn) == 100
    assert [head.fill == style.accent for head in drawn] == [True] * marked + [False] * (100 - marked)
    assert all(head.stroke is not None for head in drawn[marked:]), "outlines tell them apart without colour"


@pytest.mark.parametrize("width", [200.0, 280.0, 480.0])
@pytest.mark.parametrize("marked", [1, 10, 30, 33, 40, 100])
def test_the_frame_holds_the_marked_figures_and_no_others(width: float, marked: int, style: ChartStyle) -> None:
    drawing = icons_drawing(icons(marked), width, style)
    (outline,) = frame(drawing, style)
    inside = [_inside((head.x, head.y), outline.points) for head in heads(drawing)]
    assert inside == [True] * marked + [False] * (100 - marked)
    for head in heads(drawing):
        edges = [(head.x + dx, head.y + dy) for dx in (-head.radius, head.radius) for dy in (-head.radius, head.radius)]
        assert len({_inside(edge, outline.points) for edge in edges}) == 1, "the frame cuts no head"


def test_none_marked_means_no_frame(style: ChartStyle) -> None:
    assert frame(icons_drawing(icons(0), 480, style), style) == []


@pytest.mark.parametrize(("width", "per_row"), [(480.0, 20), (280.0, 10), (150.0, 10)])
def test_it_fits_the_width_in_rows_of_twenty_or_ten(width: float, per_row: int, style: ChartStyle) -> None:
    drawing = icons_drawing(icons(30), width, style)
    assert drawing.width <= width + 0.001
    first_row = [head for head in heads(drawing) if head.y == heads(drawing)[0].y]
    assert len(first_row) == per_row
    for shape in drawing.shapes:
        points = shape.points if isinstance(shape, Polygon) else ()
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)


def _inside(point: tuple[float, float], outline: tuple[tuple[float, float], ...]) -> bool:
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in zip(outline, (*outline[1:], outline[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1
