/** A server with one partner's cinema of ten seats and a show in it, and somebody who books. */
import { WebSocket } from 'ws';
import { type ShowId, showId } from '../../engine/ids.ts';
import { connect, type UsherClient } from '../../gateway/client/index.ts';
import { addPartner, Desk, openCinema } from './partner-desk.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

export interface OneCinema {
  readonly server: ServerProcess;
  readonly partner: Desk;
  readonly show: ShowId;
}

export async function startOneCinema(
  data: string,
  flags: readonly string[] = [],
): Promise<OneCinema> {
  const server = await startServerProcess({
    data,
    demo: false,
    flags: ['--log-level', 'error', ...flags],
  });
  const operator = Desk.operator(server.url, data);
  const pune = { id: 'pune', name: 'Pune', country: 'IN' };
  const partner = await addPartner(operator, 'lux');
  const city = { ...pune, timeZone: 'Asia/Kolkata', currency: 'INR' };
  await partner.put('/api/v1/partner/cities/pune', city);
  const { show } = await openCinema(partner, 'lux');
  return { server, partner, show: showId(show) };
}

export function client(server: ServerProcess, token?: string): UsherClient {
  return connect({ url: server.socketUrl, WebSocket: WebSocket as never, token });
}

/** Books seats where nobody takes money. */
export async function bookAt(person: UsherClient, show: ShowId, seats: readonly number[]) {
  const held = await person.hold(show, seats);
  if (held.type === 'rejected') throw new Error(held.text);
  const booked = await person.book(show, held.hold);
  if (booked.type === 'rejected') throw new Error(booked.text);
  return booked;
}

/** What its tickets' QR codes say. */
export async function codesOf(person: UsherClient, show: ShowId, seats: readonly number[]) {
  const { booking } = await bookAt(person, show, seats);
  const found = await person.tickets(show, booking);
  if (found.type === 'rejected') throw new Error(found.text);
  return { booking, codes: found.tickets.map(({ code }) => code) };
}
