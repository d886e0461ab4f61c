"""Make the reference of actions, entities, triggers, conditions and operations.

What tables and texts say is said there once; these pages only put it in order.
"""

import argparse
from collections.abc import Callable, Iterable, Iterator, Mapping
import re
import sys
from typing import Any, Final

import docs_operations
from homeassistant.core import SupportsResponse
import yaml

from configuration import DOMAIN, ROOT
from docs_tables import (
    KINDS,
    ActionFacts,
    EntityFacts,
    Json,
    TriggerFacts,
    facts,
    fields_of,
    forms,
    texts,
)

FOLDER: Final = ROOT / "docs" / "reference"
MADE: Final = "<!-- Made by scripts/docs from tables and texts: change those. -->"
# The fields that say which account and site is meant; every action has them.
TARGET: Final = ("config_entry_id", "device_id", "entity_id")
ANY: Final = "Of any portal"

ACTIONS_FIRST: Final = f"""\
Each is called `{DOMAIN}.…` and finds the account by itself where only one fits; else
name it by one of `config_entry_id`, `device_id` and `entity_id`, which all of them
take. A device or entity also says which site is meant. A user takes the right to
control the account's entities, unless it is said who may call it; see
[who may do what](../automations.md#who-may-do-what)."""
ENTITIES_FIRST: Final = """\
What each shows stands on the pages of the [portals](../portals/), of
[prices](../prices.md), [history](../history.md) and the [planner](../planner.md). An
entity appears when the portal first shows what it is about. The unit `…` is the one
that the portal or your options name; *off* means that the entity is
[off at first](../entities.md), wherever it is."""
TRIGGERS_FIRST: Final = """\
Each has a `target`; its fields go under `options`. How several entities go together,
and what an outage does, stands under [automations](../automations.md)."""
OPERATIONS_FIRST: Final = """\
Every operation of the portals' references: which method of the client calls it and
where a person meets it, or why it is left out. Paths of Digiwatt are assumed, and can
be corrected in the account. *By itself* means that nobody has to do anything."""

RESPONSES: Final[Mapping[SupportsResponse, str]] = {
    SupportsResponse.NONE: "",
    SupportsResponse.ONLY: "Needs a `response_variable`.",
    SupportsResponse.OPTIONAL: "May have a `response_variable`.",
}


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield a table; a bar inside of a cell would end it."""
    heads = [*heads]
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cell.replace('|', r'\|') for cell in cells)} |"
    yield ""


def _in_page(name: str) -> str:
    """Return a name with what it fills in as italics."""
    return re.sub(r"\{(\w+)\}", lambda match: f"*{match[1].replace('_', ' ')}*", name)


# --- what fields take -----------------------------------------------------------------


def _number(given: Json) -> str:
    """Return the range and the unit of a number."""
    low, high = given.get("min"), given.get("max")
    if low is not None and high is not None:
        span = f", {low} to {high}"
    elif low is not None:
        span = f", {low} or more"
    else:
        span = "" if high is None else f", {high} or less"
    unit = given.get("unit_of_measurement")
    return f"number{f' of {unit}' if unit else ''}{span}"


def _select(given: Json) -> str:
    """Return the choices."""
    choices = ", ".join(f"`{option}`" for option in given["options"])
    return f"any of {choices}" if given.get("multiple") else f"one of {choices}"


def _behavior(given: Json) -> str:
    """Return how several entities go together."""
    modes = {"trigger": ("each", "first", "all"), "condition": ("any", "all")}
    return _select({"options": modes[given["mode"]]})


SELECTORS: Final[Mapping[str, Callable[[Json], str]]] = {
    "automation_behavior": _behavior,
    "boolean": lambda given: "true or false",
    "date": lambda given: "date",
    "datetime": lambda given: "date and time",
    "duration": lambda given: "duration",
    "number": _number,
    "object": lambda given: "YAML",
    "select": _select,
    "text": lambda given: "list of texts" if given.get("multiple") else "text",
}


def _takes(field: Json) -> str:
    """Return what a field takes, and what counts where it is left out."""
    ((name, given),) = field["selector"].items()
    default = field.get("default")
    shown = str(default).lower() if isinstance(default, bool) else default
    usual = "" if default is None else f"; `{shown}` by default"
    return f"{SELECTORS[name](given or {})}{usual}"


def _fields(form: Json, words: Json, leave_out: Iterable[str] = ()) -> Iterator[str]:
    """Yield the table of the fields of a form."""
    rows = [
        (
            f"`{name}`",
            "needed" if field.get("required") and "default" not in field else "",
            _takes(field),
            words["fields"][name]["description"],
        )
        for name, field in fields_of(form)
        if name not in leave_out
    ]
    if rows:
        yield from _table(("field", "", "takes", "what it is"), rows)


# --- actions --------------------------------------------------------------------------


def _actions() -> Iterator[str]:
    """Yield the page of the actions."""
    yield from ("# Actions", "", MADE, "")
    yield from (ACTIONS_FIRST, "")
    told = facts()
    for portal, title in {"": ANY, **told.portals}.items():
        names = [name for name in forms("services") if _first_of(name) == portal]
        if names:
            yield from (f"## {title}", "")
            for name in sorted(names):
                yield from _action(name, told.actions.get(name, ActionFacts()))


def _first_of(name: str) -> str:
    """Return under which portal an action stands; a shared one under the first."""
    portals = facts().actions.get(name, ActionFacts()).portals
    return portals[0] if portals else ""


def _action(name: str, told: ActionFacts) -> Iterator[str]:
    """Yield what there is to say of an action."""
    words = texts()["services"][name]
    yield from (f"### `{name}`", "", f"**{words['name']}.** {words['description']}")
    others = [facts().portals[each] for each in told.portals[1:]]
    if others:
        yield f"Also of {', '.join(others)}."
    if told.is_for_admins:
        yield "For administrators only."
    if told.is_for_readers:
        yield "Also for users who may only look."
    if response := RESPONSES[told.response]:
        yield response
    yield ""
    yield from _fields(forms("services")[name], words, TARGET)


# --- entities -------------------------------------------------------------------------


def _entities() -> Iterator[str]:
    """Yield the page of the entities."""
    yield from ("# Entities", "", MADE, "")
    yield from (ENTITIES_FIRST, "")
    told = facts()
    for kind, title in KINDS.items():
        portals = ", ".join(told.portals[key] for key in told.kinds[kind])
        yield from _group(kind, f"{title}: {portals}" if portals else title)
    for portal, title in told.portals.items():
        yield from _group(portal, title)


def _group(group: str, title: str) -> Iterator[str]:
    """Yield the table of what one portal or kind has."""
    entities = [each for each in facts().entities if each.group == group]
    if entities:
        yield from (f"## {title}", "")
        heads = ("entity", "platform", "unit", "shows", "")
        yield from _table(heads, map(_entity, entities))


def _entity(each: EntityFacts) -> tuple[str, ...]:
    """Return the row of an entity."""
    words = _words_of(each.platform, each.key)
    marks = {"diagnostic": each.is_diagnostic, "off": each.is_off}
    return (
        _in_page(words["name"]),
        each.platform.replace("_", " "),
        each.unit,
        ", ".join(words.get("state", {}).values()),
        ", ".join(mark for mark, holds in marks.items() if holds),
    )


def _words_of(platform: str, key: str) -> Any:
    """Return the texts of an entity."""
    return texts()["entity"][platform][key]


# --- triggers and conditions ----------------------------------------------------------


def _triggers() -> Iterator[str]:
    """Yield the page of triggers and conditions."""
    yield from ("# Triggers and conditions", "", MADE, "")
    yield from (TRIGGERS_FIRST, "")
    told = facts()
    for name, offered in (("triggers", told.triggers), ("conditions", told.conditions)):
        yield from (f"## {name.title()}", "")
        for key in sorted(offered):
            yield from _trigger(name, key, offered[key])


def _trigger(name: str, key: str, told: TriggerFacts) -> Iterator[str]:
    """Yield what there is to say of a trigger or condition."""
    words = texts()[name][key]
    form = forms(name)[key]
    platform: str = form["target"]["entity"][0]["domain"]
    entity = _words_of(platform, told.key)["name"]
    yield from (f"### `{DOMAIN}.{key}`", "")
    yield f"**{words['name']}.** {words['description']}"
    yield f"About the {platform.replace('_', ' ')} *{entity}*."
    yield ""
    yield from _fields(form, words)


# --- operations -----------------------------------------------------------------------


def _operations() -> Iterator[str]:
    """Yield the page of the portals' operations."""
    yield from ("# Operations", "", MADE, "")
    yield from (OPERATIONS_FIRST, "")
    for portal in docs_operations.portals():
        named = docs_operations.operations(portal)
        told = dict(docs_operations.rows(portal))
        used = [each for each in named if each in told and told[each].method]
        yield from (f"## {facts().portals[portal]}", "")
        yield f"{len(named)} operations, {len(used)} of them called."
        yield ""
        heads = ("operation", "", "client", "where a person meets it, or why not")
        yield from _table(
            heads,
            (
                (f"`{call}`", name, f"`{row.method}`" if row.method else "", row.where)
                for call, name in named.items()
                if (row := told.get(call)) is not None
            ),
        )


# --- the quality scale ----------------------------------------------------------------

_TIERS: Final = (
    "https://developers.home-assistant.io/docs/core/integration-quality-scale"
)


def _quality() -> Iterator[str]:
    """Yield the page of the rules, in the order of their tiers."""
    path = ROOT / "custom_components" / DOMAIN / "quality_scale.yaml"
    yield from ("# Quality scale", "", MADE, "")
    yield (
        f"How each rule of Home Assistant's [Integration Quality Scale]({_TIERS}) is "
        "met, from bronze to platinum."
    )
    yield ""
    rules = yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]
    yield from _table(
        ("rule", "", "why, or where it can be seen"),
        ((f"`{key}`", each["status"], each["comment"]) for key, each in rules.items()),
    )


# --- the pages ------------------------------------------------------------------------

PAGES: Final[Mapping[str, Callable[[], Iterator[str]]]] = {
    "actions.md": _actions,
    "entities.md": _entities,
    "operations.md": _operations,
    "quality.md": _quality,
    "triggers.md": _triggers,
}


def _made(lines: Iterable[str]) -> str:
    """Return a page as it is written."""
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Make the pages, or say which are stale; returns the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    FOLDER.mkdir(exist_ok=True)
    stale = []
    for name, make in PAGES.items():
        path, text = FOLDER / name, _made(make())
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path.relative_to(ROOT))
            if not check:
                path.write_text(text, encoding="utf-8")
    if check and stale:
        print(*stale, "is stale: run scripts/docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
