"""What a tool for accessibility says of a page: axe-core, fetched when it is needed."""

import asyncio
import json
import tarfile
from typing import Final

from playwright.async_api import Page

from configuration import CACHE
from house import HouseError

_VERSION: Final = "4.11.0"
_FOLDER: Final = CACHE / "axe"
_TAGS: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")

# Through shadow roots, of which Home Assistant's pages are made.
_RUN: Final = """async ([names, tags]) => {
  const found = [];
  const walk = (root) => root.querySelectorAll("*").forEach((each) => {
    if (names.includes(each.localName)) found.push(each);
    if (each.shadowRoot) walk(each.shadowRoot);
  });
  walk(document);
  const { violations } = await axe.run({ include: found }, { runOnly: tags });
  return violations.map(({ id, nodes }) => [id, nodes.map((node) =>
    `${node.target.flat().at(-1)}: ${[...node.any, ...node.all, ...node.none]
      .map((each) => each.message)}`)]);
}"""


async def _script() -> str:
    """Return axe-core as a script; the registry is asked once."""
    path = _FOLDER / f"axe-{_VERSION}.min.js"
    if not path.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        npm = await asyncio.create_subprocess_exec(
            *("npm", "pack", "--silent", f"axe-core@{_VERSION}"),
            cwd=_FOLDER,
            stdout=asyncio.subprocess.PIPE,
        )
        printed, _ = await npm.communicate()
        if npm.returncode:
            raise HouseError("npm cannot fetch axe-core, which this run needs")
        with tarfile.open(_FOLDER / printed.decode().split()[-1]) as packed:
            member = packed.extractfile("package/axe.min.js")
            if member is None:
                raise HouseError("axe-core is not what it was")
            path.write_bytes(member.read())
    return path.read_text(encoding="utf-8")


async def check_axe(page: Page, what: str, *names: str) -> None:
    """Hold elements, by their names, to WCAG 2.0 to 2.2, A and AA.

    Raises AssertionError with what is wrong.
    """
    await page.evaluate(await _script())
    found = await page.evaluate(_RUN, [list(names), list(_TAGS)])
    if found:
        raise AssertionError(f"{what}: {json.dumps(found, indent=1)[:3000]}")
