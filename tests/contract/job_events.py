"""What every implementation of the `JobEvents` port keeps.

To hold another one to the port, subclass `JobEventsContract` as ``Test...`` and give a fixture `events`
that yields one to which nobody listens.
"""

from __future__ import annotations

from cronlytic_mcp.application.job_events import JobChanged, ListChanged, LogsChanged

FIRST, SECOND, THIRD = JobChanged("a"), LogsChanged("a"), ListChanged(entries=True)


class JobEventsContract:
    """One test for each promise of the port."""

    def test_an_event_that_nobody_listens_to_is_gone(self, events):
        heard = []
        events.publish(FIRST)

        events.subscribe(heard.append)

        assert heard == []

    def test_every_listener_hears_every_event_in_order(self, events):
        heard, also_heard = [], []
        events.subscribe(heard.append)
        events.subscribe(also_heard.append)

        for event in (FIRST, SECOND, THIRD):
            events.publish(event)

        assert heard == also_heard == [FIRST, SECOND, THIRD]

    def test_listeners_are_told_in_the_order_in_which_they_came(self, events):
        order = []
        for name in "abc":
            events.subscribe(lambda _event, name=name: order.append(name))

        events.publish(FIRST)

        assert order == ["a", "b", "c"]

    def test_who_stopped_listening_hears_nothing_more_also_when_stopped_twice(self, events):
        heard, others = [], []
        stop = events.subscribe(heard.append)
        events.subscribe(others.append)
        events.publish(FIRST)

        stop()
        stop()
        events.publish(SECOND)

        assert (heard, others) == ([FIRST], [FIRST, SECOND])

    def test_each_subscription_of_one_listener_stands_for_itself(self, events):
        heard = []
        stop = events.subscribe(heard.append)
        events.subscribe(heard.append)
        stop()

        events.publish(FIRST)

        assert heard == [FIRST]

    def test_a_listener_that_raises_harms_neither_the_others_nor_the_publisher(self, events, caplog):
        heard = []

        def fail(_event):
            raise RuntimeError("a bug")

        events.subscribe(fail)
        events.subscribe(heard.append)

        events.publish(FIRST)

        assert heard == [FIRST]
        assert "a bug" in caplog.text, "and is told to who keeps the log"

    def test_a_listener_may_stop_listening_when_it_hears_something(self, events):
        heard, others = [], []

        def hear(event):
            heard.append(event)
            stop()

        stop = events.subscribe(hear)
        events.subscribe(others.append)
        events.publish(FIRST)
        events.publish(SECOND)

        assert (heard, others) == ([FIRST], [FIRST, SECOND])
