"""The plan in other words: commands that somebody else can run."""
