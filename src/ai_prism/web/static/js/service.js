// Calls to the service, and its errors in words for people.

const base = document.body.dataset.base;

export function servicePath(path) {
  return base + path;
}

export async function fetchJson(path, options = {}) {
  const headers = { Accept: "application/json" };
  if (options.body) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { ...options, headers });
  if (!response.ok) {
    throw Object.assign(new Error(await problemWords(response)), { status: response.status });
  }
  return response.status === 204 ? null : response.json();
}

// The same page as the server would write it now.
export function fetchPage() {
  return fetchHtml(location.href);
}

// A part of a page that the server writes by itself.
export function fetchPart(path) {
  return fetchHtml(servicePath(path));
}

async function fetchHtml(address) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(`The page answered ${response.status}.`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

export function wordsOf(problem) {
  const words = [problem.detail ?? problem.title, problem.advice].filter(Boolean);
  return words.join(" ") || "The service could not do this, and did not say why.";
}

async function problemWords(response) {
  const isProblem = response.headers.get("Content-Type")?.startsWith("application/problem+json");
  return isProblem ? wordsOf(await response.json()) : `The service answered ${response.status}.`;
}
