"""Who asks for whom: an organisation lets another body's partner system ask for it, from a day to a day."""
