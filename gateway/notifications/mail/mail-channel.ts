/**
 * Tells people by mail, over SMTP [N1]. A mail that was handed in twice, since the server's word
 * of it was lost, has the same Message-ID both times, and mail programs show it once.
 */
import { createTransport, type Transporter } from 'nodemailer';
import type SMTPPool from 'nodemailer/lib/smtp-pool/index.js';
import type { LeasedTask, TaskOutcome, TaskWorker } from '../../../persistence/services/tasks.ts';
import type { Composer } from '../compose.ts';
import type { ContactBook } from '../contact-book.ts';
import type { Notice } from '../notices.ts';
import { channelKinds } from '../notification-relay.ts';
import { textsOf } from '../texts/texts.ts';
import { writeMail } from './write-mail.ts';

/** Connections kept open, and mails on their way at the same time. */
const AT_ONCE = 5;
const CONNECT_WITHIN_MS = 10_000;
const SILENT_FOR_MS = 20_000;
/** From here on an answer to RCPT TO says that there is no such mailbox, and never will be. */
const REFUSED_FOR_GOOD = 550;

export interface MailNeeds {
  /** e.g. `smtp://user:secret@mail.example:587`, `smtps://…`. */
  readonly url: string;
  /** e.g. `Usher <tickets@example.org>`. */
  readonly from: string;
  readonly contacts: ContactBook;
  readonly composer: Composer;
}

export class MailChannel implements TaskWorker {
  readonly kinds = [channelKinds.mail];
  readonly atOnce = AT_ONCE;
  readonly #needs: MailNeeds;
  readonly #domain: string;
  readonly #transport: Transporter<SMTPPool.SentMessageInfo>;

  /** @throws TypeError for an address that is none. */
  constructor(needs: MailNeeds) {
    this.#needs = needs;
    this.#domain = /@([\w.-]+)>?\s*$/.exec(needs.from)?.[1] ?? 'usher.invalid';
    this.#transport = createTransport(transportOptions(needs.url));
  }

  async run(task: LeasedTask, signal: AbortSignal): Promise<TaskOutcome> {
    const notice = task.body as Notice;
    const contact = this.#needs.contacts.get(notice.user);
    // Forgotten meanwhile, on purpose.
    if (contact?.email === undefined) return { type: 'done' };
    const texts = textsOf(contact.language);
    const message = this.#needs.composer.compose(notice, texts);
    if (message === undefined) {
      return { type: 'hopeless', reason: `show ${notice.show} is not in the catalogue` };
    }
    const { attachments, ...mail } = writeMail(message, texts, this.#domain);
    try {
      await unlessAborted(
        this.#transport.sendMail({
          ...mail,
          attachments: attachments.map((each) => ({ ...each })),
          from: this.#needs.from,
          // As a value of its own, so that it is never read as a list of addresses.
          to: { name: '', address: contact.email },
          messageId: `<${notice.id}@${this.#domain}>`,
          date: new Date(notice.timeMs),
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Usher-Notice': notice.id },
          disableFileAccess: true,
          disableUrlAccess: true,
        }),
        signal,
      );
    } catch (error) {
      if (isRefusedForGood(error)) return { type: 'hopeless', reason: error.message };
      throw error;
    }
    return { type: 'done' };
  }

  /** Closes the connections that are kept open. */
  close(): void {
    this.#transport.close();
  }
}

function transportOptions(text: string): SMTPPool.Options {
  const url = new URL(text);
  if (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
    throw new TypeError('the mail server is given as smtp://… or smtps://…');
  }
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  return {
    pool: true,
    maxConnections: AT_ONCE,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
    dnsTimeout: CONNECT_WITHIN_MS,
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: SILENT_FOR_MS,
  };
}

function isRefusedForGood(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { command, responseCode } = error as { command?: string; responseCode?: number };
  return command === 'RCPT TO' && responseCode !== undefined && responseCode >= REFUSED_FOR_GOOD;
}

/** Rejects when told to stop; what was sent may arrive all the same. */
async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
