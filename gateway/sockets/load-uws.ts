/**
 * uWebSockets.js is a native addon that is built for certain versions of Node. Its package falls
 * back to a pure JavaScript imitation without WebSocket upgrades where the addon does not load:
 * that would start, look healthy and serve nobody, so it is refused here.
 */
import uWS from 'uWebSockets.js';

/** The addon's module. @throws Error with what to install instead. */
export function loadUws(): typeof uWS {
  if (!('SHARED_COMPRESSOR' in uWS)) {
    throw new Error(
      `uWebSockets.js has no native addon for Node ${process.versions.node} on ` +
        `${process.platform} ${process.arch}. Use Node 20 on Linux x64 with glibc; for Node 22 ` +
        'and later run: npm install uWebSockets.js@github:uNetworking/uWebSockets.js#v20.52.0',
    );
  }
  return uWS;
}
