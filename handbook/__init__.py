"""The handbook: docs/, its generated pages, its examples, and the site made of them.

    python -m handbook            write generated pages and example outputs anew, then build
    python -m handbook --only cli write the generated pages whose name holds a word, and stop

pages       which pages are made from the code, and from what
definitions glossary, as a page
keys        keys of a mapping file, as a page
library     docstrings, as a page
destinations export profiles, as a page
examples    shell lines, Python lines and YAML in pages: read, run, compared
pictures    one of each screen, of the demo shop: python -m handbook.pictures
site        the strict build, with zensical.toml
words.toml  what generated pages say in their own words, French and English
"""
