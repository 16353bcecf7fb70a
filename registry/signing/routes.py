"""What `app.py` mounts of these pages, at the root and under `/cy`."""

from registry.signing.deciding import DecidingPages
from registry.signing.pages import HomePage, SigningPages

PAGES = (HomePage, SigningPages, DecidingPages)
