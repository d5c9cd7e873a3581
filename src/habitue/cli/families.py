"""Let a command take whole families of options, and the terminal, as plain parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import wraps
from typing import Annotated, Any, Final, Literal

import typer

from habitue.cli.terminal import Terminal

Command = Callable[..., None]
Language = Annotated[Literal["fr", "en"] | None, typer.Option("--lang", expose_value=False)]
"""Known to every command; `terminal.language_of` has read it before the command is even found."""

_LANGUAGE: Final = inspect.Parameter(
    "lang", inspect.Parameter.KEYWORD_ONLY, annotation=Language, default=None
)


def with_families(command: Command) -> Command:
    """Spread every parameter whose type is a family of options into the options it holds.

    A parameter of type `Terminal` is filled in; Typer sees the rest, and `--lang`.

    Args:
        command: Takes families from `options`, besides arguments and options of its own.
    """
    asked = inspect.signature(command, eval_str=True).parameters.values()
    families = {one.name: one.annotation for one in asked if _is_family(one.annotation)}

    @wraps(command)
    def spread(ctx: typer.Context, lang: None = None, **given: Any) -> None:  # noqa: ARG001 - read before
        for name, family in families.items():
            given[name] = family(
                **{option: given.pop(option) for option in inspect.signature(family).parameters}
            )
        for one in asked:
            if one.annotation is Terminal:
                given[one.name] = ctx.obj
        command(**given)

    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    seen = [context]
    for one in asked:
        if one.name in families:
            seen += inspect.signature(one.annotation, eval_str=True).parameters.values()
        elif one.annotation is not Terminal:
            seen.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY))
    seen.append(_LANGUAGE)
    spread.__signature__ = inspect.Signature(seen)  # type: ignore[attr-defined]  # what inspect reads
    spread.__annotations__ = {one.name: one.annotation for one in seen}
    return spread


def _is_family(kind: Any) -> bool:
    return is_dataclass(kind) and kind is not Terminal
