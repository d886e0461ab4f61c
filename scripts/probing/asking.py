"""What an account needs, from variables of the environment or from the terminal.

A secret is neither shown while it is typed nor kept anywhere.
"""

from collections.abc import Mapping
from getpass import getpass
import os
import sys

from custom_components.energy_portals.portals import InvalidAddress, check_address

from .portals import Field


class WrongUsage(Exception):
    """What was given is not enough, or cannot be right."""


def variable(portal: str, field: Field) -> str:
    """Return the name of a field's variable."""
    return f"{portal}_{field.name}".upper()


class Asking:
    """Asks for fields of one portal."""

    def __init__(self, portal: str) -> None:
        """Take the portal, whose name begins that of each variable."""
        self._portal = portal
        self.secrets: list[str] = []

    def ask_all(self, fields: tuple[Field, ...]) -> Mapping[str, str]:
        """Return what was given for each field."""
        return {field.name: self.ask(field) for field in fields}

    def ask(self, field: Field) -> str:
        """Return what was given for a field, in its one spelling."""
        text = os.environ.get(variable(self._portal, field))
        if text is None:
            text = self._typed(field)
        if not field.is_secret:
            text = text.strip()
        text = text or (field.default or "")
        self._check(field, text)
        if field.is_secret:
            self.secrets.append(text)
        return check_address(text) if field.is_address and text else text

    def _typed(self, field: Field) -> str:
        """Return what a person types; empty for what need not be asked for."""
        if field.default is not None and not (field.is_asked and sys.stdin.isatty()):
            return ""
        if not sys.stdin.isatty():
            name = variable(self._portal, field)
            raise WrongUsage(f"{name} is not set, and there is no terminal to ask at")
        prompt = f"{field.prompt}{_hint(field)}: "
        if field.is_secret:
            return getpass(prompt)
        print(prompt, end="", file=sys.stderr, flush=True)
        return input()

    def _check(self, field: Field, text: str) -> None:
        """Raise for what cannot be right; what it is, is not said."""
        name = variable(self._portal, field)
        if not text and field.default is None:
            raise WrongUsage(f"{name} is empty")
        if field.choices and text not in field.choices:
            raise WrongUsage(f"{name} is none of {', '.join(field.choices)}")
        if not field.is_address or not text:
            return
        try:
            check_address(text)
        except InvalidAddress:
            raise WrongUsage(f"{name} is no https address") from None


def _hint(field: Field) -> str:
    """Return the choices, and what counts where nothing is typed."""
    choices = f" ({', '.join(field.choices)})" if field.choices else ""
    return f"{choices} [{field.default}]" if field.default else choices
