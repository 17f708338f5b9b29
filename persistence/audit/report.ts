/** What the auditor's command prints: a story, a map, what was found, a verdict. */
import type { Auditor } from './auditor.ts';
import type { Finding } from './finding.ts';
import type { PaymentState, Purse } from './payment-ledger.ts';
import type { Story, StoryLine } from './story.ts';
import { clock, money } from './wording.ts';

export interface AuditReport {
  readonly file: string;
  readonly sound: boolean;
  readonly frames: number;
  readonly partitions: number;
  readonly shows: number;
  readonly decisions: number;
  readonly events: number;
  /** Decisions of shows that were scheduled before the log was cut: their rules are not checked. */
  readonly passedOver: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** For bookings without a payment, by currency, in its minor unit. */
  readonly money: Readonly<Record<string, { captured: number; booked: number; refunded: number }>>;
  /** What went through payment providers, by currency too [P5]. */
  readonly payments: Readonly<Record<string, Purse>>;
  /** How many payments are in each state at the end of the log; those that none is in are not. */
  readonly paymentStates: Readonly<Partial<Record<PaymentState, number>>>;
  readonly warnings: readonly string[];
  readonly findingsInAll: number;
  readonly findings: readonly Finding[];
  readonly story?: readonly StoryLine[];
  readonly map?: readonly string[];
}

export function reportOf(
  auditor: Auditor,
  story: Story,
  facts: { file: string; partitions: number; seconds: number; warnings: readonly string[] },
): AuditReport {
  const { counts, findings, books } = auditor;
  const { frames, decisions, events, passedOver } = counts;
  const map = story.map();
  const sums: Record<string, { captured: number; booked: number; refunded: number }> = {};
  for (const { terms, captured, booked, refunded } of books.values()) {
    const sum = sums[terms.currency] ?? { captured: 0, booked: 0, refunded: 0 };
    sum.captured += captured;
    sum.booked += booked;
    sum.refunded += refunded;
    sums[terms.currency] = sum;
  }
  const payments: Record<string, Purse> = {};
  const paymentStates: Partial<Record<PaymentState, number>> = {};
  for (const book of books.values()) {
    for (const [currency, purse] of book.payments.purses) {
      const sum = payments[currency] ?? { captured: 0, booked: 0, owed: 0, givenBack: 0 };
      sum.captured += purse.captured;
      sum.booked += purse.booked;
      sum.owed += purse.owed;
      sum.givenBack += purse.givenBack;
      payments[currency] = sum;
    }
    for (const { state } of book.payments.values()) {
      paymentStates[state] = (paymentStates[state] ?? 0) + 1;
    }
  }
  return {
    file: facts.file,
    sound: counts.findings === 0,
    frames,
    partitions: facts.partitions,
    shows: books.size,
    decisions,
    events,
    passedOver,
    seconds: Number(facts.seconds.toFixed(3)),
    eventsPerSecond: Math.round(events / Math.max(facts.seconds, 0.001)),
    money: sums,
    payments,
    paymentStates,
    warnings: facts.warnings,
    findingsInAll: counts.findings,
    findings,
    ...(story.isAsked ? { story: story.lines } : {}),
    ...(map === undefined ? {} : { map }),
  };
}

const FINDINGS_PRINTED = 50;

export function renderReport(report: AuditReport, atMs: number | undefined): string {
  const lines: string[] = [];
  if (report.story !== undefined) {
    for (const { time, show, seq, text } of report.story) {
      lines.push(`${time}  ${show} #${seq}  ${text}`);
    }
    if (report.story.length === 0) lines.push('Nothing happened up to then.');
    lines.push('');
  }
  if (report.map !== undefined) {
    lines.push(atMs === undefined ? 'At the end of the log:' : `At ${clock(atMs)} UTC:`, '');
    lines.push(...report.map, '');
  }
  lines.push(...renderVerdict(report));
  return `${lines.join('\n')}\n`;
}

function renderVerdict(report: AuditReport): readonly string[] {
  const { frames, partitions, shows, decisions, events, seconds } = report;
  const size = `${many(frames, 'frame')} of ${many(partitions, 'partition')}`;
  const content = `${many(decisions, 'decision')} of ${many(shows, 'show')} (${many(events, 'event')})`;
  const lines = [`${report.file}: ${size}, ${content}, read in ${seconds.toFixed(1)} s.`];
  for (const [currency, { captured, booked, refunded }] of Object.entries(report.money)) {
    if (captured === 0 && refunded === 0) continue;
    const parts = `${money(booked, currency)} booked + ${money(refunded, currency)} owed back`;
    lines.push(`Money: ${money(captured, currency)} taken = ${parts}.`);
  }
  for (const [currency, purse] of Object.entries(report.payments)) {
    const { captured, booked, owed, givenBack } = purse;
    const [taken, kept] = [money(captured, currency), money(booked, currency)];
    const back = `${money(owed, currency)} owed back + ${money(givenBack, currency)} given back`;
    lines.push(`Payments: ${taken} captured = ${kept} booked + ${back}.`);
  }
  const { begun = 0, opened = 0, abandoned = 0 } = report.paymentStates;
  if (begun + opened + abandoned > 0) {
    const open = `${many(begun + opened, 'payment')} under way, ${many(abandoned, 'payment')}`;
    lines.push(`At the end of the log: ${open} abandoned that the provider has not ended yet.`);
  }
  if (report.passedOver > 0) {
    const what = `${many(report.passedOver, 'decision')} of shows scheduled before that`;
    lines.push(`The log begins in the middle; the rules were not checked for ${what}.`);
  }
  lines.push(...report.warnings);
  if (report.sound) {
    lines.push('SOUND: no frame was changed, dropped or moved, and every rule was kept.');
    return lines;
  }
  for (const { rule, code, partition, lsn, show, seq, sentence } of report.findings.slice(
    0,
    FINDINGS_PRINTED,
  )) {
    const decision = seq === undefined ? '' : ` decision ${seq}`;
    const of = show === undefined ? '' : ` ${show}${decision}`;
    lines.push(`  [${rule}] ${code}, partition ${partition} LSN ${lsn}${of}: ${sentence}`);
  }
  const more = report.findingsInAll - Math.min(report.findings.length, FINDINGS_PRINTED);
  if (more > 0) lines.push(`  … and ${more} more`);
  const [first] = report.findings;
  const where =
    first === undefined ? '' : `; the first at partition ${first.partition} LSN ${first.lsn}`;
  lines.push(`NOT SOUND: ${many(report.findingsInAll, 'finding')}${where}.`);
  return lines;
}

function many(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}
