/** The crowd's thread: starts the people and lets them be. */
import { workerData } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { startCrowd } from './crowd.ts';
import type { CrowdSettings } from './crowd-host.ts';

startCrowd({ ...(workerData as CrowdSettings), WebSocket });
