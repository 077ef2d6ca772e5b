"""Figures: the charts of a card, one Vega-Lite specification each for print and for the web."""

from reports.figures.drawing import data_uri, image, normalised, svg
from reports.figures.specification import specification

__all__ = ["data_uri", "image", "normalised", "specification", "svg"]
