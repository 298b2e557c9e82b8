"""Every error that kg raises on purpose, with the exit code that the command line gives for it.

    KgError                  1   it failed, or the answer is no
    ├── UsageError           2   the call itself is wrong
    ├── NoRecordsError       3   no usable record was found
    ├── TooManyRejectedError 4   more records were rejected than allowed
    ├── QueryTimeoutError    5   a query ran past its time
    ├── TooLargeError        1   an answer is larger than allowed
    ├── ExistsError          1   the place to write to is taken
    ├── NotAGraphError       1   the place to read from holds no graph
    └── LockedError          1   another process is writing there

A bad record is no error but a value (:class:`kg.model.Rejected`): it is counted and reported, and its neighbours go on.
"""


class KgError(Exception):
    """The base of all errors of kg; its message names the place, what was found there and what to do."""

    exit_code = 1


class UsageError(KgError):
    """An argument has a value that cannot be meant; the message lists the valid ones."""

    exit_code = 2


class NoRecordsError(KgError):
    """An input held no record that could be used."""

    exit_code = 3


class TooManyRejectedError(KgError):
    """More records were rejected than ``--max-errors`` allows."""

    exit_code = 4


class QueryTimeoutError(KgError):
    """A query was stopped because it ran past its time limit."""

    exit_code = 5


class TooLargeError(KgError):
    """An answer has more rows or bytes than allowed; it is refused whole and never cut."""


class ExistsError(KgError):
    """The place to write to holds something that kg did not make."""


class DamagedError(KgError):
    """What was derived from the records of a graph directory cannot be read, or does not fit; it can be made anew."""


class NotAGraphError(KgError):
    """The place to read from is not a graph that kg built."""


class LockedError(KgError):
    """Another process is writing to the same graph directory."""
