"""The reading list: the only room that speaks SQL."""
