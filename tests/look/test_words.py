"""Words of pages come quickly, and in the language in force."""

from flask_babel import force_locale, gettext

from community.web.words import catalogue, say


def test_a_word_is_found_once_and_is_the_same_as_gettext(app):
    with app.test_request_context("/"):
        assert say("Reply") == gettext("Reply") == "Ответить"
        assert catalogue() is catalogue()


def test_a_letter_in_another_language_does_not_change_the_page(app):
    with app.test_request_context("/"):
        assert say("Reply") == "Ответить"
        with force_locale("en"):
            assert say("Reply") == "Reply"
        assert say("Reply") == "Ответить"


def test_templates_count_in_russian(app):
    with app.test_request_context("/"):
        drawn = app.jinja_env.from_string(
            "{% for n in (1, 3, 5) %}"
            "{{ ngettext('%(num)s new notice', '%(num)s new notices', n) }};{% endfor %}"
        ).render()

    assert drawn == "1 новое уведомление;3 новых уведомления;5 новых уведомлений;"
