/**
 * Faults below SQLite and a wall clock that can be set, in a process of the tests' own: builds
 * `shim.c`, says how to preload it, and steers it while the process runs.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { root } from '../built.ts';
import { memoryFolder } from '../memory-folder.ts';

/** Fields of the shim's control file, in order. */
const fields = ['mode', 'at', 'count', 'errno', 'failed', 'half', 'clockNs'] as const;
type Field = (typeof fields)[number];
const fieldBytes = 8;

export type FaultMode = 'off' | 'once' | 'from' | 'kill';
const modes: readonly FaultMode[] = ['off', 'once', 'from', 'kill'];

export interface Fault {
  readonly mode: FaultMode;
  /** Which of the calls from now on: 1 is the next. */
  readonly at: number;
  /** Default EIO. */
  readonly errno?: 'EIO' | 'ENOSPC';
  /** Half of a failing write arrives; false by default. */
  readonly half?: boolean;
}

/** The file that steers a shim, from any process. */
export class ShimControl {
  readonly #descriptor: number;

  constructor(file: string) {
    this.#descriptor = openSync(file, 'r+');
  }

  /** From now on: counts from 0 again. */
  arm({ mode, at, errno = 'EIO', half = false }: Fault): void {
    this.#write('mode', 0);
    this.#write('at', at);
    this.#write('count', 0);
    this.#write('failed', 0);
    this.#write('errno', constants.errno[errno]);
    this.#write('half', half ? 1 : 0);
    this.#write('mode', modes.indexOf(mode));
  }

  disarm(): void {
    this.#write('mode', 0);
  }

  /** Calls counted since it was armed. */
  get counted(): number {
    return this.#read('count');
  }

  /** Calls that were made to fail since it was armed. */
  get failed(): number {
    return this.#read('failed');
  }

  /** How far the wall clock is off from now on. */
  stepClock(offsetMs: number): void {
    this.#write('clockNs', offsetMs * 1e6);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #write(field: Field, value: number): void {
    const bytes = Buffer.alloc(fieldBytes);
    bytes.writeBigInt64LE(BigInt(value));
    writeSync(this.#descriptor, bytes, 0, fieldBytes, fields.indexOf(field) * fieldBytes);
  }

  #read(field: Field): number {
    const bytes = Buffer.alloc(fieldBytes);
    readSync(this.#descriptor, bytes, 0, fieldBytes, fields.indexOf(field) * fieldBytes);
    return Number(bytes.readBigInt64LE());
  }
}

/** A built shim and its control file. */
export class FaultShim {
  readonly folder = memoryFolder('faults');
  readonly control: ShimControl;
  readonly #file = join(this.folder, 'control');
  readonly #library = join(this.folder, 'shim.so');

  /** @throws Error where there is no C compiler. */
  constructor() {
    compile(this.#library);
    writeFileSync(this.#file, Buffer.alloc(fields.length * fieldBytes));
    this.control = new ShimControl(this.#file);
  }

  /** What a process is to be started with; the faults are of this database and its files. */
  env(file: string): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.#library, USHER_FAULTS: this.#file, USHER_FAULTS_FILE: file };
  }

  remove(): void {
    this.control.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function compile(library: string): void {
  const source = join(root, 'test/support/faults/shim.c');
  const flags = ['-shared', '-fPIC', '-O2', '-o', library, '-x', 'c', source, '-ldl'];
  const said: string[] = [];
  for (const compiler of ['cc', 'gcc', 'clang', 'c++', 'g++']) {
    try {
      execFileSync(compiler, flags, { stdio: 'pipe' });
      return;
    } catch (error) {
      said.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`a C compiler is needed, e.g. "apt-get install gcc":\n${said.join('\n')}`);
}
