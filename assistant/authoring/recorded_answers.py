"""Answers that were recorded, so that tests run without a provider: one small file a prompt, to be committed."""

import hashlib
from pathlib import Path

import msgspec

from assistant.authoring.prompt_tests import Ask
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.messages import request_for
from assistant.completion.request import DraftRequest
from assistant.errors import InvalidRequestError, NotFoundError
from assistant.text.masking.masking import Mask
from prompts.front_matter import PromptTest
from prompts.template import Prompt


class Recordings:
    """Keeps answers in a folder, by what the model was sent.

    Args:
        folder: where the files are.
        asker: tells what a model would be sent.
    """

    def __init__(self, folder: Path, asker: PromptAsker) -> None:
        self._folder = folder
        self._asker = asker
        self._answers: dict[str, dict[str, str]] = {}

    def has(self, prompt: Prompt) -> bool:
        """Tell whether anything was recorded for a prompt."""
        return self._path(prompt).is_file()

    def replaying(self) -> Ask:
        """Return what answers tests from the recordings."""

        async def ask(prompt: Prompt, test: PromptTest) -> str:
            answer = self._of(prompt).get(await self._name(prompt, test))
            if answer is None:
                raise NotFoundError("Nothing was recorded for this wording of the prompt. Run again with --record.")
            return answer

        return ask

    def recording(self, live: Ask) -> Ask:
        """Return what answers tests as `live` does, and writes the answers down."""

        async def ask(prompt: Prompt, test: PromptTest) -> str:
            answer = await live(prompt, test)
            self._answers.setdefault(prompt.key, {})[await self._name(prompt, test)] = answer
            return answer

        return ask

    def save(self, prompt: Prompt) -> None:
        """Write what was recorded for a prompt, in the place of what was there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        content = msgspec.json.format(msgspec.json.encode(self._answers.get(prompt.key, {}), order="sorted"), indent=2)
        self._path(prompt).write_bytes(content + b"\n")

    def _of(self, prompt: Prompt) -> dict[str, str]:
        if prompt.key not in self._answers:
            try:
                self._answers[prompt.key] = msgspec.json.decode(self._path(prompt).read_bytes(), type=dict[str, str])
            except (OSError, msgspec.DecodeError):
                raise InvalidRequestError(
                    "recordings", f"{self._path(prompt).name} can't be read; run again with --record"
                ) from None
        return self._answers[prompt.key]

    def _path(self, prompt: Prompt) -> Path:
        return self._folder / f"{prompt.key}.json"

    async def _name(self, prompt: Prompt, test: PromptTest) -> str:
        """Name an answer by a hash of the messages and how the model is asked, whichever provider that is."""
        order = DraftRequest(prompt_key=prompt.key, content=test.content, variables=dict(test.variables))
        job = await self._asker.job(prompt, order)
        request = request_for(job, Mask(job.rules))
        sent = msgspec.json.encode((request.messages, job.max_output_tokens, request.temperature))
        return hashlib.sha256(sent).hexdigest()[:32]
