"""AI-Prism: a self-hosted document reviewer that never waits, never loses, never bluffs."""

__version__ = "0.1.0"
