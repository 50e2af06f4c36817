/** The declaration of conformity that was released for the public, as a page and as a text (Art. 13(20), CRA L-09). Pure. */
import {
  type DeclarationItem,
  type DeclarationText,
  type SignedDeclaration,
  simplifiedText,
} from '../dossier/declaration.ts'
import { DECLARATION_LANGUAGES, type TranslatedLanguage } from '../dossier/declaration-languages.ts'
import { declarationPath } from '../dossier/declaration-publication.ts'
import { isTranslated, simplifiedIn, translatedItems } from '../dossier/declaration-translation.ts'
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

const TITLE = 'EU declaration of conformity'

/** `base`: origin of the public listener. */
export function declarationContent(say: Say, product: Declared, base: string): Markup {
  const { number, signer, text, document } = product.declaration
  const rows = [
    [say('declaration.signer'), signer.name],
    [say('declaration.function'), signer.function],
    [say('declaration.place'), signer.place],
    [say('declaration.number'), String(number)],
  ] as const
  const language = isTranslated(say.language) ? say.language : undefined
  return html`<p>${say('declaration.intro')}</p>
${
  language === undefined
    ? textCard({ id: 'annex-5', title: TITLE, items: text.items, lang: 'en' })
    : translatedCards(text, language)
}
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
<blockquote lang="${language ?? 'en'}">${simplifiedOf(product, base, language)}</blockquote>
</section>`
}

/** Annex VI names the exact address: the manufacturer's own, or that of the page here. */
function simplifiedOf(
  { facts, id }: PublicProduct,
  base: string,
  language?: TranslatedLanguage,
): string {
  const url = facts.declaration?.url ?? `${base}${declarationPath(id)}`
  const whole = { ...facts, declaration: { ...facts.declaration, url } }
  return language === undefined ? simplifiedText(whole) : simplifiedIn(language, whole)
}

/** The reader's language first; what was signed stays whole beside it. */
function translatedCards(text: DeclarationText, language: TranslatedLanguage): Markup {
  const { title, note, original } = DECLARATION_LANGUAGES[language]
  const translation = { id: 'annex-5', title, items: translatedItems(text, language) }
  return html`<p>${note}</p>
${textCard({ ...translation, lang: language })}
${textCard({ id: 'original', title: original, items: text.items, lang: 'en', headLang: language })}`
}

interface TextCard {
  readonly id: string
  readonly title: string
  readonly items: readonly DeclarationItem[]
  readonly lang: string
  readonly headLang?: string
}

function textCard({ id, title, items, lang, headLang = lang }: TextCard): Markup {
  return html`<section class="card declaration" lang="${lang}" aria-labelledby="${id}">
<h2 id="${id}" lang="${headLang}">${title}</h2>
<ol class="points">
${items.map(
  (one) => html`<li><h3>${one.title}</h3>
${one.lines.map((line) => html`<p class="said-text">${line}</p>`)}</li>
`,
)}</ol>
</section>`
}

export function declarationTextFile(product: Declared, base: string): string {
  const { number, signer, text } = product.declaration
  return [
    TITLE,
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
