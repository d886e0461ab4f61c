// How the card is set up: the form, which Home Assistant draws, and what it may name.

const { plain, sourcesOf, wordsOf } = await import(`./page.js${new URL(import.meta.url).search}`);

const PARTS = ["sentence", "curve", "strips", "home", "lanes", "facts", "runs"];

export async function form() {
  const { hass } = document.querySelector("home-assistant");
  const nothing = { planners: [], prices: [] };
  const [sources, t] = await Promise.all([sourcesOf(hass).catch(() => nothing), wordsOf(hass, "later")]);
  const list = (all) => ({ select: { mode: "dropdown", options: all.map((each) => ({
    value: each.id, label: [...new Set([plain(each.name), plain(each.account)])].filter(Boolean).join(", "),
  })) } });
  const parts = PARTS.map((value) => ({ value, label: t(`part_${value}`) }));
  return {
    schema: [
      { name: "title", selector: { text: {} } },
      { name: "price", selector: list(sources.prices) },
      { name: "planner", selector: list(sources.planners) },
      { name: "show", selector: { select: { multiple: true, mode: "list", options: parts } } },
      { name: "hours", selector: { number: { min: 12, max: 48, step: 1, mode: "slider" } } },
    ],
    computeLabel: ({ name }) => t(`edit_${name}`),
    computeHelper: ({ name }) => (name === "planner" ? t("edit_help") : undefined),
  };
}

/** Return the sources of a card's choice; an entity stands for the source of its device. */
export function sourcesFor(hass, named, sources) {
  const lists = { ...sources, planner: sources.planners, price: sources.prices };
  return Object.fromEntries(Object.entries(named).map(([name, id]) => {
    const device = hass.entities[id]?.device_id;
    const found = device && lists[name].find((each) => each.device_id === device
      || each.loads?.some((one) => one.device_id === device));
    return [name, found ? found.id : id];
  }));
}
