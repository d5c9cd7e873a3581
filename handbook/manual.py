"""The page of the command line: every command and option, as `--help` describes them."""

from __future__ import annotations

from habitue.cli.app import tree
from habitue.cli.manual import describe
from habitue.cli.terminal import Terminal
from habitue.texts import Lang


def page(lang: Lang) -> str:
    """Lay the manual of the command line out as one Markdown page.

    Args:
        lang: Language of the page.
    """
    terminal = Terminal(lang)
    root = tree()
    context = root.make_context("habitue", [], obj=terminal, resilient_parsing=True)
    parts = [terminal.text("cli.manual_title"), terminal.text("cli.manual_lead")]
    for command in (root, *root.commands.values()):
        own = context if command is root else command.make_context(
            command.name, [], parent=context, resilient_parsing=True
        )  # fmt: skip
        described = describe(command, own)
        parts += [f"## {described.path}", described.about]
        parts.append(f"```\n{described.path} {described.usage}\n```")
        for title, rows in described.panels:
            table = [f"| {title} | |", "| --- | --- |"]
            table += [f"| `{_cell(term)}` | {_cell(meaning)} |" for term, meaning in rows]
            parts.append("\n".join(table))
        if described.examples:
            parts.append(f"```\n{described.examples}\n```")
    parts.append(terminal.text("cli.manual_formats"))
    return "\n\n".join(parts) + "\n"


def _cell(told: str) -> str:
    return told.replace("|", "\\|")
