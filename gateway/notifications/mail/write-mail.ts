/**
 * A message as a mail: plain text and HTML with the same content, a picture of each ticket's code,
 * and a calendar file. Nothing is fetched from anywhere when it is opened.
 */
import type { TicketCode } from '../../wire/kinds.ts';
import { cleanName, type Message } from '../compose.ts';
import type { Texts } from '../texts/texts.ts';
import { calendarFile } from './calendar-file.ts';
import { qrPng } from './qr-png.ts';

/** Beyond so many the codes go along as a table: nobody looks through more pictures. */
const MOST_PICTURES = 60;

export interface MailAttachment {
  readonly filename: string;
  readonly content: Buffer | string;
  readonly contentType: string;
  /** Where it is shown within the page. */
  readonly cid?: string;
}

export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MailAttachment[];
}

/** @param domain Of the sender: part of the names of attachments and appointments. */
export function writeMail(message: Message, texts: Texts, domain: string): WrittenMail {
  const { subject, tickets, appointment } = message;
  const pictured = tickets.length <= MOST_PICTURES ? tickets : [];
  const attachments: MailAttachment[] = pictured.map((ticket) => ({
    filename: `ticket-${fileName(`${ticket.row}${ticket.number}`)}.png`,
    content: qrPng(ticket.code),
    contentType: 'image/png',
    cid: cidOf(ticket, domain),
  }));
  if (tickets.length > pictured.length) {
    attachments.push({
      filename: 'tickets.csv',
      content: ticketTable(tickets),
      contentType: 'text/csv; charset=utf-8',
    });
  }
  if (appointment !== undefined) {
    const method = appointment.isCancelled ? 'CANCEL' : 'PUBLISH';
    attachments.push({
      filename: 'booking.ics',
      content: calendarFile(appointment, domain),
      contentType: `text/calendar; charset=utf-8; method=${method}`,
    });
  }
  return {
    subject: cleanName(subject),
    text: plainText(message, pictured, texts),
    html: page(message, pictured, texts, domain),
    attachments,
  };
}

function plainText(message: Message, tickets: readonly TicketCode[], texts: Texts): string {
  const { paragraphs, facts, link } = message;
  const parts = [
    ...paragraphs,
    facts.map(([label, value]) => `${label}: ${value}`).join('\n'),
    ...tickets.map((ticket) => `${seatName(ticket, texts)}\n${ticket.code}`),
    `${link.text}: ${link.url}`,
    texts.footer,
  ];
  return `${parts.join('\n\n')}\n`;
}

function page(
  { subject, paragraphs, facts, link }: Message,
  tickets: readonly TicketCode[],
  texts: Texts,
  domain: string,
): string {
  const row = ([label, value]: readonly [string, string]) =>
    `<tr><th align="left" style="padding:2px 16px 2px 0">${escaped(label)}</th>` +
    `<td><bdi>${escaped(value)}</bdi></td></tr>`;
  const picture = (ticket: TicketCode) =>
    `<figure style="display:inline-block;margin:8px"><img width="220" height="220" ` +
    `src="cid:${cidOf(ticket, domain)}" alt="${escaped(ticket.code)}">` +
    `<figcaption><bdi>${escaped(seatName(ticket, texts))}</bdi></figcaption></figure>`;
  return [
    `<!doctype html><html lang="${escaped(texts.locale)}"><head><meta charset="utf-8">`,
    `<title>${escaped(subject)}</title></head>`,
    '<body style="font-family:sans-serif;max-width:640px">',
    ...paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`),
    `<table>${facts.map(row).join('')}</table>`,
    ...tickets.map(picture),
    `<p><a href="${escaped(link.url)}">${escaped(link.text)}</a></p>`,
    `<p style="color:#666"><small>${escaped(texts.footer)}</small></p></body></html>`,
  ].join('\n');
}

function seatName({ section, row, number }: TicketCode, texts: Texts): string {
  return cleanName(texts.seat(section, row, number));
}

function cidOf({ seat }: TicketCode, domain: string): string {
  return `ticket-${seat}@${domain}`;
}

function ticketTable(tickets: readonly TicketCode[]): string {
  // A cell that begins like a formula is one to some programs.
  const cell = (value: string | number) =>
    `"${cleanName(String(value))
      .replace(/^[=+@-]/, "'$&")
      .replaceAll('"', '""')}"`;
  const lines = tickets.map(({ section, row, number, code }) =>
    [section, row, number, code].map(cell).join(','),
  );
  return ['section,row,number,code', ...lines, ''].join('\r\n');
}

function fileName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40) || 'seat';
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
