"""The colours can be read, told apart, and are the app's."""

from __future__ import annotations

import tomllib
from importlib import resources
from itertools import combinations, pairwise

import pytest
from streamlit.elements.lib import streamlit_plotly_theme as streamlit_names

from habitue.charts.palette import DARK, LIGHT, SCREEN, Palette

WORDS = ("ink", "amber", "teal", "grey", "brick", "sky", "plum", "olive", "text")


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    red, green, blue = map(_linear, _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _as_seen_without_green(colour: str) -> tuple[float, ...]:
    """Machado, Oliveira and Fernandes 2009, deuteranopia at full strength."""
    red, green, blue = map(_linear, _channels(colour))
    rows = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
            (-0.011820, 0.042940, 0.968881))  # fmt: skip
    return tuple(max(0, r * red + g * green + b * blue) ** (1 / 2.2) for r, g, b in rows)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", WORDS)
def test_words_reach_double_a_contrast(palette: Palette, name: str) -> None:
    assert palette.paper is not None
    assert contrast(getattr(palette, name), palette.paper) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_stack_is_told_apart_without_seeing_green(palette: Palette) -> None:
    stack = (palette.ink, palette.amber, palette.haze, palette.teal)
    for one, other in combinations(stack, 2):
        seen = zip(_as_seen_without_green(one), _as_seen_without_green(other), strict=True)
        assert max(abs(left - right) for left, right in seen) > 0.15, (one, other)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_neighbours_in_the_stack_differ_in_print_without_colour(palette: Palette) -> None:
    for one, other in pairwise((palette.ink, palette.amber, palette.haze)):
        assert contrast(one, other) > 1.15, (one, other)


@pytest.mark.parametrize(("palette", "theme"), [(LIGHT, "light"), (DARK, "dark")])
def test_the_app_s_theme_holds_the_same_colours(palette: Palette, theme: str) -> None:
    settings = resources.files("habitue.ui") / ".streamlit" / "config.toml"
    chosen = tomllib.loads(settings.read_text("utf-8"))["theme"][theme]
    assert tuple(chosen["chartCategoricalColors"]) == palette.series
    assert tuple(chosen["chartSequentialColors"]) == palette.shades
    first, *_, last = chosen["chartDivergingColors"]
    assert (first, last) == (palette.on_little, palette.on_much)
    assert chosen["backgroundColor"] == palette.paper
    assert chosen["textColor"] == palette.text


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_that_streamlit_pales_or_puts_on_a_colour_can_be_read(theme: str) -> None:
    settings = resources.files("habitue.ui") / ".streamlit" / "config.toml"
    chosen = tomllib.loads(settings.read_text("utf-8"))["theme"][theme]
    # Captions and small labels are written in three fifths of the ink.
    ink, paper = (bytes.fromhex(chosen[one][1:]) for one in ("textColor", "backgroundColor"))
    pale = "#" + bytes(round(0.6 * a + 0.4 * b) for a, b in zip(ink, paper, strict=True)).hex()
    assert contrast(pale, chosen["backgroundColor"]) >= 4.5
    # Words of primary buttons, as `says.on_primary` writes them.
    assert contrast(chosen["violetTextColor"], chosen["primaryColor"]) >= 4.5


def test_screen_names_are_those_streamlit_replaces() -> None:
    def names(kind: str) -> tuple[str, ...]:
        return tuple(getattr(streamlit_names, f"{kind}_{at}") for at in range(10))

    assert SCREEN.series == names("CATEGORY")
    assert SCREEN.shades == names("SEQUENTIAL")
    first, *_, last = names("DIVERGING")
    assert (SCREEN.on_little, SCREEN.on_much) == (first, last)
