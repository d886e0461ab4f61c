// What only a planner's own page shows: what the home has of its own, and what ran.

const { search } = new URL(import.meta.url);
const { h, plain } = await import(`./page.js${search}`);
const { LEFT, overlaps, runsOf, whyOf } = await import(`./hero.js${search}`);

/** Return what ran and what is to run, the latest first: when, what it costs, saves, and why then. */
export function drawRuns(hero) {
  const { t, say, now, snap } = hero;
  const rows = snap.loads.flatMap((one) => {
    const name = plain(one.name);
    const money = (sum) => (sum == null ? "" : say.money(sum, one.currency));
    const row = (at, planned, ran, { cost, saving, why }) =>
      [at, name, planned, ran, money(cost), money(saving), why ? whyOf(hero, { why }) : ""];
    const spans = (all) => all.map(([a, b]) => say.span(a, b, 0)).join(", ");
    return [
      ...runsOf(one, now).map((run, i) => row(run[0], say.span(run[0], run[1], now),
        one.running === true && run[0] <= now ? t("running_now") : "", i ? {} : one)),
      ...(one.past ?? []).map(({ planned, ran, saved, ...each }) => row((ran[0] ?? planned[0])[0],
        spans(planned), spans(ran), { ...each, saving: saved })),
    ];
  }).sort((a, b) => b[0] - a[0]);
  if (!rows.length) return null;
  const columns = ["load", "planned", "ran", "cost", "saved_short", "why"];
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": t("runs") },
    h("table.runs", h("thead", h("tr", columns.map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", rows.map(([, ...cells]) => h("tr", cells.map((cell) => h("td", cell)))))));
}

const ROW = 30; // px, of a strip

/** Return what the home has of its own as strips on the curve's axis: sun, battery, what it draws by itself. */
export function drawHome(hero) {
  const { t, say, snap, width, range: [start, end] } = hero;
  const { peak, ...all } = snap.home ?? {};
  const kilowatts = (power) => `${say.upTo(power, 1)}\u00a0kW`;
  const strips = ["sun", "battery", "base"].map((kind) =>
    [kind, (all[kind] ?? []).filter((row) => row[2] && overlaps(row, start, end))]).filter(([, rows]) => rows.length);
  if (!width || (!strips.length && peak == null)) return null;
  const said = strips.map(([kind, rows]) => {
    const values = rows.map((row) => row[2]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return [t(`home_${kind}`), least < 0 ? `${kilowatts(least)} … ${kilowatts(most)}` : t("up_to", { power: kilowatts(most) })];
  });
  return h("div.home",
    strips.map(([kind, rows], i) => {
      const [name, text] = said[i];
      const most = Math.max(...rows.map((row) => Math.abs(row[2])));
      const isBoth = rows.some((row) => row[2] < 0);
      const zero = isBoth ? ROW / 2 : ROW;
      return h("div", { key: kind }, h("p", h("b", name), ` ${text}`),
        h("svg", { width, height: ROW, "aria-hidden": "true" },
          h("line.rule", { x1: LEFT, x2: width, y1: zero, y2: zero }),
          rows.map(([a, b, power]) => {
            const height = (Math.abs(power) / most) * (isBoth ? ROW / 2 : ROW);
            return h(`rect.${kind}`, { x: hero.x(a), width: Math.max(0.5, hero.x(b) - hero.x(a)),
              y: power < 0 ? zero : zero - height, height });
          })));
    }),
    peak != null && h("p", { key: "peak" }, h("b", t("peak")), ` ${kilowatts(peak)}`));
}

export const STYLE = `
.runs { width: 100%; border-collapse: collapse; font-size: 13px; margin-top: 8px; }
.runs th, .runs td { text-align: start; padding: 6px 8px 6px 0; border-top: 1px solid var(--divider-color);
  font-weight: 400; color: var(--secondary-text-color); white-space: nowrap; }
.home p { margin: 6px 0 2px; font-size: 13px; color: var(--secondary-text-color); } .home .sun { fill: var(--cap); }
.home .battery { fill: var(--green); } .home .base { fill: var(--edge); }
.runs td:first-child { color: var(--primary-text-color); } .scroll { overflow-x: auto; }
`;
