/**
 * The report's own script, as it stands in the page: it draws what the page carries as data. It
 * asks nobody for anything.
 */
export const SCRIPT = `
(() => {
  const plots = JSON.parse(document.getElementById('plots').textContent);
  const colours = {
    light: ['#1d4f9c', '#b3470f', '#11633d', '#7a3a9c', '#8a6d00', '#0f7d86', '#a3164f'],
    dark: ['#8fb8f5', '#f2a877', '#7fd6a6', '#cfa4ee', '#e3c766', '#7cd3db', '#f59ac0'],
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value) => {
    if (value === 0) return '0';
    const size = Math.abs(value);
    if (size >= 1e6) return +(value / 1e6).toPrecision(3) + ' M';
    if (size >= 1e4) return +(value / 1e3).toPrecision(3) + ' k';
    return String(+value.toPrecision(3));
  };
  const percentile = (nines) => {
    const percent = 100 - 100 / 10 ** nines;
    return +percent.toFixed(Math.max(0, Math.ceil(nines) - 1)) + ' %';
  };
  let drawn = [];
  function draw() {
    for (const plot of drawn) plot.destroy();
    const ink = style('--soft');
    const grid = { stroke: style('--line'), width: 1 };
    drawn = plots.map(({ id, kind, unit, names, data }) => {
      const box = document.getElementById(id);
      const axis = { stroke: ink, grid, ticks: grid, font: '12px system-ui' };
      const numbers = (_, at) => at.map((each) => (each === null ? '' : short(each)));
      const nines = () => [0, 1, 2, 3, 4, 5].filter((each) => each <= data[0].at(-1));
      const xName = { percentiles: 'percentile', time: 'seconds', sizes: 'size' }[kind];
      const xValue = kind === 'percentiles' ? percentile : short;
      const x = { ...axis, values: numbers, label: xName, labelSize: 20 };
      if (kind === 'percentiles') {
        x.values = (_, at) => at.map(percentile);
        x.splits = nines;
      }
      const y = { ...axis, size: 62, values: numbers, label: unit, labelSize: 18 };
      const fromZero = (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.05 : 1];
      const lines = colours[dark.matches ? 'dark' : 'light'];
      return new uPlot({
        width: box.clientWidth,
        height: 260,
        cursor: { points: { show: false } },
        scales: {
          x: { time: false, distr: kind === 'sizes' ? 3 : 1 },
          y: kind === 'time' ? { range: fromZero } : { distr: 3 },
        },
        axes: [x, y],
        series: [
          { label: xName, value: (_, value) => (value === null ? '' : xValue(value)) },
          ...names.map((label, index) => ({
            label,
            stroke: lines[index % lines.length],
            width: 2,
            dash: index >= lines.length ? [6, 4] : [],
            spanGaps: true,
            points: { show: kind === 'sizes' },
            value: (_, value) => (value === null ? '' : short(value) + ' ' + unit),
          })),
        ],
      }, data, box);
    });
  }
  draw();
  dark.addEventListener('change', draw);
  let waiting;
  addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 100);
  });
})();
`;
