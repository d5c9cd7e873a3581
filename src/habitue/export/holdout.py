"""Which customers are kept aside, so that an action can be measured (D39)."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Final

import pyarrow as pa

from habitue.errors import RequestError, StoreError

DEFAULT_SHARE: Final = 0.10
_SALT_FILE: Final = "holdout.salt"
_ROOM: Final = 2**64


def held_out(customers: pa.Array | pa.ChunkedArray, *, share: float, salt: str) -> pa.BooleanArray:
    """Say which customers fall on the side kept aside.

    The side depends on the salt and on the customer alone: not on the list, nor on who else is in
    it, nor on the day. A larger share keeps everyone that a smaller one kept.

    Args:
        customers: Their ids.
        share: Share of them to keep aside, from 0 to below 1.
        salt: Secret of the shop, so that nobody can guess or choose a side.

    Raises:
        RequestError: The share is outside its bounds.

    Examples:
        >>> held_out(pa.array(["a", "b", "c"]), share=0.4, salt="s").to_pylist()
        [True, False, False]
    """
    if not 0 <= share < 1:
        raise RequestError("holdout_outside", value=share)
    key = hashlib.sha256(salt.encode()).digest()
    limit = int(share * _ROOM)
    sides = [
        int.from_bytes(hashlib.blake2b(one.encode(), digest_size=8, key=key).digest()) < limit
        for one in customers.to_pylist()
    ]
    return pa.array(sides, pa.bool_())


def salt_of(store: Path) -> str:
    """Give the salt of a store, made the first time it is asked for and never changed.

    Args:
        store: Its folder.

    Raises:
        StoreError: The folder cannot be written.
    """
    path = store / _SALT_FILE
    try:
        if not path.exists():
            # Two processes may race: only one creates the file, both read it.
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".{_SALT_FILE}.{secrets.token_hex(8)}")
            fresh.write_text(secrets.token_hex(32) + "\n", "ascii")
            try:
                path.hardlink_to(fresh)
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return path.read_text("ascii").strip()
    except OSError as refusal:
        raise StoreError(
            "store_unwritable", path=str(store), reason=refusal.strerror or str(refusal)
        ) from None
