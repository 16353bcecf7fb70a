"""From the flows of agreements to what a decision compares: bits, seconds, sets; equals are one object."""
