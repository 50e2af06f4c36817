/** The activity log over the local API: read in pages, exported, verified. */
import { RequestError } from '@fleetward/shared'
import type { LocalRoute } from '../local-api/route.ts'
import { exportedLog, headIn, type LogPlace } from './exported-log.ts'

const PAGE_MAX_COUNT = 1000
const PAGE_DEFAULT_COUNT = 100

export function logRoutes(place: LogPlace): LocalRoute[] {
  const { activity } = place
  return [
    {
      method: 'GET',
      path: '/1/log',
      summary: 'The newest entries of the activity log, or those behind `after`; oldest first.',
      forPage: true,
      async answer({ query }) {
        const limit = numberIn(query, 'limit', 1, PAGE_MAX_COUNT, PAGE_DEFAULT_COUNT)
        const after = numberIn(query, 'after', 0, Number.MAX_SAFE_INTEGER, 0)
        const entries = query.has('after')
          ? await activity.entries(after, limit)
          : await activity.newest(limit)
        return { json: { entries: entries.map((entry) => ({ ...entry })), head: headOf(place) } }
      },
    },
    {
      method: 'GET',
      path: '/1/log/export',
      summary: 'The whole activity log as `format=jsonl` (default) or `format=rfc5424`.',
      forPage: true,
      async answer({ query }) {
        const format = query.get('format') ?? 'jsonl'
        if (format !== 'jsonl' && format !== 'rfc5424') {
          throw new RequestError('REQUEST_INVALID', {
            field: 'format',
            expected: 'jsonl or rfc5424',
          })
        }
        const isJson = format === 'jsonl'
        return {
          stream: exportedLog(place, format),
          contentType: isJson ? 'application/jsonl' : 'text/plain; charset=utf-8',
          fileName: `${place.device}-activity.${isJson ? 'jsonl' : 'log'}`,
        }
      },
    },
    {
      method: 'GET',
      path: '/1/log/verify',
      summary: 'Whether the hash chain is whole; with `seq` and `hash` of a head kept elsewhere.',
      forPage: false,
      async answer({ query }) {
        const verified = await activity.verify(headIn(query))
        const { entries, firstSeq, head, broken } = verified
        const { seq, hash } = head
        return {
          json: {
            ...{ whole: broken === undefined, entries, firstSeq, head: { seq, hash } },
            ...(broken === undefined ? {} : { broken: { ...broken } }),
          },
        }
      },
    },
  ]
}

function headOf({ activity }: LogPlace) {
  const { seq, hash } = activity.head()
  return { seq, hash }
}

function numberIn(
  query: URLSearchParams,
  name: string,
  min: number,
  max: number,
  otherwise: number,
): number {
  const text = query.get(name)
  if (text === null) return otherwise
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (number >= min && number <= max) return number
  throw new RequestError('REQUEST_INVALID', { field: name, expected: `${min} to ${max}` })
}
