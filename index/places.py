"""Countries and their people in English and German: US, United States, American and amerikanisch are one place."""

import re
from functools import lru_cache
from itertools import pairwise

from index.lexical import fold

_PLACES = {
    "us": "us usa united-states vereinigte-staaten vereinigten-staaten vereinigter-staaten america* amerika* us-amerika*",
    "uk": "uk united-kingdom britain* british briton* great-britain grossbritannien* brit* vereinigtes-koenigreich",
    "england": "england* english* englisch* englaender*",
    "scotland": "scotland* scottish schottland* schottisch*",
    "europe": "eu european-union europaeische-union europaeischen-union europe* europa* europaeisch* europaeer*",
    "germany": "germany* german* deutschland* deutsch*",
    "france": "france french* frankreich* franzoes*",
    "italy": "italy italian* italien*",
    "spain": "spain spanish spaniard* spanien* spanisch*",
    "ireland": "ireland* irish* irland* irisch*",
    "netherlands": "netherlands dutch* niederlande* niederlaend*",
    "belgium": "belgium belgian* belgien* belgisch*",
    "austria": "austria* oesterreich*",
    "switzerland": "switzerland swiss schweiz*",
    "poland": "poland polish polen* polnisch*",
    "sweden": "sweden swedish swede swedes schweden* schwedisch*",
    "norway": "norway norwegian* norweg*",
    "denmark": "denmark danish daene* daenemark* daenisch*",
    "finland": "finland finnish finnland* finnisch*",
    "portugal": "portug*",
    "greece": "greece greek* griech*",
    "turkey": "turkey turkish tuerk*",
    "russia": "russia* russland* russisch* russe*",
    "ukraine": "ukrain*",
    "hungary": "hungary hungarian* ungar*",
    "czechia": "czech* tschech*",
    "china": "china* chinese* chines* beijing peking",
    "hong kong": "hong-kong* hongkong*",
    "taiwan": "taiwan*",
    "japan": "japan*",
    "south korea": "south-korea* suedkorea*",
    "korea": "korea*",
    "india": "india* inder indien* indisch*",
    "indonesia": "indonesia* indones*",
    "thailand": "thai*",
    "vietnam": "vietnam*",
    "malaysia": "malaysia* malays*",
    "philippines": "philippin*",
    "singapore": "singapore* singapur*",
    "australia": "australia* austral*",
    "new zealand": "new-zealand* neuseeland* neuseelaend*",
    "canada": "canada* canadian* kanad*",
    "mexico": "mexic* mexik*",
    "brazil": "brazil* brasil*",
    "argentina": "argentin*",
    "israel": "israel*",
    "iran": "iran*",
    "saudi arabia": "saudi*",
    "emirates": "emirat* uae",
    "egypt": "egypt* aegypt*",
    "south africa": "south-africa* suedafrik*",
    "africa": "africa* afrik*",
    "asia": "asia* asien* asiat*",
    "brussels": "brussels bruessel",
    "vienna": "vienna wien",
    "munich": "munich muenchen",
    "cologne": "cologne koeln",
    "nuremberg": "nuremberg nuernberg",
    "bavaria": "bavaria* bayern bayerisch*",
    "rome": "rome rom",
    "milan": "milan mailand",
    "moscow": "moscow moskau",
    "warsaw": "warsaw warschau",
    "prague": "prague prag",
    "geneva": "geneva genf",
    "zurich": "zurich zuerich",
    "strasbourg": "strasbourg strassburg",
    "luxembourg": "luxembourg luxemburg*",
    "copenhagen": "copenhagen kopenhagen",
    "lisbon": "lisbon lissabon",
    "athens": "athens athen",
    "kyiv": "kyiv kiev kiew",
    "tehran": "tehran teheran",
    "cairo": "cairo kairo",
}
_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]\.?)*")


def place_of(name: str) -> str | None:
    """The place that a name or an adjective means, None where it means none that is listed."""
    folded = "-".join(fold(word.replace(".", "")) for word in _WORD.findall(name))
    for place, exact, starts in _table():
        if (
            folded in exact
            or folded.removesuffix("s") in exact
            or any(folded.startswith(start) and "-" not in folded[len(start) :] for start in starts)
        ):
            return place
    return None


@lru_cache(maxsize=10_000)
def _place_of_word(word: str) -> str | None:
    return place_of(word)


def places(text: str, language: str) -> frozenset[str]:
    """The places that the words of a text mean, parts of compounds with hyphens too; in English only those with a capital."""
    found = _WORD.findall(text)
    pairs = [f"{one} {two}" for one, two in pairwise(found)]
    words = [word for word in found if word[0].isupper() or (language == "de" and len(word) > 4)]
    return frozenset(place for word in (*words, *pairs) if word != "Us" and (place := _place_of_word(word)))


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]:
    rows = []
    for place, words in _PLACES.items():
        exact = frozenset(word for word in words.split() if not word.endswith("*"))
        rows.append((place, exact, tuple(word[:-1] for word in words.split() if word.endswith("*"))))
    return tuple(rows)
