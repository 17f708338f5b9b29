/** The ways in which a bug is planted: each changes what goes through one of the engine's doors. */
import type { ShowCommand, Stamp } from '../../../../engine/show/command.ts';
import type { ShowEvent } from '../../../../engine/show/events.ts';
import type { Show } from '../../../../engine/show/show.ts';
import type { ShowTerms } from '../../../../engine/show/terms.ts';
import type { Verdict } from '../../../../engine/show/verdict.ts';
import { type Engine, realEngine } from './engine.ts';

export interface PlantedBug {
  readonly rule: string;
  readonly what: string;
  readonly engine: Engine;
}

export const bug = (rule: string, what: string, engine: Engine): PlantedBug => ({
  rule,
  what,
  engine,
});

/** A show as a buggy engine would see it: some of its fields are not what they are. */
export function seenAs(show: Show, fields: Partial<Show>): Show {
  return Object.assign(Object.create(show) as Show, fields);
}

export function withTerms(show: Show, change: (terms: ShowTerms) => Partial<ShowTerms>): Show {
  return seenAs(show, { terms: { ...show.terms, ...change(show.terms) } });
}

/** Decisions are made under other terms. */
export function deciding(change: (terms: ShowTerms) => Partial<ShowTerms>): Engine {
  const decide: Engine['decide'] = (show, command, stamp) =>
    realEngine.decide(withTerms(show, change), command, stamp);
  return { ...realEngine, decide };
}

/** Time passes under other terms. */
export function timing(change: (terms: ShowTerms) => Partial<ShowTerms>): Engine {
  return {
    ...realEngine,
    passTime: (show, nowMs) => realEngine.passTime(withTerms(show, change), nowMs),
    nextDueMs: (show) => realEngine.nextDueMs(withTerms(show, change)),
  };
}

/** Commands of some types are put to a show that is seen otherwise. */
export function seeing(
  types: readonly ShowCommand['type'][],
  fields: (show: Show) => Partial<Show>,
) {
  const decide: Engine['decide'] = (show, command, stamp) => {
    const seen = types.includes(command.type) ? seenAs(show, fields(show)) : show;
    return realEngine.decide(seen, command, stamp);
  };
  return { ...realEngine, decide };
}

export type Answered = (
  verdict: Verdict,
  show: Show,
  command: ShowCommand,
  stamp: Stamp,
) => Verdict;

/** Commands are answered otherwise. */
export function answering(change: Answered): Engine {
  const decide: Engine['decide'] = (show, command, stamp) =>
    change(realEngine.decide(show, command, stamp), show, command, stamp);
  return { ...realEngine, decide };
}

type Edit = (events: readonly ShowEvent[], show: Show, nowMs: number) => readonly ShowEvent[];

/** What was decided, by whomever, is written down otherwise. */
export function writing(edit: Edit): Engine {
  const answered: Answered = (verdict, show, _command, stamp) =>
    verdict.type === 'decided'
      ? { ...verdict, events: edit(verdict.events, show, stamp.timeMs) }
      : verdict;
  const passTime: Engine['passTime'] = (show, nowMs) =>
    edit(realEngine.passTime(show, nowMs), show, nowMs);
  return { ...answering(answered), passTime };
}

/** Each event of one type is written down otherwise. */
export function writingEach<Type extends ShowEvent['type']>(
  type: Type,
  edit: (event: Extract<ShowEvent, { type: Type }>, show: Show, nowMs: number) => ShowEvent,
): Engine {
  return writing((events, show, nowMs) =>
    events.map((event) =>
      event.type === type ? edit(event as Extract<ShowEvent, { type: Type }>, show, nowMs) : event,
    ),
  );
}

/** The line is not served by decisions that begin with such an event. */
export function notServing(isCause: (first: ShowEvent) => boolean): Engine {
  return writing((events) => {
    const [first] = events;
    if (first === undefined || !isCause(first)) return events;
    return events.filter((event) => event.type !== 'offerMade');
  });
}

/** After each event something else happens to the show. */
export function evolving(after: (show: Show, event: ShowEvent) => void): Engine {
  return {
    ...realEngine,
    evolve: (show, decision) => {
      realEngine.evolve(show, decision);
      for (const event of decision.events) after(show, event);
    },
  };
}
