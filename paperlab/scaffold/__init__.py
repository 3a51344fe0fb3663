"""A paper in, an implementation folder with a notebook out."""
