/**
 * A watched show's changes on their way from the shard to a gateway, which puts several together
 * before it tells the watchers:
 *
 *   [show, fromSeq, toSeq, [seat × 4 + state …], serving, waiting, [departed …], phase | nil]
 */

import type { Writer } from '../../engine/msgpack/writer.ts';
import type { Output } from '../../engine/shard/outputs.ts';
import type { ShowPhase } from '../../engine/show/show.ts';
import type { Reader } from '../wire/reader.ts';

/** More than any show has seats. */
const MANY = 1_000_000;

export interface ShowChange {
  readonly show: string;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly changes: readonly number[];
  readonly serving: number;
  readonly waiting: number;
  readonly departed: readonly number[];
  readonly phase: ShowPhase | undefined;
}

type Changed<Origin> = Extract<Output<Origin>, { type: 'changed' }>;

export function writeChange<Origin>(writer: Writer, output: Changed<Origin>): void {
  writer.array(8);
  writer.text(output.show);
  writer.uint(output.fromSeq);
  writer.uint(output.toSeq);
  writer.uints(output.changes);
  writer.uint(output.line.serving);
  writer.uint(output.line.waiting);
  writer.uints(output.line.departed);
  if (output.phase === undefined) writer.nil();
  else writer.text(output.phase);
}

export function readChange(reader: Reader): ShowChange {
  reader.array(8);
  return {
    show: reader.text(1, 64),
    fromSeq: reader.uint(),
    toSeq: reader.uint(),
    changes: readUints(reader),
    serving: reader.uint(),
    waiting: reader.uint(),
    departed: readUints(reader),
    phase: reader.nil() ? undefined : (reader.text(1, 16) as ShowPhase),
  };
}

function readUints(reader: Reader): readonly number[] {
  const values: number[] = [];
  for (let left = reader.array(MANY); left > 0; left--) values.push(reader.uint());
  return values;
}
