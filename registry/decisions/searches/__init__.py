"""The three searches (AuthZEN 1.0 section 8): what is asked, what is found, page by page."""
