/**
 * Products with releases whose SBOMs are indexed: each product has its own mix of packages, some used by nearly all
 * products and most by few, and each release takes some of them up to a later version.
 */
import { createHash } from 'node:crypto'
import type { Component } from '@fleetward/vulnerability'
import type { Kysely } from 'kysely'
import type { Tables } from '../../packages/server/src/adapters/sql/database.ts'
import { keyRowsOf } from '../../packages/server/src/feeds/key-rows.ts'
import { encodeTarget } from '../../packages/server/src/releases/release-target.ts'
import type { Database } from '../../packages/server/src/stores.ts'
import { targetFileOf } from '../../test/support/signed-messages.ts'
import { plausibleRelease } from '../../test/support/signed-product.ts'
import { packageName, scattered, USED_COUNT } from './npm-feed.ts'

export interface ProductsShape {
  readonly products: number
  readonly releases: number
  readonly components: number
  /** Of a hundred components, so many have another version in the next release; 100: no two are alike. */
  readonly changed: number
}

const NOW = 1_795_000_000
const ARTIFACT = Buffer.from('firmware')

export async function inventProducts(
  database: Kysely<Tables>,
  stores: Database,
  shape: ProductsShape,
): Promise<Readonly<Record<string, number>>> {
  const distinct = new Set<string>()
  for (let number = 0; number < shape.products; number += 1) {
    const product = `product-${number}`
    const row = { id: product, created_at: NOW }
    await database
      .insertInto('products')
      .values(row as never)
      .execute()
    const releases = []
    for (let at = 0; at < shape.releases; at += 1) {
      const components = componentsOf(number, at, shape)
      for (const { purl = '' } of components) distinct.add(purl)
      const sha256 = createHash('sha256').update(`${product} ${at}`).digest('hex')
      await stores.transaction(async ({ sboms }) => {
        await sboms.begin({
          ...{ sha256, format: 'CycloneDX', formatVersion: '1.6', about: undefined },
          ...{ componentsCount: components.length, quality: {} },
          depth: { components: 0, direct: 0, transitive: 0, deepest: 0, withoutGraph: 0 },
        })
        const keyed = components.map((component) => ({ component, keys: keyRowsOf(component) }))
        await sboms.write(sha256, 0, keyed)
        await sboms.complete(sha256, NOW)
      })
      const plausible = plausibleRelease('functionality', `1.${at}.0`, ARTIFACT)
      const release = { ...plausible, product, sbom: { ...plausible.sbom, sha256 } }
      releases.push({ release, target: encodeTarget(targetFileOf(release)) })
    }
    await stores.releases.list(product, 'functionality', releases, NOW)
  }
  return { sboms: shape.products * shape.releases, distinct: distinct.size }
}

function componentsOf(product: number, release: number, shape: ProductsShape): Component[] {
  return Array.from({ length: shape.components }, (_, at) => {
    // The first third is what everybody uses.
    const isCommon = at < shape.components / 3
    const seed = isCommon ? at : scattered(product * 10_007 + at, 20)
    const number = isCommon ? at : seed % USED_COUNT
    const name = packageName(number)
    const version = versionOf(number, product, release, shape.changed)
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return {
      ...{
        ref: `${at}-${purl}`,
        name,
        version,
        purl,
        cpes: [],
        licences: ['MIT'],
        kind: 'library',
      },
      ...{ hashes: [], supplier: undefined },
    }
  })
}

function versionOf(number: number, product: number, release: number, changed: number): string {
  if (changed === 100) return `${number % 6}.${release}.${product}`
  let steps = 0
  for (let at = 1; at <= release; at += 1) {
    if (scattered(number * 31 + at, 21) % 100 < changed) steps += 1
  }
  return `${number % 6}.${scattered(number, 22) % 10}.${steps}`
}
