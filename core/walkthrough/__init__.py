"""The walkthrough: scenarios as data, the acts that they are made of, and what a presenter says of each."""
