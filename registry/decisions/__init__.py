"""Permission checks (AuthZEN 1.0): may A disclose C about S to B for purpose P, now?

`question` reads what is asked, `index` knows every flow in memory, `rules` decides from one flow at a time,
`desk` answers one caller, `follower` keeps the index up with the log. In rooms of their own: `flows` makes
agreements' flows ready to be compared, `words` says the decision in English and Welsh, `law` what law adds to
it, `wire` speaks HTTP, `searches` finds what is permitted, `requests` leads from a denial to a draft
agreement, `past` answers what was known then.
"""
