"""Why a chat refuses, and the acts of moderators that the journal keeps."""

from community.audit.kinds import register_kind
from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "chat.not_a_member": N_("Chats are for the members of the community."),
        "chat.not_begun": N_("The chat has not begun yet. Your words are kept as a draft."),
        "chat.is_over": N_("The chat is over: it can be read, but nothing is added."),
        "chat.is_closed": N_("The chat is closed: it can be read, but nothing is added."),
        "chat.too_soon": N_(
            "In this chat one writes every %(seconds)s seconds. Please wait a little: your words are kept."
        ),
        "chat.too_late_to_edit": N_(
            "A line can be changed for %(minutes)s minutes. Later, write a new one or take it back."
        ),
        "chat.not_yours": N_("This is done by the one who opened the chat or a moderator."),
        "chat.for_moderators": N_("This is done by a moderator or the administrator."),
        "chat.hours_backwards": N_("The end should come after the beginning."),
        "chat.hours_past": N_("The end should lie in the future."),
        "chat.no_theme": N_("A chat needs a theme: a few words by which colleagues will know it."),
        "chat.too_many_pins": N_("Five lines stand on top already. Unpin one of them first."),
        "chat.nothing_chosen": N_("Choose at least one line that can be read."),
        "chat.too_many_chosen": N_("Please choose %(most)s lines at most."),
        "chat.nowhere_to_gather": N_("There is no board here on which you could open a topic."),
    }
)
conflicts(
    "chat.not_begun", "chat.is_over", "chat.is_closed", "chat.too_soon", "chat.too_late_to_edit",
    "chat.too_many_pins",
)  # fmt: skip

register_kind("chat.closed", N_("A chat was closed"), "thread_id")
register_kind("chat.reopened", N_("A chat was opened again"), "thread_id")
register_kind("chat.paced", N_("The pace of a chat was changed"), "thread_id pace was")
register_kind("chat.hours_changed", N_("The hours of a chat were changed"), "thread_id from until")
