/** The start page: what the manufacturer makes, and until when it is supported (CRA P-022). */
import type { DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import { informationPath } from '../law/information/publication.ts'
import { html, type Markup } from '../pages/markup.ts'
import { document, START_PATH } from '../public-pages/layout.ts'
import { linkTo } from '../public-pages/links.ts'
import type { Say } from '../public-pages/say.ts'
import { type ProductAround, productWays, supportLine } from './product-head.ts'
import { nameOf, type PublicProduct } from './public-product.ts'

export interface Shown {
  readonly product: PublicProduct
  readonly around: ProductAround
}

export function startPage(
  say: Say,
  settings: DisclosureSettings,
  products: readonly Shown[],
): Markup {
  return document(say, {
    ...{ title: say('products.title'), settings, path: START_PATH },
    organisation: products[0]?.product.facts.manufacturer?.name,
    content: html`<p>${say('products.intro')}</p>
${products.length === 0 && html`<p class="card">${say('products.none')}</p>`}
${products.map((one, index) => productCard(say, one, `product-${index}`))}`,
  })
}

function productCard(say: Say, { product, around }: Shown, id: string): Markup {
  const model = product.facts.identification?.model
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}"><a href="${linkTo(say, informationPath(product.id))}" lang="${product.written}">${nameOf(product)}</a></h2>
${model !== undefined && html`<p class="hint" lang="${product.written}">${model}</p>`}
<p>${supportLine(say, product, around.now)}</p>
${productWays(say, product, around)}
</section>
`
}
