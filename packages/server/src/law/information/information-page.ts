/** Annex II as HTML: the frame in the reader's language, the manufacturer's words as he wrote them. Pure. */
import { supportNoticesDue } from '@fleetward/shared'
import type { Language } from '../../pages/language.ts'
import { html, type Markup } from '../../pages/markup.ts'
import type { ProductFacts } from '../../product-facts/facts-schema.ts'
import { type InformationItem, type InformationPart, informationOf } from './annex-2.ts'
import { INFORMATION_WORDS } from './words.ts'

export interface InformationText {
  /** Of the frame. */
  readonly language: Language
  /** BCP 47, of the facts. */
  readonly written: string
}

export function informationTitle({ name = '' }: ProductFacts, language: Language): string {
  return INFORMATION_WORDS[language].title.replace('{name}', () => name)
}

/** How near the end of support is, from a year before it (CRA P-022). `now` in seconds. */
export function supportNotice(
  { supportPeriod }: ProductFacts,
  language: Language,
  now: number,
): Markup | undefined {
  const nearest = supportPeriod && supportNoticesDue(supportPeriod.ends, now).at(-1)
  if (nearest === undefined) return undefined
  return html`<p class="card warning" role="note"><strong>${INFORMATION_WORDS[language].supportNotices[nearest]}</strong></p>`
}

/** What stands below the title; also a section of the technical documentation. */
export function informationSections(facts: ProductFacts, text: InformationText): Markup {
  const words = INFORMATION_WORDS[text.language]
  return html`<p>${words.intro}</p>
${informationOf(facts).map((item) => section(item, text))}`
}

function section({ number, parts, because }: InformationItem, text: InformationText): Markup {
  const words = INFORMATION_WORDS[text.language]
  const id = `annex-2-${number}`
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${number}. ${words.items[number]}</h2>
${
  parts.length > 0 &&
  html`<dl>${parts.map((part) => html`<dt>${words.labels[part.label]}</dt><dd>${partText(part, text)}</dd>`)}</dl>`
}
${because !== undefined && html`<p class="hint">${words.notApplicable}: <span lang="${text.written}">${because}</span></p>`}
</section>
`
}

function partText({ text, isMonth = false }: InformationPart, of: InformationText): Markup {
  const { language, written } = of
  if (typeof text !== 'string') {
    return html`<ul class="points" lang="${written}">${text.map((each) => html`<li>${each}</li>`)}</ul>`
  }
  if (isMonth) return html`<time datetime="${text}">${monthIn(text, language)}</time>`
  if (/^https:\/\/\S+$/.test(text)) return html`<a href="${text}">${text}</a>`
  if (/^[^\s@:/?&]+@[^\s@:/?&]+$/.test(text)) return html`<a href="mailto:${text}">${text}</a>`
  return html`<span class="said-text" lang="${written}">${text}</span>`
}

function monthIn(month: string, language: Language): string {
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, {
    ...{ month: 'long', year: 'numeric', timeZone: 'UTC' },
  })
  return format.format(new Date(`${month}-01T00:00:00Z`))
}
