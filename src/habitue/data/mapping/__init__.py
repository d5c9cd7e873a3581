"""Which column stands for what: recognised by profile, guessed, or given in a YAML file."""

from habitue.data.mapping.candidates import Candidate, candidates
from habitue.data.mapping.guessing import Guess, RoleGuess, guess
from habitue.data.mapping.model import Mapping
from habitue.data.mapping.names import Column
from habitue.data.mapping.profiles import Profile, named, private_columns, profiles

__all__ = [
    "Candidate",
    "Column",
    "Guess",
    "Mapping",
    "Profile",
    "RoleGuess",
    "candidates",
    "guess",
    "named",
    "private_columns",
    "profiles",
]
