"""The colours, chosen once: calm, distinct for colour-blind readers, legible on paper and at night.

Ten series colours in a fixed order. Those used for words reach 4.5:1 on their paper; `haze` and
`mist` only ever fill or rule. `SCREEN` holds the names that Streamlit's Plotly theme replaces in
the browser by the same ten, light or dark, so that a chart follows the reader's theme at once.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """A set of colours for one kind of paper.

    Attributes:
        ink: The main series.
        amber: What is new, or chosen.
        teal: A third series, or what was kept.
        grey: Context and notes.
        brick: What was lost or given back.
        sky: A fourth series.
        plum: A fifth.
        olive: A sixth.
        haze: Fill of what is only context; always outlined in `grey`.
        mist: Rules of the grid.
        text: Words; None leaves them to the page.
        paper: Background; None leaves it to the page.
    """

    ink: str
    amber: str
    teal: str
    grey: str
    brick: str
    sky: str
    plum: str
    olive: str
    haze: str
    mist: str
    text: str | None = None
    paper: str | None = None

    @property
    def series(self) -> tuple[str, ...]:
        """The ten colours, in the order that the app's configuration gives them too."""
        return tuple(getattr(self, one.name) for one in fields(self)[:10])


LIGHT: Final = Palette(
    ink="#1F3A5F",
    amber="#B25E09",
    teal="#1F7A74",
    grey="#646C76",
    brick="#A43B2C",
    sky="#3A76A5",
    plum="#7B4B86",
    olive="#66752A",
    haze="#C6D0DB",
    mist="#E7E3DA",
    text="#1B2430",
    paper="#FDFCFA",
)
DARK: Final = Palette(
    ink="#9CBCE6",
    amber="#E08E34",
    teal="#5FC4B8",
    grey="#A4ACB6",
    brick="#F0907F",
    sky="#74B2DE",
    plum="#CBA0D6",
    olive="#BDC874",
    haze="#4A5766",
    mist="#2C3642",
    text="#E9E6DF",
    paper="#12181F",
)
SCREEN: Final = Palette(
    ink="#000001",
    amber="#000002",
    teal="#000003",
    grey="#000004",
    brick="#000005",
    sky="#000006",
    plum="#000007",
    olive="#000008",
    haze="#000009",
    mist="#000010",
)
