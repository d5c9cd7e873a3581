"""Charts as PNG and SVG, with all that a reader needs written into the image."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal

import plotly.graph_objects as go

from habitue.errors import MissingExtraError

Picture = Literal["png", "svg"]
_BROWSERS: Final = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge",
)  # fmt: skip
_BROWSER_VARIABLE: Final = "BROWSER_PATH"
_WIDTH: Final = 1000
_SCALE: Final = 3
_FOOT: Final = 26


def browser() -> str | None:
    """Give the Chromium that images are made with: `$BROWSER_PATH`, else the first one found."""
    asked = os.environ.get(_BROWSER_VARIABLE)
    found = (shutil.which(name) for name in _BROWSERS)
    return asked if asked and shutil.which(asked) else next((one for one in found if one), None)


def can_draw() -> bool:
    """Tell whether images can be made here: kaleido and a Chromium are there."""
    from importlib.util import find_spec  # noqa: PLC0415 - beside its one use

    return find_spec("kaleido") is not None and browser() is not None


def signed(figure: go.Figure, line: str, *, least_width: int = 0) -> go.Figure:
    """Give a copy of a chart with its source and date written under its notes.

    Title, basis, period and filters are in the chart already, as on the screen.

    Args:
        figure: A chart in its titles.
        line: Source and day of the picture, in words.
        least_width: Pixels that the chart asks for.
    """
    copy = go.Figure(figure)
    layout = copy.layout
    below = float(layout.margin.b or 0)
    copy.update_layout(
        margin_b=below + _FOOT,
        height=float(layout.height or 500) + _FOOT,
        width=max(_WIDTH, least_width),
    )
    copy.add_annotation(
        text=line, x=0, xref="paper", xanchor="left", xshift=-float(layout.margin.l or 0), y=0,
        yref="paper", yanchor="top", yshift=-below, showarrow=False, align="left",
        font={"size": 12},
    )  # fmt: skip
    return copy


def rendered(figures: Sequence[go.Figure], picture: Picture) -> list[bytes]:
    """Draw charts as images, all in one run of the browser.

    Args:
        figures: With their size.
        picture: `png` at three times the size, or `svg`.

    Raises:
        MissingExtraError: kaleido or a Chromium is not there.
    """
    try:
        import kaleido  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError("missing_extra", extra="images", package="kaleido") from None
    found = browser()
    if found is None:
        raise MissingExtraError("no_chromium", variable=_BROWSER_VARIABLE)

    async def draw() -> list[bytes]:
        # Neither mathematics nor fonts from elsewhere: nothing goes over the network.
        async with kaleido.Kaleido(n=1, path=found, mathjax=False) as studio:
            return [await studio.calc_fig(one, opts=_opts(one, picture)) for one in figures]

    # A thread of its own: a notebook, among others, already runs a loop in this one.
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(asyncio.run, draw()).result()


def _opts(figure: go.Figure, picture: Picture) -> Any:
    size = {"width": int(figure.layout.width), "height": int(figure.layout.height)}
    return {"format": picture, "scale": _SCALE if picture == "png" else 1, **size}
