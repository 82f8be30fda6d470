"""Uploads: what they are, how large, and under which name."""

from pathlib import Path

import msgspec
import pytest

from assistant.desk.media import clean_name, content_type_of
from assistant.settings import Settings
from tests.assistant.desk.client import DeskClient
from tests.assistant.desk.exported import running
from tests.assistant.harness import error

MEDIA = "/api/v1/media"


def files_in(settings: Settings) -> list[Path]:
    """Return all files that lie in the media folder."""
    return [path for path in settings.media_dir.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"<html><script>", "text/plain; charset=utf-8"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain; charset=utf-8"),
        ("päge".encode(), "text/plain; charset=utf-8"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_type_is_told_by_the_beginning(head: bytes, kind: str) -> None:
    """What a browser could run is text, whatever it says of itself."""
    assert content_type_of(head) == kind


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.txt", "evil.txt"),
        ("..", "file"),
        ("a\r\nSet-Cookie: x.txt", "a_Set-Cookie_ x.txt"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
    ],
)
def test_name_can_be_kept_by_any_system(given: str, kept: str) -> None:
    """No folder and no line break gets through, and the ending stays."""
    assert clean_name(given) == kept


@pytest.mark.parametrize("name", ["../../../tmp/evil.txt", "/etc/passwd.txt", "..\\..\\x.txt", "%2e%2e%2fx.txt"])
async def test_name_of_a_client_is_no_path(desk: DeskClient, settings: Settings, name: str) -> None:
    """Files lie in the media folder under names of ours."""
    media = (await desk.http.post(MEDIA, files={"files": (name, b"x")})).json()["data"]
    assert [path.name for path in files_in(settings)] == [media["uuid"]]
    assert "/" not in media["filename"]


async def test_what_can_not_be_taken_is_told_and_leaves_nothing(desk: DeskClient, settings: Settings) -> None:
    """Each refusal names the field and the limit, and no file stays behind."""
    boundary = {"Content-Type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhello'
    attempts = [
        ({"json": {"files": "x"}}, "Content-Type"),
        ({"data": {"inline": "true"}, "files": {"other": ("a.txt", b"x")}}, "files"),
        ({"files": {"files": ("a.txt", b"")}}, "files"),
        ({"files": {"files": ("a.exe", b"MZ")}}, "files"),
        ({"files": [("files", ("a.txt", b"1")), ("files", ("b.txt", b"2"))]}, "files"),
        ({"files": {"files": ("a.txt", b"x")}, "data": {"linked_model": "agents"}}, "linked_model"),
        ({"files": {"files": ("a.txt", b"x")}, "data": {"colour": "red"}}, "colour"),
        ({"content": part, "headers": boundary}, ""),
        ({"content": b"nonsense", "headers": boundary}, ""),
        ({"content": b"--b--\r\n", "headers": boundary}, "files"),
    ]
    for request, field in attempts:
        answer = await desk.http.post(MEDIA, **request)  # type: ignore[arg-type] # as httpx takes them
        assert error(answer) == (400, "InputException", "invalid_request"), request
        assert answer.json()["message"].startswith(field), answer.text
    assert files_in(settings) == []


async def test_size_limit_is_kept_and_named(settings: Settings) -> None:
    """One byte over the limit is too much; nothing stays behind, and the next upload works."""
    async with running(msgspec.structs.replace(settings, media_max_bytes=100_000)) as desk:
        answer = await desk.http.post(MEDIA, files={"files": ("a.bin.txt", b"x" * 100_001)})
        assert error(answer) == (413, "InputException", "too_large")
        assert "100000" in answer.json()["message"]
        assert files_in(settings) == []
        answer = await desk.http.post(MEDIA, files={"files": ("a.txt", b"x" * 100_000)})
        assert answer.json()["data"]["size"] == 100_000


async def test_file_of_any_name_comes_back(desk: DeskClient) -> None:
    """A name beyond Latin-1 is given whole, and as well as it can be to old browsers."""
    media = (await desk.http.post(MEDIA, files={"files": ("日本€.txt", b"x")})).json()["data"]
    answer = await desk.http.get(media["url"])
    assert answer.content == b"x"
    assert "filename*=UTF-8''%E6%97%A5%E6%9C%AC%E2%82%AC.txt" in answer.headers["content-disposition"]
