"""The cron templates. A test holds each one to its claim over years of runs."""

from __future__ import annotations

from .cron_templates import CronTemplate, TemplateGroup, ZoneEffect

_Row = tuple[str, str, str]


def _fill(group: TemplateGroup, zone: ZoneEffect, *rows: _Row, note: str = "") -> tuple[CronTemplate, ...]:
    return tuple(CronTemplate(row[0], group, row[1], row[2], zone, note) for row in rows)


_MINUTES = _fill(
    TemplateGroup.MINUTES,
    ZoneEffect.NONE,
    ("every-minute", "Every minute", "* * * * *"),
    ("every-2-minutes", "Every 2 minutes", "*/2 * * * *"),
    ("every-5-minutes", "Every 5 minutes", "*/5 * * * *"),
    ("every-10-minutes", "Every 10 minutes", "*/10 * * * *"),
    ("every-15-minutes", "Every 15 minutes", "*/15 * * * *"),
    ("every-15-minutes-off-peak", "Every 15 minutes, from 7 minutes past the hour", "7-59/15 * * * *"),
    ("every-20-minutes", "Every 20 minutes", "*/20 * * * *"),
    ("every-30-minutes", "Every 30 minutes", "*/30 * * * *"),
)
_HOURLY = _fill(
    TemplateGroup.HOURLY,
    ZoneEffect.NONE,
    ("hourly", "Every hour, on the hour", "0 * * * *"),
    ("hourly-off-peak", "Every hour at 17 minutes past, when fewer jobs start", "17 * * * *"),
) + _fill(
    TemplateGroup.HOURLY,
    ZoneEffect.HOURS,
    ("every-2-hours", "Every 2 hours from midnight", "0 */2 * * *"),
    ("every-3-hours", "Every 3 hours from midnight", "0 */3 * * *"),
    ("every-4-hours", "Every 4 hours from midnight", "0 */4 * * *"),
    ("every-6-hours", "Every 6 hours: 00:00, 06:00, 12:00 and 18:00", "0 */6 * * *"),
    ("every-12-hours", "Every 12 hours: midnight and noon", "0 */12 * * *"),
)
_DAILY = _fill(
    TemplateGroup.DAILY,
    ZoneEffect.TIME_OF_DAY,
    ("daily-midnight", "Every day at 00:00", "0 0 * * *"),
    ("daily-night-off-peak", "Every day at 03:17, when fewer jobs start", "17 3 * * *"),
    ("daily-morning", "Every day at 09:00", "0 9 * * *"),
    ("daily-noon", "Every day at 12:00", "0 12 * * *"),
    ("daily-evening", "Every day at 18:00", "0 18 * * *"),
    ("twice-daily", "Every day at 09:00 and 17:00", "0 9,17 * * *"),
    ("three-times-daily", "Every day at 08:00, 13:00 and 18:00", "0 8,13,18 * * *"),
    ("nightly-hours", "Every hour from 22:00 to 05:00", "0 0-5,22-23 * * *"),
)
_BUSINESS_HOURS = _fill(
    TemplateGroup.BUSINESS_HOURS,
    ZoneEffect.DAY,
    ("weekday-mornings", "Monday to Friday at 09:00", "0 9 * * 1-5"),
    ("weekday-evenings", "Monday to Friday at 18:00", "0 18 * * 1-5"),
    ("business-hourly", "Every hour from 09:00 to 17:00, Monday to Friday", "0 9-17 * * 1-5"),
    ("business-half-hourly", "Every 30 minutes from 09:00 to 16:30, Monday to Friday", "*/30 9-16 * * 1-5"),
    (
        "business-every-15-minutes",
        "Every 15 minutes from 09:00 to 16:45, Monday to Friday",
        "*/15 9-16 * * 1-5",
    ),
    ("business-every-5-minutes", "Every 5 minutes from 09:00 to 16:55, Monday to Friday", "*/5 9-16 * * 1-5"),
    ("weekday-off-hours", "Every hour from 18:00 to 08:00, Monday to Friday", "0 0-8,18-23 * * 1-5"),
    note="Public holidays are days like any other to cron; let the receiver skip them.",
)
_WEEKLY = _fill(
    TemplateGroup.WEEKLY,
    ZoneEffect.DAY,
    ("weekly-monday", "Every Monday at 09:00", "0 9 * * 1"),
    ("weekly-friday", "Every Friday at 17:00", "0 17 * * 5"),
    ("weekly-sunday-night", "Every Sunday at 03:17, when fewer jobs start", "17 3 * * 0"),
    ("weekly-twice", "Every Tuesday and Thursday at 09:00", "0 9 * * 2,4"),
    ("weekly-three-times", "Every Monday, Wednesday and Friday at 09:00", "0 9 * * 1,3,5"),
    ("weekends", "Saturday and Sunday at 10:00", "0 10 * * 0,6"),
)
_MONTHLY = _fill(
    TemplateGroup.MONTHLY,
    ZoneEffect.DAY,
    ("monthly-first", "On the 1st of every month at 00:00", "0 0 1 * *"),
    ("monthly-first-morning", "On the 1st of every month at 09:00", "0 9 1 * *"),
    ("monthly-middle", "On the 15th of every month at 09:00", "0 9 15 * *"),
    ("monthly-twice", "On the 1st and 15th of every month at 09:00", "0 9 1,15 * *"),
    ("monthly-28th", "On the 28th of every month at 18:00, the last day that every month has", "0 18 28 * *"),
    ("quarterly", "On the first day of every quarter at 09:00", "0 9 1 1,4,7,10 *"),
    ("half-yearly", "On 1 January and 1 July at 09:00", "0 9 1 1,7 *"),
)
_YEARLY = _fill(
    TemplateGroup.YEARLY,
    ZoneEffect.DAY,
    ("yearly-first", "Every year on 1 January at 00:00", "0 0 1 1 *"),
    ("yearly-end", "Every year on 31 December at 18:00", "0 18 31 12 *"),
) + _fill(
    TemplateGroup.YEARLY,
    ZoneEffect.DAY,
    ("leap-day", "On 29 February at 09:00, in leap years only", "0 9 29 2 *"),
    note="For every year, take 28 February or 1 March.",
)

CRON_TEMPLATES = _MINUTES + _HOURLY + _DAILY + _BUSINESS_HOURS + _WEEKLY + _MONTHLY + _YEARLY
