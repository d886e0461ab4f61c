"""The page's modules: served, loaded by pages, and free of what pages must not run."""

import gzip
from http import HTTPStatus
from pathlib import Path
import re

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.faces.registry import FACES
from custom_components.energy_portals.portals.model.load_plan import Reason
from custom_components.energy_portals.portals.model.price_levels import PriceLevel
from custom_components.energy_portals.portals.model.why import Why
from custom_components.energy_portals.portals.registry import PORTALS
from tests.languages import SPOKEN
from tests.rules.source import INTEGRATION, read_json

# Bytes: of what is loaded before anything is seen, and of all but the words.
FIRST_LOOK = 60_000
FIRST_LOOK_PACKED = 22_500
ALL_BUT_WORDS = 118_800
URL = "/energy_portals/energy-portals.js"
FOLDER = INTEGRATION / "frontend" / "www"
MODULES = sorted(FOLDER.rglob("*.js"))
TEXTS = {module: module.read_text(encoding="utf-8") for module in MODULES}
# Of each language: what the page says, and what is said once it is used.
WORDS = sorted([*FOLDER.glob("words/*.js"), *FOLDER.glob("later/*.js")])


async def _served(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, url: str
) -> str:
    """Return what a browser gets, which has to be a script."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    answer = await client.get(url)
    assert answer.status == HTTPStatus.OK
    assert "javascript" in answer.headers["Content-Type"]
    return await answer.text()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
async def test_served(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, module: Path
) -> None:
    """A browser gets each module as a script, before any account is there."""
    url = f"/energy_portals/{module.relative_to(FOLDER).as_posix()}?v=1"
    assert await _served(hass, hass_client_no_auth, url) == TEXTS[module]


async def test_served_by_its_former_name(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """Whoever has added the module as a resource by hand goes on with it."""
    url = "/energy_portals/energy-portals-card.js"
    bootstrap = TEXTS[FOLDER / "energy-portals.js"]
    assert await _served(hass, hass_client_no_auth, url) == bootstrap


async def test_nothing_else_is_served(
    hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator
) -> None:
    """What lies beside the modules stays on the server."""
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client_no_auth()
    for path in ("card.py", "../card.py", "%2e%2e/card.py"):
        answer = await client.get(f"/energy_portals/{path}")
        assert answer.status != HTTPStatus.OK, path


async def test_loaded_by_pages(hass: HomeAssistant) -> None:
    """Every page loads the first, under an address that a release changes."""
    added: list[str] = []
    hass.data[DATA_EXTRA_MODULE_URL] = UrlManager(
        lambda change, url: added.append(f"{change} {url}"), []
    )
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, DOMAIN, {})
    assert added == [f"added {URL}?v={read_json('manifest.json')['version']}"]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_markup_from_texts(module: Path) -> None:
    """Texts of portals are never made into markup, and no file is a maze."""
    code = TEXTS[module]
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert way not in code
    assert "eval(" not in code
    # What is imported without its version, a browser would keep over an update.
    assert not re.search(r"^import\b|\bfrom [\"']", code, re.MULTILINE)
    assert code.count("\n") <= 600


def test_little_for_every_page() -> None:
    """What pages load that show nothing of it is small."""
    assert (FOLDER / "energy-portals.js").stat().st_size <= 5000


def _first_look() -> list[Path]:
    """Return what the page loads before anything is seen: follow what imports what."""
    seen = ["energy-portals.js", "page.js", "hero.js"]
    for name in seen:
        code = TEXTS[FOLDER / name]
        at_once = re.findall(
            r"^(?!.*\bload\().*await (?:import|from)\(.*", code, re.MULTILINE
        )
        named = re.findall(r"\b([a-z-]+\.js)\b", "".join(at_once))
        seen.extend(each for each in named if each not in seen)
    # Of the languages, which are about as long, one is loaded.
    return [FOLDER / name for name in (*seen, "words/en.js")]


def test_little_before_anything_is_seen() -> None:
    """Sentence, curve and lanes need four modules; all others come after them."""
    modules = _first_look()
    assert len(modules) <= 4, modules
    data = [module.read_bytes() for module in modules]
    assert sum(map(len, data)) <= FIRST_LOOK
    assert sum(len(gzip.compress(each)) for each in data) <= FIRST_LOOK_PACKED
    code = [len(TEXTS[each].encode()) for each in MODULES if each not in WORDS]
    assert sum(code) <= ALL_BUT_WORDS


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_what_is_imported_is_there(module: Path) -> None:
    """Nothing that one module takes of another is missing there: no browser says so."""
    imports = re.findall(
        r"const {([\w\s,]+)} =\s+await [^;]*?\b([a-z-]+\.js)", TEXTS[module]
    )
    for names, other in imports:
        offered = re.findall(
            r"^export (?:async )?(?:const|function|class) (\w+)",
            TEXTS[FOLDER / other],
            re.MULTILINE,
        )
        assert {*re.findall(r"\w+", names)} <= {*offered}, other


def _words(language: Path) -> dict[str, str]:
    """Return the words of a language by their key."""
    code = re.sub(r"\"\n\s+\+ \"", "", language.read_text(encoding="utf-8"))
    return dict(re.findall(r"\b(\w+): \"((?:[^\"\\]|\\.)*)\"", code))


def _english() -> dict[str, str]:
    """Return all that is said in English."""
    return _words(FOLDER / "words" / "en.js") | _words(FOLDER / "later" / "en.js")


@pytest.mark.parametrize(
    "language", WORDS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_words(language: Path) -> None:
    """Every language says all, with the same gaps; stress is opened and closed."""
    english, words = _words(language.with_name("en.js")), _words(language)
    counted = {key for key, text in english.items() if "{count}" in text}
    counted -= {f"{key}_one" for key in counted}
    plain = english.keys() - {f"{key}_one" for key in counted}
    forms = {
        f"{key}_{form}": key
        for key in counted
        for form in SPOKEN[language.stem].plurals
    }
    assert words.keys() == plain | forms.keys()
    for key, text in words.items():
        gaps, wanted = (
            {*re.findall(r"\{\w+\}", each)}
            for each in (text, english[forms.get(key, key)])
        )
        # One thing may be told without its number.
        assert gaps == wanted or (key in forms and gaps == wanted - {"{count}"}), key
        stressed = english[forms.get(key, key)].count("*")
        assert text.count("*") == stressed, key


# What loads its words with itself.
_LATER = ("accounts.js", "answers.js", "editor.js", "hands.js", "planned.js")


@pytest.mark.parametrize("module", sorted(FOLDER.glob("*.js")), ids=lambda m: m.name)
def test_words_are_there(module: Path) -> None:
    """Whatever is said by its name has words, loaded as early as it may be said."""
    words = _english() if module.name in _LATER else _words(FOLDER / "words" / "en.js")
    assert {*re.findall(r"\bt\(\"(\w+)\"", TEXTS[module])} <= words.keys()


def test_words_are_said() -> None:
    """What nothing says is in no language."""
    code = "".join(TEXTS[module] for module in FOLDER.glob("*.js"))
    parts = r"_(one|few|many|other)$|^(answer|edit|home|part|short|why)_.*$"
    said = {re.sub(parts, "", key) for key in _english()} - {"", *PriceLevel}
    assert not [key for key in said if not re.search(rf"[\"\s]{key}[\",:]", code)]


def test_words_of_the_model() -> None:
    """Levels, reasons and what a load lacks are told in words, whichever there are."""
    words = _words(FOLDER / "words" / "en.js")
    assert {level.value for level in PriceLevel} <= words.keys()
    assert {f"why_{why.value}" for why in Why} <= words.keys()
    assert {f"short_{reason.value}" for reason in Reason} <= words.keys()


def test_what_is_asked_of_portals_is_known() -> None:
    """Each table has its name in words, and an action that whoever reads may call."""
    words = _english()
    answers = TEXTS[FOLDER / "answers.js"]
    tables = dict(
        re.findall(r"^  (\w+): {\n    action: \"(\w+)\"", answers, re.MULTILINE)
    )
    assert tables and {f"answer_{name}" for name in tables} <= words.keys()
    listed = (each for face in FACES.values() for each in face.listed)
    readable = {each.name for each in listed if each.reads}
    assert set(tables.values()) <= readable
    asked = TEXTS[FOLDER / "accounts.js"].partition("ASKED = [")[2].partition("];")[0]
    lists = re.findall(r"\[([\w\", ]+)\]\]", asked)
    assert set(re.findall(r"\w+", " ".join(lists))) == tables.keys()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_portal_is_named(module: Path) -> None:
    """What a portal has is known by what the page is told, not by its name."""
    assert not re.search(
        "|".join(PORTALS.keys() - {"planner", "home_assistant"}),
        TEXTS[module],
        re.IGNORECASE,
    )


def test_german_says_du() -> None:
    """Users are spoken to as Home Assistant does."""
    german = [TEXTS[module] for module in WORDS if module.stem == "de"]
    assert len(german) == 2
    assert not re.search(r"\bSie\b|\bIhre?[nmrs]?\b", "".join(german))
