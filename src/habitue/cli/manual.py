"""The manual: one description per command, laid out as a help page."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from habitue.cli.terminal import Terminal
from habitue.texts import has_text

PANELS: Final = (
    "arguments",
    "commands",
    "where",
    "reading",
    "quality",
    "target",
    "levers",
    "cohorts",
    "view",
    "value",
    "scores",
    "serving",
    "output",
    "options",
)
_MAX_WIDTH: Final = 100
_MAX_TERM: Final = 32


@dataclass(frozen=True, slots=True)
class Described:
    """A command in words.

    Attributes:
        path: What to type, `habitue kpis`.
        usage: What may follow.
        about: What it does.
        panels: Title, and (what to type, what it means) of each option.
        examples: Command lines that work.
    """

    path: str
    usage: str
    about: str
    panels: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    examples: str


def describe(command: Any, context: Any) -> Described:
    """Describe a command of the tree in the language of its context."""
    terminal: Terminal = context.obj
    name = "habitue" if context.parent is None else command.name
    held: dict[str, list[tuple[str, str]]] = {panel: [] for panel in PANELS}
    for param in command.get_params(context):
        if param.param_type_name == "argument":
            held["arguments"].append((_metavar(param, terminal), _meaning(name, param, terminal)))
        else:
            panel = param.rich_help_panel or "options"
            held[panel].append((_typed(param, terminal), _meaning(name, param, terminal)))
    for child in getattr(command, "commands", {}):
        held["commands"].append((child, terminal.text(f"cli.{child}_short")))
    examples = f"cli.{name}_examples"
    return Described(
        path=context.command_path,
        usage=_usage(command, context, terminal),
        about=terminal.text(f"cli.{name}"),
        panels=tuple(
            (terminal.text(f"cli.panel_{panel}"), tuple(rows))
            for panel, rows in held.items()
            if rows
        ),
        examples=terminal.text(examples) if has_text(examples, terminal.lang) else "",
    )


def page(described: Described, terminal: Terminal) -> str:
    """Lay a description out as a help page, as wide as the terminal."""
    width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
    parts = [
        f"{terminal.text('cli.usage')} {described.path} {described.usage}".rstrip(),
        textwrap.fill(described.about, width),
    ]
    for title, rows in described.panels:
        column = min(max(len(term) for term, _ in rows), _MAX_TERM) + 2
        parts.append("\n".join([title, *(_row(*row, column, width) for row in rows)]))
    if described.examples:
        parts.append(
            f"{terminal.text('cli.panel_examples')}\n{textwrap.indent(described.examples, '  ')}"
        )
    return "\n\n".join(parts)


def choices(param: Any) -> tuple[str, ...]:
    """List the words that an option takes; none when it takes any."""
    found = param.type_descriptor.choices or ()
    return tuple(str(one.value if isinstance(one, Enum) else one) for one in found)


def _row(term: str, meaning: str, column: int, width: int) -> str:
    wrapped = textwrap.wrap(meaning, max(width - column - 2, 30)) or [""]
    if len(term) > column - 2:
        wrapped.insert(0, "")
    first, *rest = wrapped
    return "\n".join(
        [f"  {term:<{column}}{first}".rstrip(), *(" " * (column + 2) + line for line in rest)]
    )


def _usage(command: Any, context: Any, terminal: Terminal) -> str:
    arguments = []
    for param in command.get_params(context):
        if param.param_type_name == "argument":
            typed = _metavar(param, terminal) + ("..." if param.nargs == -1 else "")
            arguments.append(typed if param.required else f"[{typed}]")
    if hasattr(command, "commands"):
        arguments.append(terminal.text("cli.metavar_command"))
    return " ".join([*arguments, f"[{terminal.text('cli.panel_options').lower()}]"])


def _typed(param: Any, terminal: Terminal) -> str:
    flags = ", ".join([*param.opts, *param.secondary_opts])
    return flags if param.is_flag else f"{flags} {_metavar(param, terminal)}"


def _metavar(param: Any, terminal: Terminal) -> str:
    if words := choices(param):
        return "|".join(words)
    key = f"cli.metavar_{param.metavar}"
    return terminal.text(key) if has_text(key, terminal.lang) else str(param.metavar)


def _meaning(command: str, param: Any, terminal: Terminal) -> str:
    own = f"cli.{command}_option_{param.name}"
    key = own if has_text(own, terminal.lang) else f"cli.option_{param.name}"
    told = [terminal.text(key)]
    default = param.default.value if isinstance(param.default, Enum) else param.default
    if default is not None and default is not False and param.name != "help":
        told.append(terminal.text("cli.default", value=str(default)))
    if param.envvar:
        told.append(terminal.text("cli.variable", name=param.envvar))
    return " ".join(told)
