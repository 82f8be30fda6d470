"""Which version of a prompt an author means."""

from assistant.authoring.drafts import Drafts
from assistant.errors import InvalidRequestError
from prompts.template import Prompt


async def chosen_version(drafts: Drafts, key: str, version: int | str, source: str | None) -> Prompt:
    """Return a version, ready to render.

    Args:
        drafts: what there is.
        key: of the prompt.
        version: its number, `draft`, `published`, or `source`.
        source: the text that is meant by `source`.

    Raises:
        InvalidRequestError: there is no such word, or the text is missing.
        NotFoundError: there is no such prompt or version.
        BrokenTemplateError: it can't be used.
    """
    if version == "source":
        if source is None:
            raise InvalidRequestError("source", "must have the text of the version 'source'")
        return await drafts.compile(key, source)
    if isinstance(version, str) and version not in {"draft", "published"}:
        raise InvalidRequestError("version", "must be a number, 'draft' or 'published'")
    state = await drafts.state(key)
    named = {"draft": state.draft, "published": state.published}
    return await drafts.prompt(key, named[version] if isinstance(version, str) else version)
