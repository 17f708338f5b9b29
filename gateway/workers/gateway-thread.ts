/** A gateway in a thread of its own, where a server runs several on one port. */
import { parentPort, workerData } from 'node:worker_threads';
import { unreachable } from '../../engine/unreachable.ts';
import { Asker } from './asking.ts';
import type { BackOffice, BackOfficeQuestion } from './back-office.ts';
import { GatewayNode } from './gateway-node.ts';
import type { FromGateway, GatewaySettingsMessage, ToGateway } from './gateway-protocol.ts';

const REPORT_MS = 1_000;
/** How long sockets get to close before the thread ends. */
const CLOSING_MS = 250;

function tell(message: FromGateway): void {
  parentPort?.postMessage(message);
}

const asker = new Asker<BackOfficeQuestion>(tell);
const office: BackOffice = {
  metrics: () => asker.ask({ type: 'metrics' }),
  api: (request) => asker.ask({ type: 'api', request }),
  keepContact: (user, contact) => asker.ask({ type: 'contact', user, contact }),
};

const node = new GatewayNode(workerData as GatewaySettingsMessage, {
  office,
  ownThread: true,
});
const reports = setInterval(() => tell({ type: 'report', report: node.report() }), REPORT_MS);

/**
 * A thread that ended with sockets open would take the whole process along, so a bug that nobody
 * caught closes them first. Its clients reconnect; the main thread starts another gateway.
 */
function fail(error: unknown): void {
  tell({ type: 'failed', reason: error instanceof Error ? (error.stack ?? '') : String(error) });
  end();
}

let ending = false;

function end(): void {
  if (ending) return;
  ending = true;
  clearInterval(reports);
  node.end();
  setTimeout(() => {
    tell({ type: 'ended' });
    parentPort?.close();
  }, CLOSING_MS);
}

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

parentPort?.on('message', (message: ToGateway) => {
  switch (message.type) {
    case 'catalog':
      return node.applyCatalog(message.events);
    case 'availability':
      return node.applyAvailability(message.shows);
    case 'shardUp':
      return node.shardUp(message.shard, message.port);
    case 'shardDown':
      return node.shardDown(message.shard);
    case 'shardLatched':
      return node.shardLatched(message.shard);
    case 'listen': {
      const port = node.listen(message.host, message.port);
      return tell(port === undefined ? { type: 'cannotListen' } : { type: 'listening', port });
    }
    case 'drain':
      return node.drain();
    case 'end':
      return end();
    case 'fail':
      throw new Error('a gateway was told to fail');
    case 'reply':
      return asker.replied(message);
    default:
      unreachable(message);
  }
});
