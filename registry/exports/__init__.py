"""What auditors take away: the whole log, or the case file of one agreement, as a zip to check anywhere.

Nothing here is needed to check it: that is `registry.verification`, which knows nothing of this package.
"""
