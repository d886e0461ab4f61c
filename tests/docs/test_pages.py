"""The pages: how long, what is on them, and that their links lead somewhere."""

from pathlib import Path
import re
from typing import Final
from urllib.parse import parse_qs, urlparse

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.energy_portals.const import DOMAIN
from custom_components.energy_portals.portals.registry import PORTALS
from tests.docs.pages import DOCS, PAGES, README, headings_of, named, prose_of, text_of
from tests.rules.source import INTEGRATION, ROOT, read_json

EACH: Final = pytest.mark.parametrize("page", PAGES, ids=named)
# A page of a portal has all of it together.
HEADINGS: Final = {
    "Examples",
    "How often",
    "Limits",
    "Options",
    "Set up",
    "Troubleshooting",
    "What you get",
}
# The planner asks no server.
OF_SERVERS: Final = {"How often", "Options"}
_LINK: Final = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
MY: Final = "https://my.home-assistant.io/redirect"


def test_readme_is_short() -> None:
    """A stranger reads it to its end."""
    assert len(text_of(README).splitlines()) <= 150


def test_first_words() -> None:
    """They say what to type to find it, and have a link for each of the two steps."""
    first = text_of(README).partition("\n\n")[2].partition("\n\n")[0]
    manifest = read_json("manifest.json")
    assert f"type **{manifest['name']}**" in first
    hacs, flow = re.findall(rf"\(({MY}/[^)]+)\)", first)
    _, owner, repository = urlparse(manifest["documentation"]).path.split("/")
    assert urlparse(hacs).path == "/redirect/hacs_repository/"
    assert parse_qs(urlparse(hacs).query) == {
        "owner": [owner],
        "repository": [repository],
        "category": ["integration"],
    }
    assert flow == f"{MY}/config_flow_start/?domain={DOMAIN}"


def _page_of(portal: str) -> Path:
    """Return the page of a portal; the planner's stands with those of all portals."""
    inside = DOCS / "portals" / f"{portal}.md"
    return inside if inside.is_file() else DOCS / f"{portal}.md"


@pytest.mark.parametrize("portal", PORTALS)
def test_page_of_a_portal(portal: str) -> None:
    """It has a page with all there is to say, which the README names."""
    page = _page_of(portal)
    assert f"]({named(page)})" in text_of(README)
    wanted = HEADINGS if page.parent.name == "portals" else HEADINGS - OF_SERVERS
    assert wanted <= {*headings_of(page)}


def _anchor(heading: str) -> str:
    """Return how GitHub calls a heading in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@EACH
def test_links(page: Path) -> None:
    """They lead to a file that is there, and to a heading that it has."""
    for link in (a or b for a, b in _LINK.findall(prose_of(page))):
        if urlparse(link).scheme:
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in map(_anchor, headings_of(target)), link


def test_every_page_is_found() -> None:
    """From the README, each page can be reached."""
    left, reached = [README], {README}
    while left:
        page = left.pop()
        for link, _ in _LINK.findall(prose_of(page)):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target.is_dir():
                reached |= {*target.glob("*.md")}
            elif target.suffix == ".md" and target not in reached:
                reached.add(target)
                left.append(target)
    assert reached == {*PAGES}


@EACH
def test_names_are_known(page: Path) -> None:
    """What is called `energy_portals.…` exists."""
    known = {
        f"{DOMAIN}.{key}"
        for name in ("services", "triggers", "conditions")
        for key in load_yaml_dict(str(INTEGRATION / f"{name}.yaml"))
    }
    # The integration's folder has that name, too, in the settings of the log.
    named_here = re.findall(rf"(?<![\w./]){DOMAIN}\.\w+", text_of(page))
    assert {*named_here} <= known
