"""What the customer supplies, and the offer's rules on it."""
