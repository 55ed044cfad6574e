"""What goes to the other party and comes back: the ticket, the reply, the proof."""
