// What is done to a load by hand: started, left out, dragged, moved by keys, chosen on its sheet.

const { search } = new URL(import.meta.url);
const { HOUR, LOOK, QUARTER, entityOf, goTo, h, patch, plain, refuse, wordsOf } = await import(`./page.js${search}`);
const { LEFT, costFrom, holds, lengthOf, runsOf, stateOf, whyOf } = await import(`./hero.js${search}`);
const { stops, told } = await import(`./rest.js${search}`);

const UNDO = 6000; // for so long it is offered, ms
const PREVIEWS = 120; // between two questions, ms
const QUIET = 300; // after the last key, before it is read out
const BLOCK = 6 * HOUR; // of each the best time is offered

/** Say something to who listens, and show what has changed. */
function tell(hero, text) {
  hero.said = text;
  hero.render();
}

async function attempt(hero, act) {
  try {
    await act();
  } catch (error) {
    hero.done = hero.draft = null;
    refuse(hero.host, hero.t, error);
    hero.render();
  }
}

/** Press a button of a load at once, and offer for a while to take that back. */
export async function act(hero, one, key) {
  const { t, hass } = hero;
  const isStart = key === "start_by_hand";
  const entity = entityOf(hero, key, one.device_id);
  const sent = attempt(hero, () => hass.callService("button", "press", { entity_id: entity }));
  hero.done = { id: one.id, device: one.device_id, text: t(isStart ? "begins" : "passed"), sent };
  keepFocus(hero, one.id, () => tell(hero, t(isStart ? "started" : "skipped", { name: plain(one.name) })));
  await sent;
  forget(hero);
}

/** Do what takes a focused button away; the one that takes its place has the focus then. */
function keepFocus(hero, id, change) {
  const held = hero.root.activeElement;
  change();
  if (!held || held.isConnected) return;
  [...hero.root.querySelectorAll(".load")].find((each) => each.dataset.load === id)
    ?.querySelector(".acts button:last-child")?.focus();
}

function forget(hero) {
  clearTimeout(hero.undoing);
  const { id } = hero.done ?? {};
  hero.undoing = setTimeout(() => keepFocus(hero, id, () => { hero.done = null; hero.render(); }), UNDO);
}

/** Take back what was done last: the load is as it was before. */
export async function undo(hero) {
  const { id, device, sent } = hero.done ?? {};
  clearTimeout(hero.undoing);
  hero.done = hero.draft = null;
  keepFocus(hero, id, () => hero.render());
  if (!device) return;
  await sent;
  await attempt(hero, () => hero.hass.callService("energy_portals", "reschedule", { device_id: device, reset: true }));
}

const snapped = (at) => Math.round(at / QUARTER) * QUARTER;
const soonest = (hero) => Math.ceil(hero.now / QUARTER) * QUARTER;

/** Return the cheapest start within a span, by the bars that are shown. */
function cheapest(hero, load, start, end) {
  const length = lengthOf(runsOf(load, hero.now));
  let best = null;
  for (let at = Math.max(soonest(hero), Math.ceil(start / QUARTER) * QUARTER); at + length <= end; at += QUARTER) {
    const cost = costFrom(hero, load, at);
    if (cost != null && (!best || cost < best.cost - 1e-6)) best = { at, cost, end: at + length };
  }
  return best;
}

/** Return at once what a change may come to; the exact answer follows. */
function guess(hero, load, field, at) {
  const runs = runsOf(load, hero.now);
  const power = runs[0]?.[2] ?? null;
  if (field === "start") {
    return { runs: [[at, at + lengthOf(runs), power]], cost: costFrom(hero, load, at) };
  }
  if (runs.length === 1) {
    const best = cheapest(hero, load, load.window[0], at);
    if (best) return { runs: [[best.at, best.end, power]], cost: best.cost };
  }
  return { runs, cost: runs.at(-1)?.[1] <= at ? load.cost : null };
}

/** Ask what a change comes to exactly; nothing where that cannot be told. */
async function preview(hero, load, field, at) {
  const entity = entityOf(hero, "load_status", load.device_id);
  const told = await hero.hass.callWS({
    type: "energy_portals/preview", entity_id: entity, [field]: new Date(at).toISOString(),
  }).catch(() => null);
  return told && {
    runs: told.runs.map((run) => [Date.parse(run.start), Date.parse(run.end), run.power]),
    cost: told.cost, currency: told.currency ?? load.currency, saving: told.saving,
    shortfall: told.shortfall,
  };
}

/** Read out what is changed by keys, once none follows. */
function readOutSoon(hero) {
  clearTimeout(hero.saying);
  hero.saying = setTimeout(() => {
    const { draft } = hero;
    if (draft?.saidAs && !draft.isKept) tell(hero, draft.saidAs(draft));
  }, QUIET);
}

/** Show a change before it is made; later answers of the same change refine it. */
function show(hero, load, field, at, more) {
  const draft = { id: load.id, field, [field]: at, currency: load.currency,
    ...guess(hero, load, field, at), ...more };
  hero.draft = draft;
  hero.render();
  const isMine = () => hero.draft?.id === draft.id && hero.draft[field] === at && !hero.draft.isKept;
  clearTimeout(hero.asking);
  const wait = Math.max(0, (hero.asked ?? 0) + PREVIEWS - performance.now());
  hero.asking = setTimeout(async () => {
    hero.asked = performance.now();
    const exact = await preview(hero, load, field, at);
    if (!exact || !isMine()) return;
    hero.draft = { ...hero.draft, ...exact, isExact: true };
    hero.render();
    // What was read out meanwhile was a guess.
    readOutSoon(hero);
  }, wait);
  return draft;
}

/** Return how far a thing can be moved, and why no further. */
function bounds(hero, load, field) {
  const length = lengthOf(runsOf(load, hero.now));
  const first = Math.max(soonest(hero), load.window[0]);
  const last = hero.range[1];
  return field === "start" ? [first, Math.max(first, load.window[1] - length)]
    : [Math.ceil((first + length) / QUARTER) * QUARTER, last];
}

async function keep(hero, load, field, at) {
  const { t, say, hass } = hero;
  if (hero.draft) hero.draft = { ...hero.draft, isKept: true, isByKey: false };
  hero.done = { id: load.id, device: load.device_id };
  const what = field === "start" ? say.when(at, hero.now) : t("by", { time: say.when(at, hero.now) });
  tell(hero, t("moved", { name: plain(load.name), what }));
  await attempt(hero, () => hass.callService("energy_portals", "reschedule", {
    device_id: load.device_id, [field]: new Date(at).toISOString(),
  }));
  forget(hero);
  // The plan that is told next is this one.
  setTimeout(() => { if (hero.draft?.isKept) { hero.draft = null; hero.render(); } }, 2000);
}

const drop = (hero) => { hero.draft = null; hero.render(); };

export function move(hero, load, field, event, target) {
  if (event.type === "keydown") press(hero, load, field, event.key);
  else if (event.type === "blur") drop(hero);
  else drag(hero, load, field, event, target);
}

function drag(hero, load, field, event, target) {
  const track = target.parentElement.getBoundingClientRect();
  const start = field === "start" ? runsOf(load, hero.now)[0][0] : load.window[1];
  const [low, high] = bounds(hero, load, field);
  const perPixel = (hero.range[1] - hero.range[0]) / track.width;
  let at = start;
  hero.root.querySelector("ha-card").classList.add("dragging");
  const end = (isKept) => {
    hero.root.querySelector("ha-card").classList.remove("dragging");
    target.onpointermove = target.onpointerup = target.onpointercancel = null;
    document.removeEventListener("keydown", escape, true);
    if (isKept && at !== start) keep(hero, load, field, at);
    else drop(hero);
  };
  const escape = (pressed) => { if (pressed.key === "Escape") end(false); };
  document.addEventListener("keydown", escape, true);
  target.onpointermove = (moved) => {
    const wanted = snapped(start + (moved.clientX - event.clientX) * perPixel);
    const next = Math.max(low, Math.min(high, wanted));
    if (next === at) return;
    at = next;
    show(hero, load, field, at, { note: wanted < low && hero.t("too_late", { time: hero.say.time(low) }) });
  };
  target.onpointerup = () => end(true);
  target.onpointercancel = () => end(false);
}

const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -4, PageUp: 4 };

function press(hero, load, field, key) {
  const [low, high] = bounds(hero, load, field);
  const start = field === "start" ? runsOf(load, hero.now)[0]?.[0] : load.window[1];
  const at = hero.draft?.id === load.id && hero.draft[field] ? hero.draft[field] : start;
  if (key === "Escape") drop(hero);
  else if (key === "Enter") {
    if (at !== start) keep(hero, load, field, at);
  } else {
    const wanted = key === "Home" ? low : key === "End" ? high : snapped(at) + (STEPS[key] ?? 0) * QUARTER;
    const next = Math.max(low, Math.min(high, wanted));
    const { say, t } = hero;
    const why = wanted < low ? `, ${t("too_late", { time: say.time(low) })}` : "";
    show(hero, load, field, next, { isByKey: true, saidAs: ({ cost, currency }) => {
      const sum = cost == null ? "" : say.money(cost, currency);
      return t(sum ? "slider" : "slider_plain", { time: say.when(next, hero.now), sum }) + why;
    } });
    readOutSoon(hero);
  }
}

// --- The curve, pointed at

export function stopAt(hero, stop) {
  if (stop === hero.stop || (stop && hero.stop && stop[0] === hero.stop[0])) return;
  hero.stop = stop;
  hero.readOut = readOut;
  if (stop) hero.said = Object.values(told(hero, stop)).filter(Boolean).join(" · ");
  hero.render();
}

function readOut(hero, stop) {
  const { time, price, level, ...rest } = told(hero, stop);
  const starts = hero.snap.loads.slice(0, 3).map((each) => [each, costFrom(hero, each, stop[0])])
    .filter(([, sum]) => sum != null)
    .map(([each, sum]) => hero.t("a_start_here", { name: plain(each.name), sum: hero.say.money(sum, each.currency) }));
  const [left, right] = [hero.x(stop[0]), hero.x(stop[1])];
  return h("div.readout", { style: left > hero.width / 2 ? `right:${hero.width - left + 8}px` : `left:${right + 8}px` },
    h("b", time), h("span", h("b", price), level && ` · ${level}`),
    Object.values(rest).filter(Boolean).concat(starts).map((text) => h("span", text)), h("style", READ_OUT));
}

export function point(hero, box, x) {
  const share = (x - box.left - LEFT) / (box.width - LEFT);
  if (share < 0) return;
  const at = hero.range[0] + share * (hero.range[1] - hero.range[0]);
  stopAt(hero, stops(hero).find((stop) => holds(stop, at)) ?? null);
}

/** Go to another time by a key. */
export function read(hero, key) {
  const all = stops(hero);
  const at = all.findIndex((stop) => stop[0] === hero.stop?.[0]);
  const next = { ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(all.length - 1, at + 1), End: all.length - 1 };
  stopAt(hero, key === "Escape" ? null : all[next[key] ?? 0]);
}

// --- The sheet

export function open(hero, load) {
  hero.sheet = load.id;
  hero.drawSheet = drawSheet;
  hero.render();
}

/** Return other good times, the soonest first. */
function choices(hero, load) {
  const [run] = runsOf(load, hero.now);
  if (!run || !load.window) return [];
  const found = [];
  for (let at = hero.now; at < hero.range[1]; at += BLOCK) {
    const best = cheapest(hero, load, Math.max(at, load.window[0] - 12 * HOUR), at + BLOCK + lengthOf(runsOf(load, hero.now)));
    const isOther = best && Math.abs(best.at - run[0]) >= 2 * HOUR
      && found.every((each) => Math.abs(each.at - best.at) >= 2 * HOUR);
    if (isOther) found.push(best);
  }
  return found.sort((a, b) => a.cost - b.cost).slice(0, 3).sort((a, b) => a.at - b.at);
}

function drawSheet(hero) {
  const { t, say, now, hass } = hero;
  const load = hero.snap.loads.find((each) => each.id === hero.sheet);
  if (!load) return null;
  const name = plain(load.name);
  const runs = hero.draft?.id === load.id ? hero.draft.runs : runsOf(load, now);
  const [text] = stateOf(hero, load, runsOf(load, now));
  const cost = (sum) => say.money(sum, load.currency);
  const hours = lengthOf(runs) / HOUR;
  const facts = [text, hours > 0 && say.number(hours, { style: "unit", unit: "hour", maximumFractionDigits: 1 }),
    load.energy > 0 && `${say.upTo(load.energy, 1)}\u00a0kWh`,
    load.cost != null && cost(load.cost)].filter(Boolean).join(" · ");
  const close = () => { hero.root.querySelector("dialog")?.close(); };
  const canMove = load.window && runs.length > 0 && entityOf(hero, "start_by_hand", load.device_id);
  const later = (hours_) => {
    const [low, high] = bounds(hero, load, "ready_by");
    keep(hero, load, "ready_by", Math.max(low, Math.min(high, load.window[1] + hours_ * HOUR)));
  };
  const choose = (each) => keep(hero, load, "start", each.at);
  const option = (span, sum, rest, isOn, act) => h("button.option", {
    role: "radio", "aria-checked": String(isOn), onclick: act },
  h("i", { class: isOn ? "on" : "" }), h("b", span), sum != null && h("span", cost(sum)), h("small", rest));
  const isUndone = hero.done?.id === load.id;
  const press_ = (key) => () => { act(hero, load, key); close(); };
  return h("dialog", { key: "sheet", "aria-label": name,
    onclose: () => { hero.sheet = null; hero.render(); },
    onclick: (event) => event.target.localName === "dialog" && close() },
  h("div.sheet",
    h("div.top", h("h2", name),
      hass.user?.is_admin && h("button", { "aria-label": t("always"), title: t("always"),
        onclick: () => { close(); goTo(`/config/devices/device/${load.device_id}`); } },
      h("ha-icon", { icon: "mdi:cog" })),
      h("button", { "aria-label": t("close"), onclick: close }, h("ha-icon", { icon: "mdi:close" }))),
    h("p", facts),
    load.why && h("p", `${t("why")}: ${whyOf(hero, load)}`),
    canMove && [h("p", t("ready_by_plain")),
      h("div.steps", h("button.soft", { onclick: () => later(-1) }, "−1 h"),
        h("b", `${say.weekday(load.window[1])} ${say.time(load.window[1])}`),
        h("button.soft", { onclick: () => later(1) }, "+1 h")),
      h("div.options", { role: "radiogroup" },
        option(say.span(runs[0][0], runs.at(-1)[1], now), load.cost, t("as_planned"), true, close),
        choices(hero, load).map((each) => option(say.span(each.at, each.end, now), each.cost,
          [load.cost != null && say.signed(each.cost - load.cost, load.currency),
            each.end > load.window[1] && t("after_deadline")].filter(Boolean).join(" · "), false, () => choose(each))))],
    h("div.ends",
      isUndone && h("button.line", { onclick: () => undo(hero) }, t("undo")),
      !isUndone && canMove && h("button.line", { onclick: press_("done_for_today") }, t("skip_today")),
      canMove && h("button.fill", { onclick: press_("start_by_hand") },
        h("ha-icon", { icon: "mdi:play" }), t("start_now"))),
    h("style", SHEET)));
}

const READ_OUT = `
  .cursor { fill: var(--primary-text-color); fill-opacity: .14; }
  .readout { position: absolute; top: 18px; z-index: 3; padding: 6px 10px; border-radius: 8px; font-size: 13px; line-height: 1.4;
    background: var(--card-background-color); border: 1px solid var(--edge); display: grid; pointer-events: none; max-width: 60%; }
`;
const SHEET = `
  dialog { border: 0; padding: 0; border-radius: 20px; width: min(460px, 100vw); color: var(--primary-text-color);
    background: var(--card-background-color); max-width: none; }
  dialog::backdrop { background: rgb(0 0 0 / .45); }
  .sheet { padding: 12px 18px 18px; display: grid; gap: 8px; } .sheet p { margin: 0; font-size: 14px; color: var(--secondary-text-color); }
  .top { display: flex; align-items: center; } .top h2 { flex: 1; font-size: 22px; }
  .steps { display: flex; justify-content: space-between; align-items: center; } .steps b { font-size: 26px; }
  .options { border: 1px solid var(--divider-color); border-radius: 12px; overflow: hidden; display: grid; }
  button.option { border-radius: 0; display: grid; grid-template-columns: 24px 1fr auto auto; color: var(--primary-text-color); text-align: start;
    white-space: normal; gap: 8px; justify-content: stretch; } .option + .option { border-top: 1px solid var(--divider-color); }
  .option[aria-checked="true"] { background: var(--pale); } .option small { font-size: 12px; color: var(--secondary-text-color); }
  .option[aria-checked="true"] small { color: inherit; }
  .option i { width: 20px; height: 20px; border-radius: 50%; border: 2px solid var(--edge); } .option i.on { border: 6px solid var(--fill); }
  .ends { display: flex; gap: 8px; } .ends button { flex: 1; }
  @media (max-width: 560px) { dialog { margin: auto 0 0; border-radius: 20px 20px 0 0; width: 100vw; } }
`;

// --- Start and skip in a tile

export class Run {
  size = 1;

  constructor(host) {
    this.host = host;
  }

  async update(config, hass, isOn, context) {
    const t = await (this.words ??= wordsOf(hass));
    const device = hass.entities[context?.entity_id]?.device_id;
    const press = (key) => async () => {
      const entity = entityOf({ hass }, key, device);
      await hass.callService("button", "press", { entity_id: entity })
        .catch((error) => refuse(this.host, t, error));
    };
    patch(this.host.shadowRoot, device ? [h("style", LOOK, RUN), h("div", {},
      h("button.soft", { onclick: press("start_by_hand") }, t("start")),
      h("button.soft", { onclick: press("done_for_today") }, t("skip")))] : []);
  }
}

const RUN = "div { display: flex; gap: 8px; } button { flex: 1; }";
