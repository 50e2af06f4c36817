/** Files of releases for whoever installs by hand: under which names they are saved, and their hashes. Pure. */
import { targetFilePath } from '@fleetward/shared'
import type { PublishedRelease } from '../releases/release-store.ts'
import { downloadsPath } from './product-head.ts'
import type { PublicProduct } from './public-product.ts'

/** The page stays readable; what is older is in the metadata. */
export const RELEASES_MAX_COUNT = 500

export interface Download extends PublishedRelease {
  /** Of the file once it is saved; each once. */
  readonly fileName: string
  /** On the public listener. */
  readonly path: string
}

export function downloadsOf(
  { id }: Pick<PublicProduct, 'id'>,
  releases: readonly PublishedRelease[],
): readonly Download[] {
  const some = releases.slice(0, RELEASES_MAX_COUNT)
  const nameIn = ({ release }: PublishedRelease) => release.path.split('/').at(-1) ?? ''
  const timesOf = new Map<string, number>()
  for (const one of some) timesOf.set(nameIn(one), (timesOf.get(nameIn(one)) ?? 0) + 1)
  return some.map((one) => {
    const { path, sha256, version } = one.release
    const name = nameIn(one)
    return {
      ...one,
      fileName: timesOf.get(name) === 1 ? name : `${version}-${name}`,
      path: `/tuf/${id}/targets/${targetFilePath(path, sha256)}`,
    }
  })
}

export function sumsPath(product: Pick<PublicProduct, 'id'>): string {
  return `${downloadsPath(product)}/SHA256SUMS`
}

/** As `sha256sum --check` reads it. */
export function sumsText(downloads: readonly Download[]): string {
  return downloads.map(({ fileName, release }) => `${release.sha256}  ${fileName}\n`).join('')
}
