/** The queue of what is to be done outside: looked at, tried again, given up [N1]. */
import { Type } from 'typebox';
import type { TaskQueue } from '../../../persistence/services/task-queue.ts';
import type { Services } from '../../services/services.ts';
import { ApiProblem, type Route, route } from '../api/route.ts';
import { Anything } from '../partner/shapes.ts';

const done = { 200: { description: 'Done.', schema: Anything } };
const TaskId = Type.String({ minLength: 1, maxLength: 200 });

export function queueRoutes(
  { clock }: Services,
  queue: TaskQueue,
  wake: () => void,
): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/operator/queue',
      id: 'listTasks',
      tag: 'Operators',
      summary: 'Tasks, oldest first',
      access: 'operator',
      query: Type.Object({
        state: Type.Optional(Type.Union([Type.Literal('waiting'), Type.Literal('dead')])),
        kind: Type.Optional(Type.String({ maxLength: 40 })),
        after: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      }),
      answers: done,
      handle: ({ query: { state, kind, after, limit = 100 } }) => {
        const wish = { state, kind, limit, ...(after === undefined ? {} : { after }) };
        return { status: 200, json: { kinds: queue.states(), items: queue.list(wish) } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/operator/queue/retry',
      id: 'retryTasks',
      tag: 'Operators',
      summary: 'Have dead tasks tried again: one by its id, or all of a kind',
      access: 'operator',
      body: Type.Union([
        Type.Object({ id: TaskId }, { additionalProperties: false }),
        Type.Object({ kind: TaskId }, { additionalProperties: false }),
      ]),
      answers: done,
      example: { kind: 'mail' },
      handle: ({ body }) => {
        const retried = queue.retry(body, clock.now());
        wake();
        return { status: 200, json: { retried } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/operator/queue/drop',
      id: 'dropTask',
      tag: 'Operators',
      summary: 'Give a dead task up for good',
      access: 'operator',
      body: Type.Object({ id: TaskId }, { additionalProperties: false }),
      answers: { ...done, 404: { description: 'There is no such dead task.' } },
      example: { id: 'note:0v1xy2.4.0:mail' },
      handle: ({ body }) => {
        if (queue.drop(body.id, clock.now())) return { status: 200, json: { dropped: body.id } };
        throw new ApiProblem(404, 'taskNotFound', 'There is no dead task of that id.');
      },
    }),
  ];
}
