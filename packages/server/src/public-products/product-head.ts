/** What stands on top of every page of a product: until when it is supported, and the ways to its other pages. */
import { endOfSupport } from '@fleetward/shared'
import { productPath as advisoriesPath } from '../advisories/pages/advisory-pages.ts'
import { declarationPath } from '../dossier/declaration-publication.ts'
import { supportNotice } from '../law/information/information-page.ts'
import { informationPath } from '../law/information/publication.ts'
import { html, type Markup } from '../pages/markup.ts'
import { linkTo } from '../public-pages/links.ts'
import type { Say } from '../public-pages/say.ts'
import { nameOf, type PublicProduct } from './public-product.ts'

export interface ProductAround {
  /** Seconds since 1970. */
  readonly now: number
  /** Whether any advisory about it is public. */
  readonly hasAdvisories: boolean
  /** Whether people can subscribe to news by mail here. */
  readonly canSubscribe: boolean
}

export function downloadsPath({ id }: Pick<PublicProduct, 'id'>): string {
  return `/products/${id}/downloads`
}

export function productHead(say: Say, product: PublicProduct, around: ProductAround): Markup {
  return html`${supportNotice(product.facts, say.language, around.now)}
<div class="product-head">
<p>${supportLine(say, product, around.now)}</p>
${productWays(say, product, around)}
</div>`
}

export function supportLine(
  say: Say,
  { facts: { supportPeriod } }: Pick<PublicProduct, 'facts'>,
  now: number,
): Markup {
  if (supportPeriod === undefined) return html`${say('products.supportUnknown')}`
  const { ends } = supportPeriod
  const words = endOfSupport(ends) <= now ? 'products.supportOver' : 'products.support'
  return html`<time datetime="${ends}">${say(words, { month: say.month(ends) })}</time>`
}

export function productWays(
  say: Say,
  product: PublicProduct,
  { hasAdvisories, canSubscribe }: ProductAround,
): Markup {
  const { id, declaration } = product
  const canMail = canSubscribe && say.place === 'server'
  const ways = [
    [informationPath(id), 'nav.information', true],
    [downloadsPath(product), 'nav.downloads', true],
    [declarationPath(id), 'nav.declaration', declaration !== undefined],
    [advisoriesPath(id), 'nav.advisories', hasAdvisories],
    [`/subscribe?product=${id}`, 'products.news', canMail],
  ] as const
  return html`<nav class="ways" aria-label="${`${say('nav.product')}: ${nameOf(product)}`}">
${ways
  .filter(([, , isThere]) => isThere)
  .map(
    ([to, words]) =>
      html`<a href="${linkTo(say, to)}"${to === say.path && html` aria-current="page"`}>${say(words)}</a>\n`,
  )}</nav>`
}
