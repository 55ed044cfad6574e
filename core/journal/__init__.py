"""The events of an enablement, and where they are kept."""
