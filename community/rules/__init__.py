"""The rule engine: `moderation_rules.yaml` in, a judgement on one text out.

Pure: no Flask, no database, no clock; every fact comes in the `Submission`.

    loader.load(path, today=...)      -> RuleSet, or RuleSetError with file, line and words
    engine.judge(ruleset, submission) -> Judgement: the act, the hits with spans, the message

The language of the file is described in `docs/rules.md`; `cli` holds `community rules …`.
"""
