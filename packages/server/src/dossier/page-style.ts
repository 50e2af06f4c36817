/** How the page of a dossier looks: on a screen in light and dark, and on paper. */
import { html } from '../pages/markup.ts'

export const STYLE = html`<style>
:root { --text: #1b1b1b; --ground: #ffffff; --line: #767676; --link: #0b4fa8; --good: #0b6130; --bad: #a40f0f; --soft: #f2f2f2; }
@media (prefers-color-scheme: dark) { :root { --text: #ececec; --ground: #161616; --line: #8c8c8c; --link: #8ab8ff; --good: #7fd8a0; --bad: #ff9d94; --soft: #262626; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.5rem 4rem; max-width: 62rem; color: var(--text); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 2rem; }
a { color: var(--link); }
nav > ul { list-style: none; padding: 0; }
dl { display: grid; grid-template-columns: minmax(10rem, 16rem) 1fr; gap: 0.25rem 1rem; } dt { font-weight: 600; } dd { margin: 0; }
.wide { overflow-x: auto; } table { border-collapse: collapse; min-width: 100%; } caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { border: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; font-weight: inherit; } thead th { background: var(--soft); font-weight: 600; } #gaps th { white-space: nowrap; }
.words { white-space: pre-line; } .complete { color: var(--good); } .incomplete, .gaps strong { color: var(--bad); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } h2, h3, caption { break-after: avoid; } tr { break-inside: avoid; } .wide { overflow: visible; } a { color: inherit; text-decoration: none; } @page { margin: 18mm; } }
</style>`
