"""What the tests of the storage work with: one owner, one small document."""

from collections.abc import Callable

from ai_prism.storage.work import Work

OWNER = "owner"
TEXT = b"# Plan\n\nThe the plan is TBD.\n\n## Empty\n\n## Next\n\nWe wait thirty (60) days.\n"

Accept = Callable[..., str]
MakeWork = Callable[..., Work]
