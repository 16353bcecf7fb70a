"""For the constable, the nurse and the social worker: "can we share?", and a card for each agreement.

The permission check answers, as it answers their systems: this asks it in the person's name and says what it
said. No question is kept here, and none has room for a person's identity.
"""
