"""The customer's side: what has to be made, adopted or changed, and the making of it."""
