"use strict";
(() => {
  const LATE = 12 * 60e3, EVERY = 60e3; // the page is written every five minutes
  const written = document.querySelector("header time"), at = Date.parse(written.dateTime);
  const banner = document.querySelector(".banner h2"), known = banner.textContent;
  const title = document.title;
  let skew = 0; // of this clock against the server's
  const ago = ms => {
    const minutes = Math.floor(ms / 60e3);
    if (minutes < 120) return `${minutes} min`;
    return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
  };
  const look = () => {
    const age = Date.now() + skew - at, stale = age > LATE;
    document.body.classList.toggle("stale", stale);
    const since = written.textContent.replace(" UTC", "");
    banner.textContent = stale ? `No news since ${since} UTC (${ago(age)} ago)` : known;
    document.title = stale ? `? ${title.slice(2)}` : title;
  };
  const renew = async () => {
    try {
      const answer = await fetch("status.json", { cache: "no-store" });
      if (!answer.ok) return;
      const date = Date.parse(answer.headers.get("date"));
      if (date) skew = date - Date.now();
      if (Date.parse((await answer.json()).at) > at) location.reload();
    } catch { /* opened as a file, or nobody there: the age says it */ }
  };
  const tick = async () => { if (!document.hidden) { await renew(); look(); } };
  look();
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);

  // A day's figure by touch and keyboard: each strip of days is a slider that says it.
  for (const strip of document.querySelectorAll("svg.bars")) {
    const days = [];
    for (const bar of strip.querySelectorAll("path")) {
      const text = bar.querySelector("title").textContent;
      for (let n = 0; n < Number(bar.dataset.n || 1); n++) days.push([text, bar]);
    }
    if (!days.length) continue;
    const told = document.createElement("output");
    told.className = "day";
    told.setAttribute("aria-hidden", "true"); // the slider's own text is what is heard
    const row = strip.closest("li");
    if (row) row.append(told); else strip.parentElement.after(told);
    let chosen = days.length - 1;
    const choose = (index, shown) => {
      days[chosen][1].classList.remove("chosen");
      chosen = Math.max(0, Math.min(days.length - 1, index));
      const [text, bar] = days[chosen];
      bar.classList.toggle("chosen", shown);
      strip.setAttribute("aria-valuenow", chosen + 1);
      strip.setAttribute("aria-valuetext", text);
      told.textContent = shown ? text : "";
    };
    strip.setAttribute("role", "slider");
    strip.setAttribute("tabindex", "0");
    strip.setAttribute("aria-valuemin", "1");
    strip.setAttribute("aria-valuemax", days.length);
    choose(chosen, false);
    strip.addEventListener("keydown", event => {
      const moves = { ArrowLeft: chosen - 1, ArrowRight: chosen + 1, Home: 0, End: days.length - 1 };
      if (!(event.key in moves)) return;
      event.preventDefault();
      choose(moves[event.key], true);
    });
    const point = event => {
      const box = strip.getBoundingClientRect();
      choose(Math.floor((event.clientX - box.left) / box.width * days.length), true);
    };
    strip.addEventListener("pointerdown", point);
    strip.addEventListener("pointermove", event => { if (event.pointerType === "mouse") point(event); });
    strip.addEventListener("focus", () => choose(chosen, true));
    strip.addEventListener("blur", () => choose(chosen, false));
    strip.addEventListener("pointerleave", () => { if (document.activeElement !== strip) choose(chosen, false); });
  }
})();
