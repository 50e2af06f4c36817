/** A document of CSAF for everybody: rendered once, hashed, signed. Nothing is stored here. */
import { createHash } from 'node:crypto'
import {
  csafFileName,
  documentText,
  type ProductFile,
  toCsafAdvisory,
} from '@fleetward/vulnerability'
import type { Stores } from '../stores.ts'
import { type Advisory, type CsafFile, type PublishedCsaf, yearOf } from './advisory.ts'
import type { OpenPgpKeys } from './openpgp-keys.ts'
import { type AdvisorySite, pageUrl } from './publisher.ts'
import { documentUrl } from './tree-paths.ts'

export interface Rendering {
  readonly advisory: Advisory
  /** What was published before, the first version first. */
  readonly versions: readonly PublishedCsaf[]
  readonly at: number
  /** Undefined: a draft. */
  readonly change: string | undefined
  readonly withdrawnBecause?: string | undefined
}

export async function renderAdvisory(
  stores: Pick<Stores, 'releases'>,
  { base, publisher }: AdvisorySite,
  { advisory, versions, at, change, withdrawnBecause }: Rendering,
): Promise<{ readonly text: string; readonly file: string; readonly at: number }> {
  const { id, content, product } = advisory
  const past = versions.map((version) => ({ at: version.at, summary: version.change }))
  // A clock that was turned back must not make a history that runs backwards.
  const now = Math.max(at, past.at(-1)?.at ?? 0)
  const history = change === undefined ? past : [...past, { at: now, summary: change }]
  const file = versions[0]?.file ?? `${yearOf(now)}/${csafFileName(id)}`
  const document = toCsafAdvisory({
    ...{ trackingId: id, publisher, content, history, withdrawnBecause },
    ...{ url: documentUrl(base, file), pageUrl: pageUrl(base, id) },
    product: `pkg:generic/${product}`,
    files: await filesOf(stores, product),
    draftAt: change === undefined ? at : undefined,
  })
  return { text: documentText(document), file, at: now }
}

/** What devices install, so that a program can tell by a file which release it is. */
async function filesOf(
  { releases }: Pick<Stores, 'releases'>,
  product: string,
): Promise<ReadonlyMap<string, ProductFile>> {
  const all = await releases.ofProduct(product)
  return new Map(
    all.map(({ release: { version, path, sha256 } }) => [
      version,
      { name: path.split('/').at(-1) ?? path, sha256 },
    ]),
  )
}

export async function signedFile(
  stores: Pick<Stores, 'serverKeys'>,
  keys: OpenPgpKeys,
  head: Omit<PublishedCsaf, 'sha256' | 'sha512' | 'signedBy'>,
  document: string,
): Promise<CsafFile> {
  const digest = (algorithm: string) => createHash(algorithm).update(document).digest('hex')
  const signed = await keys.sign(stores, document, head.at)
  return { ...head, document, sha256: digest('sha256'), sha512: digest('sha512'), ...signed }
}
