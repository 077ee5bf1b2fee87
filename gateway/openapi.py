"""One OpenAPI 3.1 document of all there is to call: our routes, the channels' webhooks, the health routes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from channels.contract import Webhook
from gateway.routes import COOKIE, Route

PLACE = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "details": {"type": "array", "items": {"type": "object"}},
            },
        }
    },
}
OWN_HEADER_PARAMETER = {
    "name": "X-Filrouge",
    "in": "header",
    "required": True,
    "description": "Any value; proves that no other site's page made the browser call.",
    "schema": {"type": "string", "const": "1"},
}


def document(
    routes: Sequence[Route], webhooks: Iterable[Webhook], *, version: str, server: str
) -> dict[str, Any]:
    """The document, ready to be sent as JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for declared in routes:
        paths.setdefault(declared.path, {})[declared.method.lower()] = _operation(declared)
    for webhook in webhooks:
        paths.setdefault(webhook.path, {})[webhook.method.lower()] = _webhook(webhook)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Filrouge",
            "version": version,
            "description": "The contact centre's own interface. Staff sign in by `POST /api/v1/sign-in`.",
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": {**_schemas(routes), "Problem": PROBLEM},
            "responses": {
                "Problem": {
                    "description": "What went wrong, by a stable code.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": COOKIE}},
        },
    }


def _schemas(routes: Sequence[Route]) -> Mapping[str, Any]:
    seen: dict[type[BaseModel], None] = {}
    for declared in routes:
        for model in (declared.body, declared.returns):
            if model is not None:
                seen[model] = None
    inputs = {declared.body for declared in routes}
    pairs: list[tuple[type[BaseModel], Any]] = [
        (model, "validation" if model in inputs else "serialization") for model in seen
    ]
    _, schema = models_json_schema(pairs, ref_template=PLACE)
    definitions: Mapping[str, Any] = schema.get("$defs", {})
    return definitions


def _operation(declared: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": declared.summary,
        "description": f"Needs: {declared.access}.",
        "operationId": declared.handle.__name__,
        "tags": [declared.tag],
        "x-access": str(declared.access),
        "parameters": [*_path_parameters(declared), *_query_parameters(declared)],
        "responses": _responses(declared),
    }
    if declared.method != "GET" and declared.path.startswith("/api/"):
        operation["parameters"].append(OWN_HEADER_PARAMETER)
    if not declared.access.public:
        operation["security"] = [{"session": []}]
    if declared.body is not None:
        schema = {"$ref": PLACE.format(model=declared.body.__name__)}
        operation["requestBody"] = {"required": True, "content": {declared.takes: {"schema": schema}}}
    elif declared.takes != "application/json":
        content = {declared.takes: {"schema": {"type": "string", "contentMediaType": declared.takes}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path_parameters(declared: Route) -> list[dict[str, Any]]:
    schema = {"type": "string", "pattern": r"^[0-9A-Za-z_-][0-9A-Za-z_.-]{0,63}$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in declared.parameters]


def _query_parameters(declared: Route) -> list[dict[str, Any]]:
    if declared.query is None:
        return []
    schema = declared.query.model_json_schema(ref_template=PLACE)
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _inline(part, schema)}
        for name, part in schema["properties"].items()
    ]


def _inline(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A query parameter's schema without references; enums are the only ones that queries use."""
    for name, definition in schema.get("$defs", {}).items():
        reference = {"$ref": PLACE.format(model=name)}
        if part == reference or part.get("$ref") == reference["$ref"]:
            return {**definition, **{k: v for k, v in part.items() if k != "$ref"}}
        if "anyOf" in part:
            part = {**part, "anyOf": [definition if p == reference else p for p in part["anyOf"]]}
    return part


def _responses(declared: Route) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if declared.returns is not None:
        schema = {"$ref": PLACE.format(model=declared.returns.__name__)}
        content = {"application/json": {"schema": schema}}
        responses[str(declared.status)] = {"description": "Done.", "content": content}
    elif declared.sends != "application/json":
        responses[str(declared.status)] = {"description": "Done.", "content": {declared.sends: {}}}
    else:
        responses["204"] = {"description": "Done; there is nothing to say."}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    return responses


def _webhook(webhook: Webhook) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": webhook.summary or f"Called by the outside at {webhook.path}",
        "description": "Called by a provider or a visitor; what it says is checked by the channel.",
        "operationId": f"webhook_{webhook.method.lower()}_{webhook.path.strip('/').replace('/', '_') or 'root'}",
        "tags": ["webhooks"],
        "x-access": "public",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in _names(webhook.path)
        ],
        "responses": {
            "200": {"description": "Accepted, after it was stored."},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    return operation


def _names(path: str) -> list[str]:
    return [part[1:-1].split(":")[0] for part in path.split("/") if part.startswith("{")]
