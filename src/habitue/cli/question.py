"""Commands that answer a question: workspace and filters come in, rows go out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from habitue.cli.answer import Answer, write
from habitue.cli.families import Command, with_families
from habitue.cli.options import Data, Output, View
from habitue.cli.terminal import Terminal

if TYPE_CHECKING:
    import pyarrow as pa

_SHARED = {"terminal": Terminal, "data": Data, "view": View, "output": Output}


def question(ask: Callable[..., Answer | pa.Table]) -> Command:
    """Make a command out of `ask(workspace, filters, **own options)`.

    It gets the options of `Data`, `View` and `Output`, and those that `ask` declares after its
    first two parameters. An Arrow table is written as it is; an `Answer` says how else it reads.

    Args:
        ask: Asks the workspace, and gives back its answer.
    """
    own = dict(list(inspect.signature(ask).parameters.items())[2:])

    @wraps(ask)
    def asked(terminal: Terminal, data: Data, view: View, output: Output, **options: Any) -> None:
        filters = view.filters()
        found = ask(data.workspace(), filters, **options)
        write(found if isinstance(found, Answer) else Answer(rows=lambda: found), output, terminal)

    # Only the options' types are looked up: the others are imported for the type checker alone.
    asked.__annotations__ = {name: option.annotation for name, option in own.items()}
    types = inspect.get_annotations(asked, eval_str=True) | _SHARED
    defaults = {name: option.default for name, option in own.items()}
    by_name = inspect.Parameter.KEYWORD_ONLY
    asked.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what inspect reads
        [
            inspect.Parameter(
                name, by_name, annotation=kind, default=defaults.get(name, inspect.Parameter.empty)
            )
            for name, kind in types.items()
        ]
    )
    return with_families(asked)
