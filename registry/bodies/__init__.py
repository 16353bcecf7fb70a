"""Pages about bodies: who they are, and which share with which, why and under which law."""
