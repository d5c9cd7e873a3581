"""The colours, chosen once: calm, distinct for colour-blind readers, legible on paper and at night.

Ten series colours in a fixed order. Those used for words reach 4.5:1 on their paper; `haze` and
`mist` only ever fill or rule. `SCREEN` holds the names that Streamlit's Plotly theme replaces in
the browser by the same ones, light or dark, so that a chart follows the reader's theme at once.

A scale of shades goes from the paper to the ink in ten. Words on a shade are in one of two
colours, whichever contrasts more: they change places at `TURN`, where both reach 4.5:1.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

TURN: Final = 7 / 9
"""Share of the scale of shades from which words on it take the other colour, in every palette."""


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
        shades: Ten shades from little to much; the eighth is as far from white as from black.
        on_little: Words on the shades before `TURN`.
        on_much: Words on the shades from `TURN` on.
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
    shades: tuple[str, ...]
    on_little: str
    on_much: str
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
    shades=(
        "#EEF2F6",
        "#DBE5EF",
        "#C8D8E8",
        "#B5CAE1",
        "#A2BDDA",
        "#8FB0D3",
        "#7392B6",
        "#5A789C",
        "#3B587C",
        "#1F3A5F",
    ),
    on_little="#000000",
    on_much="#FFFFFF",
    text="#0F1720",
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
    shades=(
        "#1D2733",
        "#233143",
        "#293B52",
        "#2F4662",
        "#355071",
        "#3A5A80",
        "#3F6490",
        "#5578A1",
        "#87A5CA",
        "#B9D2F2",
    ),
    on_little="#FFFFFF",
    on_much="#000000",
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
    shades=tuple(f"#{place:06d}" for place in range(11, 21)),
    on_little="#000021",
    on_much="#000030",
)
