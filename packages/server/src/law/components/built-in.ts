/** The third-party components of the newest release that is supported, by the SBOM that is signed with it. */
import type { Component } from '@fleetward/vulnerability'
import { componentOf } from '../../findings/component-name.ts'
import { newestSupported } from '../../releases/newest-supported.ts'
import type { Stores } from '../../stores.ts'

export interface BuiltIn {
  /** What it is called in all of its versions. */
  readonly component: string
  readonly name: string
  readonly versions: readonly string[]
  readonly supplier: string | undefined
  readonly licences: readonly string[]
}

export interface Built {
  /** Undefined: nothing is published, or all of it was withdrawn. */
  readonly release: string | undefined
  /** `waiting`: the server has not read the SBOM yet. */
  readonly state: 'no-release' | 'waiting' | 'unreadable' | 'read'
  /** By {@link BuiltIn.component}. */
  readonly components: readonly BuiltIn[]
  /** Components beyond what is read of one SBOM. */
  readonly beyondCount: number
}

const READ_AT_ONCE = 500
const COMPONENTS_MAX_COUNT = 20_000
/** Parts of the product that nobody else made by itself. */
const NO_COMPONENTS: ReadonlySet<string> = new Set(['file'])

export async function builtIn(
  { releases, sboms, facts }: Pick<Stores, 'releases' | 'sboms' | 'facts'>,
  product: string,
): Promise<Built> {
  const newest = newestSupported(await releases.ofProduct(product))
  if (newest === undefined) {
    return { release: undefined, state: 'no-release', components: [], beyondCount: 0 }
  }
  const { version: release, sbom } = newest.release
  const index = await sboms.find(sbom.sha256)
  const state =
    index?.trouble !== undefined
      ? 'unreadable'
      : index?.indexedAt === undefined
        ? 'waiting'
        : 'read'
  if (index === undefined || state !== 'read') {
    return { release, state, components: [], beyondCount: 0 }
  }
  const count = Math.min(index.componentsCount, COMPONENTS_MAX_COUNT)
  const all: Component[] = []
  for (let from = 0; from < count; from += READ_AT_ONCE) {
    const read = await sboms.components(sbom.sha256, from, Math.min(from + READ_AT_ONCE, count))
    all.push(...read)
  }
  const maker = (await facts.latest(product))?.facts.manufacturer?.name
  return {
    ...{ release, state, components: thirdParty(all, maker) },
    beyondCount: index.componentsCount - count,
  }
}

export function thirdParty(
  components: readonly Component[],
  maker: string | undefined,
): readonly BuiltIn[] {
  const found = new Map<string, BuiltIn>()
  for (const each of components) {
    const supplier = supplierOf(each)
    if (NO_COMPONENTS.has(each.kind) || isSame(supplier, maker)) continue
    const component = componentOf(each)
    const before = found.get(component)
    const versions = new Set([...(before?.versions ?? []), ...(each.version ? [each.version] : [])])
    const { name, licences } = each
    found.set(component, {
      ...{ component, name: before?.name ?? name, versions: [...versions].toSorted() },
      ...{ supplier: before?.supplier ?? supplier, licences: before?.licences ?? licences },
    })
  }
  return [...found.values()].toSorted((one, other) => (one.component < other.component ? -1 : 1))
}

/** As the SBOM names it; otherwise whoever owns its name: `pkg:npm/@scope`, `pkg:github/owner`. */
function supplierOf({ supplier, purl, name }: Component): string | undefined {
  if (supplier !== undefined || purl === undefined) return supplier
  return /^(pkg:[^/]+\/.+)\/[^/]+$/.exec(componentOf({ purl, name }))?.[1]
}

function isSame(supplier: string | undefined, maker: string | undefined): boolean {
  return supplier !== undefined && supplier.toLowerCase() === maker?.toLowerCase()
}
