/** Serves the documents: for programs, and as pages for people. Made once, kept in memory. */
import { type Route, type RouteAnswer, route } from '../http/api/route.ts';
import { asyncApi } from './asyncapi.ts';
import { openApi } from './openapi.ts';
import { PAGE_POLICY } from './page.ts';
import { httpPage, socketPage } from './pages.ts';

const TAG = 'Documents';
const KEEP = 'public, max-age=300';

/** Of the API as it is described: rises when something that was there changes. */
const API_VERSION = '1.0.0';

/** `described` are all routes but these, in the order in which they are to be read. */
export function documentRoutes(described: readonly Route[]): readonly Route[] {
  const routes: Route[] = [];
  const all = () => [...described, ...routes];
  const openApiText = once(() =>
    JSON.stringify(
      openApi(all(), {
        title: 'Usher over HTTP',
        version: API_VERSION,
        description: 'Browsing, booking and the work of partners. As a page: /docs/http.',
      }),
    ),
  );
  const asyncApiText = once(() =>
    JSON.stringify(asyncApi({ title: "Usher's socket", description: 'As a page: /docs/socket.' })),
  );
  routes.push(
    file('/api/v1/openapi.json', 'readOpenApi', 'HTTP, as OpenAPI 3.1', JSON_TYPE, openApiText),
    file(
      '/api/v1/asyncapi.json',
      'readAsyncApi',
      'The socket, as AsyncAPI 3.0',
      JSON_TYPE,
      asyncApiText,
    ),
    file(
      '/docs/http',
      'readHttpPage',
      'HTTP, as a page',
      HTML_TYPE,
      once(() => httpPage(all(), 'Usher over HTTP')),
    ),
    file(
      '/docs/socket',
      'readSocketPage',
      'The socket, as a page',
      HTML_TYPE,
      once(() => socketPage("Usher's socket")),
    ),
  );
  return routes;
}

const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html; charset=utf-8';

function file(
  path: string,
  id: string,
  summary: string,
  contentType: string,
  text: () => string,
): Route {
  const bytes = once(() => Buffer.from(text()));
  const headers =
    contentType === HTML_TYPE
      ? {
          'cache-control': KEEP,
          'content-security-policy': PAGE_POLICY,
          'referrer-policy': 'no-referrer',
        }
      : { 'cache-control': KEEP };
  return route({
    method: 'GET',
    path,
    id,
    tag: TAG,
    summary,
    access: 'anyone',
    answers: { 200: { description: 'The document.', contentType } },
    handle: (): RouteAnswer => ({ status: 200, bytes: bytes(), contentType, headers }),
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
