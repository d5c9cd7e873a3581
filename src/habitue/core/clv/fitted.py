"""What every fitted model carries: parameters, how sure we are of them, and what to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self, TypeAlias

import numpy as np

from habitue.core.clv.fitting import Array
from habitue.errors import RequestError
from habitue.texts import Lang, text

Number: TypeAlias = float | Array
"""A parameter: one value, or a column of draws that broadcasts over customers."""
_WEAK: Final = 1.0
"""Standard error of a logarithm above which a parameter is hardly known: a factor of seven."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the reader of a fit must know, in words of the `clv` catalogue.

    Args:
        key: Name in the catalogue, without the subject.
        facts: Values for the placeholders.

    Examples:
        >>> Finding("too_few_repeaters", {"count": 3, "needed": 10}).say("en")
        'Only 3 customers came back; at least 10 are needed to tell habits apart, ...'
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def say(self, lang: Lang) -> str:
        """Give the sentence in a language."""
        return text(f"clv.{self.key}", lang, **self.facts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the data says about a fitted model.

    Attributes:
        log_likelihood: At the optimum, in the unit of time (or money) the caller used.
        covariance: Of the unbounded parameters (logarithms), from the inverse Hessian. A
            direction the data does not identify has no variance here, and a finding.
        customers: Customers the fit counts.
    """

    log_likelihood: float
    covariance: Array
    customers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedModel:
    """A model with known or fitted parameters.

    Attributes:
        evidence: What the fit says about itself; None when the parameters were given.
        findings: What the reader of the fit must know, most important first.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    lowest: ClassVar[Mapping[str, float]] = {}

    evidence: Evidence | None = field(default=None, compare=False)
    findings: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        """Refuse parameters that cannot be."""
        for name in self.names:
            value = np.asarray(getattr(self, name))
            lowest = self.lowest.get(name, 0.0)
            if not np.all((value > lowest) & np.isfinite(value)):
                raise RequestError(
                    "clv_parameter", name=name, value=float(value.min()), lowest=lowest
                )

    @property
    def params(self) -> dict[str, float]:
        """Parameters by the letters of the papers."""
        return {name: float(getattr(self, name)) for name in self.names}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Standard error of each parameter, by the delta method; empty when given, not fitted.

        NaN for a parameter whose value the data does not identify on its own.
        """
        if self.evidence is None:
            return {}
        spread = np.sqrt(np.diag(self.evidence.covariance))
        alone = {name for finding in self.findings for name in _unidentified(finding)}
        return {
            name: np.nan if name in alone else float((value - self.lowest.get(name, 0)) * error)
            for (name, value), error in zip(self.params.items(), spread, strict=True)
        }

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the data fitted, in the caller's unit of time; NaN when not fitted."""
        return np.nan if self.evidence is None else self.evidence.log_likelihood

    @property
    def covariance(self) -> Array:
        """Covariance of the logarithms of the parameters (above their lowest value), in order."""
        size = len(self.names)
        return np.zeros((size, size)) if self.evidence is None else self.evidence.covariance

    def noting(self, *findings: Finding) -> Self:
        """Give the same model with findings put first."""
        return replace(self, findings=(*findings, *self.findings))

    def redrawn(self, theta: Array) -> Self:
        """Give the same model with a column of draws for each parameter.

        Its answers have one row per draw and one column per customer.

        Args:
            theta: As the property, one row per draw.
        """
        columns = np.exp(theta).T[:, :, np.newaxis]
        drawn = {
            name: self.lowest.get(name, 0.0) + column
            for name, column in zip(self.names, columns, strict=True)
        }
        return replace(self, **drawn)

    @property
    def theta(self) -> Array:
        """Logarithms of the parameters above their lowest value, in order."""
        return np.log([value - self.lowest.get(name, 0) for name, value in self.params.items()])

    @classmethod
    def with_params(cls, params: Mapping[str, Number], evidence: Evidence | None = None) -> Self:
        """Build the model from its parameters by name."""
        return cls(**dict(params), evidence=evidence)  # type: ignore[arg-type]  # the subclass has these names


def weakness(model: FittedModel, names: tuple[str, ...]) -> list[Finding]:
    """Warn when the data hardly says where these parameters lie."""
    index = [model.names.index(name) for name in names]
    spread = np.sqrt(np.diag(model.covariance)[index])
    return [Finding("weak", {"names": names})] if spread.max() > _WEAK else []


def _unidentified(finding: Finding) -> tuple[str, ...]:
    alone = finding.facts.get("parameters", ())
    assert isinstance(alone, tuple)
    return alone
