"""The check of exchanges against OpenAPI documents, on a document of its own."""

import json
from typing import Any

from jsonschema import Draft4Validator
import pytest

from tests.exchanges import Exchange
from tests.openapi import OpenApi, needs_specs, spec

ID = "5da0a718-c822-403d-9f5d-20d4584e0528"
NODE = {"$ref": "#/components/schemas/Node"}
READING = {"$ref": "#/components/schemas/Reading"}


def _query(name: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"in": "query", "name": name, "schema": schema, **more}


def _json(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}, **more}


DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Meters", "version": "1"},
    "servers": [{"url": "https://vendor.example/base/v1"}],
    "paths": {
        "/meters/{id}": {
            "parameters": [
                {
                    "in": "path",
                    "name": "id",
                    "required": True,
                    "schema": {"type": "string", "format": "uuid"},
                },
                _query("lang", {"type": "string"}),
            ],
            "get": {
                "parameters": [{"$ref": "#/components/parameters/Lang"}],
                "responses": {
                    "200": _json(READING),
                    "404": {"$ref": "#/components/responses/Refusal"},
                    "5XX": {"$ref": "#/components/responses/Refusal"},
                },
            },
        },
        "/meters/all": {"get": {"responses": {"204": {"description": "none"}}}},
        "/search": {
            "get": {
                "parameters": [
                    _query("size", {"type": "integer", "maximum": 9}, required=True),
                    _query("share", {"type": "number"}),
                    _query("deep", {"type": "boolean"}),
                    _query("text", {"type": "string", "pattern": "^[0-9]+$"}),
                    _query("since", {"type": "string", "format": "date"}),
                    _query("any", {"oneOf": [{"type": "integer"}, {"enum": ["all"]}]}),
                    _query("ids", {"type": "array", "items": {"type": "integer"}}),
                    _query(
                        "names",
                        {"type": "array", "items": {"type": "string"}, "maxItems": 2},
                        explode=False,
                    ),
                    _query("entities", {"$ref": "#/components/schemas/Entities"}),
                    _query("sort[by]", {"type": "string"}),
                ],
                "responses": {"default": {"description": "anything"}},
            }
        },
        "/readings": {
            "post": {
                "requestBody": {"$ref": "#/components/requestBodies/Reading"},
                "responses": {"201": _json(NODE)},
            },
            "put": {
                "requestBody": _json({"type": "array", "items": READING}),
                "responses": {"200": {"description": "stored"}},
            },
        },
    },
    "components": {
        "parameters": {"Lang": _query("lang", {"type": "string", "enum": ["de"]})},
        "requestBodies": {"Reading": _json(READING, required=True)},
        "responses": {
            "Refusal": _json({"type": "object", "required": ["message"]}),
        },
        "schemas": {
            "Entities": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["entity_id", "order"],
                    "properties": {
                        "entity_id": {"type": "string", "format": "uuid"},
                        "order": {"type": "integer"},
                    },
                    "additionalProperties": False,
                },
            },
            "Kind": {"type": "string", "enum": ["in", "out"]},
            "Issued": {"type": "integer", "readOnly": True},
            "Reading": {
                "type": "object",
                "required": ["id", "issued", "secret", "value"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "issued": {"$ref": "#/components/schemas/Issued"},
                    "secret": {"type": "string", "writeOnly": True},
                    "value": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                    "at": {"type": "string", "format": "date-time", "nullable": True},
                    "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}]},
                    "state": {"type": "string", "enum": ["ok"], "nullable": True},
                    # What stands beside a reference counts for nothing.
                    "way": {"$ref": "#/components/schemas/Kind", "nullable": True},
                },
                "additionalProperties": False,
            },
            "Node": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": ["children"],
                        "properties": {"children": {"type": "array", "items": NODE}},
                    },
                    {
                        "allOf": [
                            {"type": "object", "required": ["leaf"]},
                            {"properties": {"leaf": {"type": "string"}}},
                        ]
                    },
                ],
                "discriminator": {"propertyName": "none"},
            },
        },
    },
}
API = OpenApi(DOCUMENT)
SENT = {"secret": "s", "value": 1}
GOT = {"id": "1", "issued": 2, "value": 1.5}


def search(*query: tuple[str, str]) -> Exchange:
    return Exchange(method="GET", path="/search", query=(("size", "5"), *query))


def meter(body: object, status: int = 200, **more: Any) -> Exchange:
    answer = json.dumps(body).encode()
    return Exchange(
        **{"method": "GET", "path": f"/meters/{ID}", **more},
        status=status,
        response_body=answer,
    )


def post(body: object, answer: object = {"leaf": ""}, **more: Any) -> Exchange:
    return Exchange(
        method="POST",
        path="/readings",
        request_body=json.dumps(body).encode(),
        response_body=json.dumps(answer).encode(),
        **{"status": 201, **more},
    )


@pytest.mark.parametrize(
    "exchange",
    [
        meter(GOT),
        meter(GOT, path=f"/base/v1/meters/{ID}", query=[("lang", "de")]),
        meter({**GOT, "at": "2026-05-14T10:37:30.123Z", "kind": "in", "state": "ok"}),
        meter({**GOT, "at": None, "state": None}),
        meter({"message": "none such"}, 404),
        meter({"message": "out of order"}, 503),
        # Not declared, and a portal may do it nevertheless.
        meter("slow down", 429, response_type="text/html"),
        Exchange(method="GET", path="/meters/all", status=204),
        search(),
        search(("share", "0.5"), ("deep", "true"), ("text", "12")),
        search(("since", "2026-05-14"), ("any", "7"), ("sort[by]", "name")),
        search(("any", "all"), ("ids", "1"), ("ids", "2"), ("names", "a,b")),
        search(("ids[]", "1"), ("ids[]", "2")),
        search(("ids[1]", "1"), ("ids[0]", "2")),
        search(
            ("entities[0][entity_id]", ID),
            ("entities[1][entity_id]", ID),
            ("entities[0][order]", "0"),
            ("entities[1][order]", "1"),
        ),
        post(SENT),
        post(SENT, {"children": [{"children": []}, {"leaf": "x"}]}),
        Exchange(method="PUT", path="/readings"),
        Exchange(method="PUT", path="/readings", request_body=b"[]"),
    ],
)
def test_right(exchange: Exchange) -> None:
    assert API.problems(exchange) == []


@pytest.mark.parametrize(
    ("exchange", "problem"),
    [
        (meter(GOT, path="/meter"), "no such operation"),
        (meter(GOT, method="DELETE"), "no such operation"),
        (meter(GOT, path="/other/v1/meters/1"), "no such operation"),
        (meter(GOT, path="/meters/1"), "path id: $: '1' is not a 'uuid'"),
        (
            meter(GOT, query=[("lang", "en")]),
            "query lang: $: 'en' is not one of ['de']",
        ),
        (
            Exchange(method="GET", path="/search"),
            "query size: missing",
        ),
        (search(("colour", "red")), "query colour: not declared"),
        (search(("size[", "1")), "query size[: not declared"),
        (search(("deep", "yes")), "query deep: $: 'yes' is not of type 'boolean'"),
        (search(("share", "NaN")), "query share: $: 'NaN' is not of type 'number'"),
        (search(("text", "1a")), "query text: $: '1a' does not match '^[0-9]+$'"),
        (search(("since", "14.5.")), "query since: $: '14.5.' is not a 'date'"),
        (search(("size", "6")), "query size: $: ['5', '6'] is not of type 'integer'"),
        (search(("ids[]", "x")), "query ids: $[0]: 'x' is not of type 'integer'"),
        (search(("ids[a]", "1")), "query ids: $: {'a': '1'} is not of type 'array'"),
        (search(("names", "a,b,c")), "query names: $: ['a', 'b', 'c'] is too long"),
        (
            search(("entities[0][entity_id]", ID)),
            "query entities: $[0]: 'order' is a required property",
        ),
        (
            search(("entities[0][entity_id]", ID), ("entities[0][order]", "last")),
            "query entities: $[0].order: 'last' is not of type 'integer'",
        ),
        (
            Exchange(method="GET", path="/meters/all", request_body=b"{}", status=204),
            "request body: not declared",
        ),
        (
            Exchange(
                method="POST",
                path="/readings",
                status=201,
                response_body=b'{"leaf": ""}',
            ),
            "request body: missing",
        ),
        (
            post(SENT, request_type="text/plain"),
            "request body: text/plain is not declared",
        ),
        (post({"value": 1}), "request body: $: 'secret' is a required property"),
        (post({**SENT, "id": "1"}), "request body: $: 'id' is readOnly"),
        (post({**SENT, "issued": 1}), "request body: $: 'issued' is readOnly"),
        (
            post({**SENT, "value": 0}),
            "request body: $.value: 0 is less than or equal to the minimum of 0",
        ),
        (
            Exchange(method="PUT", path="/readings", request_body=b"[NaN]"),
            "request body: not JSON",
        ),
        (post(SENT, status=202), "response 202: not declared"),
        (Exchange(method="GET", path=f"/meters/{ID}"), "response 200 body: missing"),
        (
            meter(GOT, response_type="text/html"),
            "response 200 body: text/html is not declared",
        ),
        (
            meter(["message"], 404),
            "response 404 body: $: ['message'] is not of type 'object'",
        ),
        (meter({}, 500), "response 500 body: $: 'message' is a required property"),
        (
            meter({"id": "1", "value": 1}),
            "response 200 body: $: 'issued' is a required property",
        ),
        (meter({**GOT, "secret": "s"}), "response 200 body: $: 'secret' is writeOnly"),
        (
            meter({**GOT, "at": "2026-05-14 10:37"}),
            "response 200 body: $.at: '2026-05-14 10:37' is not a 'date-time'",
        ),
        (
            meter({**GOT, "kind": "up"}),
            "response 200 body: $.kind: 'up' is not one of ['in', 'out']",
        ),
        (
            meter({**GOT, "id": None}),
            "response 200 body: $.id: None is not of type 'string'",
        ),
        (
            meter({**GOT, "way": None}),
            "response 200 body: $.way: None is not of type 'string'",
        ),
        (
            meter({**GOT, "more": 1}),
            (
                "response 200 body: $: "
                "Additional properties are not allowed ('more' was unexpected)"
            ),
        ),
        (
            post(SENT, {"children": [{"leaf": 1}]}),
            "response 201 body: $.children[0].leaf: 1 is not of type 'string'",
        ),
    ],
)
def test_wrong(exchange: Exchange, problem: str) -> None:
    where = f"{exchange.method} {exchange.path}"
    assert f"{where}: {problem}" in API.problems(exchange)


def test_every_problem_of_every_exchange_is_told() -> None:
    told = API.problems(
        post({"id": "1", "at": 5}), meter(GOT), meter({}, query=[("a", "b")])
    )
    assert [each.split(": ", 1)[1] for each in told] == [
        "request body: $: 'secret' is a required property",
        "request body: $: 'value' is a required property",
        "request body: $: 'id' is readOnly",
        "request body: $.at: 5 is not of type 'string'",
        "query a: not declared",
        "response 200 body: $: 'id' is a required property",
        "response 200 body: $: 'issued' is a required property",
        "response 200 body: $: 'value' is a required property",
    ]


def test_long_values_are_told_in_short() -> None:
    (told,) = API.problems(meter({**GOT, "at": "x" * 9999}))
    assert len(told) < 400
    assert told.endswith("is not a 'date-time'")


@needs_specs
@pytest.mark.parametrize(
    "name",
    [
        "epilot-metering.openapi.json",
        "epilot-portal.openapi.json",
        "volue-energy-coordination.openapi.json",
    ],
)
def test_portals_documents(name: str) -> None:
    api = spec(name)
    assert api is spec(name)
    shared = api.schemas.document["components"]["schemas"]
    declared = [*api.declared_schemas(), *shared.items()]
    assert len(declared) > len(api.operations) > 20
    for where, schema in declared:
        Draft4Validator.check_schema(schema)
        assert_references_lead_somewhere(api, where, schema)


def assert_references_lead_somewhere(api: OpenApi, where: str, node: object) -> None:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            assert api.schemas.resolve(node), where
        for each in node.values():
            assert_references_lead_somewhere(api, where, each)
    elif isinstance(node, list):
        for each in node:
            assert_references_lead_somewhere(api, where, each)


def test_derived_from_a_closed_schema() -> None:
    """It may have members of its own, and no others."""
    document = {
        "components": {
            "schemas": {
                "Base": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {"kind": {"type": "string"}},
                    "additionalProperties": False,
                },
                "Derived": {
                    "type": "object",
                    "allOf": [{"$ref": "#/components/schemas/Base"}],
                    "properties": {"size": {"type": "integer"}},
                    "additionalProperties": False,
                },
            }
        },
        "paths": {},
    }
    schemas = OpenApi(document).schemas
    derived = {"$ref": "#/components/schemas/Derived"}
    assert not list(schemas.misfits({"kind": "a", "size": 1}, derived))
    for odd in ({"size": 1}, {"kind": "a", "more": 1}, {"kind": 1, "size": 1}):
        assert list(schemas.misfits(odd, derived))
    base = {"$ref": "#/components/schemas/Base"}
    assert list(schemas.misfits({"kind": "a", "size": 1}, base))
