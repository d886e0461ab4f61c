"""Values held to the schemas of an OpenAPI 3.0 document."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import unquote

from jsonschema import Draft4Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match
import msgspec

type Node = Mapping[str, Any]
type Hidden = Literal["readOnly", "writeOnly"]
# Of `a[0][b]=c`, all below `a` is ("0", "b"), "c".
type Texts = Sequence[tuple[tuple[str, ...], str]]

_FORMATS: Final = FormatChecker(("date", "date-time", "uuid"))
_NOT_TEXT: Final = frozenset({"boolean", "integer", "number"})
_DRAFT: Final[Mapping[str, Callable[..., Any]]] = Draft4Validator.VALIDATORS


class Schemas:
    """The schemas of a document.

    They are JSON Schema of draft 4, but for `nullable`, which lets null be whatever
    else is asked for, and `readOnly` and `writeOnly`, which keep a property out of
    requests and of responses. What stands beside a `$ref` counts for nothing.
    """

    def __init__(self, document: Node) -> None:
        """Make a validator of each kind for the document."""
        self.document = document
        self._dialects: Mapping[Hidden, Any] = {
            "readOnly": self._dialect("readOnly"),
            "writeOnly": self._dialect("writeOnly"),
        }

    def resolve(self, node: Node) -> Node:
        """Return what a node refers to, or itself."""
        while "$ref" in node:
            root, *parts = unquote(node["$ref"]).split("/")
            assert root == "#", f"not of this document: {node['$ref']}"
            node = self.document
            for part in parts:
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return node

    def misfits(
        self, value: object, schema: Node, hidden: Hidden = "readOnly"
    ) -> Iterator[str]:
        """Return how a value does not fit, each with the place in the value."""
        for error in self._validator(schema, hidden).iter_errors(value):
            reason = best_match([error])
            text = reason.message
            text = text if len(text) < 200 else f"{text[:100]} … {text[-100:]}"
            yield f"{reason.json_path}: {text}"

    def read(self, texts: Texts, schema: Node) -> object:
        """Return what the texts of a parameter say, read as the schema wants them."""
        shapes = list(self._shapes(schema))
        kinds = {each["type"] for each in shapes if "type" in each}
        groups: defaultdict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for number, (parts, text) in enumerate(texts):
            # Without a number, it is the next of a list.
            groups[(parts and parts[0]) or f"{number}"].append((parts[1:], text))
        if "array" in kinds and all(map(str.isdecimal, groups)):
            items: Node = next(
                (each["items"] for each in shapes if "items" in each), {}
            )
            return [self.read(groups[key], items) for key in sorted(groups, key=int)]
        if any(parts for parts, _ in texts):
            known = {
                name: each
                for shape in shapes
                for name, each in shape.get("properties", {}).items()
            }
            return {
                name: self.read(group, known.get(name, {}))
                for name, group in groups.items()
            }
        if len(texts) > 1:
            return [text for _, text in texts]
        return self._scalar(texts[0][1], schema, kinds)

    def _scalar(self, text: str, schema: Node, kinds: set[str]) -> object:
        readings: list[object] = [text] if not kinds or kinds - _NOT_TEXT else []
        try:
            readings.append(msgspec.json.decode(text, type=bool | int | float))
        except ValueError:
            readings.append(text)
        fits = self._validator(schema, "readOnly").is_valid
        return next(filter(fits, readings), readings[0])

    def _shapes(self, schema: Node) -> Iterator[Node]:
        """Return a schema and those that it is composed of."""
        schema = self.resolve(schema)
        yield schema
        for key in ("allOf", "anyOf", "oneOf"):
            for each in schema.get(key, ()):
                yield from self._shapes(each)

    def _validator(self, schema: Node, hidden: Hidden) -> Any:
        # With the document around the schema, its references lead somewhere.
        root = {**self.document, "allOf": [schema]}
        return self._dialects[hidden](root, format_checker=_FORMATS)

    def _dialect(self, hidden: Hidden) -> Any:
        """Return JSON Schema's draft 4 with the keywords as OpenAPI has them."""

        def is_hidden(schema: Node, name: str) -> bool:
            known = self.resolve(schema.get("properties", {}).get(name, {}))
            return known.get(hidden) is True

        def required(check: Any, names: Any, value: Any, schema: Node) -> Any:
            names = [name for name in names if not is_hidden(schema, name)]
            return _DRAFT["required"](check, names, value, schema)

        def properties(check: Any, known: Any, value: Any, schema: Node) -> Any:
            for name in value if isinstance(value, dict) else ():
                if is_hidden(schema, name):
                    yield ValidationError(f"{name!r} is {hidden}")
            yield from _DRAFT["properties"](check, known, value, schema)

        def all_of(check: Any, bases: Any, value: Any, schema: Node) -> Any:
            for base in map(self.resolve, bases):
                # What derives from a closed schema has members of its own.
                is_base = "properties" in schema and "additionalProperties" in base
                asked = {k: base[k] for k in base if k != "additionalProperties"}
                yield from check.descend(value, asked if is_base else base)

        def additional(check: Any, allowed: Any, value: Any, schema: Node) -> Any:
            keyword = _DRAFT["additionalProperties"]
            if "allOf" in schema:
                shapes = (each.get("properties", {}) for each in self._shapes(schema))
                known = {name: each for shape in shapes for name, each in shape.items()}
                schema = {**schema, "properties": known}
            yield from keyword(check, allowed, value, schema)

        keywords = {**_DRAFT, "required": required, "properties": properties}
        keywords |= {"allOf": all_of, "additionalProperties": additional}
        # Of alternatives that are open to more, any value may fit several.
        keywords["oneOf"] = _DRAFT["anyOf"]
        reference = keywords.pop("$ref")
        return validators.extend(
            Draft4Validator,
            {"$ref": reference, **{key: _or_null(keywords[key]) for key in keywords}},
        )


def _or_null(keyword: Callable[..., Any]) -> Callable[..., Any]:
    """Return a keyword that lets null pass where the schema says `nullable`."""

    def checked(check: Any, wanted: Any, value: Any, schema: Node) -> Any:
        if value is None and schema.get("nullable") is True:
            return ()
        return keyword(check, wanted, value, schema)

    return checked
