"""Which way a back-test's totals were wrong: a forecast that runs low must say so (D34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Self

import numpy as np

from habitue.texts import Lang, percent, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bias:
    """The sign of the error of the total, from the latest cut back.

    Attributes:
        way: `low` or `high`, where the latest cuts agree on it; `mixed` where the two latest do
            not.
        run: Latest cuts that agree; 0 when mixed.
        cuts: All of them.
        least: Smallest error of those that agree, or of all when mixed, without its sign.
        most: Largest one.
        mean: Mean error of them, with its sign.
    """

    way: str
    run: int
    cuts: int
    least: float
    most: float
    mean: float

    @classmethod
    def of(cls, errors: Sequence[float]) -> Self | None:
        """Read the errors of the total, predicted over actual less one.

        Args:
            errors: The latest cut first; NaN, where nothing happened, is left out.

        Returns:
            None when no cut tells.

        Examples:
            >>> Bias.of([-0.19, -0.10, 0.05]).say("en")
            'At the 2 latest of 3 dates the total came out too low, by 10.0% to 19.0%.'
        """
        known = [one for one in errors if not np.isnan(one)]
        if not known:
            return None
        low = known[0] < 0
        run = len(list(takewhile(lambda one: (one < 0) == low, known)))
        mixed = run == 1 and len(known) > 1
        told = np.array(known if mixed else known[:run])
        sizes = np.abs(told)
        return cls(
            way="mixed" if mixed else "low" if low else "high",
            run=0 if mixed else run,
            cuts=len(known),
            least=float(sizes.min()),
            most=float(sizes.max()),
            mean=float(told.mean()),
        )

    def say(self, lang: Lang) -> str:
        """Give the sentence in a language."""
        facts: dict[str, Any] = {
            "cuts": self.cuts,
            "least": percent(self.least, lang),
            "most": percent(self.most, lang),
            "mean": ("+" if self.mean >= 0 else "") + percent(self.mean, lang),
        }
        if self.way == "mixed":
            return text("clv.bias_mixed", lang, **facts)
        lately = "" if self.run == self.cuts else "_lately"
        return text(f"clv.bias_{self.way}{lately}", lang, count=self.run, **facts)
