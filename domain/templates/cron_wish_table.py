"""Wishes that no plain cron expression fulfils, and what to do instead; a test proves each of them."""

from __future__ import annotations

from .cron_templates import CronOption, CronWish

CRON_WISHES = (
    CronWish(
        "last-day-of-month",
        "The last day of the month",
        "Months end on the 28th to the 31st, and plain cron has no word for the last day.",
        (
            CronOption(("0 18 28 * *",), "Run on the 28th, which every month has."),
            CronOption(
                ("0 18 28-31 * *",),
                "Run on each of the last days, and let the receiver go on only if tomorrow is the 1st.",
            ),
            CronOption(("0 0 1 * *",), "Run when the month has just ended: on the 1st at 00:00."),
        ),
    ),
    CronWish(
        "last-day-of-quarter",
        "The last day of the quarter",
        "Quarters end on the 30th or the 31st, and one expression has one list of days for all its months.",
        (CronOption(("0 18 31 3,12 *", "0 18 30 6,9 *"), "Make two jobs; together they hit it exactly."),),
    ),
    CronWish(
        "first-monday-of-month",
        "The first Monday of the month",
        "Where day of month and day of week are both restricted, either may match: `0 9 1-7 * 1` runs on "
        "every Monday and on each of the first seven days.",
        (
            CronOption(
                ("0 9 * * 1",),
                "Run every Monday, and let the receiver go on only if the day of the month is 7 or less.",
            ),
            CronOption(
                ("0 9 */31,2-7 * 1",),
                "A day field that starts with `*` makes both count, and `*/31,2-7` is the days 1 to 7. So "
                "Debian's cron reads it; other backends may differ, and create_job warns if they do.",
            ),
            CronOption(
                ("0 9 1-7 * */7",),
                "The first Sunday instead: `*/7` is Sunday only, by the same rule and with the same caution.",
            ),
        ),
    ),
    CronWish(
        "last-friday-of-month",
        "The last Friday of the month",
        "It falls on the 22nd to the 31st, depending on the month, and plain cron has no word for the last.",
        (
            CronOption(
                ("0 17 * * 5",),
                "Run every Friday, and let the receiver go on only if the Friday after is in another month.",
            ),
        ),
    ),
    CronWish(
        "every-90-minutes",
        "Every 90 minutes",
        "The minute field starts anew every hour, so no step in it can be longer than 59 minutes.",
        (
            CronOption(
                ("0 */3 * * *", "30 1-22/3 * * *"),
                "Make two jobs that take turns; in UTC the gap never varies.",
            ),
        ),
    ),
    CronWish(
        "every-45-minutes",
        "Every 45 minutes",
        "45 does not divide 60: `*/45 * * * *` runs at :00 and :45, with gaps of 45 and 15 minutes.",
        (
            CronOption(
                ("0 */3 * * *", "45 */3 * * *", "30 1-22/3 * * *", "15 2-23/3 * * *"),
                "Make four jobs that take turns; in UTC the gap never varies.",
            ),
            CronOption(
                ("*/30 * * * *",), "Take a step that divides 60: 2, 3, 4, 5, 6, 10, 12, 15, 20 or 30."
            ),
        ),
    ),
    CronWish(
        "every-30-seconds",
        "Every 30 seconds",
        "The minute is the smallest unit of cron. Where the backend takes intervals, one can be 30 seconds.",
        (CronOption(("* * * * *",), "Run every minute, and let the receiver do its work twice."),),
    ),
    CronWish(
        "every-other-day",
        "Every other day",
        "`*/2` in the day of month is the odd dates, so that the 31st and the 1st follow each other.",
        (
            CronOption(("0 9 */2 * *",), "Take the odd dates, where two days in a row do no harm."),
            CronOption(("0 9 * * 1,3,5",), "Take Mondays, Wednesdays and Fridays."),
            CronOption(("0 9 * * *",), "Run every day, and let the receiver skip every other one."),
        ),
    ),
    CronWish(
        "every-other-week",
        "Every other week",
        "Cron does not count weeks.",
        (
            CronOption(
                ("0 9 * * 1",),
                "Run every week, and let the receiver count weeks from a date that it knows. Week numbers "
                "will not do: after a year of 53 weeks two odd ones follow each other.",
            ),
            CronOption(("0 9 1,15 * *",), "Run on two fixed dates of the month."),
        ),
    ),
    CronWish(
        "once",
        "Once, at one date",
        "A cron expression always repeats: a full date comes again every year.",
        (CronOption(("0 9 24 12 *",), "Write the date, and delete or pause the job after its run."),),
    ),
    CronWish(
        "working-days",
        "Working days without public holidays",
        "Cron knows no holidays.",
        (CronOption(("0 9 * * 1-5",), "Run Monday to Friday, and let the receiver skip holidays."),),
    ),
)
