"""Decide about a letter of which nobody knows whether it arrived."""

from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import Actor, AsOf, DryRun, Reason, run_name, words
from flows._story import RUNNER, closing, send
from tasks.settling import settle_doubt, show_doubts

VERDICTS = {"Coi như đã gửi": "sent", "Gửi lại đúng thư ấy": "again"}
Letter = Annotated[str, words("Khóa của thư", "Chạy thử để xem các thư chưa rõ và khóa của chúng.", max_length=300)]
Verdict = Annotated[
    Literal["Coi như đã gửi", "Gửi lại đúng thư ấy"],
    words("Nội dung quyết định", "Gửi lại: cùng nội dung, cùng mã thư; cơ quan có thể nhận hai bản giống nhau."),
]


@flow(name="Thư chưa rõ", flow_run_name=run_name("quyết định về thư chưa rõ"), task_runner=RUNNER)
def resolve_doubt(
    letter: Letter, verdict: Verdict, reason: Reason, actor: Actor, as_of: AsOf = "", dry_run: DryRun = True
) -> State[Any]:
    """When: a sender died between handing a letter over and hearing the relay's answer.

    Why: only a person can telephone and ask; the decision stands in that person's name.
    Leaves: the letter as sent, or sent again with the same bytes; the page of those still in doubt.
    """
    if dry_run:
        return Completed(message="Chạy thử: chưa quyết định.", data=show_doubts(as_of))
    standing = settle_doubt(letter, VERDICTS[verdict], actor, reason, as_of)
    has_sent = send(0, as_of)
    show_doubts(as_of)
    return closing([], has_sent, {"letter": letter, "status": standing})
