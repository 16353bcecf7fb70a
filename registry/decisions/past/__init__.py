"""What was known at an instant, and what would have been answered then."""
