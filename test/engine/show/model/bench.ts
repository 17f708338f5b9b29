/**
 * One show sold twice, side by side: by the engine's actor, whose decisions go through time,
 * decide and evolve as the shard's desk sends them, and by the reference model. After every step
 * both must have decided the same and be in the same state; at the end the engine's log must give
 * the same state again.
 */
import { isDeepStrictEqual } from 'node:util';
import { lsn, type Millis, millis, seq, showId, userId } from '../../../../engine/ids.ts';
import { GENESIS_HASH } from '../../../../engine/shard/log-store.ts';
import { UserShows } from '../../../../engine/shard/user-shows.ts';
import type { Decision, FrameRef, ShowEvent } from '../../../../engine/show/events.ts';
import { extendDeadlines } from '../../../../engine/show/evolve.ts';
import { compileLayout } from '../../../../engine/show/seats/compiled-layout.ts';
import { newShow, type Show } from '../../../../engine/show/show.ts';
import type { Verdict } from '../../../../engine/show/verdict.ts';
import { viewMine, viewShow } from '../../../../engine/show/views.ts';
import { checkBooks } from '../check-books.ts';
import { type Asked, decideModel, type ModelVerdict, recordModelDecision } from './decide-model.ts';
import { type Engine, realEngine, type Sale } from './engine.ts';
import { ModelShow } from './model-show.ts';
import { dueTimes, extendModelDeadlines, forgetIdleUsers, passModelTime } from './model-time.ts';
import { modelMine, modelView } from './model-views.ts';
import { checkReplay, type LogItem, stateBytes } from './replay.ts';
import { imageOfModel, imageOfShow } from './state-image.ts';
import type { Tally } from './tally.ts';

export const users = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay', 'gus', 'hal'].map(userId);
/** In whose names the house books, without a limit [B3]. */
export const companies = ['partner:one', 'partner:two'].map(userId);
export const show = showId('s');

const owners = [...users, ...companies];

export class Bench {
  readonly model: ModelShow;
  readonly sent: Asked[] = [];
  readonly tally: Tally;
  /** What was done, a line a step, for the report of a failure. */
  readonly story: string[] = [];
  nowMs: Millis;
  readonly #engine: Engine;
  readonly #sale: Sale;
  readonly #show: Show;
  readonly #directory = new UserShows();
  readonly #log: LogItem[] = [];
  #snapshot: { readonly bytes: Uint8Array; readonly logged: number } | undefined;
  #steps = 0;

  /** A show that has just come on sale, or will in a second. */
  constructor(sale: Sale, tally: Tally, engine: Engine = realEngine) {
    const { layout, terms } = sale;
    this.#sale = sale;
    this.#engine = engine;
    this.tally = tally;
    this.model = new ModelShow(show, layout, terms);
    this.#show = newShow(show, compileLayout(layout), terms, this.#directory);
    this.nowMs = millis(terms.onSaleAtMs - 1_000);
    const scheduled: ShowEvent = { type: 'showScheduled', layout: layout.id, terms };
    this.#record([scheduled], undefined);
    if (!sale.isEarly) this.passTo(terms.onSaleAtMs);
  }

  /** Time passes up to `timeMs`; never backwards. */
  passTo(timeMs: number): void {
    this.nowMs = millis(Math.max(this.nowMs, timeMs));
    this.story.push(`time is sale + ${this.nowMs - this.model.terms.onSaleAtMs} ms`);
    this.tally.stop(this.nowMs, dueTimes(this.model), this.model.terms.graceMs);
    this.#decideWhatIsDue();
    forgetIdleUsers(this.model, this.nowMs);
    this.#endStep();
  }

  /** As before every command: one that ended a late payment has left its hold overdue [P2]. */
  #decideWhatIsDue(): void {
    for (;;) {
      const expected = passModelTime(this.model, this.nowMs);
      const isDue = this.#engine.nextDueMs(this.#show) <= this.nowMs;
      const events = isDue ? this.#engine.passTime(this.#show, this.nowMs) : [];
      same('what time decided', events, expected);
      if (events.length === 0) break;
      recordModelDecision(this.model, undefined, expected, this.nowMs);
      this.#record(events, undefined);
      this.tally.events(events, this.nowMs, this.model);
    }
  }

  /** One command put to both. */
  ask(asked: Asked): void {
    this.#decideWhatIsDue();
    const { command, requestId } = asked;
    this.story.push(JSON.stringify({ ...command, requestId }));
    const verdict = this.#decide(asked);
    this.tally.answer(command, verdict, this.nowMs, this.model);
    const expected = decideModel(this.model, asked, this.nowMs, {
      seats: seatsHeldBy(verdict),
      isRepeated: verdict.type === 'repeated',
    });
    same('the answer', this.#plain(verdict, requestId), plainModel(expected));
    if (verdict.type === 'decided') this.#record(verdict.events, asked);
    this.sent.push(asked);
    if (verdict.type === 'decided') this.tally.events(verdict.events, this.nowMs, this.model);
    this.#endStep();
  }

  #decide({ command, requestId }: Asked): Verdict {
    const stamp = { timeMs: this.nowMs, frame: this.#frame() };
    return 'user' in command || requestId === undefined
      ? this.#engine.decide(this.#show, command, stamp)
      : this.#engine.decideForHouse(this.#show, command, requestId, stamp);
  }

  /** The owner of the log has changed after an outage [D2]. */
  recover(floorMs: number): void {
    this.story.push(`outage: nothing falls due for ${floorMs - this.nowMs} ms`);
    extendModelDeadlines(this.model, floorMs);
    extendDeadlines(this.#show, millis(floorMs));
    this.#log.push({ floorMs: millis(floorMs) });
    this.tally.add('outage');
    this.#endStep();
  }

  /** The log gives the same state again, from its start and from a snapshot [D3]. */
  finish(): void {
    this.#checkAccounts();
    checkReplay(this.#sale, this.#log, this.#show, this.#engine, this.#snapshot);
    this.tally.add('run');
  }

  #record(events: readonly ShowEvent[], asked: Asked | undefined): void {
    const command = asked?.command;
    const decision: Decision = {
      show,
      seq: seq(this.#show.seq + 1),
      user: command !== undefined && 'user' in command ? command.user : undefined,
      requestId: asked?.requestId,
      events,
      frame: this.#frame(),
    };
    this.#engine.evolve(this.#show, decision);
    this.#log.push({ decision });
  }

  #endStep(): void {
    const engine = imageOfShow(this.#show, owners);
    const model = imageOfModel(this.model, owners);
    if (JSON.stringify(engine) !== JSON.stringify(model)) same('the state', engine, model);
    if (this.#steps === this.#sale.snapshotAtStep) {
      this.#snapshot = { bytes: stateBytes(this.#show), logged: this.#log.length };
      this.#checkAccounts();
    }
    this.#steps++;
  }

  /** What each user is told of theirs, and the engine's own books [W8, W9]. */
  #checkAccounts(): void {
    checkBooks(this.#show);
    same('what is told of the show', viewShow(this.#show), modelView(this.model));
    for (const user of owners) {
      same(`what ${user} is told`, viewMine(this.#show, user), modelMine(this.model, user));
      const isKnown = [...this.#directory.of(user)].includes(show);
      if (this.model.hasSomething(user)) same(`whether ${user} is known`, isKnown, true);
    }
  }

  /** A repeated answer is compared by what the log says of the earlier decision. */
  #plain(verdict: Verdict, requestId: Asked['requestId']): unknown {
    if (verdict.type !== 'repeated') return verdict;
    const { seq: number, lsn: at } = verdict.decision;
    const item = this.#log[at - 1];
    if (item === undefined || !('decision' in item)) throw new Error(`no decision at LSN ${at}`);
    const { events, frame } = item.decision;
    return { repeated: requestId, seq: number, event: events[0], timeMs: frame.timeMs };
  }

  #frame(): FrameRef {
    return { timeMs: this.nowMs, lsn: lsn(this.#log.length + 1), hash: GENESIS_HASH };
  }
}

function seatsHeldBy(verdict: Verdict): readonly number[] {
  const event = verdict.type === 'decided' ? verdict.events[0] : undefined;
  return event?.type === 'seatsHeld' ? event.seats : [];
}

function plainModel(verdict: ModelVerdict): unknown {
  if (verdict.type !== 'repeated') return verdict;
  const { requestId, seq: number, event, timeMs } = verdict.request;
  return { repeated: requestId, seq: number, event, timeMs };
}

/** @throws Error with both where engine and model differ. */
function same(what: string, engine: unknown, model: unknown): void {
  if (isDeepStrictEqual(engine, model)) return;
  const [ours, theirs] = differing(engine, model);
  throw new Error(`${what} differs\n  engine: ${ours}\n  model:  ${theirs}`);
}

/** Of two objects only the fields that differ. */
function differing(engine: unknown, model: unknown): readonly [string, string] {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isObject(engine) || !isObject(model)) {
    return [JSON.stringify(engine), JSON.stringify(model)];
  }
  const keys = Object.keys({ ...engine, ...model });
  const wrong = keys.filter((key) => !isDeepStrictEqual(engine[key], model[key]));
  const pick = (from: Record<string, unknown>) =>
    JSON.stringify(Object.fromEntries(wrong.map((key) => [key, from[key]])));
  return [pick(engine), pick(model)];
}
