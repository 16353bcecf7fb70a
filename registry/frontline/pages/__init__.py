"""The pages of the front line. `app.py` mounts them at the root and, in Welsh, under `/cy`."""

from registry.frontline.pages.asking import CanWeSharePages
from registry.frontline.pages.cards import CardPages
from registry.frontline.pages.recording import RecordingPages

PAGES = (CanWeSharePages, RecordingPages, CardPages)
