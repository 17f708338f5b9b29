/**
 * Redis as fast systems use it: a Lua script a decision over a bitmap of the show's seats and a
 * hash of its holds, many in flight on each connection, and the log flushed before any answer.
 */
import type { Answered, HeldSeat, PeerClient, PeerPlace, Reckoning } from './peer-client.ts';
import { HOLD_TTL_MS } from './peer-client.ts';
import { type Reply, RespClient } from './resp.ts';

/** The seats' bitmap, the holds' hash; user, deadline, seats. */
const HOLD = `
for i = 3, #ARGV do
  if redis.call('GETBIT', KEYS[1], ARGV[i]) == 1 then return 0 end
end
local id = redis.call('HINCRBY', KEYS[2], 'last', 1)
for i = 3, #ARGV do redis.call('SETBIT', KEYS[1], ARGV[i], 1) end
redis.call('HSET', KEYS[2], id, table.concat(ARGV, ' '))
return id`;
/** The same keys; user, hold. */
const RELEASE = `
local held = redis.call('HGET', KEYS[2], ARGV[2])
if not held then return 0 end
local at = 0
for part in string.gmatch(held, '%S+') do
  at = at + 1
  if at == 1 and part ~= ARGV[1] then return 0 end
  if at > 2 then redis.call('SETBIT', KEYS[1], part, 0) end
end
redis.call('HDEL', KEYS[2], ARGV[2])
return tonumber(ARGV[2])`;

export interface RedisOptions extends PeerPlace {
  readonly socket: string;
}

/** @throws Error where the server cannot be reached or would not be durable. */
export async function openRedis(options: RedisOptions): Promise<PeerClient> {
  const { socket, shows, connections } = options;
  const keeper = await RespClient.open(socket);
  await keeper.ask('FLUSHALL');
  for (const [name, value] of [
    ['appendonly', 'yes'],
    ['appendfsync', 'always'],
  ] as const) {
    const [, found] = listOf(await keeper.ask('CONFIG', 'GET', name));
    if (found !== value) throw new Error(`Redis has ${name} ${found}, not ${value}`);
  }
  const [holdSha, releaseSha] = await Promise.all([
    keeper.ask('SCRIPT', 'LOAD', HOLD),
    keeper.ask('SCRIPT', 'LOAD', RELEASE),
  ]);
  const clients = await Promise.all(
    Array.from({ length: connections }, () => RespClient.open(socket)),
  );
  const keys = Array.from({ length: shows }, (_, show) => part(`s${show}`) + part(`h${show}`));
  const users = Array.from({ length: connections }, (_, user) => part(user + 1));
  const beforeHold = `*8\r\n${part('EVALSHA')}${part(String(holdSha))}${part(2)}`;
  const beforeRelease = `*7\r\n${part('EVALSHA')}${part(String(releaseSha))}${part(2)}`;
  const ask = (connection: number, text: string, answered: Answered) => {
    clients[connection]?.send(text, (reply) => answered(answerOf(reply)));
  };
  return {
    hold: (connection, show, seat, answered) => {
      const tail = `${part(Date.now() + HOLD_TTL_MS)}${part(seat)}`;
      ask(connection, `${beforeHold}${keys[show]}${users[connection]}${tail}`, answered);
    },
    release: (connection, show, _seat, hold, answered) => {
      const tail = part(hold);
      ask(connection, `${beforeRelease}${keys[show]}${users[connection]}${tail}`, answered);
    },
    reckon: () => reckon(keeper, shows),
    close: () => {
      for (const client of [keeper, ...clients]) client.close();
      return Promise.resolve();
    },
  };
}

/** One argument. */
function part(argument: string | number): string {
  const text = String(argument);
  return `$${text.length}\r\n${text}\r\n`;
}

function answerOf(reply: Reply): number | Error {
  if (typeof reply === 'number' || reply instanceof Error) return reply;
  return new Error('Redis answered with something else than a number');
}

/** Every hold's seats by the hashes, against the bitmaps. */
async function reckon(keeper: RespClient, shows: number): Promise<Reckoning> {
  const held: HeldSeat[] = [];
  let heldTwice = 0;
  for (let show = 0; show < shows; show++) {
    const fields = listOf(await keeper.ask('HGETALL', `h${show}`)).map(String);
    const seats = new Set<number>();
    for (let at = 0; at < fields.length; at += 2) {
      if (fields[at] === 'last') continue;
      for (const text of (fields[at + 1] ?? '').split(' ').slice(2)) {
        const seat = Number(text);
        if (seats.has(seat)) heldTwice++;
        seats.add(seat);
        held.push({ show, seat, hold: Number(fields[at]) });
      }
    }
    const bits = await keeper.ask('BITCOUNT', `s${show}`);
    if (bits !== seats.size) throw new Error(`show ${show}: ${bits} bits, ${seats.size} seats`);
  }
  return { held, heldTwice };
}

function listOf(reply: Reply): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}
