"""What editors of prompts are built on: all prompts, checks while typing, and the words that there are."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from msgspec import Struct

from assistant.api.prompt_keys import checked_key
from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_PROMPTS
from assistant.authoring.prompt_list import AuthorsPrompt, PromptList
from assistant.authoring.published_prompts import PublishedPrompts
from assistant.authoring.source_checks import CheckedSource, check_source
from assistant.authoring.vocabulary import Vocabulary, vocabulary
from assistant.envelope import Success, success
from assistant.web.body import body_of
from assistant.web.language import language_of
from assistant.web.operation import documented
from prompts.layers import DEFAULT_SETTINGS, is_part


class CheckBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text as it is at the moment, and the key of the prompt or shared part that it belongs to."""

    key: str
    source: str


_check = body_of(CheckBody)


class AuthoringController(Controller):
    """Operations for editors of prompts."""

    path = "/api/v1/ai/authoring"
    tags = ("AI",)

    @get("/prompts", opt=documented(permission=AI_PROMPTS, answers=list[AuthorsPrompt]))
    async def list_authors_prompts(self, prompt_list: NamedDependency[PromptList]) -> Success:
        """List all prompts and shared parts for those who write them: what state they are in, and how they do."""
        return success(await prompt_list.all())

    @post("/check", status_code=200, opt=documented(permission=AI_PROMPTS, answers=CheckedSource, body=CheckBody))
    async def check_source(self, request: ApiRequest, published: NamedDependency[PublishedPrompts]) -> Success:
        """Check a text that is being typed; nothing is stored."""
        body = await _check(request)
        return success(await check_source(published, checked_key(body.key), body.source))

    @get("/vocabulary", opt=documented(permission=AI_PROMPTS, answers=Vocabulary))
    async def show_vocabulary(self, request: ApiRequest, published: NamedDependency[PublishedPrompts]) -> Success:
        """Show all words that a prompt may be written with, each with a sentence in the caller's language."""
        parts = {name.removesuffix(".j2") for layer in published.layers() for name in layer.sources if is_part(name)}
        return success(vocabulary(language_of(request.scope), DEFAULT_SETTINGS, parts))
