"""The only room that asks arXiv: bytes in, records out; parsing stands apart from fetching."""
