"""`python -m community.translations`: compile what changed, tell of contradictions."""

import sys

from community.translations import HERE, contradictions, merge, sources

for made in merge():
    sys.stdout.write(f"{made.relative_to(HERE)}\n")
for language in sorted({file.parent for file in HERE.glob("*/*.po")}):
    for each in contradictions(language) if sources(language) else ():
        sys.stderr.write(f"{language.name}/{each} is translated differently elsewhere\n")
