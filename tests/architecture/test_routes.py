"""Login is the default: what a visitor may open is said here, address by address."""

from tests.scene import lived_in

PUBLIC = {
    "accounts.confirm", "accounts.forgotten", "accounts.login", "accounts.login_code", "accounts.new_password",  # noqa: E501
    "calendar.feed",  # to whoever has the person's secret address
    "accounts.register", "accounts.register_consent", "accounts.registered", "accounts.reset_sent",
    "communities.charter", "communities.document_version", "communities.first_run", "communities.front",
    "communities.invitation", "communities.network", "communities.rules",
    "entries.entry", "files.download", "files.thumb",
    "journal.feed",  # to members only, by the key of their feeds where there is no session
    "survey_link.answer", "survey_link.thanks",  # whoever has the link: parents and pupils (L02)
    "topics.board", "topics.index", "topics.topic",  # what an administrator opened to everyone (A18)
    "view.show", "view.choose", "static",
}  # fmt: skip

STATUS = {
    # in order: visitor, stranger, member, moderator, administrator
    "communities.front": (200, 200, 302, 302, 302),
    "topics.index": (200, 200, 200, 200, 200),
    "topics.board": (404, 404, 200, 200, 200),
    "topics.topic": (404, 404, 200, 200, 200),
    "topics.new_topic": (302, 404, 200, 200, 200),
    "topics.add_board": (302, 403, 403, 403, 200),
    "topics.edit_board": (302, 404, 403, 403, 200),
    "topics.arrange": (302, 404, 403, 200, 200),
    "entries.history": (302, 404, 200, 200, 200),
    "entries.edit": (302, 404, 200, 404, 404),
    "news.news": (302, 403, 200, 200, 200),
    "profiles.directory": (302, 403, 200, 200, 200),
    "search.search": (302, 403, 200, 200, 200),
    "journal.journal": (302, 403, 200, 200, 200),
    "desk.queue": (302, 404, 404, 200, 200),
    "communities.desk": (302, 403, 403, 403, 200),
    "communities.applications": (302, 403, 403, 403, 200),
    "communities.members": (302, 403, 403, 403, 200),
    "communities.card_settings": (302, 403, 403, 403, 200),
    "communities.services_settings": (302, 403, 403, 403, 200),
    "accounts.me": (302, 200, 200, 200, 200),
    "notifications.index": (302, 200, 200, 200, 200),
}
"""What each standing gets of the pages that matter most; 302 leads a visitor to the door."""


def test_visitors_are_led_to_the_door_from_everything_else(town):
    scene, visitor = lived_in(town), town.app.test_client()
    known = {rule.endpoint for rule in town.app.url_map.iter_rules()}
    assert known >= PUBLIC
    said = {
        name for name, view in town.app.view_functions.items() if getattr(view, "is_public", False)
    }
    assert said - PUBLIC == set(), "a route was opened to visitors: argue for it in PUBLIC"
    for rule in scene.rules():
        if rule.endpoint in PUBLIC or "GET" not in (rule.methods or set()):
            continue
        answer = visitor.get(scene.address(rule))
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login"), rule.rule
        script = visitor.get(scene.address(rule), headers={"Accept": "application/json"})
        assert script.status_code == 401, rule.rule
        assert "дети скучают" not in answer.get_data(as_text=True)


def test_each_standing_gets_what_the_table_says(town):
    scene = lived_in(town)
    people = (
        town.app.test_client(),
        *(town[who].client for who in ("gleb", "anna", "boris", "galina")),
    )
    rules = {rule.endpoint: rule for rule in scene.rules() if "GET" in (rule.methods or set())}
    found = {}
    for endpoint in STATUS:
        path = scene.address(rules[endpoint])
        if endpoint == "topics.topic":
            path += "?page=1"  # without a number it leads on to the first unread
        found[endpoint] = tuple(client.get(path).status_code for client in people)
    assert found == STATUS
