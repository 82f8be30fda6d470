"""The OpenAPI document: what our applications answer, made from what stands beside their handlers."""

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from msgspec import Struct

from assistant.envelope import ErrorEnvelope
from assistant.web.operation import OPT, Operation

_REFERENCES = "#/components/schemas/"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FAULTS = {
    400: "The request can't be used; the message names the field or parameter",
    401: "No or wrong credentials",
    403: "The right is missing, or the CSRF token",
    404: "There is no such object, or not for this caller",
    405: "The operation does not have this method",
    408: "The body did not come in time",
    409: "It is a duplicate, or in use",
    412: "Someone else has changed it",
    413: "Too large",
    422: "It can't be processed as it is",
    428: "The request must say which version it is based on",
    429: "Too many; Retry-After says when to try again",
    500: "A fault of ours",
    502: "What stands behind the service failed",
    503: "Not now; Retry-After says when to try again",
    504: "What stands behind the service took too long",
}


class Described(Struct, frozen=True, kw_only=True):
    """An operation of an application: where it is and what is said about it."""

    path: str
    method: str
    name: str
    summary: str
    tags: list[str]
    operation: Operation


def operations_of(apps: Iterable[Litestar]) -> list[Described]:
    """Return the documented operations of some applications, by path and method; the first application wins."""
    found: dict[tuple[str, str], Described] = {}
    for each in (each for app in apps for each in _operations(app)):
        found.setdefault((each.path, each.method), each)
    return [found[key] for key in sorted(found)]


def document_of(apps: Iterable[Litestar], *, title: str, version: str) -> dict[str, Any]:
    """Return the OpenAPI document of some applications, for clients that reach them at the root of the server."""
    operations = operations_of(apps)
    schemas = _Schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {"schemas": schemas.components, "securitySchemes": _SECURITY},
    }


_SECURITY = {
    "basicAuth": {"type": "http", "scheme": "basic", "description": "API key and secret"},
    "tokenAuth": {"type": "apiKey", "in": "header", "name": "Authorization", "description": "`token key:secret`"},
}


def _operations(app: Litestar) -> Iterator[Described]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            operation = handler.opt.get(OPT) if isinstance(handler, HTTPRouteHandler) else None
            if operation is None or not operation.shown:
                continue
            for method in sorted(handler.http_methods - {"OPTIONS"}):
                yield Described(
                    path=_PARAMETER.sub(r"{\1}", route.path),
                    method=str(getattr(method, "value", method)),
                    name=handler.handler_name,
                    summary=(inspect.getdoc(handler.fn) or "").split("\n")[0],
                    tags=handler.resolve_tags(),
                    operation=operation,
                )


class _Schemas:
    """JSON schemas of all types that operations take and answer."""

    def __init__(self, operations: list[Described]) -> None:
        answers = [each.operation.answers for each in operations if each.operation.answers is not None]
        bodies = [each.operation.body for each in operations if each.operation.body is not None]
        answered, self.components = _schemas_of([*answers, ErrorEnvelope])
        # Which members an answer has stays open: clients of the published API can't count on more than it says.
        for schema in self.components.values():
            schema.pop("required", None)
        taken, components = _schemas_of(bodies)
        self.components = {**components, **self.components}
        self._answers = {repr(kind): schema for kind, schema in zip([*answers, ErrorEnvelope], answered, strict=True)}
        self._bodies = dict(zip(bodies, taken, strict=True))

    def answer(self, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type
        found: dict[str, Any] = self._answers[repr(kind)]
        return found

    def body(self, kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type
        found: dict[str, Any] = self._bodies[kind]
        return found


def _schemas_of(kinds: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    found, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCES + "{name}")
    return list(found), dict(components)


def _operation(each: Described, schemas: _Schemas) -> dict[str, Any]:
    operation = each.operation
    described: dict[str, Any] = {
        "tags": each.tags,
        "summary": each.summary,
        "operationId": each.name,
        "description": _rights(operation),
        "parameters": [*_path_parameters(each.path), *map(_query_parameter, operation.query)],
        "responses": _responses(operation, schemas),
        "security": [] if operation.permission is None else [{"basicAuth": []}, {"tokenAuth": []}],
    }
    if operation.body is not None:
        described["requestBody"] = _content("application/json", schemas.body(operation.body))
    if operation.form is not None:
        properties, required = operation.form
        schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
        described["requestBody"] = _content("multipart/form-data", schema)
    return described


def _rights(operation: Operation) -> str:
    if operation.permission is None:
        return "Needs no credentials."
    return f"Needs the right `{operation.permission}`." if operation.permission else "For every agent."


def _path_parameters(path: str) -> Iterator[dict[str, Any]]:
    for name in _PARAMETER.findall(path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query_parameter(parameter: Any) -> dict[str, Any]:  # noqa: ANN401 - `Parameter`
    described = {"name": parameter.name, "in": "query", "schema": parameter.schema}
    return {**described, "required": True} if parameter.required else described


def _content(media_type: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {media_type: {"schema": schema}}}


def _responses(operation: Operation, schemas: _Schemas) -> dict[str, Any]:
    responses: dict[str, Any] = {"200": {"description": "It worked"}}
    if operation.answers is not None:
        data = schemas.answer(operation.answers)
        envelope = {"type": "object", "properties": {"status": {"type": "string"}, "data": data}}
        texts = {media_type: {"schema": {"type": "string"}} for media_type in operation.also}
        responses["200"]["content"] = {"application/json": {"schema": data if operation.bare else envelope}, **texts}
    fault = {"application/json": {"schema": schemas.answer(ErrorEnvelope)}}
    for status in operation.statuses:
        responses[str(status)] = {"description": _FAULTS[status], "content": fault}
    return responses
