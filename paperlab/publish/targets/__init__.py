"""Where a site can go: one file a target.

folder.py    a folder on disk, replaced in one step
"""
