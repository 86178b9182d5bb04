"""What a person reads in a letter of the outbox: its plain text, or a post's JSON."""

from email import message_from_bytes, policy


def plain_text(data: bytes, is_webhook: bool = False) -> str:
    """The text part of a letter's bytes (UTF-8); empty when it has none."""
    if is_webhook:
        return data.decode("utf-8", "replace")
    body = message_from_bytes(data, policy=policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""
