"""The tree of commands, and what a run ends with."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from habitue import __version__
from habitue.cli import misuse
from habitue.cli.families import Language
from habitue.cli.manual import describe, page
from habitue.cli.misuse import MisuseError
from habitue.cli.terminal import Terminal, language_of
from habitue.errors import HabitueError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = (
    "demo",
    "fetch",
    "ingest",
    "check",
    "quality",
    "serve",
    "kpis",
    "cohorts",
    "pooled",
    "rfm",
    "segments",
    "movement",
    "clv",
    "trust",
    "scenario",
    "sensitivity",
    "forecast",
    "export",
    "exports",
    "readback",
    "report",
    "erase",
    "snapshots",
    "doctor",
)
"""In the order of the help page. Each is the function of that name in the module of that name."""

DONE, WRONG, MISUSED = 0, 1, 2


class _Command(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        """Speak the reader's language, which Typer's own pages do not."""
        return page(describe(self, ctx), ctx.obj)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse words too many, in the reader's language."""
        ctx.allow_extra_args = True
        if spare := super().parse_args(ctx, args):
            raise MisuseError("word", ctx.command_path, word=spare[0])
        return spare


class _Group(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        """Speak the reader's language, which Typer's own pages do not."""
        return page(describe(self, ctx), ctx.obj)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Refuse an unknown command, in the reader's language."""
        if args[0] not in self.commands:
            near = misuse.nearest(args[0], self.commands)
            raise MisuseError("command", ctx.command_path, word=args[0], near=near)
        return super().resolve_command(ctx, args)


def tree() -> TyperGroup:
    """Build every command."""
    app = typer.Typer(name="habitue", cls=_Group, add_completion=False, rich_markup_mode=None)
    app.callback()(_root)
    for name in COMMANDS:
        module = import_module(f"habitue.cli.commands.{name}")
        app.command(name, cls=_Command)(getattr(module, name))
    return typer.main.get_group(app)


def run(args: Sequence[str]) -> int:
    """Run one command line; see `habitue.cli.main`."""
    terminal = Terminal(language_of(args))
    try:
        with tree().make_context("habitue", list(args) or ["--help"], obj=terminal) as context:
            context.command.invoke(context)
    except typer.Exit as end:
        return end.exit_code
    except HabitueError as error:
        terminal.write(error.say(terminal.lang))
        return WRONG
    except MisuseError as found:
        terminal.write(misuse.said(found, terminal))
        return MISUSED
    except typer.TyperException as found:
        terminal.write(misuse.said(misuse.read(found, args, terminal), terminal))
        return MISUSED
    except BrokenPipeError:
        # The reader has seen enough. Python would complain once more while closing stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"habitue {__version__}")
        raise typer.Exit


def _root(
    lang: Language = None,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_version)] = False,
) -> None:
    """Hold the options of the command line itself."""
