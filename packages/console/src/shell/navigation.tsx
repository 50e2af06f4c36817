/** Above: what is of all products, and which product; below it the screens of that one. */
import { useLocation } from 'preact-iso'
import { productOf, to } from '../addresses.ts'
import { may, mayAnywhere, me, type Permission } from '../live/me.ts'
import { products } from '../live/products.ts'
import { useHereInSight } from '../pieces/screen/in-sight.ts'
import type { Key } from '../words/language.ts'
import { say } from '../words/say.tsx'

const EVERYWHERE = [
  { key: 'screens.now', href: to.now() },
  { key: 'screens.cases', href: to.cases(), needs: 'case.read' },
  { key: 'screens.reports', href: to.reports(), needs: 'disclosure.read' },
  { key: 'screens.audit', href: to.audit(), needs: 'audit.read' },
  { key: 'screens.settings', href: to.settings() },
  { key: 'screens.guide', href: to.guide() },
] as const satisfies readonly { key: Key; href: string; needs?: Permission }[]

const IN_PRODUCT = [
  { key: 'screens.fleet', href: to.fleet, needs: 'device.read' },
  { key: 'screens.releases', href: to.releases, needs: 'release.read' },
  { key: 'screens.rollouts', href: to.rollouts, needs: 'rollout.read' },
  { key: 'screens.vulnerabilities', href: to.vulnerabilities, needs: 'finding.read' },
  { key: 'screens.advisories', href: to.advisories, needs: 'advisory.read' },
  { key: 'screens.product', href: to.product, needs: 'product.read' },
] as const satisfies readonly {
  key: Key
  href: (product: string) => string
  needs: Permission
}[]

export function Navigation() {
  const { path, route } = useLocation()
  const all = products.value ?? []
  const product = shownProduct(
    productOf(path),
    products.value?.map(({ id }) => id),
  )
  // Their lines come once it is known who may go where.
  const around = useHereInSight(`${path} ${product} ${me.value?.id} ${all.length}`)
  if (product !== undefined) sessionStorage.setItem(LAST_PRODUCT, product)
  return (
    <nav ref={around} class="shell-nav" aria-label={say('console.nav')}>
      <ul>
        {EVERYWHERE.filter((it) => !('needs' in it) || mayAnywhere(it.needs)).map(
          ({ key, href }) => (
            <li key={key}>
              <a href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
                {say(key)}
              </a>
            </li>
          ),
        )}
      </ul>
      {product !== undefined && (
        <ul>
          <li>
            <label class="product-choice">
              <span class="unseen">{say('console.product')}</span>
              <select
                value={product}
                onChange={({ currentTarget }) => route(to.fleet(currentTarget.value))}
              >
                {all.map(({ id }) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            </label>
          </li>
          {IN_PRODUCT.filter(({ needs }) => may(needs, product)).map(({ key, href }) => (
            <li key={key}>
              <a href={href(product)} aria-current={isAt(path, href(product)) ? 'page' : undefined}>
                {say(key)}
              </a>
            </li>
          ))}
        </ul>
      )}
    </nav>
  )
}

const LAST_PRODUCT = 'fleetward-product'

/** As the address has it, as soon as there is such a product; nobody is kept where nothing is. */
function shownProduct(inAddress: string | undefined, all: readonly string[] | undefined) {
  if (inAddress !== undefined && (all === undefined || all.includes(inAddress))) return inAddress
  return lastProduct(all ?? [])
}

/** On a screen of no product, the one that was looked at last stays in sight. */
function lastProduct(all: readonly string[]): string | undefined {
  const last = sessionStorage.getItem(LAST_PRODUCT) ?? ''
  return all.includes(last) ? last : all[0]
}

/** A device belongs to the fleet; the product's own page is only itself and what is below `about`. */
function isAt(path: string, href: string): boolean {
  // The router leaves the last slash away.
  if (path === href.replace(/\/$/, '') || path.startsWith(`${href}/about/`)) return true
  const isLeaf = href !== to.now() && !/\/products\/[^/]+$/.test(href)
  return isLeaf && path.startsWith(`${href}/`)
}
