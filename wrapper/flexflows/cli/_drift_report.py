"""`flexflows drift`: lists, and reports what the fragment does not know."""

from rich.text import Text

from ._columns import Column
from ._drift import Drift, Finding
from ._outcome import Code, report_failures
from ._output import Output
from ._schema import record_shape
from ._screen import Screen, progress
from ._source import Source
from ._table import TableFormat
from ._text import counted, to_json
from ._walk import walk

COLUMNS = [Column(name) for name in ("kind", "path", "came", "expected", "times", "example")]


def report_drift(source: Source, *, is_json: bool, is_colored: bool) -> Code:
    """Compare all records with the fragment, report, and give the code to exit with."""
    output = Output.standard()
    drift = Drift(record_shape())
    with source.accounts() as accounts:
        with progress(is_colored=is_colored) as tell:
            for _, page in walk(accounts):
                drift.look_at(page)
                tell(counted(drift.flows, "flow"))
        failures = report_failures(accounts, has_profiles=source.has_several)
    is_drift = any(found.is_drift for found in drift.findings)
    if is_json:
        output.write(f"{to_json(_document(drift, is_drift=is_drift))}\n".encode())
    elif failures is Code.FINE or drift.flows:
        _draw(Screen(output, is_colored=is_colored), drift, is_drift=is_drift)
    return failures or (Code.DRIFT if is_drift else Code.FINE)


def _document(drift: Drift, *, is_drift: bool) -> dict[str, object]:
    findings = [{**_row(found), "times": found.times, "is_drift": found.is_drift} for found in drift.findings]
    return {"flows": drift.flows, "is_drift": is_drift, "findings": findings}


def _row(found: Finding) -> dict[str, object]:
    return {
        "kind": found.difference.kind.value,
        "path": found.difference.path,
        "came": found.difference.came,
        "expected": found.difference.expected or None,
        "example": found.example,
    }


def _draw(screen: Screen, drift: Drift, *, is_drift: bool) -> None:
    flows = counted(drift.flows, "flow")
    if not drift.findings:
        screen.draw(f"No drift: {flows}, and nothing new in them.")
        return
    table = TableFormat(screen, COLUMNS, is_chosen=True)
    table.page([{**_row(found), "times": f"{found.times:,} of {drift.flows:,}"} for found in drift.findings], None)
    table.end()
    news = sum(found.is_drift for found in drift.findings)
    verdict = (
        f"Drift: {counted(news, 'thing')} in {flows} that this version does not know."
        if is_drift
        else f"No drift: {flows}; the API promises none of these fields."
    )
    screen.draw("", Text(verdict, style="bold"))
