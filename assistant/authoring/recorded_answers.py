"""Answers that were recorded, so that tests run without a provider: one small file for each prompt, to be committed."""

import hashlib
from pathlib import Path

import msgspec

from assistant.authoring.prompt_tests import TestReport
from assistant.authoring.uncached_completion import PromptAsker
from assistant.completion.messages import request_for
from assistant.completion.request import DraftRequest
from assistant.errors import InvalidRequestError, NotFoundError
from assistant.text.masking.masking import Mask
from prompts.front_matter import PromptTest
from prompts.template import Prompt


class RecordedAnswers:
    """Keeps answers in a folder, by what the model was sent.

    Args:
        folder: where the files are.
        asker: tells what a model would be sent.
    """

    def __init__(self, folder: Path, asker: PromptAsker) -> None:
        self._folder = folder
        self._asker = asker

    def has(self, prompt: Prompt) -> bool:
        """Tell whether there are answers for a prompt."""
        return self._path(prompt).is_file()

    async def answer(self, prompt: Prompt, test: PromptTest) -> str:
        """Return the recorded answer to a test's draft.

        Raises:
            NotFoundError: there is none for the prompt as it is now.
            InvalidRequestError: the file is damaged.
        """
        name = await self._name(prompt, test)
        try:
            answers = msgspec.json.decode(self._path(prompt).read_bytes(), type=dict[str, str])
        except (OSError, msgspec.DecodeError):
            reason = f"{self._path(prompt).name} can't be read; run with --record"
            raise InvalidRequestError("recordings", reason) from None
        if name not in answers:
            raise NotFoundError("There is no recorded answer for this version of the prompt. Run with --record.")
        return answers[name]

    async def save(self, prompt: Prompt, report: TestReport) -> None:
        """Replace what is recorded for a prompt by the answers that its tests got."""
        answers = {
            await self._name(prompt, test): outcome.answer
            for test, outcome in zip(prompt.tests, report.outcomes, strict=True)
            if outcome.answer
        }
        self._folder.mkdir(parents=True, exist_ok=True)
        content = msgspec.json.format(msgspec.json.encode(answers, order="sorted"), indent=2)
        self._path(prompt).write_bytes(content + b"\n")

    def _path(self, prompt: Prompt) -> Path:
        return self._folder / f"{prompt.key}.json"

    async def _name(self, prompt: Prompt, test: PromptTest) -> str:
        """Name an answer by a hash of the messages and how the model is asked, whichever provider that is."""
        order = DraftRequest(
            prompt_key=prompt.key, content=test.content, variables=dict(test.variables), around=test.around
        )
        job = await self._asker.job(prompt, order)
        request = request_for(job, Mask(job.rules))
        sent = msgspec.json.encode((request.messages, job.max_output_tokens, request.temperature))
        return hashlib.sha256(sent).hexdigest()[:32]
