/**
 * What persons decided and what still counts, as a document for others: of releases that were published. What is staged
 * has findings already, and no document tells the world of a fix before it can have it.
 */
import { createHash } from 'node:crypto'
import {
  type Statement,
  toCsafVex,
  toCycloneDxVex,
  toOpenVex,
  VexError,
  type VexExport,
  type VexFormat,
} from '@fleetward/vulnerability'
import { answersOf, releasePurl } from '../findings/answers.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import { statementsByName } from './statements-by-name.ts'

const FINDINGS_AT_ONCE = 500

export interface Publisher {
  readonly name: string
  /** A URL of its own. */
  readonly namespace: string
}

export interface Export {
  readonly publisher: Publisher
  readonly at: number
  /** Of CSAF for everybody: its own address and versions, in place of one for each decision. */
  readonly published?: {
    readonly url: string
    readonly history: readonly { readonly at: number; readonly summary: string }[]
  }
}

export async function exportVex(
  stores: Pick<Stores, 'findings' | 'statements' | 'releases'>,
  product: string,
  format: VexFormat,
  { publisher, at, published }: Export,
): Promise<VexExport> {
  const releases = await stores.releases.ofProduct(product)
  const versions = new Set(releases.map(({ release }) => release.version))
  const said = (await stores.statements.ofPersons(product)).filter((statement) =>
    isPublic(statement, product, versions),
  )
  const counting = await countingStatements(stores, { product, versions, said, at })
  const ats = said.map((statement) => statement.at)
  const [firstAt = at, lastAt = at] = [ats[0], ats.at(-1)]
  const id = `${publisher.namespace}/vex/${product}`
  const head = {
    ...{ id, version: Math.max(1, said.length), firstAt, at: lastAt },
    ...{ publisher: publisher.name, namespace: publisher.namespace },
  }
  try {
    if (format === 'OpenVEX') return toOpenVex(head, counting)
    if (format === 'CycloneDX') {
      return toCycloneDxVex({ ...head, serial: serialOf(id) }, counting)
    }
    const history = said.map((one) => ({ at: one.at, summary: `Decision on ${one.vulnerability}` }))
    const csaf = {
      ...{ ...head, trackingId: `${product}-vex`, tlp: 'WHITE' as const },
      ...{ history: published?.history ?? history, id: published?.url ?? id },
    }
    return toCsafVex({ ...csaf, title: `What is known of vulnerabilities in ${product}` }, counting)
  } catch (error) {
    if (!(error instanceof VexError)) throw error
    throw new HttpError(409, 'VEX_NOT_EXPORTABLE', error.problems.join('; '), { cause: error })
  }
}

/** Each with the releases alone of which nothing later was said. */
async function countingStatements(
  { findings }: Pick<Stores, 'findings'>,
  {
    product,
    versions,
    said,
    at,
  }: {
    readonly product: string
    readonly versions: ReadonlySet<string>
    readonly said: readonly Statement[]
    readonly at: number
  },
): Promise<readonly Statement[]> {
  const products = new Map<Statement, string[]>()
  const about = statementsByName(said)
  let after: string | undefined
  for (;;) {
    const some = await findings.list({ product, withEnded: false, after, limit: FINDINGS_AT_ONCE })
    const releases = await findings.releasesOf(some.map(({ id }) => id))
    for (const finding of some) {
      const seen = (releases.get(finding.id) ?? []).filter((one) => versions.has(one.version))
      for (const { version, decision } of answersOf(finding, seen, about(finding.names), at)) {
        if (decision.counts === undefined) continue
        const of = products.get(decision.counts) ?? []
        products.set(decision.counts, of)
        of.push(releasePurl(product, version))
      }
    }
    after = some.at(-1)?.id
    if (some.length < FINDINGS_AT_ONCE) break
  }
  return [...products].map(([statement, of]) => ({ ...statement, products: [...new Set(of)] }))
}

/** Of a published release, and naming no other one as its fix. */
function isPublic(
  { products, verdict }: Statement,
  product: string,
  versions: ReadonlySet<string>,
): boolean {
  if (verdict.status === 'fixed' && !versions.has(verdict.inVersion)) return false
  const everyVersion = releasePurl(product, '')
  return products.some(
    (purl) => !purl.startsWith(everyVersion) || versions.has(purl.slice(everyVersion.length)),
  )
}

/** The same for the same product, and made of nothing that could be somebody else's (RFC 9562, version 8). */
function serialOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return `urn:uuid:${[...parts, hex.slice(20, 32)].join('-')}`
}
