"""Cron expressions for what people commonly want, and what to do where no expression says it."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class TemplateGroup(StrEnum):
    """The kinds of cron templates."""

    MINUTES = "minutes"
    HOURLY = "hourly"
    DAILY = "daily"
    BUSINESS_HOURS = "business_hours"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    YEARLY = "yearly"


class ZoneEffect(StrEnum):
    """What a time zone means for an expression; each value is the sentence that tells a person."""

    NONE = (
        "The same instants in every zone whose offset from UTC is whole hours; "
        "daylight saving changes nothing."
    )
    HOURS = (
        "The hours are those of the schedule's zone, UTC by default. In a zone with daylight saving, the gap "
        "over each change of the clocks is an hour longer or shorter."
    )
    TIME_OF_DAY = (
        "The time is that of the schedule's zone, UTC by default. With a zone it stays the same on the "
        "clock when daylight saving begins or ends; in UTC the local time moves by an hour."
    )
    DAY = (
        "Days and times are those of the schedule's zone, UTC by default: Monday 00:00 UTC is still Sunday "
        "in New York. With a zone they stay the same on the clock when daylight saving begins or ends."
    )


@frozen
class CronTemplate:
    """An expression, and the claim that it keeps.

    title: when it runs, in English. note: what else to know, or empty.
    """

    template_id: str
    group: TemplateGroup
    title: str
    expression: str
    zone: ZoneEffect
    note: str = ""


@frozen
class CronOption:
    """One way to come near a wish: expressions, each for a job of its own, and how they help."""

    expressions: tuple[str, ...]
    advice: str


@frozen
class CronWish:
    """What people want and no plain cron expression says, why, and what to do instead."""

    wish_id: str
    title: str
    reason: str
    options: tuple[CronOption, ...]
