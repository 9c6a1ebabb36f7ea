"""Who runs a command about the whole installation: nobody's account, but a user of the operating system."""

from __future__ import annotations

import os
import pwd
from dataclasses import replace

from runner.domain.channel import Channel, ChannelKind
from runner.domain.person import SYSTEM, Person


def operator() -> Person:
    """The system, acting by the command line of this user; not by what the environment says that the user is called."""
    return replace(SYSTEM, via=Channel(ChannelKind.CLI, machine=machine()))


def machine() -> str:
    """The account of the operating system that runs this process."""
    user = os.getuid()
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # as in a container that has no name for its user
        return str(user)
