"""Permission checks (AuthZEN 1.0): may A disclose C about S to B for purpose P, now?

`question` reads what is asked, `index` knows every flow in memory, `rules` decides from one flow at a time,
`rendering` says the decision in English and Welsh, `endpoint` speaks HTTP, `follower` keeps the index up
with the log.
"""
