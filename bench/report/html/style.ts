/** How the report looks: two schemes, one column on a phone, and something to print. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1b1d21; --soft: #5c626d; --line: #d9dce2; --paper: #fff; --card: #f6f7f9;
  --good: #11633d; --good-paper: #e3f4ea; --bad: #a31621; --bad-paper: #fdeaea; --link: #1d4f9c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8eaee; --soft: #a3a9b5; --line: #363a43; --paper: #15171b; --card: #1d2026;
    --good: #7fd6a6; --good-paper: #12301f; --bad: #ff9a9a; --bad-paper: #3a1518; --link: #8fb8f5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
main, header { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 {
  font-size: 1.3rem; margin: 3rem 0 .25rem; padding-top: 1rem;
  border-top: 1px solid var(--line);
}
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0 .75rem; }
.soft { color: var(--soft); font-size: .9rem; }
.verdict {
  margin: 1.25rem 0; padding: 1rem 1.25rem; border-radius: .5rem;
  background: var(--good-paper); color: var(--good);
}
.verdict.bad { background: var(--bad-paper); color: var(--bad); }
.verdict.none { background: var(--card); color: var(--soft); }
.verdict h2, .verdict h3 { margin: 0 0 .5rem; padding: 0; border: 0; font-size: 1.1rem; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 0; }
.counts div { min-width: 8rem; }
.counts dt { font-size: .85rem; }
.counts dd { margin: 0; font-size: 1.6rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding: .25rem 0; }
th, td {
  padding: .35rem .9rem .35rem 0; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line);
}
th { font-weight: 600; }
tbody th { font-weight: 400; }
td.number, th.number {
  text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
}
.met { color: var(--good); }
.missed { color: var(--bad); font-weight: 600; }
.warnings { padding-left: 1.1rem; color: var(--bad); }
.plot { margin: .5rem 0 1rem; min-height: 1px; }
.plots {
  display: grid; gap: 0 2rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
}
details { margin: .25rem 0 .75rem; }
summary { cursor: pointer; color: var(--link); font-size: .9rem; }
footer { max-width: 64rem; margin: 3rem auto 2rem; padding: 0 1.25rem; }
.u-legend { font-size: .8rem; color: var(--ink); text-align: left; }
.u-legend th, .u-legend td { border: 0; padding: 0 .2rem; }
@media print {
  details { display: none; }
  h2 { break-after: avoid; }
  .plot { break-inside: avoid; }
}
`;
