"""The suite's own way of running a service inside of a test."""

import gc
import weakref
from pathlib import Path
from typing import cast

from litestar.types import ASGIApp

from assistant.app import create_app
from tests.assistant.harness import client_of, settings_for


async def test_service_is_gone_after_its_test(state: Path) -> None:
    """Nothing holds a service that has ended: a suite of a thousand of them stays small."""
    front = create_app(settings_for(state, provider="custom", base_url="http://127.0.0.1:9"))
    async with client_of(cast("ASGIApp", front), front.ready) as client:
        assert (await client.get("/api/v1/ai/prompts")).status_code == 200
    gone = weakref.ref(front.ready)  # every part of a service has it
    del front, client
    gc.collect()
    assert gone() is None
