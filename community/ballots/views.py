"""A ballot made ready for drawing: the voices one casts, the options and, when it is time, the results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from community.ballots import chairs, charts, counting, policies, queries
from community.ballots.charts import Bar
from community.ballots.models import Ballot, BallotOption
from community.ballots.queries import Signed, Voice
from community.ballots.services.casting import plan_with
from community.communities.standing import Standing
from community.core import clock
from community.core.markup import render
from community.publishing.models import Entry


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option as it is drawn: its words, and what it got where that is shown."""

    id: int
    label: str
    votes: int
    points: int
    share: int
    """Per cent of those who voted, or of the roll; of the most points where points are counted."""
    is_winner: bool
    names: Sequence[Signed]
    """Who chose it, in an open ballot."""


@dataclass(frozen=True, slots=True)
class VoiceView:
    """A voice that the reader casts: one's own, or that of a person who trusts them with it."""

    user_id: int
    name: str
    holder: str
    """Whom the voter trusts, where they do."""
    is_own: bool
    has_voted: bool
    may_vote: bool
    by_other: bool
    """In an open ballot: it was cast by the other one of the two, so it is not for this reader now."""
    chosen: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class BallotView:
    """A ballot as ``templates/ballots/_ballot.html`` draws it."""

    id: int
    entry_id: int
    kind: str
    secrecy: str
    results: str
    majority: str
    base: str
    quorum: int
    most: int
    title: str
    author_name: str
    state: str
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    voters: int
    cast: int
    options: Sequence[OptionView]
    signed: Sequence[Signed]
    """Every vote under its name, in an open ballot that shows its results."""
    bar: Bar | None
    """Of a decision that shows its results."""
    silent: int
    """How many have not voted, where the majority is counted of them too."""
    silent_share: int
    voices: Sequence[VoiceView]
    leads: bool
    """The reader may close, recount and write the outcome down."""
    shows_results: bool
    shows_split: bool
    result: Mapping[str, Any] | None
    number: int | None
    outcome_id: int | None
    is_linked: bool
    is_minuted: bool
    """Its room writes the outcome into minutes."""

    @property
    def has_quorum(self) -> bool:
        """Tell whether enough of the roll have voted so far."""
        return self.cast * 100 >= self.quorum * self.voters

    @property
    def may_close(self) -> bool:
        """Tell whether the reader may close the ballot now."""
        return self.leads and self.state == "open"

    @property
    def on_roll(self) -> bool:
        """Tell whether the reader has a voice of their own."""
        return any(voice.is_own for voice in self.voices)

    @property
    def may_vote(self) -> bool:
        """Tell whether the reader may cast or change any voice now."""
        return any(voice.may_vote for voice in self.voices)

    @property
    def waits(self) -> bool:
        """Tell whether a voice of the reader may be cast and is not."""
        return any(voice.may_vote and not voice.has_voted for voice in self.voices)


def view(row: Any, who: Standing) -> BallotView:
    """Return a ballot for a person with the standing ``who``; ``row`` is of ``queries.ballot``."""
    it: Ballot = row.Ballot
    voices = queries.voices(it.id, who.user_id)
    shows = queries.may_see(it, has_voted=_has_voted(voices))
    options = queries.options(it.id)
    signed = queries.signed(it.id) if shows and it.secrecy == "open" else []
    result = _result(it, options, signed) if shows else None
    split = shows and policies.may_see_split(it)
    leads = chairs.leads(it.thread_id, who.user_id)
    drawn = _options(it, options, signed, result if split else None)
    of_all = it.voters if it.kind == "decision" and it.base == "roll" else it.cast
    return BallotView(
        id=it.id, entry_id=it.entry_id, kind=it.kind, secrecy=it.secrecy, results=it.results,
        majority=it.majority, base=it.base, quorum=it.quorum, most=it.most, title=row.Entry.title,
        author_name=row.author_name, state=it.state, opened_at=it.opened_at, closes_at=it.closes_at,
        closed_at=it.closed_at, voters=it.voters, cast=it.cast,
        options=drawn, signed=signed if split else (),
        bar=_bar(it, drawn, of_all) if split and it.kind == "decision" else None,
        silent=of_all - it.cast, silent_share=round(100 * (of_all - it.cast) / max(1, of_all)),
        voices=[_voice(it, who, each) for each in voices],
        leads=bool(policies.may_close(who, it, leads=leads)),
        shows_results=shows, shows_split=split, result=result, number=it.number,
        outcome_id=it.outcome_id, is_linked=it.group_id is not None,
        is_minuted=it.state == "closed" and chairs.minuted(it.thread_id),
    )  # fmt: skip


def explanation(entry: Entry, options: int) -> Markup:
    """Return the HTML of what stands before the options: the page draws those itself."""
    kept = "\n".join(entry.body.splitlines()[:-options])
    return Markup(render(kept, {}))  # noqa: S704 — the sanitiser's own


def _has_voted(voices: Sequence[Voice]) -> bool:
    """Tell whether the reader has cast all they may: an entrusted voice is not swayed by results."""
    return bool(voices) and all(voice.has_voted for voice in voices)


def _voice(it: Ballot, who: Standing, voice: Voice) -> VoiceView:
    takes = policies.may_take(who, it, clock.now())
    is_own = voice.user_id == who.user_id
    return VoiceView(
        user_id=voice.user_id,
        name=voice.name,
        holder=voice.holder,
        is_own=is_own,
        has_voted=voice.has_voted,
        may_vote=bool(takes and policies.may_cast(who, it, voice, by_id=voice.by_id)),
        by_other=it.secrecy == "open" and voice.has_voted and is_own != (voice.by_id is None),
        chosen={int(key): value for key, value in voice.choices.items()},
    )


def _result(
    it: Ballot, options: Sequence[BallotOption], signed: Sequence[Signed]
) -> dict[str, Any]:
    """Return the declared result, or how it stands now in an open ballot that shows it."""
    if it.result is not None:
        return it.result
    plan = plan_with(it, [option.id for option in options])
    made = counting.count(plan, [each.choices for each in signed])
    return {
        "lines": [
            {"option_id": line.option_id, "votes": line.votes, "points": line.points}
            for line in made.lines
        ],
        "cast": made.cast,
        "outcome": "",
        "winners": [],
        "reconciled": True,
    }


def _options(
    it: Ballot,
    options: Sequence[BallotOption],
    signed: Sequence[Signed],
    result: dict[str, Any] | None,
) -> Sequence[OptionView]:
    lines = {line["option_id"]: line for line in result["lines"]} if result else {}
    names = _names(it, signed) if result else {}
    whole = _whole(it, result) if result else 1
    made = []
    for option in options:
        line = lines.get(option.id, {"votes": 0, "points": 0})
        counted = line["points"] if it.kind in ("ranking", "time") else line["votes"]
        made.append(
            OptionView(
                id=option.id,
                label=option.label,
                votes=line["votes"],
                points=line["points"],
                share=round(100 * counted / whole),
                is_winner=result is not None and option.id in result["winners"],
                names=names.get(option.id, ()),
            )
        )
    return made


def _whole(it: Ballot, result: dict[str, Any]) -> int:
    """Return what a full bar stands for: all who voted, or the most points that one could get."""
    if it.kind == "ranking":
        return max(1, result["cast"] * (len(result["lines"]) - 1))
    if it.kind == "time":
        return max(1, result["cast"] * counting.COULD)
    if it.kind == "decision" and it.base == "roll":
        return max(1, it.voters)
    return max(1, result["cast"])


def _bar(it: Ballot, options: Sequence[OptionView], whole: int) -> Bar:
    return charts.decision([option.votes for option in options], whole, it.majority)


def _names(it: Ballot, signed: Sequence[Signed]) -> dict[int, list[Signed]]:
    found: dict[int, list[Signed]] = {}
    for each in signed:
        for key, value in each.choices.items():
            if it.kind == "ranking" or (it.kind == "time" and value == counting.CANNOT):
                continue
            found.setdefault(int(key), []).append(each)
    return found
