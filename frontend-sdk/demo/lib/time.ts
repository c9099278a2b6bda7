// Formats dates in the reader's time zone and language. The order of messages comes from `position`, not from dates.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const thisYear = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const otherYear = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", year: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const titleDate = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "long",
  hour: "2-digit",
  minute: "2-digit",
});
const shortDate = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** "14:02" */
export const timeOf = (iso: string): string => clock.format(new Date(iso));
/** The whole date, for titles of `<time>`. */
export const fullTime = (iso: string): string => full.format(new Date(iso));
/** The default title of a session: "21 November, 14:02". */
export const titleForNow = (now: Date): string => titleDate.format(now);

/** The same string for two instants of one local day. */
export function dayOf(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** "Today", "Yesterday", "Friday, 21 November", "21 November 2024". */
export function dayLabel(iso: string, now: Date): string {
  const date = new Date(iso);
  if (dayOf(iso) === dayOf(now.toISOString())) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayOf(iso) === dayOf(yesterday.toISOString())) return "Yesterday";
  return (date.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(date);
}

/** "14:02" today, "19 Nov" this year, "21 November 2024" before. The text stays right for the rest of the day. */
export function shortWhen(iso: string, now: Date): string {
  const date = new Date(iso);
  if (dayOf(iso) === dayOf(now.toISOString())) return clock.format(date);
  return (date.getFullYear() === now.getFullYear() ? shortDate : otherYear).format(date);
}

/** "now", "in 8 sec.", "3 min. ago", or a whole date after a day. */
export function fromNow(iso: string, now: Date): string {
  const distanceMs = new Date(iso).getTime() - now.getTime();
  const size = Math.abs(distanceMs);
  if (size < minuteMs) return relative.format(Math.round(distanceMs / secondMs), "second");
  if (size < hourMs) return relative.format(Math.round(distanceMs / minuteMs), "minute");
  if (size < dayMs) return relative.format(Math.round(distanceMs / hourMs), "hour");
  return titleDate.format(new Date(iso));
}
