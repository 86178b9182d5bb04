"""A real mail server for a test: Dovecot on a free port of this machine, with everything in one folder."""

import grp
import os
import pwd
import shutil
import subprocess
import time
from imaplib import IMAP4
from pathlib import Path

from plancycle.adapters.processes import LOOPBACK, free_port

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
USER, PASSWORD = "bao-cao", "mat-khau-thu"
CONF = """
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {me}
default_internal_group = {group}
default_login_user = {me}
mail_location = maildir:{base}/mail
first_valid_uid = {uid}
last_valid_uid = {uid}
first_valid_gid = {gid}
last_valid_gid = {gid}
passdb {{
  driver = static
  args = user={user} password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """One server; ``stop`` ends it, and what it wrote is in the folder."""

    def __init__(self, base: Path) -> None:
        # Nobody may read mail as root, so as root the mail belongs to another user.
        owner = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        self.port = free_port()
        self._base = base
        for folder in ("run", "state", "mail", "home"):
            (base / folder).mkdir(parents=True)
            if os.getuid() == 0:
                shutil.chown(base / folder, owner.pw_uid, owner.pw_gid)
        conf = base / "dovecot.conf"
        group = grp.getgrgid(owner.pw_gid).gr_name
        conf.write_text(
            CONF.format(
                base=base, me=owner.pw_name, group=group, uid=owner.pw_uid, gid=owner.pw_gid,
                user=USER, password=PASSWORD, port=self.port,
            )
        )  # fmt: skip
        self._process = subprocess.Popen(
            [str(DOVECOT), "-F", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._wait()

    @property
    def url(self) -> str:
        """As the setting spells it."""
        return f"imap://{USER}@{LOOPBACK}:{self.port}/INBOX"

    def client(self) -> IMAP4:
        """A plain client that is logged in, to put mails in and to look."""
        client = IMAP4(LOOPBACK, self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(10)

    def _wait(self) -> None:
        for _ in range(100):
            try:
                self.client().logout()
            except (OSError, IMAP4.error):
                time.sleep(0.1)
            else:
                return
        log = self._base / "dovecot.log"
        raise AssertionError(log.read_text() if log.exists() else "no log")
