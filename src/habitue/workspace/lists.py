"""The questions of the Action plan: whom to reach, with what, and what it brought (D38, D39)."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from habitue.core.kpis import TOTAL
from habitue.errors import DataError, RequestError
from habitue.export import lists, parcel, preflight, readback
from habitue.export.contacts import Contacts
from habitue.export.holdout import salt_of
from habitue.export.lists import Drawn, Order
from habitue.export.parcel import Parcel
from habitue.export.preflight import Preflight
from habitue.export.profiles import profile
from habitue.export.readback import ReadBack
from habitue.export.writing import Opener
from habitue.schema import Filters
from habitue.texts import Lang
from habitue.workspace.export_notes import ExportNotes
from habitue.workspace.segments import SegmentQuestions

PREDICTED: Final = {
    "clv_historic": "clv_historic",
    "clv_predicted": "clv_12m",
    "clv_low": "clv_12m_low",
    "clv_high": "clv_12m_high",
    "p_alive": "p_alive",
    "p_order_90d": "p_order_90d",
    "expected_next_order": "expected_next_order",
    "model": "model_version",
}
"""Columns of the predicted value, and their names in a list."""
EARLIER: Final = 3
"""How many months before the day of the picture a list looks for the segment of then."""


class ListQuestions(ExportNotes, SegmentQuestions):
    """Whom to reach."""

    def customers(
        self, filters: Filters | None = None, *, lang: Lang = "en", **asked: Any
    ) -> pa.Table:
        """List every customer with all that a list may choose from or carry.

        Args:
            filters: What to look at; or give the attributes of `Filters` as words.
            lang: Language of the playbook's line.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Returns:
            One row per customer with an order, in the order of ids: the columns of `rfm`,
            `previous_rfm_segment` (three months before, of those who had ordered by then),
            `country` and `cohort_month` of the first order, `first_order`, `last_order`,
            `revenue` (net, so far), `year_revenue` (of the last 365 days),
            `priority` (of the segment, 1 first), `playbook`; and, in margin, `clv_historic` and
            `clv_12m` with its interval, `p_alive`, `p_order_90d`, `expected_next_order`,
            `model_version` where a model predicts them.

        Raises:
            RequestError: The filters ask for what cannot be.
        """
        settled = self._timeless(self.settle(Filters.given(filters, asked)))
        return self._remembered(
            ("customers", settled, lang), lambda: self._customers(settled, lang)
        )

    def draw(
        self,
        order: Order,
        filters: Filters | None = None,
        *,
        lang: Lang = "en",
        salt: str | None = None,
        **asked: Any,
    ) -> tuple[Drawn, ...]:
        """Settle who is in each list, and who is kept aside; nothing is written.

        Args:
            order: The lists, and how they leave.
            filters: What to look at; or give the attributes of `Filters` as words.
            lang: Language of the playbook's line.
            salt: Of the holdout; that of the store when None.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: A rule or a filter asks for what cannot be, or there is no salt.
        """
        settled = self._timeless(self.settle(Filters.given(filters, asked)))
        assert settled.as_of is not None
        people = self.customers(settled, lang=lang)
        return lists.draw(people, order, as_of=settled.as_of, salt=self._salt(order, salt))

    def preflight(
        self,
        order: Order,
        filters: Filters | None = None,
        *,
        contacts: Contacts | None = None,
        lang: Lang = "en",
        salt: str | None = None,
        **asked: Any,
    ) -> tuple[Preflight, ...]:
        """Check each list before it leaves: what falls out, what to know, three masked rows.

        Args:
            order: The lists, and how they leave.
            filters: What to look at; or give the attributes of `Filters` as words.
            contacts: E-mails and phones; used for the answer and not kept.
            lang: Language of the playbook's line.
            salt: Of the holdout; that of the store when None.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: The order or a filter asks for what cannot be.
        """
        target = profile(order.profile).with_plus(order.plus)
        drawn = self.draw(order, filters, lang=lang, salt=salt, **asked)
        return tuple(preflight.check(one, order, target, contacts) for one in drawn)

    def export(
        self,
        order: Order,
        to: Path | Opener,
        filters: Filters | None = None,
        *,
        contacts: Contacts | None = None,
        lang: Lang = "en",
        salt: str | None = None,
        who: str | None = None,
        **asked: Any,
    ) -> Parcel:
        """Write the lists: files, manifests, audiences. The same request gives the same bytes.

        Args:
            order: The lists, and how they leave.
            to: A folder, or what lends a place to write to.
            filters: What to look at; or give the attributes of `Filters` as words.
            contacts: E-mails and phones; used for these files and not kept.
            lang: Language of the playbook's line.
            salt: Of the holdout; that of the store when None.
            who: For the log of exports; the account that the program runs under when None.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: A list cannot leave, or a file cannot be written.
        """
        settled = self._timeless(self.settle(Filters.given(filters, asked)))
        flights = self.preflight(order, settled, contacts=contacts, lang=lang, salt=salt)
        opener = parcel.folder(to) if isinstance(to, Path) else to
        sent = parcel.pack(flights, order, self._footing(settled), opener)
        self.note_lists(order, sent, settled, who=who)
        return sent

    def read_back(
        self,
        audience: pa.Table,
        filters: Filters | None = None,
        *,
        days: int | None = None,
        **asked: Any,
    ) -> ReadBack:
        """Say what a past export brought: treated against held out, with intervals (D39).

        Args:
            audience: Out of `export.readback.read_audience`.
            filters: What to look at, `as_of` the last day; or its attributes as words.
            days: How many days after the export to count; to `as_of` when None.
            asked: Attributes of `Filters`, as `Filters.of` reads them.

        Raises:
            RequestError: There is no data after the export, or no holdout.
        """
        settled = self._timeless(self.settle(Filters.given(filters, asked)))
        assert settled.as_of is not None
        sent: dt.date = pc.max(audience["as_of"]).as_py()
        start, end = sent + dt.timedelta(days=1), settled.as_of
        if days is not None:
            end = min(end, sent + dt.timedelta(days=days))
        if end < start:
            raise RequestError("readback_too_soon", sent=sent, as_of=settled.as_of)
        view = self._look(settled).view
        orders = view.orders.filter(_.customer_id.notnull(), _.on.between(start, end))
        money = view.movements.filter(_.customer_id.notnull(), _.on.between(start, end))
        with self._lock:
            counted = self._engine.run(
                orders.group_by("customer_id").agg(orders=_.count().cast("int64"))
            )
            paid = self._engine.run(
                money.group_by("customer_id").agg(revenue=(_.gross + _.returned).sum().cast(TOTAL))
            )
        since = counted.join(paid, "customer_id", join_type="full outer")
        return readback.compare(audience, since, start=start, end=end)

    def _customers(self, filters: Filters, lang: Lang) -> pa.Table:
        ask = self._segment_ask(filters, "table", None, {})
        with self._lock:
            scored = self._scored(ask)
            known = self._facts.customers.select("customer_id", "country", "acquired_on")
            people = scored.people.select(
                "customer_id", last_order=_.last_on, revenue=_.revenue,
                year_revenue=_.year_revenue,
            )  # fmt: skip
            facts = self._engine.run(
                people.left_join(known, "customer_id").drop("customer_id_right")
            )
        found = self.rfm(filters)
        facts = facts.take(pc.index_in(found["customer_id"], value_set=facts["customer_id"]))
        born = facts["acquired_on"]
        columns = {
            "previous_rfm_segment": self._before(found["customer_id"], filters),
            "country": facts["country"],
            "cohort_month": pc.strftime(born, format="%Y-%m"),
            "first_order": born,
            **{name: facts[name] for name in ("last_order", "revenue", "year_revenue")},
            **self._advice(found["rfm_segment"], filters, lang),
            **self._predicted(found["customer_id"], filters),
        }
        for name, values in columns.items():
            found = found.append_column(name, values)
        return found.combine_chunks()

    def _before(self, ids: pa.ChunkedArray, filters: Filters) -> Any:
        """Give each customer the segment they were in three months before; null where in none."""
        assert filters.as_of is not None
        day = lists.months_before(filters.as_of, EARLIER)
        if day < self._shop.first_day:
            return pa.nulls(len(ids), pa.string())
        then = self.rfm(filters.but(as_of=day))
        return then["rfm_segment"].take(pc.index_in(ids, value_set=then["customer_id"]))

    def _advice(self, names: pa.ChunkedArray, filters: Filters, lang: Lang) -> dict[str, Any]:
        """Give each customer the priority and the playbook's line of their segment."""
        seen = self.segments(filters)
        rank = dict(
            zip(
                seen.table["rfm_segment"].to_pylist(), seen.table["priority"].to_pylist(),
                strict=True,
            )
        )  # fmt: skip
        coded = names.combine_chunks().dictionary_encode()
        segments = coded.dictionary.to_pylist()
        ranks = pa.array([rank.get(one) for one in segments], pa.int64())
        lines = pa.array([seen.rules.named(one).playbook(lang) for one in segments], pa.string())
        return {"priority": ranks.take(coded.indices), "playbook": lines.take(coded.indices)}

    def _predicted(self, ids: pa.ChunkedArray, filters: Filters) -> dict[str, Any]:
        """Give what a model predicts; columns stay away where there is none."""
        ask = getattr(self, "clv", None)
        if ask is None:
            return {}
        try:
            found: pa.Table = ask(filters)
        except (RequestError, DataError):
            # Too little history for a model is no reason to have no list.
            return {}
        place = pc.index_in(ids, value_set=found["customer_id"])
        return {
            theirs: found[ours].take(place)
            for ours, theirs in PREDICTED.items()
            if ours in found.column_names
        }

    def _salt(self, order: Order, given: str | None) -> str:
        if given:
            return given
        if self.home is not None:
            return salt_of(self.home)
        if order.holdout:
            raise RequestError("no_salt")
        return ""

    def _footing(self, filters: Filters) -> parcel.Basis:
        assert filters.as_of is not None
        asked = filters.asked()
        asked.pop("as_of", None)
        return parcel.Basis(
            as_of=filters.as_of,
            snapshot=self._shop.snapshot,
            sources=self._shop.sources,
            filters=asked,
            rule_set="table",
            version=f"habitue {version('habitue')}",
        )
