"""Bundles: what one organisation needs to answer its own questions while the registry is out of reach.

`extract` takes from the register and the law what concerns the organisation, `signing` signs it, and the two
evaluators, `evaluate.py` and `evaluate.mjs`, answer from it anywhere: they stand alone and are handed out.
"""
