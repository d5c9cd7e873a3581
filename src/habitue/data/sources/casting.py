"""SQL that turns one value into its type: null when blank, null when it cannot be read.

Money is exact: what a file shows in four digits or less is kept digit by digit, what needs more is
rounded half to even on its shortest decimal text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.data.sources import sql
from habitue.schema import MONEY_DIGITS, MONEY_SCALE

if TYPE_CHECKING:
    from habitue.data.sources.part import Field

MONEY: Final = f"DECIMAL({MONEY_DIGITS}, {MONEY_SCALE})"
MONEY_LIMIT: Final = 10**12
"""Beyond it a price or a quantity is absurd, and products would leave the decimal."""
_LONG: Final = "DECIMAL(28, 12)"
_WIDE: Final = "DECIMAL(20, 4)"
_SPACE: Final = r"[\s\x{00a0}\x{202f}\x{200b}\x{feff}]"
_NO_ID: Final = ("nan", "NaN", "NaT", "<NA>", "None", "NULL", "null", r"\N", "#N/A")
SIGN: Final = r"[£$€¥]|\b(?:EUR|GBP|USD|CHF|CAD|AUD)\b"
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
YEAR_FIRST: Final = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}([ T].*)?"
YEAR_LAST: Final = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})([ T,].*)?"
COMPACT: Final = r"(?:19|20)\d{6}"
SERIAL: Final = r"[2-7]\d{4}(\.\d+)?"


def as_text(field: Field, column: str) -> str:
    """Write a stored value as text: whole floats without their `.0`, not-a-number as null."""
    match field.stored:
        case "text":
            return column
        case "float":
            whole = f"{column} = trunc({column}) AND abs({column}) < 1e18"
            return (
                f"CASE WHEN NOT isfinite({column}) THEN NULL WHEN {whole} "
                f"THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE CAST({column} AS VARCHAR) END"
            )
        case _:
            return f"CAST({column} AS VARCHAR)"


def is_blank(text: str) -> str:
    """Tell a null or a text of spaces."""
    # Bytes settle nearly all cases: only what starts with a space or beyond ASCII is searched.
    return (
        f"CASE WHEN {text} IS NULL THEN true WHEN {text} >= '!' AND {text} < chr(127) THEN false "
        f"ELSE regexp_full_match({text}, {sql.value(_SPACE + '*')}) END"
    )


def words(text: str) -> str:
    """Keep a text as spelled; spaces alone are null."""
    return f"CASE WHEN {is_blank(text)} THEN NULL ELSE {text} END"


def identity(text: str, *, cut: bool) -> str:
    """Keep an id as spelled; spaces and the words for nothing are null, a common `.0` is cut."""
    kept = f"left({text}, length({text}) - 2)" if cut else text
    return (
        f"CASE WHEN {is_blank(text)} OR {text} IN ({sql.values(_NO_ID)}) THEN NULL ELSE {kept} END"
    )


def plain_number(text: str) -> str:
    """Read a number written with a dot and nothing else."""
    return f"TRY_CAST({text} AS {MONEY})"


def is_long(text: str) -> str:
    """Tell a number that may need more digits than money keeps."""
    return rf"regexp_matches({text}, '[.,]\d{{5}}|\d[eE]')"


def stripped(text: str) -> str:
    """Take spaces, apostrophes and currency signs off a number, and put its minus in front."""
    bare = f"regexp_replace({text}, {sql.value(_SPACE + '|' + chr(39) + '|’|' + SIGN)}, '', 'g')"
    bare = f"replace({bare}, '−', '-')"
    return rf"regexp_replace({bare}, '^\((.*)\)$|^(.*\d[.,]?)-$', '-\1\2')"


def written_number(text: str, decimal: str) -> str:
    """Give the plain form of a number with its marks; null where the marks make no sense."""
    group = "," if decimal == "." else "."
    mark, apart = (f"[{one}]" for one in (decimal, group))
    shape = rf"[-+]?(\d+|\d{{1,3}}({apart}\d{{3}})+)?({mark}\d*)?([eE][-+]?\d+)?"
    bare = stripped(text)
    joined = f"replace(replace({bare}, {sql.value(group)}, ''), {sql.value(decimal)}, '.')"
    return f"CASE WHEN regexp_full_match({bare}, {sql.value(shape)}) THEN {joined} END"


def rounded(text: str) -> str:
    """Read a plain number of any length, rounded half to even."""
    exact = long(text)
    near = f"CAST({exact} AS {MONEY})"
    scaled = f"({exact} * 10000)"
    tie = f"abs({scaled} - trunc({scaled})) = 0.5"
    even = f"CAST(2 * round({scaled} / 2) / 10000 AS {MONEY})"
    return (
        f"CASE WHEN abs({exact}) > {MONEY_LIMIT} THEN NULL WHEN {tie} THEN {even} ELSE {near} END"
    )


def long(text: str) -> str:
    """Read a plain number with all the digits we look at."""
    return f"TRY_CAST({text} AS {_LONG})"


def floating_number(column: str) -> str:
    """Read a binary float by its shortest decimal text."""
    near = f"TRY_CAST({column} AS {MONEY})"
    return (
        f"CASE WHEN NOT isfinite({column}) THEN NULL "
        f"WHEN CAST({near} AS DOUBLE) = {column} THEN {near} "
        f"ELSE {rounded(f'CAST({column} AS VARCHAR)')} END"
    )


def bounded(number: str) -> str:
    """Leave out what no price or quantity can be."""
    return f"CASE WHEN abs({number}) <= {MONEY_LIMIT} THEN {number} END"


def product(quantity: str, price: str) -> str:
    """Multiply a quantity by a price, to the digits money keeps."""
    # Wholes fit machine integers, which is ten times faster than the wide decimal.
    whole = f"CAST({quantity} AS DECIMAL({MONEY_DIGITS}, 0)) * {price}"
    wide = f"CAST(CAST({quantity} AS {_WIDE}) * {price} AS {MONEY})"
    return (
        f"CASE WHEN abs(CAST({quantity} AS DOUBLE) * CAST({price} AS DOUBLE)) <= {MONEY_LIMIT} "
        f"THEN CASE WHEN {quantity} = trunc({quantity}) THEN {whole} ELSE {wide} END END"
    )


def year_first(text: str) -> str:
    """Read a date that starts with its year; an offset is left aside, the clock on the wall kept."""
    return f"TRY_CAST({text} AS TIMESTAMP)"


def any_moment(text: str, *, day_first: bool) -> str:
    """Read a date in any of the ways we know, given the order of day and month."""
    day, month = (r"\1", r"\2") if day_first else (r"\2", r"\1")
    century = rf"(CASE WHEN regexp_matches({text}, '^\d+[-/.]\d+[-/.][7-9]\d(\D|$)') THEN '19' ELSE '20' END)"
    lead = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T,]*"
    short = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})(?:[ T,]+|$)"
    full = rf"regexp_replace({text}, '{lead}', '\3-{month}-{day} ')"
    brief = rf"({century} || regexp_replace({text}, '{short}', '\3-{month}-{day} '))"
    joined = (
        f"CASE WHEN regexp_matches({text}, '{lead}') THEN {full} "
        f"WHEN regexp_matches({text}, '{short}') THEN {brief} "
        rf"WHEN regexp_full_match({text}, '{COMPACT}') "
        rf"THEN regexp_replace({text}, '(....)(..)(..)', '\1-\2-\3') "
        f"ELSE {text} END"
    )
    iso = rf"regexp_replace(trim({joined}), '(\d)h(\d\d)', '\1:\2')"
    noon = rf"regexp_replace({iso}, '(?i)\s*([ap])\.?m\.?$', ' \1M')"
    clocks = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
    serial = (
        "TIMESTAMP '1899-12-30' + to_microseconds("
        f"CAST(round(TRY_CAST({text} AS DOUBLE) * 86400) AS BIGINT) * 1000000)"
    )
    return (
        f"CASE WHEN regexp_full_match({text}, '{SERIAL}') THEN {serial} "
        f"WHEN regexp_matches({text}, '(?i)[ap]\\.?m\\.?$') THEN try_strptime({noon}, {clocks}) "
        f"WHEN regexp_matches({text}, '^[0-9]') THEN TRY_CAST({iso} AS TIMESTAMP) END"
    )


def stored_moment(field: Field, column: str) -> str:
    """Take a stored moment as it is; an instant, as the clock on its own wall."""
    if field.stored == "instant":
        return f"({column} AT TIME ZONE {sql.value(field.zone)})"
    return f"CAST({column} AS TIMESTAMP)"


def dated(moment: str) -> str:
    """Leave out years no order can be of."""
    return f"CASE WHEN year({moment}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR} THEN {moment} END"
