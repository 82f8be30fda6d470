"""Bodies of any size flow both ways as they come, and who leaves is noticed on the other side."""

import hashlib
import os
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.assistant.gateway.wire import Wire, chunks, request_bytes
from tests.assistant.serving import Served, wait_until
from tests.fakes import core_acts as acts
from tests.fakes.core import ScriptedCore
from tests.fakes.core_exchange import Then
from tests.servers.nginx import NginxServer

MIB = 1024 * 1024
HUGE = 128 * MIB if os.environ.get("EXAMPLES_FACTOR", "1") == "1" else 1024 * MIB
EXTRA = 60 * MIB
"""What a body of any size may cost in memory."""

SOON = 15.0  # seconds; far less than it takes to send what the other side is waiting for
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Memory:
    """The most memory that a service's workers took since the last look."""

    def __init__(self, served: Served) -> None:
        process = served.process.pid
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        self._folders = [Path(f"/proc/{number}") for number in children]
        for folder in self._folders:
            (folder / "clear_refs").write_text("5")  # the peak starts anew: proc(5)
        self._before = self._sum("VmRSS")

    def extra(self) -> int:
        """Return the bytes at the peak beyond those at the start."""
        return self._sum("VmHWM") - self._before

    def _sum(self, name: str) -> int:
        lines = (line for folder in self._folders for line in (folder / "status").read_text().splitlines())
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def blocks(size: int) -> Iterator[bytes]:
    """Yield so many bytes, no two blocks alike."""
    for number in range(size // MIB):
        yield number.to_bytes(4, "big") * (MIB // 4)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_huge_upload_takes_no_memory(front: Served, core: ScriptedCore, *, chunked: bool) -> None:
    """A gigabyte goes through a service of a few megabytes, and every byte of it arrives."""
    core.at("/upload", acts.sink())
    memory, digest = Memory(front), hashlib.sha256()
    framing = ("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(HUGE))
    with Wire(front.client.base_url) as wire:
        wire.send_request("POST", "/upload", [framing])
        for block in blocks(HUGE):
            digest.update(block)
            wire.send(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
        wire.send(b"0\r\n\r\n" if chunked else b"")
        answer = wire.answer()
    assert answer.json == {"size": HUGE, "digest": digest.hexdigest()}
    assert memory.extra() < EXTRA


def test_huge_upload_to_nginx_takes_no_memory(before_nginx: Served) -> None:
    """The same with a real server that throws it away."""
    memory = Memory(before_nginx)
    with Wire(before_nginx.client.base_url) as wire:
        wire.send_request("POST", "/sink", [("Content-Length", str(HUGE))])
        for block in blocks(HUGE):
            wire.send(block)
        assert wire.answer().status == 200
    assert memory.extra() < EXTRA


def test_huge_download_takes_no_memory(nginx: NginxServer, before_nginx: Served) -> None:
    """A file of a gigabyte comes whole."""
    assert nginx.url
    memory, received = Memory(before_nginx), 0
    with Wire(before_nginx.client.base_url) as wire:
        wire.send_request("GET", "/huge.bin", [("Range", f"bytes=0-{HUGE - 1}")])
        answer = wire.head()
        for piece in wire.pieces(answer):
            received += len(piece)
    assert (answer.status, received, answer.whole) == (206, HUGE, True)
    assert memory.extra() < EXTRA


def test_slow_reader_holds_the_core_back(front: Served, core: ScriptedCore) -> None:
    """What a client does not read yet stays with the core, not in our memory."""
    sent: list[int] = []
    core.at("/flood", acts.flood(b"x" * MIB, sent))
    memory = Memory(front)
    with Wire(front.client.base_url, receive_buffer=64 * 1024) as wire:
        wire.send_request("GET", "/flood")
        assert wire.head().status == 200
        standstill(sent)
        assert sum(sent) < 64 * MIB
        assert memory.extra() < EXTRA
        before = sum(sent)
        taken = sum(len(wire.some()) for _ in range(2000))
        assert taken > MIB
        wait_until(lambda: sum(sent) > before)
    assert core.requests[0].gone.wait(SOON), "the core hears that the client has left"


def test_slow_core_holds_the_client_back(front: Served, core: ScriptedCore) -> None:
    """What the core does not read yet stays with the client; later it arrives all the same."""
    gate = threading.Semaphore(0)
    core.at("/upload", acts.late(gate, acts.sink()))
    memory, digest, sent = Memory(front), hashlib.sha256(), [0]
    with Wire(front.client.base_url) as wire:
        wire.send_request("POST", "/upload", [("Content-Length", str(HUGE))])
        sending = threading.Thread(target=_send_counted, args=(wire, digest, sent))
        sending.start()
        core.wait_for("/upload")
        standstill(sent)
        assert sum(sent) < 64 * MIB
        assert memory.extra() < EXTRA
        gate.release()
        answer = wire.answer()
        sending.join()
    assert answer.json == {"size": HUGE, "digest": digest.hexdigest()}


def _send_counted(wire: Wire, digest: "hashlib._Hash", sent: list[int]) -> None:
    for block in blocks(HUGE):
        digest.update(block)
        wire.send(block)
        sent.append(len(block))


def standstill(sent: list[int]) -> None:
    """Wait until something has been sent and nothing more is."""
    quiet, last = 0, -1
    for _ in count():
        quiet = quiet + 1 if sum(sent) == last and last > 0 else 0
        last = sum(sent)
        if quiet == 10:
            return
        threading.Event().wait(0.05)


def test_upload_arrives_piece_by_piece(url: str, core: ScriptedCore) -> None:
    """The core reads the first piece while the client has not sent the second."""
    with Wire(url) as wire:
        wire.send(request_bytes("POST", "/upload", [("Host", "x"), ("Transfer-Encoding", "chunked")]))
        for number in range(1, 4):
            wire.send(chunks(b"piece").removesuffix(b"0\r\n\r\n"))
            _wait_for_size(core, 5 * number)
        wire.send(b"0\r\n\r\n")
        assert wire.answer().json["size"] == 15
    assert core.requests[0].whole


def _wait_for_size(core: ScriptedCore, size: int) -> None:
    wait_until(lambda: bool(core.requests) and core.requests[0].size == size)


def test_events_arrive_one_by_one(url: str, core: ScriptedCore) -> None:
    """Server-sent events are not held back until there are more."""
    gate = threading.Semaphore(0)
    events = [f"data: {number}\n\n".encode() for number in range(5)]
    core.at("/events", acts.gated(STREAM, [b"%x\r\n%b\r\n" % (len(each), each) for each in events], gate))
    with Wire(url) as wire:
        wire.send_request("GET", "/events", [("Accept", "text/event-stream")])
        answer = wire.head()
        assert answer.values("content-type") == ["text/event-stream"]
        pieces = wire.pieces(answer)
        for event in events:
            gate.release()
            assert next(pieces) == event
        assert not answer.whole


def test_head_arrives_before_the_body(url: str, core: ScriptedCore) -> None:
    """A page that shows progress sees the head at once, with a fixed length too."""
    gate = threading.Semaphore(0)
    core.at("/slow", acts.gated(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", [b"bo", b"dy"], gate))
    with Wire(url) as wire:
        wire.send_request("GET", "/slow")
        answer = wire.head()
        pieces = wire.pieces(answer)
        for piece in (b"bo", b"dy"):
            gate.release()
            assert next(pieces) == piece
        assert next(pieces, b"") == b""
        assert answer.whole


def test_long_poll_is_answered_when_something_happens(url: str, core: ScriptedCore) -> None:
    """A question that waits for its answer is passed on, and others are served meanwhile."""
    gate = threading.Semaphore(0)
    core.at("/poll", acts.late(gate, acts.answer(200, b"news")))
    with Wire(url) as waiting, Wire(url) as other:
        waiting.send_request("GET", "/poll")
        core.wait_for("/poll")
        assert other.ask("GET", "/thing").status == 200
        gate.release()
        assert waiting.answer().body == b"news"


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("when", ["before the head", "in the body"])
def test_client_that_leaves_ends_the_exchange_with_the_core(url: str, core: ScriptedCore, when: str, how: str) -> None:
    """No one waits for the answer any more, and the core is told so."""
    head = b"" if when == "before the head" else b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"
    core.at("/slow", acts.raw(head, then="hang"))
    wire = Wire(url)
    wire.send_request("GET", "/slow")
    request = core.wait_for("/slow")
    if head:
        assert wire.head().status == 200
    getattr(wire, how)()
    assert request.gone.wait(SOON)


@pytest.mark.parametrize("framing", [("Content-Length", "1000000"), ("Transfer-Encoding", "chunked")])
def test_client_that_leaves_in_its_upload_never_makes_it_whole(
    url: str, core: ScriptedCore, framing: tuple[str, str]
) -> None:
    """The core sees that the upload broke off, and not a shorter one."""
    wire = Wire(url)
    wire.send_request("POST", "/upload", [framing])
    wire.send(b"4\r\nhalf\r\n" if framing[1] == "chunked" else b"half")
    wait_until(lambda: bool(core.requests) and core.requests[0].size > 0)
    wire.close()
    assert core.requests[0].gone.wait(SOON)
    assert not core.requests[0].whole


def test_early_answer_reaches_the_client(url: str, core: ScriptedCore) -> None:
    """A core that refuses an upload by its head is heard before all of it was sent."""
    core.at("/upload", acts.early(413, b"too large"))
    with Wire(url) as wire:
        wire.send_request("POST", "/upload", [("Content-Length", str(MIB))])
        wire.send(b"x" * 1000)
        answer = wire.answer()
    assert (answer.status, answer.body) == (413, b"too large")


@pytest.mark.parametrize("then", ["fin", "rst"])
def test_early_answer_of_a_core_that_closes_at_once(url: str, core: ScriptedCore, then: Then) -> None:
    """The rest of the upload has nowhere to go: the client gets the refusal, a 502 or a cut, and then goes on."""
    refusal = b"HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    core.at("/upload", acts.blurt(refusal, then))
    with Wire(url) as wire:
        wire.send_request("POST", "/upload", [("Content-Length", str(8 * MIB))])
        sending = threading.Thread(target=wire.send, args=(b"x" * 8 * MIB,))
        sending.start()
        answer = wire.answer()
        sending.join()
    assert answer.status == 502 or (answer.status, answer.body) == (413, b"no")
    with Wire(url) as wire:
        assert wire.ask("GET", "/next").status == 200


def test_requests_over_one_connection_keep_their_order(url: str, core: ScriptedCore) -> None:
    """A client that sends before it was answered gets each answer in its turn."""
    with Wire(url) as wire:
        wire.send(b"".join(request_bytes("GET", f"/job/{number}", [("Host", "x")]) for number in range(20)))
        assert [wire.answer().json["target"] for _ in range(20)] == [f"/job/{number}" for number in range(20)]
    assert len(core.requests) == 20
