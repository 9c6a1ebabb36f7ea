"""Who runs a command about the whole installation: nobody's account, but a user of the operating system."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace

from runner.domain.channel import Channel, ChannelKind
from runner.domain.person import SYSTEM, Person


def operator() -> Person:
    """The system, acting by the command line of this user; not by what the environment says that the user is called."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # as in a container that has no name for its user
        name = str(os.getuid())
    return replace(SYSTEM, via=Channel(ChannelKind.CLI, machine=name))
