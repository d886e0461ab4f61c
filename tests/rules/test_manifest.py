"""The manifest, what is imported against it, hacs.json and the brand images."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import struct
from typing import Any, Final

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant import components, const
from homeassistant.const import Platform
from packaging.requirements import Requirement
import pytest
import voluptuous as vol

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.portal import LoginServer
from tests.rules.source import (
    INTEGRATION,
    MODULES,
    PORTALS,
    ROOT,
    Module,
    named,
    read_json,
)

CORE: Final = frozenset(path.name for path in Path(components.__path__[0]).iterdir())

# Components that anyone may import without declaring them, beside entity platforms.
UNDECLARED: Final = frozenset(
    [
        "frontend",
        "group",
        "homeassistant",
        "labs",
        "persistent_notification",
        "sun",
        "system_health",
        "webhook",
        "websocket_api",
        "zone",
    ]
)

VERSIONS: Final = [
    AwesomeVersionStrategy.CALVER,
    AwesomeVersionStrategy.SEMVER,
    AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER,
    AwesomeVersionStrategy.PEP440,
]

# Shortest and longest that an image's sides may be.
IMAGES: Final = {
    **{f"{mode}icon.png": (256, 256) for mode in ("", "dark_")},
    **{f"{mode}icon@2x.png": (512, 512) for mode in ("", "dark_")},
}
LOGOS: Final = {
    **{f"{mode}logo.png": (128, 256) for mode in ("", "dark_")},
    **{f"{mode}logo@2x.png": (256, 512) for mode in ("", "dark_")},
}


def _address(value: str) -> str:
    """Take an https address that is not Home Assistant's own site."""
    if not re.match(r"https://[^/\s]+/\S+\Z", value):
        raise vol.Invalid("not an https address")
    if re.match(r"https://([^/]*\.)?home-assistant\.io/", value):
        raise vol.Invalid("Home Assistant documents its own integrations only")
    return value


def _version(value: str) -> str:
    """Take a version that Home Assistant can order."""
    if AwesomeVersion(value).strategy not in VERSIONS:
        raise vol.Invalid("not a version")
    return value


def _requirement(value: str) -> str:
    """Take a requirement as pip does, without spaces."""
    if not re.match(
        r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[a-z,]+\])?([=<>~!]=?[^\s;]+)?\Z", value
    ):
        raise vol.Invalid("not a requirement")
    return value


MANIFEST: Final = vol.Schema(
    {
        vol.Required("domain"): DOMAIN,
        vol.Required("name"): str,
        vol.Optional("after_dependencies"): [vol.In(CORE)],
        vol.Required("codeowners"): vol.All(
            [vol.Match(r"@[A-Za-z0-9-]+(/[A-Za-z0-9._-]+)?\Z")], vol.Length(min=1)
        ),
        vol.Required("config_flow"): True,
        vol.Optional("dependencies"): [vol.In(CORE)],
        vol.Required("documentation"): _address,
        vol.Optional("import_executor"): bool,
        vol.Required("integration_type"): vol.In(
            ["device", "entity", "hardware", "helper", "hub", "service", "system"]
        ),
        vol.Required("iot_class"): vol.In(
            [
                "assumed_state",
                "calculated",
                "cloud_polling",
                "cloud_push",
                "local_polling",
                "local_push",
            ]
        ),
        # HACS wants it, though Home Assistant does not.
        vol.Required("issue_tracker"): _address,
        vol.Optional("loggers"): [str],
        vol.Optional("quality_scale"): vol.In(
            ["bronze", "silver", "gold", "platinum", "custom"]
        ),
        vol.Optional("requirements"): [vol.All(str, _requirement)],
        vol.Required("version"): vol.All(str, _version),
    }
)

HACS: Final = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Optional("content_in_root"): bool,
        vol.Optional("country"): vol.Any(str, [str]),
        vol.Optional("filename"): vol.Match(r"[\w.-]+\.zip\Z"),
        vol.Optional("hacs"): vol.All(str, _version),
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("homeassistant"): vol.All(str, _version),
        vol.Optional("persistent_directory"): str,
        vol.Optional("render_readme"): bool,
        vol.Optional("zip_release"): bool,
    }
)


def test_manifest_keys_and_values() -> None:
    """The manifest has what is required, and nothing that is unknown."""
    MANIFEST(read_json("manifest.json"))


def test_manifest_order() -> None:
    """Domain and name come first, then the alphabet."""
    keys = list(read_json("manifest.json"))
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_manifest_dependencies() -> None:
    """A component is waited for or used when it is there, not both."""
    manifest = read_json("manifest.json")
    needed = manifest.get("dependencies", [])
    assert not {*needed} & {*manifest.get("after_dependencies", [])}


def test_domain_is_free() -> None:
    """No integration of Home Assistant's own has the domain."""
    assert DOMAIN not in CORE


def _components(node: ast.AST) -> Iterator[str]:
    """Return Home Assistant's components that a piece of code imports at run time."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    for name in names:
        if name.startswith("homeassistant.components."):
            yield name.split(".")[2]
    for child in ast.iter_child_nodes(node):
        yield from _components(child)


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_imported_components_are_declared(module: Module) -> None:
    """Who imports a component depends on it, or is a platform of it."""
    manifest = read_json("manifest.json")
    allowed = {
        *Platform,
        *UNDECLARED,
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
        *(path.stem for path in INTEGRATION.iterdir()),
    }
    assert set(_components(module.tree)) <= allowed


def test_one_login_server() -> None:
    """Application credentials are of a domain: one portal can have such a login."""
    servers = [
        server for portal in PORTALS.values() for server in portal.every(LoginServer)
    ]
    assert len(servers) == ("application_credentials" in _needed())


def _needed() -> list[str]:
    found: list[str] = read_json("manifest.json").get("dependencies", [])
    return found


def test_flow_is_one_file() -> None:
    """The config flow is a module; a package of that name would not be found."""
    assert (INTEGRATION / "config_flow.py").is_file()


def test_schema_for_yaml() -> None:
    """An integration with `async_setup` says that it takes nothing from YAML."""
    top = Module(Path("__init__.py")).text
    assert "async def async_setup(" not in top or "CONFIG_SCHEMA = " in top


def test_one_integration_with_its_documents() -> None:
    """HACS finds one integration, what it is about and under what licence."""
    folders = [path for path in INTEGRATION.parent.iterdir() if path.is_dir()]
    assert [path for path in folders if path.name != "__pycache__"] == [INTEGRATION]
    assert (ROOT / "README.md").is_file()
    assert (ROOT / "LICENSE").is_file()


def _hacs() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text())
    return found


def test_requirements_are_bounded() -> None:
    """Each has a lowest version, which is tried, and a first that is not known yet."""
    for each in read_json("manifest.json")["requirements"]:
        operators = {bound.operator for bound in Requirement(each).specifier}
        assert operators == {">=", "<"}, each


def test_hacs() -> None:
    """hacs.json has known keys, and a release that is a zip has a name."""
    hacs = HACS(_hacs())
    assert ("filename" in hacs) is hacs.get("zip_release", False)
    assert hacs["name"] == read_json("manifest.json")["name"]


def test_oldest_home_assistant() -> None:
    """The tests run on the oldest series of Home Assistant that is let in."""
    series = f"{const.MAJOR_VERSION}.{const.MINOR_VERSION}"
    assert _hacs()["homeassistant"].rpartition(".")[0] == series


def _sides(path: Path) -> tuple[int, int]:
    """Return width and height of a PNG from its header."""
    header = path.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is no PNG"
    width, height = struct.unpack(">II", header[16:24])
    return width, height


def test_brand_images() -> None:
    """The icon is there, and every image has a name and a size that are known."""
    images = {path.name: _sides(path) for path in INTEGRATION.glob("brand/*")}
    assert "icon.png" in images
    assert set(images) <= {*IMAGES, *LOGOS}
    for name, sides in images.items():
        if name in IMAGES:
            assert sides == IMAGES[name], name
        else:
            shortest, longest = LOGOS[name]
            assert shortest <= min(sides) <= longest, name
