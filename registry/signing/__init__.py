"""The pages of the people who sign and decide: what waits, one page to read and act on, a receipt."""
