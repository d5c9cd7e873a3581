"""Sample shops with known truth: for the demo, for tests, and for trying things out.

goods      what is sold, its prices, its countries      (words in shop.toml)
rhythm     when people buy: seasons, weekdays, hours
purchases  who buys, how often, for how much, until when
documents  the plan: every order, return and fee, by time
lines      the lines of a document, drawn anywhere, any time
truth      what is true of them
shop       make_shop
writing    write_shop
"""

from habitue.data.samples.shop import END, START, SampleShop, make_shop
from habitue.data.samples.truth import Count, Truth
from habitue.data.samples.writing import SampleFormat, WrittenShop, write_shop

__all__ = [
    "END",
    "START",
    "Count",
    "SampleFormat",
    "SampleShop",
    "Truth",
    "WrittenShop",
    "make_shop",
    "write_shop",
]
