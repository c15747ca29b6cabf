"""`python -m community.translations`: compile what changed."""

import sys

from community.translations import HERE, Contradiction, merge

try:
    for made in merge():
        sys.stdout.write(f"{made.relative_to(HERE)}\n")
except Contradiction as error:
    raise SystemExit(str(error)) from None
