/** `usher scan`: a ticket at the door, with the server's memory or without any connection. */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ticketOf } from '../tickets/scan-book.ts';
import {
  type Command,
  CommandError,
  dataHelp,
  dataOption,
  EXIT,
  jsonOption,
  needed,
  readArgs,
  tell,
} from './command.ts';
import { askServer } from './server-desk.ts';

interface Ticket {
  readonly show: string;
  readonly booking: string;
  readonly section: string;
  readonly row: string;
  readonly number: number;
}

interface Outcome {
  readonly outcome: string;
  readonly ticket?: Ticket;
  readonly firstMs?: number;
  readonly gate?: string;
  /** Why it could not be checked. */
  readonly why?: string;
}

const options = {
  ...dataOption,
  ...jsonOption,
  key: { type: 'string' },
  gate: { type: 'string', default: '' },
  show: { type: 'string' },
} as const;

export const scan: Command = {
  name: 'scan',
  usage: 'usher scan <code>|- [--key <file.pem>] [--gate <name>] [--show <show>]',
  summary: 'Check a ticket: genuine, still booked, not let in before',
  help: `  <code>   What the QR code says; "-" reads one a line from standard input

  --key <file.pem>  Checks the signature alone, without a server; the key is served at
                    /api/v1/ticket-key
  --gate <name>     Which door, said again where somebody comes twice
  --show <show>     Tickets of other shows are not let in

${dataHelp}
  --json          One JSON object a ticket on standard output

Exit code 0: let them in; 1: do not.`,
  async run(args) {
    const { values, positionals } = readArgs(args, options, 1);
    const code = needed(positionals[0], 'the code of a ticket, or "-"');
    const { key, gate, show, data, json } = values;
    const pem = key === undefined ? undefined : readKey(key);
    const check = async (text: string): Promise<Outcome> =>
      pem === undefined ? await atServer(data, text, gate, show) : offline(text, pem, show);
    const say = (outcome: Outcome): boolean => {
      tell(json, outcome, [sentence(outcome)]);
      return outcome.outcome === 'admit' || outcome.outcome === 'genuine';
    };
    if (code !== '-') return say(await check(code)) ? EXIT.done : EXIT.failed;
    let all = true;
    for await (const line of createInterface({ input: process.stdin })) {
      if (line.trim() === '') continue;
      // The next in line may be luckier.
      const outcome = await check(line.trim()).catch(notChecked);
      if (!say(outcome)) all = false;
    }
    return all ? EXIT.done : EXIT.failed;
  },
};

function notChecked(error: unknown): Outcome {
  if (!(error instanceof CommandError)) throw error;
  return { outcome: 'notChecked', why: error.message };
}

/** @throws CommandError for what is no public key: any ticket would look forged. */
function readKey(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`There is no key at ${file} that can be read.`, EXIT.usage);
  }
  try {
    if (createPublicKey(pem).asymmetricKeyType === 'ed25519') return pem;
  } catch {
    // Said below.
  }
  const hint = 'save what the server has at /api/v1/ticket-key';
  throw new CommandError(`${file} is no public key for tickets: ${hint}.`, EXIT.usage);
}

async function atServer(
  data: string,
  code: string,
  gate: string,
  show: string | undefined,
): Promise<Outcome> {
  const body = { code, gate, ...(show === undefined ? {} : { show }) };
  const path = '/api/v1/partner/scans';
  const { json } = await askServer(data, { method: 'POST', path, body });
  return json as unknown as Outcome;
}

function offline(code: string, pem: string, show: string | undefined): Outcome {
  const ticket = ticketOf(code, pem);
  if (ticket === undefined) return { outcome: 'forged' };
  const isOther = show !== undefined && ticket.show !== show;
  return { outcome: isOther ? 'otherShow' : 'genuine', ticket };
}

function sentence({ outcome, ticket, firstMs, gate, why }: Outcome): string {
  const seat =
    ticket === undefined
      ? ''
      : `${ticket.booking}, ${ticket.section} row ${ticket.row} seat ${ticket.number}`;
  switch (outcome) {
    case 'admit':
      return `ADMIT ${seat}`;
    case 'genuine':
      return `GENUINE ${seat} (not asked whether it was used before)`;
    case 'again': {
      const when = new Date(firstMs ?? 0).toISOString();
      return `NOT AGAIN ${seat}: let in at ${when}${gate ? `, ${gate}` : ''}`;
    }
    case 'cancelled':
      return `CANCELLED ${seat}`;
    case 'otherShow':
      return `ANOTHER SHOW ${seat}`;
    case 'unknown':
      return `UNKNOWN BOOKING ${seat}`;
    case 'notChecked':
      return `NOT CHECKED: ${why}`;
    default:
      return 'FORGED';
  }
}
