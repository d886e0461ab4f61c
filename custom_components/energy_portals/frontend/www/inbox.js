// What energy accounts ask of a household, the most urgent first; nothing asked, nothing shown.

const { HOUR, LOOK, entitiesOf, fire, goTo, h, isOther, moreInfo, patch, plain, refuse, sourcesOf, speech, wordsOf } =
  await import(`./page.js${new URL(import.meta.url).search}`);

const DAY = 24 * HOUR;
const SOON = 7 * DAY;

/** Return a time of the house's clock, such as "2026-11-30 07:00", as a moment. */
function momentOf(text, say) {
  const guess = Date.parse(`${text.replace(" ", "T")}Z`);
  const [hour, minute] = say.clock(guess);
  const wall = Date.parse(`${say.day(guess)}T${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}Z`);
  return guess - (wall - guess);
}

export class Inbox {
  size = 1;
  isOpen = false;

  constructor(host) {
    this.host = host;
    this.issues = [];
  }

  async update(config, hass, isOn) {
    const held = this.hass;
    this.hass = hass;
    if (isOn !== this.isOn) {
      this.isOn = isOn;
      if (isOn) this.listen();
      else this.end?.();
      if (isOn && this.accounts) this.ask();
    }
    // Home Assistant takes a card out that hides itself: it must show itself from there.
    if (!this.accounts) {
      this.accounts = [];
      this.ask();
    }
    if (isOther(held, hass)) {
      this.t = await wordsOf(hass);
      this.say = speech(hass, hass.config.time_zone, this.t);
    } else if (held?.themes === hass.themes && !this.isChanged(held)) return;
    this.render();
  }

  /** Say whether something of the integration shows something else. */
  isChanged(held) {
    if (held.entities !== this.hass.entities) this.ids = undefined;
    this.ids ??= entitiesOf(this.hass).filter((e) => KEYS.has(e.key)).map((e) => e.id);
    return this.ids.some((id) => held.states[id] !== this.hass.states[id]);
  }

  async ask() {
    const none = { issues: [], accounts: [] };
    const [told, sources] = await Promise.all([
      this.hass.callWS({ type: "repairs/list_issues" }).catch(() => none),
      sourcesOf(this.hass).catch(() => none)]);
    this.issues = told.issues.filter((each) => each.domain === "energy_portals" && !each.ignored);
    this.accounts = sources.accounts;
    this.render();
  }

  async listen() {
    const end = await this.hass.connection
      .subscribeEvents(() => this.ask(), "repairs_issue_registry_updated").catch(() => undefined);
    this.end = () => { end?.(); this.end = undefined; };
    if (!this.isOn) this.end();
  }

  items() {
    const { hass, t, say, issues } = this;
    const all = entitiesOf(hass).filter((e) => e.isKnown);
    const account = (e) => plain(this.accounts?.find(({ devices }) => devices.includes(e.device))?.name);
    const open = (e) => [[t("open"), () => moreInfo(this.host, e.id)]];
    const waiting = all.filter((e) => e.key === "cap_to_answer" && e.state === "on");
    const found = waiting.length ? this.caps(waiting) : [];
    for (const e of all.filter((each) => each.key === "invoice_overdue" && each.state === "on")) {
      found.push({ title: t("overdue"), sub: account(e), acts: open(e) });
    }
    for (const e of all.filter((each) => ["next_installment_due", "next_due_date"].includes(each.key))) {
      const due = Date.parse(`${e.state.slice(0, 10)}T12:00Z`);
      if (!(due - Date.now() < SOON && due > Date.now() - DAY)) continue;
      const sum = all.find((each) => each.device === e.device && each.key === "next_installment");
      const day = say.date(due);
      found.push({ title: sum ? t("bill", { sum: say.money(Number(sum.state), sum.unit), day }) : t("due", { day }),
        sub: account(e), acts: open(e) });
    }
    for (const e of all.filter((each) => UNREAD.includes(each.key) && Number(each.state) > 0)) {
      const count = Number(e.state);
      found.push({ title: t("messages", { count }), sub: account(e), acts: open(e) });
    }
    const others = issues.filter((each) => each.translation_key !== "cap_to_answer");
    if (others.length && hass.user?.is_admin) {
      found.push({ title: t("repair", { count: others.length }), sub: "",
        acts: [[t("open"), () => goTo("/config/repairs")]] });
    }
    return found;
  }

  /** Return what the grid asks; all sites of one event are one thing to answer. */
  caps(waiting) {
    const { t, say, issues, hass } = this;
    const told = issues.filter((each) => each.translation_key === "cap_to_answer");
    const events = new Map();
    for (const { translation_placeholders: about } of told) {
      events.set([about.power, about.start, about.end].join(), about);
    }
    const titles = [...events.values()].sort((a, b) => (a.start < b.start ? -1 : 1)).map((about) => {
      const [start, end] = [momentOf(about.start, say), momentOf(about.end, say)];
      return t(start <= Date.now() ? "grid_asks" : "grid_asks_from",
        { power: about.power, start: say.when(start), time: say.when(end) });
    });
    const answer = (word) => async () => {
      this.isBusy = true;
      this.render();
      let failed = null;
      for (const e of waiting) {
        // What one site's answer has settled is no longer asked of the next.
        if (this.hass.states[e.id]?.state !== "on") continue;
        await hass.callService("energy_portals", "acknowledge_power_cap", { entity_id: e.id, answer: word })
          .catch((error) => { failed = error; });
      }
      this.isBusy = false;
      const left = waiting.some((e) => this.hass.states[e.id]?.state === "on");
      if (failed && left) {
        refuse(this.host, t, failed);
      }
      this.render();
    };
    return [{ title: titles[0] ?? t("grid_asks_plain"),
      sub: [titles[1], waiting.length > 1 && t("sites", { count: waiting.length })].filter(Boolean).join(" · "),
      acts: [[t("decline"), answer("declined")], [t("accept"), answer("acknowledged"), true]] }];
  }

  render() {
    if (!this.t) return;
    const { t } = this;
    const items = this.items();
    if (this.host.hidden === items.length > 0) {
      this.host.hidden = !items.length;
      fire(this.host, "card-visibility-changed", { value: items.length > 0 });
    }
    const fold = t(this.isOpen ? "items_less" : "items_more", { count: items.length - 1 });
    const seen = this.isOpen ? items : items.slice(0, 1);
    patch(this.host.shadowRoot, [h("style", LOOK, STYLE), h("ha-card", h("ul", seen.map((item, i) => h("li", {},
      h("ha-icon", { icon: i ? "mdi:circle-small" : "mdi:bell-badge" }),
      h("div.text", h("b", item.title), item.sub && h("span", item.sub)),
      h("div.acts",
        !i && items.length > 1 && h("button", { "aria-expanded": String(this.isOpen),
          onclick: () => { this.isOpen = !this.isOpen; this.render(); } },
        h("span", fold), h("ha-icon", { icon: `mdi:chevron-${this.isOpen ? "up" : "down"}`, "aria-label": fold })),
        item.acts.map(([name, act, isFirst]) => h("button", {
          class: isFirst || item.acts.length === 1 ? "fill" : this.isOpen ? "line" : "line second",
          onclick: act, disabled: this.isBusy }, name)))))))]);
  }
}

const UNREAD = ["unread_notifications", "unread_messages"];
const KEYS = new Set(["cap_to_answer", "invoice_overdue", "next_installment_due", "next_due_date", ...UNREAD]);

const STYLE = `
  :host { container-type: inline-size; } :host([hidden]) { display: none; }
  ha-card { background: var(--warn); border-color: transparent; color: var(--primary-text-color); display: block; }
  ul { margin: 0; padding: 0; list-style: none; }
  li { display: flex; align-items: center; gap: 12px; padding: 7px 8px 7px 16px; } li + li { border-top: 1px solid color-mix(in srgb, var(--on-warn) 30%, transparent); }
  ha-icon { color: var(--on-warn); flex: none; }
  .text { flex: 1; min-width: 0; font-size: 14px; line-height: 1.4; overflow-wrap: anywhere; } .text b { font-weight: 500; display: block; }
  .text span { font-size: 13px; color: color-mix(in srgb, var(--primary-text-color) 78%, transparent); } .acts { display: flex; gap: 8px; flex: none; }
  .acts ha-icon { color: inherit; display: none; }
  @container (max-width: 560px) { li { gap: 10px; padding: 7px 6px 7px 10px; } .acts { flex-wrap: wrap; justify-content: flex-end; flex-shrink: 1; gap: 0; }
    .second, .acts span { display: none; } .acts ha-icon { display: block; } button { padding: 0 10px; } button.fill { padding: 0 14px; order: -1; } }
`;
