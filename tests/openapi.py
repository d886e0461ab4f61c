"""Exchanges held to a portal's OpenAPI 3.0 document."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
import json
from pathlib import Path
import re
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec
import pytest

from tests.exchanges import Exchange
from tests.openapi_schemas import Hidden, Node, Schemas, Texts

SPECS: Final = Path(__file__).resolve().parents[2] / "shared" / "specs"
needs_specs: Final = pytest.mark.skipif(
    not SPECS.is_dir(), reason="the vendors' documents are not beside the project"
)

_METHODS: Final = frozenset(
    {"delete", "get", "head", "options", "patch", "post", "put", "trace"}
)
# Portals refuse and fail in more ways than they declare.
_UNDECLARED: Final = frozenset({400, 401, 403, 404, 429, 500})
_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])+)")
_PLACEHOLDER: Final = re.compile(r"\{([^}]+)\}")
_SEPARATORS: Final = {"form": ",", "spaceDelimited": " ", "pipeDelimited": "|"}


@cache
def spec(name: str) -> OpenApi:
    """Return a document of the folder `SPECS`."""
    return OpenApi(json.loads((SPECS / name).read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Operation:
    """A declared operation; its parameters by place and name."""

    method: str
    path: str
    declared: Node
    parameters: Mapping[tuple[str, str], Node]

    def values(self, path: str) -> dict[str, str] | None:
        """Return what a path has for the placeholders; `None` is another path."""
        # Literal text and names take turns.
        parts = _PLACEHOLDER.split(self.path)
        pattern = "([^/]+)".join(map(re.escape, parts[::2]))
        if (found := re.fullmatch(pattern, path)) is None:
            return None
        return dict(zip(parts[1::2], map(unquote, found.groups()), strict=True))


class OpenApi:
    """An OpenAPI 3.0 document.

    Of bodies only JSON is looked into, and of parameters those of path and query.
    """

    def __init__(self, document: Node) -> None:
        """Read the operations, so that those without placeholders match first."""
        self.schemas = Schemas(document)
        self.operations = [
            Operation(method.upper(), path, each, self._parameters(item, each))
            for path in sorted(document["paths"], key=_vagueness)
            for item in [self.schemas.resolve(document["paths"][path])]
            for method, each in item.items()
            if method in _METHODS
        ]
        servers = document.get("servers", ())
        self._roots = {urlsplit(each["url"]).path.rstrip("/") for each in servers}

    def problems(self, *exchanges: Exchange) -> list[str]:
        """Return what is not as declared; a path may start with the server's."""
        return [
            f"{each.method} {each.path}: {problem}"
            for each in exchanges
            for problem in self._problems(each)
        ]

    def declared_schemas(self) -> Iterator[tuple[str, Node]]:
        """Return the schemas of every operation, each with where it stands."""
        for each in self.operations:
            where = f"{each.method} {each.path}"
            for (place, name), parameter in each.parameters.items():
                yield f"{where} {place} {name}", parameter.get("schema", {})
            bodies = {"request": each.declared.get("requestBody", {})}
            for name, body in {**bodies, **each.declared["responses"]}.items():
                for media in self.schemas.resolve(body).get("content", {}).values():
                    yield f"{where} {name}", media.get("schema", {})

    def _problems(self, exchange: Exchange) -> Iterator[str]:
        paths = {exchange.path, *map(exchange.path.removeprefix, self._roots)}
        for operation in self.operations:
            for path in paths if operation.method == exchange.method else ():
                if (values := operation.values(path)) is not None:
                    yield from self._parameter_problems(operation, values, exchange)
                    yield from self._request_problems(operation, exchange)
                    yield from self._response_problems(operation, exchange)
                    return
        yield "no such operation"

    def _parameter_problems(
        self, operation: Operation, values: Mapping[str, str], exchange: Exchange
    ) -> Iterator[str]:
        found: defaultdict[tuple[str, str], list[tuple[tuple[str, ...], str]]]
        found = defaultdict(list)
        for name, text in values.items():
            found["path", name].append(((), text))
        for key, text in exchange.query:
            is_whole = ("query", key) in operation.parameters
            name, parts = (key, ()) if is_whole else _unbracketed(key)
            if ("query", name) in operation.parameters:
                found["query", name].append((parts, text))
            else:
                yield f"query {key}: not declared"
        for (place, name), declared in operation.parameters.items():
            schema = declared.get("schema", {})
            if texts := found[place, name]:
                value = self.schemas.read(_separated(declared, texts), schema)
                for misfit in self.schemas.misfits(value, schema):
                    yield f"{place} {name}: {misfit}"
            elif place == "query" and declared.get("required"):
                yield f"query {name}: missing"

    def _request_problems(
        self, operation: Operation, exchange: Exchange
    ) -> Iterator[str]:
        declared = self.schemas.resolve(operation.declared.get("requestBody", {}))
        kind, body = exchange.request_type, exchange.request_body
        if body and not declared:
            yield "request body: not declared"
        elif body or declared.get("required"):
            for problem in self._body_problems(declared, kind, body, "readOnly"):
                yield f"request body: {problem}"

    def _response_problems(
        self, operation: Operation, exchange: Exchange
    ) -> Iterator[str]:
        responses, status = operation.declared["responses"], f"{exchange.status}"
        keys = (status, f"{status[0]}XX", "default")
        if (key := next(filter(responses.__contains__, keys), None)) is not None:
            declared = self.schemas.resolve(responses[key])
            kind, body = exchange.response_type, exchange.response_body
            for problem in self._body_problems(declared, kind, body, "writeOnly"):
                yield f"response {status} body: {problem}"
        elif exchange.status not in _UNDECLARED:
            yield f"response {status}: not declared"

    def _body_problems(
        self, declared: Node, kind: str, body: bytes, hidden: Hidden
    ) -> Iterator[str]:
        content = declared.get("content", {})
        media = {key.partition(";")[0].strip(): each for key, each in content.items()}
        names = (kind, f"{kind.partition('/')[0]}/*", "*/*")
        name = next(filter(media.__contains__, names), None)
        if not media:
            return
        if not body:
            yield "missing"
        elif name is None:
            yield f"{kind} is not declared"
        elif kind.endswith("json"):
            try:
                value = msgspec.json.decode(body)
            except ValueError:
                yield "not JSON"
            else:
                schema = media[name].get("schema", {})
                yield from self.schemas.misfits(value, schema, hidden)

    def _parameters(self, path: Node, operation: Node) -> dict[tuple[str, str], Node]:
        """Return the parameters of a path and of its operation, which prevail."""
        both = [*path.get("parameters", ()), *operation.get("parameters", ())]
        declared = map(self.schemas.resolve, both)
        return {(each["in"], each["name"]): each for each in declared}


def _vagueness(path: str) -> list[bool]:
    """Sort literal parts of paths before placeholders."""
    return ["{" in part for part in path.split("/")]


def _unbracketed(key: str) -> tuple[str, tuple[str, ...]]:
    """Return the name in a bracketed key, and what stands in the brackets."""
    if (found := _KEY.fullmatch(key)) is None:
        return key, ()
    return found[1], tuple(found[2][1:-1].split("]["))


def _separated(declared: Node, texts: Texts) -> Texts:
    """Take apart a text that holds a whole array, if the parameter is of that kind."""
    separator = _SEPARATORS.get(declared.get("style", "form"))
    if separator is None or declared.get("explode", True) is not False:
        return texts
    return [(parts, each) for parts, text in texts for each in text.split(separator)]
