"""Taking in what agencies mailed back, and letting old refused files go."""

from typing import Any

from prefect import task

from plancycle.services import manage_quarantine
from plancycle.services.collect_mailbox import collect_mailbox, waiting_subjects
from tasks._artifacts import page
from tasks._house import as_data, house_at
from tasks._markup import safe
from tasks._policy import LOCAL, NETWORK


@task(task_run_name="xem hộp thư", **NETWORK)
def preview_mail(as_of: str = "") -> str:
    """List the waiting mails; they stay unread."""
    with house_at(as_of) as house:
        listed = "\n".join(f"- {safe(subject)}" for subject in waiting_subjects(house))
        return page(house, "inbox", listed or house.texts.say("mail.none_waiting"))


@task(task_run_name="đọc hộp thư", **NETWORK)
def take_in_mail(as_of: str = "") -> list[dict[str, Any]]:
    """Take in every waiting mail; one that cannot be dealt with stays where it is and stops nothing."""
    with house_at(as_of) as house:
        return [as_data(result) for result in collect_mailbox(house)]


@task(task_run_name="dọn tệp cách ly quá 30 ngày", **LOCAL)
def purge_quarantine(as_of: str = "") -> int:
    """Let the bytes of files refused thirty days ago go; returns how many."""
    with house_at(as_of) as house:
        return len(manage_quarantine.purge(house))
