/** Asks for what the first steps are told by. What the viewer may not see counts as not there. */
import { call } from '../../api/call.ts'
import type { Release } from '../../api/operator-api.gen.ts'
import { may, me } from '../../live/me.ts'
import { ownRollout, type Standing } from './steps.ts'

export async function askStanding(
  product: string | undefined,
  signal: AbortSignal,
): Promise<Standing> {
  const viewer = me.value?.account?.id
  const nothing = {
    viewer,
    product,
    devices: 0,
    updated: 0,
    releases: [],
    rollouts: [],
    advisories: [],
  }
  if (product === undefined) return nothing
  const path = { product }
  const given = { path, signal }
  const [devices, releases, rollouts, advisories] = await Promise.all([
    may('device.read', product) ? countOf(product, undefined, signal) : 0,
    may('release.read', product)
      ? call('GET /products/{product}/releases', given).then(({ value }) => value.filter(isOut))
      : [],
    may('rollout.read', product)
      ? call('GET /products/{product}/rollouts', given).then(({ value }) => value)
      : [],
    may('advisory.read', product)
      ? call('GET /products/{product}/advisories', given).then(({ value }) => value)
      : [],
  ])
  const standing = { ...nothing, devices, releases, rollouts, advisories }
  const own = ownRollout(standing)
  const updated = own === undefined ? 0 : await countOf(product, `version = ${own.release}`, signal)
  return { ...standing, updated }
}

async function countOf(
  product: string,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { value } = await call('GET /products/{product}/device-count', {
    ...{ path: { product }, query: { filter }, signal },
  })
  return value.count
}

/** A withdrawn one has no more than its name. */
function isOut(release: object): release is Release {
  return 'publishedAt' in release
}
