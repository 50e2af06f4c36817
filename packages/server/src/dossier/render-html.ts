/**
 * The dossier as one page that needs nothing else: no script, no font, no address outside. Everything in it that
 * somebody wrote is text. Pure.
 */
import { html, type Markup, type Part } from '../pages/markup.ts'
import {
  type Block,
  type DocumentSection,
  type DossierDocument,
  moment,
  NOTICE,
} from './document.ts'
import { DECLARATION_WORDS } from './fact-words.ts'
import { STYLE } from './page-style.ts'

export function renderHtml(page: DossierDocument): string {
  const { product, version, builtAt, status, declaration, items, gaps } = page
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}, dossier ${version}</title>
${STYLE}
</head>
<body>
<header>
<h1>${page.title}</h1>
<p>Technical documentation after Annex VII of Regulation (EU) 2024/2847</p>
<dl>
<dt>Product</dt><dd>${product}</dd>
<dt>Dossier</dt><dd>${version}, built ${moment(builtAt)}</dd>
<dt>Whether the Regulation applies</dt><dd>${page.scope}</dd>
<dt>Declaration of conformity</dt><dd>${DECLARATION_WORDS[declaration]}</dd>
<dt>Status</dt><dd><strong class="${status}">${status}</strong></dd>
</dl>
<p>${NOTICE}</p>
</header>
<nav aria-label="Contents">
<h2>Contents</h2>
<ul role="list">
<li><a href="#gaps">Gaps</a></li>
${items.map(
  ({ number, title, sections }) => html`<li><a href="#item-${number}">${number}. ${title}</a>
<ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></li>
`,
)}</ul>
</nav>
<main>
<section id="gaps" aria-labelledby="gaps-title">
<h2 id="gaps-title">Gaps</h2>
${
  gaps.length === 0
    ? html`<p>There are none.</p>`
    : html`<p>This dossier is <strong>incomplete</strong>: ${gaps.length} gaps.</p>
<div class="wide" role="group" aria-label="Gaps" tabindex="0"><table><thead><tr><th scope="col">Item</th><th scope="col">What is missing</th><th scope="col">What to do</th></tr></thead>
<tbody>${gaps.map(
        ({
          item,
          what,
          next,
        }) => html`<tr><th scope="row">${item}</th><td>${what}</td><td>${next}</td></tr>
`,
      )}</tbody></table></div>`
}
</section>
${items.map(
  ({ number, title, sections }) => html`<section id="item-${number}">
<h2>${number}. ${title}</h2>
${sections.map(sectionMarkup)}
</section>
`,
)}</main>
</body>
</html>
`.toString()
}

function sectionMarkup({ id, title, blocks, gaps, files }: DocumentSection): Markup {
  return html`<section id="${id}">
<h3>${title}</h3>
${gaps.length > 0 && html`<ul class="gaps">${gaps.map(({ item, what }) => html`<li><strong>Gap</strong> ${item}: ${what}</li>`)}</ul>`}
${blocks.map((block) => blockMarkup(block))}
${files.length > 0 && html`<p>In this archive:</p><ul>${files.map(({ path, what }) => html`<li><a href="${path}">${path}</a>: ${what}</li>`)}</ul>`}
</section>
`
}

function blockMarkup(block: Block): Part {
  switch (block.kind) {
    case 'text':
      return html`<p class="words">${block.text}</p>`
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>`
    case 'facts':
      return (
        block.rows.length > 0 &&
        html`<dl>${block.rows.map(([label, is]) => html`<dt>${label}</dt><dd class="words">${is}</dd>`)}</dl>`
      )
    case 'table':
      return tableMarkup(block)
  }
}

function tableMarkup({ caption, columns, rows, more }: Extract<Block, { kind: 'table' }>): Part {
  if (rows.length === 0) return html`<p>${caption}: none.</p>`
  return html`<div class="wide" role="group" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) =>
      html`<tr>${row.map((cell, at) => (at === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>
`,
  )}</tbody></table></div>${more && html`<p>And ${more.count} more, all of them in ${more.file}.</p>`}`
}
