"""The same questions find the same texts on both engines."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def rows(name):
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def written(library, town):
    threads = {}
    for row in rows("texts.jsonl"):
        if "under" in row:
            library.reply(town[row["by"]], threads[row["under"]], row["body"], name=row["name"])
        else:
            made = library.topic(
                town[row["by"]], row["title"], row["body"], name=row["name"], kind=row["kind"]
            )
            threads[row["name"]] = made.thread_id


def test_every_golden_question_finds_its_texts(library, town, anna):
    written(library, town)
    wrong = []
    for row in rows("golden.jsonl"):
        choices = {
            name: row[name] for name in ("what", "kind", "since", "until", "board") if name in row
        }
        if "author" in row:
            choices["author"] = town[row["author"]].id
        results = library.find(anna, row["q"], **choices)
        names = library.names_of(results)
        if sorted(names) != row["found"]:
            wrong.append((row["q"], row["why"], names))
        if "first" in row and names[:1] != [row["first"]]:
            wrong.append((row["q"], row["why"], names))
        if (results.suggestion if results.instead_of else "") != row.get("meant", ""):
            wrong.append((row["q"], row["why"], f"meant {results.suggestion!r}"))
        if results.is_building:
            wrong.append((row["q"], "the index was not used", names))
    assert wrong == []


def test_the_newest_texts_are_looked_through_by_the_same_rules(library, town, anna, monkeypatch):
    """Without an index the page still answers; what it finds, it finds as the index would."""
    from community.search import upkeep
    from community.search.engines import index
    from community.search.port import IndexUnavailable

    written(library, town)
    library.find(anna, "дроби")

    def lost(*_args, **_kwargs):
        raise IndexUnavailable

    monkeypatch.setattr(type(index()), "search", lost)
    monkeypatch.setattr(upkeep, "rebuild_soon", lambda _community: None)
    wrong = []
    for row in rows("golden.jsonl"):
        if "meant" in row or {"kind", "since", "until", "author"} & row.keys():
            continue
        choices = {name: row[name] for name in ("what", "board") if name in row}
        results = library.find(anna, row["q"], **choices)
        if sorted(library.names_of(results)) != row["found"] or not (
            results.is_building or row["found"] == []
        ):
            wrong.append((row["q"], library.names_of(results)))
    assert wrong == []
