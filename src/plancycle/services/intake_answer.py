"""What became of an answer, in plain values: the same on the command line and in the JSON API."""

from plancycle.services.ports import House, Texts
from plancycle.services.quarantine import IntakeResult


def answer_of(house: House, result: IntakeResult) -> dict[str, object]:
    """The outcome with every finding in words of both languages."""
    return {
        "file": result.file_name,
        "sha256": result.sha256,
        "outcome": str(result.outcome),
        "submission": result.submission_id,
        "receipt": result.receipt,
        "agency": result.agency,
        "period": result.period,
        "reason": result.reason,
        "reason_vi": result.reason_vi,
        "reason_en": result.reason_en,
        "findings": [
            {
                "severity": str(found.severity),
                "code": found.code,
                "sheet": found.sheet,
                "cell": found.cell,
                "label": found.label,
                "value": found.value,
                "rule": found.rule,
                "row": found.row,
                "field": found.field,
                **_words(house.texts, found.code, dict(found.params)),
            }
            for found in result.findings
        ],
    }


def _words(texts: Texts, code: str, params: dict[str, str]) -> dict[str, str]:
    keys = {"message": f"finding.{code}", "fix": f"finding.{code}.fix"}
    return {
        f"{name}_{language}": texts.say(key, language, **params)
        for name, key in keys.items()
        for language in ("vi", "en")
    }
