from __future__ import annotations

import pytest

from mvd_handout.rendering.chart import ChartStyle
from mvd_handout.rendering.drawing import Metrics
from mvd_handout.rendering.fonts import load_fonts


@pytest.fixture(scope="session")
def metrics() -> Metrics:
    return load_fonts()


@pytest.fixture
def style() -> ChartStyle:
    return ChartStyle(
        size=12.0,
        ink=(0.07, 0.07, 0.07),
        quiet=(0.3, 0.3, 0.3),
        accent=(0.04, 0.31, 0.42),
        rule=(0.46, 0.46, 0.46),
        tint=(0.93, 0.96, 0.97),
    )
