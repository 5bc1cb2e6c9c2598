"""The sources of the example documents and what turns them into Word and PDF."""
