"""Bring the handbook up to date: generated pages, outputs of examples, the site."""

from __future__ import annotations

import argparse
import sys

from handbook import examples, pages, site


def main() -> int:
    """Run the command line."""
    asked = argparse.ArgumentParser(prog="python -m handbook", description=__doc__)
    asked.add_argument("--only", metavar="WORD", help="write generated pages of this name, no more")
    word = asked.parse_args().only
    changed = pages.write(word or "")
    if word is None:
        changed += examples.write()
        site.build(pages.ROOT / "site")
    for path in changed:
        print(path.relative_to(pages.ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
