"""Tests with a browser. A package, so that the demo they share ends with the last of them."""
