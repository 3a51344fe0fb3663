"""`python -m paperlab`."""

from paperlab.cli import main

main()
