"""The export profiles as a page, from the YAML files that exports read."""

from __future__ import annotations

from habitue.export.profiles import Profile, profiles
from habitue.texts import Lang, has_text, number, text
from handbook.words import say


def page(lang: Lang) -> str:
    """Lay the profiles out, one section each.

    Args:
        lang: Language of the page.
    """
    parts = [f"# {say('destinations_title', lang)}", say("destinations_lead", lang)]
    parts += [_profile(one, lang) for one in profiles().values()]
    return "\n\n".join(parts) + "\n"


def _profile(one: Profile, lang: Lang) -> str:
    parts = [f"## {one.label}", f"```bash\nhabitue export {one.name}\n```"]
    if one.columns:
        rows = [f"| {say('column', lang)} | {say('holds', lang)} | {say('written', lang)} |"]
        rows += ["| --- | --- | --- |"]
        rows += [
            f"| `{slot.header}` | `{slot.field}` | {_written(slot.rule, slot.hashed, lang)} |"
            for slot in one.columns
        ]
        parts.append("\n".join(rows))
    parts.append("\n".join(f"- {fact}" for fact in _facts(one, lang)))
    return "\n\n".join(parts)


def _written(rule: str, hashed: bool, lang: Lang) -> str:
    told = f"`{rule}`"
    return f"{told}, {say('hashed', lang)}" if hashed else told


def _facts(one: Profile, lang: Lang) -> list[str]:
    facts = [f"{say('format', lang)} `{one.format}`"]
    if one.extra:
        facts.append(say("extra", lang))
    if one.identifiers:
        names = ", ".join(f"`{slot.header}`" for slot in one.identifiers)
        facts.append(f"{say('identifiers', lang)} {names}")
    if one.consent.required:
        asked = ", ".join(f"`{field}`" for field in one.consent.required)
        facts.append(f"{say('consent', lang)} {asked}")
    limits = {"rows": one.limits.rows, "megabytes": one.limits.megabytes}
    if one.limits.minimum > 1:
        limits["minimum"] = one.limits.minimum
    facts += [
        f"{say(f'limit_{name}', lang)} {number(limit, lang)}"
        for name, limit in limits.items()
        if limit is not None
    ]
    facts += [
        text(f"export.{note}", lang) for note in one.notes if has_text(f"export.{note}", lang)
    ]
    if one.source:
        basis = say(f"basis_{one.source.basis}", lang)
        facts.append(f"{say('read_on', lang)} {one.source.read}, {basis} <{one.source.url}>")
    return facts
