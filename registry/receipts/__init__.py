"""Decision receipts: signed as answers are given, rooted into a second log whose roots enter the main one.

Signing (`issuing`) touches no database. A thread (`keeper`) writes what was signed in batches, and once an
hour puts the receipts of the hours before into the tree (`rooting`). The form of a receipt, and how anyone
checks one, is in `registry.verification`.
"""
