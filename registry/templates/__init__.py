"""Templates of agreements: one text for many bodies, localised by each, and what each made of it."""
