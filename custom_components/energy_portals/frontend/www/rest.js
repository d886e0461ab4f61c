// What is not seen first: facts, what the curve tells in words, and what is taken hold of.

const { search } = new URL(import.meta.url);
const { HOUR, MINUTE, entitiesOf, h, link, moreInfo, plain } = await import(`./page.js${search}`);
const { LEFT, holds, iso, overlaps } = await import(`./hero.js${search}`);

const TARGET = 44; // px, of what is pressed

// --- Facts

/** Return the entity that tells something, of the price's own meter or account first. */
function pick(hero, all, keys, unit) {
  const own = hero.snap.price?.device_id;
  const account = hero.sources?.accounts.find(({ devices }) => devices.includes(own))?.devices ?? [];
  const rank = (e) => (e.device === own ? 0 : account.includes(e.device) ? 1 : 2);
  return all.filter((e) => keys.includes(e.key) && e.isKnown && unit === e.unit)
    .sort((a, b) => rank(a) - rank(b) || keys.indexOf(a.key) - keys.indexOf(b.key))[0];
}

export function drawFacts(hero) {
  const { t, say, hass, snap, scale, slots, now } = hero;
  const all = entitiesOf(hass);
  const currency = snap.price?.currency ?? hass.config.currency;
  const use = (entity) => { if (entity) hero.facts.push(entity.id); return entity; };
  const fresh = (e) => Date.parse(hass.states[e.id].last_updated);
  // Two accounts of one meter tell the same: the freshest counts, and they are never added up.
  const power = use(all.filter((e) => e.key === "power" && e.isKnown && e.id.startsWith("sensor."))
    .sort((a, b) => fresh(b) - fresh(a))[0]);
  const cost = use(pick(hero, all, ["expenses_this_month", "cost_this_month"], currency));
  const mate = (key, unit) => cost && all.find((e) =>
    e.key === key && e.device === cost.device && e.isKnown && (!unit || e.unit === unit));
  const used = use(cost ? mate("consumption_this_month", "kWh") : pick(hero, all, ["consumption_this_month"], "kWh"));
  // With the grid's part it is no month of the other sort.
  const last = use(cost?.key === "cost_this_month" ? mate("cost_last_month") : undefined);
  const fedIn = use(pick(hero, all, ["feed_in_this_month"], "kWh"));
  const saved = use(all.find((e) => /^saved(_by_planning)?_this_month/.test(e.key ?? "") && e.isKnown));
  const month = say.month(now);
  const fact = (key, entity, name, ...rest) => h("button.fact", {
    key, onclick: () => moreInfo(hero.host, entity.id) }, h("span.name", name), rest);
  const line = (big, small) => h("span.line", h("b", big), small && ` ${small}`);
  const found = [];
  if (power) {
    const watts = Number(power.state) * (power.unit === "kW" ? 1000 : 1);
    const current = slots.find((slot) => holds(slot, now));
    const sum = current && (watts / 1000) * current[2] * scale.factor;
    const digits = scale.factor === 1 ? 2 : watts < 2000 ? 1 : 0;
    askHours(hero, power.id);
    found.push(fact("power", power, t("right_now"), line(`${say.upTo(watts)} W`, current && t("an_hour", {
      sum: `${say.upTo(sum, digits)} ${scale.name}` })), drawHours(hero)));
  }
  if (cost) {
    const [sum, before] = [Number(cost.state), last && Number(last.state)];
    const [year, at, date] = say.day(now).split("-").map(Number);
    const gone = date - 1 + say.clock(now)[0] / 24;
    const course = gone >= 3 ? (sum / gone) * new Date(Date.UTC(year, at, 0)).getUTCDate() : null;
    const apart = course && before > 0 ? course / before - 1 : 0;
    const end = Math.max(course ?? 0, before ?? 0, sum);
    const share = (value) => `${((value / end) * 100).toFixed(1)}%`;
    found.push(fact("month", cost, t("month_of", { month }),
      line(say.money(sum, currency), used && `${say.upTo(used.state)} kWh`),
      course > 0 && h("span.meter", h("i", { style: `width:${share(sum)}` }),
        before > 0 && h("u", { style: `left:${share(before)}` })),
      course && h("span.small", hero.rich(t("on_course", { sum: say.money(course, currency, { maximumFractionDigits: 0 }) }))),
      Math.abs(apart) >= 0.005 && h("span.small.extra",
        t(apart > 0 ? "more_than" : "less_than", { percent: say.percent(apart), sum: say.money(before, currency) }))));
  } else if (used) found.push(fact("month", used, t("month_of", { month }), line(`${say.upTo(used.state)} kWh`)));
  if (saved) {
    const { runs } = hass.states[saved.id].attributes;
    found.push(fact("saved", saved, t("saved"),
      h("span.line.saves", h("b", say.money(Number(saved.state), saved.unit))),
      h("span.small", runs != null ? t("saved_runs", { count: runs, month }) : t("in_month", { month }))));
  }
  if (fedIn && Number(fedIn.state) > 0) {
    found.push(fact("fed", fedIn, t("fed_in"), line(say.upTo(fedIn.state), "kWh"), h("span.small", t("in_month", { month }))));
  }
  if (found.length && hass.config.components.includes("energy")) {
    found.push(h("a.button.energy", { key: "energy", ...link("/energy") },
      h("ha-icon", { icon: "mdi:lightning-bolt" }), `${t("energy_link")} ›`));
  }
  return found;
}

/** Ask the recorder, once an hour, for the mean power of today's hours. */
async function askHours(hero, id) {
  const hour = Math.floor(hero.now / HOUR);
  if (hero.hoursOf === `${id} ${hour}`) return;
  hero.hoursOf = `${id} ${hour}`;
  const [hours, minutes] = hero.say.clock(hero.now);
  const start = Math.floor(hero.now / MINUTE) * MINUTE - hours * HOUR - minutes * MINUTE;
  const answer = await hero.hass.callWS({
    type: "recorder/statistics_during_period", start_time: new Date(start).toISOString(),
    statistic_ids: [id], period: "hour", types: ["mean"],
  }).catch(() => ({}));
  hero.hours = new Map(answer[id]?.filter((row) => row.mean != null)
    .map((row) => [Math.round((new Date(row.start) - start) / HOUR), row.mean]));
  hero.render();
}

function drawHours({ hours }) {
  if (!hours?.size) return null;
  const most = Math.max(1, ...hours.values());
  return h("svg.hours", { viewBox: "0 0 240 34", preserveAspectRatio: "none", "aria-hidden": "true" },
    Array.from({ length: 24 }, (_, i) => {
      const height = hours.has(i) ? Math.max(3, (hours.get(i) / most) * 32) : 1.5;
      return h(hours.has(i) ? "rect" : "rect.none", { x: i * 10, width: 8, y: 34 - height, height, rx: 1 });
    }));
}

// --- Strips, and what the price is chosen by

/** Return when the grid limits power and when it is greener, on the axis of the curve. */
export function drawStrips(hero, caps, green, at) {
  const { say, t, width } = hero;
  const legends = [caps.length && ["cap", t("limit_legend")], green.length && ["green", t("green_legend")]]
    .filter(Boolean).map(([kind, text]) => [kind, text, text.length * 6.1 + 30]);
  // Where something is drawn at the end of the axis, the words would hide it.
  let x = width - legends.reduce((sum, each) => sum + each[2], 0);
  const isFree = caps.every((cap) => hero.x(cap[1]) < x - 6);
  const box = (kind, left, long, more) => h(`rect.${kind}`, kind === "cap"
    ? { x: left, y: at + 1, width: long, height: 15, rx: 4, ...more }
    : { x: left, y: at + 20, width: Math.max(2, long), height: 5, rx: 2.5, ...more });
  return h("g.strips",
    caps.map(([start, end, power]) => {
      const left = hero.x(start);
      const long = Math.max(16, hero.x(end) - left);
      return [box("cap", left + 1, long - 2),
        h("text.mid.in", { x: left + long / 2, y: at + 13 }, say.upTo(power, 1))];
    }).flat(),
    green.map(([start, end]) => box("green", hero.x(start), hero.x(end) - hero.x(start), { "data-start": iso(start) })),
    isFree && legends.map(([kind, text, long]) => {
      const left = x;
      x += long;
      return [box(kind, left, 16, kind === "cap" ? { y: at + 3, height: 11 } : { y: at + 6 }),
        h("text", { x: left + 22, y: at + 13 }, text)];
    }).flat());
}

/** Return the prices to choose from, where there are several that vary. */
export function drawMenu(hero, title) {
  const { id } = hero.snap.price;
  const choices = (hero.sources?.prices ?? []).filter((each) => !each.flat || each.id === id);
  return choices.length > 1 && [h("ha-icon", { icon: "mdi:chevron-down" }),
    h("select", { "aria-label": hero.t("choose_price"),
      onchange: (event) => { hero.picked = event.target.value; hero.subscribe(); } },
    choices.map((each) => h("option", { value: each.id, ".selected": each.id === id, key: each.id }, title(each))))];
}

// --- What is taken hold of

/** Return where a run and a deadline are taken hold of: apart, and each as large as a finger. */
function graspsOf({ range: [from, to], width }, [start, end], deadline) {
  const long = Math.max(TARGET, (width ?? 0) - LEFT);
  const x = (at) => ((Math.min(at, to + HOUR) - from) / (to - from)) * long;
  // As far to the right as the deadline's may give way: its bar is still within.
  const limit = deadline ? Math.min(x(deadline) - 6, long - TARGET) : long;
  const middle = (x(start) + x(end)) / 2;
  const right = Math.min(limit, Math.max(middle + TARGET / 2, x(end), TARGET));
  const left = Math.max(0, Math.min(middle - TARGET / 2, x(start), right - TARGET));
  const grip = right - left >= TARGET && [left, right - left];
  return { grip, handle: Math.max(0, Math.min(limit, Math.max(x(deadline) - TARGET / 2, grip ? right : 0))) };
}

/** Return what moves a load's next run, and its deadline where it is seen. */
export function drawGrips(hero, one, first, deadline) {
  const { t, say, now, range: [, to] } = hero;
  const name = plain(one.name);
  const { cost = one.cost, currency = one.currency } = hero.draft?.id === one.id ? hero.draft : {};
  const canPin = first && first[0] > now && first[0] < to;
  const { grip, handle } = graspsOf(hero, canPin ? first : [], deadline);
  const slider = (field, at, label, time, left, width) => {
    const act = (event) => {
      const isKey = event.type === "keydown";
      if (isKey ? !/^(Arrow|Page|Home|End|Enter|Escape)/.test(event.key) : event.type === "blur" && !hero.draft?.isByKey) return;
      if (event.type !== "blur") event.preventDefault();
      const target = event.currentTarget;
      if (event.type === "pointerdown") target.setPointerCapture(event.pointerId);
      hero.hand("move", one, field, event, target);
    };
    return h("div", {
      class: field === "start" ? "handle grip" : "handle", key: field, style: `left:${left}px;width:${width}px`,
      role: "slider", tabindex: 0, "aria-label": t(label, { name }), "data-field": field,
      "aria-valuetext": t(cost == null ? "slider_plain" : "slider", { time, sum: say.money(cost ?? 0, currency) }),
      "aria-valuemin": Math.round(Math.min(at, one.window[0]) / MINUTE), "aria-valuemax": Math.round(Math.max(at, to) / MINUTE),
      "aria-valuenow": Math.round(at / MINUTE), onpointerdown: act, onkeydown: act, onblur: act,
    });
  };
  return [grip && slider("start", first[0], "run_of", say.span(first[0], first[1], now), ...grip),
    deadline && slider("ready_by", deadline, "ready_by", say.when(deadline, now), handle, TARGET)];
}

// --- What the curve tells

export function stops({ range: [start, end], slots }) {
  const seen = slots.filter((slot) => overlaps(slot, start, end));
  return seen.length ? seen
    : Array.from({ length: Math.round((end - start) / HOUR) }, (_, i) => [start + i * HOUR, start + (i + 1) * HOUR]);
}

/** Return all that is known of a time, in words. */
export function told(hero, [start, end, value, level]) {
  const { snap, say, t } = hero;
  const during = (bands) => (bands ?? []).filter((band) => overlaps(band, start, end));
  const caps = during(snap.caps?.slots).map((cap) => cap[2]);
  const [green] = during(snap.green?.windows);
  return {
    time: `${say.date(start)}, ${say.time(start)}–${say.time(end)}`,
    price: value == null ? "" : `${hero.price(value)}\u00a0${hero.scale.unit}`,
    level: level ? t(level) : "",
    green: green ? [t("green"), green[2] != null && say.percent(green[2] / 100)].filter(Boolean).join(" ") : "",
    cap: caps.length ? `${t("cap")} ${say.number(Math.min(...caps))}\u00a0kW` : "",
    load: snap.loads.filter((each) => during(each.runs).length).map((each) => plain(each.name)).join(", "),
  };
}

/** Return the same as a table, for who does not see the curve; drawn anew when it differs. */
export function drawTable(hero) {
  const { t, snap, say, range } = hero;
  // As time goes on a row goes and another comes: those between stay as they are.
  const rows = hero.once("rows", [snap, say], () => new Map());
  return hero.once("table", [snap, say, range[0]], () => {
    const columns = ["time", "price", "level", "green", "cap", "load"];
    for (const stop of stops(hero).filter(([start]) => !rows.has(start))) {
      const facts = told(hero, stop);
      rows.set(stop[0], h("tr", { key: stop[0] }, columns.map((name, i) =>
        (i ? h("td", facts[name]) : h("th", { scope: "row" }, facts[name])))));
    }
    return h("div.unseen.table", h("table", h("caption", t("price_card")),
      h("thead", h("tr", columns.map((name) => h("th", { scope: "col" }, t(name))))),
      h("tbody", stops(hero).map(([start]) => rows.get(start)))));
  });
}

/** Say what is wrong with what is shown. */
export function drawNotice({ snap, t, problem }, tells) {
  const lost = [snap?.price, snap?.green, snap?.caps]
    .filter((source) => source?.available === false).map((source) => plain(source.name));
  const lines = [...new Set(lost)].map((name) => t("unreachable", { name }));
  if (snap?.price?.preliminary) lines.push(t("doubtful"));
  if (problem) {
    const isNamed = ["not_found", "unknown_command", "empty"].includes(problem.code);
    lines.push(t(isNamed ? problem.code : "failed", { why: problem.message ?? problem.code }));
  } else if (snap && !tells) lines.push(t("empty"));
  return lines.length > 0 && h("div.notice", { role: "status" }, lines.map((line) => h("div", line)));
}

export const STYLE = `
.menu select { position: absolute; inset: -12px 0; width: 100%; height: 44px; opacity: 0; cursor: pointer; font-size: 16px; }
.menu:focus-within { outline: 2px solid var(--fill); border-radius: 4px; }
.cap { fill: none; stroke: var(--cap); stroke-width: 1.5; } .green { fill: var(--green); }
.notice { padding: 8px 12px; border-radius: 8px; font-size: 14px; margin-bottom: 8px; background: var(--warn); overflow-wrap: anywhere; }
.track > .handle { height: 44px; margin-top: -13px; cursor: ew-resize; touch-action: none; z-index: 2; border-radius: 4px; }
.track > .grip { cursor: grab; }
.track > .note { right: 8px; color: var(--dear); z-index: 2; }
.small b, .line b { color: var(--primary-text-color); }
.rail { display: grid; grid-template-columns: 1fr 1fr; column-gap: 16px; border-top: 1px solid var(--divider-color); margin-top: 4px; }
button.fact { display: grid; justify-items: start; align-content: start; gap: 0; padding: 8px 0; border-radius: 4px; font-weight: 400;
  line-height: 1.35; color: var(--secondary-text-color); text-align: start; font-size: 13px; white-space: normal; justify-content: stretch; }
.line b { font-size: 22px; } .line.saves b { color: var(--saves); }
.hours { width: 100%; height: 34px; margin-top: 4px; } .hours rect, .meter i { fill: var(--fill); background: var(--fill); }
.hours .none { fill: var(--divider-color); }
.meter { position: relative; width: 100%; height: 8px; border-radius: 4px; margin: 4px 0; background: var(--secondary-background-color); }
.meter i { position: absolute; inset: 0 auto 0 0; border-radius: 4px; }
.meter u { position: absolute; inset: -3px auto -3px; width: 2px; background: var(--primary-text-color); }
a.energy { padding: 0; justify-content: flex-start; --mdc-icon-size: 18px; }
@container (max-width: 859px) { .hours, .meter, .extra { display: none; } }
@container (min-width: 860px) {
  .rail { grid-template-columns: 1fr; align-content: start; border: 0; border-left: 1px solid var(--divider-color); padding-left: 22px; margin: 0; }
  .rail > * + * { border-top: 1px solid var(--divider-color); } .rail > .fact { border-radius: 0; }
}
`;
