"""Notebook and verdicts in, a safe page out."""
