"""Which column stands for what: recognised by profile, guessed, or given in a YAML file."""

from habitue.data.mapping.guessing import Guess, RoleGuess, guess
from habitue.data.mapping.model import Mapping
from habitue.data.mapping.names import Column
from habitue.data.mapping.profiles import Profile, profiles

__all__ = ["Column", "Guess", "Mapping", "Profile", "RoleGuess", "guess", "profiles"]
