"""The report: a self-contained page made from saved runs."""

from eval.report.report_page import render

__all__ = ["render"]
