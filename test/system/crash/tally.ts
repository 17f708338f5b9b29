/** What a run of kills adds up to, and which of its findings break which promise. */
import type { Ledger } from '../ledger.ts';

/** Findings of the audit that mean that somebody was given a seat of somebody else. */
const TWICE = /\b(seat-taken|seat-not-theirs|reference-twice|over-promised)\b/;
/** … and those that mean that somebody came before somebody who stood ahead. */
const OVERTAKEN = /\[W[23]\]|\bseats-promised\b/;

export class CrashTally {
  readonly lost: string[] = [];
  readonly soldTwice: string[] = [];
  readonly overtakings: string[] = [];
  /** Everything else that is wrong, e.g. a broken chain or time that falls. */
  readonly others: string[] = [];
  readonly kills: Record<'load' | 'start' | 'stop', number> = { load: 0, start: 0, stop: 0 };
  audits = 0;
  acknowledged = 0;
  readonly acknowledgedByType: Record<string, number> = {};
  rejections = 0;
  /** Requests whose outcome nobody told. */
  doubts = 0;

  get sound(): boolean {
    return [this.lost, this.soldTwice, this.overtakings, this.others].every(
      (findings) => findings.length === 0,
    );
  }

  /** Sorts what the audit of a log said. */
  addFindings(findings: readonly string[]): void {
    for (const finding of findings) {
      if (TWICE.test(finding)) this.soldTwice.push(finding);
      else if (OVERTAKEN.test(finding)) this.overtakings.push(finding);
      else this.others.push(finding);
    }
  }

  addLedger(ledger: Ledger): void {
    this.acknowledged += ledger.entries.length;
    this.rejections += ledger.rejections;
    this.doubts += ledger.doubts;
    for (const [type, count] of Object.entries(ledger.counts)) {
      this.acknowledgedByType[type] = (this.acknowledgedByType[type] ?? 0) + count;
    }
  }
}
