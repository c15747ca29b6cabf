"""A link in the documents leads somewhere, and the guides name only commands that exist."""

import re

import click
import pytest

from community.cli import main_group
from community.config import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)")


def anchors(page):
    """The anchors of a page's headings, as the usual viewers make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    broken = []
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            broken.append(target + anchor)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.relative_to(ROOT)))
def test_named_commands_exist(page):
    known = set(main_group.list_commands(click.Context(main_group)))
    named = set(re.findall(r"(?:bin/|`)community (?!\[)([a-z]+)", page.read_text("utf-8")))
    assert named - known == set()


def test_readmes_give_the_two_commands_and_agree():
    for name in ("README.md", "README.ru.md"):
        text = (ROOT / name).read_text("utf-8")
        commands = re.search(r"```sh\n(.*?)```", text, re.DOTALL).group(1)
        assert [line.split("#")[0].strip() for line in commands.strip().split("\n")] == [
            "python3 run.py", "python3 run.py test",
        ]  # fmt: skip
