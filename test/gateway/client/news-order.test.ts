/** What comes by two ways is heard in the order in which it was decided, however the ways run. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { NewsOrder } from '../../../gateway/client/news-order.ts';

type Told = { readonly type: 'news' } | { readonly type: 'answers'; readonly count: number };

const told: fc.Arbitrary<readonly Told[]> = fc.array(
  fc.oneof(
    fc.constant({ type: 'news' as const }),
    fc.record({ type: fc.constant('answers' as const), count: fc.integer({ min: 1, max: 4 }) }),
  ),
  { maxLength: 20 },
);

interface Request {
  readonly messages: string[];
  readonly after: number[];
}

/** What is decided, in order; requests are answered one after the other, news among the answers. */
function decided(script: readonly Told[]): {
  readonly all: readonly string[];
  readonly news: readonly string[];
  readonly requests: readonly Request[];
} {
  const all: string[] = [];
  const news: string[] = [];
  const requests: Request[] = [];
  for (const part of script) {
    if (part.type === 'news') {
      news.push(`news ${news.length + 1}`);
      all.push(news.at(-1) ?? '');
      continue;
    }
    const request: Request = { messages: [], after: [] };
    for (let index = 0; index < part.count; index++) {
      request.messages.push(`answer ${requests.length}.${index}`);
      request.after.push(news.length);
      all.push(request.messages.at(-1) ?? '');
    }
    requests.push(request);
  }
  return { all, news, requests };
}

it('[W9] is heard in the order decided, whichever way is slow', () => {
  const run = fc.property(told, fc.infiniteStream(fc.boolean()), (script, chance) => {
    const { all, news, requests } = decided(script);
    const heard: string[] = [];
    const order = new NewsOrder<string>((message) => heard.push(message));
    let polled = 0;
    requests.forEach(({ messages, after }, index) => {
      // What the server decides after the next request cannot be told before that is sent.
      const most = requests[index + 1]?.after[0] ?? news.length;
      order.sent();
      while (polled < most && chance.next().value) order.polled([news[polled++] ?? '']);
      order.answered(messages, after);
      while (polled < most && chance.next().value) order.polled([news[polled++] ?? '']);
    });
    order.polled(news.slice(polled));
    expect(heard).toEqual(all);
  });
  fc.assert(run, { numRuns: 500 });
});

it('[W9] nothing waits where no request is under way, or where no numbers are known', () => {
  const heard: string[] = [];
  const order = new NewsOrder<string>((message) => heard.push(message));
  order.polled(['offer']);
  expect(heard).toEqual(['offer']);
  order.sent();
  order.answered(['left'], [Number.NaN]);
  order.polled(['line']);
  expect(heard).toEqual(['offer', 'left', 'line']);
});
