"""Every address, every method, as a visitor, a member, a moderator and an administrator, with bad input.

Never a 500, a message in Russian, and nothing half-written. The routes are walked inside one test per
person, because the walk is long and the scene is dear.
"""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from community.web import errors
from tests.scene import Scene, counts, inconsistencies, lived_in
from tests.world import SLUG

FIELDS = sorted({
    "act", "agree_charter", "agree_rules", "aim", "answer", "article", "attachments", "audience", "body",
    "board_id", "cap", "charter_version", "code", "days", "draft_base", "email", "emails", "entries",
    "fields", "files", "first_name", "goals", "help_wanted", "id", "interests", "into", "kind", "language",
    "last_name", "leader", "milder", "months", "name", "new", "next", "note", "offer_hours", "old", "on",
    "order_date", "order_number", "parent_id", "password", "patronymic", "post", "purpose", "quote", "reason",
    "revision", "role", "rules_version", "school", "seen", "slug", "state", "subject", "subjects", "tagline",
    "tasks", "text", "theme", "title", "uses", "version", "why", "words",
})  # fmt: skip

LONG = ["а" * 10_000, "слово " * 17_000, "\U0001f469\u200d\U0001f52c" * 50, "́" * 3000, "[" * 3000, ">" * 3000,
        "*_" * 2000]  # fmt: skip
NASTY = [
    "", " ", "\x00", "а\x00б", "\ud800", "\udfff\ud800", "\u202eтнемукод", "\u2066x\u2069\ufeff",
    "-1", "0", "1e309", "NaN", "9" * 40, "2147483648", "٣", "null", "[]",
    "{}", "../../etc/passwd", "';DROP TABLE entries;--", "<script>alert(1)</script>", "%s%(x)s{0}", "\r\nX: y",  # noqa: E501
    "y", "1", "expert", "2026-02-31", "0000-00-00", "//evil.example", "a@b",
]  # fmt: skip

BROKEN = [b"body=%ff%fe&title=%80", b"\xff\xfe=\x80", b"body=%00", b"%=%&&&=", b"{", b"[1", b""]


@pytest.fixture
def scene(town, monkeypatch) -> Scene:
    """A lived-in community in which an unexpected error is raised instead of drawn."""

    def unexpected(error):
        raise error

    def database(error: DBAPIError):
        raise error

    made = lived_in(town)
    handlers = town.app.error_handler_spec[None][None]
    for kind in list(handlers):
        if handlers[kind] in (errors._unexpected, errors._database, errors._disk):
            monkeypatch.setitem(handlers, kind, unexpected)
    town.app.config["PROPAGATE_EXCEPTIONS"] = True
    return made


class Walk:
    """A person at a browser, and what went wrong on the way."""

    def __init__(self, scene: Scene, who: str | None) -> None:
        self.scene, self.who = scene, who
        self.client = scene.town[who].client if who else scene.town.app.test_client()
        page = self.client.get("/view").get_data(as_text=True)
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        self.wrong: list[str] = []
        self.answers = 0

    def send(self, method: str, path: str, **how):
        """Send and judge the answer."""
        if isinstance(how.get("data"), dict):
            how["data"] = {"csrf_token": self.token} | how["data"]
        try:
            answer = self.client.open(path, method=method, **how)
        except Exception as error:  # noqa: BLE001 — that is what is looked for
            said = f"{type(error).__name__}: {str(error)[:160]!r}"
            self.wrong.append(f"{self.who} {method} {path[:90]!r}: {said}")
            return None
        self.answers += 1
        self._judge(answer, f"{self.who} {method} {path[:90]!r}")
        return answer

    def _judge(self, answer, what: str) -> None:
        status = answer.status_code
        if status >= 500:
            self.wrong.append(f"{what}: {status}")
        if "Content-Security-Policy" not in answer.headers or "nosniff" not in str(answer.headers):
            self.wrong.append(f"{what}: without its headers")
        place = answer.headers.get("Location", "")
        if re.match(r"(?!http://localhost/)\w+:|//|/\\", place):
            self.wrong.append(f"{what}: leads away to {place}")
        if status >= 400 and not what.split()[1] == "HEAD" and answer.mimetype == "text/html":  # noqa: SIM201
            page = answer.get_data(as_text=True)
            if not re.search(r"<h1[^>]*>\s*[^<]*[А-Яа-я]", page):
                self.wrong.append(f"{what}: {status} without Russian words")


def hostile(pick: random.Random) -> dict[str, str]:
    fields = {name: pick.choice(NASTY) for name in FIELDS if pick.random() < 0.8}
    return fields | {pick.choice((*FIELDS, "body", "text", "why", "reason")): pick.choice(LONG)}


def encoded(fields: dict[str, str]) -> bytes:
    """As a rude client sends it: surrogates and all."""
    from urllib.parse import quote_plus

    return "&".join(
        f"{name}={quote_plus(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields.items()
    ).encode()


OUT = {"accounts.logout", "accounts.leave", "accounts.close_my_other_sessions", "accounts.close_my_session",
       "communities.leave", "accounts.withdraw_my_consent"}  # fmt: skip
"""Acts after which the rest of the walk would be a visitor's: walked last."""


@pytest.mark.parametrize("who", [None, "anna", "boris", "galina"])
def test_no_route_breaks(scene, who):
    walk, pick = Walk(scene, who), random.Random(f"{who}")
    rules = sorted(scene.rules(), key=lambda rule: rule.endpoint in OUT)
    for rule in rules:
        paths = [scene.address(rule), scene.address(rule, **dict.fromkeys(STRANGE, 10**9))]
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            for path in filter(None, paths):
                if method in ("GET", "HEAD"):
                    walk.send(method, path)
                    continue
                form = {"csrf_token": walk.token} | hostile(pick)
                walk.send(method, path, data=encoded(form), content_type=FORM)
            if method == "POST" and paths[0]:
                token = f"csrf_token={walk.token}&".encode()
                walk.send(method, paths[0], data=token + pick.choice(BROKEN), content_type=FORM)
                walk.send(method, paths[0], data={})
                walk.send(method, paths[0], data={"body": "x", "next": "//evil.example"},
                          headers={"Accept": "application/json"})  # fmt: skip
        for bad in QUERIES:
            if "GET" in (rule.methods or set()) and paths[0]:
                walk.send("GET", paths[0] + "?" + bad)

    for method in ("DELETE", "PUT", "PATCH", "TRACE", "PROPFIND"):
        walk.send(method, "/")
    assert not walk.wrong, "\n".join(walk.wrong)
    assert walk.answers > 400
    scene.town.drain()
    assert inconsistencies(scene.town) == []


FORM = "application/x-www-form-urlencoded"
STRANGE = (
    "user_id", "board_id", "topic_id", "entry_id", "file_id", "case_id", "invitation_id", "notice_id",
    "number", "session_id", "archive_id", "version", "thread_id",
)  # fmt: skip
QUERIES = (
    "page=-1", "page=99999999999999999999&reply=-5&months=x&which=%00&group=%ff",
    "q=%ff%00&author=1e9&board=-1&from=2026-99-99&to=%D0&kind=%27&after=zz&before=%00&order=%00"  # noqa: ISC004
    "&words=%00&article=%ff&page=%D9%A3",
    "next=//evil.example&next=https://evil.example&page=0&reply=99999999999999999999",
)  # fmt: skip


def test_broken_addresses_and_cookies(scene):
    walk = Walk(scene, "anna")
    for path in (
        "/c/%ff%fe/", "/c/%00/", "/c/..%2f..%2f/", "/drafts/%ff", "/drafts/" + "а" * 5000, "/files/1/%2e%2e%2f",  # noqa: E501
        "/e/99999999999999999999", "/e/-1", "/e/1e3", "/people/%D9%A3", "/%ed%a0%80", "/static/%00",
        "/static/../pyproject.toml", "/static/..%2f..%2fpyproject.toml", "/invitation/%ff", "/confirm/%00",
        "/" + "x" * 9000, f"/c/{SLUG}/check/%ff", f"/c/{SLUG}/topics/1/follow/%00",
    ):  # fmt: skip
        walk.send("GET", path)
        walk.send("POST", path, data={"body": "x"})
    visitor = scene.town.app.test_client()
    for cookie in ("community=%ff%fe", "community=" + "a" * 4000, "community=.eJw.x.y", 'community="\\000"',
                   "theme=%00; view=[; language=%ff"):  # fmt: skip
        for path in ("/", "/login", f"/c/{SLUG}/"):
            answer = visitor.get(path, headers={"Cookie": cookie})
            assert answer.status_code < 500, (cookie, path)
    for name in (
        "Accept-Language",
        "User-Agent",
        "If-None-Match",
        "Range",
        "Accept",
        "X-Forwarded-For",
        "Referer",
    ):
        assert visitor.get("/login", headers={name: "\xff" * 300}).status_code < 500, name
    assert walk.wrong == []


def test_great_bodies_are_refused(scene):
    walk = Walk(scene, "anna")
    before = counts(scene.town)
    topic = scene.values["topic_id"]
    for path in (
        f"/c/{SLUG}/topics/{topic}/reply",
        "/login",
        "/people/me/edit",
        f"/c/{SLUG}/preview",
    ):
        great = {"body": "а" * 5_000_000, "csrf_token": walk.token}
        answer = walk.send("POST", path, data=great)
        assert answer.status_code in (400, 413, 422), (path, answer.status_code)
        many = "&".join(f"a{n}=1" for n in range(20_000)).encode()
        walk.send("POST", path, data=many, content_type=FORM)
        parts = b"".join(
            b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' for _ in range(3000)
        )
        walk.send(
            "POST", path, data=parts + b"--b--", content_type="multipart/form-data; boundary=b"
        )
        walk.send(
            "POST", path, data=b"--b\r\nbroken", content_type="multipart/form-data; boundary=b"
        )
        walk.send("POST", path, data=b"[" * 100_000, content_type="application/json")
    assert walk.wrong == []
    after = counts(scene.town)
    assert {name: after[name] - before[name] for name in ("entries", "topics", "users", "audit_entries")} == {
        "entries": 0, "topics": 0, "users": 0, "audit_entries": 0,
    }  # fmt: skip


def test_a_form_without_its_token_is_refused_everywhere(scene):
    client, before = scene.town["galina"].client, counts(scene.town)
    passed = []
    for rule in scene.rules():
        if "POST" not in (rule.methods or set()):
            continue
        for data in ({}, {"csrf_token": "чужой"}):
            answer = client.post(
                scene.address(rule), data=data | {"body": "Без метки", "title": "Нет"}
            )
            if answer.status_code != 400 or "Страница" not in answer.get_data(as_text=True):
                passed.append(f"{rule.rule}: {answer.status_code}")
    assert passed == []
    assert counts(scene.town) == before


def test_strangers_learn_and_change_nothing(scene):
    """Глеб is signed in and belongs to no community: the inside of this one is not his."""
    before, gleb = counts(scene.town), Walk(scene, "gleb")
    for rule in scene.rules():
        if "entry_id" not in rule.arguments and "topic_id" not in rule.arguments:
            continue
        method = "POST" if "POST" in rule.methods else "GET"
        answer = gleb.send(
            method, scene.address(rule), data={"body": "Чужой", "reason": "Так", "title": "Нет"}
        )
        if answer is not None:
            page = answer.get_data(as_text=True)
            assert answer.status_code in (302, 303, 403, 404, 405), (rule.rule, answer.status_code)
            assert "дети скучают" not in page, rule.rule
    assert gleb.wrong == []
    after = counts(scene.town)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"drafts", "sign_ins", "login_attempts"}


anything = st.text(st.characters(codec=None), max_size=60) | st.sampled_from(NASTY + LONG)


def test_random_texts_never_break_the_composer(scene):
    walk, topic = Walk(scene, "anna"), scene.values["topic_id"]

    @settings(max_examples=40, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck), derandomize=True)  # fmt: skip
    @given(st.dictionaries(st.sampled_from(["body", "title", "parent_id", "seen", "files", "attachments", "revision"]),  # noqa: E501
                           anything))  # fmt: skip
    def write(fields):
        form = {"csrf_token": walk.token} | fields
        for path in (
            f"/c/{SLUG}/topics/{topic}/reply",
            f"/c/{SLUG}/preview",
            f"/drafts/topic:{topic}",
        ):
            walk.send("POST", path, data=encoded(form), content_type=FORM)

    write()
    assert walk.wrong == []
    scene.town.drain()
    assert inconsistencies(scene.town) == []
