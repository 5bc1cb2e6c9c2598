"""What tests of several kinds share: a running service, reviewers that wait."""
