/**
 * What was decided of a product's findings, beside its advisories: the same bytes until somebody publishes it anew. What
 * the validator refuses is not published, and the version before stays.
 */
import { csafFileName, documentText } from '@fleetward/vulnerability'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import { exportVex } from '../vex/export-vex.ts'
import { type CsafFile, yearOf } from './advisory.ts'
import { changedMeanwhile, type Publication, type PublishNeeds } from './publish-advisory.ts'
import { signedFile } from './publish-document.ts'
import { siteOf } from './publisher.ts'
import { documentUrl } from './tree-paths.ts'
import { errorsIn } from './validate-csaf.ts'

const NAMED_MAX_COUNT = 5

export async function publishVex(
  { database, keys, publicBase }: PublishNeeds,
  product: string,
  { actor, requestId, at: wantedAt, change }: Publication,
): Promise<CsafFile> {
  const { base, publisher } = await siteOf(database, publicBase)
  const trackingId = `${product}-vex`
  const versions = await database.advisories.versions(trackingId)
  const at = Math.max(wantedAt, versions.at(-1)?.at ?? 0)
  const file = versions[0]?.file ?? `${yearOf(at)}/${csafFileName(trackingId)}`
  const past = versions.map((version) => ({ at: version.at, summary: version.change }))
  const { document } = await exportVex(database, product, 'CSAF', {
    ...{ publisher, at: wantedAt },
    published: { url: documentUrl(base, file), history: [...past, { at, summary: change }] },
  })
  const text = documentText(document)
  await requireValidVex(document, text, actor)
  await keys.ensure(database, publisher.name, wantedAt)
  const head = {
    ...{
      kind: 'vex' as const,
      trackingId,
      version: versions.length + 1,
      product,
      at,
      file,
      change,
    },
    ...{ firstAt: versions[0]?.at ?? at, withdrawnBecause: undefined, content: undefined },
    title: `What is known of vulnerabilities in ${product}`,
    summary: `Which known vulnerabilities affect releases of ${product}, and which do not.`,
    publishedBy: actor.id,
  }
  const signed = await signedFile(database, keys, head, text)
  await database.transaction(async ({ advisories, audit, events, serverKeys }) => {
    // The key may have been rotated, or taken away as stolen, since it signed this.
    const newest = (await keys.publicKeys({ serverKeys })).at(-1)
    if (newest?.id !== signed.signedBy) throw changedMeanwhile()
    if (!(await advisories.publish(signed))) throw changedMeanwhile()
    const { version, sha256 } = signed
    await audit.append({
      ...{ at: wantedAt, actor, action: 'vex.published', product, subject: `vex/${trackingId}` },
      ...{ outcome: 'done', requestId, after: { version, sha256 } },
    })
    const data = { document: trackingId, version, url: documentUrl(base, file) }
    await events.add({ at: wantedAt, type: 'advisory.vex-published', product, data })
  })
  return signed
}

/** Nobody wrote the document: what can be mended are the decisions that it is made of. */
async function requireValidVex(document: object, text: string, actor: Actor): Promise<void> {
  const errors = await errorsIn(text, actor)
  if (errors === undefined) return
  const { count, first, pointers } = errors
  const names = new Set(pointers.flatMap((pointer) => nameAt(document, pointer) ?? []))
  const vulnerabilities = [...names].slice(0, NAMED_MAX_COUNT).join(' ')
  const of = vulnerabilities === '' ? '' : `, in what it says of ${vulnerabilities}`
  const message = `The VEX document is no valid CSAF document${of}: ${first}`
  throw new HttpError(422, 'VEX_NOT_PUBLISHABLE', message, {
    facts: { errors: count, first, vulnerabilities },
  })
}

/** Of the vulnerability in which a place is. */
function nameAt(document: object, pointer: string): string | undefined {
  const [, index] = /^\/vulnerabilities\/(\d+)/.exec(pointer) ?? []
  const { vulnerabilities = [] } = document as {
    vulnerabilities?: { readonly cve?: string; readonly ids?: { readonly text: string }[] }[]
  }
  const found = vulnerabilities[Number(index)]
  return found?.cve ?? found?.ids?.[0]?.text
}
