"""The public names as a page, from their signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import habitue
import habitue.clv
from habitue import Workspace
from habitue.texts import Lang
from handbook.words import say

_SECTION: Final = re.compile(r"^(Args|Attributes|Returns|Raises|Yields|Examples):$", re.MULTILINE)


def page(lang: Lang) -> str:
    """Lay the library out: functions, classes, questions, models.

    Args:
        lang: Language of the headings.
    """
    public = {name: getattr(habitue, name) for name in habitue.__all__ if name != "__version__"}
    functions = {name: one for name, one in public.items() if inspect.isroutine(one)}
    classes = {name: one for name, one in public.items() if inspect.isclass(one)}
    models = {name: getattr(habitue.clv, name) for name in habitue.clv.__all__}
    parts = [f"# {say('library_title', lang)}", say("library_lead", lang)]
    for title, names, prefix in (
        ("library_functions", functions, "habitue."),
        ("library_classes", classes, "habitue."),
        ("library_workspace", dict(questions()), "workspace."),
        ("library_clv", models, "habitue.clv."),
    ):
        parts.append(f"## {say(title, lang)}")
        for name, one in sorted(names.items(), key=lambda pair: pair[0].casefold()):
            parts += [f"### {prefix}{name}", *_described(name, one)]
    return "\n\n".join(parts) + "\n"


def questions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give the public methods of a workspace, by name."""
    for name, method in inspect.getmembers(Workspace, inspect.isroutine):
        if not name.startswith("_"):
            yield name, method


def _described(name: str, one: Any) -> Iterator[str]:
    if callable(one) and not (inspect.isclass(one) and issubclass(one, Exception)):
        yield f"```text\n{name}{_signature(one)}\n```"
    told = inspect.getdoc(one) or ""
    pieces = _SECTION.split(told)
    if lead := pieces[0].strip():
        yield _prose(lead)
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        if title == "Examples":
            yield f"```pycon\n{inspect.cleandoc(body)}\n```"
        else:
            yield f"**{title}**\n\n{_items(body)}"


def _signature(one: Any) -> str:
    """Write a signature a line per argument, types as the code spells them, without `self`."""
    try:
        found = inspect.signature(one)
    except ValueError:
        return "(...)"
    kept = [arg for arg in found.parameters.values() if arg.name != "self"]
    bare = str(found.replace(parameters=kept)).replace("'", "")
    # An enumeration's default as one types it: <Retention.ON: on> is "on".
    bare = re.sub(r"<\w+\.\w+: (\w+)>", r'"\1"', bare)
    if len(bare) <= 80:  # noqa: PLR2004 - as wide as a page
        return bare
    inside, _, after = bare[1:].rpartition(")")
    return "(\n    " + re.sub(r", (?=\*?\*?\w+[:=]|\*,)", ",\n    ", inside) + f",\n){after}"


def _items(body: str) -> str:
    """Turn `name: meaning` lines into a list, and leave prose as it is."""
    lines = inspect.cleandoc(body).splitlines()
    if not any(re.match(r"\*?\*?\w+: ", line) for line in lines):
        return _prose("\n".join(lines))
    items: list[str] = []
    for line in lines:
        if found := re.match(r"(\*?\*?\w+): (.*)", line):
            items.append(f"- `{found[1]}`: {found[2]}")
        elif line.strip():
            items[-1] += f" {line.strip()}"
    return "\n".join(_prose(item) for item in items)


def _prose(words: str) -> str:
    """Keep what looks like a link, a heading or HTML from being one, outside code."""
    spoken = re.split(r"(`[^`]*`)", words)
    return "".join(
        piece if piece.startswith("`") else re.sub(r"([\[\]<>*])", r"\\\1", piece)
        for piece in spoken
    )
