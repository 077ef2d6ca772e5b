"""Rounding: numbers as people read them, none of which rounding may turn into another kind."""

NOTHING = 1e-9  # what arithmetic leaves behind


def fixed(value: float, decimals: int, whole: float | None = None) -> str:
    """Return a number with so many decimals; rounding makes nothing of no small number.

    Nor does it make a `whole` of what is not quite one: 0.9996 is ">0.999" and not "1.000".
    """
    text = f"{value:,.{decimals}f}"
    step = 10.0**-decimals
    shown = float(text.replace(",", ""))
    if shown == 0 and abs(value) > NOTHING:
        text = f"{'<' if value > 0 else '>-'}{step:.{decimals}f}"
    elif shown == 0:
        text = text.lstrip("-")
    elif shown == whole and whole - value > NOTHING:
        text = f">{whole - step:,.{decimals}f}"
    return text.replace("-", "−")


def ends(low: str, high: str) -> str:
    """Return two printed ends as an interval: ``0.60–0.90``; ``0.996 to >0.999``.

    A dash before a sign would be read as one with it: ">" makes an arrow of it.
    """
    return f"{low} to {high}" if high[:1] in {"<", ">", "−"} else f"{low}–{high}"


def declared(value: float, decimals: int = 4) -> str:
    """Return a number that somebody set, such as a threshold, with two decimals or what it needs.

    0.5 is "0.50"; 0.124 stays 0.124, since 0.12 would be another threshold. One that a rule found
    may have many more: at most so many `decimals` are told.
    """
    text = f"{value:.{decimals}f}"
    if value and not float(text):
        return f"{value:.2g}".replace("-", "−")
    whole, _, part = text.partition(".")
    return f"{whole}.{part.rstrip('0'):0<2}".replace("-", "−")
