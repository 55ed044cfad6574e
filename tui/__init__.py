"""The terminal: the Textual app, and the commands without a screen."""
