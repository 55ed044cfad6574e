"""The wizard's pages, a module each; one is imported when it is opened."""
