/** The declaration of conformity that was released for the public, as a page and as a text (Art. 13(20), CRA L-09). Pure. */
import type { SignedDeclaration } from '../dossier/declaration.ts'
import { simplifiedText } from '../dossier/declaration.ts'
import { declarationPath } from '../dossier/declaration-publication.ts'
import { html, type Markup } from '../pages/markup.ts'
import { linkToFile } from '../public-pages/links.ts'
import type { Say } from '../public-pages/say.ts'
import { nameOf, type PublicProduct } from './public-product.ts'

export type Declared = PublicProduct & { readonly declaration: SignedDeclaration }

export function declarationTextPath({ id }: Pick<PublicProduct, 'id'>): string {
  return `${declarationPath(id)}.txt`
}

export function declarationPdfPath({ id }: Pick<PublicProduct, 'id'>): string {
  return `${declarationPath(id)}.pdf`
}

/** `base`: origin of the public listener. */
export function declarationContent(say: Say, product: Declared, base: string): Markup {
  const { number, signer, text, document } = product.declaration
  const rows = [
    [say('declaration.signer'), signer.name],
    [say('declaration.function'), signer.function],
    [say('declaration.place'), signer.place],
    [say('declaration.number'), String(number)],
  ] as const
  return html`<p>${say('declaration.intro')}</p>
<section class="card declaration" lang="en" aria-labelledby="annex-5">
<h2 id="annex-5">EU declaration of conformity</h2>
<ol class="points">
${text.items.map(
  ({ title, lines }) => html`<li><h3>${title}</h3>
${lines.map((line) => html`<p class="said-text">${line}</p>`)}</li>
`,
)}</ol>
</section>
<section class="card" aria-labelledby="signature">
<h2 id="signature">${say('declaration.signature')}</h2>
<dl class="facts">${rows.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}
<dt>${say('declaration.date')}</dt><dd><time datetime="${signer.date}">${say.day(Date.parse(signer.date) / 1000)}</time></dd></dl>
</section>
<section class="card" aria-labelledby="files">
<h2 id="files">${say('declaration.files')}</h2>
<ul class="points">
${
  document !== undefined &&
  html`<li><a href="${linkToFile(say, declarationPdfPath(product))}" download="${`declaration-${product.id}-${number}.pdf`}">${say('declaration.pdf')}</a>
<p class="hint">SHA-256 <code>${document.sha256}</code></p></li>`
}
<li><a href="${linkToFile(say, declarationTextPath(product))}">${say('declaration.text')}</a></li>
</ul>
</section>
<section class="card" aria-labelledby="simplified">
<h2 id="simplified">${say('declaration.simplified')}</h2>
<p>${say('declaration.simplifiedText')}</p>
<blockquote lang="en">${simplifiedOf(product, base)}</blockquote>
</section>`
}

/** Annex VI names the exact address: the manufacturer's own, or that of the page here. */
function simplifiedOf({ facts, id }: PublicProduct, base: string): string {
  const url = facts.declaration?.url ?? `${base}${declarationPath(id)}`
  return simplifiedText({ ...facts, declaration: { ...facts.declaration, url } })
}

export function declarationTextFile(product: Declared, base: string): string {
  const { number, signer, text } = product.declaration
  return [
    'EU declaration of conformity',
    nameOf(product),
    '',
    ...text.items.flatMap(({ number: of, title, lines }) => [
      `${of}. ${title}`,
      ...lines.flatMap((line) => line.split('\n')).map((line) => `   ${line}`),
      '',
    ]),
    '8. Signed for and on behalf of the manufacturer',
    `   ${signer.place}, ${signer.date}`,
    `   ${signer.name}, ${signer.function}`,
    `   Declaration ${number} of this product`,
    '',
    'Simplified EU declaration of conformity (Annex VI)',
    `   ${simplifiedOf(product, base)}`,
    '',
  ].join('\n')
}
