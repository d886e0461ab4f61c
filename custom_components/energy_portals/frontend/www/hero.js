// The card: what a kWh costs now and later, and what runs when.

const { HOUR, LOOK, MINUTE, QUARTER, STYLE, colours, entityOf, firstOf, h, isOther, link, load, meanOf,
  moreInfo, patch, plain, sourcesOf, speech, stretchesOf, ticksOf, wordsOf } = await import(`./page.js${new URL(import.meta.url).search}`);

const RETRY = 30_000;
const PARTS = ["sentence", "curve", "strips", "lanes", "facts"];
const SOURCES = ["planner", "price", "green", "caps"];
export const LEFT = 32; // room for the numbers beside the curve, and for the icons beside lanes
const TOP = 15;
const MANY = 5; // lanes that are shown without being asked for
const LITTLE = 0.02; // a saving below it is not worth a word
const READ_BY = /^(Arrow(Left|Right)|Home|End|Escape|n)$/i; // keys that move through the curve
const SETTINGS = "/config/integrations/integration/energy_portals";

export const holds = ([start, end], at) => start <= at && at < end;
export const overlaps = ([start, end], from, to) => start < to && end > from;
const goodness = ([, , , level]) => (/cheap$/.test(level) ? 1 : /expensive$/.test(level) ? -1 : 0);
export const iso = (at) => new Date(at).toISOString();

// --- What a load does

/** Return what a load costs if it runs from a time on, at the prices that are shown. */
export function costFrom({ slots, snap, now }, one, at) {
  const runs = one.runs.filter((run) => run[1] > now);
  const length = lengthOf(runs);
  if (!length || one.cost == null || one.currency !== snap.price?.currency) return null;
  const costOf = (a, b, power) => (meanOf(slots, a, b) ?? NaN) * (power ?? NaN) * ((b - a) / HOUR);
  // What it costs may hold more than the price shown: only the difference is reckoned.
  const power = runs.reduce((sum, [a, b, kw]) => sum + (b - a) * kw, 0) / length;
  const cost = runs.reduce((sum, run) => sum - costOf(...run), one.cost + costOf(at, at + length, power));
  return Number.isNaN(cost) ? null : cost;
}

export const lengthOf = (runs) => runs.reduce((sum, [a, b]) => sum + b - a, 0);

/** Return in words what a load does, and what that is. */
export function stateOf({ t, say, now, width }, one, runs) {
  const [first, second] = runs;
  const until = first && say.when(first[1], now);
  const isOn = first && first[0] <= now;
  if (one.status === "off") return [t("off"), "off"];
  if (one.running === true) return [isOn ? t("running", { time: until }) : t("running_now"), "running"];
  if (!first) {
    const why = one.shortfall && t(`short_${one.shortfall}`);
    return [why ? t("cannot", { why }) : t(one.status === "not_ready" ? "not_ready" : "waiting"), one.status];
  }
  // Of what nothing drives nobody knows whether it runs: only that somebody has started it.
  if (isOn && one.by_hand) return [`${t("by_hand")}, ${t("until", { time: until })}`, one.driven ? "running" : "now"];
  if (!one.driven) {
    return [isOn ? t("yourself_now") : t("yourself", { time: say.when(first[0], now) }), "planned"];
  }
  if (one.status === "paused") return [t("paused", { time: say.when(first[0], now) }), "paused"];
  if (isOn) return [t("time_to_run", { time: until }), "now"];
  const span = say.span(first[0], first[1], now);
  return [!second ? span : width < 560 ? `${span} +${runs.length - 1}`
    : t("then", { first: span, second: say.span(second[0], second[1], now) }), "planned"];
}

/** Return the runs that are still to come, those without a break as one. */
export function runsOf(one, now) {
  const joined = [];
  for (const [start, end, power] of one.runs.filter((run) => run[1] > now)) {
    const last = joined.at(-1);
    if (last && last[1] === start) last[1] = end;
    else joined.push([start, end, power]);
  }
  return joined;
}

/** Return why a load runs when it does, in words. */
export const whyOf = ({ t }, { why }) =>
  (why ? t(why.reason === "price" && why.rank > 1 ? "why_price_ranked" : `why_${why.reason}`, why) : "");

const ICONS = [[/dish|sp[üu]l|oppvask|lavastov/i, "dishwasher"], [/wash|wasch|vask|lavatr/i, "washing-machine"],
  [/car|auto|\bev\b|bil\b|\bbil|wallbox/i, "car-electric"], [/water|wasser|vann|acqua|boiler/i, "water-boiler"],
  [/heat|w[äa]rm|varme|calore|pompa/i, "heat-pump"], [/pool|piscina|basseng/i, "pool"],
  [/batter|akku/i, "home-battery"]];

// --- The card

export class Hero {
  size = 10;
  folders = []; // of words, beside those of all
  draft = null; // what a hand moves at the moment
  done = null; // what can be undone for a few seconds
  slots = [];
  made = {};

  constructor(host) {
    this.host = host;
    this.root = host.shadowRoot;
    this.observer = new ResizeObserver(() => this.measure());
    this.seen = () => this.tick();
    this.turn = 0;
  }

  async update(config, hass, isOn) {
    const { config: before, hass: held } = this;
    [this.config, this.hass] = [config, hass];
    if (isOn !== this.isOn) {
      this.isOn = isOn;
      if (!isOn) return this.leave();
      document.addEventListener("visibilitychange", this.seen);
      this.observer.observe(this.host);
    }
    const chosen = SOURCES.map((name) => config[name]).join();
    const isStarted = hass.config?.state === "RUNNING" && held?.config?.state !== "RUNNING";
    if (this.chosen !== chosen) this.picked = this.snap = this.isAsking = undefined;
    this.chosen = chosen;
    if (!this.isAsking || held?.connection !== hass.connection || isStarted) this.subscribe();
    if (isOther(held, hass)) {
      this.t = await wordsOf(hass, ...this.folders);
      this.say = undefined;
      this.render();
    } else if (config !== before || held?.themes !== hass.themes
      || this.facts?.some((id) => held.states[id] !== hass.states[id])) this.render();
    return undefined;
  }

  leave() {
    document.removeEventListener("visibilitychange", this.seen);
    this.observer.disconnect();
    this.unsubscribe();
    clearTimeout(this.timer);
  }

  // -- Data

  unsubscribe() {
    this.turn += 1;
    this.isAsking = false;
    clearTimeout(this.again);
    this.off?.();
    this.off = undefined;
  }

  /** Return the sources a card names, or the first there are. */
  async choose() {
    const { config, hass } = this;
    const named = Object.fromEntries(SOURCES.filter((name) => config[name]).map((name) => [name, config[name]]));
    const asked = sourcesOf(hass).then((sources) => { this.sources = sources; return sources; });
    const all = Object.values(named);
    if (this.picked) named.price = this.picked;
    if (!all.length) return { ...firstOf(await asked), ...named };
    if (all.some((id) => id.includes(".") && !id.includes(":"))) {
      return (await load("editor.js")).sourcesFor(hass, named, await asked);
    }
    asked.then(() => this.render(), () => {});
    return named;
  }

  async subscribe() {
    this.unsubscribe();
    const { turn } = this;
    const isMine = () => turn === this.turn;
    this.isAsking = true;
    try {
      const chosen = await this.choose();
      if (!isMine()) return;
      if (!Object.keys(chosen).length) throw { code: "empty" };
      const end = await this.hass.connection.subscribeMessage(
        (snap) => isMine() && this.take(snap),
        { type: "energy_portals/subscribe", ...chosen }, { resubscribe: true });
      // The connection may be gone by then, and the subscription with it.
      const off = () => Promise.resolve(end()).catch(() => {});
      if (isMine()) this.off = off;
      else off();
    } catch (error) {
      if (!isMine()) return;
      this.problem = error ?? {};
      this.again = setTimeout(() => this.subscribe(), RETRY);
      this.render();
    }
  }

  take(snap) {
    if (snap.zone !== this.snap?.zone) this.say = undefined;
    this.snap = snap;
    this.problem = undefined;
    if (this.draft?.isKept) this.draft = null;
    this.slots = snap.price?.slots ?? [];
    this.flat = Boolean(snap.price?.flat);
    this.render();
  }

  shows(part) {
    return (this.config.show?.length ? this.config.show : PARTS).includes(part);
  }

  // -- Drawing

  measure() {
    const width = Math.floor(this.root.querySelector(".main")?.clientWidth || this.host.clientWidth - 36);
    if (width <= 0 || width === this.width) return;
    this.width = width;
    this.render();
  }

  /** Return what was made last of this name; it is made anew where something else is to be shown. */
  once(name, key, make) {
    if (!this.made[name]?.key.every((part, i) => part === key[i])) this.made[name] = { key, value: make() };
    return this.made[name].value;
  }

  render() {
    if (!this.t || !this.hass || !this.isOn) return;
    const { snap, t, rest, planned, config } = this;
    this.say ??= speech(this.hass, snap?.zone ?? this.hass.config?.time_zone, t);
    this.now = Date.now();
    this.scale = this.say.scale(snap?.price?.unit, this.slots.map((slot) => slot[2]));
    const start = Math.floor(this.now / QUARTER) * QUARTER;
    this.range = [start, start + Math.min(48, Math.max(12, config.hours ?? 36)) * HOUR];
    const tells = snap && (snap.price || snap.green || snap.caps || snap.loads.length);
    const shows = (part) => tells && this.shows(part);
    this.facts = [];
    const rail = shows("facts") && rest?.drawFacts(this);
    patch(this.root, [
      h("style", LOOK, STYLE, rest?.STYLE, planned?.STYLE),
      h("ha-card",
        config.title && h("h1", config.title),
        h("div", { class: shows("facts") && rail?.length !== 0 ? "grid" : "" },
          h("div.main",
            rest ? rest.drawNotice(this, tells) : !snap && h("p.faint", t("loading")),
            shows("sentence") && snap.price && this.drawHead(),
            tells && this.drawChart(),
            shows("home") && planned?.drawHome(this),
            shows("lanes") && this.drawLanes(),
            shows("runs") && planned?.drawRuns(this)),
          rail?.length > 0 && h("div.rail", rail)),
        h("p.unseen", { id: "keys" }, t("keys")),
        h("div.unseen.live", { "aria-live": "polite" }, this.said ?? ""),
        tells && rest?.drawTable(this),
        tells && this.sheet && this.drawSheet(this)),
    ]);
    const dialog = this.root.querySelector("dialog");
    if (dialog && !dialog.open) dialog.showModal();
    if (!this.width) this.measure();
    this.tick();
    if ((tells || this.problem) && !this.isIdle) {
      this.isIdle = true;
      (window.requestIdleCallback ?? setTimeout)(() => this.loadRest());
    }
  }

  /** Load what is not seen first: facts, what listeners hear, what a hand takes hold of. */
  async loadRest() {
    this.rest = await load("rest.js");
    this.render();
    if (!["home", "runs"].some((part) => this.shows(part))) return;
    this.planned = await this.need("planned.js");
    this.render();
  }

  /** Load what not every card uses, with its words. */
  async need(file) {
    this.folders = ["later"];
    const [module, t] = await Promise.all([load(file), wordsOf(this.hass, ...this.folders)]);
    this.t = t;
    return module;
  }

  /** Move what depends on the minute alone, and wait for when more changes. */
  tick() {
    clearTimeout(this.timer);
    if (!this.isOn || document.hidden || !this.snap || !this.say) return;
    const now = Date.now();
    const edges = this.snap.loads.flatMap((each) => each.runs.flatMap(([start, end]) => [start, end]));
    const edge = Math.min(this.range[0] + QUARTER, ...edges.filter((at) => at > this.now));
    if (now >= edge) {
      this.render();
      return;
    }
    this.root.querySelector(".now-line")?.setAttribute("transform", `translate(${this.x(now)})`);
    // Timers may fire a little early, and would then find the old minute once more.
    const next = Math.min((Math.floor(now / MINUTE) + 1) * MINUTE, edge);
    this.timer = setTimeout(() => this.tick(), next - now + 20);
  }

  x(at) {
    const [from, to] = this.range;
    const share = Math.max(0, Math.min(1, (at - from) / (to - from)));
    return LEFT + share * Math.max(1, (this.width ?? 600) - LEFT);
  }

  /** Return a text as nodes; what stands between stars is stressed. */
  rich(text, kind) {
    return text.split("*").map((part, i) => (i % 2 ? h("b", { class: kind }, part) : part));
  }

  // -- Sentence and price

  price(value, count = this.scale.count) {
    return this.say.digits(value * this.scale.factor, count);
  }

  round(value) {
    return `${this.price(value, this.scale.factor > 1 ? 0 : 2)}\u00a0${this.scale.name}`;
  }

  /** Return what is said of now, and whether it is good. */
  sentence(current) {
    const { t, say, slots, now } = this;
    if (!current) {
      const last = slots.filter((slot) => slot[1] <= now).at(-1);
      return [last ? t("no_price", { time: say.when(last[1], now) }) : t("no_price_ever")];
    }
    if (this.flat) return [t("flat")];
    const kind = (slot) => (slot[2] < 0 ? 2 : goodness(slot));
    const { end, kind: is } = stretchesOf(slots, kind).find((each) => holds([each.start, each.end], now));
    const time = say.when(end, now);
    if (is) return is < 0 ? [t("dear", { time }), "dear"] : [t(is > 1 ? "paid" : "good_now", { time }), "good"];
    const [next] = this.goodTimes();
    if (next && next.start - now <= 12 * HOUR && next.mean <= current[2] - 0.1 * Math.abs(current[2])) {
      return [t("cheaper_from", { time: say.when(next.start, now), price: this.round(next.mean) })];
    }
    return [current[3] ? t("ordinary", { time }) : t("ordinary_plain")];
  }

  goodTimes() {
    if (this.flat) return [];
    return stretchesOf(this.slots, goodness)
      .filter((each) => each.kind === 1 && each.start > this.now)
      .map((each) => ({ ...each, mean: meanOf(this.slots, each.start, each.end) }));
  }

  drawHead() {
    const { t, say, slots, snap, scale, now } = this;
    const current = slots.find((slot) => holds(slot, now));
    const average = this.once("average", [snap, say, say.day(now)], () => {
      const today = slots.filter((slot) => say.day(slot[0]) === say.day(now));
      return today.length && meanOf(today, today[0][0], today.at(-1)[1]);
    });
    const apart = current && average ? (current[2] - average) / Math.abs(average) : 0;
    const [text, tone] = this.sentence(current);
    const [first, second] = this.goodTimes();
    const name = (each) => each && say.span(each.start, each.end, now);
    const next = first && t(second ? "next_two" : "next_one", { first: name(first), firstPrice: this.round(first.mean),
      second: name(second), secondPrice: second && this.round(second.mean) });
    const saving = this.saving();
    const tell = Math.abs(apart) < 0.005 ? t("average")
      : t(apart < 0 ? "below" : "above", { percent: say.percent(apart) });
    const entity = entityOf(this, "price", snap.price.device_id);
    return h("div.head",
      h("div.says",
        this.drawSource(),
        h("h2", this.rich(text, tone)),
        (next || saving) && h("p.next", next && this.rich(next), next && saving && " · ", saving && this.rich(saving))),
      current && h("button.price", { onclick: () => entity && moreInfo(this.host, entity) },
        h("span.current-price", { "data-value": current[2] }, h("b", this.price(current[2])), ` ${scale.unit}`),
        !this.flat && average !== 0 && h("span.average", this.rich(tell, apart < 0 ? "good" : "dear"))));
  }

  /** Say what the plans save; sums of two currencies are none. */
  saving() {
    const saving = this.snap.loads.filter((each) => each.saving && each.currency);
    const sum = saving.reduce((total, each) => total + each.saving, 0);
    const [currency, other] = new Set(saving.map((each) => each.currency));
    return sum >= 0.05 && !other && this.t("plan_saves", { sum: this.say.money(sum, currency) });
  }

  drawSource() {
    const { t, snap, hass, rest } = this;
    const { all_in: isAll } = snap.price;
    const title = ({ name, account }) => (plain(name).includes(plain(account)) ? plain(name)
      : [plain(name), plain(account)].filter(Boolean).join(" · "));
    const menu = rest?.drawMenu(this, title);
    return h("div.source",
      h(menu ? "span.menu" : "span", h("span", `${title(snap.price)}${isAll ? `, ${t("all_in")}` : ""}`), menu),
      isAll === false && [" · ", t("not_all_in"),
        hass.user?.is_admin && [" · ", h("a", link(SETTINGS), t("set_up_fee"))]]);
  }

  // -- The curve

  drawChart() {
    const { snap, t, scale, slots, stop, width, say, now, rest, range: [from, to] } = this;
    const isDark = this.host.hasAttribute("dark");
    const hasCurve = Boolean(snap.price) && this.shows("curve") && !this.flat;
    const inRange = (band) => overlaps(band, from, to);
    const [caps, green] = this.shows("strips")
      ? [snap.caps?.slots, snap.green?.windows].map((all) => all?.filter(inRange) ?? []) : [[], []];
    const hasStrips = caps.length + green.length > 0;
    if (!width || (!hasCurve && !hasStrips && !snap.loads.length)) return null;
    const wide = width >= 560;
    const height = hasCurve ? (wide ? 126 : 108) : 0;
    const bottom = TOP + height;
    const seen = slots.filter(inRange);
    const ends = seen.map((slot) => slot[2] * scale.factor);
    const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
    const y = (value) => bottom - ((value - low) / (high * 1.04 - low || 1)) * height;
    const plot = { seen, bottom, y, low, high, isDark };
    const curve = this.once("curve", [from, to, width, snap, isDark, say, rest, hasCurve], () => h("g",
      hasCurve && this.drawPlot(plot), this.drawAxis(bottom, wide),
      hasStrips && rest?.drawStrips(this, caps, green, bottom + 20)));
    const current = slots.find((slot) => holds(slot, now));
    const full = bottom + 20 + (hasStrips ? 28 : 0);
    const point = (event) => this.hand("point", event.currentTarget.getBoundingClientRect(), event.clientX);
    const leave = () => this.stop && this.hand("stopAt", null);
    const at = stop?.map((each) => this.x(each));
    return h("div.chart", {
      tabindex: 0, role: "application", "aria-roledescription": t("chart"), "aria-describedby": "keys",
      "aria-label": plain((snap.price ?? snap.green ?? snap.caps)?.name) || t("price_card"),
      onpointermove: point, onpointerdown: point, onblur: leave,
      onpointerleave: (event) => event.pointerType === "mouse" && leave(),
      onkeydown: (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !READ_BY.test(event.key)) return;
        event.preventDefault();
        this.hand("read", event.key);
      },
    },
    h("svg", { width, height: full, "aria-hidden": "true" },
      h("defs", h("pattern", { id: "hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse",
        patternTransform: "rotate(45)" }, h("rect.hatch", { width: 2, height: 6 }))),
      curve,
      stop && h("rect.cursor", { x: at[0], width: Math.max(2, at[1] - at[0]), y: TOP, height: full - TOP }),
      h("g.now-line", { transform: `translate(${this.x(now)})` }, h("line", { y1: TOP, y2: full }),
        hasCurve && current && h("circle", { r: 4.5, cy: y(current[2] * scale.factor) }))),
    stop && this.readOut(this, stop));
  }

  drawPlot({ seen, bottom, y, low, high, isDark }) {
    const { scale, say, t, snap, width, now, range: [from, to] } = this;
    const known = Math.max(from, seen.at(-1)?.[1] ?? from);
    const { expected } = snap.price;
    const awaited = expected == null ? t("pending") : t(now < expected ? "expected" : "late", { time: say.time(expected) });
    const x = this.x(known);
    const room = this.x(to) - x;
    const whole = { y: TOP, height: bottom - TOP };
    return [
      h("text", { x: 0, y: 8 }, scale.unit),
      stretchesOf(seen, goodness).filter((each) => each.kind === 1).map(({ start, end }) =>
        h("rect.band", { x: this.x(start), width: this.x(end) - this.x(start), ...whole })),
      ticksOf(low, high).map((tick) => [
        h(tick ? "line.rule" : "line.zero", { x1: LEFT, x2: width, y1: y(tick), y2: y(tick) }),
        h("text.tick", { x: LEFT - 7, y: y(tick) + 4 }, say.number(tick))]).flat(),
      known < to && h("rect", { fill: "url(#hatch)", x, width: room, ...whole }),
      known < to && room > awaited.length * 6.4
        && h("text.mid", { x: x + room / 2, y: (TOP + bottom) / 2 }, awaited),
      this.drawBars(seen, y, [width, snap, isDark, low, high, to - from]),
    ];
  }

  /** Return the bars: as time goes on all are moved as one, some go and others come. */
  drawBars(seen, y, key) {
    const { scale, slots, width, range: [from, to] } = this;
    const { origin, colour, bars } = this.once("bars", key, () =>
      ({ origin: from, colour: colours(slots, key[2]), bars: new Map() }));
    const gone = ((origin - from) / (to - from)) * (width - LEFT);
    const draw = ([start, end, value]) => {
      const [left, right] = [this.x(start) - gone, this.x(end) - gone];
      const [a, b] = [y(Math.max(0, value * scale.factor)), y(Math.min(0, value * scale.factor))];
      return h("rect.bar", { key: start, x: left, y: b - a < 1 ? a - 0.5 : a,
        width: Math.max(0.5, right - left - (right - left > 2 ? 0.9 : 0)),
        // A price of nothing is still a price, and must be seen.
        height: Math.max(1, b - a), fill: colour(value), "data-start": iso(start), "data-value": value });
    };
    return h("g.bars", { transform: `translate(${gone})` }, seen.map((slot) => {
      // What reaches beyond the axis is cut off there, another piece each time.
      if (slot[0] < from || slot[1] > to) return draw(slot);
      if (!bars.has(slot[0])) bars.set(slot[0], draw(slot));
      return bars.get(slot[0]);
    }));
  }

  drawAxis(bottom, wide) {
    const { say, t, width } = this;
    const [from, to] = this.range;
    const [midnights, marks] = [[], []];
    for (let at = from; at < to; at += QUARTER) {
      const [hour, minute] = say.clock(at);
      const isFree = this.x(at) - LEFT > 14 && width - this.x(at) > 6;
      if (minute) continue;
      if (!hour) midnights.push(at);
      if (hour % (wide ? 3 : 6) === 0 && isFree && marks.at(-1) !== at - HOUR) marks.push(at);
    }
    return [
      this.x(midnights[0] ?? to) - LEFT > 130 && h("text.day", { x: LEFT + 50, y: 8 }, t("today")),
      midnights.map((at) => [
        h("line.midnight", { x1: this.x(at), x2: this.x(at), y1: 0, y2: bottom }),
        width - this.x(at) > 78 && h("text.day", { x: this.x(at) + 5, y: 8 }, say.date(at))]).flat(),
      marks.map((at) => h("text.mid", { x: this.x(at), y: bottom + 14 }, say.hour(at))),
    ];
  }

  // -- Lanes

  drawLanes() {
    const { t, snap, now, hass } = this;
    if (!snap.loads.length) {
      const isPlanner = this.sources?.planners.length > 0 || hass.user?.is_admin;
      return isPlanner && this.config.show === undefined
        && h("a.button", link(SETTINGS), h("ha-icon", { icon: "mdi:plus" }), t("add_load"));
    }
    const start = (each) => runsOf(each, now)[0]?.[0] ?? Infinity;
    const order = [...snap.loads].sort((a, b) => (b.running === true) - (a.running === true)
      || (start(a) > start(b)) - (start(a) < start(b)));
    const seen = this.hasAll ? order : order.slice(0, MANY);
    return h("div.lanes", seen.map((each) => this.drawLane(each)),
      order.length > seen.length && h("button", { key: "more",
        onclick: () => { this.hasAll = true; this.render(); } }, t("more_loads", { count: order.length - seen.length })));
  }

  drawLane(one) {
    const { t, say, now, hass, range: [from, to] } = this;
    const draft = this.draft?.id === one.id ? this.draft : null;
    const undo = this.done?.id === one.id && this.done;
    const runs = draft?.runs ?? runsOf(one, now);
    const [first] = runs;
    const [plan, state] = stateOf(this, one, runs);
    const name = plain(one.name);
    const { cost = one.cost, currency = one.currency } = draft ?? {};
    const share = (at) => `${Math.max(0, Math.min(100, ((at - from) / (to - from)) * 100)).toFixed(3)}%`;
    const across = (start, end) => `left:${share(start)};right:calc(100% - ${share(end)})`;
    const [earliest, latest] = one.window ?? [];
    const deadline = draft?.ready_by ?? latest;
    const wide = this.width >= 560;
    const isRunning = one.running === true || ["now", "running"].includes(state);
    const canAct = entityOf(this, "start_by_hand", one.device_id);
    const nowSum = isRunning ? null : costFrom(this, one, now);
    const apart = nowSum == null ? 0 : nowSum - one.cost;
    const act = (key) => () => this.hand("act", one, key);
    const open = () => this.hand("open", one);
    const start = (kind, label) => h("button", { class: kind, key: "start", onclick: act("start_by_hand") },
      h("ha-icon", { icon: "mdi:play" }), label);
    const button = undo
      ? h("button.soft", { key: "undo", onclick: () => this.hand("undo") }, t("undo"))
      : canAct && !isRunning && one.status !== "off" && (first && first[0] - now < QUARTER
        ? start("fill", t("start")) : start(`soft${apart < -0.005 ? " cheaper" : ""}`,
          Math.abs(apart) < 0.005 ? t("now_plain") : t("now_for", { sum: say.signed(apart, currency) })));
    const skip = canAct && !undo && (wide || isRunning) && first
      && h("button", { key: "skip", onclick: act("done_for_today") }, t(isRunning ? "stop" : "skip"));
    const sum = draft?.cost != null
      ? [say.money(one.cost ?? 0, currency), " → ", h("b", { "aria-busy": String(!draft.isExact) }, say.money(draft.cost, currency))]
      : cost != null && first && [say.money(cost, currency)];
    const saves = !draft && one.saving >= LITTLE && t("saves", { sum: say.money(one.saving, currency) });
    const bind = !one.driven && first && hass.user?.is_admin
      && h("a", link(`/config/devices/device/${one.device_id}`), t("bind"));
    const dot = (part) => part && [" · ", part];
    const text = undo?.text ?? plan;
    const hasDeadline = deadline > from && deadline <= to;
    const by = hasDeadline && t("by", { time: say.time(deadline) });
    return h("div.load", { key: one.id, "data-load": one.id, "data-status": one.status },
      h("button.icon", { "aria-label": t("change", { name }), onclick: open }, h("ha-icon", {
        icon: `mdi:${ICONS.find(([like]) => like.test(one.name))?.[1] ?? "power-plug-outline"}` })),
      h("div.what", { onclick: open }, h("b", name), " ", wide
        ? [h("span", text), dot(sum && h("span.cost", sum)), dot(saves && h("b.saves", saves)), dot(bind)].flat()
        : [sum && h("span.cost", sum), h("div", text, dot(bind))]),
      h("div.acts", skip, button),
      h("div.track",
        one.window && overlaps(one.window, from, to) && h("div.window", { style: across(earliest, deadline) }),
        runs.filter((run) => overlaps(run, from, to)).map((run) => h("div.run", { "data-start": iso(run[0]),
          "data-end": iso(run[1]), style: across(run[0], run[1]) })),
        draft?.note && h("span.note", draft.note),
        hasDeadline && [
          h("div.deadline", { style: `left:${share(deadline)}` }),
          h("span.by", { style: this.width - this.x(deadline) < 20 + by.length * 7 ? `right:calc(100% - ${share(deadline)} + 8px);padding:0 5px;background:var(--card-background-color)`
            : `left:calc(${share(deadline)} + 9px);right:8px` },
          by, !draft && deadline - from < (to - from) * 0.6 && dot(whyOf(this, one)))],
        canAct && one.window && one.status !== "off" && !isRunning
          && this.rest?.drawGrips(this, one, first, hasDeadline && deadline)));
  }

  /** Do something by hand with a load; how is loaded once the page is drawn. */
  async hand(what, ...about) {
    (await (this.hands ??= this.need("hands.js")))[what](this, ...about);
  }

}
