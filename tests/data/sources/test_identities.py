"""A customer column that holds names alone is told from one that holds codes or addresses."""

from __future__ import annotations

import pytest
from tests.data.sources.conftest import Read, Write

from habitue.data.mapping import Column, names_alone


@pytest.mark.parametrize(
    ("header", "values", "alone"),
    [
        ("Client", ("Ann Roy", "Léa Petit", "Jean-Luc Le Goff", "O'Neil, Tom"), True),
        ("Customer", ("DUPONT Marie", "Søren Ås"), True),
        ("Customer name", ("Dupont", "Roy"), True),
        ("Nom du client", ("Dupont", "Roy"), True),
        ("Customer Name", ("C-17", "C-18"), False),
        ("Nom", ("ann@x.fr", "lea@x.fr"), False),
        ("User name", ("ann", "lea"), False),
        ("Client", ("12346", "12347"), False),
        ("Client", ("ann@x.fr", "Ann Roy"), False),
        ("Client", ("A1", "B2"), False),
        ("Client", ("dupont", "roy"), False),
        ("Client", (), False),
    ],
)
def test_names_alone(header: str, values: tuple[str, ...], alone: bool) -> None:
    assert names_alone(Column(header, samples=values)) is alone


@pytest.mark.parametrize("given", [False, True])
def test_names_alone_are_warned_of_and_written_down(write: Write, read: Read, given: bool) -> None:
    path = write(
        "a.csv", "order,client,date,amount\n1,Ann Roy,2024-01-25,5\n2,Léa Ek,2024-02-25,6\n"
    )
    loaded, _ = read(path)
    if given:
        loaded, _ = read(path, mapping=loaded.mapping.but(identity=None))
    assert ("identity_name", {"column": "client"}) in loaded.warnings
    assert loaded.mapping.identity == "name"
    silent, _ = read(path, mapping=loaded.mapping.but(identity="id"))
    assert "identity_name" not in dict(silent.warnings)
