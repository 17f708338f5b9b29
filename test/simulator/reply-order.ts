/**
 * The order of answers on one connection: requests for one show are decided in the order sent, so
 * they are answered in it [F1]. Some are lost with a dead shard and some are sent twice; an answer
 * is out of order where every sending of its request came before one that was answered already.
 */
interface Sendings {
  next: number;
  lastAnswered: number;
  /** Sendings by request, in order. */
  readonly byRequest: Map<string, number[]>;
}

export class ReplyOrder {
  readonly #shows = new Map<string, Sendings>();

  sent(show: string, requestId: string): void {
    let sendings = this.#shows.get(show);
    if (sendings === undefined) {
      sendings = { next: 1, lastAnswered: 0, byRequest: new Map() };
      this.#shows.set(show, sendings);
    }
    const own = sendings.byRequest.get(requestId);
    if (own === undefined) sendings.byRequest.set(requestId, [sendings.next]);
    else own.push(sendings.next);
    sendings.next++;
  }

  /** False where the answer comes after that of a later request. */
  answered(show: string, requestId: string): boolean {
    const sendings = this.#shows.get(show);
    const own = sendings?.byRequest.get(requestId);
    if (sendings === undefined || own === undefined) return true;
    const index = own.findIndex((sending) => sending > sendings.lastAnswered);
    const sending = own[index];
    if (sending === undefined) return false;
    sendings.lastAnswered = sending;
    own.splice(0, index + 1);
    return true;
  }
}
