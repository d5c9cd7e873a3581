"""Leave alone what start-up made: no round of garbage collection looks through it again.

Streamlit, plotly and the query builder are some million objects that live as long as the server.
A full round over them stops every reader for a tenth of a second, whoever's rerun sets it off.
"""

from __future__ import annotations

import gc
import sys

_imported = 0


def settle() -> bool:
    """Set aside what is held now, if modules have come in since the last time.

    What a run leaves behind in cycles is collected first: set aside, it would stay for good.

    Returns:
        Whether anything was set aside.
    """
    global _imported  # noqa: PLW0603 - of the process, as the collector is
    if len(sys.modules) == _imported:
        return False
    gc.collect()
    gc.freeze()
    _imported = len(sys.modules)
    return True
