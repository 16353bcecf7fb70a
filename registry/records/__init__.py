"""What happens while an agreement lives: incidents, disclosures, emergencies, complaints, exits and tasks."""
