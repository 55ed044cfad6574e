"""Widgets: each takes plain data and gives a picture. No cloud, no journal, no rules."""
