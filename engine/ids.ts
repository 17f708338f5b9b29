/**
 * The identities and quantities that cross every border, branded so that a hold's number can
 * never be passed where a sequence number is meant. A brand exists for the compiler only.
 */
declare const brand: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [brand]: Name };

/** 1 to 24 characters of a–z, 0–9 and `-`. */
export type ShowId = Branded<string, 'ShowId'>;
/** An anonymous session's lasting name, 1 to 64 characters. */
export type UserId = Branded<string, 'UserId'>;
/** The client's own name for one request, 1 to 32 characters; unique within its session. */
export type RequestId = Branded<string, 'RequestId'>;
/** A hold's number: the sequence number of the decision that made it, so unique in its show. */
export type HoldId = Branded<number, 'HoldId'>;
/** A booking's short reference, e.g. `K3X-7QF`: the show's id and the booking's number. */
export type BookingRef = Branded<string, 'BookingRef'>;
/** A payment's number: the sequence number of the decision that began it, so unique in its show. */
export type PaymentId = Branded<number, 'PaymentId'>;
/** Content address of a seat layout. */
export type LayoutId = Branded<string, 'LayoutId'>;
/** A waiter's place: rises by one with each party that joins a show's line. */
export type Ticket = Branded<number, 'Ticket'>;

/** Milliseconds since 1970, UTC. */
export type Millis = Branded<number, 'Millis'>;
/** A show's decision number: 1, 2, 3 … without gaps. */
export type Seq = Branded<number, 'Seq'>;
/** A frame's number within its partition: 1, 2, 3 … without gaps. */
export type Lsn = Branded<number, 'Lsn'>;
/** Which opening of a partition wrote a frame; a later owner always has a higher one. */
export type Epoch = Branded<number, 'Epoch'>;
/** 0 to 63 for shows; 64 is the catalogue's. */
export type PartitionId = Branded<number, 'PartitionId'>;
/** An amount in the currency's minor unit (paise, cents), always an integer. */
export type Minor = Branded<number, 'Minor'>;

export const showId = (text: string): ShowId => text as ShowId;
export const userId = (text: string): UserId => text as UserId;
export const requestId = (text: string): RequestId => text as RequestId;
export const holdId = (value: number): HoldId => value as HoldId;
export const bookingRef = (text: string): BookingRef => text as BookingRef;
export const paymentId = (value: number): PaymentId => value as PaymentId;
export const layoutId = (text: string): LayoutId => text as LayoutId;
export const ticket = (value: number): Ticket => value as Ticket;
export const millis = (value: number): Millis => value as Millis;
export const seq = (value: number): Seq => value as Seq;
export const lsn = (value: number): Lsn => value as Lsn;
export const epoch = (value: number): Epoch => value as Epoch;
export const partitionId = (value: number): PartitionId => value as PartitionId;
export const minor = (value: number): Minor => value as Minor;
