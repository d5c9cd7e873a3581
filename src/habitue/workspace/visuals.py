"""The charts of the screens as images, for a slide or a page elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from habitue.core.scenario.plan import Plan
from habitue.errors import RequestError
from habitue.export.parcel import Memory
from habitue.later import Later
from habitue.schema import Filters
from habitue.texts import Lang, text
from habitue.workspace.screen_charts import SCREENS, ScreenCharts

if TYPE_CHECKING:
    from habitue.charts.look import Chart
    from habitue.export.images import Picture

# Plotly takes a while to load, and only pictures need it.
basis = Later("habitue.charts.basis")
drawing = Later("habitue.charts.look")
palette = Later("habitue.charts.palette")
painting = Later("habitue.export.images")
PICTURES: Final = ("png", "svg")


class VisualQuestions(ScreenCharts):
    """What the screens draw, on paper."""

    def charts(
        self,
        screen: str = "overview",
        filters: Filters | None = None,
        *,
        plan: Plan | None = None,
        beside: Sequence[Plan] = (),
        lang: Lang = "en",
        **asked: Any,
    ) -> tuple[Chart, ...]:
        """Draw the charts of a screen, in the colours of paper.

        Args:
            screen: One of `SCREENS`.
            filters: What to look at; or give the attributes of `Filters` as words.
            plan: The scenario, for the screen of that name; levers at rest when None.
            beside: Named scenarios to compare it with; four in all are drawn.
            lang: Language of the reader.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: No such screen, or the filters ask for what cannot be.
        """
        if screen not in SCREENS:
            raise RequestError("unknown_word", name="screen", value=screen, allowed=list(SCREENS))
        wanted = Filters.given(filters, asked)
        kpis = self.kpis(wanted)
        look = drawing.Look(
            lang=lang,
            currency=kpis.currency,
            basis=basis.basis(wanted, kpis, lang),
            palette=palette.LIGHT,
        )
        match screen:
            case "overview":
                drawn = self._overview_charts(wanted, look)
            case "cohorts":
                drawn = self._cohort_charts(wanted, look)
            case "segments":
                drawn = self._segment_charts(wanted, look)
            case "value":
                drawn = self._value_charts(wanted, look)
            case "scenarios":
                drawn = self._scenario_charts(wanted, look, plan or Plan(), beside)
            case _:
                drawn = self._data_charts(replace(look, basis=""))
        return tuple(drawn)

    def images(
        self,
        screen: str = "overview",
        picture: Picture = "png",
        filters: Filters | None = None,
        *,
        plan: Plan | None = None,
        beside: Sequence[Plan] = (),
        lang: Lang = "en",
        **asked: Any,
    ) -> dict[str, bytes]:
        """Give each chart of a screen as an image that stands alone.

        Title, basis, period, day of the picture, filters and source are written in it.

        Args:
            screen: One of `SCREENS`.
            picture: `png` or `svg`.
            filters: What to look at; or give the attributes of `Filters` as words.
            plan: The scenario, for the screen of that name; levers at rest when None.
            beside: Named scenarios to compare it with; four in all are drawn.
            lang: Language of the reader.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            Image by file name.

        Raises:
            RequestError: The filters ask for what cannot be.
            MissingExtraError: kaleido or a Chromium is not there.
        """
        if picture not in PICTURES:
            raise RequestError("unknown_word", name="format", value=picture, allowed=list(PICTURES))
        wanted = Filters.given(filters, asked)
        drawn = self.charts(screen, wanted, plan=plan, beside=beside, lang=lang)
        if not drawn:
            raise RequestError("no_chart", screen=screen)
        as_of = self.settle(wanted).as_of
        line = text(
            "report.signature", lang, sources=", ".join(self._shop.sources), day=as_of,
            version=version("habitue"),
        )  # fmt: skip
        found = painting.rendered(
            [painting.signed(one.figure, line, least_width=one.least_width) for one in drawn],
            picture,
        )
        return {
            f"habitue-{place:02d}-{chart.name}.{picture}": image
            for place, (chart, image) in enumerate(zip(drawn, found, strict=True), start=1)
        }

    def image_archive(
        self,
        screen: str = "overview",
        picture: Picture = "png",
        filters: Filters | None = None,
        *,
        plan: Plan | None = None,
        beside: Sequence[Plan] = (),
        lang: Lang = "en",
        **asked: Any,
    ) -> bytes:
        """Give all charts of a screen as one zip; see `images`."""
        memory = Memory()
        memory.files = self.images(
            screen, picture, filters, plan=plan, beside=beside, lang=lang, **asked
        )
        return memory.zipped()
