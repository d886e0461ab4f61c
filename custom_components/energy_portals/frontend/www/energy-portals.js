// What every page of Home Assistant loads: the names, and where the rest is once used.

const CARD = "energy-portals-card";
const INBOX = "energy-portals-inbox";
const RUN = "energy-portals-run";
const ANSWERS = "energy-portals-answers";
const STRATEGY = "energy-portals";

const { search } = new URL(import.meta.url);
/** Import another file of this folder, of the same version as this one. */
const load = (file) => import(`./${file}${search}`);

/** Return an element whose inside is a class of another file, loaded when it is used. */
const shell = (file, name, more = {}) => {
  class Shell extends HTMLElement {
    constructor() {
      super();
      this.attachShadow({ mode: "open" });
      load("page.js"); // which all need, while the other is on its way
      load(file).then((module) => {
        this.inner = new module[name](this);
        this._tell();
      });
    }

    setConfig(config) {
      if (!config || typeof config !== "object") throw new Error("No configuration");
      this._config = config;
      this._tell();
    }

    set hass(hass) {
      if (!this._hass) load("page.js").then(({ wordsOf }) => wordsOf(hass));
      this._hass = hass;
      this.toggleAttribute("dark", Boolean(hass.themes?.darkMode));
      this._tell();
    }

    set context(context) {
      this._context = context;
      this._tell();
    }

    connectedCallback() {
      this._tell();
    }

    disconnectedCallback() {
      this._tell();
    }

    getCardSize() {
      return this.inner?.size ?? 8;
    }

    getGridOptions() {
      return { columns: "full", min_columns: 6, rows: "auto" };
    }

    _tell() {
      if (!this.inner || !this._hass || !this._config) return;
      this.inner.update(this._config, this._hass, this.isConnected, this._context);
    }
  }
  return Object.assign(Shell, more);
};

const strategy = (kind) => class extends HTMLElement {
  static registryDependencies = ["entities", "devices"];

  static async generate(config, hass) {
    load("hero.js"); // what the page is about to show
    return (await load("page.js")).generate[kind](config ?? {}, hass);
  }
};

// What a card shows that is made for an entity of this sort.
const SHOWS = {
  price: ["price"], price_level: ["price"],
  load_status: ["planner", ["lanes"]], run_now: ["planner", ["lanes"]],
  power_cap: ["caps", ["strips"]], power_capped: ["caps", ["strips"]],
};

function getEntitySuggestion(hass, id) {
  const entry = hass.entities[id];
  const [source, show] = SHOWS[entry?.translation_key] ?? [];
  if (entry?.platform !== "energy_portals" || !source) return null;
  const config = { type: `custom:${CARD}`, [source]: id };
  return { config: show ? { ...config, show } : config };
}

// A page may load the module twice, as a resource and with the integration.
if (!customElements.get(CARD)) {
  const getStubConfig = () => ({});
  customElements.define(CARD, shell("hero.js", "Hero", {
    getConfigForm: async () => (await load("editor.js")).form(), getStubConfig,
  }));
  customElements.define(INBOX, shell("inbox.js", "Inbox", { getStubConfig }));
  customElements.define(RUN, shell("hands.js", "Run", {
    getStubConfig: () => ({ type: `custom:${RUN}` }),
  }));
  customElements.define(ANSWERS, shell("answers.js", "Answers"));
  for (const kind of ["dashboard", "view", "section"]) {
    customElements.define(`ll-strategy-${kind}-${STRATEGY}`, strategy(kind));
  }
  const about = {
    name: "Energy Portals", preview: true,
    documentationURL: "https://github.com/energy-portals/energy-portals",
  };
  (window.customCards ??= []).push(
    { ...about, type: CARD, getEntitySuggestion,
      description: "Price, good times and what can wait." },
    { ...about, type: INBOX, name: "Energy Portals: to do", preview: false,
      description: "What your energy accounts ask of you." });
  (window.customCardFeatures ??= []).push({
    type: RUN, name: "Energy Portals: start and skip",
    isSupported: (hass, { entity_id: id }) =>
      hass.entities[id]?.platform === "energy_portals"
      && hass.entities[id].translation_key === "load_status",
  });
  for (const kind of ["dashboard", "section"]) {
    (window.customStrategies ??= []).push({
      type: STRATEGY, strategyType: kind, name: "Energy Portals",
      description: "Price, plans and accounts, laid out by themselves.",
    });
  }
}
