"""Why a connection does not carry traffic: every hop of its path with its proof, and the causes ranked."""
