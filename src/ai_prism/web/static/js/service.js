// Calls to the service, and its errors in words for people.

const base = document.body.dataset.base;

export function servicePath(path) {
  return base + path;
}

export async function fetchJson(path, options = {}) {
  const response = await fetch(path, { ...options, headers: { Accept: "application/json" } });
  if (!response.ok) {
    throw Object.assign(new Error(await problemWords(response)), { status: response.status });
  }
  return response.status === 204 ? null : response.json();
}

// The same page as the server would write it now.
export async function fetchPage() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
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
