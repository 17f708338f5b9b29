/** The checkout with all that it needs, from the services. */
import type { Browse } from '../../engine/catalog/browse.ts';
import { expandSeats } from '../../engine/show/seats/layout.ts';
import type { ReaderHost } from '../../persistence/services/reader-host.ts';
import type { NewTask, TaskWorker } from '../../persistence/services/tasks.ts';
import type { ContactBook } from '../notifications/contact-book.ts';
import type { PaymentProvider } from '../payments/provider.ts';
import { HttpTheatre } from '../payments/theatre/http-theatre.ts';
import { theatreSecretOf } from '../payments/theatre/theatre-secret.ts';
import type { Services } from '../services/services.ts';
import type { ServicesSettings } from '../services/services-protocol.ts';
import { CheckoutReader } from './checkout-reader.ts';
import { type CheckoutParts, CheckoutWorker } from './checkout-worker.ts';
import { type PaymentRow, PaymentRows } from './payment-rows.ts';

export interface CheckoutNeeds {
  readonly settings: Pick<ServicesSettings, 'publicUrl' | 'theatreSecret'>;
  readonly services: Services;
  readonly provider: PaymentProvider | undefined;
  readonly browse: Browse;
  readonly contacts: ContactBook;
  readonly addTasks: (tasks: readonly NewTask[]) => void;
}

export interface Checkout {
  readonly reader: CheckoutReader;
  /** Made once the reader has its tables. */
  worker(readers: ReaderHost): TaskWorker;
}

export function makeCheckout(needs: CheckoutNeeds): Checkout {
  const { settings, services, provider, browse, contacts, addTasks } = needs;
  const { house, clock, db } = services;
  return {
    reader: new CheckoutReader(addTasks),
    worker: () =>
      new CheckoutWorker({
        rows: new PaymentRows(db),
        house,
        provider,
        theatreOf: (row) => theatreOf(needs, row),
        describe: (row) => describe(browse, row),
        currencyOf: (row) => browse.show(row.show)?.show.terms.currency,
        emailOf: (user) => contacts.get(user)?.email,
        returnUrl: (row) => `${settings.publicUrl}/#/show/${row.show}`,
        clock,
      }),
  };
}

/** The inventory of the partner whose show it is, where it has its own [B4]. */
function theatreOf(
  { settings, services, browse }: CheckoutNeeds,
  { name, show, seats }: PaymentRow,
): ReturnType<CheckoutParts['theatreOf']> {
  const { catalog } = services;
  const partner = catalog.partnerOfShow(show) ?? '';
  const url = catalog.partner(partner)?.theatreSystem;
  const details = browse.show(show);
  if (url === undefined || details === undefined) return undefined;
  const places = expandSeats(details.layout);
  const named = seats.map((seat) => {
    const place = places[seat];
    return { seat, name: `${place?.section} ${place?.row} ${place?.number}` };
  });
  const secret = theatreSecretOf(settings.theatreSecret, partner);
  const system = new HttpTheatre({ url: url.replace(/\/+$/, ''), secret });
  return { system, seats: { payment: name, show, seats: named } };
}

/** e.g. `The Long Tide, 2 seats: F12, F13`. */
function describe(browse: Browse, { show, seats }: PaymentRow): string {
  const details = browse.show(show);
  if (details === undefined) return `Show ${show}, ${seats.length} seats`;
  const places = expandSeats(details.layout);
  const names = seats.map((seat) => `${places[seat]?.row ?? ''}${places[seat]?.number ?? seat}`);
  const count = seats.length === 1 ? '1 seat' : `${seats.length} seats`;
  return `${details.movie.title}, ${details.cinema.name}, ${count}: ${names.join(', ')}`;
}
