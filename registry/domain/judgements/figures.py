"""Figures: what each of them shows, in sentences for those who cannot see it.

They say what a glance at the figure would: the numbers that matter, and on which side of a bound
an interval lies. Where a criterion judged, its verdict is repeated and no other is made.
"""

from collections.abc import Sequence

from registry.domain.judgements import changes, curves, exhibits, gaps, verdicts, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from validation.rounding import declared, fixed

_NAMED = 3  # sites or groups in a sentence
_NAME = 30  # characters
_GROUPS = 2


def discrimination(main: Exhibit, drawn: Sequence[Exhibit], threshold: float | None) -> str:
    """Return what the ROC curves show: the areas, and what happens at the operating point."""
    known = [one for one in drawn if one.value("auroc") is not None]
    by_site = [one for one in known if one.by] or known
    order = sorted(by_site, key=lambda one: (one.value("auroc") or 0.0, wording.stratum(one.by)))
    if not order:
        return "No ROC curve can be drawn."
    text = f"AUROC, {main.kind}: "
    text += "; ".join(_named(one, "auroc") for one in known if not one.by and one not in order)
    if len(order) == 1:
        text += f"{_named(order[0], 'auroc')}."
    else:
        text += "; by site " if text[-2] != ":" else "by site "
        text += f"lowest at {_named(order[0], 'auroc')}, highest at {_named(order[-1], 'auroc')}, "
        text += f"of {len(order)} drawn."
    found, alarms = main.estimate("sensitivity"), false_alarms(main)
    if threshold is None or found.get("value") is None or alarms is None:
        return text
    text += f" At the operating point {declared(threshold)}, at {wording.stratum(main.by)}: "
    text += f"sensitivity {wording.with_interval(found, 'sensitivity')}, false alarms "
    return text + f"{wording.with_interval(alarms, 'specificity')}."


def false_alarms(exhibit: Exhibit) -> Document | None:
    """Return one less the specificity, with its interval turned round; None where undefined."""
    spared = exhibit.estimate("specificity")
    if spared.get("value") is None:
        return None
    low, high = spared.get("low"), spared.get("high")
    ends = {"low": 1 - high, "high": 1 - low} if low is not None and high is not None else {}
    return {"value": 1 - spared["value"], **ends}


def calibration(exhibit: Exhibit, bins: Sequence[Document]) -> str:
    """Return whether predictions come true: over all, in their spread, and where least."""
    ratio, slope = exhibit.estimate("observed_expected"), exhibit.estimate("calibration_slope")
    text = f"Calibration at {wording.stratum(exhibit.by)}: observed to expected "
    text += f"{wording.with_interval(ratio, 'observed_expected')}"
    side = _side(ratio, 1.0)
    if side:
        words = {"above": "more findings than predicted", "below": "fewer findings than predicted"}
        text += f", {words.get(side, 'no departure shown over all')}"
    text += f"; slope {wording.with_interval(slope, 'calibration_slope')}"
    side = _side(slope, 1.0)
    if side:
        words = {"above": "risks lie too close together", "below": "risks lie too far apart"}
        text += f", {words.get(side, 'no departure of their spread shown')}"
    text += "."
    if not bins:
        return text
    off = [one for one in bins if not one["low"] <= one["predicted"] <= one["high"]]
    widest = max(bins, key=lambda one: abs(one["observed"] - one["predicted"]))
    text += f" In {len(off)} of {wording.counted(len(bins), 'group')} of neighbouring scores the "
    text += "interval leaves out what was predicted. Widest apart: predicted "
    text += f"{wording.percent(widest['predicted'])}, observed "
    text += f"{wording.with_interval({**widest, 'value': widest['observed']}, 'sensitivity')}"
    return text + f", {wording.counted(int(widest['n']), 'exam')}."


def utility(where: str, entries: Sequence[Document], priced: float | None) -> str:
    """Return at which thresholds the version is worth more than doing without it."""
    text = f"Decision curve at {where}. The version's net benefit is above that of flagging "
    text += f"everybody and nobody {where_better(entries)}."
    nearest = nearest_to(entries, priced)
    if nearest is not None:
        value = f"{nearest['net_benefit']:.3f}"
        if nearest.get("low") is not None and nearest.get("high") is not None:
            value += f" ({nearest['low']:.3f} to {nearest['high']:.3f})"
        text += f" At threshold probability {declared(nearest['threshold'])}: {value}; flagging "
        text += f"everybody {nearest['treat_all']:.3f}."
    return text.replace("-", "−")


def where_better(entries: Sequence[Document]) -> str:
    """Return in words at which thresholds the version beats both ways of doing without it."""
    better = [e for e in entries if e["net_benefit"] > max(e["treat_all"], 0.0)]
    if not better:
        return "at no threshold drawn"
    low, high = better[0]["threshold"], better[-1]["threshold"]
    if low == high:
        return f"at threshold {declared(low)} alone, of those drawn"
    between = [e for e in entries if low <= e["threshold"] <= high]
    if len(between) == len(better):
        return f"between thresholds {declared(low)} and {declared(high)}"
    share = f"{len(better)} of {len(entries)}"
    return f"at {share} thresholds drawn, from {declared(low)} to {declared(high)} with breaks"


def nearest_to(entries: Sequence[Document], threshold: float | None) -> Document | None:
    """Return the entry of a curve whose threshold is nearest; None where there is none."""
    if not entries or threshold is None:
        return None
    return min(entries, key=lambda e: (abs(e["threshold"] - threshold), e["threshold"]))


def cost(where: str, words: str, own: float | None, cheaper: float) -> str:
    """Return what the version costs at its operating point, beside doing without it."""
    text = f"Expected cost per 1,000 exams against threshold at {where}."
    text += f" {wording.sentence(words)}" if words else ""
    if own is None:
        return text
    side = "less than" if own < cheaper else "more than" if own > cheaper else "as much as"
    text += f" That is {side} the cheaper of flagging everybody and nobody, {cheaper:,.0f}."
    return text


def thresholds(
    exhibit: Exhibit, roc: Sequence[Document], own: float | None, asked: Sequence[float]
) -> str:
    """Return what is found and spared at the lowest and the highest threshold, and in use."""
    chosen = sorted({min(asked), max(asked), *([own] if own is not None else [])})
    parts = []
    for threshold in chosen:
        found, alarms = curves.rates(roc, threshold)
        word = ", the operating point," if threshold == own else ""
        parts.append(
            f"at {declared(threshold)}{word} sensitivity {wording.percent(found)} and specificity "
            f"{wording.percent(1 - alarms)}"
        )
    text = f"Sensitivity and specificity against threshold at {wording.stratum(exhibit.by)}, "
    return f"{text}among scored exams: {wording.listed(parts)}."


def scores(exhibit: Exhibit, roc: Sequence[Document], own: float | None) -> str:
    """Return how far the scores of both classes lie apart, and how much of them overlaps."""
    text = f"Scores at {wording.stratum(exhibit.by)}, among scored exams."
    middle = curves.halves(roc)
    if middle is not None:
        text += (
            f" Half of those with the finding score {fixed(middle[0], 2)} or more, half of those "
        )
        text += f"without {fixed(middle[1], 2)} or more."
    if own is not None:
        found, alarms = curves.rates(roc, own)
        text += f" On the wrong side of the operating point {declared(own)} are "
        text += f"{wording.percent(1 - found)} of those with it and {wording.percent(alarms)} "
        text += "of those without."
    return text


def sites(dossier: Document, found: Sequence[Exhibit], pooled: Document | None) -> str:
    """Return the lowest and highest AUROC of the sites, their verdicts, and the next site's."""
    known = [one for one in found if one.value("auroc") is not None]
    order = sorted(known, key=lambda one: (one.value("auroc") or 0.0, wording.stratum(one.by)))
    if not order:
        return "AUROC by site: undefined at every site."
    if len(order) == 1:
        text = f"AUROC at one site, {_named(order[0], 'auroc')}."
    else:
        text = f"AUROC of {len(order)} sites, lowest at {_named(order[0], 'auroc')}, highest at "
        text += f"{_named(order[-1], 'auroc')}."
    own = {None, exhibits.finding(dossier)}
    judged = [
        c
        for c in dossier["criteria"]
        if c["metric"] == "auroc" and _of_site(c) and c.get("finding") in own
    ]
    for word in (*verdicts.SEVERITY, verdicts.MET):
        names = [wording.squeezed(str(c["by"]["site"]), _NAME) for c in judged
                 if c["verdict"] == word]  # fmt: skip
        if names:
            shown = wording.shortened(list(dict.fromkeys(names)), _NAMED, "site")
            text += f" Required AUROC {word}: {shown}."
    if pooled is not None and pooled.get("prediction_low") is not None:
        text += f" The next site is expected between {pooled['prediction_low']:.3f} and "
        text += f"{pooled['prediction_high']:.3f}."
    return text


def groups(dossier: Document, found: Sequence[Exhibit]) -> str:
    """Return which groups fare worst, of those large enough to judge, and how many are not."""
    worst = gaps.worst_subgroup(dossier)
    if worst.exhibit is None:
        return f"Sensitivity and specificity by group. {worst.subject}"
    text = f"Sensitivity and specificity of {wording.counted(len(found), 'group')}. Lowest "
    text += f"sensitivity: {_named(worst.exhibit, 'sensitivity', dossier)}"
    text += "." if worst.enough else ", every group being too small to judge."
    large = [one for one in found if exhibits.enough(dossier, one)
             and one.value("specificity") is not None]  # fmt: skip
    if large:
        low = min(large, key=lambda one: (one.value("specificity"), exhibits.named(dossier, one)))
        text += f" Lowest specificity: {_named(low, 'specificity', dossier)}."
    small = [one for one in found if not exhibits.enough(dossier, one)]
    if small and worst.enough:
        names = [wording.squeezed(exhibits.named(dossier, one), _NAME) for one in small]
        text += f" Too small to judge: {wording.shortened(names, _GROUPS, 'group')}."
    return text


def change(entries: Sequence[Document], other: str) -> str:
    """Return what rose or fell against another version on the same exams."""
    parts = [f"{_what(one)} {wording.difference(one)}, {shown(one)}" for one in entries]
    return f"Differences from {other} on the same exams: {'; '.join(parts)}."


def shown(entry: Document) -> str:
    """Return what a paired difference shows, in a word or two."""
    return changes.better(entry)[0]


def _what(entry: Document) -> str:
    name = wording.inside(wording.label(entry["metric"]))
    return f"{name} at {wording.stratum(entry['by'])}" if entry.get("by") else name


def _of_site(criterion: Document) -> bool:
    return set(criterion.get("by") or ()) == {"site"}


def _named(exhibit: Exhibit, metric: str, dossier: Document | None = None) -> str:
    """Return whom an exhibit holds with a number; of a dossier's groups with their finding."""
    whom = wording.stratum(exhibit.by) if dossier is None else exhibits.named(dossier, exhibit)
    place = wording.squeezed(whom, _NAME)
    return f"{place}, {wording.with_interval(exhibit.estimate(metric), metric)}"


def _side(estimate: Document, bound: float) -> str:
    """Return ``above`` or ``below`` where the interval leaves a bound out, ``on`` where not."""
    if estimate.get("low") is None or estimate.get("high") is None:
        return ""
    if estimate["low"] > bound:
        return "above"
    return "below" if estimate["high"] < bound else "on"
