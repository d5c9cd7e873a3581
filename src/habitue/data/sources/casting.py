"""SQL that turns one value into its type: null when blank, null when it cannot be read.

Money is exact: what a file shows in four digits or less is kept digit by digit, what needs more is
rounded half to even on its shortest decimal text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from habitue.data.currencies import SIGN
from habitue.data.sources import sql
from habitue.schema import MONEY_DIGITS, MONEY_SCALE

if TYPE_CHECKING:
    from habitue.data.sources.part import Field

MONEY: Final = f"DECIMAL({MONEY_DIGITS}, {MONEY_SCALE})"
MONEY_LIMIT: Final = 10**12
"""Beyond it a price or a quantity is absurd, and products would leave the decimal."""
_LONG: Final = "DECIMAL(38, 18)"
_WIDE: Final = "DECIMAL(20, 4)"
_SPACE: Final = r"[\s\x{00a0}\x{202f}\x{200b}\x{feff}]"
_APOSTROPHE: Final = "|'|\N{RIGHT SINGLE QUOTATION MARK}|"
_NO_ID: Final = ("nan", "NaN", "NaT", "<NA>", "None", "NULL", "null", r"\N", "#N/A")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
YEAR_LAST: Final = r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})([ T,].*)?"
SERIAL: Final = r"[2-7]\d{4}(\.\d+)?"
_MONTHS: Final = (
    "(?:jan|january|janv|janvier)", "(?:feb|february|fev|fevr|fevrier)", "(?:mar|march|mars)",
    "(?:apr|april|avr|avril)", "(?:may|mai)", "(?:jun|june|juin)", "(?:jul|july|juil|juillet)",
    "(?:aug|august|aou|aout)", "(?:sep|sept|september|septembre)", "(?:oct|october|octobre)",
    "(?:nov|november|novembre)", "(?:dec|december|decembre)",
)  # fmt: skip
"""Names of months in English and French, short and long, without accents."""
_NAMED_MONTH: Final = r"\b(?:" + "|".join(_MONTHS) + r")\b"


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
    # Length and letters settle nearly all cases; a search costs five times as much.
    short = f"strlen({text}) < 6 AND NOT contains({text}, 'e') AND NOT contains({text}, 'E')"
    return rf"CASE WHEN {short} THEN false ELSE regexp_matches({text}, '[.,]\d{{5}}|\d[eE]') END"


def stripped(text: str) -> str:
    """Take spaces, apostrophes and currency signs off a number, and put its minus in front."""
    bare = f"regexp_replace({text}, {sql.value(_SPACE + _APOSTROPHE + SIGN)}, '', 'g')"
    bare = f"replace({bare}, '\N{MINUS SIGN}', '-')"
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
    # A cast rounds halves away from zero: where that made an odd last digit, step back.
    tie = f"abs({exact} - {near}) = 0.00005 AND CAST({near} AS {_WIDE}) * 10000 % 2 <> 0"
    return (
        f"CASE WHEN abs({exact}) > {MONEY_LIMIT} THEN NULL "
        f"WHEN {tie} THEN CAST({near} - sign({exact}) * 0.0001 AS {MONEY}) ELSE {near} END"
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
    """Read a date that starts with its year; an offset is dropped, the clock on the wall kept."""
    return f"TRY_CAST({text} AS TIMESTAMP)"


def is_other_moment(text: str) -> str:
    """Tell a date that DuckDB does not read unaided, or reads wrongly: `7 PM`, `25-12-10`."""
    starts = f"({text} LIKE '____-%' OR {text} LIKE '____/%')"
    return f"({year_first(text)} IS NULL OR NOT {starts} OR NOT regexp_matches({text}, '[0-9Z]$'))"


def is_usual_moment(text: str) -> str:
    """Tell a text of the length and marks of `2011-12-09 12:50`, of which DuckDB is sure."""
    shapes = ("____-__-__ __:__", "____-__-__ __:__:__", "____-__-__")
    return f"({' OR '.join(f'{text} LIKE {sql.value(shape)}' for shape in shapes)})"


def any_moment(text: str, *, day_first: bool) -> str:
    """Read a date in any of the ways we know, given the order of day and month."""
    plain = f"lower(strip_accents({text}))"
    return (
        f"CASE WHEN regexp_matches({plain}, '{_NAMED_MONTH}') "
        f"THEN {_numbered_moment(_month_numbered(plain), day_first=True)} "
        f"ELSE {_numbered_moment(text, day_first=day_first)} END"
    )


def _month_numbered(plain: str) -> str:
    """Rewrite `jul-25-26` and `25 juil. 2026` as day, month and year in numbers."""
    for number, name in enumerate(_MONTHS, 1):
        plain = rf"regexp_replace({plain}, '\b{name}\b\.?', 'm{number}')"
    ordinal, rest = "(?:er|st|nd|rd|th)?", r"(\d{4}|\d\d)(?:[ t,]+(?:a )?|$)"
    # A name put first, then one put second: each text fits one of the two at most.
    for shape, order in (
        (rf"^\D*?\bm(\d+)[-/. ]+(\d{{1,2}}){ordinal}[-/., ]+{rest}", r"\2/\1/\3 "),
        (rf"^\D*?(\d{{1,2}}){ordinal}[-/. ]+m(\d+)[-/., ]+{rest}", r"\1/\2/\3 "),
    ):
        plain = f"regexp_replace({plain}, '{shape}', '{order}')"
    return plain


def _numbered_moment(text: str, *, day_first: bool) -> str:
    bare = f"trim({text})"
    day, month = (r"\1", r"\2") if day_first else (r"\2", r"\1")
    shapes = (
        (r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T,]+|$)", rf"\3-{month}-{day} "),
        (r"^(\d{1,2})[-/.](\d{1,2})[-/.]([7-9]\d)(?:[ T,]+|$)", rf"19\3-{month}-{day} "),
        (r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d\d)(?:[ T,]+|$)", rf"20\3-{month}-{day} "),
        (r"^(\d{4})\.(\d{1,2})\.(\d{1,2})(?:[ T,]+|$)", r"\1-\2-\3 "),
        (r"^((?:19|20)\d\d)(\d\d)(\d\d)$", r"\1-\2-\3"),
    )
    # A shape that matched leaves a text that starts with four digits and a dash, which no later
    # shape matches: the replacements can be nested.
    for shape, order in shapes:
        bare = f"regexp_replace({bare}, '{shape}', '{order}')"
    clock = rf"trim(regexp_replace({bare}, '(\d)h(\d\d)', '\1:\2'))"
    halves = rf"regexp_replace({clock}, '(?i)\s*([ap])\.?m\.?$', ' \1M')"
    layouts = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
    serial = (
        "TIMESTAMP '1899-12-30' + to_microseconds("
        f"CAST(round(TRY_CAST({text} AS DOUBLE) * 86400) AS BIGINT) * 1000000)"
    )
    return (
        rf"CASE WHEN regexp_full_match(trim({text}), '{SERIAL}') THEN {serial} "
        rf"WHEN regexp_matches({text}, '(?i)\d\s*[ap]\.?m\.?\s*$') "
        f"THEN try_strptime({halves}, {layouts}) "
        rf"WHEN regexp_matches({text}, '^\s*\d') THEN TRY_CAST({clock} AS TIMESTAMP) END"
    )


def stored_moment(field: Field, column: str) -> str:
    """Take a stored moment as it is; an instant, as the clock on its own wall."""
    if field.stored == "instant":
        return f"({column} AT TIME ZONE {sql.value(field.zone)})"
    return f"CAST({column} AS TIMESTAMP)"


def dated(moment: str) -> str:
    """Leave out years no order can be of."""
    return f"CASE WHEN year({moment}) BETWEEN {_FIRST_YEAR} AND {_LAST_YEAR} THEN {moment} END"
