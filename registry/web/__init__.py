"""The face that every feature shares: problem details, guards, idempotency, templates, Welsh and English."""
