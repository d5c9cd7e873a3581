"""Rule sets: every code has one name, and a file that says otherwise is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from habitue.core.segments.rules import (
    RULE_SETS,
    RuleSet,
    every_code,
    read,
    rescaled,
    rule_set,
)
from habitue.errors import RequestError
from habitue.texts import LANGS


@pytest.mark.parametrize("name", RULE_SETS)
@pytest.mark.parametrize("classes", [3, 4, 5])
def test_every_code_has_exactly_one_name(name: str, classes: int) -> None:
    rules = rule_set(name)
    owned = [code for one in rules.segments for code in one.codes]
    assert sorted(owned) == sorted(every_code(rules.classes))
    assert {rules.of(code, classes) for code in every_code(classes)} <= set(rules.segments)
    spread = [rules.codes((one.name,), classes) for one in rules.segments]
    assert sorted(code for codes in spread for code in codes) == sorted(every_code(classes))


def test_table_has_the_published_sizes() -> None:
    sizes = {one.name: len(one.codes) for one in rule_set("table").segments}
    assert sizes == {
        "Champions": 7, "Loyal": 8, "Potential Loyalist": 24, "New": 7, "Promising": 16,
        "Needs Attention": 8, "About to Sleep": 8, "At Risk": 22, "Can't Lose Them": 8,
        "Hibernating": 11, "Lost": 6,
    }  # fmt: skip


def _same(*sets: str) -> int:
    rules = [rule_set(one) for one in sets]
    return sum(len({one.of(code, 5).id for one in rules}) == 1 for code in every_code(5))


def test_published_overlap_of_the_rule_sets() -> None:
    assert _same("table", "grid") == 44
    assert _same("table", "ranges") == 33
    assert _same("grid", "ranges") == 41
    assert _same("table", "grid", "ranges") == 19


def test_ranges_overlap_in_20_cells_and_the_first_line_wins() -> None:
    # The same ranges, read as R x FM cells straight from the published table.
    ranges = [
        (4, 5, 4, 5), (2, 5, 3, 5), (3, 5, 1, 3), (4, 5, 0, 1), (3, 4, 0, 1), (2, 3, 2, 3),
        (2, 3, 0, 2), (0, 2, 2, 5), (0, 1, 4, 5), (1, 2, 1, 2), (0, 2, 0, 2),
    ]  # fmt: skip
    met = {
        (r, fm): [
            place for place, (a, b, c, d) in enumerate(ranges) if a <= r <= b and c <= fm <= d
        ]
        for r in range(1, 6)
        for fm in range(1, 6)
    }
    assert sum(len(places) > 1 for places in met.values()) == 20
    rules = rule_set("ranges")
    for (r, fm), places in met.items():
        assert rules.of(f"{r}{fm}{fm}", 5) == rules.segments[places[0]]
    never = {one.id for one in rules.segments if not one.codes}
    assert never == {"new", "promising", "cant_lose", "lost"}


def test_half_of_f_and_m_goes_down() -> None:
    rules = rule_set("ranges")
    assert rules.of("434", 5) == rules.of("433", 5)
    assert rules.of("443", 5) == rules.of("433", 5)


@pytest.mark.parametrize("classes", [3, 4, 5])
@pytest.mark.parametrize("wanted", [3, 4, 5])
def test_rescaling_keeps_order_ends_and_symmetry(classes: int, wanted: int) -> None:
    digits = [int(rescaled(str(one), classes, wanted)) for one in range(1, classes + 1)]
    assert digits == sorted(digits)
    assert (digits[0], digits[-1]) == (1, wanted)
    mirrored = [wanted + 1 - one for one in reversed(digits)]
    odd = [place for place in range(classes) if mirrored[place] != digits[place]]
    # Only the middle of an odd scale has no mirror in an even one: it goes down.
    assert odd == ([classes // 2] if classes % 2 and wanted == 4 else [])


@pytest.mark.parametrize("name", RULE_SETS)
def test_every_name_and_playbook_is_worded_in_both_languages(name: str) -> None:
    for one in rule_set(name).segments:
        for lang in LANGS:
            assert one.title(lang)
            assert one.playbook(lang).endswith(".")
        assert one.title("fr") != one.name or one.id == "champions"


@pytest.mark.parametrize("name", RULE_SETS)
def test_a_set_saved_as_yaml_reads_back_the_same(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(rule_set(name).to_yaml(), "utf-8")
    found = rule_set(file)
    for code in every_code(5):
        one, other = found.of(code, 5), rule_set(name).of(code, 5)
        assert (one.id, one.name, one.codes) == (other.id, other.name, other.codes)
        assert [one.playbook(lang) for lang in LANGS] == [other.playbook(lang) for lang in LANGS]


TWO = """
classes: 3
segments:
  - name: Good
    r: 2-3
    playbook: {fr: Gardez-les., en: Keep them.}
  - name: Gone
    r: 1
"""


def test_a_set_of_ones_own() -> None:
    rules = rule_set(TWO)
    assert rules.of("555", 5).name == "Good"
    assert rules.named("good").playbook("fr") == "Gardez-les."
    assert rules.named("Gone").playbook("en") == ""
    assert rules.named("gone").title("fr") == "Gone"


def _refusal(text: str) -> RequestError:
    with pytest.raises(RequestError) as caught:
        rule_set(text)
    for lang in LANGS:
        assert caught.value.say(lang)
    return caught.value


def test_a_hole_is_named() -> None:
    refusal = _refusal(TWO.replace("r: 2-3", "r: 3"))
    assert refusal.key == "rules_missing"
    assert refusal.facts["count_of"] == 9
    assert "211, 212" in refusal.what("en")


def test_a_code_with_two_names_is_named_with_both() -> None:
    refusal = _refusal(TWO.replace("r: 1", "r: 1-2"))
    assert refusal.key == "rules_doubled"
    assert "211 (Good, Gone)" in refusal.what("fr")
    assert rule_set("first_match: true" + TWO.replace("r: 1", "r: 1-2")).of("211", 3).name == "Good"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("classes: 3\nsegments: 4", "rules_no_segments"),
        ("- 1\n- 2", "rules_no_segments"),
        (TWO.replace("classes: 3", "classes: 9"), "classes_outside"),
        (TWO.replace("classes: 3", "classes: [3]"), "classes_outside"),
        (TWO.replace("r: 1", "rr: 1"), "rules_key"),
        (TWO.replace("classes", "klasses"), "rules_key"),
        (TWO.replace("r: 1", "r: one"), "rules_not_a_range"),
        (TWO.replace("r: 1", "codes: '118'"), "rules_not_a_code"),
        (TWO.replace("r: 1", "codes: '111'\n    r: 1"), "rules_codes_and_ranges"),
        (TWO.replace("    r: 1\n", ""), "rules_no_codes"),
        (TWO.replace("name: Gone", "id: gone"), "rules_no_name"),
        (TWO.replace("name: Gone", "name: Good"), "rules_name_twice"),
        ("classes: 3\nsegments: [", "yaml_unreadable"),
        ("nowhere/at-all.yaml", "file_unreadable"),
        ("tabel", "unknown_word"),
    ],
)
def test_what_is_wrong_is_said(text: str, key: str) -> None:
    assert _refusal(text).key == key


def test_unknown_segment_lists_those_there_are() -> None:
    with pytest.raises(RequestError) as caught:
        rule_set("six").named("Prospects")
    assert "Champions" in caught.value.hint("en")


def test_names_are_found_in_either_language() -> None:
    rules = rule_set("table")
    assert rules.named("À ne pas perdre").id == "cant_lose"
    assert rules.named("can\N{RIGHT SINGLE QUOTATION MARK}t lose them").id == "cant_lose"
    assert rules.named("cant_lose").name == "Can't Lose Them"


def test_rule_sets_are_values() -> None:
    assert isinstance(read({"segments": [{"name": "All", "r": "1-5"}]}, "x", "x"), RuleSet)
    assert rule_set("table") == rule_set("table")
    assert hash(rule_set("grid")) != hash(rule_set("six"))
