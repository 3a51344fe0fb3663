"""Where a site can go: one file a target."""
