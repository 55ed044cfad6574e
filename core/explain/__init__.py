"""What every code and every word of this program means, what to do about it, and where that is written."""
