/** What people read of advisories: the list, and one in full. Texts are as they were published, in English. */
import {
  type AdvisoryContent,
  type AdvisoryVulnerability,
  namesInAdvisory,
  scoreOfVector,
  worstOfAdvisory,
} from '@fleetward/vulnerability'
import { html, type Markup, type Part } from '../../pages/markup.ts'
import { document } from '../../public-pages/layout.ts'
import { linkTo, linkToFile } from '../../public-pages/links.ts'
import type { Say } from '../../public-pages/say.ts'
import type { PublishedCsaf } from '../advisory.ts'
import type { PublicTree } from '../public-tree.ts'
import { ADVISORIES_PATH } from '../publisher.ts'
import { documentPath } from '../tree-paths.ts'

export interface PageOptions {
  /** On a site elsewhere, without what this server has beside them. */
  readonly isAlone?: boolean
}

export type PageTree = Pick<PublicTree, 'site' | 'documents' | 'productNames'>

export function feedPath(product?: string): string {
  return product === undefined ? `${ADVISORIES_PATH}/atom.xml` : `${productPath(product)}/atom.xml`
}

export function productPath(product: string): string {
  return `${ADVISORIES_PATH}/products/${product}`
}

export function advisoryPath(trackingId: string): string {
  return `${ADVISORIES_PATH}/${trackingId}`
}

export function advisoriesOf({ documents }: Pick<PageTree, 'documents'>, product?: string) {
  return documents.filter(
    (one) => one.kind === 'advisory' && (product === undefined || one.product === product),
  )
}

/** Of all products, or of one. */
export function listPage(
  say: Say,
  tree: PageTree,
  { product, ...options }: PageOptions & { readonly product?: string } = {},
): Markup {
  const all = advisoriesOf(tree, product)
  const byProduct = Map.groupBy(all, (one) => one.product)
  const path = product === undefined ? ADVISORIES_PATH : productPath(product)
  return document(say, {
    ...{ title: say('advisories.title'), settings: tree.site.settings, path, ...options },
    head: feedLink(say, feedPath(product)),
    content: html`
<p>${say('advisories.intro')}</p>
${all.length === 0 && html`<p class="card">${say('advisories.none')}</p>`}
${[...byProduct].map(([of, some], index) => productSection(say, tree, { of, some, index }))}
<p><a href="${linkToFile(say, feedPath(product))}">${say('advisories.feed')}</a></p>`,
  })
}

function productSection(
  say: Say,
  { productNames }: PageTree,
  { of, some, index }: { of: string; some: readonly PublishedCsaf[]; index: number },
): Markup {
  return html`<section class="card" aria-labelledby="product-${index}">
<h2 id="product-${index}"><a href="${linkTo(say, productPath(of))}">${productNames.get(of) ?? of}</a></h2>
<ul class="list">
${some.map(
  (one) => html`<li>
<p><a href="${linkTo(say, advisoryPath(one.trackingId))}" lang="en">${one.title}</a></p>
<p class="hint">${facts(say, one)}</p>
</li>`,
)}
</ul>
</section>`
}

function facts(say: Say, { trackingId, at, content }: PublishedCsaf): string {
  const rating = content && worstOfAdvisory(content)?.rating
  const names = content === undefined ? [] : namesInAdvisory(content)
  return [
    ...[trackingId, ...(rating === undefined ? [] : [ratingWords(say, rating)])],
    ...[say.when(at), ...names.slice(0, 3)],
  ].join(' · ')
}

export function advisoryPage(
  say: Say,
  tree: PageTree,
  advisory: PublishedCsaf,
  options: PageOptions = {},
): Markup {
  const { trackingId, content, withdrawnBecause, product, title } = advisory
  return document(say, {
    ...{
      title,
      settings: tree.site.settings,
      path: advisoryPath(trackingId),
      ...options,
    },
    isContentEnglish: true,
    head: html`${feedLink(say, feedPath(product))}<link rel="alternate" type="application/json" href="${linkToFile(say, documentPath(advisory.file))}" title="CSAF 2.0">`,
    content: html`
${
  withdrawnBecause !== undefined &&
  html`<section class="card notice" role="note"><p><strong>${say('advisories.withdrawn')}</strong></p>
<p class="said-text" lang="en">${withdrawnBecause}</p></section>`
}
${factsCard(say, tree, advisory)}
${content && contentCards(say, content)}`,
  })
}

function factsCard(
  say: Say,
  { productNames }: PageTree,
  { trackingId, product, version, firstAt, at, change, content, file }: PublishedCsaf,
): Markup {
  const worst = content && worstOfAdvisory(content)
  const rows: readonly (readonly [string, Part])[] = [
    [say('advisories.id'), html`<code>${trackingId}</code>`],
    [
      say('advisories.product'),
      html`<a href="${linkTo(say, productPath(product))}">${productNames.get(product) ?? product}</a>`,
    ],
    ...(worst === undefined
      ? []
      : [
          [
            say('advisories.severity'),
            `${ratingWords(say, worst.rating)}, CVSS ${worst.score}`,
          ] as const,
        ]),
    [say('advisories.published'), say.when(firstAt)],
    ...(version > 1
      ? [
          [say('advisories.updated'), say.when(at)] as const,
          [say('advisories.change'), html`<span lang="en">${change}</span>`] as const,
        ]
      : []),
    [
      say('advisories.machine'),
      html`<a href="${linkToFile(say, documentPath(file))}">CSAF 2.0 (JSON)</a>`,
    ],
  ]
  return html`<section class="card"><dl>${rows.map(
    ([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`,
  )}</dl></section>`
}

function contentCards(say: Say, content: AdvisoryContent): Markup {
  const { summary, impact, action, vulnerabilities, credits, references } = content
  return html`
${card('summary', say('advisories.summary'), words(summary))}
${card('action', say('advisories.action'), words(action))}
${impact !== '' && card('impact', say('advisories.impact'), words(impact))}
${vulnerabilities.map((one, index) => vulnerabilityCard(say, one, index))}
${
  credits.length > 0 &&
  card(
    'credits',
    say('advisories.credits'),
    html`<ul class="points" lang="en">${credits.map(
      ({ name, organization }) => html`<li>${[name, organization].filter(Boolean).join(', ')}</li>`,
    )}</ul>`,
  )
}
${
  references.length > 0 &&
  card(
    'references',
    say('advisories.references'),
    html`<ul class="points" lang="en">${references.map(
      ({ summary: what, url }) =>
        html`<li><a href="${url}" rel="noopener noreferrer">${what}</a></li>`,
    )}</ul>`,
  )
}`
}

function vulnerabilityCard(say: Say, one: AdvisoryVulnerability, index: number): Markup {
  const { name, aliases, component, affected, fixed, vector, weakness, isExploited } = one
  const score = scoreOfVector(vector)
  const rows: readonly (readonly [string, string])[] = [
    [say('advisories.affected'), affected.join(', ')],
    [say('advisories.fixed'), fixed.length === 0 ? say('advisories.notFixed') : fixed.join(', ')],
    [say('advisories.component'), component],
    [say('advisories.aliases'), aliases.join(', ')],
    [
      say('advisories.severity'),
      score === undefined ? '' : `${ratingWords(say, score.rating)}, ${score.score}: ${vector}`,
    ],
    ['CWE', weakness],
  ]
  return card(
    `vulnerability-${index}`,
    name,
    html`${isExploited && html`<p><strong>${say('advisories.exploited')}</strong></p>`}
${words(one.description)}
<dl>${rows
      .filter(([, value]) => value !== '')
      .map(([label, value]) => html`<dt>${label}</dt><dd class="break">${value}</dd>\n`)}</dl>`,
  )
}

function card(id: string, title: string, content: Part): Markup {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}
</section>`
}

function words(text: string): Markup {
  return html`<p class="said-text" lang="en">${text}</p>`
}

function feedLink(say: Say, href: string): Markup {
  return html`<link rel="alternate" type="application/atom+xml" href="${linkToFile(say, href)}" title="${say('advisories.title')}">`
}

type Rating = NonNullable<ReturnType<typeof worstOfAdvisory>>['rating']

function ratingWords(say: Say, rating: Rating): string {
  return say(`rating.${rating}`)
}
