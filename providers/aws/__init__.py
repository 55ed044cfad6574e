"""AWS: the customer's account (``cloud``) and the vendor's moves (``vendor``) over one set of clients."""
