/** The newest advisories as Atom (RFC 4287): for readers and for programs that know no CSAF. */
import { worstOfAdvisory } from '@fleetward/vulnerability'
import { html, type Markup } from '../../pages/markup.ts'
import type { PublishedCsaf } from '../advisory.ts'
import { ADVISORIES_PATH, pageUrl } from '../publisher.ts'
import { documentUrl } from '../tree-paths.ts'
import { advisoriesOf, feedPath, type PageTree, productPath } from './advisory-pages.ts'

const ENTRIES_MAX_COUNT = 100

export function atomFeed(tree: PageTree, product?: string): string {
  const { base, publisher } = tree.site
  const all = advisoriesOf(tree, product).slice(0, ENTRIES_MAX_COUNT)
  const what = product === undefined ? '' : ` (${tree.productNames.get(product) ?? product})`
  const page = product === undefined ? ADVISORIES_PATH : productPath(product)
  const updated = Math.max(0, ...all.map(({ at }) => at))
  return xml(html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>Security advisories of ${publisher.name}${what}</title>
<id>${base}${feedPath(product)}</id>
<link rel="self" type="application/atom+xml" href="${base}${feedPath(product)}"/>
<link rel="alternate" type="text/html" href="${base}${page}"/>
<updated>${instant(updated)}</updated>
<author><name>${publisher.name}</name></author>
${all.map((one) => entry(base, one))}</feed>
`)
}

function entry(base: string, advisory: PublishedCsaf): Markup {
  const { trackingId, title, summary, firstAt, at, file, content } = advisory
  const rating = content && worstOfAdvisory(content)?.rating
  return html`<entry>
<title type="text">${title}</title>
<id>${pageUrl(base, trackingId)}</id>
<link rel="alternate" type="text/html" href="${pageUrl(base, trackingId)}"/>
<link rel="related" type="application/json" title="CSAF 2.0" href="${documentUrl(base, file)}"/>
<published>${instant(firstAt)}</published>
<updated>${instant(at)}</updated>
${rating !== undefined && html`<category term="${rating}"/>`}
<summary type="text">${summary}</summary>
</entry>
`
}

function instant(at: number): string {
  return new Date(at * 1000).toISOString().replace('.000', '')
}

/** Characters that no XML document may hold, not even as an entity (XML 1.0 section 2.2). */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function xml(markup: Markup): string {
  return markup.toString().replaceAll(NOT_XML, '\ufffd')
}
