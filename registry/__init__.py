"""The Information Sharing Registry: agreements, assessments, approvals and permission checks."""
