"""The style sheet and the script of the report in HTML: in the file itself, nothing is fetched."""

import base64
import hashlib
from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --line: #8885; --soft: #666; --high: #c0392b; --medium: #b9770e;
  --low: #2471a3; font: 16px/1.5 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --soft: #aaa; --high: #ff7b6b; --medium: #f0b350;
  --low: #79b8e8; } }
body { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { border-inline-start: .4rem solid var(--line); padding-inline-start: 1rem; }
[data-severity=high] { --tint: var(--high); } [data-severity=medium] { --tint: var(--medium); }
[data-severity=low] { --tint: var(--low); }
.verdict[data-severity] { border-color: var(--tint); }
.severity { color: var(--tint); font-weight: 600; text-transform: capitalize; }
.finding { border: 1px solid var(--line); border-inline-start: .3rem solid var(--tint);
  border-radius: .3rem; padding: .3rem 1rem; margin: 1rem 0; break-inside: avoid; }
.finding:target, mark:target { outline: .2rem solid var(--tint); }
blockquote { margin: .5rem 0; padding-inline-start: 1rem;
  border-inline-start: .2rem solid var(--line); overflow-wrap: anywhere; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; border-block: 1px solid var(--line);
  padding-block: 1rem; }
mark { background: none; color: inherit; border-bottom: .15rem solid var(--tint); }
mark a { color: inherit; text-decoration: none; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
fieldset { border: 1px solid var(--line); } fieldset label { margin-inline-end: 1rem; }
table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .2rem .6rem;
  text-align: start; vertical-align: top; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } form { display: none; }
  a { color: inherit; text-decoration: none; } }
"""

#: Hides the findings that are not ticked. Without it all are shown.
SCRIPT: Final = """
const form = document.querySelector("form");
form.hidden = false;
form.addEventListener("input", () => {
  const wanted = new FormData(form);
  const words = wanted.get("words").toLowerCase();
  let shown = 0;
  for (const finding of document.querySelectorAll(".finding")) {
    const { severity, decision } = finding.dataset;
    finding.hidden = !(wanted.getAll("severity").includes(severity)
      && wanted.getAll("decision").includes(decision)
      && finding.textContent.toLowerCase().includes(words));
    shown += !finding.hidden;
  }
  form.querySelector("output").textContent = shown + " shown";
});
"""


def _hash(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


#: Nothing may be loaded, and nothing may run but the script above.
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_hash(STYLE)}'; script-src 'sha256-{_hash(SCRIPT)}'; "
    "form-action 'none'; base-uri 'none'"
)
