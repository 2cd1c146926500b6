"""The calls that all ways of capture are shown at once: each scenario on ports of its own, all at the same time."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.monitor.peers import loss
from tests.monitor.peers.programs import end, wait_for
from tests.monitor.peers.sipp import CALLEE, CALLER, Pair, pause, play, receive, request, response, sdp, touch
from tests.monitor.peers.speech import Codes, spoken, written

SPOKEN_PACKETS = 150
EARLY_PACKETS = 60
RING_MS = 900
TALK_MS = SPOKEN_PACKETS * 20 + 500
FIRST_PORT, LAST_PORT = 22000, 22899
LOSSY_MEDIA = 22860, 22870
"""The caller's and the callee's, told by sipp and sent by us."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the parties said, and where sipp finds it."""

    customer: Codes
    agent: Codes
    announcement: Codes
    folder: Path

    @property
    def files(self) -> tuple[Path, Path, Path]:
        return self.folder / "customer.al", self.folder / "agent.al", self.folder / "announcement.al"


def said(folder: Path) -> Said:
    found = Said(spoken("customer", SPOKEN_PACKETS), spoken("agent", SPOKEN_PACKETS), spoken("agent", 400), folder)
    found = Said(found.customer, found.agent, found.announcement[-EARLY_PACKETS * 160 :], folder)
    for codes, path in zip((found.customer, found.agent, found.announcement), found.files, strict=True):
        written(codes, path)
    return found


def pairs(words: Said) -> list[Pair]:
    """Every scenario."""
    plain = _plain(words)
    scenarios = {
        "plain": plain,
        **{f"ten{number}": plain for number in range(10)},  # sipp gives all calls of one process the same media port
        "abandoned": _abandoned(),
        "busy": _busy(),
        "held": _held(words),
        "early": _early(words),
        "byelost": _bye_lost(words),
        "lossy": _lossy(words),
        "unlisted": plain,
        "stream": plain,
    }
    found = [Pair(name, *ends, FIRST_PORT + 30 * place) for place, (name, ends) in enumerate(scenarios.items())]
    return [replace(pair, transport="t1") if pair.name == "stream" else pair for pair in found]


def sip_ports(all_pairs: Sequence[Pair]) -> tuple[int, ...]:
    """The callees'."""
    return tuple(pair.port for pair in all_pairs)


def play_all(all_pairs: Sequence[Pair], words: Said) -> None:
    """All calls at once, to their ends; the lost end's phones are killed when their call is answered and spoken."""
    with ExitStack() as stack:
        sender = threading.Thread(target=_lost_packets, args=(words,))
        if any(pair.name == "lossy" for pair in all_pairs):
            sender.start()
            stack.callback(sender.join)
        callers = {pair.name: stack.enter_context(pair.running(words.folder)) for pair in all_pairs}
        for pair in all_pairs:
            if pair.name == "byelost":
                wait_for((words.folder / "spoken").exists, 60, "the call whose end is lost")
                for process in pair.processes:
                    process.kill()
            else:
                status = callers[pair.name].wait(90)
                assert status == 0, (words.folder / f"{pair.name}-caller.log").read_text(errors="replace")[-3000:]
                end(pair.processes[0])


def _offer(body: str | None = None) -> list[str]:
    return [request("INVITE", 1, body or sdp(), first=True)]


def _answered(*, body: str | None = None) -> list[str]:
    return [response("200 OK", body or sdp()), receive("ACK")]


_GOODBYE = [request("BYE", 9), receive(200)]
_FAREWELL = [receive("BYE"), response("200 OK", tagged=True)]
_HEAR_RINGING = [receive(100, optional=True), receive(180), receive(200), request("ACK", 1)]


def _plain(words: Said) -> tuple[list[str], list[str]]:
    customer, agent, _ = words.files
    caller = [*_offer(), *_HEAR_RINGING, play(customer), pause(TALK_MS), *_GOODBYE]
    callee = [
        *(receive("INVITE"), response("180 Ringing"), pause(RING_MS), *_answered(), play(agent)),
        *_FAREWELL,
    ]
    return caller, callee


def _abandoned() -> tuple[list[str], list[str]]:
    cancel = request("CANCEL", 1, first=True, branch="[branch-4]")
    refused = request("ACK", 1, branch="[branch-7]")
    caller = [*_offer(), receive(100, optional=True), receive(180), pause(RING_MS)]
    caller += [cancel, receive(200), receive(487), refused]
    callee = [receive("INVITE"), response("180 Ringing"), receive("CANCEL"), response("200 OK", tagged=True)]
    terminated = response("487 Request Terminated").replace("[last_CSeq:]", "CSeq: 1 INVITE")
    return caller, [*callee, terminated, receive("ACK")]


def _busy() -> tuple[list[str], list[str]]:
    caller = [*_offer(), receive(100, optional=True), receive(486), request("ACK", 1, branch="[branch-3]")]
    return caller, [receive("INVITE"), response("486 Busy Here"), receive("ACK")]


def _held(words: Said) -> tuple[list[str], list[str]]:
    """3 s of talk, a hold of 1.5 s in which nothing is sent, 3 s of talk."""
    customer, agent, _ = words.files
    hold = [request("INVITE", 2, sdp(direction="sendonly", version=2)), receive(200), request("ACK", 2)]
    resume = [request("INVITE", 3, sdp(version=3)), receive(200), request("ACK", 3)]
    caller = [*_offer(), *_HEAR_RINGING, play(customer), pause(TALK_MS), *hold, pause(1500)]
    caller += [*resume, play(customer), pause(TALK_MS), *_GOODBYE]
    callee = [receive("INVITE"), response("180 Ringing"), pause(RING_MS), *_answered(), play(agent)]
    callee += [receive("INVITE"), response("200 OK", sdp(direction="recvonly", version=2), tagged=True), receive("ACK")]
    callee += [receive("INVITE"), response("200 OK", sdp(version=3), tagged=True), receive("ACK"), play(agent)]
    return caller, [*callee, *_FAREWELL]


def _early(words: Said) -> tuple[list[str], list[str]]:
    customer, agent, announcement = words.files
    caller = [*_offer(), receive(100, optional=True), receive(183), receive(200), request("ACK", 1)]
    caller += [play(customer), pause(TALK_MS), *_GOODBYE]
    callee = [receive("INVITE"), response("183 Session Progress", sdp()), play(announcement)]
    callee += [pause(EARLY_PACKETS * 20 + 300), *_answered(), play(agent), *_FAREWELL]
    return caller, callee


def _bye_lost(words: Said) -> tuple[list[str], list[str]]:
    caller, callee = _plain(words)
    return [*caller[:-2], touch(words.folder / "spoken"), pause(60_000)], callee


def _lossy(words: Said) -> tuple[list[str], list[str]]:
    customer_port, agent_port = LOSSY_MEDIA
    caller = [*_offer(sdp(customer_port)), *_HEAR_RINGING, touch(words.folder / "answered"), pause(TALK_MS), *_GOODBYE]
    callee = [receive("INVITE"), response("180 Ringing"), pause(RING_MS), *_answered(body=sdp(agent_port)), *_FAREWELL]
    return caller, callee


def _lost_packets(words: Said) -> None:
    wait_for((words.folder / "answered").exists, 60, "the answer of the call with losses")
    loss.send((CALLER, LOSSY_MEDIA[0]), (CALLEE, LOSSY_MEDIA[1]), words.customer, words.agent)
