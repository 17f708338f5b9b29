/**
 * Puts what comes by two ways back into one order. A socket gives answers and news as they were
 * decided; over HTTP answers come with their requests and news by a poll, so that an offer could
 * be heard of after it was declined. Each answer says how many news there were before it.
 */
export class NewsOrder<Message> {
  readonly #hear: (message: Message) => void;
  readonly #news: Message[] = [];
  readonly #answers: { readonly after: number; readonly message: Message }[] = [];
  #heard = 0;
  #underWay = 0;

  constructor(hear: (message: Message) => void) {
    this.#hear = hear;
  }

  /** A request was sent: news wait until it is known what comes before its answers. */
  sent(): void {
    this.#underWay++;
  }

  /** `after[i]` is how many news there were before the answer; none is known where it is not. */
  answered(messages: readonly Message[], after: readonly number[]): void {
    this.#underWay--;
    const answers = messages.map((message, index) => {
      const known = after[index] ?? 0;
      return { after: Number.isNaN(known) ? 0 : known, message };
    });
    this.#answers.push(...answers.sort((one, other) => one.after - other.after));
    this.#pass();
  }

  polled(messages: readonly Message[]): void {
    this.#news.push(...messages);
    this.#pass();
  }

  #pass(): void {
    for (;;) {
      const [answer] = this.#answers;
      const isAnswersTurn = answer !== undefined && answer.after <= this.#heard;
      if (isAnswersTurn) {
        this.#answers.shift();
        this.#hear(answer.message);
        continue;
      }
      // Whatever is still under way is answered after what waits here.
      const isNewsTurn = this.#underWay === 0 || answer !== undefined;
      const news = isNewsTurn ? this.#news.shift() : undefined;
      if (news === undefined) return;
      this.#heard++;
      this.#hear(news);
    }
  }
}
