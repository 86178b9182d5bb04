"""The charts of a period as it stands now, for whoever shows them: the desk, the artifacts."""

from plancycle.domain.periods import Period
from plancycle.services.cycle_view import cycle_view
from plancycle.services.ports import House
from plancycle.services.report_contents import Chart
from plancycle.services.report_facts import chart_facts
from plancycle.services.report_figures import newest


def period_charts(house: House, year: int, period: Period) -> tuple[Chart, ...]:
    """The charts of the period's newest edition (the frozen one first); none while there is no edition."""
    with house.work() as work:
        view = cycle_view(house, year, work)
        edition = newest(work, view.id, period)
        facts = chart_facts(house, work, view, edition) if edition else None
    return house.documents.charts(facts) if facts else ()
