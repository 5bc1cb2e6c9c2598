"""The review itself, as a library: read a document, find its sections, check it, weigh it.

Nothing here knows of Flask, Celery, Redis, SQLAlchemy or click; import-linter sees to it.
"""
