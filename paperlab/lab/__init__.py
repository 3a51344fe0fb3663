"""The facade: `Lab` joins the rooms, and is the Python API for notebooks and scripts."""
