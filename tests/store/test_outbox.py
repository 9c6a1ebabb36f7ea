"""A message of the outbox is given to one worker at a time, until it is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from runner.domain.case import OutboxMessage
from runner.store import outbox
from runner.store.outbox import QueuedMessage
from runner.store.session import Database
from tests.store.factory import NOW, started

MINUTE = timedelta(minutes=1)


def queued(database: Database, count: int) -> list[str]:
    """So many letters asked for at NOW; their keys."""
    keys = [f"1/notify#{number:02}" for number in range(count)]
    with database.change() as tx:
        started(tx, messages=tuple(OutboxMessage(key, "notify_lane", {"lane": "director"}, "Task#1") for key in keys))
    return keys


def claimed(database: Database, after: timedelta = timedelta(), limit: int = 10) -> list[QueuedMessage]:
    with database.change() as tx:
        return outbox.claim(tx, NOW + after, NOW + after + MINUTE, limit)


def test_a_letter_says_who_asked_for_what_and_when(database: Database) -> None:
    [key] = queued(database, 1)
    assert claimed(database) == [QueuedMessage(key, 1, 1, "notify_lane", "Task#1", {"lane": "director"}, NOW, 1)]


def test_letters_are_claimed_in_their_order_and_not_before_their_time(database: Database) -> None:
    keys = queued(database, 3)
    assert claimed(database, -MINUTE) == []
    assert [message.key for message in claimed(database, limit=2)] == keys[:2]
    assert [message.key for message in claimed(database)] == keys[2:]


def test_a_letter_is_left_to_others_when_its_worker_did_not_come_back(database: Database) -> None:
    queued(database, 1)
    assert [message.tries for message in claimed(database)] == [1]
    assert claimed(database) == []
    assert [message.tries for message in claimed(database, MINUTE)] == [2]


def test_a_letter_is_done_once(database: Database) -> None:
    [key] = queued(database, 1)
    with database.change() as tx:
        assert outbox.done(tx, key, NOW, {"sent": True})
        assert not outbox.done(tx, key, NOW, {"sent": False})
    assert claimed(database, 10 * MINUTE) == []


def test_a_letter_put_off_waits_until_then(database: Database) -> None:
    [key] = queued(database, 1)
    with database.change() as tx:
        outbox.retry(tx, key, NOW + 5 * MINUTE)
    assert claimed(database, 4 * MINUTE) == [] and len(claimed(database, 5 * MINUTE)) == 1
    with database.change() as tx:
        outbox.retry(tx, key, None)
    assert claimed(database, 1000 * MINUTE) == []


def test_workers_that_ask_at_once_never_get_the_same_letter(database: Database) -> None:
    keys = queued(database, 40)
    barrier = Barrier(4)

    def work(_: int) -> list[str]:
        barrier.wait()
        return [message.key for _ in range(10) for message in claimed(database, limit=1)]

    with ThreadPoolExecutor(4) as pool:
        taken = [key for found in pool.map(work, range(4)) for key in found]
    taken += [message.key for message in claimed(database, limit=40)]
    assert sorted(taken) == keys
