"""Writes the OpenAPI document of our own operations to a file: `python -m tests.openapi_document FILE`."""

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.assistant.harness import service

_OURS = "/api/v1/ai/"
_REFERENCE = re.compile(r'"#/components/schemas/([^"]+)"')


async def main(file: Path) -> None:
    """Ask a service for its document, and write down what the console is made from."""
    with tempfile.TemporaryDirectory() as folder:
        async with service(Path(folder) / "var") as client:
            document: dict[str, Any] = (await client.get("/docs/openapi.json")).json()
    file.write_text(json.dumps(_own(document), indent=1), encoding="utf-8")


def _own(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out the desk's operations, and the version, which changes with each release."""
    paths = {path: operations for path, operations in document["paths"].items() if path.startswith(_OURS)}
    schemas, wanted = document["components"]["schemas"], _names(paths)
    while further := {name for each in wanted for name in _names(schemas[each])} - wanted:
        wanted |= further
    return {
        "openapi": document["openapi"],
        "info": {**document["info"], "version": "0"},
        "paths": paths,
        "components": {"schemas": {name: schemas[name] for name in sorted(wanted)}},
    }


def _names(part: Any) -> set[str]:  # noqa: ANN401 - any part of a document
    return set(_REFERENCE.findall(json.dumps(part)))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
