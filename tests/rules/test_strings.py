"""The translations: the form that hassfest asks for, and the languages alike."""

from inspect import isawaitable
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any, Final

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant
from homeassistant.generated.languages import LANGUAGES as KNOWN_LANGUAGES
import pytest
import voluptuous as vol

from tests.languages import SPOKEN
from tests.rules.source import (
    INTEGRATION,
    LANGUAGES,
    PACKAGE,
    PORTAL_NAMES,
    Module,
    placeholders,
    strings,
    texts,
)

_KEY: Final = re.compile(r"(?!.*[_-]{2})[a-z0-9]([a-z0-9_-]*[a-z0-9])?")
_SLUG: Final = re.compile(r"(?!.*__)[a-z0-9]([a-z0-9_]*[a-z0-9])?")
_HTML: Final = re.compile(r"<[a-z/!][^>]*>", re.IGNORECASE)
_URL: Final = re.compile(r"[a-z0-9]+://|\bwww\.", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]")
_QUOTED: Final = re.compile(r"'\{\w+\}'")


def key(value: Any) -> str:
    """Take a translation key."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise vol.Invalid("not a translation key")
    return value


def slug(value: Any) -> str:
    """Take a key that becomes part of a Python or YAML name."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise vol.Invalid("not a slug")
    return value


def text(value: Any) -> str:
    """Take a text that a person can be shown."""
    if not isinstance(value, str) or not value or value != value.strip():
        raise vol.Invalid("empty, or with space around it")
    if _HTML.search(value) or _URL.search(value):
        raise vol.Invalid("with HTML or an address, which a placeholder may bring")
    if _QUOTED.search(value):
        raise vol.Invalid("with a placeholder in single quotes")
    try:
        names = [name for _, name, _, _ in Formatter().parse(value) if name is not None]
    except ValueError as err:
        raise vol.Invalid(str(err)) from err
    if not all(map(str.isidentifier, names)):
        raise vol.Invalid("with a placeholder that is no identifier")
    return value


def fixed(value: Any) -> str:
    """Take a text without placeholders."""
    if placeholders(text(value)):
        raise vol.Invalid("with a placeholder, for which there is no value")
    return text(value)


def _described(value: dict[str, Any]) -> dict[str, Any]:
    """Take fields of a form when each has a description, and only those."""
    if set(value.get("data", {})) != set(value.get("data_description", {})):
        raise vol.Invalid("data and data_description differ")
    return value


_FIELDS: Final[dict[Any, Any]] = {
    vol.Optional("data"): {key: text},
    vol.Optional("data_description"): {key: text},
}
_STEP: Final = vol.All(
    {
        vol.Required("title"): text,
        vol.Optional("description"): text,
        **_FIELDS,
        vol.Optional("menu_options"): {key: text},
        vol.Optional("menu_option_descriptions"): {key: text},
        vol.Optional("submit"): text,
        vol.Optional("sections"): {
            key: vol.All(
                {
                    vol.Required("name"): text,
                    vol.Optional("description"): text,
                    **_FIELDS,
                },
                _described,
            )
        },
    },
    _described,
)
_FLOW: Final[dict[Any, Any]] = {
    vol.Optional("flow_title"): text,
    vol.Required("step"): {key: _STEP},
    **{
        vol.Optional(part): {key: text}
        for part in ("error", "abort", "progress", "create_entry")
    },
}
_FIX_FLOW: Final[dict[Any, Any]] = {
    vol.Required("title"): text,
    vol.Required("fix_flow"): _FLOW,
}
_ISSUE: Final = {vol.Required("title"): text, vol.Required("description"): text}
_STATES: Final = {vol.Optional("name"): fixed, vol.Optional("state"): {key: fixed}}
_ACTION: Final = {
    vol.Required("name"): text,
    vol.Required("description"): text,
    vol.Optional("fields"): {
        key: {
            vol.Required("name"): text,
            vol.Required("description"): text,
            vol.Optional("example"): text,
        }
    },
    vol.Optional("sections"): {
        key: {vol.Required("name"): text, vol.Optional("description"): text}
    },
}
STRINGS: Final = vol.Schema(
    {
        vol.Optional("title"): text,
        vol.Required("config"): {
            **_FLOW,
            vol.Optional("initiate_flow"): {vol.Required("user"): text},
        },
        vol.Optional("options"): _FLOW,
        vol.Optional("config_subentries"): {
            slug: {
                **_FLOW,
                vol.Required("entry_type"): text,
                vol.Required("initiate_flow"): {
                    vol.Required("user"): text,
                    vol.Optional("reconfigure"): text,
                },
            }
        },
        vol.Optional("application_credentials"): {vol.Required("description"): text},
        vol.Optional("common"): {slug: text},
        vol.Optional("conditions"): {slug: _ACTION},
        vol.Optional("device"): {key: {vol.Required("name"): text}},
        vol.Required("entity"): {
            slug: {
                key: {
                    vol.Required("name"): text,
                    vol.Optional("state"): {key: fixed},
                    vol.Optional("state_attributes"): {key: _STATES},
                    vol.Optional("unit_of_measurement"): fixed,
                }
            }
        },
        vol.Required("exceptions"): {slug: {vol.Required("message"): text}},
        vol.Optional("issues"): {key: vol.Any(_ISSUE, _FIX_FLOW)},
        vol.Optional("selector"): {
            slug: {
                vol.Optional("choices"): {key: text},
                vol.Optional("fields"): {key: _ACTION},
                vol.Optional("options"): {key: text},
                vol.Optional("unit_of_measurement"): {key: text},
            }
        },
        vol.Required("services"): {slug: _ACTION},
        vol.Optional("system_health"): {vol.Required("info"): {key: text}},
        vol.Optional("triggers"): {slug: _ACTION},
    }
)

OTHERS: Final = [language for language in LANGUAGES if language != "en"]


def test_languages_are_known() -> None:
    """English is there, and each language is one of Home Assistant's."""
    assert "en" in LANGUAGES
    assert set(LANGUAGES) <= set(KNOWN_LANGUAGES)


def test_no_strings_file() -> None:
    """Home Assistant reads `translations/`; strings.json is for what it ships."""
    assert not (INTEGRATION / "strings.json").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_form(language: str) -> None:
    """Keys are known at every level, and every text can be shown."""
    STRINGS(strings(language))


@pytest.mark.parametrize("language", OTHERS)
def test_same_keys(language: str) -> None:
    """A language says all that English says, and nothing else."""
    english, other = (dict(texts(strings(each))) for each in ("en", language))
    assert sorted(other) == sorted(english)


@pytest.mark.parametrize("language", OTHERS)
def test_same_placeholders(language: str) -> None:
    """A text has the placeholders that the English one has."""
    other = dict(texts(strings(language)))
    differing = [
        path
        for path, english in texts(strings())
        if placeholders(english) != placeholders(other.get(path, english))
    ]
    assert not differing


@pytest.mark.parametrize("language", OTHERS)
def test_translated(language: str) -> None:
    """Nothing is left in English but names and the words that are the same."""
    other = dict(texts(strings(language)))
    same = {
        english
        for path, english in texts(strings())
        if other[path] == english and _WORD.search(re.sub(r"\{\w+\}", "", english))
    }
    assert same - PORTAL_NAMES == SPOKEN[language].shared


def _name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", sorted(INTEGRATION.rglob("*.json")), ids=_name)
def test_json_has_no_key_twice(path: Path) -> None:
    """Of two equal keys, one would silently win."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)


async def test_system_health_is_worded(hass: HomeAssistant) -> None:
    """Every figure of the system-health page has words, and nothing else has."""
    if not (INTEGRATION / "system_health.py").is_file():
        assert "system_health" not in strings()
        return
    page = Module(Path("system_health.py")).module
    registration = system_health.SystemHealthRegistration(hass, PACKAGE)
    page.async_register(hass, registration)
    assert registration.info_callback is not None
    figures = await registration.info_callback(hass)
    for figure in filter(isawaitable, figures.values()):
        await figure
    assert set(strings()["system_health"]["info"]) == set(figures)
