"""Every column of text in the database, and why words of people may or may not stand in it.

The fifth fence reads this: a word that a rule stops is sent into every field of every form and looked
for in every column. ``JUDGED`` columns must never hold it; the others say why they may.
"""

JUDGED = {
    "entries.title", "entries.body", "entries.html", "entry_revisions.title", "entry_revisions.body",
    "search_documents.words", "search_words.word", "letters.text", "letters.html", "letters.subject",
    "outbox_jobs.payload", "audit_entries.body", "verdicts.hits", "verdicts.facts", "user_interests.words",
    "user_interests.folded", "topics.subject",
}  # fmt: skip
"""What other people read without having asked for it: only what passed the gate, or no words at all."""

MAY_HOLD = {
    "notices.params": "a moderator's answer to a complaint, for the one person who complained",
    "ballot_options.label": "lines of the ballot's entry, judged with it; a stopped entry stores none",
    "ballots.base": "a code",
    "ballots.majority": "a code",
    "ballots.results": "a code",
    "ballots.secrecy": "a code",
    "ballots.result": "numbers of the count",
    "ballot_votes.choices": "numbers of options",
    "ballot_slips.choices": "numbers of options",
    "ballot_slips.id": "drawn at random",
    "drafts.title": "read by its author alone; a stopped text goes back to them there",
    "drafts.body": "read by its author alone; a stopped text goes back to them there",
    "drafts.extra": "read by its author alone",
    "audit_seals.text": "the evidence of a stopped text: for its author and the moderators, erasable",
    "users.last_name": "a name is checked by its own rule at registration; a change leaves a trace",
    "users.first_name": "as the last name",
    "users.patronymic": "as the last name",
    "users.name": "as the last name",
    "users.sort_name": "as the last name",
    "users.post": "a line of the person's card; named, reported and changed by an administrator",
    "users.subject_line": "subjects, as the person writes them in the card",
    "users.preferences": "choices of the person alone",
    "user_names.old": "the trace of a rename",
    "user_names.new": "the trace of a rename",
    "subjects.name": "a list that grows by cards of people",
    "subjects.folded": "its key",
    "organisations.name": "a list that grows by cards of people",
    "organisations.short_name": "as name",
    "organisations.folded": "its key",
    "organisations.settlement": "as name",
    "applications.why": "read by administrators who decide on it, shown to nobody else",
    "applications.reason": "an administrator's answer to one person, under their name",
    "application_steps.reason": "an administrator's answer to one person, under their name",
    "memberships.state_note": "an administrator's note on one person, kept from others",
    "reports.words": "quotes what is complained of; read by moderators alone",
    "reports.answer": "a moderator's answer to one person, under their name",
    "appeals.side": "author or reporter",
    "appeals.words": "an appeal may quote what was removed; read by those who decide",
    "appeals.answer": "a moderator's answer to one person, under their name",
    "removals.quote": "the words removed, that is what it is for; shown to the author and moderators",
    "removals.reason": "a decision under a name; judged by moderation.services.grounds",
    "warnings.reason": "a decision under a name; judged by moderation.services.grounds",
    "communities.name": "the administrator's card of the community, each change in the journal",
    "communities.tagline": "as its name",
    "communities.about": "as its name",
    "communities.goals": "as its name",
    "communities.tasks": "as its name",
    "communities.district": "as its name",
    "communities.subjects": "as its name",
    "document_versions.text": "charter and rules, agreed to by every member; versions are kept",
    "boards.name": "the administrator's plan of the forum",
    "boards.purpose": "as its name",
    "invitations.note": "the inviter's own note",
    "invitations.email": "an address",
    "role_grants.fields": "an administrator's grant, in the journal",
    "role_grants.order_number": "an administrator's grant, in the journal",
    "files.name": "the name that the sender's file had; cleaned, shown beside the file",
}

NO_WORDS = {
    "audit_checkpoints", "audit_heads", "owner_links", "recovery_codes", "second_factors", "mail_choices",
    "rule_sets", "rule_modes", "rule_hits", "pauses", "refusal_counts",
    "search_tasks", "follows", "imported_entries", "login_attempts", "sign_ins", "archives",
    "agreements", "consents", "mailed_tokens", "case_takings", "threads", "unread_counts", "pulses",
}  # fmt: skip
"""Tables of codes, hashes, keys and states: no field of a form leads into them."""
