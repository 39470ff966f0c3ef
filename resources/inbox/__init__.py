"""The inbox: where documents come from."""

from resources.inbox.entry import Entry, Skipped
from resources.inbox.errors import Gone, InboxError, NoFolder
from resources.inbox.inbox import Inbox, open_inbox

__all__ = ["Entry", "Gone", "Inbox", "InboxError", "NoFolder", "Skipped", "open_inbox"]
