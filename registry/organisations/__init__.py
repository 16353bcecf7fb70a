"""The bodies that share, the people who act for them, and the roles those people hold."""
