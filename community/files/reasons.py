"""What this floor may refuse, in English; the Russian stands in translations/ru/files.po."""

from community.core.verdict import N_, register
from community.web.errors import conflicts

register(
    {
        "files.empty": N_("The file “%(name)s” is empty. Choose it once more."),
        "files.too_large": N_(
            "The file “%(name)s” is larger than %(limit)s MB. Make it smaller or share it in parts."
        ),
        "files.type_unknown": N_(
            "Files like “%(name)s” are not taken here. What is: photos, PDF, Word, Excel, PowerPoint "
            "and OpenDocument files, texts, tables, sound, video and ZIP archives."
        ),
        "files.type_wrong": N_(
            "The name “%(name)s” promises one thing, but inside is another. "
            "Save the file again in its own program and choose it once more."
        ),
        "files.heic": N_(
            "The photo “%(name)s” is in the HEIC format, which most people cannot open. Save it as JPEG."
        ),
        "files.macros": N_(
            "The document “%(name)s” holds macros, that is, programs. "
            "Save it without them: as docx, xlsx or pptx."
        ),
        "files.image_broken": N_(
            "The picture “%(name)s” could not be read: it seems damaged. Save it again and retry."
        ),
        "files.image_vast": N_(
            "The picture “%(name)s” has too many pixels (more than %(limit)s million). Make it smaller first."
        ),
        "files.not_an_image": N_(
            "A photo is needed here: JPEG, PNG or WebP. “%(name)s” is something else."
        ),
        "files.archive_broken": N_(
            "The file “%(name)s” could not be opened: it seems damaged. Save it again and retry."
        ),
        "files.archive_bomb": N_(
            "The archive “%(name)s” unpacks to far more than it seems, or holds too many files. "
            "It was not taken."
        ),
        "files.too_many": N_("One text takes at most %(limit)s files."),
        "files.not_yours": N_("One of the files is not there any more. Attach it once more."),
        "files.quota": N_(
            "Your files would take more than %(quota)s MB, the share of one person. "
            "Remove what you no longer need on the page “My files”."
        ),
        "files.disk_full": N_(
            "There is no room to store the file right now. The text is kept; try again later."
        ),
        "files.members_only": N_("Files are for members of a community."),
        "files.in_use": N_("This file stands in one of your texts. Take it out of the text first."),
        "files.lost": N_(
            "The file is listed, but it is missing from the storage. "
            "The administrator can bring it back from a copy."
        ),
    }
)
conflicts("files.quota", "files.disk_full", "files.in_use")
