/** How times and amounts are written where people read them. */

const DAY_MS = 24 * 60 * 60_000;

/** UTC, to the millisecond; without the day where that is the same as another moment's. */
export function clock(timeMs: number, besideMs = Number.NaN): string {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return `${timeMs} ms`;
  const [day = '', time = ''] = date.toISOString().replace('Z', '').split('T');
  const isSameDay = Math.floor(timeMs / DAY_MS) === Math.floor(besideMs / DAY_MS);
  return isSameDay ? time : `${day} ${time}`;
}

/** An amount in the currency's own unit, without ever becoming a fraction on the way. */
export function money(amount: number, currency: string): string {
  const digits = digitsOf(currency);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const sign = amount < 0 ? '-' : '';
  return `${sign}${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`} ${currency}`;
}

function digitsOf(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 0;
  }
}
