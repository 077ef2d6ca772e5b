"""Spread: how much sites differ beyond chance, and what the next site may show."""

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document

_METRICS = ("auroc", "sensitivity", "specificity")


def sentences(dossier: Document) -> tuple[str, ...]:
    """Return one sentence for each metric that was pooled, of the evidence that weighs most."""
    return tuple(_sentence(entry) for entry in pooled(dossier, *_METRICS))


def pooled(dossier: Document, *metrics: str) -> tuple[Document, ...]:
    """Return what was pooled of some metrics over sites, of the evidence that weighs most.

    Of several findings it is that of the card.
    """
    wanted = exhibits.finding(dossier)
    for evidence in exhibits.ranked(dossier):
        found = tuple(
            entry
            for entry in evidence["assessment"].get("sites", ())
            if entry["metric"] in metrics
            and entry.get("pooled") is not None
            and entry.get("finding") in {None, wanted}
        )
        if found:
            return found
    return ()


def _sentence(entry: Document) -> str:
    """Return a pooled value with the interval for the next site, never with its own narrow one."""
    metric = entry["metric"]
    name = wording.label(metric)
    value = wording.figure(entry["pooled"], metric)
    number = f"{entry['k']} external sites" if entry.get("k") else "external sites"
    text = f"{name}{wording.of_finding(entry)} over {number}: pooled {value}"
    if entry.get("prediction_low") is not None and entry.get("prediction_high") is not None:
        low = wording.figure(entry["prediction_low"], metric)
        high = wording.figure(entry["prediction_high"], metric)
        text += f"; the next site is expected between {low} and {high}"
    else:
        text += "; too few sites to say what the next would show"
    if entry.get("i2") is not None:
        text += f"; I² {wording.percent(entry['i2'], 0)}"
    if entry.get("q_p") is not None:
        text += f", heterogeneity {wording.p_value(entry['q_p'])}"
    return f"{text} ({entry['method']})."
