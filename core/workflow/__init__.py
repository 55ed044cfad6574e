"""What an enablement's events mean: the story, the steps, the clock of business days."""
