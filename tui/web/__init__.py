"""The wizard in a browser of this machine: a page, a socket, and a program of its own behind it."""
