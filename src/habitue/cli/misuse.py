"""What to say of a command line that cannot be read: exit code 2."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from habitue.cli.manual import choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from typer import TyperException

    from habitue.cli.terminal import Terminal


class MisuseError(Exception):
    """A word that no command expects there.

    Args:
        key: Name in the `cli` catalogue, after `misuse_`.
        path: The command so far.
        word: The word.
        near: What was probably meant, or all that is allowed.
        value: What was typed for the word.
    """

    def __init__(
        self, key: str, path: str, *, word: str = "", near: Iterable[str] = (), value: str = ""
    ) -> None:
        super().__init__(key)
        self.key, self.path, self.word, self.near = key, path, word, tuple(near)
        self.value = value


def read(misuse: TyperException, args: Sequence[str], terminal: Terminal) -> MisuseError:
    """Find out what Typer stumbled over; its own sentences are in English only.

    Args:
        misuse: What Typer raised.
        args: The command line.
        terminal: Who reads.
    """
    found: Any = misuse
    # An option without its value is found before the command's context is made.
    path = found.ctx.command_path if found.ctx else f"habitue {args[0]}"
    match type(found).__name__:
        case "NoSuchOption":
            near = found.possibilities or ()
            return MisuseError("option", path, word=found.option_name, near=near)
        case "BadOptionUsage":
            return MisuseError("value_lacking", path, word=found.option_name)
        case "MissingParameter":
            return MisuseError("lacking", path, word=_name(found.param, terminal))
        case "BadParameter":
            word = _name(found.param, terminal)
            value = _typed(found.param, args[len(path.split()) - 1 :])
            return MisuseError("value", path, word=word, near=choices(found.param), value=value)
        case _:
            return MisuseError("command_lacking", path)


def nearest(word: str, words: Iterable[str]) -> list[str]:
    """Find what was probably meant."""
    return get_close_matches(word, list(words), n=3)


def said(misuse: MisuseError, terminal: Terminal) -> str:
    """Say what is wrong, what was probably meant, and where the manual is."""
    sentences = [terminal.text(f"cli.misuse_{misuse.key}", word=misuse.word, value=misuse.value)]
    if misuse.near:
        meant = "cli.misuse_allowed" if misuse.key == "value" else "cli.misuse_near"
        sentences.append(terminal.text(meant, words=misuse.near))
    hint = terminal.text("cli.misuse_hint", command=f"{misuse.path} --help")
    return "\n".join([" ".join(sentences), hint])


def _typed(param: Any, args: Sequence[str]) -> str:
    """Find what stands behind an option, the last time it does; for an argument, a bare word."""
    if param.param_type_name != "option":
        return next((word for word in args if not word.startswith("-")), "")
    found = ""
    for word, following in zip(args, [*args[1:], ""], strict=True):
        if word in param.opts:
            found = following
        elif word.startswith(tuple(f"{name}=" for name in param.opts)):
            found = word.partition("=")[2]
    return found


def _name(param: Any, terminal: Terminal) -> str:
    if param.param_type_name == "option":
        return str(param.opts[0])
    return terminal.text(f"cli.metavar_{param.metavar}")
