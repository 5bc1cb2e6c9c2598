"""Telling another program, over HTTP, that a review has ended: whom one may tell, and how."""
