"""Cases, measuring, statistics, verdicts: the only room that imports torch."""
