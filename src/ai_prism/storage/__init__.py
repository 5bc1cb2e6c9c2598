"""What is kept: reviews and their findings in the database, files on disk, live events in Redis.

The database is the truth. What Redis holds can vanish at any moment without a loss.
"""
