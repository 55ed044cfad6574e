"""Azure: the customer's subscription (``cloud``) and the vendor's moves (``vendor``) over one set of clients."""
