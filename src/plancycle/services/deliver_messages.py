"""Send what waits in the outbox: each letter once; what may have gone twice is listed, never hidden."""

from dataclasses import dataclass, field

from plancycle.domain.errors import OutsideFailure
from plancycle.domain.messages import Message, MessageStatus
from plancycle.services.journal import record
from plancycle.services.ports import AddressRefused, House


@dataclass(slots=True)
class Delivery:
    """Message keys by what became of them; ``waiting`` ones are tried again next time."""

    sent: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    in_doubt: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def deliver(house: House, prefix: str = "") -> Delivery:
    """Send every waiting letter whose key starts with ``prefix``; one sender at a time."""
    delivery = Delivery()
    with house.only_sender() as is_mine:
        if not is_mine:
            return delivery
        _recover(house, delivery)
        with house.work() as work:
            chosen = [message for message in work.outbox.waiting() if message.key.startswith(prefix)]
            for message in chosen:
                work.outbox.move(message.key, MessageStatus.CLAIMED, at=house.clock.now())
        try:
            _send_all(house, chosen, delivery)
        finally:
            house.postman.close()
    return delivery


def _send_all(house: House, chosen: list[Message], delivery: Delivery) -> None:
    for position, message in enumerate(chosen):
        if not _send(house, message, delivery):
            _give_back(house, chosen[position + 1 :], delivery)
            break


def _recover(house: House, delivery: Delivery) -> None:
    """What a dead sender left: claimed letters never left, transmitting ones may have."""
    with house.work() as work:
        for message in work.outbox.interrupted():
            has_started = message.status is MessageStatus.TRANSMITTING
            future = MessageStatus.IN_DOUBT if has_started else MessageStatus.QUEUED
            work.outbox.move(message.key, future, at=house.clock.now())
            if has_started:
                record(house, work, "message.in_doubt", message.key)
                delivery.in_doubt.append(message.key)


def _send(house: House, message: Message, delivery: Delivery) -> bool:
    """Send one letter; False when the relay is out of reach and the rest should wait."""
    with house.work() as work:
        work.outbox.move(message.key, MessageStatus.TRANSMITTING, at=house.clock.now())
    try:
        reply = house.postman.deliver(message.to_address, house.files.get(message.sha256))
    except AddressRefused as refusal:
        _settle(house, message, MessageStatus.REFUSED, str(refusal))
        delivery.refused.append(message.key)
        return True
    except OutsideFailure as failure:
        is_unknown = failure.key.endswith(".unknown")
        _settle(house, message, MessageStatus.IN_DOUBT if is_unknown else MessageStatus.QUEUED, str(failure))
        (delivery.in_doubt if is_unknown else delivery.waiting).append(message.key)
        return False
    _settle(house, message, MessageStatus.SENT, reply)
    delivery.sent.append(message.key)
    return True


def _settle(house: House, message: Message, status: MessageStatus, reply: str) -> None:
    with house.work() as work:
        work.outbox.move(message.key, status, at=house.clock.now(), reply=reply)
        record(house, work, f"message.{status}", message.key)


def _give_back(house: House, messages: list[Message], delivery: Delivery) -> None:
    with house.work() as work:
        for message in messages:
            work.outbox.move(message.key, MessageStatus.QUEUED, at=house.clock.now())
            delivery.waiting.append(message.key)
