"""A session recording server (RFC 7866) without sockets of its own: messages in, answers and events out.

Transactions are ours and not those of aiosipua, which was to be the signalling: its UAS keeps none, so that an INVITE
sent again because its 200 was lost is answered with 481, which ends the recording.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from audio.events import SourceCounts
from audio.sip.bodies import SDP
from audio.sip.errors import SipError
from audio.sip.messages import SipMessage
from audio.siprec.calls import Call, Calls
from audio.siprec.cisco import metadata_of
from audio.siprec.dialog import Dialog, asked_interval_s, session_timer_of
from audio.siprec.metadata import Metadata
from audio.siprec.metadata_xml import MetadataError, read_metadata
from audio.siprec.outbox import Item
from audio.siprec.ports import RtpPorts
from audio.siprec.session import NotAcceptableError, RecordingSession
from audio.siprec.settings import SiprecSettings, is_within
from audio.siprec.transactions import ServerTransactions
from audio.siprec.wire import ACCEPT, ALLOW, EXTENSIONS, SUPPORTED, Fields, Peer, listed, new_tag, response
from models.errors import SourceError

log = logging.getLogger(__name__)

_METADATA_TYPES = frozenset({"application/rs-metadata+xml", "application/rs-metadata"})
_NO_SUCH_MEDIA = ("Warning", '304 timbre "Media type not available"')
_LATER = ("Retry-After", "30")


class _RefusedError(Exception):
    """A request is answered with an error."""

    def __init__(self, status: int, *fields: tuple[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.fields = fields


@dataclass(slots=True)
class RecordingServer:
    """Follows the rules of RFC 3261 and RFC 7866 for all recording sessions of this machine."""

    settings: SiprecSettings
    ports: RtpPorts
    calls: Calls
    put: Callable[[Item], object]
    drain: Callable[[RecordingSession], None]
    counts: SourceCounts
    now_s: Callable[[], float] = time.time
    _transactions: ServerTransactions = field(default_factory=ServerTransactions)

    def receive(self, message: SipMessage, peer: Peer) -> None:
        """One message of a peer. Whatever it holds, it is answered or passed over."""
        if message.status is not None:
            self.calls.responded(message)
        elif message.method == "ACK":
            self.calls.acknowledged(message)
        elif (known := self._transactions.answered(message, self.now_s())) is not None:
            peer.reply(message, known)
        else:
            self._answer(message, peer)

    def refuse(self, request: SipMessage, peer: Peer, status: int, fields: Fields = ()) -> None:
        """Answers a request with an error, which only the transport may know of (413)."""
        if request.status is None and request.method != "ACK":
            self._count(f"refused_{status}")
            data = response(request, status, peer, tag=new_tag(), fields=fields)
            self._transactions.answer(request, data, peer, self.now_s())

    def end_all(self, reason: str) -> None:
        for call in self.calls:
            self.calls.hang_up(call, reason)

    def look_round(self) -> None:
        """Ends the sessions that bring nothing any more, or last too long; to be called every few seconds."""
        now_s = self.now_s()
        for call in self.calls:
            session = call.session
            if session.lines.is_active and now_s - session.last_packet_s > self.settings.silent_s:
                self.calls.hang_up(call, "silence")
            elif now_s - session.begun_s > self.settings.longest_s:
                self.calls.hang_up(call, "limit")

    def _answer(self, request: SipMessage, peer: Peer) -> None:
        try:
            self._check(request, peer)
            self._handle(request, peer)
        except _RefusedError as refused:
            self.refuse(request, peer, refused.status, refused.fields)
        except NotAcceptableError:
            self.refuse(request, peer, 488, (_NO_SUCH_MEDIA,))
        except SipError:
            self.refuse(request, peer, 400)
        except SourceError as error:
            log.warning("recording session refused: %s", error)
            self.refuse(request, peer, 503, (_LATER,))

    def _check(self, request: SipMessage, peer: Peer) -> None:
        if not is_within(peer.address[0], self.settings.peers):
            raise _RefusedError(403)
        unknown = [name for name in listed(request, "require") if name not in EXTENSIONS]
        if unknown and request.method != "CANCEL":
            raise _RefusedError(420, ("Unsupported", ", ".join(unknown)))
        interval_s = asked_interval_s(request) if request.method in {"INVITE", "UPDATE"} else None
        if interval_s is not None and interval_s < self.settings.min_session_expires_s:
            raise _RefusedError(422, ("Min-SE", str(self.settings.min_session_expires_s)))

    def _handle(self, request: SipMessage, peer: Peer) -> None:
        match request.method:
            case "INVITE" if request.receiver.tag is None:
                self._invited(request, peer)
            case "OPTIONS":
                self._ok(request, peer, (peer.contact(), ALLOW, SUPPORTED, ACCEPT))
            case "CANCEL":
                # An INVITE is answered at once, so there is nothing left to cancel (RFC 3261, 9.2).
                if not self._transactions.has_invite(request, self.now_s()):
                    raise _RefusedError(481)
                self._ok(request, peer)
            case "INVITE" | "UPDATE" | "BYE" | "INFO":
                self._in_dialog(request, peer)
            case _:
                raise _RefusedError(405, ALLOW)

    def _in_dialog(self, request: SipMessage, peer: Peer) -> None:
        call = self.calls.of(request)
        if call is None:
            raise _RefusedError(481)
        if not call.dialog.is_next(request):
            raise _RefusedError(500)
        call.dialog.refresh(request, peer)
        match request.method:
            case "BYE":
                self._ok(request, peer)
                self.calls.end(call, "bye")
            case "INFO":
                call.session.learn(self._metadata(request), self.now_s())
                self._ok(request, peer)
            case _:
                self._changed(call, request, peer)

    def _invited(self, request: SipMessage, peer: Peer) -> None:
        if len(self.calls) >= self.settings.limits.sessions:
            raise _RefusedError(503, _LATER)
        offer = request.sdp()
        if offer is None:  # RFC 7866, 7.1.1: the offer is the recording client's
            raise NotAcceptableError("an INVITE without an offer")
        dialog = Dialog.begun_by(request, peer, new_tag())
        leg = f"{request.call_id};{dialog.local_tag}"
        session = RecordingSession(leg, request.call_id, self.now_s(), self.settings, self.ports, self.put, self.drain)
        answer = session.negotiate(offer, peer.local[0], session.begun_s, self._metadata(request))
        call = Call(dialog, session)
        self.calls.add(call)
        self._count("sessions")
        self._accept(call, request, peer, answer)

    def _changed(self, call: Call, request: SipMessage, peer: Peer) -> None:
        """Re-INVITE or UPDATE: new metadata, a new offer, or only a sign of life."""
        offer, told, answer = request.sdp(), self._metadata(request), b""
        if offer is not None:
            answer = call.session.negotiate(offer, peer.local[0], self.now_s(), told)
        else:
            call.session.learn(told, self.now_s())
        if offer is None and request.method == "INVITE":
            answer = call.session.answer  # our offer; what the ACK answers to it changes nothing for a receiver
        self._accept(call, request, peer, answer)

    def _accept(self, call: Call, request: SipMessage, peer: Peer, answer: bytes) -> None:
        call.timer = session_timer_of(request, self.settings.session_expires_s)
        timer = call.timer.fields if call.timer is not None else ()
        content = (("Content-Type", SDP),) if answer else ()
        fields = (peer.contact(), ALLOW, SUPPORTED, ACCEPT, *timer, *content)
        data = self._ok(request, peer, fields, answer, call.dialog.local_tag)
        self.calls.await_refresh(call)
        if request.method == "INVITE":
            self.calls.await_ack(call, request, peer, data)

    def _metadata(self, request: SipMessage) -> Metadata | None:
        """The metadata of a request, where it has any; those that cannot be read do not stop the recording."""
        for part in request.parts():
            if part.content_type in _METADATA_TYPES or part.disposition == "recording-session":
                try:
                    return read_metadata(part.content, self.settings.limits.metadata_bytes)
                except MetadataError as error:
                    self._count("metadata_unreadable")
                    log.warning("%s", error)
        return metadata_of(request.sender.uri, "#0")

    def _ok(
        self, request: SipMessage, peer: Peer, fields: Fields = (), body: bytes = b"", tag: str | None = None
    ) -> bytes:
        data = response(request, 200, peer, tag=tag or new_tag(), fields=fields, body=body)
        self._transactions.answer(request, data, peer, self.now_s())
        return data

    def _count(self, kind: str) -> None:
        self.counts.by_kind[kind] = self.counts.by_kind.get(kind, 0) + 1
