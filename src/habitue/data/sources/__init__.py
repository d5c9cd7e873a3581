"""Bring lines in, from files or tables, typed and untouched: `load`, `fingerprint`."""

from habitue.data.sources.checks import Unreadable
from habitue.data.sources.fingerprints import Fingerprint, fingerprint
from habitue.data.sources.loading import Loaded, Source, load

__all__ = ["Fingerprint", "Loaded", "Source", "Unreadable", "fingerprint", "load"]
