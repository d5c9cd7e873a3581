"""A shop opened for questions."""

from __future__ import annotations

from habitue.workspace.cohorts import CohortQuestions
from habitue.workspace.overview import OverviewQuestions
from habitue.workspace.purchases import PurchaseQuestions
from habitue.workspace.quality import QualityQuestions
from habitue.workspace.reports import ReportQuestions
from habitue.workspace.segment_values import SegmentValueQuestions
from habitue.workspace.sensitivity import SensitivityQuestions
from habitue.workspace.trust import TrustQuestions
from habitue.workspace.value_ways import ValueWayQuestions
from habitue.workspace.visuals import VisualQuestions


class Workspace(
    ReportQuestions,
    VisualQuestions,
    OverviewQuestions,
    SegmentValueQuestions,
    TrustQuestions,
    ValueWayQuestions,
    PurchaseQuestions,
    CohortQuestions,
    SensitivityQuestions,
    QualityQuestions,
):
    """Answers questions about one snapshot, or one table in place.

    Safe to share between threads: filters are arguments, never state. Answers are remembered,
    so that asking twice costs nothing. Each family of questions stands in a module of its own.
    """
