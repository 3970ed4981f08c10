"""Microsoft's schemas and examples as judges of what the sandbox says."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS30Validator

DATA = Path(__file__).parents[1] / "data" / "graph"
Json = dict[str, Any]


@lru_cache
def _document(version: str) -> Json:
    loaded: Json = json.loads((DATA / f"{version}-schemas.json").read_text())
    return loaded


def example(name: str) -> Json:
    loaded: Json = json.loads((DATA / "examples" / f"{name}.json").read_text())
    return loaded


def faults(path: str, body: Json, *, method: str = "get", version: str = "v1") -> list[str]:
    """What the schema of that call's answer finds wrong, unknown properties included."""
    document = _document(version)
    schema = document["paths"][path][method]
    return _wrong(schema, body, document) + _strangers(schema, body, document, path)


def error_faults(body: Json) -> list[str]:
    document = _document("v1")
    return _wrong(document["error"], body, document)


def _wrong(schema: Json, body: Json, document: Json) -> list[str]:
    validator = OAS30Validator({**schema, "components": document["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body)]


def _strangers(schema: Json, value: Any, document: Json, where: str) -> list[str]:
    """Properties that the schema does not know; annotations of OData are no properties."""
    if isinstance(value, list):
        return [
            found
            for each in value
            for found in _strangers(_items(schema, document), each, document, where)
        ]
    if not isinstance(value, dict):
        return []
    known = _properties(_derived(schema, value, document), document)
    if not known.keys() - {"@odata.type"}:  # an open type: the validator alone judges it
        return []
    found = [
        f"{where}.{name} is unknown" for name in value if name not in known and "@" not in name
    ]
    for name, each in value.items():
        if name in known:
            found += _strangers(known[name], each, document, f"{where}.{name}")
    return found


def _derived(schema: Json, value: Json, document: Json) -> Json:
    """What the value says that it is, where that is known."""
    name = str(value.get("@odata.type", "")).removeprefix("#")
    found: Json = document["components"]["schemas"].get(name, schema)
    return found


def _resolved(schema: Json, document: Json) -> list[Json]:
    """The schema with everything that it refers to or combines."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return _resolved(document["components"]["schemas"][name], document)
    parts = [*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [schema, *(found for part in parts for found in _resolved(part, document))]


def _properties(schema: Json, document: Json) -> Json:
    found: Json = {}
    for part in _resolved(schema, document):
        found |= part.get("properties", {})
    return found


def _items(schema: Json, document: Json) -> Json:
    return next((part["items"] for part in _resolved(schema, document) if "items" in part), {})
