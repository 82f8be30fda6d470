"""What schemathesis loads into its own process: requests stay harmless, and one more check looks at the envelope."""

from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response

from providers.hosts import HOSTS

CONFIG = "/api/v1/ai/config/completion"
PROVIDER = ("/api/v1/ai/provider", "/api/v1/ai/provider/test")
BUDGETS = "/api/v1/ai/budgets"
LIMITS = {"requests_per_minute": 10**9, "tokens_per_day": 10**9, "cost_per_day": 10**6}
"""Budgets that no run uses up."""
CALLER, VICTIM = "1", "2"
"""Two administrators: whose key the requests carry, and who takes what is meant for them."""

REACHED = Path("reached.txt")
"""Where it is noted which operations succeeded, one a line, in the folder that the generator runs in."""

_ERROR_TYPES = {
    400: "InputException",
    401: "UnauthorizedException",
    403: "PermissionException",
    404: "NotFoundException",
    405: "InputException",
    409: "ConflictException",
    412: "ConflictException",
    413: "InputException",
    422: "DataException",
    428: "ConflictException",
    429: "RateLimitException",
}
PROMPT, FEEDBACK = "/api/v1/ai/prompts/{key}", "/api/v1/ai/feedback"
SOURCE = """---
title: Made
brief: make it better
---
{% extends "_rewrite.j2" %}
{% block instruction %}Make it better.{% endblock %}
"""
_made: list[str] = []
_answered: list[str] = []
_reached: set[str] = set()
_addresses = [""]  # of the active provider, as they were shown


@schemathesis.hook
def before_load_schema(context: HookContext, raw_schema: dict[str, Any]) -> None:  # noqa: ARG001 - what the hook is given
    """Say where uuids come from, which schemathesis does not find out: it looks for ids."""
    for path, item in raw_schema["paths"].items():
        name = "cuuid" if "{cuuid}" in path else "uuid"
        for operation in item.values():
            if path.startswith("/api/v1/conversations/{"):
                _link(raw_schema, "/api/v1/conversations", operation, {f"path.{name}": "data/uuid"})
            if path.startswith("/api/v1/conversations/{cuuid}/messages/{uuid}"):
                parameters = {"path.cuuid": "data/conversation_uuid", "path.uuid": "data/uuid"}
                _link(raw_schema, "/api/v1/conversations/{cuuid}/messages", operation, parameters)
            if path == "/uploads/{uuid}":
                _link(raw_schema, "/api/v1/media", operation, {"path.uuid": "data/uuid"})


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:  # noqa: ARG001
    """Spare the caller, who must keep account, role and key to the end, and keep the service on this machine."""
    found = case.path_parameters.get("id")
    if case.path.startswith("/api/v1/agents/{id}") and case.method != "GET" and str(found).strip("0") == CALLER:
        case.path_parameters["id"] = VICTIM
    if case.path in PROVIDER and isinstance(case.body, dict):
        _keep_at_home(case.body)
    if case.path == BUDGETS and isinstance(case.body, dict):
        _leave_room(case.body)
    if case.path.startswith(CONFIG) and isinstance(case.body, dict):
        # Without a provider the address says which it is, and without an address it is OpenAI's.
        case.body |= {"provider": "custom", "base_url": _addresses[-1]}
    if case.path == "/api/v1/ai/completion" and isinstance(case.body, dict) and case.body.get("detail") is True:
        del case.body["detail"]  # it asks for another answer than the published one, which is all that is documented
    if case.path.startswith((PROMPT, FEEDBACK)):
        _lead_authors(case)


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:  # noqa: ARG001
    """Note which operations succeeded."""
    label = case.operation.label
    if response.status_code == 200 and label == f"GET {CONFIG}":
        _addresses.append(response.json()["data"]["base_url"])
    if response.status_code == 200 and case.path == "/api/v1/ai/completion":
        _answered.append(response.headers["x-request-id"][0])
    if response.status_code == 200 and case.method == case.operation.method.upper() and label not in _reached:
        _reached.add(label)
        with REACHED.open("a") as file:
            file.write(f"{label}\n")


@schemathesis.check
def envelope(ctx: CheckContext, response: Response, case: Case[Any]) -> None:  # noqa: ARG001 - what a check is given
    """See that an error is told as the contract has it, and a success as well."""
    if response.status_code in _ERROR_TYPES and case.method != "HEAD":
        body = response.json()
        assert set(body) == {"status", "message", "data", "error_type"}, body
        assert (body["status"], body["error_type"]) == ("error", _ERROR_TYPES[response.status_code]), body
        assert body["message"], "an error says what to do"
        assert body["data"].keys() - {"details"} == {"code"}, body
        assert "Traceback" not in body["message"]
        assert "/litestar" not in body["message"]


def _lead_authors(case: Case[Any]) -> None:
    """Name what is there where a case names anything of the right type; what has a wrong one stays as it is."""
    names, body = case.path_parameters, case.body if isinstance(case.body, dict) else {}
    label = case.operation.label
    if case.method != case.operation.method.upper():
        return
    if label == f"PUT {PROMPT}" and isinstance(body.get("source"), str) and isinstance(names.get("key"), str):
        names["key"] = f"made_{len(_made)}"
        _made.append(names["key"])
        body["source"] = SOURCE
    if label == f"DELETE {PROMPT}" and isinstance(names.get("key"), str) and _made:
        names["key"] = _made[-1]
    if label == f"POST {PROMPT}/publish" and {type(body.get("force", True)), type(body.get("reason", ""))} == {
        bool,
        str,
    }:
        body |= {"force": True, "reason": "generated"}
    if type(body.get("version")) is int:
        body["version"] = 0
    if case.path == FEEDBACK and isinstance(body.get("request_id"), str) and body["request_id"] and _answered:
        body["request_id"] = _answered[-1]


def _link(document: dict[str, Any], source: str, target: dict[str, Any], parameters: dict[str, str]) -> None:
    answer = document["paths"][source]["post"]["responses"]["200"]
    found = {name: f"$response.body#/{pointer}" for name, pointer in parameters.items()}
    answer.setdefault("links", {})[target["operationId"]] = {"operationId": target["operationId"], "parameters": found}


def _keep_at_home(change: dict[str, Any]) -> None:
    """Leave the address of the provider as it is, and ask for no other provider that the service knows."""
    change.pop("base_url", None)
    if change.get("provider") in list(HOSTS):
        change["provider"] = "custom"
    fallbacks = change.get("fallbacks")
    for each in fallbacks if isinstance(fallbacks, list) else ():
        if isinstance(each, dict):
            each |= {"provider": "custom", "base_url": _addresses[-1]}


def _leave_room(document: dict[str, Any]) -> None:
    """Raise whatever limits someone: the run needs its completions."""
    budgets = document.get("budgets")
    for each in budgets if isinstance(budgets, list) else ():
        if isinstance(each, dict):
            each |= {name: most for name, most in LIMITS.items() if isinstance(each.get(name), int | float)}
