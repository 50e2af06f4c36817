/**
 * Makes an advisory public. The document is rendered, validated and signed first; then one transaction keeps its bytes
 * with the new state, the audit entry and the event, or nothing of it.
 */
import { flawsOfAdvisory, namesInAdvisory, worstOfAdvisory } from '@fleetward/vulnerability'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Database, Stores } from '../stores.ts'
import type { Advisory, CsafFile } from './advisory.ts'
import { unfixed, withFixes } from './fixes.ts'
import type { OpenPgpKeys } from './openpgp-keys.ts'
import { renderAdvisory, signedFile } from './publish-document.ts'
import { pageUrl, siteOf } from './publisher.ts'
import { requireValid } from './validate-csaf.ts'

export interface PublishNeeds {
  readonly database: Database
  readonly keys: OpenPgpKeys
  /** Origin of the public listener, where the settings name none. */
  readonly publicBase: string
}

export interface Publication {
  readonly actor: Actor
  readonly requestId?: string
  readonly at: number
  /** What is new. */
  readonly change: string
  readonly withoutFixBecause?: string | undefined
  readonly withdrawnBecause?: string | undefined
}

/** As it would be published: with every release that fixes it. */
export async function completed(
  { releases }: Pick<Stores, 'releases'>,
  advisory: Advisory,
): Promise<{ readonly advisory: Advisory; readonly unfixed: readonly string[] }> {
  const all = await releases.ofProduct(advisory.product)
  const content = withFixes(advisory.content, all)
  const open = unfixed(content, all).map(({ name }) => name)
  return { advisory: { ...advisory, content }, unfixed: open }
}

export async function publishAdvisory(
  { database, keys, publicBase }: PublishNeeds,
  seen: Advisory,
  publication: Publication,
): Promise<Advisory> {
  const { actor, at, change, withoutFixBecause, withdrawnBecause } = publication
  const isWithdrawal = withdrawnBecause !== undefined
  const { advisory, unfixed: open } = isWithdrawal
    ? { advisory: await asPublished(database, seen), unfixed: [] }
    : await completed(database, seen)
  const site = await siteOf(database, publicBase)
  const flaws = flawsOfAdvisory(advisory.content)
  if (flaws.length > 0) throw incomplete(flaws)
  if (open.length > 0 && withoutFixBecause === undefined) throw noFixYet(open)

  const versions = await database.advisories.versions(advisory.id)
  const rendering = { advisory, versions, at, change, withdrawnBecause }
  const { text, file, at: publishedAt } = await renderAdvisory(database, site, rendering)
  // What is public has to be taken back, whatever else is wrong with it.
  if (!isWithdrawal) await requireValid(text, actor)
  await keys.ensure(database, site.publisher.name, at)
  const version = advisory.version + 1
  const head = {
    ...{ kind: 'advisory' as const, trackingId: advisory.id, version, product: advisory.product },
    ...{ at: publishedAt, firstAt: versions[0]?.at ?? publishedAt, file, change, withdrawnBecause },
    ...{ title: titleOf(advisory, isWithdrawal), summary: advisory.content.summary },
    ...{ content: advisory.content, publishedBy: actor.id },
  }
  const signed = await signedFile(database, keys, head, text)
  const next: Advisory = {
    ...{ ...advisory, state: isWithdrawal ? 'withdrawn' : 'published', stateAt: publishedAt },
    ...{ version, publishedAt, hold: undefined, revision: seen.revision + 1 },
    ...{ changedAt: at, changedBy: actor.id },
  }
  await database.transaction(async (stores) => {
    // The key may have been rotated, or taken away as stolen, since it signed this.
    const newest = (await keys.publicKeys(stores)).at(-1)
    if (newest?.id !== signed.signedBy) throw changedMeanwhile()
    const isKept = await stores.advisories.replace(seen.revision, next)
    if (!isKept || !(await stores.advisories.publish(signed))) throw changedMeanwhile()
    await tell(stores, signed, publication, pageUrl(site.base, advisory.id))
  })
  return next
}

async function tell(
  { audit, events }: Stores,
  { trackingId, version, product, sha256, title, withdrawnBecause, content }: CsafFile,
  { actor, requestId, at, withoutFixBecause }: Publication,
  url: string,
): Promise<void> {
  const isWithdrawal = withdrawnBecause !== undefined
  const what = isWithdrawal ? 'withdrawn' : version === 1 ? 'published' : 'updated'
  await audit.append({
    ...{ at, actor, action: `advisory.${what}`, product, subject: `advisory/${trackingId}` },
    ...{ outcome: 'done', requestId },
    after: { version, sha256, ...(withoutFixBecause !== undefined && { withoutFixBecause }) },
  })
  const severity = (content && worstOfAdvisory(content)?.rating) ?? 'unknown'
  const vulnerabilities = content === undefined ? [] : [...namesInAdvisory(content)]
  const data = { advisory: trackingId, version, title, severity, vulnerabilities, url }
  await events.add({ at, type: `advisory.${what}`, product, data })
}

/** What is withdrawn is what was said, not what somebody has written since. */
async function asPublished({ advisories }: Database, advisory: Advisory): Promise<Advisory> {
  const published = await advisories.document(advisory.id)
  if (published?.content === undefined) {
    throw new HttpError(409, 'ADVISORY_STATE_REFUSED', 'Nothing of it is published')
  }
  return { ...advisory, content: published.content }
}

function titleOf({ content }: Advisory, isWithdrawal: boolean): string {
  return isWithdrawal ? `Withdrawn: ${content.title}` : content.title
}

export function changedMeanwhile(): HttpError {
  return new HttpError(409, 'CHANGED_MEANWHILE', 'The advisory changed; look again')
}

function incomplete(flaws: readonly string[]): HttpError {
  const message = `It cannot be published yet: ${flaws.join('; ')}`
  return new HttpError(422, 'ADVISORY_INCOMPLETE', message.slice(0, 2_000))
}

function noFixYet(names: readonly string[]): HttpError {
  const message =
    'No published release fixes it yet: schedule it for then, hold it back, or say why the public has to know before'
  return new HttpError(409, 'ADVISORY_FIX_MISSING', message, {
    facts: { vulnerabilities: names.join(' ').slice(0, 500) },
  })
}
