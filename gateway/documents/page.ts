/**
 * The documents as pages: one file each, everything in it, nothing fetched and nothing run, so
 * that they can be kept, mailed and read on a train.
 */
import { createHash } from 'node:crypto';

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2125;--soft:#59636e;--paper:#fff;--card:#f6f7f9;
--line:#d8dde3;--accent:#0b5fa5;--get:#0b6b3a;--post:#0b5fa5;--put:#7a4b00;--delete:#a3211b}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a3acb6;--paper:#14171a;
--card:#1c2126;--line:#343b43;--accent:#7cb8f2;--get:#6fcf97;--post:#7cb8f2;
--put:#e5b567;--delete:#f19a94}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
.page{max-width:72rem;margin:0 auto;padding:1.5rem 1rem 4rem;display:grid;gap:2rem;
grid-template-columns:minmax(0,1fr)}
@media (min-width:60rem){.page{grid-template-columns:15rem minmax(0,1fr)}
nav{position:sticky;top:0;max-height:100vh;overflow:auto;align-self:start;padding:1rem 0}}
h1{font-size:1.9rem;line-height:1.2;margin:.5rem 0}
h2{margin:2.5rem 0 .75rem;font-size:1.35rem;border-bottom:1px solid var(--line);
padding-bottom:.3rem}
h3{font-size:1.05rem;margin:0;overflow-wrap:anywhere}
h4{font-size:.85rem;margin:1rem 0 .3rem;color:var(--soft);font-weight:600}
p{margin:.5rem 0}a{color:var(--accent)}
nav ul{list-style:none;margin:0 0 1rem;padding:0;font-size:.9rem}
nav li{margin:.25rem 0;overflow-wrap:anywhere}nav strong{font-size:.85rem;color:var(--soft)}
@media (max-width:59.99rem){nav details:not([open])>*:not(summary){display:none}}
article{border:1px solid var(--line);border-radius:.6rem;background:var(--card);padding:1rem;
margin:0 0 1rem;scroll-margin-top:1rem}
code,pre{font:.85rem/1.5 ui-monospace,monospace}
pre{background:var(--paper);border:1px solid var(--line);border-radius:.4rem;padding:.7rem;margin:0;
overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.badge{display:inline-block;min-width:4.2em;font:700 .78rem/1.6 ui-monospace,monospace;
margin-right:.6em}
.get{color:var(--get)}.post{color:var(--post)}.put,.patch{color:var(--put)}
.delete{color:var(--delete)}
.soft{color:var(--soft)}summary{cursor:pointer;font-weight:600}
article details{margin-top:.6rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{color:var(--soft);font-weight:600}th:first-child{width:5rem}
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** Nothing may be fetched or run; the one style is named by its hash. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageSection {
  readonly title: string;
  readonly entries: readonly PageEntry[];
}

export interface PageEntry {
  readonly id: string;
  /** In the list at the side. */
  readonly name: string;
  /** HTML. */
  readonly body: string;
}

export interface Page {
  readonly title: string;
  /** HTML. */
  readonly lead: string;
  readonly sections: readonly PageSection[];
}

export function renderPage({ title, lead, sections }: Page): string {
  const list = sections.map(listOf).join('');
  const bodies = sections.map(bodyOf).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="icon" href="data:,"><style>${STYLE}</style></head>
<body><div class="page"><nav aria-label="Contents"><details open><summary>Contents</summary>${list}
</details></nav><main><h1>${escapeHtml(title)}</h1>${lead}${bodies}</main></div></body></html>
`;
}

function listOf({ title, entries }: PageSection): string {
  const links = entries.map(({ id, name }) => {
    return `<li><a href="#${escapeHtml(id)}">${escapeHtml(name)}</a></li>`;
  });
  return `<strong>${escapeHtml(title)}</strong><ul>${links.join('')}</ul>`;
}

function bodyOf({ title, entries }: PageSection): string {
  const articles = entries.map(({ id, body }) => {
    return `<article id="${escapeHtml(id)}">${body}</article>`;
  });
  return `<section><h2>${escapeHtml(title)}</h2>${articles.join('')}</section>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A sentence with `code` in it. */
export function sentence(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

export function block(text: string): string {
  return `<pre tabindex="0">${escapeHtml(text)}</pre>`;
}

/** JSON as it is read: short things on one line. */
export function jsonText(value: unknown): string {
  const line = JSON.stringify(value);
  return line.length <= 76 ? line : JSON.stringify(value, undefined, 2);
}
