"""Why the forum refuses."""

from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "board.archived": N_(
            "This board is closed: its topics can be read, new ones are not opened."
        ),
        "board.not_yours": N_("Boards are arranged by the administrator of the community."),
        "board.name_taken": N_("There is a board with this name already."),
        "topic.not_a_moderator": N_("This is done by a moderator or the administrator."),
        "topic.not_yours": N_("This is done by the author of the topic or a moderator."),
        "topic.not_initiative": N_("Only an initiative has stages."),
        "topic.same_board": N_("The topic is on this board already."),
        "topic.same_topic": N_("A topic cannot be joined to itself."),
        "topic.no_title": N_(
            "A topic needs a title: a few words by which colleagues will know it."
        ),
        "topic.special": N_(
            "The topic for talk about moderators' acts stays where it is and stays open."
        ),
    }
)
conflicts("board.archived", "board.name_taken", "topic.same_board", "topic.same_topic")
