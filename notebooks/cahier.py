"""Ce que les deux cahiers partagent : ouvrir la boutique, écrire les nombres, dire, montrer.

Rien ici ne calcule un chiffre : la bibliothèque `habitue` les donne tous.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import ibis
import plotly.graph_objects as go
from ibis import _
from IPython.display import Markdown, display

import habitue
from habitue import glossary, texts
from habitue.charts.basis import basis
from habitue.charts.drawing import dress
from habitue.charts.look import Chart, Look
from habitue.charts.palette import LIGHT
from habitue.data.mapping import Mapping
from habitue.data.samples import write_shop
from habitue.data.store import Store

DONNEES = "HABITUE_DATA"
"""Variable d’environnement : le fichier à lire. Sans elle, une boutique inventée sur place."""
MAGASIN = "HABITUE_CAHIERS"
"""Variable d’environnement : un dossier où garder ce qui a été lu, pour le cahier suivant."""

MOINS = "\N{MINUS SIGN}"

_ephemere = tempfile.TemporaryDirectory(prefix="habitue-cahier-")
_devise: str | None = None
chiffres: dict[str, object] = {}
"""Ce que le cahier a calculé, par nom : le récapitulatif les montre, les tests les relisent."""


@dataclass
class Boutique:
    """La source, lue sous les deux préréglages de nettoyage."""

    reelle: bool
    dossier: Path
    standard: habitue.Workspace = field(init=False)
    plain: habitue.Workspace = field(init=False)

    def __post_init__(self) -> None:
        self.standard = habitue.open_store(self.dossier / "standard")
        self.plain = habitue.open_store(self.dossier / "plain")
        self._ibis = ibis.duckdb.connect()
        self._ibis.raw_sql("SET enable_progress_bar = false")

    def manifeste(self, prereglage: str):
        """La fiche de l’instantané : origine, correspondance des colonnes, cascade."""
        return Store(self.dossier / prereglage).current()

    def table(self, prereglage: str, nom: str) -> ibis.Table:
        """Une table de l’instantané, à interroger avec ibis."""
        magasin = Store(self.dossier / prereglage)
        return self._ibis.read_parquet(magasin.files(magasin.current())[nom])


def ouvrir() -> Boutique:
    """Lit la source sous les deux préréglages ; une source déjà lue est reconnue."""
    global _devise
    dossier = Path(os.environ.get(MAGASIN) or _ephemere.name)
    fichier = os.environ.get(DONNEES)
    if fichier:
        sources, correspondance = [Path(fichier)], None
    else:
        sources = write_shop(Path(_ephemere.name) / "source", 50_000).sources
        correspondance = Mapping(currency="EUR")
    for prereglage in ("standard", "plain"):
        habitue.ingest(
            sources, store=dossier / prereglage, mapping=correspondance, preset=prereglage
        )
    boutique = Boutique(reelle=bool(fichier), dossier=dossier)
    _devise = boutique.plain.shop().currency
    return boutique


def rangs(requete) -> list[dict]:
    """Exécute une requête ibis : une entrée par rang."""
    return requete.to_pyarrow().to_pylist()


def rang(requete) -> dict:
    """Exécute une requête ibis qui n’a qu’un rang."""
    (seul,) = rangs(requete)
    return seul


def nombre(valeur, decimales: int = 0) -> str:
    return texts.number(valeur, "fr", decimals=decimales).replace("-", MOINS)


def argent(valeur, decimales: int = 0) -> str:
    return texts.money(valeur, _devise, "fr", decimals=decimales).replace("-", MOINS)


def part(valeur, decimales: int = 1) -> str:
    return texts.percent(float(valeur), "fr", decimals=decimales).replace("-", MOINS)


def accord(compte: int, nom: str, pluriel: str = "") -> str:
    """Un compte et ce qu’il compte, au singulier jusqu’à un."""
    return f"{nombre(compte)} {nom if compte < 2 else pluriel or nom + 's'}"


def enumerer(noms: list[str]) -> str:
    """`a, b et c`."""
    *debut, fin = noms
    return f"{', '.join(debut)} et {fin}" if debut else fin


def jour(valeur: dt.date) -> str:
    return texts.spoken(valeur, "fr")


def mois(valeur: dt.date) -> str:
    from babel.dates import format_date

    return format_date(valeur, "MMMM y", locale="fr_FR")


def retenir(**valeurs) -> None:
    """Garde des chiffres, chacun sous son nom."""
    chiffres.update(valeurs)


def dire(*phrases: str) -> None:
    """Écrit un commentaire dont les chiffres viennent d’être calculés."""
    display(Markdown(_typographie(" ".join(filter(None, phrases)))))


def _typographie(phrase: str) -> str:
    """Met une espace insécable là où le français en veut une."""
    return re.sub(r" ([;:?!%»])|(«) ", lambda m: f"\u00a0{m[1]}" if m[1] else "«\u00a0", phrase)


def definir(*reperes: str) -> None:
    """Rappelle ce que veut dire un indicateur, dans les mots du glossaire de l’application."""
    for repere in reperes:
        e = glossary.entry(repere, "fr")
        dire(
            f"> **{e.term}** ({e.id}). {e.definition}",
            f"*Formule :* {e.formula}. *Unité :* {e.unit}. *Exemple :* {e.example}",
            f"*À ne pas confondre :* {e.not_this}",
        )


def tableau(titres: str, corps: list[tuple]) -> None:
    """Montre un petit tableau, nombres écrits à la française ; titres séparés par des barres."""
    noms = titres.split(" | ")
    texte = [noms, ["---"] * len(noms)] + [[_ecrit(cellule) for cellule in un] for un in corps]
    display(Markdown("\n".join("| " + " | ".join(cellules) + " |" for cellules in texte)))


def aspect(kpis=None) -> Look:
    """L’habillage des graphiques du produit, avec leurs filtres écrits dessous."""
    filtres = basis(kpis.filters, kpis, "fr") if kpis else ""
    return Look(lang="fr", currency=_devise, basis=filtres, palette=LIGHT)


def montrer(dessin: Chart | go.Figure, alt: str = "") -> None:
    """Affiche un graphique ; là où il ne peut pas l’être, sa description en prend la place."""
    figure, alt = (dessin.figure, dessin.alt) if isinstance(dessin, Chart) else (dessin, alt)
    figure.update_layout(template=go.layout.Template(), width=760)
    brut = {
        "application/vnd.plotly.v1+json": {
            **json.loads(figure.to_json()),
            "config": {"displaylogo": False},
        },
        "text/plain": alt,
    }
    display(brut, raw=True)


def barres(noms, series, *, titre, sous_titre, ecrire=argent, aspect, debout=False) -> None:
    """Montre une ou deux séries de barres étiquetées, dans l’habillage du produit."""
    couleurs = (LIGHT.ink, LIGHT.amber)
    figure = go.Figure()
    for (serie, valeurs), couleur in zip(series.items(), couleurs, strict=False):
        etiquettes = [f"{ecrire(v)}{'' if len(series) == 1 else ' ' + serie}" for v in valeurs]
        longueurs = [float(v) for v in valeurs]
        sens = {"x": noms, "y": longueurs} if debout else {"y": noms, "x": longueurs}
        figure.add_trace(
            go.Bar(
                **sens, name=serie, text=etiquettes, textposition="outside", cliponaxis=False,
                orientation="v" if debout else "h", marker={"color": couleur},
                textfont={"color": couleur}, hoverinfo="skip",
            )
        )  # fmt: skip
    valeurs_axe, noms_axe = (figure.update_yaxes, figure.update_xaxes) if debout else (
        figure.update_xaxes, figure.update_yaxes)  # fmt: skip
    hauteur = 320 if debout else 44 + 24 * len(noms) * len(series)
    gauche = 24 if debout else 20 + 7 * max(map(len, noms))
    dress(
        figure,
        aspect,
        title=titre,
        subtitle=sous_titre,
        left=gauche,
        below=44 if debout else 12,
        plot_height=hauteur,
    )
    plus = max(float(v) for valeurs in series.values() for v in valeurs)
    valeurs_axe(visible=False, range=[0, plus * (1.12 if debout else 1.3)])
    noms_axe(type="category", showgrid=False)
    if not debout:
        noms_axe(autorange="reversed")
    alt = f"{titre} : " + " ; ".join(
        f"{nom} {', '.join(ecrire(v[i]) for v in series.values())}" for i, nom in enumerate(noms)
    )
    montrer(figure, alt)


def _ecrit(valeur) -> str:
    match valeur:
        case None:
            return "—"
        case bool():
            return "oui" if valeur else "non"
        case int():
            return nombre(valeur)
        case Decimal():
            return argent(valeur)
        case float():
            return nombre(valeur, 2)
        case dt.date():
            return jour(valeur)
        case _:
            return str(valeur).replace("|", "\\|")
