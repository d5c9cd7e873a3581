"""Which column stands for what: recognised by profile, guessed, or given in a YAML file."""

from habitue.data.mapping.candidates import Candidate, candidates
from habitue.data.mapping.guessing import (
    Guess,
    RoleGuess,
    gives_back,
    guess,
    shares_off,
    speaks_of_orders,
)
from habitue.data.mapping.identities import names_alone
from habitue.data.mapping.model import Mapping
from habitue.data.mapping.names import Column
from habitue.data.mapping.profiles import Profile, named, private_columns, profiles
from habitue.data.mapping.tax_ways import tax_ways, taxed
from habitue.data.mapping.tax_words import tax_said

__all__ = [
    "Candidate",
    "Column",
    "Guess",
    "Mapping",
    "Profile",
    "RoleGuess",
    "candidates",
    "gives_back",
    "guess",
    "named",
    "names_alone",
    "private_columns",
    "profiles",
    "shares_off",
    "speaks_of_orders",
    "tax_said",
    "tax_ways",
    "taxed",
]
