"""Why the inbox cannot be read, each with its own sentence.

InboxError
├── NoFolder        the inbox, or a feed's folder in it, is not there: which is not the same as empty
├── Unreachable     permissions, credentials, a mount that went away
├── NotReadable     this user may not read one file
├── NotWritable     a routed document cannot be put into its feed's folder
├── Vanished        the folder was taken away while it was being listed
├── BadPlace        a place that no listing gives: it would lead out of the inbox
├── OutsideInbox    a link leads out of the inbox
└── Gone            the file is not there any more
"""


class InboxError(Exception):
    """The inbox cannot be read."""


class NoFolder(InboxError):
    def __init__(self, feed: str, uri: str) -> None:
        super().__init__(
            f"Feed {feed!r} has no folder {feed!r} in the inbox {uri}. Make it (empty, if nothing has come yet), "
            "or set INBOX_URI: a folder that is missing does not mean that its documents were withdrawn."
        )


class Unreachable(InboxError):
    def __init__(self, where: str, problem: OSError) -> None:
        super().__init__(
            f"The inbox cannot be read at {where} ({problem.strerror or problem}). Give this user (or these "
            "credentials) the right to, or set INBOX_URI."
        )


class NotReadable(InboxError):
    def __init__(self, place: str) -> None:
        super().__init__(f"{place!r} cannot be read: give this user the right to.")


class NotWritable(InboxError):
    def __init__(self, place: str, problem: OSError) -> None:
        super().__init__(
            f"{place!r} cannot be written ({problem.strerror or problem}): give this user (or these credentials) the "
            "right to, or take 'intake: true' out of the feed whose documents are routed there."
        )


class Vanished(InboxError):
    def __init__(self, feed: str, uri: str) -> None:
        super().__init__(
            f"The folder of feed {feed!r} in the inbox {uri} went away while it was being listed: look at what "
            "is mounted there, then run again. What was listed is not used."
        )


class BadPlace(InboxError):
    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place!r} is no place in the inbox: a place is FEED/PATH with forward slashes, without empty, "
            "'.' and '..' parts."
        )


class OutsideInbox(InboxError):
    def __init__(self, place: str, uri: str) -> None:
        super().__init__(
            f"{place!r} is a link that leads out of the inbox {uri}: put the file itself there, or point "
            "INBOX_URI at where it is."
        )


class Gone(InboxError):
    def __init__(self, place: str) -> None:
        super().__init__(f"{place!r} is not in the inbox any more: it was taken away after it was listed.")
