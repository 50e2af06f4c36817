import type { BlockList } from 'node:net'
import { OpenPgpKeyError, TrustedKeys } from '@fleetward/vulnerability'
import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import { sendPageOf } from '../../http/page.ts'
import { parseRequest } from '../../http/parse-request.ts'
import { HttpError } from '../../http/problem.ts'
import { requestIdOf } from '../../http/request-id.ts'
import { type Clock, secondsOf } from '../../ports.ts'
import type { Database } from '../../stores.ts'
import { flawOf } from '../../webhooks/webhook-url.ts'
import { inFeed } from '../feed-api.ts'
import { type FeedSource, isAddress, newSource, type Signer } from './feed-source.ts'
import { newSourceSchema, sourcesPage } from './feed-source-api.ts'
import { placeOnServer } from './server-place.ts'

const SOURCES_MAX_COUNT = 200

export interface FeedSourceRules {
  /** Networks beside the public ones. */
  readonly allowed: BlockList
  readonly folders: readonly string[]
  /** One was set: it is due. */
  readonly set: () => void
}

export interface FeedSourceRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly feedSourceRules: FeedSourceRules
}

export function feedSourceRoutes({ database, clock, feedSourceRules }: FeedSourceRoutesNeeds) {
  const routes = Router()
  const now = () => secondsOf(clock)

  routes.get('/feed-sources', async (request, response) => {
    sendPageOf(request, response, await database.feedSources.list(), {
      ...parseRequest(sourcesPage, request.query),
      ...{ keyOf: ({ feed }: FeedSource) => feed, viewOf },
    })
  })

  routes.post('/feed-sources', async (request, response) => {
    const wish = parseRequest(newSourceSchema, request.body)
    const { feed, kind, place, everySeconds, digestBeside, control: component } = wish
    await requirePlace(place, digestBeside, feedSourceRules)
    const vulnerability = wish.controlVulnerability
    const control = vulnerability === undefined ? undefined : { component, vulnerability }
    const signer = await signerOf(wish.openPgpKey)
    const wanted = {
      ...{ feed, kind, place, everySeconds, control, signer },
      hasDigestBeside: digestBeside,
    }
    const source = newSource(wanted, now())
    await database.transaction(async ({ feeds, feedSources, audit }) => {
      const imported = await feeds.find(feed)
      if (imported !== undefined && imported.kind !== kind) {
        const message = `The feed ${feed} is of the kind ${imported.kind}`
        throw new HttpError(409, 'FEED_OF_ANOTHER_KIND', message)
      }
      const before = await feedSources.find(feed)
      if (before === undefined && (await feedSources.list()).length >= SOURCES_MAX_COUNT) {
        const message = `There are at most ${SOURCES_MAX_COUNT} sources; remove one first`
        throw new HttpError(409, 'TOO_MANY_FEED_SOURCES', message)
      }
      await feedSources.save(source)
      await audit.append({
        ...{ at: now(), actor: permitOf(request).actor, action: 'feed.source-set' },
        ...{ subject: `feed/${feed}`, outcome: 'done', requestId: requestIdOf(request) },
        ...(before === undefined ? {} : { before: auditedOf(before) }),
        after: { kind, digestBeside, ...auditedOf(source) },
      })
    })
    feedSourceRules.set()
    response.status(201).json(viewOf(source))
  })

  routes.delete('/feed-sources/:feed', async (request, response) => {
    const { feed } = parseRequest(inFeed, request.params)
    await database.transaction(async ({ feedSources, audit }) => {
      const before = await feedSources.find(feed)
      if (before === undefined || !(await feedSources.remove(feed))) {
        throw new HttpError(404, 'NO_SUCH_FEED_SOURCE', 'This feed has no source')
      }
      await audit.append({
        ...{ at: now(), actor: permitOf(request).actor, action: 'feed.source-removed' },
        ...{ subject: `feed/${feed}`, outcome: 'done', requestId: requestIdOf(request) },
        before: auditedOf(before),
      })
    })
    response.status(204).end()
  })

  return routes
}

async function signerOf(armored: string | undefined): Promise<Signer | undefined> {
  if (armored === undefined) return undefined
  try {
    return { armored, fingerprints: (await TrustedKeys.read(armored)).fingerprints }
  } catch (cause) {
    if (!(cause instanceof OpenPgpKeyError)) throw cause
    const message = `What is given as the supplier's key ${cause.message}: give armored public keys`
    throw new HttpError(422, 'OPENPGP_KEY_INVALID', message, { cause })
  }
}

/** Whose signatures are believed is nobody's secret, and somebody may have to know later. */
function auditedOf({ place, everySeconds, signer }: FeedSource) {
  return { place, everySeconds, ...(signer && { signedBy: signer.fingerprints.join(' ') }) }
}

async function requirePlace(
  place: string,
  hasDigestBeside: boolean,
  { allowed, folders }: FeedSourceRules,
): Promise<void> {
  if (place.startsWith('/')) {
    if (hasDigestBeside) {
      const message =
        'digestBeside is for addresses; on the server a .sha256 beside it is read anyway'
      throw new HttpError(422, 'PLACE_FORBIDDEN', message)
    }
    await placeOnServer(place, folders)
    return
  }
  const flaw = isAddress(place) ? flawOf(place, { allowHttp: false, allowed }) : 'not https'
  if (flaw === undefined) return
  const message = `${place} cannot be a source (${flaw}): name an https address that is public or in feeds.allowNetworks, or a path on the server`
  throw new HttpError(422, 'PLACE_FORBIDDEN', message, { facts: { flaw } })
}

function viewOf(source: FeedSource) {
  const { control, hasDigestBeside, signer, trouble, ...known } = source
  const { etag: _etag, lastModified: _lastModified, generation: _generation, ...rest } = known
  return {
    ...(signer && { openPgpFingerprints: signer.fingerprints }),
    ...{ ...rest, digestBeside: hasDigestBeside, trouble: trouble?.sentence },
    ...{ troubleCode: trouble?.told?.code, troubleFacts: trouble?.told?.facts },
    ...{ control: control?.component, controlVulnerability: control?.vulnerability },
  }
}
