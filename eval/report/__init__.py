"""The report: a self-contained page made from saved runs."""

from eval.report.page import render

__all__ = ["render"]
