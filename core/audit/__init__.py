"""Checks over an inventory: what is unfit, unsafe or wasteful for a private connection, each with its remedy."""
