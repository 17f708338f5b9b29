/** What the auditor finds: where, against which rule, in a plain sentence. */

export interface Finding {
  /** Stable name of what was found, e.g. `seat-taken`; all of them are in `finding-codes.ts`. */
  readonly code: string;
  /** The rule it breaks, e.g. `S2`. */
  readonly rule: string;
  readonly partition: number;
  readonly lsn: number;
  readonly show?: string;
  /** The show's decision number. */
  readonly seq?: number;
  readonly sentence: string;
}
