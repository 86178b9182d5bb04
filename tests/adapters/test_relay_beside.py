"""The relay in a process of its own takes letters as the one beside the tests does, and ends with its starter."""

import os
import smtplib

import pytest

from plancycle.rehearsal.relay_beside import RelayBeside

LETTER = b"Subject: =?utf-8?b?xJHDuw==?=\r\n\r\nM\xe1\xbb\x99t d\xc3\xb2ng\r\n..hai\r\n"
GONE, THERE = "khong-con@a.example", "van-thu@b.example"


def test_a_letter_stands_in_the_ledger_when_its_sender_hears_that_it_was_taken(tmp_path):
    with RelayBeside(tmp_path, [GONE]) as relay:
        assert relay.ledger == []
        host, _, port = relay.url.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port)) as sender:
            sender.sendmail("so@c.example", [THERE], LETTER)
            (taken,) = relay.ledger
            assert (taken.to_address, taken.outcome) == (THERE, "accepted")
            assert (tmp_path / taken.file).read_bytes() == LETTER
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                sender.sendmail("so@c.example", [GONE], LETTER)
        assert [line.outcome for line in relay.ledger] == ["accepted", "refused"]
        process = relay._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="mail relay"), RelayBeside(tmp_path / "file" / "mail"):
        pass
