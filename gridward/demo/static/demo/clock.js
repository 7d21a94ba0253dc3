// The clock of a played day ticks, and boards move with it: counts, lists and maps are fetched anew every few
// seconds while nobody is writing. Without script a page shows the time at which it was made.
const BOARDS = ["/overview/", "/work/", "/cases/"];
const EVERY_MS = 8000;
const form = document.querySelector(".example-clock");
const speed = Number(form.dataset.speed);
const began = Date.now();
const two = (n) => String(n).padStart(2, "0");

function shown() {
  const at = new Date(form.dataset.shown).getTime() + (Date.now() - began) * speed;
  return Math.min(at, new Date(form.dataset.ends || 8.64e15).getTime());
}

// The server's zone: the time it wrote stands beside the moment it meant.
const [hour, minute] = form.querySelector("time").textContent.match(/(\d\d):(\d\d)/).slice(1).map(Number);
const shift = hour * 60 + minute - Math.floor(new Date(form.dataset.shown).getTime() / 60000);

function tick() {
  const minutes = (((Math.floor(shown() / 60000) + shift) % 1440) + 1440) % 1440;
  const time = form.querySelector("time");
  time.textContent = time.textContent.replace(/\d\d:\d\d/, `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`);
}

function isBusy() {
  const one = document.activeElement;
  return document.hidden || (one && one.matches("input, select, textarea")) || document.querySelector("main details[open]");
}

function moveMap(map, fresh) {
  if (!map || !fresh) return;
  const content = JSON.parse(fresh.querySelector('script[type="application/json"]').textContent);
  if (map.live) {
    (content.layers || []).forEach((layer, index) => {
      const source = layer.data && map.live.map.getSource(`s${index}`);
      if (source) source.setData(layer.data);
    });
    map.live.load(true);
  } else if (map.dataset.window === fresh.dataset.window) {
    map.querySelector("svg.map").innerHTML = fresh.querySelector("svg.map").innerHTML;
  }
}

async function refresh() {
  if (isBusy()) return;
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const clock = page.querySelector(".example-clock");
  if (clock && clock.dataset.speed !== form.dataset.speed) return location.reload();
  const parts = (root) => [...root.querySelectorAll("main h1, main .counts, main .tbl tbody, main .plain-list, main .pager")];
  const [old, fresh] = [parts(document), parts(page)];
  if (old.length === fresh.length) old.forEach((part, n) => part.replaceWith(document.adoptNode(fresh[n])));
  moveMap(document.querySelector("grid-map"), page.querySelector("grid-map"));
}

if (speed) setInterval(tick, 500);
if (BOARDS.includes(location.pathname)) setInterval(() => refresh().catch(() => {}), EVERY_MS);
