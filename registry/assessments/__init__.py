"""Data protection impact assessments and data-ethics assessments: written, advised on, decided, adopted."""
