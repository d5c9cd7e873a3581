"""The page on importing a shop's file, generated from the profiles and the mapping itself."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from habitue.data.mapping.model import Mapping, field_of
from habitue.data.mapping.profiles import Profile, profiles
from habitue.schema import Role
from habitue.texts import text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as AnyMapping

_EXAMPLE: Final = """\
profile: shopify-orders
keep_statuses: [paid, partially_refunded]   # instead of the profile's list
shipping: null                              # leave shipping out
currency: EUR
rates: {USD: 0.92}                          # one dollar is worth 0.92 euros
"""


def markdown() -> str:
    """Write the page.

    Examples:
        >>> print(markdown().splitlines()[0])
        # Importing a shop's file
    """
    parts = [
        f"# {_said('title')}", _said("lead"),
        f"## {_said('own_title')}", _said("own_lead"), f"```yaml\n{_EXAMPLE}```", _said("own_tail"),
        f"## {_said('orders_title')}", _said("orders_lead"),
        f"## {_said('profiles_title')}", _said("profiles_lead"), _overview(),
        *(_section(profile) for profile in profiles()),
        f"## {_said('keys_title')}", _said("keys_lead"), _keys(),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _said(key: str, **facts: Any) -> str:
    return text(f"mapping.guide_{key}", "en", **facts)


def _overview() -> str:
    rows = (
        (one.title, f"`{one.name}`", _said(f"identity_{one.identity}"),
         f"{one.version}, {one.dated}")
        for one in profiles()
    )  # fmt: skip
    return _table(("export", "profile", "customer", "version"), rows)


def _section(profile: Profile) -> str:
    signatures = "; ".join(
        " + ".join(" / ".join(f"`{name}`" for name in group) for group in header.signature)
        for header in profile.headers
    )
    says = [
        f"### {profile.title}",
        _said("betrayed", names=signatures),
        "\n".join(f"- {text(trap, 'en')}" for trap in profile.traps),
        _table(("role", "columns"), (_role(role, profile.roles[role]) for role in profile.roles)),
    ]
    for choice, roles in profile.tax.items():
        says.append(_said("tax", choice=choice))
        says.append(_table(("role", "columns"), (_role(role, roles[role]) for role in roles)))
    if profile.options:
        says += [_said("options"), f"```yaml\n{_yaml(profile.options)}```"]
    if profile.private:
        says.append(_said("private", names=", ".join(f"`{name}`" for name in profile.private)))
    says.append(_said("source", source=profile.source))
    return "\n\n".join(says)


def _role(role: Role, names: Iterable[str]) -> tuple[str, str]:
    return f"`{field_of(role)}`", ", ".join(f"`{name}`" for name in names)


def _yaml(options: AnyMapping[str, Any]) -> str:
    lines = []
    for key, value in options.items():
        written = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
        lines.append(f"{key}: {written.strip().removesuffix('...').strip()}")
    return "\n".join(lines) + "\n"


def _keys() -> str:
    """List the keys of a mapping with what its class says of them."""
    page = inspect.getdoc(Mapping) or ""
    body = page.partition("Attributes:\n")[2].partition("\n\n")[0]
    entries = re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", body, re.MULTILINE)
    rows = [(f"`{name}`", re.sub(r"\s+", " ", said), _default(name)) for name, said in entries]
    return _table(("key", "meaning", "default"), rows)


def _default(name: str) -> str:
    default = Mapping.model_fields[name].default
    return "" if default in (None, (), {}) else f"`{str(default).lower()}`"


def _table(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    named = [_said(f"column_{title}") for title in titles]
    lines = [
        named,
        ["---"] * len(named),
        *([cell.replace("|", "\\|") for cell in row] for row in rows),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    import sys

    sys.stdout.write(markdown())
