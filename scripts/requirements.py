"""Print what the demo's Home Assistant needs beside itself, one a line.

Runs in an environment that has the `homeassistant` package and nothing else yet, and
goes the way Home Assistant does when it installs requirements.
"""

from collections.abc import Iterable
import json
from pathlib import Path

from homeassistant import bootstrap
from integrations import ANSWERS

from configuration import COMPONENTS, DOMAIN, ROOT

CORE = Path(bootstrap.__file__).parent / "components"
CUSTOM = ROOT / "custom_components"


def walk(domains: Iterable[str]) -> set[str]:
    """Return the requirements of the domains and of all they depend on."""
    pending, seen, found = list(domains), set[str](), set[str]()
    while pending:
        if (domain := pending.pop()) in seen:
            continue
        seen.add(domain)
        place = CUSTOM if domain == DOMAIN else CORE
        manifest = json.loads((place / domain / "manifest.json").read_bytes())
        found.update(manifest.get("requirements", []))
        pending += manifest.get("dependencies", [])
        pending += manifest.get("after_dependencies", [])
    return found


if __name__ == "__main__":
    domains = {*bootstrap.CORE_INTEGRATIONS, *bootstrap.DEFAULT_INTEGRATIONS}
    print(*sorted(walk({*domains, *COMPONENTS, *ANSWERS, DOMAIN})), sep="\n")
