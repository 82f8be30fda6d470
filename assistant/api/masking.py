"""Showing and replacing what is masked besides the built-in kinds."""

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency, Provide
from msgspec import UNSET, Struct, UnsetType, structs

from assistant.api.request import ApiRequest
from assistant.auth.actor import AI_MANAGE
from assistant.envelope import Success, success
from assistant.errors import InvalidRequestError, MaskingUnknownError
from assistant.live_settings.masking import BrokenPattern, MaskingDocument, MaskingSettings, Pattern
from assistant.live_settings.masking_trial import MOST_TEXT, TriedMasking, tried
from assistant.web.body import body_of
from assistant.web.operation import documented
from assistant.web.revisions import read_revision, tag_of


class ShownMasking(MaskingDocument, frozen=True, kw_only=True):
    """The same as an administrator sees it.

    `problems` is there while saved patterns can't be used: which, and why. Until others are saved in their place, no
    text is sent to a provider.
    """

    problems: tuple[BrokenPattern, ...] | UnsetType = UNSET


class MaskingTrialBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text, and what to try on it; members that are left out are as they are saved."""

    text: str
    patterns: list[Pattern] | UnsetType = UNSET
    private: list[str] | UnsetType = UNSET


class MaskingController(Controller):
    """Operations on masking."""

    path = "/api/v1/ai/masking"
    tags = ("AI",)

    @get("/", opt=documented(permission=AI_MANAGE, answers=ShownMasking))
    async def show_masking(self, masking: NamedDependency[MaskingSettings]) -> Response[Success]:
        """Show the own patterns, which kinds are private, and which patterns can't be used."""
        if not masking.readable:
            raise MaskingUnknownError
        shown = ShownMasking(**structs.asdict(masking.current), problems=masking.broken or UNSET)
        return Response(success(shown), headers=tag_of(masking.revision))

    @put(
        "/",
        dependencies={"wanted": Provide(body_of(MaskingDocument, storable=True))},
        opt=documented(permission=AI_MANAGE, answers=MaskingDocument, body=MaskingDocument, errors=frozenset({412})),
    )
    async def replace_masking(
        self, request: ApiRequest, wanted: NamedDependency[MaskingDocument], masking: NamedDependency[MaskingSettings]
    ) -> Response[Success]:
        """Replace the own patterns and private kinds; `If-Match` may name the revision that was edited, as `ETag`."""
        await masking.replace(wanted, agent_id=request.user.id, based_on=read_revision(request))
        return Response(success(masking.current), headers=tag_of(masking.revision))

    @post(
        "/try",
        status_code=200,
        dependencies={"wanted": Provide(body_of(MaskingTrialBody))},
        opt=documented(permission=AI_MANAGE, answers=TriedMasking, body=MaskingTrialBody),
    )
    async def try_masking(
        self, wanted: NamedDependency[MaskingTrialBody], masking: NamedDependency[MaskingSettings]
    ) -> Success:
        """Show what would be hidden in a text; nothing is kept, and no provider is asked."""
        if len(wanted.text.encode()) > MOST_TEXT:
            raise InvalidRequestError("text", f"may have at most {MOST_TEXT} bytes")
        if not masking.readable and (wanted.patterns is UNSET or wanted.private is UNSET):
            raise MaskingUnknownError
        document = MaskingDocument(
            patterns=masking.current.patterns if wanted.patterns is UNSET else wanted.patterns,
            private=masking.current.private if wanted.private is UNSET else wanted.private,
        )
        return success(await tried(masking, document, wanted.text))
