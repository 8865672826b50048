// What others change appears by itself: one stream of changes for all tabs of this browser. The tab that holds a lock reads it
// and tells the others; without locks (plain http) every tab reads for itself.
import { isBusy, isWriting, refresh, texts, toast } from "./navigate.js";

const settle = 150;
const own = 1500;
const patience = 5000;
const longestWait = 60000;
const markedFor = 4000;

const channel = new BroadcastChannel("todo-changes");
let stream = null;
let release = null;
let version = null;
let wait = 3000;
let lastWrite = 0;
let isLost = false;
let changes = [];
let timer = 0;
let isStale = false;

const isSignedIn = () => document.body.dataset.version !== undefined;

// The last change that the page is sure to show.
const pageVersion = () => Number(document.body.dataset.version);

// The page shows it already: this tab's own write, or a page that was read after it.
const isShown = (change) => {
  const number = change.after?.number;
  const row = number && document.querySelector(`main [data-task="${number}"]`);
  return document.getElementById(`toast-${change.groupId}`) !== null || (row && Number(row.dataset.version) >= change.version && change.kind !== "deleted");
};

const onChange = (change) => {
  changes.push({ ...change, isOwn: change.actor.kind === "person" && (isWriting() || Date.now() - lastWrite < own) });
  later();
};

const later = (pause = settle) => {
  clearTimeout(timer);
  timer = setTimeout(show, pause);
};

const show = async () => {
  if (isBusy() || document.documentElement.matches("[data-dragging], .dragging")) {
    later();
    return;
  }

  // Read when somebody looks; and what a page shows only once, as why something was refused, is not taken away.
  if (document.hidden || document.querySelector("[data-still], main .error, main [role=alert]")) {
    isStale = true;
    changes = changes.slice(-100);
    return;
  }

  const shown = changes.filter((change) => !isShown(change));
  const others = changes.filter((change) => !change.isOwn && document.getElementById(`toast-${change.groupId}`) === null);
  changes = [];
  if ((shown.length || isStale) && !(await refresh())) {
    isStale = true;
    return;
  }

  isStale = false;
  others.forEach(({ after }) => mark(after?.number));
  announce(others);
};

const mark = (number) => {
  for (const row of number ? document.querySelectorAll(`main [data-task="${number}"]`) : []) {
    row.classList.add("changed");
    setTimeout(() => row.classList.remove("changed"), markedFor);
  }
};

const announce = (others) => {
  for (const name of new Set(others.map((change) => change.actor.name))) {
    const tasks = new Set(others.filter((change) => change.actor.name === name && change.task).map((change) => change.task)).size;
    if (tasks) {
      toast(texts()[tasks === 1 ? "changedOne" : "changedSome"].replace("{0}", name).replace("{1}", tasks), "toast-live");
    }
  }
};

const say = (text) => {
  const place = document.getElementById("connection");
  if (place && place.textContent !== text) {
    place.textContent = text;
  }
};

let losing = 0;
const lose = (pause = patience) => {
  if (!losing && !isLost) {
    losing = setTimeout(() => {
      losing = 0;
      isLost = true;
      say(texts().offline);
      retry();
    }, pause);
  }
};

const find = () => {
  clearTimeout(losing);
  losing = 0;
  if (isLost) {
    isLost = false;
    say("");
    isStale = true;
    later(0);
  }
};

const retry = async () => {
  if (isLost) {
    await catchUp();
    setTimeout(retry, patience);
  }
};

// What happened while nobody listened.
const latest = async () => {
  const response = await fetch("/api/changes?order=desc&limit=1");
  return { status: response.status, version: response.ok ? (await response.json()).items[0]?.version ?? 0 : null };
};

const catchUp = async () => {
  try {
    const { version: last } = await latest();
    if (last !== null) {
      find();
      if (last > pageVersion()) {
        isStale = true;
        later();
      }
    }
  } catch {
    lose();
  }
};

let isDown = false;
const onMessage = (message) => {
  if (message.change) {
    onChange(message.change);
  } else if (!message.isOpen) {
    isDown = true;
    lose();
  } else if (isDown) {
    isDown = false;
    catchUp();
  }
};

const tell = (message) => {
  channel.postMessage(message);
  onMessage(message);
};

const open = () => {
  stream?.close();
  version ??= pageVersion();
  stream = new EventSource(`/api/changes/stream?since=${version}`);
  stream.addEventListener("open", () => {
    wait = 3000;
    tell({ isOpen: true });
  });
  stream.addEventListener("change", ({ data }) => {
    const change = JSON.parse(data);
    version = change.version;
    tell({ change });
  });
  stream.addEventListener("error", async () => {
    tell({ isOpen: false });
    if (stream?.readyState === EventSource.CLOSED) {
      const mine = stream;
      const { status, version: last } = await latest().catch(() => ({ status: 0, version: null }));
      if (status === 401 || mine !== stream) {
        return; // Signed out: there is nothing to wait for.
      }

      // The server is there: it may be that the log no longer begins where this stream would go on.
      if (last !== null) {
        version = last;
        isStale = true;
        later();
      }

      setTimeout(() => mine === stream && open(), wait);
      wait = Math.min(wait * 2, longestWait);
    }
  });
};

const begin = () => {
  if (!isSignedIn() || stream || release) {
    return;
  }

  if (!navigator.locks) {
    open();
    return;
  }

  const stop = new AbortController();
  const hold = () => !stop.signal.aborted && new Promise((resolve) => {
    release = resolve;
    open();
  });
  release = () => stop.abort();
  navigator.locks.request("todo-stream", { ifAvailable: true }, (lock) => {
    if (lock) {
      return hold();
    }

    catchUp(); // Another tab reads the stream already.
    return navigator.locks.request("todo-stream", { signal: stop.signal }, hold);
  }).catch(() => {});
};

const end = () => {
  stream?.close();
  stream = null;
  release?.();
  release = null;
};

// The person's day, which may turn while the page is open.
const dayIn = (zone) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(new Date());
let day = null;
const watchDay = () => {
  const { zone, today } = document.body.dataset;
  if (zone) {
    try {
      const now = dayIn(zone);
      if (now !== day && day !== null && now !== today) {
        isStale = true;
        later(0);
      }

      day = now;
    } catch {
      // A zone that this browser does not know: the day turns with the next page.
    }
  }
};

const everyMinute = () => {
  watchDay();
  setTimeout(everyMinute, 60000 - (Date.now() % 60000) + 100);
};

/** Begins to listen; called once. */
export const start = () => {
  channel.addEventListener("message", ({ data }) => onMessage(data));
  document.addEventListener("sending", () => { lastWrite = Date.now(); });
  document.addEventListener("settled", () => { lastWrite = Date.now(); });
  document.addEventListener("page", () => (isSignedIn() ? begin() : end()));
  document.addEventListener("unreachable", () => lose());
  document.addEventListener("settled", ({ detail }) => detail.ok && find());
  addEventListener("offline", () => lose(0));
  addEventListener("online", () => {
    if (stream) {
      open();
    } else {
      catchUp();
    }
  });
  addEventListener("pagehide", end);
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) {
      isStale = true;
      later(0);
      begin();
    }
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      watchDay();
      if (isStale || changes.length) {
        later(0);
      }
    }
  });
  everyMinute();
  begin();
  if (!navigator.onLine) {
    lose(0);
  }
};
