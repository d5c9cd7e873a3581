"""The charts of the screens as images, for a slide or a page elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final

from habitue.errors import RequestError
from habitue.export.parcel import Memory
from habitue.later import Later
from habitue.schema import Filters
from habitue.texts import Lang, text
from habitue.workspace.cohorts import CohortQuestions
from habitue.workspace.overview import OverviewQuestions

if TYPE_CHECKING:
    from habitue.charts.look import Chart, Look
    from habitue.export.images import Picture

# Plotly takes a while to load, and only pictures need it.
basis = Later("habitue.charts.basis")
cohort_age = Later("habitue.charts.cohort_age")
cohort_heatmap = Later("habitue.charts.cohort_heatmap")
drawing = Later("habitue.charts.look")
palette = Later("habitue.charts.palette")
painting = Later("habitue.export.images")
returns = Later("habitue.charts.returns")
revenue = Later("habitue.charts.revenue")
SCREENS: Final = ("overview", "cohorts")
PICTURES: Final = ("png", "svg")


class VisualQuestions(OverviewQuestions, CohortQuestions):
    """What the screens draw, on paper."""

    def charts(
        self,
        screen: str = "overview",
        filters: Filters | None = None,
        *,
        lang: Lang = "en",
        **asked: Any,
    ) -> tuple[Chart, ...]:
        """Draw the charts of a screen, in the colours of paper.

        Args:
            screen: `overview` or `cohorts`.
            filters: What to look at; or give the attributes of `Filters` as words.
            lang: Language of the reader.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: No such screen, or the filters ask for what cannot be.
        """
        if screen not in SCREENS:
            raise RequestError("unknown_word", name="screen", value=screen, allowed=list(SCREENS))
        wanted = filters or Filters.of(**asked)
        kpis = self.kpis(wanted)
        look = drawing.Look(
            lang=lang,
            currency=kpis.currency,
            basis=basis.basis(wanted, kpis, lang),
            palette=palette.LIGHT,
        )
        return tuple(
            self._overview_charts(wanted, look)
            if screen == "overview"
            else self._cohort_charts(wanted, look)
        )

    def images(
        self,
        screen: str = "overview",
        picture: Picture = "png",
        filters: Filters | None = None,
        *,
        lang: Lang = "en",
        **asked: Any,
    ) -> dict[str, bytes]:
        """Give each chart of a screen as an image that stands alone.

        Title, basis, period, day of the picture, filters and source are written in it.

        Args:
            screen: `overview` or `cohorts`.
            picture: `png` or `svg`.
            filters: What to look at; or give the attributes of `Filters` as words.
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
        wanted = filters or Filters.of(**asked)
        drawn = self.charts(screen, wanted, lang=lang)
        as_of = self.settle(wanted).as_of
        line = text(
            "report.signature", lang, sources=", ".join(self._shop.sources), day=as_of,
            version=version("habitue"),
        )  # fmt: skip
        found = painting.rendered([painting.signed(one.figure, line) for one in drawn], picture)
        return {
            f"habitue-{chart.name}.{picture}": image
            for chart, image in zip(drawn, found, strict=True)
        }

    def image_archive(
        self,
        screen: str = "overview",
        picture: Picture = "png",
        filters: Filters | None = None,
        *,
        lang: Lang = "en",
        **asked: Any,
    ) -> bytes:
        """Give all charts of a screen as one zip; see `images`."""
        memory = Memory()
        memory.files = self.images(screen, picture, filters, lang=lang, **asked)
        return memory.zipped()

    def _overview_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        seen = self.overview(filters)
        if seen.by_period.num_rows:
            yield revenue.revenue_by_period(seen, look)
        if seen.kpis.by_age:
            yield cohort_age.revenue_by_age(seen.kpis, look)
        if seen.returns.num_rows:
            yield returns.returns_by_kind(seen, look)

    def _cohort_charts(self, filters: Filters, look: Look) -> Iterator[Chart]:
        table = self.cohort_table(filters)
        if table.cells.num_rows:
            yield cohort_heatmap.heatmap(table, look, group="all")
