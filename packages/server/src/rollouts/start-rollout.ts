/** What has to hold before a release is offered to a cohort. */
import { randomBytes } from 'node:crypto'
import {
  ADVISORY_ID_MAX_BYTES,
  NOTICE_ADVISORIES_MAX_COUNT,
  NOTICE_SUMMARY_MAX_BYTES,
  type Notice,
  type Release,
} from '@fleetward/shared'
import type { z } from 'zod'
import { HttpError } from '../http/problem.ts'
import { mayOffer } from '../publishing/offers.ts'
import type { Stores } from '../stores.ts'
import { type Rollout, upToOf } from './rollout.ts'
import type { newRolloutSchema } from './rollout-api.ts'

export async function startRollout(
  stores: Stores,
  product: string,
  wanted: z.output<typeof newRolloutSchema>,
  now: number,
): Promise<Rollout> {
  const published = await stores.releases.find(product, wanted.release)
  if (published === undefined) {
    throw new HttpError(404, 'NO_SUCH_RELEASE', `No release ${wanted.release} is published`)
  }
  if (published.withdrawnAt !== undefined) {
    throw new HttpError(409, 'RELEASE_WITHDRAWN', `Release ${wanted.release} was withdrawn`)
  }
  if (!published.listed) {
    const message = `The current metadata does not list release ${wanted.release} any more, so no device could verify it`
    throw new HttpError(409, 'RELEASE_NOT_LISTED', message)
  }
  const ofCohort = await stores.rollouts.ofCohort(product, wanted.cohort)
  const same = ofCohort.find(
    ({ release, state }) => release === wanted.release && state !== 'withdrawn',
  )
  if (same !== undefined) {
    const message = `Rollout ${same.id} offers this release to this cohort already: widen or resume it`
    throw new HttpError(409, 'ROLLOUT_EXISTS', message, { facts: { rollout: same.id } })
  }
  if (!mayOffer(ofCohort)) throw tooManyRollouts()

  const rollout: Rollout = {
    product,
    id: `${wanted.release.replaceAll('.', '-')}-${randomBytes(4).toString('hex')}`,
    release: wanted.release,
    cohort: wanted.cohort,
    state: 'running',
    attempt: 1,
    share: { salt: randomBytes(12).toString('base64url'), upTo: upToOf(wanted.share) },
    policy: withoutUndefined(wanted.policy),
    notice:
      wanted.notice === undefined ? noticeOf(published.release) : withoutUndefined(wanted.notice),
    revision: 1,
    startedAt: now,
    changedAt: now,
  }
  await stores.rollouts.add(rollout)
  return rollout
}

export function tooManyRollouts(): HttpError {
  const message = 'Four rollouts run in this cohort: pause or withdraw one first'
  return new HttpError(409, 'TOO_MANY_ROLLOUTS', message)
}

/** What owners are told unless the operator says it better. */
function noticeOf({ version, notes, advisories }: Release): Notice {
  const line =
    notes
      .split('\n')[0]
      ?.replace(/\p{Cc}/gu, ' ')
      .trim() ?? ''
  return {
    summary: cutToBytes(line === '' ? `Version ${version}` : line, NOTICE_SUMMARY_MAX_BYTES),
    severity: 'none',
    advisories: advisories
      .filter((id) => Buffer.byteLength(id) <= ADVISORY_ID_MAX_BYTES)
      .slice(0, NOTICE_ADVISORIES_MAX_COUNT),
  }
}

function cutToBytes(text: string, maxBytes: number): string {
  let cut = ''
  let bytes = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    cut += character
  }
  return cut
}

/** An absent field and one that is undefined differ for the types, and undefined is no JSON. */
function withoutUndefined<T extends object>(
  object: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const present = Object.entries(object).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [Key in keyof T]: Exclude<T[Key], undefined> }
}
