// The words for states and times. The names of the stages come from the server, with the page.

const stages = JSON.parse(document.body.dataset.stages);

const noWorker = "; no worker for it is running";
const final = new Set(["SUCCESS", "FAILURE", "REVOKED"]);
const states = {
  SUCCESS: "Finished",
  FAILURE: "Failed",
  REVOKED: "Cancelled",
  RETRY: "Interrupted; it goes on by itself",
};

export function isWaiting(state) {
  return state === "PENDING" || state === "RETRY";
}

export function isFinal(state) {
  return final.has(state);
}

export function stageWords(stage) {
  return stages[stage] ?? "";
}

export function progressWords(state, progress) {
  const words = states[state] ?? runningWords(state, progress);
  const left = isFinal(state) ? null : progress.eta_seconds;
  return left ? `${words} · about ${duration(left)} left` : words;
}

export function countsWords(counts) {
  const words = ["high", "medium", "low"]
    .filter((level) => counts[level])
    .map((level) => `${counts[level]} ${level}`);
  return words.join(", ") || "no findings";
}

// A number that its author typed is part of the title already: "4.1 Fetch", "Schedule 2: Fees".
export function sectionName({ number, title }) {
  const isTyped = title.startsWith(number) || title.split(/[\s:]+/).includes(number);
  return isTyped ? title : `${number} ${title}`;
}

function runningWords(state, progress) {
  if (state === "PENDING") return queueWords(progress);
  if (!(progress.stage in stages)) return "Starting";
  const counted = progress.total > 1 ? `, ${progress.done} of ${progress.total}` : "";
  return stages[progress.stage] + counted + (progress.waits_for_worker ? noWorker : "");
}

function queueWords({ queue, queue_position: position, waits_for_worker: waits }) {
  const words = queue === "ocr" ? "Waiting for recognition of its scanned pages" : "Queued";
  if (waits) return words + noWorker;
  if (position == null) return words;
  return position > 1 ? `${words}, ${position - 1} ahead of it` : `${words}, next in line`;
}

function duration(seconds) {
  if (seconds < 1) return "a second";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return `${Math.round(seconds / 60)} min`;
}
