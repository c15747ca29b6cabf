"""From the owner's link to the first administrator at work; and no link where a community is."""

import re

from community.accounts import owner
from tests.conftest import site as whole_site

FORM = {
    "community_name": "Педагоги Приозёрного района",
    "kind": "community",
    "last_name": "Орлова",
    "first_name": "Галина",
    "patronymic": "Юрьевна",
    "school": "Методический центр",
    "post": "методист",
    "email": "galina@example.org",
    "password": "сосна над озером 41",
    "consent": "y",
}


def test_the_owner_founds_the_first_community_and_signs_in(database_url, tmp_path):
    app = whole_site(database_url, tmp_path / "data")
    path = re.sub(r"^https?://[^/]+", "", owner.owner_link(app))
    client = app.test_client()
    page = client.get(path).text

    def named(name):
        tag = next(
            t for t in re.findall(r"<(?:input|textarea)[^>]*>", page) if f'name="{name}"' in t
        )
        found = re.search(r'value="([^"]*)"', tag)
        return found.group(1) if found else ""

    charter = re.search(
        r'<textarea[^>]*name="charter"[^>]*>(.*?)</textarea>', page, re.DOTALL
    ).group(1)
    done = client.post(path, data={**FORM, "charter": charter, "csrf_token": named("csrf_token")})

    assert done.status_code in (302, 303), re.sub("<[^>]+>", " ", done.text)
    assert client.get(path).status_code == 404  # it works once
    assert owner.owner_link(app) is None
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login").text).group(1)
    words = {"email": FORM["email"], "password": FORM["password"], "csrf_token": token}
    assert client.post("/login", data=words).status_code == 302
    assert client.get("/me").status_code == 200


def test_where_a_community_is_no_link_is_printed(app):
    assert owner.owner_link(app) is None
