"""The demo: a sample registry with a real history, people to sign in as, and a file that says how."""
