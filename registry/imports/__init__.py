"""Loading organisations, people, agreements and their history from files a person can read (CONTRACT)."""
