/** What the palette finds: screens by their names, and in the product devices, releases, rollouts and findings. */
import { to } from '../addresses.ts'
import { call } from '../api/call.ts'
import { may } from '../live/me.ts'
import { products } from '../live/products.ts'
import { PARTS } from '../screens/product/parts.ts'
import { SETTINGS } from '../screens/settings/parts.ts'
import type { Key } from '../words/language.ts'
import { say } from '../words/say.tsx'

export interface Place {
  readonly name: string
  readonly kind: string
  readonly href: string
}

const MOST_COUNT = 14
/** A filter finds devices by the beginning of their id (docs/filters.md). */
const DEVICE_ID = /^[A-Za-z0-9._-]{2,64}$/

export async function placesCalled(
  wanted: string,
  product: string | undefined,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const screens = screensOf(product)
  const text = wanted.trim().toLowerCase()
  if (text === '') return screens.slice(0, MOST_COUNT)
  const has = ({ name, kind }: Place) => `${name} ${kind}`.toLowerCase().includes(text)
  const things = product === undefined ? [] : await thingsOf(product, wanted.trim(), signal)
  return [...screens, ...partsOf(product), ...things].filter(has).slice(0, MOST_COUNT)
}

/** What has an address of its own within a screen, for who asks for it by name. */
function partsOf(product: string | undefined): Place[] {
  const settings = SETTINGS.filter(({ isFor }) => isFor()).map(({ id }) => ({
    ...{ name: say(`settings.${id}`), kind: say('screens.settings'), href: to.settings(id) },
  }))
  const parts = PARTS.filter(({ permission }) => product !== undefined && may(permission, product))
  return [
    ...settings,
    ...parts.map(({ id }) => ({
      ...{ name: say(`product.part_${id}`), kind: say('screens.product') },
      href: to.product(product ?? '', id),
    })),
  ]
}

function screensOf(product: string | undefined): Place[] {
  const screen = (key: Key, href: string, kind = ''): Place => ({ name: say(key), kind, href })
  const others = (products.value ?? [])
    .filter(({ id }) => id !== product)
    .map(({ id }) => ({ name: id, kind: say('console.product'), href: to.product(id) }))
  return [
    screen('screens.now', to.now()),
    ...(product === undefined
      ? []
      : [
          screen('screens.fleet', to.fleet(product), product),
          screen('screens.releases', to.releases(product), product),
          screen('screens.rollouts', to.rollouts(product), product),
          screen('screens.newRollout', to.newRollout(product), product),
          screen('screens.vulnerabilities', to.vulnerabilities(product), product),
          screen('screens.advisories', to.advisories(product), product),
          screen('screens.product', to.product(product), product),
        ]),
    screen('screens.cases', to.cases()),
    screen('screens.reports', to.reports()),
    screen('screens.audit', to.audit()),
    screen('screens.settings', to.settings()),
    screen('screens.guide', to.guide()),
    ...others,
  ]
}

async function thingsOf(
  product: string,
  wanted: string,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const found = await Promise.all(
    [
      may('device.read', product) ? devicesCalled(product, wanted, signal) : [],
      may('release.read', product) ? releasesOf(product, signal) : [],
      may('rollout.read', product) ? rolloutsOf(product, signal) : [],
      may('finding.read', product) ? findingsOf(product, signal) : [],
      // What one of them cannot tell, the others still can.
    ].map((asked) => Promise.resolve(asked).catch((): Place[] => [])),
  )
  return found.flat()
}

async function devicesCalled(
  product: string,
  wanted: string,
  signal: AbortSignal,
): Promise<Place[]> {
  if (!DEVICE_ID.test(wanted)) return []
  const filter = `id ~ "${wanted}"`
  const { value } = await call('GET /products/{product}/devices', {
    ...{ path: { product }, query: { filter, limit: MOST_COUNT }, signal },
  })
  return value.map(({ id }) => ({
    ...{ name: id, kind: say('screens.device'), href: to.device(product, id) },
  }))
}

async function releasesOf(product: string, signal: AbortSignal): Promise<Place[]> {
  const { value } = await call('GET /products/{product}/releases', { path: { product }, signal })
  return value.map(({ version }) => ({
    ...{ name: version, kind: say('screens.release'), href: to.release(product, version) },
  }))
}

async function rolloutsOf(product: string, signal: AbortSignal): Promise<Place[]> {
  const { value } = await call('GET /products/{product}/rollouts', { path: { product }, signal })
  return value.map(({ id, release, cohort }) => ({
    name: say('rollouts.title', { release, cohort }),
    kind: `${say('screens.rollout')} · ${id}`,
    href: to.rollout(product, id),
  }))
}

async function findingsOf(product: string, signal: AbortSignal): Promise<Place[]> {
  const { value } = await call('GET /products/{product}/findings', { path: { product }, signal })
  return value.map(({ id, vulnerability }) => ({
    ...{ name: vulnerability, kind: say('screens.finding'), href: to.finding(product, id) },
  }))
}
