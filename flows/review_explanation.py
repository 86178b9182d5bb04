"""Accept or refuse what an agency says about a warning."""

from typing import Annotated, Any, Literal

from prefect import flow, tags
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._forms import Actor, AsOf, DryRun, Reason, Year, labels, run_name, words
from flows._story import RUNNER, closing, send, show
from tasks.opening import find_cycle
from tasks.settling import settle_explanation, show_explanations

Number = Annotated[int, words("Số của giải trình", "Chạy thử để xem các giải trình đang chờ và số của chúng.", ge=1)]
Verdict = Annotated[
    Literal["Chấp nhận", "Không chấp nhận"],
    words("Nội dung quyết định", "Không chấp nhận: bản nộp được trả lại cơ quan kèm lý do."),
]


@flow(name="Xem xét giải trình", flow_run_name=run_name("xem xét giải trình"), task_runner=RUNNER)
def review_explanation(
    year: Year,
    number: Number,
    verdict: Verdict,
    reason: Reason,
    actor: Actor,
    as_of: AsOf = "",
    dry_run: DryRun = True,
) -> State[Any]:
    """When: an agency gave a reason for a figure the checks warned about.

    Why: whether a reason holds is for a person to say, in their own name.
    Leaves: the decision in the journal; after a refusal the letter with the marked workbook, and the matrix.
    """
    with tags(*labels(find_cycle(year, as_of)["id"])):
        if dry_run:
            return Completed(message="Chạy thử: chưa quyết định.", data=show_explanations(year, as_of))
        about = settle_explanation(number, verdict == "Chấp nhận", actor, reason, as_of)
        has_sent = send(year, as_of)
        show(year, [about.split("/")[1]], as_of)
        show_explanations(year, as_of)
        return closing([], has_sent, {"submission": about})
