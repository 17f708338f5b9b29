/**
 * The lines of one gateway: made when a client of HTTP first asks something, found again by its
 * session's token and the line's name, closed when nobody has asked for a while. A line is only
 * convenience: one that is lost is made anew, and its client is told to ask for everything again.
 */
import { randomBytes } from 'node:crypto';
import type { SessionTokens } from '../../sessions/session-tokens.ts';
import type { Gateway } from '../../sockets/gateway.ts';
import { ApiProblem } from '../api/route.ts';
import { type Answered, Line } from './line.ts';
import type { Topics } from './topics.ts';
import { twinLimits } from './twin-limits.ts';

const SWEEP_EVERY_MS = 5_000;
/** A line that was closed for a flood is not made anew for so long. */
const FLOOD_PAUSE_MS = 5_000;

export class Lines {
  /** Of this gateway; the names of its lines begin with it. */
  readonly gatewayName = randomBytes(6).toString('base64url');
  readonly #gateway: Gateway;
  readonly #tokens: SessionTokens;
  readonly #topics: Topics;
  /** By `user line`; the longest unused first. */
  readonly #lines = new Map<string, Line>();
  readonly #bySession = new Map<string, Set<string>>();
  readonly #flooded = new Map<string, number>();
  readonly #sweep: NodeJS.Timeout;

  constructor(gateway: Gateway, tokens: SessionTokens, topics: Topics) {
    this.#gateway = gateway;
    this.#tokens = tokens;
    this.#topics = topics;
    this.#sweep = setInterval(() => this.#closeIdle(), SWEEP_EVERY_MS);
    this.#sweep.unref();
  }

  get count(): number {
    return this.#lines.size;
  }

  stop(): void {
    clearInterval(this.#sweep);
  }

  /** A line for a new session, or for the one that `token` proves; with its welcome. */
  async open(token: string | undefined): Promise<{ line: Line; welcome: string }> {
    const known = token === undefined ? undefined : this.#tokens.verify(token);
    const session = known ?? this.#tokens.create();
    const name = `${this.gatewayName}.${randomBytes(9).toString('base64url')}`;
    return await this.#make(session.user, session.token, name);
  }

  /**
   * The line of that name, made where there is none.
   * @throws ApiProblem where the header proves no session.
   */
  async find(authorization: string | undefined, name: string): Promise<Line> {
    const [, token] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? '') ?? [];
    const session = token === undefined ? undefined : this.#tokens.verify(token);
    if (session === undefined) {
      const sentence = 'Send the token of POST /api/v1/session as "Authorization: Bearer <token>".';
      const headers = { 'www-authenticate': 'Bearer realm="usher"' };
      throw new ApiProblem(401, 'unauthorized', sentence, {}, headers);
    }
    const key = `${session.user} ${name}`;
    const line = this.#lines.get(key);
    if (line === undefined) return (await this.#make(session.user, session.token, name)).line;
    this.#lines.delete(key);
    this.#lines.set(key, line);
    return line;
  }

  async #make(user: string, token: string, name: string): Promise<{ line: Line; welcome: string }> {
    const floodedAtMs = this.#flooded.get(user);
    if (floodedAtMs !== undefined && performance.now() - floodedAtMs < FLOOD_PAUSE_MS) {
      const headers = { 'retry-after': String(FLOOD_PAUSE_MS / 1_000) };
      throw new ApiProblem(429, 'rateLimited', 'Too many messages; slow down.', {}, headers);
    }
    this.#makeRoom(user);
    if (this.#gateway.full || this.#lines.size >= twinLimits.lines) {
      const sentence = 'No more connections just now; ask again in a moment.';
      throw new ApiProblem(503, 'overloaded', sentence, {}, { 'retry-after': '5' });
    }
    const key = `${user} ${name}`;
    const line = new Line({
      id: name,
      topics: this.#topics,
      onEnd: () => this.#ended(key, user, line),
    });
    const connection = this.#gateway.open(line, true);
    line.connection = connection;
    this.#lines.set(key, line);
    const names = this.#bySession.get(user) ?? new Set();
    this.#bySession.set(user, names.add(key));
    const hello = Buffer.from(JSON.stringify({ type: 'hello', requestId: 'hello', token }));
    const greet = () => this.#gateway.message(connection, hello, false);
    const { text: welcome } = await line.ask('hello', greet);
    return { line, welcome };
  }

  /** Hands a message in: a JSON text. */
  ask(line: Line, text: string): Promise<Answered> {
    const { connection } = line;
    return line.ask(requestIdOf(text), () => {
      if (connection !== undefined) this.#gateway.message(connection, Buffer.from(text), false);
    });
  }

  #makeRoom(user: string): void {
    const names = this.#bySession.get(user);
    if (names === undefined || names.size < twinLimits.linesPerSession) return;
    const lines = [...names]
      .map((key) => this.#lines.get(key))
      .filter((line) => line !== undefined);
    lines.sort((one, other) => one.usedAtMs - other.usedAtMs);
    lines[0]?.end();
  }

  #ended(key: string, user: string, line: Line): void {
    this.#lines.delete(key);
    const names = this.#bySession.get(user);
    names?.delete(key);
    if (names?.size === 0) this.#bySession.delete(user);
    if (line.isFlooded) this.#flooded.set(user, performance.now());
    if (line.connection !== undefined) this.#gateway.close(line.connection);
  }

  #closeIdle(): void {
    const nowMs = performance.now();
    for (const line of [...this.#lines.values()]) {
      if (line.isIdle && nowMs - line.usedAtMs > twinLimits.idleMs) line.end();
    }
    for (const [user, atMs] of this.#flooded) {
      if (nowMs - atMs > FLOOD_PAUSE_MS) this.#flooded.delete(user);
    }
  }
}

function requestIdOf(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const id = typeof value === 'object' && value !== null && 'requestId' in value;
    return id && typeof value.requestId === 'string' ? value.requestId : undefined;
  } catch {
    return undefined;
  }
}
