/** Questions between threads and their answers: a promise on one side, a handler on the other. */

export interface Ask<Question> {
  readonly type: 'ask';
  readonly id: number;
  readonly question: Question;
}

/** `failed` is there instead of an answer where the handler threw. */
export interface Reply {
  readonly type: 'reply';
  readonly id: number;
  readonly answer: unknown;
  readonly failed: string | undefined;
}

/** Questions under way at once; a thread that has more is not being answered. */
const MAX_UNDER_WAY = 20_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Asker<Question> {
  readonly #post: (ask: Ask<Question>) => void;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  constructor(post: (ask: Ask<Question>) => void) {
    this.#post = post;
  }

  /** Whoever asks knows what answers; rejects where the handler threw or is gone. */
  ask<Answer>(question: Question): Promise<Answer> {
    if (this.#waiting.size >= MAX_UNDER_WAY) {
      return Promise.reject(new Error('too many questions are under way'));
    }
    this.#lastId++;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#post({ type: 'ask', id, question });
    });
  }

  replied({ id, answer, failed }: Reply): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (failed === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(failed));
  }

  /** Nobody answers any more. */
  abandon(why: string): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }
}

/** Answers a question once the handler is done with it, however it ends. */
export function reply<Question>(
  { id, question }: Ask<Question>,
  handle: (question: Question) => Promise<unknown>,
  post: (reply: Reply) => void,
): void {
  const run = async (): Promise<unknown> => handle(question);
  run().then(
    (answer) => post({ type: 'reply', id, answer, failed: undefined }),
    (error: unknown) => {
      const failed = error instanceof Error ? error.message : String(error);
      post({ type: 'reply', id, answer: undefined, failed });
    },
  );
}
