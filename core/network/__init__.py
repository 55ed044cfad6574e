"""Inventory: one model of a cloud network for both clouds."""
